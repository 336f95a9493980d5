"""What a piece of rows comes to is what these come to by themselves."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.metrics import statistics
from streamgauge.metrics.columns.pieces import Summed
from streamgauge.metrics.columns.ranks import ranks

HOURS = st.one_of(st.just(0.0), st.just(1.0), st.integers(-5, 10**9).map(lambda micros: micros / 3.6e9))
ROWS = st.lists(st.tuples(HOURS, st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, ends=st.tuples(st.integers(0, 40), st.integers(0, 40)), some=st.booleans())
def test_ranks_and_sums_of_a_piece(
    rows: list[tuple[float, bool]], ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch, *, some: bool
) -> None:
    """So few rows are looked at together that pieces have whole ones in them and edges."""
    monkeypatch.setattr(statistics, "AT_ONCE", 8)
    values, counts = np.array([value for value, _ in rows]), np.array([counts for _, counts in rows]) | (not some)
    piece = slice(min(*ends, len(rows)), min(max(ends), len(rows)))
    mine = np.sort(values[piece][counts[piece]])
    found = ranks(values, counts if some else None).at(piece, list(range(len(mine))))
    assert list(found.values()) == mine.tolist()
    assert Summed(values).total(piece) == math.fsum(values[piece])


def test_ranks_of_values_that_are_far_from_each_other() -> None:
    values = np.array([1e300, 1e-300, 0.0, 1e280, 3.0])
    assert list(ranks(values, None).at(slice(0, 5), range(5)).values()) == sorted(values)
