"""A stray quote costs its own row, and a quoted value of several lines costs none."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.files.reading import rows, sheet

TABLE = [(f"K-{n}", "name", str(n * 7), f"2025-01-{n:02d}") for n in range(1, 10)]


def text(table: list[tuple[str, ...]]) -> str:
    return "key,name,count,day\n" + "".join(",".join(row) + "\n" for row in table)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans())
def test_a_row_without_a_stray_quote_is_never_lost(
    tmp_path_factory: pytest.TempPathFactory, one: int, other: int, column: int, second: int, opens: bool, ends: bool
) -> None:
    """Wherever one or two quotes stand at the beginning or the end of values, all other rows are read as they are."""
    spoilt = [list(row) for row in TABLE]
    spoilt[one][column] = '"' + spoilt[one][column] if opens else spoilt[one][column] + '"'
    spoilt[other][second] = spoilt[other][second] + '"' if ends else '"' + spoilt[other][second]
    found = rows(sheet(tmp_path_factory.mktemp("stray"), "a.csv", text([tuple(row) for row in spoilt])))
    whole = [list(row) for n, row in enumerate(TABLE) if n not in (one, other)]
    assert [row for row in found.rows if row in whole] == whole
    assert len(found.rows) + len(found.bad) == len(TABLE)
    assert set(found.bad_lines) <= {one + 2, other + 2}


CELL = st.text('ab ,\n"0', max_size=12).map(lambda text: text.strip()) | st.integers(0, 99).map(str)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_quoted_values_of_several_lines_are_read_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]]
) -> None:
    whole = [(f"K-{n}", *row, f"2025-01-0{n + 1}") for n, row in enumerate(table)]
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([("key", "a", "b", "c", "day"), *whole])
    found = rows(sheet(tmp_path_factory.mktemp("quoted"), "a.csv", made.getvalue()))
    assert (found.rows, found.bad) == ([list(row) for row in whole], [])


def test_prose_with_as_many_commas_as_columns_is_prose(tmp_path: Path) -> None:
    found = rows(sheet(tmp_path, "a.csv", 'id,text,by\n1,"Hello, world\nfoo, bar",x\n2,none,y\n'))
    assert (found.rows, found.bad) == ([["1", "Hello, world\nfoo, bar", "x"], ["2", "none", "y"]], [])


@pytest.mark.parametrize("size", [64, 1 << 20])
def test_two_stray_quotes_in_one_column_are_found_in_a_clean_block(tmp_path: Path, size: int) -> None:
    """The quotes are as those of a value of three lines, and the columns as many: only its lines tell."""
    broken = text(
        [*TABLE, ("K-10", '"name', "1", "2025-02-01"), *TABLE[:1], ("K-11", 'name"', "1", "2025-02-01"), *TABLE]
    )
    found = rows(sheet(tmp_path, "a.csv", broken), size=size)
    assert found.bad_lines == [11]
    assert len(found.rows) == 20
