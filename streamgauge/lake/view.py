"""Reading a lake with SQL."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Self

import pyarrow as pa

from streamgauge.errors import EngineUnreachable
from streamgauge.lake import engines, limits
from streamgauge.lake.engine import Engine
from streamgauge.lake.failures import told
from streamgauge.lake.memory import Memory
from streamgauge.lake.opening import Opening
from streamgauge.lake.pieces import Piece
from streamgauge.lake.row_groups import RowGroups, row_groups
from streamgauge.lake.tables import (
    RAW,
    checked,
)
from streamgauge.records import Record

_WORD = re.compile(r"(?<![.a-z0-9_])[a-z_][a-z0-9_]*")
"""What may be the name of a table: a column that is named behind its table is none."""
_OF_LINES = "line_id IN (SELECT unnest($lines))"
_MOST_TOLD = 256
"""So many small answers of one snapshot are kept for the next reader."""
_MOST_BOUND = 100
"""What is asked with a longer list is of one question alone."""
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class View:
    """A lake at one moment, for SQL that DuckDB and Spark both accept; see `dialect.py` for the shared words.

    Tables: each record kind's `table` (newest version of each thing, without the deleted), `<table>_history` (every
    version), each fact by its name, `raw_<source>`. A table never written is empty. Instants are UTC.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self.engine: Engine = engines.engine()
        """What runs the statements, for the lake itself."""
        self._common: tuple[Opening, ...] = ()
        self._promised: dict[str, Callable[[], None]] = {}
        self._registered: dict[str, pa.Table] = {}
        self._narrow_to: dict[str, Sequence[str]] = {}
        self.sizes: Mapping[str, int] = {}
        """How many rows each fact has at most."""
        self._always: dict[str, Sequence[str]] = {}
        self._kept: dict[str, bool] = {}
        self._to_keep: set[str] = set()
        self.shown: dict[type[Record], Sequence[str]] = {}
        """The expressions for the columns of each kind that is shown."""
        self.kept_raw: set[str] = set()
        """The tables of raw items that there are."""
        self.told_again: frozenset[str] = frozenset()
        """The tables of records in which things may have several versions."""
        self.snapshot: str | None = None
        """The published snapshot that it shows; null where nothing was published, and in a writer's own view."""
        self.in_files: dict[str, Callable[[Sequence[str]], Iterator[Piece]]] = {}
        """What gives the pieces of some lines of each fact about items."""
        self.paths_of: Mapping[type[Record], Callable[[], list[str]]] = {}
        """The files of each kind's table; of records as known on a past day, none."""
        self.show_added: Callable[[type[Record], int], bool] = lambda kind, since: False  # noqa: ARG005
        """Shows as `<table>_added` all versions of a kind written after that version of its table; whether it could."""
        self.show_newest: Callable[[type[Record], bool], None] = lambda kind, with_deleted: None  # noqa: ARG005
        """Shows a kind's table without the deleted, or with them as they last were (`deleted` tells which)."""
        self.versions: Mapping[str, int] = {}
        """The version of each table by its name in the lake; of records as known on a past day, none."""
        self._told = Memory(_MOST_TOLD)
        self._coming: dict[tuple[str, str], Future[pa.Table]] = {}
        self._is_narrowed = False
        self._is_lost = False
        self.given_back: Callable[[View], bool] | None = None
        """Asked when the view is closed: whether it is kept for the next reader of the same snapshot."""

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Return a statement's rows as an Arrow table; `$name` in it stands for a parameter, others are ignored."""
        asked = self._asked(sql, parameters or {})
        known = self._told.recall(self.snapshot or "", asked) if asked else None
        if isinstance(known, pa.Table):
            return known
        self._keep_promises(sql)
        text, bound = self._shortened(sql, parameters or {})
        coming = self._coming.pop(asked, None) if asked else None
        with self._asking():
            found = self.engine.query(text, bound) if coming is None else coming.result()
        if asked and found.nbytes <= limits.BYTES_TOLD:
            self._told.keep(self.snapshot or "", asked, found)
        return found

    def begin(self, fact: str, sql: str, parameters: Mapping[str, object]) -> None:
        """Run a statement beside others, about a fact that is shown as it is stored: who asks it then waits for it."""
        asked = self._asked(sql, parameters)
        is_stored = fact in self.in_files and bool(self.sizes.get(fact)) and not self._is_narrowed
        if asked is None or not is_stored or self._told.recall(self.snapshot or "", asked) is not None:
            return
        self._keep_promises(fact)
        names = set(_PARAMETER.findall(sql))
        with self._asking():
            coming = self.engine.begin(sql, {name: parameters[name] for name in names})
        if coming is not None:
            self._coming[asked] = coming

    def _asked(self, sql: str, parameters: Mapping[str, object]) -> tuple[str, str] | None:
        """Return what tells a question to a published snapshot from others; None where its answer is not to be kept."""
        if self.snapshot is None or sql.startswith("EXPLAIN"):
            return None
        bound = {name: parameters[name] for name in sorted(set(_PARAMETER.findall(sql)) & parameters.keys())}
        is_long = any(isinstance(value, list) and len(value) > _MOST_BOUND for value in bound.values())
        return None if is_long else (sql, repr(bound))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Tell faults in own errors; a view whose engine is gone has nothing to free, and serves nobody."""
        try:
            with told(self._address):
                yield
        except EngineUnreachable:
            self._is_lost = True
            raise

    def _shortened(self, sql: str, parameters: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """Return a statement that reads what is held, and the values that are then still to be bound."""
        for common in self._common:
            sql = common.shortened(sql, parameters)
        for condition, unless in self._always.items():
            if condition in sql and all(name in parameters and _is_null(parameters[name]) for name in unless):
                sql = sql.replace(condition, "TRUE")
        names = set(_PARAMETER.findall(sql))
        return sql, {name: value for name, value in parameters.items() if name in names}

    def over(self, table: pa.Table, sql: str) -> pa.Table:
        """Return what a statement makes of each row of an Arrow table, `given` in it, in their order."""
        with self._asking():
            self.engine.register("given", table)
            try:
                return self.engine.query(sql, {})
            finally:
                self.engine.register("given", table.slice(0, 0))  # what was given is not held for longer

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a statement as dictionaries, instants in UTC."""
        rows: list[dict[str, Any]] = self.query(sql, parameters).to_pylist()
        return rows

    def raw(self, source: str, kind: str, repository: str | None = None) -> pa.Table:
        """Return the raw items of a kind, of one repository or of all; none where a source never kept any."""
        name = f"raw_{checked(source)}"
        if name not in self.kept_raw:
            return RAW.empty_table()
        sql = f"SELECT * FROM {name} WHERE kind = $kind AND ($repository IS NULL OR repository = $repository)"
        return self.query(sql, {"kind": kind, "repository": repository})

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table visible to statements under a name, for this view only."""
        self.engine.register(checked(name), table)
        self._registered[name] = table
        self.in_files.pop(name, None)
        self._forget()

    def pieces(self, fact: str, lines: Sequence[str]) -> list[Piece] | None:
        """Return the pieces of some lines of a fact about items; None where it is not shown as it is stored."""
        if self._is_narrowed or fact not in self.in_files:
            return None
        return list(self.in_files[fact](lines))

    def row_groups(self, kind: type[Record]) -> list[RowGroups] | None:
        """Return where the records of a kind lie; None where its table does not show each of them as it is stored."""
        if self._is_narrowed or kind.table in {*self.told_again, *self._registered} or kind not in self.paths_of:
            return None
        return list(row_groups(self._address, self.paths_of[kind]()))

    def registered(self, name: str) -> pa.Table:
        """Return the Arrow table that was made visible under a name; raises KeyError where none was."""
        return self._registered[name]

    def promise(self, names: Sequence[str], show_them: Callable[[], None]) -> None:
        """Show these tables when a statement first speaks of one: each costs the opening of its files."""
        self._promised |= dict.fromkeys(names, show_them)

    def _keep_promises(self, sql: str) -> None:
        words = set(_WORD.findall(sql))
        due = [show_them for name, show_them in self._promised.items() if name in words]
        for show_them in dict.fromkeys(due):
            self._promised = {name: other for name, other in self._promised.items() if other is not show_them}
            told, coming = self._told, self._coming
            with self._asking():
                show_them()
            self._told, self._coming = told, coming  # nobody asked of these tables before
        for fact in words & self._narrow_to.keys():
            self.engine.narrow(fact, _OF_LINES, {"lines": list(self._narrow_to.pop(fact))})
        for fact in words & self._to_keep:
            self._to_keep.remove(fact)
            with self._asking():
                self.engine.keep(fact)

    def narrow(self, facts: Sequence[str], lines: Sequence[str]) -> None:
        """Hold these facts of a few release lines in memory: many questions to them then read the files once.

        Each is read when a statement first speaks of it.
        """
        self._narrow_to |= {checked(fact): lines for fact in facts}
        self._is_narrowed = True
        self._forget()

    def pick(self, table: str, condition: str, parameters: Mapping[str, object]) -> None:
        """Show only the rows of a table that fulfil a condition, held in memory, in the place of those before."""
        self._keep_promises(table)
        text, bound = self._shortened(condition, parameters)
        with self._asking():
            self.engine.narrow(checked(table), text, bound)
        self._is_narrowed = True
        self._forget()

    def spare(self) -> None:
        """Take little memory from now on, for more time."""
        with self._asking():
            self.engine.spare()

    def always(self, condition: str, unless: Sequence[str]) -> None:
        """Say of a condition in statements that all rows fulfil it where these parameters are null, each in all places.

        An engine would read the columns that it speaks of to find that out.
        """
        self._always[condition] = unless

    def keep(self, fact: str, *, at_once: bool = False) -> None:
        """Keep a fact in memory, for this reader and the next ones of the same snapshot: files are slower to read.

        To bring it there costs about as much as three questions, so that it is done when this is asked the second time,
        or `at_once`; not of a fact that is too large.
        """
        if self._kept.get(fact) or self.sizes.get(fact, 0) > limits.ROWS_IN_MEMORY:
            return
        self._kept[fact] = at_once or fact in self._kept
        if self._kept[fact]:
            self._to_keep.add(checked(fact))

    def hold(
        self,
        common: str,
        names: Sequence[str],
        parameters: Mapping[str, object],
        *,
        free: Sequence[str] = (),
        with_: Sequence[str] = (),
    ) -> None:
        """Hold the tables of the words that several statements begin with, so that they are worked out once.

        `common` is the WITH of these statements up to its last table; what is asked for with other values of its
        parameters is not answered from what is held, but for the `free` ones, which it does not depend on. Where
        `common` begins with words whose tables are held already, it adds its own `names` to those (`with_`); else it
        takes the place of all that was held. It stays for the next reader of the same snapshot.
        """
        bound = {name: parameters[name] for name in set(_PARAMETER.findall(common))}
        alike = {name: bound[name] for name in bound if name not in free}
        wanted = Opening(common, (*with_, *names), alike)
        if wanted in self._common:
            return
        kept = tuple(one for one in self._common if set(one.names) <= set(with_) and one.parameters == alike)
        self._common = kept
        self._keep_promises(common)
        with self._asking():
            for name in names:
                text, left = self._shortened(f"{common} SELECT * FROM {name}", bound)
                self.engine.hold(f"held_{checked(name)}", text, left)
        # The longer one first: it begins with the other's words.
        self._common = (wanted, *kept)

    def divide(self, name: str, sql: str, parameters: Mapping[str, object], *, rows: int) -> None:
        """Show a statement's rows under a name, worked out once and kept to be read by the whole numbers in `part`.

        Of very many `rows` who asks for one part reads only that, however many there are.
        """
        self._keep_promises(sql)
        text, bound = self._shortened(sql, parameters)
        with self._asking():
            self.engine.divide(checked(name), text, bound, rows=rows)
        self._forget()

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name."""
        self.engine.define(checked(name), select)
        self._forget()

    def _forget(self) -> None:
        """Forget what was told, for a table shows something else now."""
        self._told = Memory(_MOST_TOLD)
        self._coming = {}

    @contextmanager
    def with_deleted(self, kind: type[Record]) -> Iterator[None]:
        """Show in the table of a kind also what was deleted since, as it last was, while this lasts."""
        if kind.table not in self.told_again:
            yield
            return
        self._keep_promises(kind.table)
        self.show_newest(kind, True)
        try:
            yield
        finally:
            self.show_newest(kind, False)

    def close(self) -> None:
        """Give the view back to its lake, or free what it holds."""
        self._narrow_to.clear()
        if self._is_lost:
            return
        self.engine.widen()
        if self._is_narrowed:
            self._is_narrowed = False
            self._forget()
        if self.given_back is None or not self.given_back(self):
            self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_null(value: object) -> bool:
    return value is None or (isinstance(value, list) and set(value) == {None})
