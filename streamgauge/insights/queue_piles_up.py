"""Queue piles up: more and more work waits before one stage."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from streamgauge.company.insights import QueuePilesUpTerms
from streamgauge.insights.constraint import Growth, growth
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.stream import OPEN, stream
from streamgauge.insights.words import hours

_WAITING = f"""{OPEN}
SELECT o.item, o.dataset, (unix_micros($end) - unix_micros(o.entered_at)) / 3.6e9 AS waits
FROM open AS o WHERE o.stage = $stage AND o.state = 'waiting' ORDER BY waits DESC, o.item LIMIT $most
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.queue_piles_up
    seen = stream(ground)
    if not len(seen.stages):
        yield Unknown("Nothing was finished, so that no stage is known.")
        return
    for place, stage in enumerate(seen.stages):
        found, queue = growth(seen, place), seen.waiting[:, place].astype(np.float64)
        if found is not None and _piles_up(found, queue, terms):
            yield _finding(ground, stage, found, _began(ground, queue, found.before))


def _piles_up(found: Growth, queue: np.ndarray, terms: QueuePilesUpTerms) -> bool:
    """Whether a queue grows for certain, by much, and has not been as short as at first in the last fifth."""
    by_much = found.times >= terms.times and found.now - found.before >= terms.least_items
    return found.chance < terms.chance and by_much and float(queue[-len(queue) // 5 :].min()) > found.before


def _began(ground: Ground, queue: np.ndarray, before: float) -> datetime:
    """Return the last moment at which no more waited than at first."""
    low = np.nonzero(queue <= max(before, 0.5))[0]
    last = int(low[-1]) + 1 if len(low) else 0
    return ground.since + timedelta(days=ground.days * last / len(queue))


def _finding(ground: Ground, stage: str, found: Growth, since: datetime) -> Finding:
    before, now = found.before, found.now
    longest = ground.rows(_WAITING, stage=stage, most=MOST_EVIDENCE)
    oldest = f"; the oldest has waited for {hours(longest[0]['waits'])}" if longest else ""
    return QUEUE_PILES_UP.found(
        message=f"Work piles up before {stage}: {now:.0f} items wait there, and {before:.0f} did at first{oldest}.",
        place={"stage": stage},
        since=since,
        effect=Effect(value=now - before, unit="items", means="more work waits there than at first"),
        probability=1 - found.chance,
        n=round(now),
        weight=0.5 * (now - before) / max(now, 1.0),
        evidence_total=max(len(longest), round(now)),
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=f"waits {hours(row['waits'])}")
            for row in longest
        ],
    )


QUEUE_PILES_UP = Insight(
    name="queue_piles_up",
    claim="More and more work waits before one stage.",
    why="A queue that grows makes everything that comes later wait longer than what came before, and forecasts fail.",
    hint="Start less until it is worked off, and send people from the stages before to where it lies.",
    wrong_when="Work is gathered on purpose for a date, or old items that nobody wants are left lying there.",
    source="definitions 4.2",
    by_stream=True,
    look=_look,
)
