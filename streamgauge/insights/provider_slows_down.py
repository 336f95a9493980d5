"""Provider slows down: others wait for one team much longer than before."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours
from streamgauge.metrics.blocks import BLOCKS
from streamgauge.metrics.metric import SCOPE

_SPANS = f"""WITH scope AS ({SCOPE}),
{BLOCKS}
SELECT DISTINCT l.blocker, g.team, e.dataset, l.linked_at AS since,
       coalesce(l.unlinked_at, g.finished_at, g.cancelled_at) AS until
FROM blocks AS l JOIN datasets AS e ON e.line_id = l.blocker_line_id
JOIN flow_items AS g ON g.line_id = l.blocker_line_id AND g.item = l.blocker
WHERE l.linked_at IS NOT NULL AND l.linked_at < $end AND g.team IS NOT NULL
  AND EXISTS (SELECT 1 FROM scope WHERE scope.line_id IS NOT NULL)
ORDER BY since, blocker
"""
"""The last {terms.late_days} days are held against the half year before them."""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.provider_slows_down
    rows = ground.rows(_SPANS) if ground.scopes else []
    waited_for: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        waited_for.setdefault(row["team"], []).append(row)
    middle = ground.end - timedelta(days=terms.late_days)
    early = middle - timedelta(days=terms.early_days)
    judged = 0
    for team, its_own in sorted(waited_for.items()):
        mine = [row for row in its_own if row["since"] >= early]
        late = [row for row in mine if row["since"] >= middle]
        before = [row for row in mine if row["since"] < middle]
        if len(late) >= terms.least_items and len(before) >= 2 * terms.least_items:
            judged += 1
            yield from _compared(team, _lasted(before, ground.end), late, ground)
    if not judged:
        yield Unknown("Too few items are known to have waited for one team, before and of late.")


def _lasted(rows: Sequence[dict[str, Any]], end: datetime) -> np.ndarray:
    spans = [(min(row["until"] or end, end) - row["since"]).total_seconds() / 3600 for row in rows]
    found: np.ndarray = np.maximum(np.array(spans), 1 / 60)
    return found


def _compared(team: str, before: np.ndarray, late: Sequence[dict[str, Any]], ground: Ground) -> Iterator[Finding]:
    terms, end = ground.company.insights.provider_slows_down, ground.end
    now = _lasted(late, end)
    # Shifts of logarithms (Hodges and Lehmann): the median of all ratios, and its spread by resampling.
    random = np.random.default_rng(len(now))
    ratio = float(np.median(now[:, None] / before[None, :]))
    drawn = [
        float(np.median(random.choice(now, len(now))[:, None] / random.choice(before, len(before))[None, :]))
        for _ in range(300)
    ]
    low, high = (float(np.percentile(drawn, p)) for p in (2.5, 97.5))
    sure = float(np.mean(np.array(drawn) > 1.0))
    if ratio < terms.times or low <= 1.0 or sure < terms.sure:
        return
    yield PROVIDER_SLOWS_DOWN.found(
        message=(
            f"Who waits for {team} waits {ratio:.1f} times as long as before: {hours(float(np.median(now)))} in the "
            f"last {terms.late_days} days, {hours(float(np.median(before)))} in the {terms.early_days} days before."
        ),
        place={"team": team},
        since=late[0]["since"],
        effect=Effect(value=ratio, unit="times", means="as long as before", low=low, high=high),
        probability=sure,
        n=len(now),
        weight=min(0.8, 0.3 * ratio),
        evidence_total=len(now),
        evidence=[
            Evidence(table="items", id=late[i]["blocker"], of=late[i]["dataset"], detail=f"took {hours(float(now[i]))}")
            for i in np.argsort(-now)[:MOST_EVIDENCE].tolist()
        ],
    )


PROVIDER_SLOWS_DOWN = Insight(
    name="provider_slows_down",
    claim="Others wait for one team much longer than before.",
    why="What others need of a team that slows down is late before any of their own numbers show it.",
    hint="Ask the team what has changed, and which of the things that wait for it has a date.",
    wrong_when="The kind of request has changed, or only the hard ones still come to it.",
    source="definitions 4.2",
    look=_look,
)
