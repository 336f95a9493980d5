"""Rework loop: much of what reaches one stage goes back from there."""

from collections.abc import Iterator

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours, times
from streamgauge.metrics.statistics import wilson
from streamgauge.metrics.walked import ORDERED

# Steps between stages; a loop lasts from the way back until the item reaches the stage again.
_LOOPS = f"""{ORDERED},
entries AS (
  SELECT w.*, lead(stage) OVER way AS to_stage, lead(place) OVER way AS to_place, lead(entered_at) OVER way AS back_at
  FROM (SELECT * FROM walked WHERE stage IS DISTINCT FROM former_stage AND place IS NOT NULL
          AND state NOT IN ('done', 'cancelled')) AS w
  WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY ordinal)),
loops AS (
  SELECT e.line_id, e.item, e.episode, e.stage, e.to_stage, e.back_at,
         (SELECT min(r.entered_at) FROM entries AS r WHERE r.line_id = e.line_id AND r.item = e.item
            AND r.episode = e.episode AND r.stage = e.stage AND r.entered_at > e.back_at) AS again_at
  FROM entries AS e WHERE e.to_place < e.place),
reached AS (SELECT stage, count(DISTINCT (line_id, item, episode)) AS n FROM entries GROUP BY stage)
"""
_COUNTS = """
SELECT l.stage, l.to_stage, max(r.n) AS n, count(DISTINCT (l.line_id, l.item, l.episode)) AS items, count(*) AS loops,
       sum((unix_micros(l.again_at) - unix_micros(l.back_at)) / 3.6e9) AS lost
FROM loops AS l JOIN reached AS r ON r.stage = l.stage GROUP BY l.stage, l.to_stage
ORDER BY items DESC, l.stage, l.to_stage
"""
_ITEMS = """
SELECT l.item, d.dataset, count(*) AS loops FROM loops AS l JOIN datasets AS d ON d.line_id = l.line_id
WHERE l.stage = $stage AND l.to_stage = $to_stage GROUP BY l.item, d.dataset ORDER BY loops DESC, l.item LIMIT $most
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.rework_loop
    rows = ground.rows(_LOOPS + _COUNTS)
    if not any(row["n"] >= terms.least_items for row in rows):
        yield Unknown(
            f"Nothing is known to have gone back, or fewer than {terms.least_items} items reached a stage that it did"
            " from."
        )
    for row in rows:
        low, high = wilson(row["items"], row["n"]) or (0.0, 1.0)
        if row["n"] >= terms.least_items and low >= terms.least_share:
            yield _finding(ground, row, low, high)


def _finding(ground: Ground, row: dict[str, object], low: float, high: float) -> Finding:
    stage, to_stage, items, n = (row[name] for name in ("stage", "to_stage", "items", "n"))
    share = float(str(items)) / float(str(n))
    each = float(str(row["lost"] or 0.0)) / float(str(row["loops"]))
    shown = ground.rows(_LOOPS + _ITEMS, stage=stage, to_stage=to_stage, most=MOST_EVIDENCE)
    lasts = f", which takes {hours(each)} until it is back" if each else ""
    return REWORK_LOOP.found(
        message=(
            f"{share:.0%} of what reaches {stage} goes back to {to_stage} ({times(int(str(items)), 'item')} of "
            f"{int(str(n)):,}){lasts}."
        ),
        place={"stage": str(stage), "to_stage": str(to_stage)},
        effect=Effect(value=share, unit="share", means="of what reaches the stage goes back", low=low, high=high),
        n=int(str(n)),
        weight=0.6 * share,
        evidence_total=int(str(items)),
        evidence=[
            Evidence(table="items", id=r["item"], of=r["dataset"], detail=times(r["loops"], "time")) for r in shown
        ],
    )


REWORK_LOOP = Insight(
    name="rework_loop",
    claim="Much of what reaches one stage goes back from there.",
    why="What goes back is done twice and waits twice, and what it displaces waits too.",
    hint="Look at the last ten that came back, and at what was missing that the stage before could have known.",
    wrong_when="Going back is how the stages are meant to work, as between design and trial, or cards are dragged.",
    source="definitions 4.1",
    by_stream=True,
    look=_look,
)
