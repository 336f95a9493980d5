"""Merged work waits: changes lie merged and unreleased, far longer than is usual there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours, times

# What a service usually waits between releases says how long merged work may lie; bots and merges are no work.
_LYING = """
SELECT l.line_id, l.service, l.repository, u.change, u.committed_at,
       (unix_micros($end) - unix_micros(u.committed_at)) / 3.6e9 AS age
FROM undeployed AS u JOIN lines AS l ON l.line_id = u.line_id
WHERE u.is_inside AND NOT u.is_merge AND NOT u.is_bot AND u.committed_at < $end
ORDER BY l.service, u.committed_at, u.change
"""
_RHYTHM = """
SELECT line_id, count(*) AS n, max(deployed_at) AS last, percentile(gap, 0.9) AS usual FROM (
  SELECT line_id, deployed_at, (unix_micros(deployed_at) - unix_micros(lag(deployed_at) OVER (
           PARTITION BY line_id ORDER BY deployed_at))) / 3.6e9 AS gap
  FROM deployments WHERE left_out IS NULL AND deployed_at < $end) AS d GROUP BY line_id
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.merged_work_waits
    rhythm = {row["line_id"]: row for row in ground.rows(_RHYTHM) if row["n"] >= terms.least_releases}
    if not rhythm:
        yield Unknown(f"No service is known to have released {terms.least_releases} times.")
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in ground.rows(_LYING):
        if row["line_id"] in rhythm:
            lines.setdefault(row["line_id"], []).append(row)
    for line, lying in sorted(lines.items(), key=lambda one: one[1][0]["service"]):
        usual, last = float(rhythm[line]["usual"] or 0.0), rhythm[line]["last"]
        silent = (ground.end - last).total_seconds() / 3600
        old = [row for row in lying if row["age"] > max(terms.least_hours, terms.times * usual)]
        if len(old) >= terms.least_changes and silent > max(terms.least_hours, terms.times * usual):
            yield _finding(lying, old, usual, last)


def _finding(lying: list[dict[str, Any]], old: list[dict[str, Any]], usual: float, last: datetime) -> Finding:
    service, oldest = old[0]["service"], old[0]["age"]
    return MERGED_WORK_WAITS.found(
        message=(
            f"{times(len(lying), 'change')} of {service} lie merged and unreleased, the oldest for {hours(oldest)}; "
            f"the last release was on {last:%Y-%m-%d}, where nine in ten came within {hours(usual)}."
        ),
        place={"service": service, "repository": old[0]["repository"]},
        since=old[0]["committed_at"],
        effect=Effect(value=sum(row["age"] for row in lying), unit="hours", means="that merged changes have waited"),
        n=len(lying),
        weight=min(0.9, 0.4 + 0.1 * oldest / max(usual, 14 * 24.0)),
        evidence_total=len(lying),
        evidence=[
            Evidence(table="commits", id=row["change"], of=row["repository"], detail=f"waits {hours(row['age'])}")
            for row in old[:MOST_EVIDENCE]
        ],
    )


MERGED_WORK_WAITS = Insight(
    name="merged_work_waits",
    claim="Changes lie merged and unreleased, far longer than is usual there.",
    why="The work is paid for and nobody has it yet; the longer it lies, the larger and riskier the next release.",
    hint="Release what is there, in parts if need be, and find out what keeps the next release from being routine.",
    wrong_when="The service is given up, is released in a way that is not known here, or a freeze was agreed on.",
    source="definitions 3.1",
    is_of_code=True,
    look=_look,
)
