"""Red default branch: the pipeline of a default branch is red, or is so too long and too often."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import hours, times
from streamgauge.percent import percent

_RUNS = """
SELECT repository, pipeline, branch, id, finished_at, outcome = 'success' AS is_green
FROM builds WHERE is_default_branch AND outcome IN ('success', 'failure', 'timeout', 'startup failure')
  AND finished_at >= $back AND finished_at < $end
ORDER BY repository, pipeline, branch, finished_at, id
"""
Streak = tuple[dict[str, Any], datetime | None]
"""The run that broke a branch, and when the next one passed; null while none has."""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.red_default_branch
    branches: dict[tuple[str, str, str | None], list[dict[str, Any]]] = {}
    for row in ground.rows(_RUNS, back=ground.back(terms.days)):
        branches.setdefault((row["repository"], row["pipeline"], row["branch"]), []).append(row)
    judged = {branch: runs for branch, runs in branches.items() if len(runs) >= terms.least_runs}
    if not judged:
        yield Unknown(f"No pipeline is known to have run {terms.least_runs} times on a default branch.")
    for (repository, pipeline, _), runs in judged.items():
        streaks = list(_streaks(runs))
        share = _red(streaks, ground.end) / (ground.end - runs[0]["finished_at"]).total_seconds()
        # A branch that nothing was put on since is left, not red.
        is_red = bool(streaks) and streaks[-1][1] is None and _age(streaks[-1][0], ground.end) > terms.still_hours
        if is_red or (share >= terms.least_share and len(streaks) >= 3):
            yield _finding((repository, pipeline, terms.days), runs, streaks, (share, is_red), ground.end)


def _streaks(runs: Sequence[dict[str, Any]]) -> Iterator[Streak]:
    red: dict[str, Any] | None = None
    for run in runs:
        if red is None and not run["is_green"]:
            red = run
        elif red is not None and run["is_green"]:
            yield red, run["finished_at"]
            red = None
    if red is not None:
        yield red, None


def _age(run: dict[str, Any], end: datetime) -> float:
    return float((end - run["finished_at"]).total_seconds() / 3600)


def _red(streaks: Sequence[Streak], end: datetime) -> float:
    return float(sum(((fixed or end) - broken["finished_at"]).total_seconds() for broken, fixed in streaks))


def _finding(
    home: tuple[str, str, int],
    runs: Sequence[dict[str, Any]],
    streaks: Sequence[Streak],
    found: tuple[float, bool],
    end: datetime,
) -> Finding:
    (repository, pipeline, days), (share, is_red) = home, found
    last = streaks[-1][0]
    now = f"has been red for {hours(_age(last, end))}" if is_red else f"was red {percent(share)} of the time"
    longest = sorted(streaks, key=lambda one: one[0]["finished_at"] - (one[1] or end))
    return RED_DEFAULT_BRANCH.found(
        message=(
            f"The default branch of {repository} {now} (“{pipeline}”, broken {times(len(streaks), 'time')} in {days} "
            f"days): nothing that is built on it can be trusted."
        ),
        place={"repository": repository, "pipeline": pipeline},
        since=last["finished_at"] if is_red else None,
        effect=Effect(value=share, unit="share", means="of the time it is red"),
        n=len(runs),
        weight=min(0.9, 0.4 + share),
        evidence_total=len(streaks),
        evidence=[
            Evidence(
                table="builds",
                id=broken["id"],
                of=repository,
                detail="still red" if fixed is None else f"red for {hours(_spent(broken, fixed))}",
            )
            for broken, fixed in longest[:MOST_EVIDENCE]
        ],
    )


def _spent(broken: dict[str, Any], fixed: datetime) -> float:
    return float((fixed - broken["finished_at"]).total_seconds() / 3600)


RED_DEFAULT_BRANCH = Insight(
    name="red_default_branch",
    claim="A default branch is red, or is so too long and too often.",
    why="While it is red nobody can release, and whoever takes from it takes the fault along.",
    hint="Mending it comes before anything new: take the change back first, and look for the reason afterwards.",
    wrong_when="The pipeline is a trial that nobody waits for, or runs only once a day.",
    source="definitions 3.3",
    is_of_code=True,
    look=_look,
)
