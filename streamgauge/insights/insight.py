"""What an insight is: a claim about how work goes, and the finding that it returns where it holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from streamgauge.insights.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One record that a finding rests on: its table, its id there, and the dataset or repository that it is of."""

    table: str
    id: str
    of: str | None = None
    detail: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """How large it is: a value with its unit, what it is the measure of, and its 95 % interval where one is known."""

    value: float
    unit: str
    means: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A claim that holds: what is so and where, how large it is, how sure we are, what it rests on, what may help.

    `place` says where (stage, team, service, repository and the like); `since` when it began, null where that is not
    known; `probability` that the claim is true, null where the effect's interval says it; `n` how many cases are
    behind it. `weight` orders findings, from 0 to 1: the share of work, time or records that is concerned.
    `evidence` are the records that show it most, at most twenty of `evidence_total`.
    """

    insight: str
    title: str
    message: str
    place: dict[str, str]
    since: datetime | None
    effect: Effect
    probability: float | None
    n: int
    weight: float
    evidence: tuple[Evidence, ...]
    evidence_total: int
    why: str
    hint: str
    wrong_when: str


@dataclass(frozen=True)
class Unknown:
    """Why a claim can neither be made nor denied here: what is missing."""

    reason: str


Said = Iterable[Finding | Unknown]
MOST_EVIDENCE = 20


@dataclass(frozen=True, kw_only=True)
class Insight:
    """One claim, as data: its words, and the function that looks whether it holds.

    `claim` is one sentence; `why` says why it matters, `hint` what may help, `wrong_when` when the claim misleads.
    `look` gives a finding for each place where it holds, or says what is missing. `source` names the definition.
    """

    name: str
    claim: str
    why: str
    hint: str
    wrong_when: str
    source: str
    by_stream: bool = False
    """Whether it is looked for in each stream of work by itself, where there are several."""
    is_of_code: bool = False
    """Whether it speaks of changes of code and pipelines, and says nothing of how work items flow."""
    look: Callable[[Ground], Said] = field(repr=False)

    def found(self, evidence: Iterable[Evidence] = (), **said: Any) -> Finding:
        """Return a finding of this claim; `said` are the other fields of Finding, without those the insight gives."""
        shown = tuple(evidence)
        usual: dict[str, Any] = {"since": None, "probability": None, "evidence_total": len(shown)}
        given = usual | said
        return Finding(
            insight=self.name,
            title=self.claim,
            why=self.why,
            hint=self.hint,
            wrong_when=self.wrong_when,
            evidence=shown[:MOST_EVIDENCE],
            **given,
        )
