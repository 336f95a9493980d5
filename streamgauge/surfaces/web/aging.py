"""What is under way and how old it is, as one HTML file: ages before the pace of their stage, then the oldest."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.ageing_report import Ageing, AgeingItem
from streamgauge.answers.proof import Proof
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.ageing_chart import AgeingChart, stages_of
from streamgauge.surfaces.web.page import Picture, picture
from streamgauge.surfaces.web.proofs import Links, ProofView, links_of, proof_views, statements_of

PROVEN = ("flow_load", "work_item_age")
PACES = ("stage_pace", "service_level_expectation")
ITEMS_PROVEN = 20
"""Of how many items the page holds the proof of their chance."""


@dataclass(frozen=True, kw_only=True)
class AgingPage:
    """All that the template prints; `rows` are the oldest items, each with the id of its row."""

    answer: Ageing
    rows: tuple[tuple[str, AgeingItem], ...]
    pictures: tuple[Picture, ...]
    proofs: tuple[ProofView, ...]
    statements: Mapping[str, Proof]
    chances: str
    links: Links
    command: str
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(answer: Ageing, proofs: Sequence[Proof], terms: Sequence[str], *, limit: int | None = 50) -> str:
    """Return the answer as the text of one HTML file, the oldest `limit` items listed, all that fit drawn.

    `terms` are the options of the question, for its commands.
    """
    page = compose(answer, proofs, terms, limit=limit)
    return file.html("aging.html.jinja", page, styles=("report.css", "work.css"))


def compose(answer: Ageing, proofs: Sequence[Proof], terms: Sequence[str], *, limit: int | None) -> AgingPage:
    """Return what the page shows, with its chart drawn."""
    rows = tuple((f"item-{number}", item) for number, item in enumerate(answer.items[:limit], start=1))
    back = {"service_level_expectation": "tile-expectation"} | {pace.stage: "paces" for pace in answer.paces}
    back |= {item.item: key for key, item in rows}
    shown = [proof for proof in proofs if proof.of is None or proof.of in back]
    statements = statements_of(shown)
    views = proof_views(shown, terms, back, statements)
    links = links_of(views)
    chart = AgeingChart(
        answer=answer,
        stages=stages_of(answer),
        links={item.item: key for key, item in rows},
        other=links.get(("work_item_age", None), "items"),
    )
    return AgingPage(
        answer=answer,
        rows=rows,
        pictures=(picture(chart, wide=True),) if answer.items else (),
        proofs=views,
        statements=statements,
        chances=shlex.join(("streamgauge", "why", "chance_to_keep", "--item", "ID", *map(one_line, terms))),
        links=links,
        command=shlex.join(("streamgauge", "aging", *map(one_line, terms), "--limit", "all")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )
