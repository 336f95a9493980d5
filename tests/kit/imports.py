"""Imports files that are written on the spot, and looks at what a lake then holds, to its last byte."""

import atexit
import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from streamgauge import intake
from streamgauge.facts import FACTS
from streamgauge.intake import Imported
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from streamgauge.surfaces.cli.app import run

LOG = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "at": "when"}}
"""Rules for logs of three columns."""


def lake_at(place: Path) -> Lake:
    """Return the lake at a place, made where there is none."""
    return Lake.open(str(place), create=True, facts=FACTS)


def csv(place: Path, rows: Sequence[Sequence[object]], header: str = "case,what,when") -> Path:
    """Write rows as CSV and return the path."""
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def taken(lake: Lake, *files: Path, said: dict[str, Any] | None = None, **other: Any) -> Imported:
    """Import files, event logs of three columns unless more is `said`; return what became of the last."""
    rules = intake.rules(**(LOG if said is None else said))
    request = intake.Request(files=tuple(str(file) for file in files), rules=rules, **other)
    return intake.take(lake, request, Silent())[-1]


def looked(*files: Path, said: dict[str, Any] | None = None, **other: Any) -> Imported:
    """Look at files as an import would, with an empty lake; event logs of three columns unless more is `said`."""
    rules = intake.rules(**(LOG if said is None else said))
    request = intake.Request(files=tuple(str(file) for file in files), rules=rules, **other)
    return intake.look(_nothing(), request, Silent())[-1]


@cache
def _nothing() -> Lake:
    """Return an empty lake, which looks leave as it is."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    return lake_at(Path(folder.name))


def made(one: Imported, kind: str) -> list[dict[str, Any]]:
    """Return the records of a kind that a look would make of a file; raises what would stop the import."""
    if one.failure is not None:
        raise one.failure
    return [row for table in one.tables for part in table.parts if part.kind.__name__ == kind
            for row in part.table.to_pylist()]  # fmt: skip


def counts(one: Imported, kind: str) -> tuple[int, int, int, int]:
    """Return how many records of a kind were new, changed, unchanged and gone; raises what stopped the import."""
    if one.failure is not None:
        raise one.failure
    (found,) = [count for count in one.counts if count.kind == kind]
    return found.new, found.changed, found.unchanged, found.gone


def rows(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with lake.view() as view:
        return [tuple(row.values()) for row in view.rows(sql)]


def contents(lake: Path) -> Iterator[bytes]:
    """Give every file of a lake as it lies there, and every column of its tables as text."""
    for file in sorted(lake.rglob("*")):
        if file.is_file():
            yield file.read_bytes()
            if file.suffix == ".parquet":
                yield str(pq.ParquetFile(file).read().to_pydict()).encode("utf-8", "replace")


def command(*words: str | Path) -> tuple[int, str, str]:
    """Return the exit code of the command, and what it wrote to both streams."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    return code, out.getvalue(), err.getvalue()
