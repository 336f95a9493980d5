"""WIP over limit: more is under way than was agreed, and not now and then."""

from collections.abc import Iterator
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import Effect, Finding, Insight, Unknown
from streamgauge.insights.limits import against, named, under_way, unknown
from streamgauge.percent import percent


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.wip_over_limit
    rows = against(ground)
    if not rows:
        yield unknown(ground)
    for row in rows:
        if row["hours"] >= 24 * terms.least_days and row["over_hours"] >= terms.least_share * row["hours"]:
            yield _finding(ground, row)


def _finding(ground: Ground, row: dict[str, Any]) -> Finding:
    share, place = row["over_hours"] / row["hours"], named(ground, row)
    who = " in ".join(place.values()) or "All work"
    return WIP_OVER_LIMIT.found(
        message=(
            f"{who} had more under way than its limit of {row['wip_limit']:,} in {percent(share)} of the time: "
            f"{row['mean']:.1f} items on average, {row['most']:,.0f} at most, {row['now']:,.0f} now."
        ),
        place=place,
        effect=Effect(value=share, unit="share", means="of the time over the limit"),
        n=int(row["most"]),
        weight=0.7 * share,
        evidence=under_way(ground, row),
    )


WIP_OVER_LIMIT = Insight(
    name="wip_over_limit",
    claim="More is under way than the limit that was agreed allows.",
    why="What is begun beyond the limit makes all that is under way slower, and nobody notices where it is stuck.",
    hint="Finish something before the next thing begins; or say that the limit is wrong, and agree on another one.",
    wrong_when="The limit is of people, not of items, or items that nobody works on any more were left standing.",
    source="definitions 2.3",
    look=_look,
)
