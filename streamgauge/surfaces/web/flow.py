"""How work flows as one HTML file: the measures with their proofs, the pictures, and what the numbers rest on."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.flow_pictures import FlowPictures
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.proof import Proof
from streamgauge.answers.service_delivery import Measure
from streamgauge.insights import Finding
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.standing import explains
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.flow_charts import charts
from streamgauge.surfaces.web.page import Group, Picture, grouped, picture, plain_tile
from streamgauge.surfaces.web.proofs import ProofView, proof_views

KINDS = (
    *("feature_share", "defect_share", "risk_share", "debt_share"),
    *("feature_time_share", "defect_time_share", "risk_time_share", "debt_time_share"),
)
"""Shown only where some type of work is known to be of a kind."""
GROUPS = (
    ("How much, and how long", ("flow_velocity", "flow_time", "cycle_time", "request_lead_time")),
    ("Where the time goes", ("flow_efficiency", "item_efficiency", "return_share", "cancel_rate")),
    ("What is under way", ("flow_load", "work_item_age")),
    ("What was worked for", KINDS),
)
TYPES = 12


@dataclass(frozen=True, kw_only=True)
class FlowPage:
    """All that the template prints."""

    answer: FlowReport
    groups: tuple[Group, ...]
    pictures: tuple[Picture, ...]
    types: int
    proofs: tuple[ProofView, ...]
    statements: Mapping[str, Proof]
    standing: tuple[tuple[str, str], ...]
    command: str
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(
    answer: FlowReport,
    found: FlowPictures,
    proofs: Sequence[Proof],
    terms: Sequence[str],
    standing: Sequence[Finding] | None = None,
) -> str:
    """Return the answer as the text of one HTML file; `terms` are the options of the question, for its commands.

    `standing` are the findings that stand beside it.
    """
    page = compose(answer, found, proofs, terms, standing or ())
    return file.html("flow.html.jinja", page, styles=("report.css", "work.css"))


def compose(
    answer: FlowReport,
    found: FlowPictures,
    proofs: Sequence[Proof],
    terms: Sequence[str],
    standing: Sequence[Finding],
) -> FlowPage:
    """Return what the page shows, with every chart drawn."""
    measures = _shown(answer)
    views = proof_views([proof for proof in proofs if proof.metric in measures], terms)
    links = {view.proof.metric: view.key for view in views}
    drawn = charts(answer, found, links)
    # The first fills the row, and so does the second where one would be left over.
    wide = 2 if len(drawn) % 2 == 0 else 1
    return FlowPage(
        answer=answer,
        groups=grouped(GROUPS, measures.values(), lambda measure: plain_tile(measure, links)),
        pictures=tuple(picture(chart, wide=i < wide) for i, chart in enumerate(drawn)),
        types=TYPES,
        proofs=views,
        statements={},
        standing=tuple((one.message, explains(one.insight, terms)) for one in standing),
        command=shlex.join(("streamgauge", "flow", *map(one_line, terms), "--format", "json")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )


def _shown(answer: FlowReport) -> dict[str, Measure]:
    is_of_kind = any(kind.kind and kind.n for kind in answer.kinds)
    return {m.metric: m for m in answer.measures if is_of_kind or m.metric not in KINDS}
