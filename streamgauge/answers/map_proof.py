"""Proves one number of the map: of a stage, a handoff, a move, a way, or of the whole."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from streamgauge.answers import surveyed
from streamgauge.answers.ageing import ageing
from streamgauge.answers.called import called, the_one_called
from streamgauge.answers.flow import expected, expected_since
from streamgauge.answers.flow_proof import terms_of
from streamgauge.answers.flow_question import Question, question
from streamgauge.answers.flow_terms import SLICE, FlowRequest, FlowTerms
from streamgauge.answers.measures import plain_measure, promised
from streamgauge.answers.proof import Evidence, Proof
from streamgauge.answers.proven import evidence_of, in_month, proof_of, shown
from streamgauge.company import AccuracySurvey
from streamgauge.errors import BadOption
from streamgauge.insights.bottleneck import suspects
from streamgauge.insights.constraint import Candidate, bottleneck
from streamgauge.lake import Lake, View
from streamgauge.metrics import (
    CHANCE_TO_KEEP,
    COMPLETE_AND_ACCURATE,
    CONSTRAINT_PROBABILITY,
    ROLLED_COMPLETE_AND_ACCURATE,
    SERVICE_LEVEL_EXPECTATION,
    STAGE_ITEMS,
    STAGE_PACE,
    STAGE_WAIT,
)
from streamgauge.metrics.measured import summaries_of_places, summarise
from streamgauge.metrics.metric import PAIRS, Metric, Of
from streamgauge.metrics.observations import (
    ANY,
    MARK,
    Place,
    Plain,
    Summary,
    is_placed,
    opening,
    parameters,
    records,
    records_of_places,
    worst_first,
)
from streamgauge.metrics.statistics import total as sum_of
from streamgauge.metrics.statistics import wilson
from streamgauge.metrics.ways import WAYS
from streamgauge.percent import percent

RECENT = (STAGE_WAIT, CONSTRAINT_PROBABILITY)
"""What is told of the recent past only, as the insights take it."""
ARROW = " → "
_STAGES = (
    "SELECT DISTINCT stage FROM visits WHERE line_id IN (SELECT unnest($lines)) AND stage IS NOT NULL ORDER BY stage"
)
_LISTED = 12
_NOTHING = Summary(n=0, of=Plain(np.array([])), censored=(), left_out={}, oldest=None, newest=None)


@dataclass(frozen=True, kw_only=True)
class Which:
    """Of what a number is asked, as the user names it; `way` is its place among the ways, the commonest is 1."""

    stage: str | None = None
    from_: str | None = None
    to: str | None = None
    way: int | None = None
    item: str | None = None


@dataclass(frozen=True)
class _Made:
    """What the proofs of one metric are made from: its terms, and what its statement found, by place."""

    metric: Metric
    asked: FlowTerms
    found: Mapping[Place, Summary]
    suspected: tuple[Candidate, ...] = ()
    rolled: float | None = None
    """The product over the stages where receivers were asked about some of them."""

    @cached_property
    def ways(self) -> Mapping[Place, int]:
        """The ways with their numbers from 1 on, the commonest first."""
        counted = [place for place, found in self.found.items() if found.n]
        ordered = sorted(counted, key=lambda place: (-self.found[place].n, place.name or ""))
        return {place: number for number, place in enumerate(ordered, start=1)}


def prove_of(
    lake: Lake,
    request: FlowRequest,
    metric: Metric,
    which: Which,
    *,
    bucket: str | None = None,
    limit: int | None = 50,
    now: datetime | None = None,
) -> Proof:
    """Return the proof of one number of the map: of the whole window, or of one month in the company's zone.

    Raises BadOption where the lake holds no work or not what is asked for, and where it is not clear which is meant.
    """
    one = _item(lake, request, which, now) if metric.of is Of.ITEM else ANY
    with question(lake, request, now) as asking:
        made = _made(asking, metric, bucket, one)
        place = _meant(asking.view, made, which) if is_placed(metric) else one
        return _proof(made, place, _records(asking.view, made, place, limit).get(place, []), bucket)


def prove_map(
    lake: Lake,
    request: FlowRequest,
    metrics: Sequence[Metric],
    *,
    limit: int | None = 10,
    ways: int | None = None,
    now: datetime | None = None,
) -> tuple[Proof, ...]:
    """Return the proof of each of these numbers of every stage, handoff, move and way over the whole window.

    Of the ways only so many of the commonest, where a number of `ways` is given.
    """
    with question(lake, request, now) as asking:
        common = opening(WAYS), ("scope", "ways", "steps", "stays"), parameters(asking.asked.scopes)
        asking.view.hold(*common)
        offered = (metric for metric in metrics if _is_there(metric, asking.asked) and metric.of is not Of.ITEM)
        return tuple(proof for metric in offered for proof in _each(asking, metric, limit, ways))


def prove_items(
    lake: Lake,
    request: FlowRequest,
    metric: Metric,
    items: Sequence[str],
    *,
    limit: int | None = 5,
    now: datetime | None = None,
) -> tuple[Proof, ...]:
    """Return the proof of a number of each of these items that are under way. Raises BadOption where one is not."""
    places = [_item(lake, request, Which(item=name), now) for name in items]
    with question(lake, request, now) as asking:
        made = ((place, _made(asking, metric, None, place)) for place in places)
        return tuple(_proof(m, one, _records(asking.view, m, one, limit)[one], None) for one, m in made)


def _each(asking: Question, metric: Metric, limit: int | None, ways: int | None) -> Iterator[Proof]:
    made = _made(asking, metric, None)
    listed = _records(asking.view, made, ANY, limit)
    for place in made.found if metric.of is not Of.WAY or ways is None else list(made.ways)[:ways]:
        yield _proof(made, place, listed.get(place, []), None)


def _item(lake: Lake, request: FlowRequest, which: Which, now: datetime | None) -> Place:
    """Return an item that is under way, with its age and what is promised; raises BadOption where there is none."""
    found = ageing(lake, request, limit=None, now=now)
    one = the_one_called([which.item or ""], found.items, lambda item: [item.item])
    if one is None:
        advice = "Name one that is under way with --item; `streamgauge aging` lists them, the oldest first."
        wrong = f"'{which.item}' is not under way." if which.item else "This is a number of one item."
        raise BadOption(wrong, advice=advice)
    return Place(name=one.item, age=one.age_hours, promise=found.expectation.hours)


def _made(asking: Question, metric: Metric, bucket: str | None, one: Place = ANY) -> _Made:
    asked = asking.asked
    if not _is_there(metric, asked):
        raise BadOption(f"{metric.name} needs what is not there: {metric.needs}.", advice="See the company file.")
    if bucket is not None:
        asked = replace(asked, scopes=tuple(in_month(scope, bucket, asked.zone) for scope in asked.scopes))
    elif metric in RECENT or metric is SERVICE_LEVEL_EXPECTATION:
        since = asking.ground.since if metric in RECENT else expected_since(asked)
        asked = replace(asked, scopes=tuple(replace(scope, since=since) for scope in asked.scopes))
    if not is_placed(metric):
        found = {one: summarise(asking.view, metric, asked.scopes, one)[SLICE]}
        return _Made(metric, asked, found, rolled=_rolled(asking.view, asked) if _rolls(metric, asked) else None)
    found = summaries_of_places(asking.view, metric, asked.scopes, ANY)
    return _Made(metric, asked, found, suspects(asking.ground) if metric in RECENT else ())


def _rolls(metric: Metric, asked: FlowTerms) -> bool:
    return metric is ROLLED_COMPLETE_AND_ACCURATE and bool(surveyed.surveys(asked))


def _rolled(view: View, asked: FlowTerms) -> float | None:
    """Return the product of what receivers said of stages, or else events tell."""
    stages = (place.name for place in summaries_of_places(view, STAGE_ITEMS, asked.scopes, ANY))
    told = summaries_of_places(view, COMPLETE_AND_ACCURATE, asked.scopes, ANY)
    found, shares = surveyed.surveys(asked), list[float]()
    for stage in stages:
        survey, seen = surveyed.of_stage(found, stage), told.get(Place(name=stage), _NOTHING)
        if survey is not None or seen.n:
            shares.append(survey.share if survey else float(seen.taken.sum()) / seen.n)
    return float(np.prod(shares)) if shares else None


def _is_there(metric: Metric, asked: FlowTerms) -> bool:
    return metric.needs is None or metric.needs in asked.has


def _records(view: View, made: _Made, place: Place, limit: int | None) -> dict[Place, list[Evidence]]:
    metric, asked = made.metric, made.asked
    if is_placed(metric):
        rows = records_of_places(view, metric, asked.scopes, place, limit=limit, zone=asked.zone)
    else:
        order = worst_first(metric)
        found = records(view, metric, asked.scopes, worst=order, limit=limit, zone=asked.zone, place=place)
        rows = {place: found[SLICE]}
    return {key: [evidence_of(row, None) for row in mine] for key, mine in rows.items()}


def _proof(made: _Made, place: Place, evidence: Sequence[Evidence], bucket: str | None) -> Proof:
    metric, asked = made.metric, made.asked
    found = made.found.get(place, _NOTHING)
    number = plain_measure(metric, found, asked.window, is_known=asked.has_releases)
    of = None if place == ANY else words_of(place)
    if metric is SERVICE_LEVEL_EXPECTATION:
        promise = expected(found, asked)
        number = replace(number, value=promise.hours, null_reason=promise.null_reason)
    if place.age is not None and metric is CHANCE_TO_KEEP and place.age > (place.promise or math.inf):
        number = replace(number, value=0.0, null_reason=None)  # it is older than what is promised
    if metric is CONSTRAINT_PROBABILITY:
        mine = next((one for one in made.suspected if one.stage == place.name), None)
        number = replace(number, value=mine.probability, null_reason=None) if mine else number
    survey = _survey(made, place)
    if survey is not None:
        low, high = wilson(survey.share * survey.answers, survey.answers) or (None, None)
        number = replace(number, value=survey.share, n=survey.answers, low=low, high=high, null_reason=None)
    if made.rolled is not None:
        number = replace(number, value=made.rolled, null_reason=None)
    proof = proof_of(
        metric,
        replace(number, label=f"{metric.title}: {of}" if of else metric.title),
        bucket,
        evidence,
        of=(", ".join(asked.datasets), None),
        coverage=f"{len(asked.datasets)} of {len(asked.datasets)} datasets read",
        parameters=tuple(_parameters(made, place, found)),
        caveats=asked.notes,
    )
    return replace(proof, of=of, which=_which(made, place), sum=sum_of(found.taken) if len(found.taken) else None)


def _survey(made: _Made, place: Place) -> AccuracySurvey | None:
    if made.metric is not COMPLETE_AND_ACCURATE or place == ANY:
        return None
    return surveyed.of_stage(surveyed.surveys(made.asked), place.name)


def _which(made: _Made, place: Place) -> tuple[str, ...]:
    """Return the options that name a place."""
    if place == ANY or place.name is None:
        return ()
    if made.metric.of in PAIRS:
        return ("--from", place.name, "--to", place.towards or "")
    if made.metric.of is Of.WAY:
        return ("--way", str(made.ways[place])) if place in made.ways else ()
    return ("--item" if made.metric.of is Of.ITEM else "--stage", place.name)


def words_of(place: Place) -> str:
    """Return the name of a place as it is shown."""
    return ARROW.join(part for part in ((place.name or "").replace(MARK, ARROW), place.towards) if part is not None)


def _parameters(made: _Made, place: Place, found: Summary) -> Iterator[tuple[str, str]]:
    yield from terms_of(made.asked, "datasets")
    yield from _more(made, place, found)
    if is_placed(made.metric):
        yield "$place", shown([place.name]).replace(MARK, ARROW)
        yield "$towards", shown([place.towards])


def _more(made: _Made, place: Place, found: Summary) -> Iterator[tuple[str, str]]:
    """Give what beside its value a number of the map comes with."""
    if made.metric.of is Of.WAY:
        total = sum(one.n for one in made.found.values())
        yield "share of all", f"{found.n:,} of {total:,} items"
    survey = _survey(made, place)
    if survey is not None:
        yield "survey", f"{percent(survey.share, 1)} of {survey.answers:,} answers, asked on {survey.asked}"
        yield (
            "what events tell",
            f"{percent(sum_of(found.taken) / found.n, 1)} of {found.n:,}" if found.n else "nothing",
        )
    if made.metric is STAGE_PACE and found.n:
        for share in (0.5, 0.7, 0.85, 0.95):
            yield f"{percent(share)} no older than", f"{promised(found.taken, share):,.2f} h"
    if made.metric is SERVICE_LEVEL_EXPECTATION:
        yield "share that keeps it", percent(made.asked.thresholds.expectation_share)
    if place.age is not None:
        yield "age of the item", f"{place.age:,.2f} h"
        yield "service level expectation", "none" if place.promise is None else f"{place.promise:,.2f} h"
    if made.metric in RECENT:
        yield from _of_constraint(made.suspected, place)


def _of_constraint(suspected: Sequence[Candidate], place: Place) -> Iterator[tuple[str, str]]:
    mine = next((one for one in suspected if one.stage == place.name), None)
    if mine is not None:
        yield "share of all waiting", percent(mine.wait_share, 1)
        yield "signals", "; ".join(mine.signals) or "none"
        if mine.utilisation is not None:
            yield "utilisation", percent(mine.utilisation, 1)
    one = bottleneck(suspected)
    yield "bottleneck", one.stage if one else "none: the signals do not agree on one stage"
    yield "chance of each stage", ", ".join(f"{each.stage} {percent(each.probability, 1)}" for each in suspected)


def _meant(view: View, made: _Made, which: Which) -> Place:
    """Return the place that is meant; raises BadOption where there is no such, or it is not said which."""
    of = made.metric.of
    if of is None or not is_placed(made.metric):
        return ANY
    if of is Of.WAY:
        return _way(made, which.way)
    if of in PAIRS:
        return _pair(made, which)
    stages = [row["stage"] for row in view.rows(_STAGES, {"lines": made.asked.line_ids})]
    return Place(name=_named(made, "stage", which.stage, stages))


def _named(made: _Made, word: str, said: str | None, names: Sequence[str]) -> str:
    if said is None:
        there = [one for one in (place.name for place in made.found) if one is not None]
        if len(there) == 1:
            return there[0]
        raise _unsaid(made, [f"--{word} '{name}'" for name in there or names])
    found = called(said, names)
    if found is None:
        raise BadOption.unknown(word, said, names)
    return found


def _pair(made: _Made, which: Which) -> Place:
    pairs = sorted(made.found, key=lambda place: (-made.found[place].n, place.name or "", place.towards or ""))
    if which.from_ is None or which.to is None:
        raise _unsaid(made, [_options(place) for place in pairs])
    found = the_one_called([which.from_, which.to], pairs, lambda place: [place.name or "", place.towards or ""])
    if found is None:
        raise BadOption.unknown("pair", f"{which.from_}{ARROW}{which.to}", [words_of(place) for place in pairs])
    return found


def _options(place: Place) -> str:
    return f"--from '{place.name}' --to '{place.towards}'"


def _way(made: _Made, number: int | None) -> Place:
    ways = list(made.ways)
    if number is None or not 1 <= number <= len(ways):
        listed = [f"--way {i} ({words_of(place)})" for i, place in enumerate(ways, start=1)]
        raise _unsaid(made, listed)
    return ways[number - 1]


def _unsaid(made: _Made, there: Sequence[str]) -> BadOption:
    more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    advice = f"Name one: {', '.join(there[:_LISTED])}{more}." if there else "There is none in this window."
    return BadOption(f"{made.metric.name} is a number of {_KIND[made.metric.of or Of.STAGE]}.", advice=advice)


_KIND = {
    Of.STAGE: "one stage",
    Of.TEAMS: "a handoff from one team to another",
    Of.STATUSES: "a move from one status to another",
    Of.WAY: "one way through",
    Of.ITEM: "one item",
}
