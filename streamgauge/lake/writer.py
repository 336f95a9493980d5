"""Writing to a lake, under a lease that one process holds at a time."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.errors import DamagedLake
from streamgauge.lake import arrivals, engines, fact_files, limits, snapshots, tables, upkeep
from streamgauge.lake.backlog import Backlog
from streamgauge.lake.duck import connect
from streamgauge.lake.failures import failure, told
from streamgauge.lake.showing import show
from streamgauge.lake.snapshots import Snapshot
from streamgauge.lake.store import Lease, Store
from streamgauge.lake.tables import LINE, Stored
from streamgauge.lake.view import View
from streamgauge.records import Record

if TYPE_CHECKING:
    import duckdb
    from deltalake import DeltaTable

_LINE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass
class Kept:
    """What became of records that were given: new things, new versions of known things, and what was known already.

    `is_first` says that nothing had been stored of their source and repository.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    is_first: bool = False


class Writer:
    """What one run writes; nothing of it is seen by readers before `publish`.

    `emptied` names the facts that had to be dropped because their columns changed since: compute them anew. Of a
    `whole` run nothing stays that was not published; else records, being true whenever they arrive, do.

    Facts are written beside the caller, who goes on computing; `wait`, `view` and `publish` return when they are there,
    and raise what went wrong in it. After that nothing is published any more.
    """

    def __init__(
        self, store: Store, lake_id: str, facts: Mapping[str, pa.Schema], lease: Lease, *, whole: bool = False
    ) -> None:
        self._store, self._lake_id, self._facts, self._lease = store, lake_id, facts, lease
        self._mark = uuid.uuid4().hex if whole else None
        self._known = tables.known_tables(facts)
        self._emptied: set[str] = set()
        with told(store.address):
            self._snapshot = snapshots.newest(store, lake_id)
            self._open = self._opened()
            self._heal()

    @property
    def emptied(self) -> frozenset[str]:
        """Names of the facts that hold nothing because their columns changed since they were computed."""
        return frozenset(self._emptied)

    @property
    def cursors(self) -> Mapping[str, str]:
        """How far each source was read, as the newest snapshot says."""
        return self._snapshot.cursors if self._snapshot else {}

    def append(self, kind: type[Record], batch: pa.Table) -> int:
        """Keep the rows that are new or changed, `recorded_at` aside; return how many. Raises ValueError on misfits."""
        name = tables.record_table(kind)
        fit = arrivals.fitted_records(kind, batch)
        with told(self._store.address):
            fresh = arrivals.new_versions(self._engine, kind, fit, self._paths(name))
            return self._append(name, fresh, tables.record_schema(kind))

    def keep(self, kind: type[Record], slices: Iterable[pa.Table], source: str, repository: str) -> Kept:
        """Keep records of one source and repository, each id once in all slices together, in one commit.

        Where nothing is stored under them yet, nothing is compared. Raises ValueError on misfits.
        """
        name, kept = tables.record_table(kind), Kept()
        with told(self._store.address):
            paths = self._paths(name)
            kept.is_first = not arrivals.holds(self._engine, kind, (source, repository), paths)
            if not kept.is_first:
                arrivals.remember(self._engine, kind, (source, repository), paths)
            streamed = Streamed(self._versions(kind, slices, kept, None if kept.is_first else paths))
            self._append_each(name, streamed, tables.record_schema(kind))
        return kept

    def _versions(
        self, kind: type[Record], slices: Iterable[pa.Table], kept: Kept, paths: Sequence[str] | None
    ) -> Iterator[pa.Table]:
        """Give what is to be written of each slice, and count."""
        import pyarrow.compute as pc

        for batch in slices:
            fit = arrivals.fitted_records(kind, batch)
            if paths is None:
                fresh = arrivals.first_versions(self._engine, kind, fit)
            else:
                fresh = arrivals.new_versions(self._engine, kind, arrivals.doubtful(self._engine, kind, fit), paths)
            changed = int(pc.sum(fresh[tables.AGAIN.name]).as_py() or 0)
            kept.new += fresh.num_rows - changed
            kept.changed += changed
            kept.unchanged += fit.num_rows - fresh.num_rows
            yield fresh

    def append_raw(self, source: str, batch: pa.Table) -> int:
        """Keep the raw items whose (source, repository, kind, id) is not there yet; return how many."""
        name = tables.raw_table(source)
        fit = arrivals.fitted(tables.RAW, batch, needed=("source", "repository", "kind", "id", "fetched_at"))
        with told(self._store.address):
            fresh = arrivals.new_items(self._engine, fit, self._paths(name))
            return self._append(name, fresh, tables.RAW)

    def vanish(
        self, kind: type[Record], repository: str, ids: Iterable[str], at: datetime, *, source: str | None = None
    ) -> int:
        """Write a tombstone at an instant (UTC) for each of these ids that is there, of one source or of whichever.

        Returns how many there were.
        """
        wanted = pa.table({"wanted_id": pa.array(list(ids), pa.string())})
        with self.view(as_of=at) as view:
            view.register("wanted", wanted)
            there = view.query(
                f"SELECT * FROM {tables.checked(kind.table)} SEMI JOIN wanted ON id = wanted_id "
                "WHERE repository = $repository AND ($source IS NULL OR source = $source)",
                {"repository": repository, "source": source},
            )
        when = pa.array([at] * there.num_rows, pa.timestamp("us", tz="UTC"))
        gone = there.set_column(there.column_names.index("recorded_at"), "recorded_at", when)
        deleted = pa.array([True] * there.num_rows)
        return self.append(kind, gone.set_column(gone.column_names.index("deleted"), "deleted", deleted))

    def replace_facts(self, name: str, lines: Sequence[str], table: pa.Table) -> None:
        """Put these rows in the place of all that these lines held, in one commit; every row's line must be named."""
        if bad := [line for line in lines if not _LINE_ID.fullmatch(line)]:
            raise ValueError(f"'{bad[0]}' is no line id: letters, digits, '-' and '_' only.")
        fit = self._fitted_fact(name, table)
        if strange := set(fit[LINE.name].unique().to_pylist()) - set(lines):
            raise ValueError(f"Rows of the line '{strange.pop()}' are not among the lines to replace.")
        self._put(lambda: self._replace(tables.fact_table(name), lines, self._numbered(name, fit)), fit.nbytes)

    def renew_facts(self, line: str, items: pa.Array, found: Mapping[str, pa.Table]) -> None:
        """Put the rows of each fact, by its name, in the place of all that these items of one line held there.

        What was there stays in its files, and is seen no more. Costs as much as the rows that are given.
        """
        fits = {name: self._fitted_fact(name, rows) for name, rows in found.items()}
        self._put(lambda: self._renew(line, items, fits), sum(fit.nbytes for fit in fits.values()))

    def parts(self, rows: int, *, is_plain: bool) -> int:
        """Return in how many parts so many rows are best worked through, one after the other, to stay in memory.

        `is_plain` says that the engine only reads them.
        """
        return engines.parts(rows, is_plain=is_plain)

    def append_facts(self, name: str, table: pa.Table) -> None:
        """Add rows to a fact."""
        fit = self._fitted_fact(name, table)
        self._put(lambda: self._add(name, self._numbered(name, fit)), fit.nbytes)

    def wait(self) -> None:
        """Return when all facts that were given are written; raises what went wrong in it."""
        self._backlog.wait()

    def view(self, as_of: datetime | None = None) -> View:
        """Return a view that sees what this writer wrote."""
        self.wait()
        with told(self._store.address):
            return show(self._store, self._lake_id, self._shelf(), self._facts, as_of)

    def publish(self, cursors: Mapping[str, str]) -> Snapshot:
        """Make all that was written visible at once; cursors are merged over the former ones.

        Returns the former snapshot when nothing was written and no cursor changed. Small files are merged afterwards.
        """
        self.wait()
        with told(self._store.address):
            published = self._publish({**self.cursors, **cursors})
            if upkeep.merge_small(self._open.values()):
                published = self._publish(published.cursors)
            upkeep.merge_snapshots(self._store)
            return published

    def compact(self, days_kept: int) -> Snapshot:
        """Merge the files of every table, publish the outcome, remove files that nothing needed for so many days."""
        self.wait()
        with told(self._store.address):
            upkeep.merge(self._open.values())
            published = self._publish(self.cursors)
            upkeep.merge_snapshots(self._store, at_least=2)
            upkeep.vacuum(self._store, self._open.values(), days_kept)
            return published

    def close(self) -> None:
        """Free what the writer holds; facts whose writing has not begun are not written."""
        if "_backlog" in self.__dict__:
            self._backlog.close()
        if "_engine" in self.__dict__:
            self._engine.close()

    @cached_property
    def _backlog(self) -> Backlog:
        return Backlog(limits.BYTES_WAITING)

    def _put(self, work: Callable[[], None], size: int) -> None:
        """Have facts of so many bytes written; tables of facts are the work's own, the caller touches them no more."""

        def do() -> None:
            with told(self._store.address):
                work()

        self._backlog.put(do, size)

    @cached_property
    def _engine(self) -> "duckdb.DuckDBPyConnection":
        return connect()

    def _opened(self) -> "dict[str, DeltaTable]":
        published = self._snapshot.versions if self._snapshot else ()
        names = {*self._known, *published, *self._store.names("raw")}
        return tables.all_opened(self._store, dict.fromkeys(sorted(names)))

    def _heal(self) -> None:
        """Take back the facts of a run that never published, and all of a whole one; else records, being true, stay."""
        versions = self._snapshot.versions if self._snapshot else {}
        for name, version in versions.items():
            if name not in self._open or self._open[name].version() < version:
                raise failure(DamagedLake, self._store.address, f"table {name} version {version} is gone")
        for name, table in self._open.items():
            if name.startswith("facts/"):
                self._heal_fact(name, table, versions.get(name, 0))
            elif (version := upkeep.unmarked(table, versions.get(name, 0))) < table.version():
                self._lease.check()
                table.restore(version)

    def _heal_fact(self, name: str, table: "DeltaTable", version: int) -> None:
        if table.version() > version:
            self._lease.check()
            table.restore(version)
        wanted = self._known.get(name)
        if wanted is not None and not tables.same_columns(pa.schema(table.schema()), wanted):
            self._write(name, wanted.empty_table(), mode="overwrite", schema_mode="overwrite")
            self._emptied.add(name.removeprefix("facts/"))

    def _fitted_fact(self, name: str, table: pa.Table) -> pa.Table:
        columns = self._facts[name]
        fit = arrivals.fitted(columns, table, needed=["line_id"] if "line_id" in columns.names else [])
        return fit.add_column(0, LINE.name, fit["line_id"]) if "line_id" in columns.names else fit

    def _numbered(self, name: str, fit: pa.Table, more: int = 0) -> pa.Table:
        """Return rows of a fact with the writing that they belong to, where it counts: the present one, or a later."""
        if not tables.is_keyed(self._facts[name]):
            return fit
        number = pa.scalar(self._generation + more, pa.int64())
        return fit.append_column(tables.GENERATION, pa.repeat(number, fit.num_rows))

    def _renew(self, line: str, items: pa.Array, fits: Mapping[str, pa.Table]) -> None:
        lines, generation = pa.array([line] * len(items), pa.string()), self._generation + 1
        columns = [lines, lines, items.cast(pa.string()), pa.array([generation] * len(items), pa.int64())]
        for name, fit in fits.items():
            self._add(name, self._numbered(name, fit, 1))
        self._append(tables.RENEWED_TABLE, pa.table(columns, names=tables.RENEWED.names), tables.RENEWED)

    def _add(self, name: str, rows: pa.Table) -> None:
        stored = tables.fact_table(name)
        if self._is_for_files(rows):
            self._commit_files(stored, rows)
        else:
            self._append(stored, rows, self._known[stored])

    def _is_for_files(self, rows: pa.Table) -> bool:
        return self._store.options is None and fact_files.are_many(rows)

    def _commit_files(self, name: str, rows: pa.Table, lines: Sequence[str] | None = None) -> None:
        if name not in self._open:
            self._open[name] = tables.made(self._store, name, self._known[name])
        self._lease.check()
        files = fact_files.write(Path(self._store.uri(name)), rows)
        self._lease.check()
        upkeep.commit(self._open[name], files, lines, self._mark)

    @property
    def _generation(self) -> int:
        """The newest writing that renewed items; what is written whole belongs to it, for none before renews that."""
        renewed = self._open.get(tables.RENEWED_TABLE)
        return renewed.version() if renewed else 0

    def _append(self, name: str, rows: pa.Table, columns: pa.Schema) -> int:
        if rows.num_rows:
            if name not in self._open:
                self._open[name] = tables.made(self._store, name, columns)
            self._write(name, rows, mode="append", schema_mode="merge")
        return int(rows.num_rows)

    def _append_each(self, name: str, streamed: "Streamed", columns: pa.Schema) -> None:
        if streamed.is_empty:
            return
        if name not in self._open:
            self._open[name] = tables.made(self._store, name, columns)
        try:
            self._write(name, streamed.reader(columns), mode="append", schema_mode="merge")
        except Exception as fault:  # noqa: BLE001  whatever it is, it goes on
            # The table's library tells of a fault in what it was given in words only.
            raise streamed.fault or fault from None

    def _replace(self, name: str, lines: Sequence[str], rows: pa.Table) -> None:
        if self._is_for_files(rows):
            self._commit_files(name, rows, lines)
            return
        if name not in self._open:
            self._append(name, rows, self._known[name])
            return
        parts = {part[LINE.name] for part in self._open[name].partitions()}
        if rows.num_rows or parts & set(lines):
            named = ", ".join(f"'{line}'" for line in lines)
            self._write(name, rows, mode="overwrite", predicate=f"{LINE.name} IN ({named})")

    def _write(self, name: str, rows: pa.Table | pa.RecordBatchReader, **how: str) -> None:
        self._lease.check()
        if isinstance(rows, pa.Table) and LINE.name in rows.column_names:
            rows = rows.set_column(0, LINE, rows[LINE.name].cast(LINE.type))
        upkeep.write(self._open[name], rows, self._mark, **how)

    def _shelf(self) -> dict[str, Stored]:
        return {name: tables.stored(table) for name, table in self._open.items()}

    def _paths(self, name: str) -> list[str]:
        table = self._open.get(name)
        return self._store.local(name, tables.stored(table).filled, self._lake_id) if table else []

    def _publish(self, cursors: Mapping[str, str]) -> Snapshot:
        versions = {name: table.version() for name, table in self._open.items()}
        former = self._snapshot
        if former and (dict(former.versions), dict(former.cursors)) == (versions, dict(cursors)):
            return former
        self._lease.check()
        self._snapshot = snapshots.publish(self._store, former, versions, cursors)
        return self._snapshot


class Streamed:
    """Tables that are made while they are written: the first that holds rows is made at once, to know of any."""

    def __init__(self, coming: Iterator[pa.Table]) -> None:
        self._coming, self.fault = coming, None
        self._first = next((table for table in coming if table.num_rows), None)

    fault: BaseException | None

    @property
    def is_empty(self) -> bool:
        """Whether there is no row at all."""
        return self._first is None

    def reader(self, columns: pa.Schema) -> pa.RecordBatchReader:
        """Return what the table's library reads; a fault in the making is kept in `fault`."""
        return pa.RecordBatchReader.from_batches(columns, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            if self._first is not None:
                yield from self._first.to_batches()
                self._first = None
            for table in self._coming:
                yield from table.to_batches()
        except BaseException as fault:
            self.fault = fault
            raise
