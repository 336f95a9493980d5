"""Handoff friction: one handoff costs more waiting and rework than any other."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.resampling import between, blocks, drawn, first
from streamgauge.insights.stream import BLOCK
from streamgauge.insights.words import hours, times
from streamgauge.metrics.walked import ORDERED

# A turn is a run of stays at one stage. The stage has accepted with its first work, or at the end of the turn where no
# status says that somebody works there. A loop runs from the first return until the item is accepted again.
_BY_STAGE = f"""{ORDERED},
owned AS (
  SELECT s.nth, s.total, s.ordinal, s.place, s.line_id, s.item, s.stage AS owner, s.state, v.entered_at, v.left_at,
         CASE WHEN s.stage = lag(s.stage) OVER way THEN 0 ELSE 1 END AS is_first
  FROM stays AS s JOIN visits AS v ON v.line_id = s.line_id AND v.item = s.item AND v.ordinal = s.ordinal
  WINDOW way AS (PARTITION BY s.nth ORDER BY s.ordinal)),
taken AS (
  SELECT nth, max(total) AS total, max(line_id) AS line_id, max(item) AS item, turn, max(owner) AS owner,
         max(place) AS place, min(entered_at) AS handed_at,
         coalesce(min(CASE WHEN state = 'active' THEN entered_at END), max(left_at)) AS accepted_at
  FROM (SELECT *, sum(is_first) OVER (PARTITION BY nth ORDER BY ordinal) AS turn FROM owned) AS o GROUP BY nth, turn),
"""
# The team of a stay that waits is who moved it there, so that teams count from work to work: the receiver has accepted
# with its first work, or with the end of the last waiting.
_BY_TEAM = f"""{ORDERED},
owned AS (
  SELECT s.nth, s.total, s.ordinal, CAST(NULL AS BIGINT) AS place, s.line_id, s.item, v.team AS owner, s.state,
         v.entered_at, v.left_at,
         max(CASE WHEN s.state = 'active' THEN s.ordinal END) OVER (PARTITION BY s.nth) AS last_work,
         max(s.ordinal) OVER (PARTITION BY s.nth) AS last_stay
  FROM stays AS s JOIN visits AS v ON v.line_id = s.line_id AND v.item = s.item AND v.ordinal = s.ordinal
  WHERE v.team IS NOT NULL),
taken AS (
  SELECT nth, total, line_id, item, ordinal AS turn, owner, place, handed_at,
         CASE WHEN state = 'active' THEN entered_at ELSE left_at END AS accepted_at
  FROM (SELECT *, lag(owner) OVER way AS former, lag(left_at) OVER way AS handed_at FROM owned
        WHERE state = 'active' OR (ordinal = last_stay AND ordinal > last_work)
        WINDOW way AS (PARTITION BY nth ORDER BY ordinal)) AS w
  WHERE former IS DISTINCT FROM owner),
"""
_PASSED = """
turns AS (
  SELECT *, lag(owner) OVER way AS sender, lag(place) OVER way AS sender_place, lead(owner) OVER way AS next_owner,
         lead(handed_at) OVER way AS given_back_at, lead(owner, 2) OVER way AS owner_after,
         lead(accepted_at, 2) OVER way AS again_at
  FROM taken WINDOW way AS (PARTITION BY nth ORDER BY turn)),
passed AS (
  SELECT nth, total, line_id, item, sender, owner AS receiver,
         (unix_micros(accepted_at) - unix_micros(handed_at)) / 3.6e9 AS waited,
         CASE WHEN next_owner = sender THEN 1 ELSE 0 END AS bounced,
         CASE WHEN next_owner = sender AND owner_after = owner
              THEN (unix_micros(again_at) - unix_micros(given_back_at)) / 3.6e9 ELSE 0 END AS looped
  FROM turns WHERE sender IS NOT NULL AND accepted_at IS NOT NULL
    AND (sender_place IS NULL OR place IS NULL OR place >= sender_place))
"""
_STAGES, _TEAMS = _BY_STAGE + _PASSED, _BY_TEAM + _PASSED
_SUMS = f"""
SELECT {BLOCK} AS block, sender, receiver, count(*) AS n,
       sum(waited) AS waited, sum(bounced) AS bounced, sum(looped) AS looped, max(total) AS total
FROM passed GROUP BY 1, 2, 3
"""
_WORST = """
SELECT p.item, d.dataset, sum(p.waited + p.looped) AS cost FROM passed AS p JOIN datasets AS d ON d.line_id = p.line_id
WHERE p.sender = $sender AND p.receiver = $receiver GROUP BY p.item, d.dataset ORDER BY cost DESC, p.item LIMIT $most
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    found = [one for owner, sql in (("stage", _STAGES), ("team", _TEAMS)) for one in _of(ground, owner, sql)]
    yield from found
    if not found:
        yield Unknown("No handoff costs clearly more than the others, or too few items went through one.")


def _of(ground: Ground, owner: str, sql: str) -> Iterator[Finding]:
    terms = ground.company.insights.handoff_friction
    rows = ground.rows(sql + _SUMS)
    parts = blocks(max((row["total"] for row in rows), default=0))
    pairs = sorted({(row["sender"], row["receiver"]) for row in rows})
    counts = {pair: sum(r["n"] for r in rows if (r["sender"], r["receiver"]) == pair) for pair in pairs}
    pairs = [pair for pair in pairs if counts[pair] >= terms.least_handoffs]
    if len(pairs) < 2:
        return
    cost = _costs(rows, pairs, parts)
    again, whole = drawn(cost), cost.sum(axis=0)
    worst = int(whole.argmax())
    sure, share = float(first(again)[worst]), float(whole[worst] / max(whole.sum(), 1e-9))
    n = counts[pairs[worst]]
    if sure >= terms.sure and share >= terms.least_share and whole[worst] / n >= terms.least_hours:
        mine = [r for r in rows if (r["sender"], r["receiver"]) == pairs[worst]]
        span = between(again[:, worst] / n)
        effect = Effect(
            value=float(whole[worst] / n),
            unit="hours",
            means="waiting and rework of one handoff, on average",
            low=span[0] if span else None,
            high=span[1] if span else None,
        )
        yield _finding(ground, owner, sql, pairs[worst], mine, effect, (sure, share, n))


def _costs(rows: Sequence[dict[str, Any]], pairs: Sequence[tuple[str, str]], parts: int) -> np.ndarray:
    index = {pair: i for i, pair in enumerate(pairs)}
    cost = np.zeros((parts, len(pairs)))
    for row in rows:
        place = index.get((row["sender"], row["receiver"]))
        if place is not None:
            cost[row["block"], place] += row["waited"] + row["looped"]
    return cost


def _finding(
    ground: Ground,
    owner: str,
    sql: str,
    pair: tuple[str, str],
    rows: Sequence[dict[str, Any]],
    effect: Effect,
    doubt: tuple[float, float, int],
) -> Finding:
    (sender, receiver), (sure, share, n) = pair, doubt
    bounced, looped = sum(r["bounced"] for r in rows), sum(r["looped"] for r in rows)
    each = looped / max(1.0, float(bounced))
    back = f", and {times(int(bounced), 'time')} it came back, for {hours(each)} each" if bounced else ""
    waited = sum(r["waited"] for r in rows) / n
    taken = f"work waits {hours(waited)} until it is taken up" if waited >= 1 / 60 else "work is taken up at once"
    longest = ground.rows(sql + _WORST, sender=sender, receiver=receiver, most=MOST_EVIDENCE)
    return HANDOFF_FRICTION.found(
        message=(f"From {sender} to {receiver} costs most of all handoffs, {share:.0%}: {taken}{back}."),
        place={f"from_{owner}": sender, f"to_{owner}": receiver},
        effect=effect,
        probability=sure,
        n=n,
        weight=0.8 * share * sure,
        evidence_total=n,
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=hours(row["cost"])) for row in longest
        ],
    )


HANDOFF_FRICTION = Insight(
    name="handoff_friction",
    claim="One handoff costs more waiting and rework than any other.",
    why="Work breaks down between people more than in their hands: what waits here, or comes back, is paid for twice.",
    hint=(
        "Agree on what must be there when it is handed on, let the receiver see it coming, and take hand and receiver "
        "together for a while."
    ),
    wrong_when=(
        "The sender's status is changed late, so that its own work counts as waiting; or waiting there is meant, as "
        "for a release date."
    ),
    source="definitions 4.3",
    by_stream=True,
    look=_look,
)
