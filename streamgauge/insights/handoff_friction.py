"""Handoff friction: one handoff costs more waiting and rework than any other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streamgauge.facts.ways import NEVER, NONE, Numbers, starts_of
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import MOST_EVIDENCE, Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.resampling import between, blocks, drawn, first
from streamgauge.insights.walks import ACTIVE, HOUR, Walks, walks
from streamgauge.insights.words import hours, times

_LATEST = np.iinfo(np.int64).max


@dataclass(frozen=True, kw_only=True)
class Turns:
    """Who had each item, one after the other: when it was handed over, and when it was accepted, NEVER if it was not.

    `owner` is a place among `names`, `place` that of the stage in the process, NONE without one.
    """

    names: tuple[str, ...]
    way: Numbers
    owner: Numbers
    place: Numbers
    handed: Numbers
    accepted: Numbers


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
    way, owner, left = seen.way[rows], seen.at[rows], seen.left[rows]
    starts = np.flatnonzero(starts_of(way) | starts_of(owner) | (owner == NONE))
    if not len(starts):
        return Turns(names=(), way=way, owner=way, place=way, handed=way, accepted=way)
    work = np.minimum.reduceat(np.where(seen.state[rows] == ACTIVE, seen.entered[rows], _LATEST), starts)
    return Turns(
        names=seen.stages,
        way=way[starts],
        owner=owner[starts],
        place=np.maximum.reduceat(seen.place[rows], starts),
        handed=np.minimum.reduceat(seen.entered[rows], starts),
        accepted=np.where(work == _LATEST, np.maximum.reduceat(left, starts), work),
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
        names=seen.teams,
        way=way[starts],
        owner=owner[starts],
        place=np.full(len(starts), NONE, np.int64),
        handed=np.where(is_first[starts], NEVER, left[starts - 1]),
        accepted=np.where(seen.state[rows] == ACTIVE, seen.entered[rows], left)[starts],
    )


def handed_on(turns: Turns) -> Handoffs:
    """Return the handoffs that do not go back; a loop runs from the first return until the item is accepted again."""
    way, owner = turns.way, turns.owner

    def beside(values: Numbers, steps: int, nothing: int) -> Numbers:
        place = np.arange(len(way)) + steps
        there = np.clip(place, 0, max(0, len(way) - 1))
        return np.where((place == there) & (way[there] == way), values[there], nothing)

    sender, sender_place = beside(owner, -1, NONE), beside(turns.place, -1, NONE)
    is_told = (sender != NONE) & (owner != NONE) & (turns.accepted != NEVER)
    is_onward = (sender_place == NONE) | (turns.place == NONE) | (turns.place >= sender_place)
    rows = np.flatnonzero(is_told & is_onward)
    bounced = (beside(owner, 1, NONE) == sender)[rows]
    given_back, again = beside(turns.handed, 1, NEVER)[rows], beside(turns.accepted, 2, NEVER)[rows]
    has_loop = bounced & (beside(owner, 2, NONE) == owner)[rows] & (again != NEVER)
    return Handoffs(
        names=turns.names,
        way=way[rows],
        pair=sender[rows] * len(turns.names) + owner[rows],
        waited=turns.accepted[rows] - turns.handed[rows],
        looped=np.where(has_loop, again - given_back, 0),
        bounced=bounced.astype(np.int64),
    )


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    found: list[Finding] = []
    if ground.scopes:
        seen = walks(ground)
        for owner, turns in (("stage", turns_of_stages), ("team", turns_of_teams)):
            found += _of(ground, owner, seen, handed_on(turns(seen)))
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
        message=(f"From {sender} to {receiver} costs most of all handoffs, {share:.0%}: {taken}{back}."),
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
