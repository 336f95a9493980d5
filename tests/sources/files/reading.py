"""What tests of readers ask: the sheets of a file that is written here, and all rows of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamgauge.sources.files import BadRow, Options, Sheet, tables


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All of a sheet: its rows as lists, their lines, what is bad, and what was said on the way."""

    rows: list[list[Any]]
    lines: list[int]
    bad: list[BadRow]
    notes: list[str]

    @property
    def bad_lines(self) -> list[int]:
        return [one.line for one in self.bad]


def written(folder: Path, name: str, content: bytes | str) -> str:
    """Write a file and return its path."""
    place = folder / name
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(place)


def sheets(folder: Path, name: str, content: bytes | str, **told: Any) -> list[Sheet]:
    """Return the sheets of a file that is written first."""
    return list(tables(written(folder, name, content), options=Options(**told)))


def sheet(folder: Path, name: str, content: bytes | str, **told: Any) -> Sheet:
    """Return the only sheet of a file that is written first."""
    (found,) = sheets(folder, name, content, **told)
    return found


def rows(of: Sheet, size: int | None = None) -> Rows:
    """Return all of a sheet; with `size`, read in blocks of so many bytes."""
    batches = list(of.batches() if size is None else of.read(size))
    assert [tuple(batch.table.column_names) for batch in batches] == [of.columns] * len(batches)
    assert [len(batch.line) for batch in batches] == [batch.table.num_rows for batch in batches]
    return Rows(
        rows=[list(row.values()) for batch in batches for row in batch.table.to_pylist()],
        lines=[line for batch in batches for line in batch.line.to_pylist()],
        bad=[one for batch in batches for one in batch.bad],
        notes=[note for batch in batches for note in batch.notes],
    )
