"""What is blocked now as one HTML file: who waits for whom since when, team by team and item by item."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.ageing_report import BlockedItem, BlockedReport
from streamgauge.answers.proof import Proof
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.proofs import Links, ProofView, links_of, proof_views
from streamgauge.surfaces.web.waiting_graph import Graph, graph

PROVEN = ("blocked_items", "blocked_time_share")


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How many items of one team wait for another team, the longest of them since when; a null team is not known."""

    team: str | None
    other: str
    n: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class BlockedPage:
    """All that the template prints; `rows` are the items listed, each with the id of its row."""

    answer: BlockedReport
    rows: tuple[tuple[str, BlockedItem], ...]
    graph: Graph | None
    waits: tuple[Wait, ...]
    proofs: tuple[ProofView, ...]
    statements: Mapping[str, Proof]
    command: str
    links: Links
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(answer: BlockedReport, proofs: Sequence[Proof], terms: Sequence[str], *, limit: int | None = 50) -> str:
    """Return the answer as the text of one HTML file, the longest blocked `limit` items listed.

    `terms` are the options of the question, for its commands.
    """
    page = compose(answer, proofs, terms, limit=limit)
    return file.html("blocked.html.jinja", page, styles=("report.css", "work.css"))


def compose(answer: BlockedReport, proofs: Sequence[Proof], terms: Sequence[str], *, limit: int | None) -> BlockedPage:
    """Return what the page shows."""
    rows = tuple((f"item-{number}", item) for number, item in enumerate(answer.items[:limit], start=1))
    words = tuple(map(one_line, terms))
    views = proof_views(proofs, terms)
    return BlockedPage(
        answer=answer,
        rows=rows,
        graph=graph(answer.items, {item.item: key for key, item in rows}),
        waits=_waits(answer.items),
        proofs=views,
        links=links_of(views),
        statements={},
        command=shlex.join(("streamgauge", "blocked", *words, "--limit", "all")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )


def _waits(items: Sequence[BlockedItem]) -> tuple[Wait, ...]:
    found: dict[tuple[str | None, str], list[datetime]] = {}
    for item in items:
        for other in item.waits_for_teams:
            found.setdefault((item.team, other), []).append(item.since)
    waits = (Wait(team=team, other=other, n=len(since), since=min(since)) for (team, other), since in found.items())
    return tuple(sorted(waits, key=lambda wait: (-wait.n, wait.since, wait.team or "", wait.other)))
