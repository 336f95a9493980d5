"""How code becomes something that users have, as one HTML file: phases, measures with their proofs, what waits."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.code_report import CodeReport, Phase
from streamgauge.answers.proof import Proof
from streamgauge.answers.service_delivery import Measure
from streamgauge.surfaces.code_notes import code_notes
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.monthly_charts import Drawing, how_long, how_many, what_share
from streamgauge.surfaces.web.page import Group, Picture, grouped, picture, plain_tile
from streamgauge.surfaces.web.plot import Chart, with_doubt
from streamgauge.surfaces.web.proofs import ProofView, proof_views
from streamgauge.surfaces.web.quantity import amount

GROUPS = (
    (
        "From the first commit to users",
        ("pull_request_lead_time", "coding_time", "pickup_time", "review_time", "merge_time", "release_wait"),
    ),
    ("How reviews go", ("unreviewed_share", "review_depth", "review_to_merge_time", "pull_request_size")),
    ("What waits, and what is written anew", ("open_pull_requests", "merged_not_delivered", "code_churn")),
    (
        "How pipelines go",
        (
            *("build_success_rate", "first_attempt_success_rate", "flake_rate", "build_duration", "build_queue_time"),
            *("time_to_fix_red", "red_time_share"),
        ),
    ),
)
PHASES = {
    "coding": ("coding_time", "Coding"),
    "pickup": ("pickup_time", "Waiting for a review"),
    "review": ("review_time", "Review"),
    "merge": ("merge_time", "Waiting to be merged"),
    "release": ("release_wait", "Waiting for a release"),
}
"""The phases of lead time: which metric each is, and what happens in it."""
CHARTS: tuple[tuple[str, Drawing, str, str, str], ...] = (
    ("pull_request_lead_time", how_long, "pull request", "Lead time", "lead time"),
    ("pickup_time", how_long, "pull request", "Wait for a review", "pickup"),
    ("open_pull_requests", how_many, "pull request", "open", "open"),
    ("unreviewed_share", what_share, "pull request", "of changes are merged without a review", "without a review"),
    ("build_success_rate", what_share, "run", "of runs pass in the end", "runs that pass"),
    ("build_duration", how_long, "run", "Duration of a run", "duration"),
)
REPOSITORIES = 40


@dataclass(frozen=True, kw_only=True)
class PhaseBar:
    """One phase in the bar of all: its share begins at `x`, of a thousand, and is `width` wide."""

    phase: Phase
    words: str
    place: int
    x: float
    width: float
    proof: str | None


@dataclass(frozen=True, kw_only=True)
class CodePage:
    """All that the template prints; `quality` says in words what the numbers rest on."""

    answer: CodeReport
    phases: tuple[PhaseBar, ...]
    longest: str
    groups: tuple[Group, ...]
    pictures: tuple[Picture, ...]
    repositories: int
    quality: tuple[str, ...]
    proofs: tuple[ProofView, ...]
    statements: Mapping[str, Proof]
    command: str
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(answer: CodeReport, proofs: Sequence[Proof], terms: Sequence[str]) -> str:
    """Return the answer as the text of one HTML file; `terms` are the options of the question, for its commands."""
    return file.html("code.html.jinja", compose(answer, proofs, terms), styles=("report.css", "work.css"))


def compose(answer: CodeReport, proofs: Sequence[Proof], terms: Sequence[str]) -> CodePage:
    """Return what the page shows, with every chart drawn."""
    measures = {measure.metric: measure for measure in answer.measures}
    views = proof_views([proof for proof in proofs if proof.metric in measures], terms)
    links = {view.proof.metric: view.key for view in views}
    drawn = list(_charts(answer, measures, links))
    return CodePage(
        answer=answer,
        phases=tuple(_phases(answer, links)),
        longest=_longest(answer.phases),
        groups=grouped(GROUPS, measures.values(), lambda measure: plain_tile(measure, links)),
        pictures=tuple(picture(chart, wide=i == 0 and len(drawn) % 2 == 1) for i, chart in enumerate(drawn)),
        repositories=REPOSITORIES,
        quality=tuple(code_notes(answer)),
        proofs=views,
        statements={},
        command=shlex.join(("streamgauge", "code", *map(one_line, terms), "--limit", "all", "--format", "json")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )


def _charts(answer: CodeReport, measures: Mapping[str, Measure], links: Mapping[str, str]) -> Iterator[Chart]:
    for metric, drawing, of, what, axis in CHARTS:
        # A share of nothing at all needs no picture.
        if metric in measures and not (drawing is what_share and not measures[metric].value):
            chart = drawing(measures[metric], answer.series, links, of=of, what=what, axis=axis)
            if chart is not None:
                yield with_doubt(chart)


def _phases(answer: CodeReport, links: Mapping[str, str]) -> Iterator[PhaseBar]:
    at = 0.0
    for place, phase in enumerate(answer.phases, start=1):
        width = 1000 * phase.share_of_time
        metric, words = PHASES.get(phase.phase, ("", phase.phase))
        yield PhaseBar(phase=phase, words=words, place=place, x=at, width=width, proof=links.get(metric))
        at += width


def _longest(phases: Sequence[Phase]) -> str:
    """Return which phase takes most of the time, in words."""
    if not phases:
        return ""
    most = max(phases, key=lambda phase: phase.share_of_time)
    words = PHASES.get(most.phase, ("", most.phase))[1]
    return f"{words} takes the largest part of the lead time, {amount(most.share_of_time, 'share')}"
