"""A small company made by hand: each worked example of the definitions about work is one of its value streams.

It is written as the files that a user has (two tables, one list of links, a company file) and imported by the command.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
Steps = Sequence[tuple[str, float | str]]
"""Values that a field took, each with its day from START, or with its instant as text."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One item: the value stream that it belongs to, and what happened to its fields."""

    id: str
    stream: str
    steps: Steps
    type: str = ""
    team: str = ""
    parent: str = ""
    level: str = ""
    status: str = ""
    created: float | str | None = None
    fields: dict[str, Steps] = field(default_factory=dict)


def moment(at: float | str) -> str:
    """Return an instant as a tool writes it."""
    return at if isinstance(at, str) else (START + timedelta(days=at)).isoformat()


T2_1: Steps = [
    ("New", 0),
    ("Ready", 1),
    ("Development", 3),
    ("Blocked", 4),
    ("Development", 6),
    ("Waiting for review", 7),
    ("Test", 8),
    ("Done", 9),
]
CYCLES = (1, 2, 2, 3, 3, 4, 5, 5, 8, 13)
"""The cycle times of T2.4 in days; all end on day 20."""
LAW = ((0, 4), (1, 3), (2, 8), (5, None))
"""Start and end in days of the items of T2.3."""


def pieces() -> Iterator[Piece]:
    """Give every item of the company."""
    yield Piece(id="ONE-1", stream="one", steps=T2_1)
    yield Piece(id="AGAIN-1", stream="within grace", steps=[*T2_1, ("Development", 11), ("Done", 12)])
    yield Piece(id="LATE-1", stream="after grace", steps=[*T2_1, ("Development", 31), ("Done", 33)])
    for n, (start, end) in enumerate(LAW):
        ends: Steps = [("Done", end)] if end is not None else []
        yield Piece(id=f"LAW-{n}", stream="law", steps=[("In Progress", start), *ends])
    for n, days in enumerate(CYCLES):
        yield Piece(id=f"CYCLE-{n}", stream="cycles", steps=[("In Progress", 20 - days), ("Done", 20)])
    yield Piece(id="CYCLE-OPEN", stream="cycles", steps=[("In Progress", 15)])
    yield Piece(
        id="RETYPED-1",
        stream="retyped",
        type="defect",
        steps=[("In Progress", "2026-07-01T00:00:00Z"), ("Done", "2026-07-10T09:00:00Z")],
        fields={
            "type": [
                ("defect", "2026-07-01T00:00:00Z"),
                ("story", "2026-07-05T00:00:00Z"),
                ("defect", "2026-07-11T00:00:00Z"),
            ]
        },
    )
    night = ("2026-03-28T09:00:00+01:00", "2026-03-30T09:00:00+02:00")
    yield Piece(id="NIGHT-1", stream="night", team="Tide", steps=[("In Progress", night[0]), ("Done", night[1])])
    weekend = ("2026-06-05T16:00:00+02:00", "2026-06-08T10:00:00+02:00")
    yield Piece(id="WEEKEND-1", stream="weekend", team="Tide", steps=[("Ready", weekend[0]), ("Done", weekend[1])])
    yield Piece(id="WEEKEND-2", stream="weekend", team="Crane", steps=[("Ready", weekend[0])])
    yield Piece(id="SUM-1", stream="sums", steps=[("To Do", 0), ("In Progress", 1), ("Done", 2)])
    yield Piece(id="SUM-2", stream="sums", steps=[("To Do", 0), ("In Progress", 9), ("Done", 10)])
    for n, kind in enumerate(["story"] * 22 + ["Bug"] * 10 + ["security"] * 3 + ["chore"] * 5):
        yield Piece(id=f"MIX-{n}", stream="mix", type=kind, steps=[("In Progress", 1), ("Done", 2)])

    yield from _taken_on()
    yield from _ways()
    yield from _mapped()
    yield from _handed_on()
    yield from _waiting()


def _taken_on() -> Iterator[Piece]:
    """Give the items of those who take on too much, of a queue, and of two teams."""
    # Six people; eight items under way, of the initiatives A, B and C, and one whose parent is a part of A.
    yield Piece(id="INIT-A", stream="six", level="initiative", steps=[("In Progress", 0)])
    yield Piece(id="EPIC-A", stream="six", level="epic", parent="INIT-A", steps=[("In Progress", 0)])
    for n, parent in enumerate(("EPIC-A", "INIT-A", "INIT-B", "INIT-B", "INIT-B", "INIT-C", "INIT-C", "INIT-C")):
        yield Piece(
            id=f"SIX-{n}", stream="six", team="Six", parent=parent, steps=[("Ready", 1), ("In Progress", 2 + n)]
        )
    yield Piece(id="SIX-OLD", stream="six", team="Six", parent="INIT-D", steps=[("In Progress", -30), ("Done", -20)])
    # Gaps between starts of 0, 2, 0, 2 days, and work of 2 days on average with a variance of 6.
    for n, (start, work) in enumerate(zip((0, 0, 2, 2, 4), (*[2 - 1.5**0.5] * 4, 2 + 4 * 1.5**0.5), strict=True)):
        steps: Steps = [("In Progress", start), ("Waiting for release", start + work), ("Done", 14)]
        yield Piece(id=f"QUEUE-{n}", stream="queue", steps=steps)
    to_and_fro: Steps = [("In Progress", 0), ("Testing", 1), ("In Progress", 2), ("Done", 4)]
    teams: Steps = [("Tide", 0), ("Crane", 1), ("Tide", 2)]
    yield Piece(id="PING-1", stream="ping", steps=to_and_fro, fields={"team": teams})
    yield Piece(id="PING-2", stream="ping", steps=[*to_and_fro[:2], ("Done", 2)], fields={"team": teams[:2]})


STAGES = {
    "Analysis": ("Ready for analysis", "In Analysis"),
    "Development": ("Ready for development", "In Development"),
    "Review": ("Waiting for review", "In Review"),
    "Test": ("Ready for test", "In Test"),
    "Release": ("Ready for release", "Releasing"),
}
"""The statuses that wait for a stage, and in which it is worked on."""
T4_1 = dict(zip(STAGES, ((36, 4, 9), (44, 16, 12), (22, 2, 4), (42, 8, 24), (25, 1, 2)), strict=True))
"""Waiting and work of each stage of T4.1 in hours, and how often it gets work back that it handed on."""
T4_2 = (
    (("Analysis", "Development"), 24, 12, 16, 12, 23),
    (("Development", "Test"), 30, 35, 10, 15, 5),
    (("Test", "Release"), 36, 25, 2, 6, 4),
)
"""Of each handoff of T4.2 the items, how long the first one of each waits, how many come back, how long these wait
then, and how long they are worked on again: 40, 40 and 38 handoffs that wait for 12, 30 and 24 hours on average."""


def _walked(stays: Sequence[tuple[str, str, float]]) -> tuple[Steps, Steps]:
    """Return statuses and teams of stays, each with its status, its stage (whose team has it) and its hours."""
    at, steps, teams = 0.0, list[tuple[str, float | str]](), list[tuple[str, float | str]]()
    for status, stage, hours in stays:
        steps.append((status, at))
        if not teams or teams[-1][0] != stage:
            teams.append((stage, at))
        at += hours / 24
    return [*steps, ("Done", at)], teams


def _stayed(stage: str, waits: float, works: float) -> list[tuple[str, str, float]]:
    return [(STAGES[stage][0], stage, waits), (STAGES[stage][1], stage, works)]


def _mapped() -> Iterator[Piece]:
    """Give the items of T4.1: of 36 each stage but the last gets some back, and of two that are only released.

    What is done again waits and is worked on in the proportion of the whole, 169 to 31.
    """
    again, names = (1.69, 0.31), list(STAGES)
    for n in range(36):
        stays = [stay for stage, (waits, works, _) in T4_1.items() for stay in _stayed(stage, waits, works)]
        if n < 4:  # all that comes back is of a few items, so that medians are those of the others
            for stage, after in pairwise(names):
                for _ in range(T4_1[stage][2] // 4 + (n < T4_1[stage][2] % 4)):
                    at = max(i for i, stay in enumerate(stays) if stay[1] == after) + 1
                    stays[at:at] = _stayed(stage, *again) + _stayed(after, *again)
        steps, teams = _walked(stays)
        yield Piece(id=f"MAP-{n}", stream="mapped", steps=steps, fields={"team": teams})
    for n in range(2):
        steps, teams = _walked(_stayed("Release", 16.9, 3.1))
        back: Steps = [("Ready for release", 10), ("Releasing", 10 + 1.69 / 24), ("Done", 10 + 2 / 24)]
        yield Piece(id=f"MAP-SHORT-{n}", stream="mapped", steps=[*steps, *back], fields={"team": teams})


def _handed_on() -> Iterator[Piece]:
    """Give the items of T4.2, each between two stages alone."""
    for (sender, receiver), items, waits, back, waits_then, works_again in T4_2:
        for n in range(items):
            stays = [(STAGES[sender][1], sender, 1.0), *_stayed(receiver, waits, 1)]
            if n < back:
                stays += [(STAGES[sender][1], sender, works_again), *_stayed(receiver, waits_then, 1)]
            steps, teams = _walked(stays)
            yield Piece(id=f"{sender}-{n}", stream="handed on", steps=steps, fields={"team": teams})


def _waiting() -> Iterator[Piece]:
    """Give the items of T4.4: one stage where each of forty waits longest, and two where all wait alike."""
    for stream, waits in (("longest", (1, 5, 2)), ("even", (3, 3))):
        for n in range(40):
            at, steps = n * 1.0, list[tuple[str, float | str]]()
            for stage, wait in zip(("Development", "Test", "Release"), waits, strict=False):
                steps += [(STAGES[stage][0], at), (STAGES[stage][1], at + wait / 24)]
                at += (wait + 1) / 24
            yield Piece(id=f"{stream}-{n}", stream=stream, steps=[*steps, ("Done", at)])


def _ways() -> Iterator[Piece]:
    """Give the items that go other ways than straight on."""
    for n, way in enumerate(["ABCD"] * 6 + ["ABCBCD"] * 3 + ["ACD"]):
        names = {"A": "Analysis", "B": "Development", "C": "Testing", "D": "Acceptance"}
        walk: Steps = [("New", 0), *((names[stage], 1 + day) for day, stage in enumerate(way)), ("Done", 1 + len(way))]
        yield Piece(id=f"WAY-{n}", stream="ways", steps=walk)
    yield Piece(id="SKIP-1", stream="skipped", steps=[("In Progress", 0), ("Acceptance", 2), ("Done", 3)])
    yield Piece(
        id="BACK-1", stream="backward", steps=[("In Progress", 0), ("Testing", 1), ("In Progress", 3), ("Done", 4)]
    )
    yield Piece(id="GIVEN-UP-1", stream="given up", steps=[("To Do", 0), ("In Progress", 1), ("Won't Fix", 3)])
    yield Piece(id="GIVEN-UP-2", stream="given up", steps=[("In Progress", 1), ("Done", 2)])
    yield Piece(id="CUT-1", stream="cut off", status="In Progress", created=-90, steps=[])
    yield Piece(id="LEGAL-1", stream="off tool", steps=[("In Progress", 0), ("Done", 9)])
    for n in range(3):
        yield Piece(id=f"HAND-{n}", stream="by hand", team="Tide", steps=[("In Progress", n), ("Done", 9)])
    yield Piece(id="BOTH-1", stream="two tools", steps=[("To Do", 1), ("In Progress", 2), ("Done", 6)])
    yield Piece(id="ODD-1", stream="odd", steps=[("In Progress", 0), ("Frobnicating", 1), ("On hold", 2), ("Done", 4)])


BY_HAND = (
    "{item: HAND-0, stage: Legal, entered: 2026-03-05 09:00, left: 2026-03-08T09:00Z, team: lawyers}",
    "{item: HAND-9, stage: Legal, entered: 2026-03-05}",
    "{item: 'HAND-*', stage: Funding, state: active, entered: 2026-03-02 21:00, left: 2026-03-03 09:00}",
)
"""Steps outside of the tools: three days at the lawyers', one of an item that is nowhere, and half a day of all."""
AGREED = {"ways": ("Analysis", "Development", "Test", "Acceptance")}
"""The stages that are agreed on, by value stream."""


def company() -> str:
    """Return the company file: one value stream for each label."""
    streams = dict.fromkeys(piece.stream for piece in pieces())
    lines = [
        "teams:",
        "  - {name: tide, calendar: {zone: Europe/Berlin}}",
        "  - {name: six, members: 6}",
        "wip_limits:",
        "  - {stage: Development, limit: 20}",
        "kinds:",
        "  debt: [chore]",
        "off_tool:",
        *(f"  - {step}" for step in BY_HAND),
        "value_streams:",
    ]
    for name in streams:
        agreed = f", agreed: [{', '.join(AGREED[name])}]" if name in AGREED else ""
        lines.append(f"  - {{name: {name}, labels: [{name}]{agreed}}}")
    return "\n".join(lines) + "\n"


def write(place: Path) -> tuple[Path, Path, Path]:
    """Write the tables of items and of transitions and the company file into a folder, and return their paths."""
    all_of_them = list(pieces())
    heads = ("id", "type", "level", "status", "parent", "team", "labels", "created_at")
    items = ((p.id, p.type, p.level, _status(p), p.parent, p.team, p.stream, _created(p)) for p in all_of_them)
    moves = (
        (f"{p.id}-{name}-{n}", p.id, name, value, moment(at), n)
        for p in all_of_them
        for name, steps in {"status": p.steps, **p.fields}.items()
        for n, (value, at) in enumerate(steps)
    )
    file = place / "streamgauge.yaml"
    file.write_text(company(), encoding="utf-8")
    told = ("id", "item", "field", "value", "happened_at", "sequence")
    return _table(place / "items.csv", heads, items), _table(place / "moves.csv", told, moves), file


def write_off_tool(place: Path) -> Path:
    """Write what happened outside of any tool, as a table of transitions: three days at a lawyer's."""
    heads = ("id", "item", "field", "value", "happened_at")
    steps = (("Waiting for lawyers", 4), ("In Progress", 7))
    rows = ((f"off-{n}", "LEGAL-1", "status", value, moment(at)) for n, (value, at) in enumerate(steps))
    return _table(place / "off-tool.csv", heads, rows)


def write_desk(place: Path) -> tuple[Path, Path, Path]:
    """Write what a service desk tells of one item of the company, and the link that says so."""
    heads = ("id", "title", "status", "labels", "created_at")
    told = ("id", "item", "field", "value", "happened_at")
    steps = (("New", -1), ("In Analysis", 0), ("In Test", 5), ("Closed", 8))
    moves = ((f"case-{n}", "CASE-1", "status", value, moment(at)) for n, (value, at) in enumerate(steps))
    link = ("id", "kind", "item", "other", "other_source")
    return (
        _table(place / "cases.csv", heads, iter([("CASE-1", "A case", "Closed", "two tools", moment(-1))])),
        _table(place / "case-moves.csv", told, moves),
        _table(place / "links.csv", link, iter([("one", "same", "BOTH-1", "CASE-1", "desk")])),
    )


def _status(piece: Piece) -> str:
    return piece.status or piece.steps[-1][0]


def _created(piece: Piece) -> str:
    return moment(piece.created if piece.created is not None else piece.steps[0][1])


def _table(path: Path, heads: Sequence[str], rows: Iterator[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heads, *rows])
    return path
