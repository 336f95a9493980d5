"""On how many initiatives each team works (definitions 2.3)."""

from streamgauge.answers.flow_report import TeamLoad
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.lake import View
from streamgauge.metrics import EFFECTIVE_INITIATIVES, INITIATIVES_PER_TEAM, Metric
from streamgauge.metrics.observations import records


def teams(view: View, asked: FlowTerms) -> tuple[TeamLoad, ...]:
    """Return the teams whose work has parents, by name."""
    if INITIATIVES_PER_TEAM not in asked.metrics:
        return ()
    now, spread = _by_team(view, asked, INITIATIVES_PER_TEAM), _by_team(view, asked, EFFECTIVE_INITIATIVES)
    most = asked.thresholds.most_initiatives
    return tuple(
        TeamLoad(
            team=team,
            initiatives=int(now[team]) if team in now else None,
            effective=spread.get(team),
            is_too_many=now[team] > most if team in now else None,
        )
        for team in sorted({*now, *spread})
    )


def _by_team(view: View, asked: FlowTerms, metric: Metric) -> dict[str, float]:
    found = records(view, metric, asked.scopes, worst="DESC", limit=None, zone=asked.zone)
    return {row["evidence"]: float(row["value"]) for rows in found.values() for row in rows}
