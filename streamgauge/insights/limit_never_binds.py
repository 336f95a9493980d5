"""Limit never binds: a limit on work in progress is so far away that it limits nothing."""

from collections.abc import Iterator
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import Effect, Finding, Insight, Unknown
from streamgauge.insights.limits import against, named, under_way, unknown


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms, rows = ground.company.thresholds, against(ground)
    if not rows:
        yield unknown(ground)
    for row in rows:
        if row["hours"] >= 24 * terms.idle_limit_days and row["most"] < terms.idle_limit_share * row["wip_limit"]:
            yield _finding(ground, row)


def _finding(ground: Ground, row: dict[str, Any]) -> Finding:
    place, share = named(ground, row), row["most"] / row["wip_limit"]
    who = " in ".join(place.values()) or "all work"
    return LIMIT_NEVER_BINDS.found(
        message=(
            f"The limit of {row['wip_limit']:,} items for {who} limits nothing: never more than {row['most']:,.0f} "
            f"were under way in {row['hours'] / 24:.0f} days, {row['mean']:.1f} on average."
        ),
        place=place,
        effect=Effect(value=share, unit="share", means="of the limit, at most"),
        n=int(row["most"]),
        weight=0.2 * (1 - share),
        evidence=under_way(ground, row),
    )


LIMIT_NEVER_BINDS = Insight(
    name="limit_never_binds",
    claim="A limit on work in progress is so far away that it limits nothing.",
    why="A limit is there to make waiting seen: one that is never reached only looks like a rule.",
    hint="Set it just below what is usually under way, and look at what then stops first.",
    wrong_when="It is meant for a time that has not come, such as a season, or work is kept in another tool.",
    source="definitions 2.3",
    look=_look,
)
