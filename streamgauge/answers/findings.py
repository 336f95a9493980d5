"""Answers what stands out in how work goes: every insight that holds, the weightiest first, with what it rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_report import AboutWork
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.remembered import remembered
from streamgauge.answers.service_delivery import Window
from streamgauge.company.silence import Silence
from streamgauge.errors import BadOption
from streamgauge.insights import INSIGHTS, Finding, Ground, Insight, Unknown, prepare
from streamgauge.lake import Lake


@dataclass(frozen=True, kw_only=True)
class Silenced:
    """A finding that the company file silences: which, why, and until the day before which (null: for good)."""

    insight: str
    message: str
    reason: str
    until: str | None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An insight that was looked for: how often it holds, and where it is not known to, what is missing.

    `terms` are the judgements from which on it holds, by their names under `insights` in the company file.
    """

    insight: str
    claim: str
    found: int
    unknown: str | None
    terms: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Findings(AboutWork):
    """What stands out, the weightiest first. Every surface shows exactly these fields.

    `looked` names every insight that was looked for, so that silence about one is told from not having looked.
    """

    window: Window
    as_of: datetime | None
    findings: tuple[Finding, ...]
    silenced: tuple[Silenced, ...]
    looked: tuple[Looked, ...]


@remembered
def findings(
    lake: Lake, request: FlowRequest, now: datetime | None = None, *, only: str | None = None, of_work: bool = False
) -> Findings:
    """Return what stands out, of one insight where `only` names it; with `of_work` not what speaks of code alone.

    Raises BadOption for an insight that there is not, and where the lake holds no work.
    """
    wanted = tuple(insight for insight in chosen(only) if not (of_work and insight.is_of_code))
    with question(lake, request, now) as asking:
        found, looked = look(asking.ground, wanted)
        said, silenced = silence(found, request.company.silence, asking.asked.end)
        about = asking.about
        return Findings(
            **(about | {"notes": (*about["notes"], *_misspelt(request.company.silence))}),
            message=_message(said, silenced),
            window=asking.asked.window,
            as_of=request.as_of,
            findings=said,
            silenced=silenced,
            looked=looked,
        )


MOST, MANY = 3, 5_000_000
"""How many findings stand beside another answer, and up to how many visits of work they are looked for there."""


def standing_out(lake: Lake, request: FlowRequest, now: datetime | None = None) -> tuple[Finding, ...] | None:
    """Return the weightiest findings about work, to stand beside an answer about it, one of each insight.

    Null where there is so much work that looking for them would keep the reader waiting. `now` is when the answer was
    made: what both rest on is then worked out once.
    """
    with lake.view() as view:
        if view.rows("SELECT count(*) AS n FROM visits")[0]["n"] > MANY:
            return None
    found = findings(lake, request, now, of_work=True).findings
    of_work = {one.insight: one for one in reversed(found)}
    return tuple(sorted(of_work.values(), key=lambda one: -one.weight)[:MOST])


def chosen(only: str | None) -> tuple[Insight, ...]:
    """Return the insights that are meant: all, or the one of a name. Raises BadOption."""
    meant = tuple(i for i in INSIGHTS if only is None or i.name == only.strip().lower().replace("-", "_"))
    if not meant:
        raise BadOption.unknown("insight", only or "", [i.name for i in INSIGHTS])
    return meant


def look(ground: Ground, wanted: Iterable[Insight]) -> tuple[tuple[Finding, ...], tuple[Looked, ...]]:
    """Return what is found, the weightiest first, and what was looked for."""
    meant = tuple(wanted)
    said: dict[str, list[Finding | Unknown]] = {insight.name: [] for insight in meant}
    for insight in meant:
        if not insight.by_stream:
            said[insight.name] += insight.look(ground)
    # Stream by stream, so that what the insights share is worked out once for each of them.
    streams = ground.streams() if any(insight.by_stream for insight in meant) else ()
    prepare([part for _, part in streams])
    for name, part in streams:
        for insight in meant:
            if insight.by_stream:
                said[insight.name] += (_named(one, name) for one in insight.look(part))
    found = [one for insight in meant for one in said[insight.name] if isinstance(one, Finding)]
    looked = tuple(_looked(insight, said[insight.name], ground) for insight in meant)
    return tuple(sorted(found, key=lambda f: (-f.weight, f.insight, f.message))), looked


def _looked(insight: Insight, said: Sequence[Finding | Unknown], ground: Ground) -> Looked:
    found = sum(isinstance(one, Finding) for one in said)
    missing = next((one.reason for one in said if isinstance(one, Unknown)), None)
    return Looked(
        insight=insight.name,
        claim=insight.claim,
        found=found,
        unknown=None if found else missing,
        terms=_terms(ground, insight.name),
    )


def _terms(ground: Ground, name: str) -> dict[str, float]:
    """Return the judgements of an insight, in the order of the company file's; none where it has none of its own."""
    own = getattr(ground.company.insights, name, None)
    return {} if own is None else asdict(own)


def _named(one: Finding | Unknown, name: Mapping[str, str]) -> Finding | Unknown:
    """Return what is said of a stream, the stream's name before it where there are several."""
    if not name or isinstance(one, Unknown):
        return one
    label = next(iter(name.values()))
    return replace(one, place=dict(name) | one.place, message=f"{label}: {one.message}")


def silence(
    found: Iterable[Finding], silences: Sequence[Silence], at: datetime
) -> tuple[tuple[Finding, ...], tuple[Silenced, ...]]:
    """Return the findings that stand, and those that the company file silences on that day."""
    day = at.astimezone(UTC).date()
    said: list[Finding] = []
    silenced: list[Silenced] = []
    for one in found:
        rule = next((s for s in silences if s.covers(one.insight, one.place, day)), None)
        if rule is None:
            said.append(one)
        else:
            until = None if rule.until is None else rule.until.isoformat()
            silenced.append(Silenced(insight=one.insight, message=one.message, reason=rule.reason, until=until))
    return tuple(said), tuple(silenced)


def _misspelt(silences: Sequence[Silence]) -> Iterator[str]:
    """Give what to say of each silenced insight that there is not."""
    names = [insight.name for insight in INSIGHTS]
    for name in dict.fromkeys(rule.insight for rule in silences):
        if name.strip().casefold() not in names:
            unknown = BadOption.unknown("insight", name, names)
            yield f"The company file silences what is no insight: '{name}'. {unknown.advice}"


def _message(said: Sequence[Finding], silenced: Sequence[Silenced]) -> str:
    quiet = f" {len(silenced):,} more {'is' if len(silenced) == 1 else 'are'} silenced." if silenced else ""
    if not said:
        return f"Nothing stands out.{quiet}"
    more = f" {len(said) - 1:,} more {'stands' if len(said) == 2 else 'stand'} out." if len(said) > 1 else ""
    return f"{said[0].message}{more}{quiet}"
