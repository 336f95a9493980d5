"""Unstable flow: forecasts from this history are not safe."""

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.stream import OPEN, spans
from streamgauge.insights.words import hours

_OLDEST = f"""{OPEN}
SELECT o.item, o.dataset, (unix_micros($end) - unix_micros(o.started_at)) / 3.6e9 AS age
FROM open AS o ORDER BY age DESC, o.item LIMIT $most
"""

_PARTS = 20


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms, bounds = ground.company.insights.unstable_flow, ground.company.thresholds
    rows = spans(ground) if ground.scopes else None
    rows = None if rows is None else rows.filter(pc.invert(rows["left_truncated"]))
    if rows is None or not rows.num_rows:
        yield Unknown("Nothing was ever begun.")
        return
    started, ended = (
        np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=np.float64) for name in ("started", "ended")
    )
    since, until = ground.since.timestamp() * 1e6, ground.end.timestamp() * 1e6
    done = int(((ended >= since) & (ended < until)).sum())
    if done < terms.least_items or ground.days < terms.least_days:
        yield Unknown(
            f"insufficient data: {done:,} items ended in {ground.days:.0f} days; {terms.least_items} in "
            f"{terms.least_days:.0f} days needed."
        )
        return
    if not (np.isnan(ended) | (ended >= until)).any():
        yield Unknown("Nothing is open at the end, as in a history of finished work only.")
        return
    ratio, without = _ratios(started, ended, since, until)
    ratios = [value for value in without if value is not None]
    low, high = _jackknife(ratio or 0.0, np.array(ratios))
    came, went = int(((started >= since) & (started < until)).sum()), int(((ended >= since) & (ended < until)).sum())
    if ratio is not None and (low > bounds.stable_to or high < bounds.stable_from):
        yield _finding(ground, ratio, (low, high), (came, went), done)


def _ratios(
    started: np.ndarray, ended: np.ndarray, since: float, until: float
) -> tuple[float | None, list[float | None]]:
    """Return load over exits against the time that what left had taken, and that without each twentieth of the items.

    Cancelling is an exit (Little's law); the twentieths are in the order of starts.
    """
    presence = np.maximum(np.minimum(np.nan_to_num(ended, nan=np.inf), until) - np.maximum(started, since), 0.0)
    taken = np.where((ended >= since) & (ended < until), ended - started, 0.0)
    part = np.empty(len(started), np.int64)
    part[np.argsort(started, kind="stable")] = np.arange(len(started)) * _PARTS // max(1, len(started))
    loads, exits = (np.bincount(part, values, minlength=_PARTS) for values in (presence, taken))
    load, left = float(loads.sum()), float(exits.sum())
    without = zip((load - loads).tolist(), (left - exits).tolist(), strict=True)
    return _ratio(load, left), [_ratio(one, other) for one, other in without]


def _ratio(load: float, taken: float) -> float | None:
    return load / taken if taken > 0 else None


def _jackknife(ratio: float, ratios: np.ndarray) -> tuple[float, float]:
    n = len(ratios)
    if n < 2:
        return ratio, ratio
    reach = 1.96 * float(np.sqrt((n - 1) / n * ((ratios - ratios.mean()) ** 2).sum()))
    return ratio - reach, ratio + reach


def _finding(ground: Ground, ratio: float, span: tuple[float, float], moved: tuple[int, int], done: int) -> Finding:
    came, went = moved
    oldest = ground.rows(_OLDEST, most=MOST_EVIDENCE)
    if ratio > 1:
        words = "open work grows older than what gets done tells, so that forecasts from finished work are too early"
    else:
        words = "old work is being cleared, so that forecasts from finished work are too late"
    return UNSTABLE_FLOW.found(
        message=(
            f"Flow is not stable: {words}. {came:,} items began and {went:,} ended in {ground.days:.0f} days; load "
            f"over throughput is {ratio:.2f} times the time that finished work took."
        ),
        place={},
        effect=Effect(
            value=ratio, unit="times", means="load over throughput against cycle time", low=span[0], high=span[1]
        ),
        n=done,
        weight=min(0.7, abs(float(np.log(max(ratio, 1e-3))))),
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=f"{hours(row['age'])} old")
            for row in oldest
        ],
    )


UNSTABLE_FLOW = Insight(
    name="unstable_flow",
    claim="Flow is not stable, so that forecasts from its history are not safe.",
    why="Every forecast from history supposes that as much ends as begins, and that nothing is left lying.",
    hint="Finish or give up the oldest open work before starting more, and forecast again when both numbers meet.",
    wrong_when="The window holds a planned beginning or end, such as a new team, or the tool keeps dead items open.",
    source="definitions 2.2",
    by_stream=True,
    look=_look,
)
