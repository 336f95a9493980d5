"""Where facts are put."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa

from streamgauge.lake import View


class Shelf(Protocol):
    """Where facts are put: a lake's writer, or a rehearsal that keeps nothing."""

    def view(self) -> AbstractContextManager[View]:
        """Return a view that sees what was put."""

    def replace_facts(self, name: str, lines: Sequence[str], table: pa.Table) -> None:
        """Put rows in the place of those that the lines held."""

    def parts(self, rows: int, *, is_plain: bool) -> int:
        """Return in how many parts so many rows are best worked through, one after the other.

        `is_plain` says that the engine only reads them.
        """

    def append_facts(self, name: str, table: pa.Table) -> None:
        """Add rows."""

    def renew_facts(self, line: str, items: pa.Array, found: Mapping[str, pa.Table]) -> None:
        """Put the rows of each fact in the place of all that these items of one line held there."""
