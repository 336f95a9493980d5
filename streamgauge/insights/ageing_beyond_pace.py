"""Ageing beyond the pace: work under way is older than work usually is when it leaves its stage."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from streamgauge.facts.ways import NEVER, starts_of
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.stream import OPEN
from streamgauge.insights.walks import ENDED, HOUR, Walks, walks
from streamgauge.insights.words import hours, times
from streamgauge.metrics.statistics import wilson

_LEAST = 20
"""So many items must have left a stage for its pace to be known."""
_OLD = f"""{OPEN}
SELECT o.item, o.dataset, o.stage, (unix_micros($end) - unix_micros(o.started_at)) / 3.6e9 AS age
FROM open AS o ORDER BY age DESC, o.item
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.ageing_beyond_pace
    paces = paces_of(walks(ground)) if ground.scopes else {}
    if not paces:
        yield Unknown("Fewer than twenty items left each stage, so that its pace is not known.")
        return
    rows = [row for row in ground.rows(_OLD) if row["stage"] in paces]
    for stage, pace in paces.items():
        mine = [row for row in rows if row["stage"] == stage]
        old = [row for row in mine if row["age"] > pace]
        low, high = wilson(len(old), len(mine)) or (0.0, 1.0)
        if len(old) >= terms.least_items and low > terms.usual_share:
            yield _finding(stage, pace, (mine, old), (low, high))


def paces_of(seen: Walks) -> dict[str, float]:
    """Return by stage the age in hours at which 85 % of the items had left it, where enough have."""
    rows = np.flatnonzero(seen.state != ENDED)
    key = seen.way[rows] * (len(seen.stages) + 1) + seen.stage[rows] + 1
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(starts_of(key[order]))
    if not len(starts):
        return {}
    left = np.maximum.reduceat(seen.left[rows][order], starts)
    way, stage = np.divmod(key[order][starts], len(seen.stages) + 1)
    found = {}
    for code, name in enumerate(seen.stages, 1):
        mine = stage == code
        ages = np.sort((left - seen.started[way])[mine & (left != NEVER)])
        if mine.sum() >= _LEAST and len(ages):
            found[name] = float(ages[math.ceil(len(ages) * 0.85) - 1]) / HOUR
    return found


def _finding(
    stage: str, pace: float, rows: tuple[list[dict[str, Any]], list[dict[str, Any]]], span: tuple[float, float]
) -> Finding:
    mine, old = rows
    worst = old[0]
    return AGEING_BEYOND_PACE.found(
        message=(
            f"{times(len(old), 'item')} of {len(mine):,} in {stage} are older than {hours(pace)}, which 85 % of the "
            f"work was not when it left; the oldest, {worst['item']}, is {hours(worst['age'])} old."
        ),
        place={"stage": stage},
        effect=Effect(
            value=len(old) / len(mine),
            unit="share",
            means="of the work there is beyond the pace of the stage",
            low=span[0],
            high=span[1],
        ),
        n=len(mine),
        weight=0.5 * len(old) / len(mine),
        evidence_total=len(old),
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=f"{hours(row['age'])} old")
            for row in old[:MOST_EVIDENCE]
        ],
    )


AGEING_BEYOND_PACE = Insight(
    name="ageing_beyond_pace",
    claim="Work under way is older than work usually is when it leaves its stage.",
    why="What is old already is what will be late; it can still be helped, and no average shows it yet.",
    hint="Go through these items one by one: finish, cut to what is needed, or give up and say so.",
    wrong_when="They are forgotten leftovers that nobody works on, or a large kind of work that is always slower.",
    source="definitions 2.3",
    by_stream=True,
    look=_look,
)
