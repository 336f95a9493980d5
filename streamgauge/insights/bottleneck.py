"""Bottleneck: one stage holds the stream up."""

from collections.abc import Iterator, Sequence

from streamgauge.insights.constraint import Candidate, bottleneck, candidates
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.stream import stream
from streamgauge.insights.walks import HOUR, walks
from streamgauge.insights.words import hours
from streamgauge.percent import percent


def suspects(ground: Ground) -> tuple[Candidate, ...]:
    """Return every stage at which work waits, the one that most likely holds the most waiting first."""
    rule = ground.company.insights.bottleneck
    return ground.lasting("suspects", lambda: candidates(stream(ground), rule), rule)


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    found = suspects(ground)
    one = bottleneck(found)
    if one is not None:
        yield _finding(ground, one)
    elif not found:
        yield Unknown("No finished work is known to have waited.")
    else:
        yield Unknown(f"No single stage shows; {_listed(found)}.")


def _listed(found: Sequence[Candidate]) -> str:
    likely = [c for c in found[:3] if c.probability > 0]
    return "most waiting may be at " + ", ".join(f"{c.stage} ({percent(c.probability)})" for c in likely)


def _finding(ground: Ground, one: Candidate) -> Finding:
    wait = one.wait_hours or 0.0
    return BOTTLENECK.found(
        message=(
            f"{one.stage} holds the stream up: {' and '.join(one.signals)}. Work waits there for {hours(wait)} on "
            f"average, {percent(one.wait_share)} of all its waiting."
        ),
        place={"stage": one.stage},
        effect=Effect(
            value=wait,
            unit="hours",
            means="waiting of an item at this stage, on average",
            low=one.wait_low_hours,
            high=one.wait_high_hours,
        ),
        probability=one.probability,
        n=one.items,
        weight=one.wait_share * one.probability,
        evidence=[
            Evidence(table="items", id=item, of=dataset, detail=f"waited {hours(waited / HOUR)}")
            for item, dataset, waited in _longest(ground, one.stage)
        ],
    )


def _longest(ground: Ground, stage: str) -> list[tuple[str, str, int]]:
    """Return the items that waited longest at a stage, and for how many microseconds each."""
    seen = walks(ground)
    rows = seen.stays[seen.at[seen.stays] == seen.stages.index(stage)]
    return [one for one in seen.most(seen.way[rows], seen.waited[rows], MOST_EVIDENCE) if one[2] > 0]


BOTTLENECK = Insight(
    name="bottleneck",
    claim="One stage holds the whole stream up.",
    why="What the constraint does not do, nobody delivers: effort anywhere else only makes its queue longer.",
    hint=(
        "Let it never wait for work or information, take from it what others can do, and start no more work than it "
        "can take; only then give it more people."
    ),
    wrong_when=(
        "Statuses hide waiting inside work, a queue is held back on purpose (a release date), or the mix of work has "
        "just changed."
    ),
    source="definitions 4.2",
    by_stream=True,
    look=_look,
)
