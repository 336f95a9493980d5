"""What a piece of rows comes to is what these come to by themselves."""

import math
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.facts.ways import NEVER
from streamgauge.metrics import statistics
from streamgauge.metrics.columns import spans
from streamgauge.metrics.columns.ranks import ranks
from streamgauge.metrics.columns.windowed import Summed

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


INSTANT = st.integers(0, 60)
SPANS = st.lists(st.tuples(INSTANT, st.one_of(st.just(NEVER), INSTANT), st.booleans()), max_size=30)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=SPANS, window=st.tuples(INSTANT, INSTANT))
def test_spans_tell_of_a_window_what_each_one_does(
    rows: list[tuple[int, int, bool]], window: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where something ended before it began, or took no time."""
    monkeypatch.setattr(sys.modules[spans.__module__], "_STEP", 4)
    since, until = min(window), max(window)
    started, ended = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))
    found = spans(started, np.array([end if done else NEVER for _, end, done in rows], np.int64), ended)
    mine = [(s, until + 1 if e == NEVER else e, done and e != NEVER) for s, e, done in rows if s < until]
    stays = [stay for s, e, _ in mine if (stay := min(e, until) - max(s, since)) > 0]
    assert found.present(since, until) == (len(stays), sum(stays))
    clipped = [min(max(e, since), until) - min(max(s, since), until) for s, e, _ in mine]
    assert sum(stays) - found.reversed(since, until) == sum(clipped)
    gone = [(e - s, done) for s, e, done in mine if since <= e < until]
    took = [stay for stay, done in gone if done]
    assert found.went(since, until) == (len(gone), len(took), sum(took))
    assert found.came(since, until) == sum(s >= since for s, _, _ in mine)
    for moment, told in zip(range(since, until), found.open_at(np.arange(since, until), until), strict=True):
        came, went = [s for s, _, _ in mine if s < moment], [s for s, e, _ in mine if e < moment]
        assert told == (len(came) - len(went), sum(came) - sum(went))
        assert found.level(moment) == sum(s < moment <= e for s, e, _ in mine)
