"""What the lake asks of an engine: to read the files of tables, and to run the statements that all engines share."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

import pyarrow as pa

from streamgauge.lake.store import DataFile, Store


class Engine(Protocol):
    """Runs SQL over the files of a lake for one view; `dialect.py` says which words all engines understand.

    The zone is UTC. Nulls stand first where the order rises and last where it falls.
    """

    def query(self, sql: str, parameters: Mapping[str, object]) -> pa.Table:
        """Return the rows of a statement; `$name` in it stands for a parameter."""

    def begin(self, sql: str, parameters: Mapping[str, object]) -> Future[pa.Table] | None:
        """Run a statement beside others, which sees only what lies in files; None where that brings nothing."""

    def paths(self, store: Store, lake_id: str, table: str, files: Sequence[DataFile]) -> list[str]:
        """Return where this engine reads the files of a table."""

    def attach(self, name: str, columns: pa.Schema, paths: Sequence[str], *, alike: bool) -> list[str]:
        """Show files as a relation and return one expression per column: null where no file has it yet.

        The relation has the column `lake_place` too, which names a row. `alike` says that all files have the same
        columns, so that not each has to be opened to know them.
        """

    def define(self, name: str, select: str) -> None:
        """Show a statement of the lake's own under a name, in the place of what had it."""

    def register(self, name: str, table: pa.Table) -> None:
        """Show an Arrow table under a name; it hides what is defined under it, before or after."""

    def narrow(self, name: str, condition: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a table that fulfil a condition in memory, and show only them under its name."""

    def spare(self) -> None:
        """Take little memory from now on, for more time."""

    def keep(self, name: str) -> None:
        """Keep a fact in memory as long as the view lives."""

    def hold(self, name: str, sql: str, parameters: Mapping[str, object]) -> None:
        """Hold the rows of a statement in memory under a name, in the place of what was held under it."""

    def divide(self, name: str, sql: str, parameters: Mapping[str, object], *, rows: int) -> None:
        """Keep the rows of a statement (about so many) under a name, to be read by the whole numbers in `part`."""

    def widen(self) -> None:
        """Show again the whole of every table that was narrowed."""

    def close(self) -> None:
        """Free what it holds."""
