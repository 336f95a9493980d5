"""Unmapped statuses: what a status means is not known, and that may change the picture."""

from collections.abc import Iterator

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours
from streamgauge.metrics.walked import PASSED, WALKED
from streamgauge.percent import percent

_HAS_STRANGE = """
SELECT f.line_id FROM flow_items AS f JOIN datasets AS d ON d.line_id = f.line_id AND NOT d.by_activity
WHERE f.has_unmapped AND f.line_id IN (SELECT unnest($line_ids)) LIMIT 1
"""
_HAS_WALKED = f"""{PASSED}
SELECT p.line_id FROM passed AS p JOIN datasets AS d ON d.line_id = p.line_id AND NOT d.by_activity
WHERE p.is_through LIMIT 1
"""
_SHARES = f"""{WALKED},
spent AS (SELECT status, state, sum(hours) AS hours, count(DISTINCT (line_id, item)) AS items
          FROM walked WHERE state NOT IN ('done', 'cancelled') AND line_id NOT IN (
            SELECT line_id FROM datasets WHERE by_activity) GROUP BY status, state)
SELECT status, state, hours, items, sum(hours) OVER () AS whole, (SELECT count(*) FROM chosen) AS n FROM spent
ORDER BY hours DESC, status
"""
_ITEMS = f"""{WALKED}
SELECT w.item, d.dataset, coalesce(sum(w.hours), 0.0) AS hours
FROM walked AS w JOIN datasets AS d ON d.line_id = w.line_id
WHERE w.state = 'unmapped' GROUP BY w.item, d.dataset ORDER BY hours DESC, w.item LIMIT $most
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.unmapped_statuses
    has_strange = bool(ground.rows(_HAS_STRANGE))
    rows = ground.rows(_SHARES if has_strange else _HAS_WALKED)
    if not rows:
        yield Unknown("Nothing was finished, or the log tells of activities, which are no states.")
    if not rows or not has_strange:
        return
    strange = [row for row in rows if row["state"] == "unmapped"]
    whole = rows[0]["whole"] or 0.0
    share = sum(row["hours"] for row in strange) / whole if whole else 0.0
    if share < terms.least_share:
        return
    names = ", ".join(f"“{row['status'][:60]}”" for row in strange[:5])
    more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
    shown = ground.rows(_ITEMS, most=MOST_EVIDENCE)
    yield UNMAPPED_STATUSES.found(
        message=(
            f"{percent(share)} of the time of finished work was spent in statuses that are not understood:"
            f" {names}{more}. Flow efficiency and the bottleneck leave it out."
        ),
        place={"status": str(strange[0]["status"])},
        effect=Effect(value=share, unit="share", means="of the time of finished work is not understood"),
        n=int(rows[0]["n"]),
        weight=min(1.0, 0.5 + share),
        evidence_total=max(int(row["items"]) for row in strange),
        evidence=[
            Evidence(table="items", id=row["item"], of=row["dataset"], detail=hours(row["hours"])) for row in shown
        ],
    )


UNMAPPED_STATUSES = Insight(
    name="unmapped_statuses",
    claim="What a status means is not known, and that may change the picture.",
    why="Time that counts neither as work nor as waiting is missing from every number that tells the two apart.",
    hint="Say in the company file under `process` what these statuses mean; `streamgauge flow` then takes them in.",
    wrong_when="They are steps that nobody needs to tell apart, or a status that is no longer used.",
    source="definitions 2.0",
    look=_look,
)
