"""Columns as they were read, part by part, and columns of some rows, each picked when it is first asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.spread import Numbers


@dataclass(frozen=True, eq=False)
class Read(Mapping[str, Column]):
    """Columns of a table, of which only those that were `put_together` are there as a whole at first."""

    table: pa.Table
    put_together: dict[str, Column]

    def __getitem__(self, name: str) -> Column:
        if name not in self.put_together:
            self.put_together[name] = self.table[name].to_numpy()
        return self.put_together[name]

    def once(self, name: str) -> Column:
        """Return a column, which is not kept as a whole for that."""
        return self.put_together[name] if name in self.put_together else self.table[name].to_numpy()

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.table.column_names), **self.put_together})

    def __len__(self) -> int:
        return len(list(iter(self)))


@dataclass(frozen=True, eq=False)
class Picked(Mapping[str, Column]):
    """Columns of some rows, in their order."""

    at: Mapping[str, Column]
    rows: Numbers
    _found: dict[str, Column] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        if name not in self._found:
            self._found[name] = self.once(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.at)

    def __len__(self) -> int:
        return len(self.at)

    def once(self, name: str) -> Column:
        """Return a column that is not asked for again."""
        if isinstance(self.at, Read):
            return self.at.once(name)[self.rows]
        return self.at[name][self.rows]
