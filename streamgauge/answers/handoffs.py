"""Handoffs between teams: how long work waits until the receiver begins, how often it comes back (definitions 4.3)."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from streamgauge.answers.stream_map import Handoff
from streamgauge.lake import View
from streamgauge.metrics.columns import window
from streamgauge.metrics.columns.columns import Columns
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import Scope

_HANDOFFS = f"""WITH scope AS ({SCOPE})
SELECT f.sender, f.receiver, count(*) AS n, percentile(f.wait_hours, 0.5) AS wait_median,
       sum(in_micros(f.wait_hours)) / 3.6e9 / count(*) AS wait_mean,
       sum(CASE WHEN f.is_bounced THEN 1 ELSE 0 END) AS bounced,
       try_divide(sum(in_micros(f.loop_hours)) / 3.6e9, count(f.loop_hours)) AS loop_mean
FROM handoffs AS f JOIN scope ON scope.line_id = f.line_id
WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.ended_at >= scope.since) AND f.ended_at < scope.until
GROUP BY f.sender, f.receiver
"""
_FEW = 10


def handoffs(
    view: View, said: Mapping[str, object], scope: Scope, columns: Columns | None, beside: Executor
) -> Callable[[], tuple[Handoff, ...]]:
    """Return what gives every pair of teams between which work went, the one with most friction first.

    What needs no engine is worked out beside.
    """
    if columns is not None:
        return beside.submit(lambda: _in_order(columns.handoffs.by_pair(columns.handed(*window(scope))))).result
    found = _in_order(view.rows(_HANDOFFS, said))
    return lambda: found


def _in_order(rows: Sequence[Mapping[str, Any]]) -> tuple[Handoff, ...]:
    return tuple(sorted(map(_handoff, rows), key=lambda h: (-h.friction_hours, h.from_, h.to)))


def _handoff(row: Mapping[str, Any]) -> Handoff:
    bounced, loop = int(row["bounced"]), row["loop_mean"] or 0.0
    return Handoff(
        from_=row["sender"],
        to=row["receiver"],
        n=row["n"],
        wait_p50_hours=row["wait_median"],
        wait_mean_hours=row["wait_mean"],
        bounced=bounced,
        rework_mean_hours=loop,
        friction_hours=friction(row["n"], row["wait_mean"], bounced, loop),
        is_small=row["n"] < _FEW,
    )


def friction(n: int, wait_mean: float, bounced: int, rework_mean: float) -> float:
    """Return the friction of a handoff in item hours: means, not medians, because the total matters."""
    return n * wait_mean + bounced * rework_mean
