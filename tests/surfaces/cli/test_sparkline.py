"""Series as one line of bars."""

from hypothesis import given
from hypothesis import strategies as st

from streamgauge.surfaces.cli.sparkline import ASCII_BARS, BARS, GAP, sparkline


def test_no_data_is_a_gap_and_zero_is_a_bar() -> None:
    """Null and 0 look different, and a small value is more than zero."""
    assert sparkline([None, 0.0, 0.001, 8.0]) == GAP + "▁▂█"
    assert sparkline([None, 0.0, 0.001, 8.0], bars=ASCII_BARS) == GAP + "_.#"


def test_a_series_of_zeros_is_flat() -> None:
    """Nothing but zeros stays at the lowest bar."""
    assert sparkline([0.0, 0.0]) == "▁▁"
    assert sparkline([]) == ""


@given(st.lists(st.none() | st.floats(0, 1e12)))
def test_every_value_is_one_character(values: list[float | None]) -> None:
    """A series is as wide as it has values; only null is a gap."""
    line = sparkline(values)
    assert len(line) == len(values)
    assert all((c == GAP) == (v is None) for c, v in zip(line, values, strict=True))
    assert all((c == BARS[0]) == (v == 0) for c, v in zip(line, values, strict=True) if v is not None)
