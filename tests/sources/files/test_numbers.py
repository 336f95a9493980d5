"""Numbers, durations, and yes and no, as the world writes them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.sources.files import durations, numbers, truths
from streamgauge.sources.files.numbers import AmbiguousNumbers


def read(*cells: object, **how: str) -> numbers.Numbers:
    return numbers.read(pa.chunked_array([pa.array(list(cells))]), **how)


@pytest.mark.parametrize(
    ("cells", "values", "decimal"),
    [
        (["1.234,56", "3"], [1234.56, 3.0], ","),
        (["1,234.56", "3"], [1234.56, 3.0], "."),
        (["1 234,56"], [1234.56], ","),
        (["1\u202f234,56", "1\u00a0234"], [1234.56, 1234.0], ","),
        (["1'234.56"], [1234.56], "."),
        (["1.234", "2.5"], [1.234, 2.5], "."),
        (["1.234.567"], [1234567.0], ","),
        (["-5", "+5", "−5", "1e3"], [-5.0, 5.0, -5.0, 1000.0], None),
        (["€ 1,200.50", "1200 €"], [1200.5, 1200.0], "."),
        (["0.123"], [0.123], "."),
        ([1, 2], [1.0, 2.0], None),
    ],
)
def test_the_whole_column_decides_the_decimal_mark(cells: list[object], values: list[float], decimal: str) -> None:
    found = read(*cells)
    assert found.values.to_pylist() == values
    assert not found.strange.any()
    assert found.decimal == decimal


def test_percents_are_shares() -> None:
    found = read("12,5 %", "-3%")
    assert found.values.to_pylist() == [0.125, -0.03]
    assert found.percents == 2


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_an_ambiguous_column_shows_both_readings(cell: str) -> None:
    with pytest.raises(AmbiguousNumbers) as doubt:
        read(cell, "7")
    assert (doubt.value.example, set(doubt.value.readings.values())) == (cell, {"1.234", "1234"})


@pytest.mark.parametrize(("mark", "value"), [(".", 1.234), (",", 1234.0)])
def test_a_said_mark_settles_it(mark: str, value: float) -> None:
    assert read("1.234", decimal=mark).values.to_pylist() == [value]


def test_what_is_no_number_is_strange_and_a_null_is_not() -> None:
    found = read("1", "many", None)
    assert found.strange.tolist() == [False, True, False]
    assert found.values.to_pylist() == [1.0, None, None]


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2)), min_size=1, max_size=20))
def test_german_numbers_come_back(values: list[float]) -> None:
    cells = [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in values]
    assert read(*cells).values.to_pylist() == values


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1d 4h", 28.0),
        ("PT4H", 4.0),
        ("P1DT2H30M", 26.5),
        ("-PT1H", -1.0),
        ("3:15:00", 3.25),
        ("2 days, 3:30:00", 51.5),
        ("1.02:00:00", 26.0),
        ("90 min", 1.5),
        ("1 Tag und 3 Stunden", 27.0),
        ("4h30m", 4.5),
        ("1,5 h", 1.5),
        ("7200 s", 2.0),
        ("P", None),
        ("3:99", None),
        ("4 parsecs", None),
        ("", None),
    ],
)
def test_durations_are_hours(text: str, hours: float | None) -> None:
    assert durations.hours(text) == hours


def test_a_column_of_durations_reads_as_hours() -> None:
    found = read("1d 4h", "PT4H")
    assert (found.values.to_pylist(), found.durations) == ([28.0, 4.0], 2)


def test_yes_and_no_in_many_words() -> None:
    values, strange = truths.read(pa.chunked_array([["Ja", "NO", "TRUE", "0", "vrai", "maybe", None]]))
    assert values.to_pylist() == [True, False, True, False, True, None, None]
    assert strange.tolist() == [False, False, False, False, False, True, False]
