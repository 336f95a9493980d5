"""Columns as they were read, part by part, and columns of some rows, each picked when it is first asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
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
        """Return a column that is not asked for again; one that is in parts is not put together for it."""
        if not isinstance(self.at, Read) or name in self.at.put_together or not len(self.at.table):
            return self.at[name][self.rows]
        parts = [part.to_numpy(zero_copy_only=False) for part in self.at.table[name].chunks]
        found = np.empty(len(self.rows), parts[0].dtype)
        for part, (there, places) in zip(parts, self._places, strict=True):
            found[places] = part[there]
        return found

    @cached_property
    def _places(self) -> Sequence[tuple[Numbers, Numbers]]:
        """Of each part which rows are picked, and their places among all that are."""
        parts = self.at.table.column(0).chunks if isinstance(self.at, Read) else []
        place = np.full(sum(map(len, parts)), -1)
        place[self.rows] = np.arange(len(self.rows))
        found, start = [], 0
        for part in parts:
            mine = place[start : start + len(part)]
            there = np.flatnonzero(mine >= 0)
            found.append((there, mine[there]))
            start += len(part)
        return found
