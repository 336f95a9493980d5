"""Answers how pull requests and pipelines go: how long a change takes to its users, where it waits, how builds do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from streamgauge.answers import months as monthly
from streamgauge.answers.code_question import CodeTerms, question
from streamgauge.answers.code_report import (
    CodeQuality,
    CodeReport,
    OpenPullRequest,
    Phase,
    RepositoryCode,
    SizeShare,
)
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.headline import span
from streamgauge.answers.measures import plain_measure
from streamgauge.answers.remembered import remembered
from streamgauge.answers.service_delivery import Measure, Point
from streamgauge.lake import Lake, View
from streamgauge.metrics import CODE, statistics
from streamgauge.metrics.measured import by_month, summaries
from streamgauge.metrics.metric import SCOPE, WANTED_ITEM, Metric, Shape
from streamgauge.metrics.observations import Summary, parameters
from streamgauge.percent import percent

_SCOPE = f"WITH scope AS ({SCOPE.strip()})"
_MERGED = f"""
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.merged_at < scope.until AND (scope.since IS NULL OR f.merged_at >= scope.since) AND {WANTED_ITEM}
"""
PHASES: Mapping[str, tuple[str, str]] = {
    "coding": ("f.started_at", "f.ready_at"),
    "pickup": ("f.ready_at", "f.first_review_at"),
    "review": ("f.first_review_at", "coalesce(f.approved_at, f.merged_at)"),
    "merge": (
        "CASE WHEN f.first_review_at IS NULL THEN f.ready_at ELSE coalesce(f.approved_at, f.merged_at) END",
        "f.merged_at",
    ),
    "release": ("f.merged_at", "f.deployed_at"),
}
"""The phases of a delivered pull request, each between two instants; together they are its lead time."""
_PHASES = f"""{_SCOPE}
SELECT {", ".join(f"sum(unix_micros({b}) - unix_micros({a})) / 3.6e9 AS {p}" for p, (a, b) in PHASES.items())},
       {", ".join(f"count({b}) AS {p}_n" for p, (_, b) in PHASES.items())}
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.deployed_at < scope.until AND (scope.since IS NULL OR f.deployed_at >= scope.since)
  AND f.started_at IS NOT NULL AND f.left_out IS NULL AND {WANTED_ITEM}
"""
SIZES = ((1, 10), (11, 50), (51, 100), (101, 250), (251, None))
"""DORA's ranges of changed lines."""
_SIZES = f"{_SCOPE} SELECT f.lines, count(*) AS n {_MERGED} AND f.left_out IS NULL AND f.lines IS NOT NULL GROUP BY 1"
_OPEN = f"""{_SCOPE}
SELECT f.repository, f.pull_request, f.title, f.ready_at, f.created_at, f.first_review_at, f.approved_at, q.url,
       least(scope.until, scope.known_at) AS ends_at, count(*) OVER () AS total
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
JOIN code_sets AS s ON s.line_id = f.line_id
LEFT JOIN pull_requests AS q ON q.source = s.source AND q.repository = s.repository AND q.id = f.pull_request
WHERE f.created_at < scope.until AND (f.closed_at IS NULL OR f.closed_at >= scope.until) AND f.left_out IS NULL
  AND {WANTED_ITEM}
ORDER BY f.created_at, f.repository, f.pull_request LIMIT $shown
"""
_PEOPLE = f"""{_SCOPE}
SELECT s.repository, max(s.service) AS service, max(p.people) AS people
FROM code_sets AS s JOIN scope ON scope.line_id = s.line_id
LEFT JOIN (SELECT f.line_id, count(DISTINCT f.author) AS people {_MERGED} GROUP BY f.line_id) AS p
  ON p.line_id = s.line_id GROUP BY s.repository
"""
_QUALITY = f"""{_SCOPE}
SELECT count_if(f.left_out = 'made by a machine') AS machines, count_if(f.left_out LIKE 'impossible%') AS impossible,
       count_if(f.left_out IS NULL AND f.started_at IS NULL) AS without_commits,
       count_if(f.left_out IS NULL AND f.start_clamped) AS start_clamped,
       count_if(f.left_out IS NULL AND f.item IS NULL) AS without_item,
       bool_or(f.delivered_by = 'deployments') AS by_deployments, bool_or(f.delivered_by = 'releases') AS by_releases
{_MERGED}
"""
_BY_REPOSITORY = (
    "pull_request_lead_time",
    "pickup_time",
    "unreviewed_share",
    "build_success_rate",
    "flake_rate",
)
_UNKNOWN = "no review of this code is known"
_FEWEST = 4
"""A slice of fewer contributors would be about persons (definitions 0.4)."""
_NO_MONTHS = ("red_time_share",)
"""What is a share of the whole window has no month of its own."""


@remembered
def report(lake: Lake, request: FlowRequest, now: datetime | None = None, *, limit: int | None = 10) -> CodeReport:
    """Return how code goes; facts are brought up to date first. Raises BadOption where the lake holds no code."""
    with question(lake, request, now) as asking:
        view, asked = asking.view, asking.asked
        found = _found(view, asked)
        measures = tuple(measured(metric, found[metric.name], asked) for metric in CODE)
        opened, total = _open(view, asked, limit)
        phases = _phases(view, asked)
        return CodeReport(
            **asking.about,
            message=_message(asked, {m.metric: m for m in measures}, phases),
            window=asked.window,
            as_of=request.as_of,
            measures=measures,
            series=tuple(_points(view, asked)),
            phases=phases,
            sizes=_sizes(view, asked),
            open=opened,
            open_total=total,
            repositories=_repositories(view, asked),
            data_quality=_quality(view, asked),
        )


def measured(metric: Metric, found: Summary, asked: CodeTerms) -> Measure:
    """Return one metric over the window, with its interval and what was left out."""
    told = plain_measure(metric, found, asked.window, is_known=_is_known(metric, asked))
    if told.value is None and metric.name == "merged_not_delivered" and asked.has_pull_requests:
        return replace(told, null_reason="no data: no delivery of this code is known")
    if told.value is None and found.left_out:
        why = max(sorted(found.left_out), key=lambda reason: found.left_out[reason])
        return replace(told, null_reason=f"no data: all {sum(found.left_out.values()):,} are left out ({why})")
    return told


def _is_known(metric: Metric, asked: CodeTerms) -> bool:
    """Whether nothing counted is a true 0."""
    if metric.name == "merged_not_delivered":
        return asked.has_deliveries
    return asked.has_pull_requests


def _found(view: View, asked: CodeTerms) -> dict[str, Summary]:
    return {name: by_slice[asked.scope.slice] for name, by_slice in summaries(view, CODE, asked.scopes).items()}


def _points(view: View, asked: CodeTerms) -> Iterator[Point]:
    told = [metric for metric in CODE if metric.name not in _NO_MONTHS]
    wanted = [metric for metric in told if metric.shape is not Shape.INVENTORY or _is_known(metric, asked)]
    months = by_month(view, wanted, asked.scopes, asked.zone)
    for metric in wanted:
        yield from monthly.series(metric, months[metric.name], asked)


def _phases(view: View, asked: CodeTerms) -> tuple[Phase, ...]:
    row = view.rows(_PHASES, parameters(asked.scopes))[0]
    total = sum(row[phase] or 0.0 for phase in PHASES)
    if not total:
        return ()
    return tuple(
        Phase(phase=phase, share_of_time=(row[phase] or 0.0) / total, hours=row[phase] or 0.0, n=row[f"{phase}_n"])
        for phase in PHASES
    )


def _sizes(view: View, asked: CodeTerms) -> tuple[SizeShare, ...]:
    rows = view.rows(_SIZES, parameters(asked.scopes))
    counts = [sum(r["n"] for r in rows if low <= r["lines"] <= (high or r["lines"])) for low, high in SIZES]
    total = sum(counts)
    return tuple(_size(*bounds, n, total) for bounds, n in zip(SIZES, counts, strict=True) if total)


def _size(low: int, high: int | None, n: int, total: int) -> SizeShare:
    least, most = statistics.wilson(n, total) or (0.0, 1.0)
    return SizeShare(lines=f"{low}-{high}" if high else f"over {low - 1}", n=n, share=n / total, low=least, high=most)


def _open(view: View, asked: CodeTerms, limit: int | None) -> tuple[tuple[OpenPullRequest, ...], int]:
    rows = view.rows(_OPEN, parameters(asked.scopes) | {"shown": 2**31 if limit is None else max(limit, 1)})
    shown = rows if limit is None else rows[:limit]
    return tuple(_opened(row) for row in shown), rows[0]["total"] if rows else 0


def _opened(row: Mapping[str, Any]) -> OpenPullRequest:
    now = row["ends_at"]
    steps = (
        ("approved", row["approved_at"]),
        ("in review", row["first_review_at"]),
        ("waits for review", row["ready_at"]),
        ("draft", row["created_at"]),
    )
    state, since = next(step for step in steps if step[0] == "draft" or (step[1] is not None and step[1] <= now))
    return OpenPullRequest(
        repository=row["repository"],
        pull_request=row["pull_request"],
        title=row["title"],
        age_hours=(now - row["created_at"]).total_seconds() / 3600,
        state=state,
        state_hours=(now - since).total_seconds() / 3600,
        url=row["url"],
    )


def _repositories(view: View, asked: CodeTerms) -> tuple[RepositoryCode, ...]:
    """Return the repositories one by one, where there are several: medians of a whole hide how its parts differ."""
    if len(asked.datasets) < 2:
        return ()
    names = {row["line_id"]: row["repository"] for row in view.rows("SELECT line_id, repository FROM code_sets")}
    scopes = [replace(scope, slice=names[scope.line_id]) for scope in asked.scopes]
    metrics = [metric for metric in CODE if metric.name in _BY_REPOSITORY]
    found = summaries(view, metrics, scopes)
    people = {row["repository"]: row for row in view.rows(_PEOPLE, parameters(asked.scopes))}
    rows = (_repository(name, {m.name: found[m.name][name] for m in metrics}, people[name], asked) for name in people)
    return tuple(sorted(rows, key=lambda row: (-row.merged, -row.runs, row.repository)))


def _repository(name: str, found: Mapping[str, Summary], row: Mapping[str, Any], asked: CodeTerms) -> RepositoryCode:
    few = (row["people"] or 0) < _FEWEST
    told = {m.name: None if few else measured(m, found[m.name], asked).value for m in CODE if m.name in found}
    return RepositoryCode(
        repository=name,
        service=row["service"],
        merged=found["unreviewed_share"].n + found["unreviewed_share"].left_out.get(_UNKNOWN, 0),
        lead_time_p50_hours=told["pull_request_lead_time"],
        pickup_p50_hours=told["pickup_time"],
        unreviewed_share=told["unreviewed_share"],
        runs=found["build_success_rate"].n,
        build_success_rate=told["build_success_rate"],
        flake_rate=told["flake_rate"],
        null_reason=f"fewer than {_FEWEST} contributors" if few else None,
    )


def _quality(view: View, asked: CodeTerms) -> CodeQuality:
    row = view.rows(_QUALITY, parameters(asked.scopes))[0]
    by = [name for name in ("deployments", "releases") if row[f"by_{name}"]]
    counts = ("machines", "impossible", "without_commits", "start_clamped", "without_item")
    return CodeQuality(**{name: int(row[name] or 0) for name in counts}, deliveries=" and ".join(by) or None)


_WORDS = {
    "coding": "being written",
    "pickup": "waiting for a first review",
    "review": "in review",
    "merge": "waiting to be merged",
    "release": "waiting for a release",
}


def _message(asked: CodeTerms, found: Mapping[str, Measure], phases: Sequence[Phase]) -> str:
    """Return how code goes, in plain words; what is not known is not mentioned as if it were good."""
    whose = f"{asked.scope.team}: " if asked.scope.team else ""
    parts = [part for part in (_lead(found, phases), _reviews(found), _builds(found), _churn(found)) if part]
    return whose + " ".join(parts or ["Nothing was merged and nothing was built in this window."])


def _lead(found: Mapping[str, Measure], phases: Sequence[Phase]) -> str:
    lead, merge = found["pull_request_lead_time"], found["review_to_merge_time"]
    if lead.value is not None:
        longest = max(phases, key=lambda phase: phase.share_of_time)
        share = f"; {percent(longest.share_of_time)} of that time it is {_WORDS[longest.phase]}" if phases else ""
        return f"Half of the changes reach their users within {span(lead.value)} of the first commit{share}."
    if merge.value is not None:
        return f"Half of the reviewed changes are merged within {span(merge.value)} of their first review."
    if found["merge_time"].value is not None:
        return f"Half of the changes are merged within {span(found['merge_time'].value)} of when they were ready."
    return ""


def _reviews(found: Mapping[str, Measure]) -> str:
    unreviewed, waiting = found["unreviewed_share"], found["merged_not_delivered"]
    said = []
    if unreviewed.value is not None:
        nobody = round(unreviewed.value * unreviewed.n)
        said.append(f"{nobody or 'None'} of {unreviewed.n:,} went in without a review")
    if waiting.n:
        said.append(f"{waiting.n:,} merged {'one waits' if waiting.n == 1 else 'ones wait'} to be delivered")
    return f"{', and '.join(said)}." if said else ""


def _builds(found: Mapping[str, Measure]) -> str:
    passed, fixed = found["build_success_rate"], found["time_to_fix_red"]
    if passed.value is None:
        return ""
    mended = f", and half of the broken default branches are mended within {span(fixed.value)}" if fixed.value else ""
    return f"{percent(passed.value)} of the runs of pipelines pass{mended}."


def _churn(found: Mapping[str, Measure]) -> str:
    churn = found["code_churn"].value
    return "" if churn is None else f"{percent(churn)} of the changed lines replace lines that were just written."
