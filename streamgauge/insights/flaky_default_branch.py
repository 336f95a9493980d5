"""Flaky default branch: its pipeline fails and passes on the same state of the code."""

from collections.abc import Iterator, Sequence
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import times
from streamgauge.metrics.statistics import wilson
from streamgauge.percent import percent

_RUNS = """
SELECT source, repository, pipeline, commit, bool_or(is_default_branch) AS is_default,
       bool_or(outcome IN ('failure', 'timeout')) AND bool_or(outcome = 'success') AS is_flaky,
       min(CASE WHEN outcome IN ('failure', 'timeout') THEN id END) AS failed, max(finished_at) AS ended_at
FROM builds
WHERE commit IS NOT NULL AND outcome IN ('success', 'failure', 'timeout', 'startup failure')
  AND finished_at >= $back AND finished_at < $end
GROUP BY source, repository, pipeline, commit ORDER BY ended_at DESC, commit
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.flaky_default_branch
    homes: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in ground.rows(_RUNS, back=ground.back(terms.days)):
        homes.setdefault((row["repository"], row["pipeline"]), []).append(row)
    judged = {
        home: rows for home, rows in homes.items() if sum(bool(r["is_default"]) for r in rows) >= terms.least_runs
    }
    if not judged:
        yield Unknown(f"No pipeline is known to have run on {terms.least_runs} states of a default branch.")
    for (repository, pipeline), rows in sorted(judged.items()):
        flaky = [row for row in rows if row["is_flaky"]]
        low, high = wilson(len(flaky), len(rows)) or (0.0, 1.0)
        if low >= terms.least_share:
            yield _finding((repository, pipeline, terms.days), rows, flaky, (low, high))


def _finding(
    home: tuple[str, str, int],
    rows: Sequence[dict[str, Any]],
    flaky: Sequence[dict[str, Any]],
    span: tuple[float, float],
) -> Finding:
    (repository, pipeline, days), share = home, len(flaky) / len(rows)
    return FLAKY_DEFAULT_BRANCH.found(
        message=(
            f"“{pipeline}” of {repository} fails for nothing: on {percent(share)} of the states of the code it"
            f" failed and then passed without a change ({times(len(flaky), 'time')} of {len(rows):,} in {days} days)."
        ),
        place={"repository": repository, "pipeline": pipeline},
        effect=Effect(value=share, unit="share", means="of runs fail for nothing", low=span[0], high=span[1]),
        n=len(rows),
        weight=min(0.8, 0.3 + 2 * share),
        evidence_total=len(flaky),
        evidence=[
            Evidence(table="builds", id=row["failed"], of=repository, detail=f"{row['ended_at']:%Y-%m-%d}")
            for row in flaky[:MOST_EVIDENCE]
        ],
    )


FLAKY_DEFAULT_BRANCH = Insight(
    name="flaky_default_branch",
    claim="A pipeline fails and passes on the same state of the code.",
    why="A pipeline that fails for nothing is run again and no longer believed, so that true failures pass with it.",
    hint="Find the tests that fail in turns, take them out of the gate today, and mend or drop each.",
    wrong_when="What it depends on outside was down, and is the reason; or one state is run with several settings.",
    source="definitions 3.3",
    is_of_code=True,
    look=_look,
)
