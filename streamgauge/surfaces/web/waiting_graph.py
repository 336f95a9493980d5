"""Who waits for whom, laid out: an item stands left of what it waits for, with a line from one to the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.ageing_report import BlockedItem
from streamgauge.surfaces.web import lettering
from streamgauge.surfaces.web.quantity import amount, count, day

WIDE, HIGH, GAP_X, GAP_Y, MARGIN = 216, 56, 112, 18, 6
NODES = 60
"""More nodes than this make no picture: the longest blocked come first, the table lists all."""
LETTER = 12.5


@dataclass(frozen=True, kw_only=True)
class Node:
    """One item, its upper left corner at (`x`, `y`); `target` is the id of its row, null where it has none.

    `facts` are the lines beneath its name; `is_blocked` says that it waits itself.
    """

    item: str
    name: str
    facts: tuple[str, ...]
    x: int
    y: int
    is_blocked: bool
    target: str | None


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A line from what waits to what it waits for, with its `head`; `label` says since when."""

    path: str
    head: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The picture and what it says; `left` is how many blocked items with a blocker are not in it."""

    headline: str
    width: int
    height: int
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    left: int


def graph(items: Sequence[BlockedItem], targets: Mapping[str, str]) -> Graph | None:
    """Return who waits for whom; None where no item waits for another. `targets` leads from an item to its row."""
    waiting = [item for item in items if item.blockers]
    shown = _shown(waiting)
    if not shown:
        return None
    blockers = {item.item: item.blockers for item in shown}
    places = _places(_columns(blockers), blockers)
    known = {item.item: item for item in items}
    owners = _owners(shown)
    nodes = tuple(_node(name, places[name], known.get(name), owners.get(name), targets.get(name)) for name in places)
    return Graph(
        headline=_headline(shown),
        width=max(node.x for node in nodes) + WIDE + MARGIN,
        height=max(node.y for node in nodes) + HIGH + MARGIN,
        nodes=nodes,
        arrows=tuple(_arrow(places[i.item], places[b], i.since) for i in shown for b in i.blockers),
        left=len(waiting) - len(shown),
    )


def _headline(items: Sequence[BlockedItem]) -> str:
    holds: dict[str, int] = {}
    for item in items:
        for other in item.blockers:
            holds[other] = holds.get(other, 0) + 1
    most = min(holds, key=lambda name: (-holds[name], name))
    waits = f"{count(len(items), 'item')} {'waits' if len(items) == 1 else 'wait'} for {count(len(holds), 'other')}"
    name = next(iter(lettering.lines(most, 260, LETTER, 1)), "one")
    return waits if holds[most] < 2 else f"{waits}; {name} holds up {count(holds[most])}"


def _shown(waiting: Sequence[BlockedItem]) -> list[BlockedItem]:
    """Return the longest blocked whose nodes fit the picture together."""
    names: set[str] = set()
    found = []
    for item in waiting:
        more = names | {item.item, *item.blockers}
        if len(more) <= NODES:
            names = more
            found.append(item)
    return found


def _columns(blockers: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the column of each item: right of everything that waits for it; what closes a circle does not count."""
    ordered = _ordered(blockers)
    places = {item: place for place, item in enumerate(ordered)}
    columns = dict.fromkeys(ordered, 0)
    for item in ordered:
        for other in blockers.get(item, ()):
            if places[other] > places[item]:
                columns[other] = max(columns[other], columns[item] + 1)
    return columns


def _ordered(blockers: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all items, each before what it waits for unless a circle forbids it."""
    left: list[str] = []
    seen: set[str] = set()
    for root in blockers:
        stack = [(root, iter(blockers.get(root, ())))] if root not in seen else []
        seen.add(root)
        while stack:
            item, others = stack[-1]
            other = next((one for one in others if one not in seen), None)
            if other is None:
                left.append(item)
                stack.pop()
            else:
                seen.add(other)
                stack.append((other, iter(blockers.get(other, ()))))
    return left[::-1]


def _places(columns: Mapping[str, int], blockers: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Return where each item stands: in its column, near the rows of those that wait for it."""
    rows: dict[str, int] = {}
    for column in range(max(columns.values()) + 1):
        waiting = {name: [rows[i] for i in blockers if i in rows and name in blockers[i]] for name in columns}
        names = [name for name in columns if columns[name] == column]
        names.sort(key=lambda name: sum(waiting[name]) / len(waiting[name]) if waiting[name] else len(rows))
        rows |= {name: row for row, name in enumerate(names)}
    return {
        name: (MARGIN + columns[name] * (WIDE + GAP_X), MARGIN + row * (HIGH + GAP_Y)) for name, row in rows.items()
    }


def _owners(items: Sequence[BlockedItem]) -> dict[str, str]:
    """Return the team of each blocker that is known for sure: an item's only blocker with its only team."""
    return {i.blockers[0]: i.waits_for_teams[0] for i in items if len(i.blockers) == 1 == len(i.waits_for_teams)}


def _node(name: str, place: tuple[int, int], item: BlockedItem | None, owner: str | None, target: str | None) -> Node:
    team = item.team if item else owner
    facts = [f"team {team}"] if team else []
    facts += [f"blocked for {amount(item.blocked_hours, 'hours')}"] if item else ["not blocked itself"]
    fitted = [line for fact in facts for line in lettering.lines(fact, WIDE - 20, 11.5, 1)]
    return Node(
        item=name,
        name=next(iter(lettering.lines(name, WIDE - 20, LETTER, 1)), ""),
        facts=tuple(fitted),
        x=place[0],
        y=place[1],
        is_blocked=item is not None,
        target=target,
    )


def _arrow(tail: tuple[int, int], head: tuple[int, int], since: datetime) -> Arrow:
    """Return the line from the right of what waits to the left of the other; what closes a circle goes back lower."""
    forth = head[0] > tail[0]
    way, low = (1, HIGH / 2) if forth else (-1, HIGH * 0.8)
    x, y = tail[0] + (WIDE if forth or head[0] == tail[0] else 0), tail[1] + low
    to_x, to_y = head[0] + (-6 if forth else WIDE + 6), head[1] + low
    bend = GAP_X / 2
    leaving = bend if head[0] == tail[0] else way * bend
    return Arrow(
        path=f"M{x} {y:g}C{x + leaving:g} {y:g} {to_x - way * bend:g} {to_y:g} {to_x} {to_y:g}",
        head=f"M{to_x - 2 * way} {to_y - 4:g} {to_x + 6 * way} {to_y:g} {to_x - 2 * way} {to_y + 4:g}z",
        label=f"since {day(since)}",
        x=x + 5 if forth else to_x + 4,
        y=y - 5 if forth else to_y + 13,
    )
