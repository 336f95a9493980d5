"""What stands out as one HTML file: each finding with its effect, its doubt, its evidence, and what may help."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.findings import Findings
from streamgauge.answers.proof import Proof
from streamgauge.insights import Effect, Finding
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.standing import explains
from streamgauge.surfaces.web import file
from streamgauge.surfaces.web.proofs import ProofView
from streamgauge.surfaces.web.quantity import amount, interval


@dataclass(frozen=True, kw_only=True)
class Card:
    """One finding as shown: its effect in words, and the command that says all about its insight."""

    key: str
    finding: Finding
    effect: str
    between: str | None
    command: str


@dataclass(frozen=True, kw_only=True)
class InsightsPage:
    """All that the template prints; `quiet` are insights that were looked for and do not hold."""

    answer: Findings
    cards: tuple[Card, ...]
    quiet: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    proofs: tuple[ProofView, ...]
    statements: Mapping[str, Proof]
    command: str
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(answer: Findings, terms: Sequence[str]) -> str:
    """Return the answer as the text of one HTML file; `terms` are the options of the question, for its commands."""
    return file.html("insights.html.jinja", compose(answer, terms), styles=("report.css", "work.css"))


def compose(answer: Findings, terms: Sequence[str]) -> InsightsPage:
    """Return what the page shows."""
    words = tuple(map(one_line, terms))
    return InsightsPage(
        answer=answer,
        cards=tuple(_card(number, one, words) for number, one in enumerate(answer.findings, start=1)),
        quiet=tuple(one.claim for one in answer.looked if not one.found and one.unknown is None),
        unknown=tuple((one.claim, one.unknown) for one in answer.looked if one.unknown is not None),
        proofs=(),
        statements={},
        command=shlex.join(("streamgauge", "insights", *words, "--explain")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )


def _card(number: int, finding: Finding, words: Sequence[str]) -> Card:
    effect: Effect = finding.effect
    return Card(
        key=f"finding-{number}",
        finding=finding,
        effect=amount(effect.value, effect.unit),
        between=interval(effect.low, effect.high, effect.value, effect.unit),
        command=explains(finding.insight, words),
    )
