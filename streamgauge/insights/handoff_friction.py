"""Handoff friction: one handoff costs more waiting and rework than any other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streamgauge.facts.turns import Turns, onward
from streamgauge.facts.ways import NEVER, NONE, Numbers, starts_of
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.resampling import between, blocks, drawn, first
from streamgauge.insights.walks import ACTIVE, HOUR, Walks, walks
from streamgauge.insights.words import hours, times
from streamgauge.percent import percent

_LATEST = np.iinfo(np.int64).max


@dataclass(frozen=True, kw_only=True)
class Handoffs:
    """Each handoff that went on, and what it cost in microseconds: until it was accepted, and until it was again.

    `pair` is the sender's number times that of all owners, and the receiver's.
    """

    names: tuple[str, ...]
    way: Numbers
    pair: Numbers
    waited: Numbers
    looped: Numbers
    bounced: Numbers

    def of(self, pair: int) -> tuple[str, str]:
        """Return who hands on, and to whom."""
        sender, receiver = divmod(pair, len(self.names))
        return self.names[sender], self.names[receiver]


def turns_of_stages(seen: Walks) -> Turns:
    """Return the turns of stages: each is a run of stays at one.

    It has accepted with its first work, or at the end of the turn where no status says that somebody works there.
    """
    rows = seen.stays
    way, owner, place, left = seen.way[rows], seen.at[rows], seen.place[rows], seen.left[rows]
    starts = np.flatnonzero(starts_of(way) | starts_of(owner) | (owner == NONE))
    if not len(starts):
        starts = np.zeros(0, np.int64)
        work = last = starts
    else:
        work = np.minimum.reduceat(np.where(seen.state[rows] == ACTIVE, seen.entered[rows], _LATEST), starts)
        last = np.maximum.reduceat(left, starts)
        place = np.repeat(np.maximum.reduceat(place, starts), np.diff(np.append(starts, len(rows))))
    return Turns(
        of=way[starts],
        owner=owner[starts],
        place=place[starts],
        is_onward=onward(way, place, owner)[starts],
        received=seen.entered[rows][starts],
        accepted=np.where(work == _LATEST, last, work),
    )


def turns_of_teams(seen: Walks) -> Turns:
    """Return the turns of teams, from work to work: the team of a stay that waits is who moved it there.

    The receiver has accepted with its first work, or with the end of the last waiting.
    """
    rows = seen.stays[seen.team[seen.stays] != NONE]
    way, is_work = seen.way[rows], seen.state[rows] == ACTIVE
    ends = np.append(starts_of(way)[1:], True) if len(way) else np.zeros(0, np.bool_)
    worked = np.bincount(way[is_work], minlength=seen.total + 1) > 0
    rows = rows[is_work | (ends & worked[way])]
    way, owner = seen.way[rows], seen.team[rows]
    is_first = starts_of(way)
    starts = np.flatnonzero(is_first | starts_of(owner))
    left = seen.left[rows]
    return Turns(
        of=way[starts],
        owner=owner[starts],
        place=seen.place[rows][starts],
        is_onward=onward(way, seen.place[rows], seen.stage[rows])[starts],
        received=np.where(is_first[starts], NEVER, left[starts - 1]),
        accepted=np.where(seen.state[rows] == ACTIVE, seen.entered[rows], left)[starts],
    )


def handed_on(names: tuple[str, ...], turns: Turns, *, only_onward: bool) -> Handoffs:
    """Return the handoffs among owners of these names; those back may be left out, for which the loop counts.

    What came back and was never accepted again counts with the mean loop of its pair.
    """
    is_told = (turns.sender != NONE) & (turns.owner != NONE) & (turns.accepted != NEVER)
    if only_onward:
        before = turns.beside(turns.place, -1, NONE)
        is_told &= (before == NONE) | (turns.place == NONE) | (turns.place >= before)
    rows = np.flatnonzero(is_told)
    pair = turns.sender[rows] * len(names) + turns.owner[rows]
    loop, bounced = turns.loop[rows], turns.is_bounced[rows]
    known = loop != NEVER
    n = np.bincount(pair[known], minlength=len(names) ** 2)
    mean = np.bincount(pair[known], loop[known].astype(np.float64), len(names) ** 2) / np.maximum(n, 1)
    return Handoffs(
        names=names,
        way=turns.of[rows],
        pair=pair,
        waited=turns.accepted[rows] - turns.received[rows],
        looped=np.where(known, loop, np.where(bounced, np.rint(mean[pair]).astype(np.int64), 0)),
        bounced=bounced.astype(np.int64),
    )


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    found: list[Finding] = []
    if ground.scopes:
        seen = walks(ground)
        between_stages = handed_on(seen.stages, turns_of_stages(seen), only_onward=True)
        between_teams = handed_on(seen.teams, turns_of_teams(seen), only_onward=False)
        for owner, handed in (("stage", between_stages), ("team", between_teams)):
            found += _of(ground, owner, seen, handed)
    yield from found
    if not found:
        yield Unknown("No handoff costs clearly more than the others, or too few items went through one.")


def _of(ground: Ground, owner: str, seen: Walks, handed: Handoffs) -> Iterator[Finding]:
    terms = ground.company.insights.handoff_friction
    counts = np.bincount(handed.pair, minlength=1)
    pairs = sorted(np.flatnonzero(counts >= terms.least_handoffs).tolist(), key=handed.of)
    if len(pairs) < 2:
        return
    cost = _costs(seen, handed, pairs)
    again, whole = drawn(cost), cost.sum(axis=0)
    worst = int(whole.argmax())
    sure, share = float(first(again)[worst]), float(whole[worst] / max(whole.sum(), 1e-9))
    n = int(counts[pairs[worst]])
    if sure >= terms.sure and share >= terms.least_share and whole[worst] / n >= terms.least_hours:
        span = between(again[:, worst] / n)
        effect = Effect(
            value=float(whole[worst] / n),
            unit="hours",
            means="waiting and rework of one handoff, on average",
            low=span[0] if span else None,
            high=span[1] if span else None,
        )
        yield _finding(owner, seen, handed, pairs[worst], effect, (sure, share, n))


def _costs(seen: Walks, handed: Handoffs, pairs: list[int]) -> np.ndarray:
    """Return the hours that each pair (columns) cost in each block of neighbours (rows)."""
    parts = blocks(seen.total)
    column = np.full(len(handed.names) ** 2, NONE, np.int64)
    column[pairs] = np.arange(len(pairs))
    place = column[handed.pair]
    rows = np.flatnonzero(place != NONE)
    cell = seen.block(handed.way[rows], parts) * len(pairs) + place[rows]
    sums = np.bincount(cell, (handed.waited + handed.looped)[rows].astype(np.float64), parts * len(pairs))
    found: np.ndarray = sums.reshape(parts, len(pairs)) / HOUR
    return found


def _finding(
    owner: str, seen: Walks, handed: Handoffs, pair: int, effect: Effect, doubt: tuple[float, float, int]
) -> Finding:
    (sender, receiver), (sure, share, n) = handed.of(pair), doubt
    mine = np.flatnonzero(handed.pair == pair)
    bounced, looped = int(handed.bounced[mine].sum()), int(handed.looped[mine].sum()) / HOUR
    back = f", and {times(bounced, 'time')} it came back, for {hours(looped / bounced)} each" if bounced else ""
    waited = int(handed.waited[mine].sum()) / HOUR / n
    taken = f"work waits {hours(waited)} until it is taken up" if waited >= 1 / 60 else "work is taken up at once"
    longest = seen.most(handed.way[mine], (handed.waited + handed.looped)[mine], MOST_EVIDENCE)
    return HANDOFF_FRICTION.found(
        message=(f"From {sender} to {receiver} costs most of all handoffs, {percent(share)}: {taken}{back}."),
        place={f"from_{owner}": sender, f"to_{owner}": receiver},
        effect=effect,
        probability=sure,
        n=n,
        weight=0.8 * share * sure,
        evidence_total=n,
        evidence=[
            Evidence(table="items", id=item, of=dataset, detail=hours(cost / HOUR)) for item, dataset, cost in longest
        ],
    )


HANDOFF_FRICTION = Insight(
    name="handoff_friction",
    claim="One handoff costs more waiting and rework than any other.",
    why="Work breaks down between people more than in their hands: what waits here, or comes back, is paid for twice.",
    hint=(
        "Agree on what must be there when it is handed on, let the receiver see it coming, and take hand and receiver "
        "together for a while."
    ),
    wrong_when=(
        "The sender's status is changed late, so that its own work counts as waiting; or waiting there is meant, as "
        "for a release date."
    ),
    source="definitions 4.3",
    by_stream=True,
    look=_look,
)
