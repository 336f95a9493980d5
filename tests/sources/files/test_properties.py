"""Laws: what Python's csv module writes comes back equal, whatever the dialect, and whatever the size of the blocks."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.sources.files import Options, Sheet, tables
from tests.sources.files.reading import rows, written

SIGNS = st.sampled_from(
    ['"', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", "\\", "'", "a", "b", "7", "é", "漢", "🙂", "", "#"]
)
CELLS = st.lists(SIGNS, max_size=6).map("".join)
DIALECTS: dict[str, dict[str, Any]] = {
    "comma, quoted where needed": {"delimiter": ",", "lineterminator": "\r\n"},
    "semicolon, all quoted": {"delimiter": ";", "quoting": csv.QUOTE_ALL, "lineterminator": "\n"},
    "tab": {"delimiter": "\t", "lineterminator": "\r\n"},
    "bar, ended by returns": {"delimiter": "|", "quoting": csv.QUOTE_ALL, "lineterminator": "\r"},
    "escaped quotes": {"delimiter": ",", "doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL},
}


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))


def physical_lines(text: str) -> int:
    """Return how many line ends a text has, as an editor counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def filled(grid: list[list[str]], lines: list[int]) -> list[tuple[list[str], int]]:
    """Return the rows with their lines, but those in which no cell holds anything: they are none."""
    return [(row, line) for row, line in zip(grid, lines, strict=True) if any(row)]


def told(dialect: dict[str, Any]) -> Options:
    escape = dialect.get("escapechar", "")
    return Options(encoding="utf-8", delimiter=dialect["delimiter"], quote='"', escape=escape, header=1)


def opened(folder: str, text: str, options: Options) -> Sheet:
    (found,) = tables(written(Path(folder), "made.csv", text), options=options)
    return found


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=25)
@given(grid=grids(), size=st.sampled_from([3, 17, 64, 1 << 20]))
def test_what_is_written_is_read_back_with_its_lines(name: str, grid: list[list[str]], size: int) -> None:
    dialect = DIALECTS[name]
    names = [f"name {n}" for n in range(len(grid[0]) if grid else 1)]
    out, lines = io.StringIO(newline=""), []
    writer = csv.writer(out, **dialect)
    for row in [names, *grid]:
        lines.append(1 + physical_lines(out.getvalue()))
        writer.writerow(row)
    with TemporaryDirectory() as folder:
        found = rows(opened(folder, out.getvalue(), told(dialect)), size)
    assert list(zip(found.rows, found.lines, strict=True)) == filled(grid, lines[1:])
    assert found.bad == []


@given(
    grid=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12),
    broken=st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(["1,2", "x,,,", 'an "odd" one', "1,2,3,4,5"])), max_size=4
    ),
    size=st.sampled_from([5, 64, 1 << 20]),
)
def test_only_bad_rows_are_lost(grid: list[list[str]], broken: list[tuple[int, str]], size: int) -> None:
    out, lines, bad = io.StringIO(newline=""), [], []
    out.write("a,b,c\n")
    writer = csv.writer(out)
    for place, row in enumerate(grid):
        for _, text in (one for one in broken if one[0] == place):
            bad.append(1 + physical_lines(out.getvalue()))
            out.write(text + "\n")
        lines.append(1 + physical_lines(out.getvalue()))
        writer.writerow(row)
    options = Options(encoding="utf-8", delimiter=",", quote='"', escape="", header=1)
    with TemporaryDirectory() as folder:
        found = rows(opened(folder, out.getvalue(), options), size)
    assert (list(zip(found.rows, found.lines, strict=True)), found.bad_lines) == (filled(grid, lines), bad)


@given(text=st.text(max_size=200), size=st.sampled_from([3, 64, 1 << 20]))
def test_any_text_is_read_alike_in_blocks_of_any_size(text: str, size: int) -> None:
    options = Options(encoding="utf-8", delimiter=",", quote='"', escape="", header=1)
    with TemporaryDirectory() as folder:
        made = opened(folder, "a,b\n" + text + "\n1,2\n", options)
        small, large = rows(made, size), rows(made, 1 << 20)
    assert small == large
