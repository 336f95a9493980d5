"""A made-up organisation of any size, written straight into a lake: work that waits, comes back and is handed over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.records import Item, Link, Record, Transition, schema

Ints = npt.NDArray[np.int64]
SOURCE, NAME = "jira", "organisation"
STATUSES = (
    "Backlog",
    "Ready",
    "In Progress",
    "Waiting for review",
    "In Review",
    "Ready for Test",
    "Testing",
    "Ready for release",
    "Done",
    "Cancelled",
)
DONE, CANCELLED = 8, 9
# From each status (row) the share of work that goes to each other (column): forward for the most part, and back.
_NEXT = np.array(
    [
        [0.00, 0.90, 0.05, 0.00, 0.00, 0.00, 0.00, 0.00, 0.01, 0.04],
        [0.03, 0.00, 0.93, 0.00, 0.00, 0.00, 0.00, 0.00, 0.01, 0.03],
        [0.01, 0.04, 0.00, 0.82, 0.04, 0.05, 0.00, 0.01, 0.02, 0.01],
        [0.00, 0.00, 0.06, 0.00, 0.92, 0.01, 0.00, 0.00, 0.01, 0.00],
        [0.00, 0.00, 0.22, 0.02, 0.00, 0.71, 0.02, 0.02, 0.01, 0.00],
        [0.00, 0.00, 0.02, 0.00, 0.01, 0.00, 0.95, 0.01, 0.01, 0.00],
        [0.00, 0.01, 0.14, 0.00, 0.01, 0.02, 0.00, 0.72, 0.10, 0.00],
        [0.00, 0.00, 0.01, 0.00, 0.00, 0.00, 0.02, 0.00, 0.97, 0.00],
        [0.00, 0.00, 0.60, 0.00, 0.00, 0.00, 0.40, 0.00, 0.00, 0.00],
        [1.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00],
    ]
).cumsum(axis=1)
_REOPENED = 0.02
# The median and the spread (sigma of its logarithm) of the days that work stays in each status: heavy tails.
_DAYS = np.array([9.0, 3.0, 1.5, 0.8, 0.2, 1.6, 0.4, 2.5, 6.0, 20.0])
_SPREAD = np.array([1.4, 1.2, 1.0, 1.1, 1.0, 1.2, 1.0, 1.0, 1.0, 1.0])
BEGIN, _END = datetime(2023, 1, 2, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC)
_DAY = 86_400_000_000
_TYPES = np.array(["Story", "Bug", "Task", "Technical debt", "Risk"])
_SHARES = np.array([0.5, 0.25, 0.15, 0.07, 0.03])
PER_ITEM = 9.6
"""How many transitions an item has in the mean."""
_CHUNK = 250_000


@dataclass(frozen=True)
class _Steps:
    """The changes of status of a chunk of items: whose, when (microseconds UTC), from what, to what."""

    item: Ints
    at: Ints
    former: Ints
    status: Ints

    def take(self, rows: "Ints | npt.NDArray[np.bool_]") -> "_Steps":
        return _Steps(self.item[rows], self.at[rows], self.former[rows], self.status[rows])


def fill(lake: str, transitions: int, seed: int = 1) -> int:
    """Make a lake with an organisation of about so many transitions; return how many there are."""
    items = max(int(transitions / PER_ITEM), 1)
    firsts = range(0, items, _CHUNK)
    count = 0
    with Lake.open(lake, create=True, facts=FACTS).writing() as writer:
        for kind, make in ((Item, _items), (Transition, _transitions), (Link, _links)):
            slices = (make(_Chunk(seed, first, min(_CHUNK, items - first), items)) for first in firsts)
            kept = writer.keep(kind, slices, SOURCE, NAME)
            count += kept.new if kind is Transition else 0
        writer.publish({})
    return count


def go_on(lake: str, moves: int) -> None:
    """Let so many items that are under way move on by one status, all within the next hour, as a sync would tell it."""
    opened = Lake.open(lake, facts=FACTS)
    with opened.view() as view:
        rows = view.query(_UNDER_WAY, {"n": moves})
    snapshot = opened.snapshot()
    n, round_ = rows.num_rows, snapshot.number if snapshot else 0
    random = np.random.default_rng(round_)
    former = pc.index_in(rows["status"], pa.array(STATUSES)).to_numpy()
    at = int(_END.timestamp() * 1e6) + round_ * 3_600_000_000 + np.sort(random.integers(0, 3_600_000_000, n))
    now = _END + timedelta(hours=round_ + 1)
    table = _told(
        [f"new-{round_}-{k}" for k in range(n)], rows["item"], "status", _named(_onward(random, former)),
        at, rows["status"], rows["team"], now,
    )  # fmt: skip
    with opened.writing() as writer:
        writer.append(Transition, table)
        writer.publish({})


_UNDER_WAY = """
SELECT item, max_by(value, happened_at) AS status, any_value(team) AS team FROM transitions
WHERE field = 'status' GROUP BY item HAVING max_by(value, happened_at) NOT IN ('Done', 'Cancelled')
ORDER BY hash(item) LIMIT $n
"""


class _Chunk:
    """Some items of an organisation, created one after another: the same whenever they are made again."""

    def __init__(self, seed: int, first: int, size: int, of: int) -> None:
        random = np.random.default_rng([seed, first])
        self.random, self.first, self.size = random, first, size
        self.number = np.arange(first, first + size)
        span = int((_END - BEGIN).total_seconds() * 1e6)
        made = (self.number + random.random(size)) * (span / of)
        self.created: Ints = int(BEGIN.timestamp() * 1e6) + made.astype(np.int64)
        teams, projects = max(4, of // 2_500), max(2, of // 5_000)
        self.team = (random.zipf(1.3, size) % teams).astype(np.int64)
        self.project = self.team % projects
        self.type = random.choice(len(_TYPES), size, p=_SHARES)
        self.steps = _walk(random, self.created)
        names = [pa.array(self.project).cast(pa.string()), pa.array(self.number).cast(pa.string())]
        self.names = pc.binary_join_element_wise("P", names[0], "")
        self.names = pc.binary_join_element_wise(self.names, names[1], "-")
        self.teams = pc.binary_join_element_wise("Team ", pa.array(self.team).cast(pa.string()), "")


def _walk(random: np.random.Generator, created: Ints) -> _Steps:
    """Let work go from status to status until it is done, given up, or the present is there; in the order of time."""
    item, at, status = np.arange(len(created)), created.copy(), np.zeros(len(created), np.int64)
    end, parts = int(_END.timestamp() * 1e6), []
    while len(item):
        stays = (status < DONE) | (random.random(len(item)) < _REOPENED)
        item, at, status = item[stays], at[stays], status[stays]
        took = _DAYS[status] * np.exp(_SPREAD[status] * random.standard_normal(len(item))) * _DAY
        at = at + np.minimum(took, 4e16).astype(np.int64) + 1
        following = _onward(random, status)
        parts.append(_Steps(item, at, status, following).take(at < end))
        item, at, status = item[at < end], at[at < end], following[at < end]
    whole = _Steps(*(np.concatenate([getattr(p, f) for p in parts]) for f in ("item", "at", "former", "status")))
    return whole.take(np.argsort(whole.at, kind="stable"))


def _onward(random: np.random.Generator, status: Ints) -> Ints:
    draws = random.random(len(status))[:, None]
    following: Ints = np.minimum((draws >= _NEXT[status]).sum(axis=1), len(STATUSES) - 1).astype(np.int64)
    return following


def _named(statuses: Ints) -> pa.Array:
    return pa.array(STATUSES).take(pa.array(statuses))


def _items(chunk: _Chunk) -> pa.Table:
    status = np.zeros(chunk.size, np.int64)
    status[chunk.steps.item] = chunk.steps.status  # in the order of time: the last one stays
    is_epic = chunk.random.random(chunk.size) < 0.02
    return _rows(
        Item,
        chunk.size,
        id=chunk.names,
        title=pc.binary_join_element_wise("Change number ", pa.array(chunk.number).cast(pa.string()), ""),
        type=pa.array(_TYPES).take(pa.array(chunk.type)),
        level=pa.array(["story", "epic"]).take(pa.array(is_epic.astype(np.int64))),
        status=_named(status),
        team=chunk.teams,
        created_at=_instants(chunk.created),
    )


def _transitions(chunk: _Chunk) -> pa.Table:
    """Return the changes of status, each told by the team that has it, and flags that say that work is blocked."""
    steps, n = chunk.steps, len(chunk.steps.item)
    numbers = pc.binary_join_element_wise("t", pa.array(np.arange(n) + chunk.first * 1000).cast(pa.string()), "")
    team = chunk.teams.take(pa.array(steps.item))
    tested = pc.binary_join_element_wise("Quality ", pa.array(chunk.team[steps.item] % 7).cast(pa.string()), "")
    team = pc.if_else(pa.array(np.isin(steps.status, (6, 7))), tested, team)
    item = chunk.names.take(pa.array(steps.item))
    moves = _told(numbers, item, "status", _named(steps.status), steps.at, _named(steps.former), team, _END)
    rows = np.flatnonzero(chunk.random.random(n) < 0.01)
    until = steps.at[rows] + chunk.random.exponential(2 * _DAY, len(rows)).astype(np.int64)
    flags = [
        _told(
            pc.binary_join_element_wise(numbers.take(pa.array(rows)), mark, "-"), item.take(pa.array(rows)), "flag",
            pa.array([value] * len(rows), pa.string()), at, None, None, _END,
        )
        for mark, value, at in (("set", "Impediment", steps.at[rows]), ("unset", "", until))
    ]  # fmt: skip
    return pa.concat_tables([moves, *flags])


def _links(chunk: _Chunk) -> pa.Table:
    """Return who blocks whom: work that is blocked by other work of about its time."""
    blocked = np.flatnonzero(chunk.random.random(chunk.size) < 0.03)
    by = np.maximum(blocked - chunk.random.integers(1, 200, len(blocked)), 0)
    item, other = chunk.names.take(pa.array(by)), chunk.names.take(pa.array(blocked))
    name = pc.binary_join_element_wise(item, "blocks", other, " ")
    linked = _instants(chunk.created[blocked])
    kind = pa.array(["blocks"] * len(blocked), pa.string())
    table = _rows(Link, len(blocked), id=name, item=item, other=other, linked_at=linked, kind=kind)
    return table.filter(pa.array(by != blocked))


def _told(
    names: object, item: object, field: str, value: pa.Array, at: Ints, former: object, team: object, now: datetime
) -> pa.Table:
    n = len(at)
    columns = {"id": names, "item": item, "value": value, "former_value": former, "team": team}
    given = {name: column for name, column in columns.items() if column is not None}
    told = {"field": pa.array([field] * n, pa.string()), "happened_at": _instants(at)}
    return _rows(Transition, n, now=now, **given, **told)


def _instants(micros: Ints) -> pa.Array:
    return pa.array(micros, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def _rows(made: type[Record], n: int, now: datetime = _END, **columns: object) -> pa.Table:
    """Return rows of a record kind; what is not given is null."""
    shared = {
        "source": pa.repeat(pa.scalar(SOURCE), n),
        "repository": pa.repeat(pa.scalar(NAME), n),
        "recorded_at": pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), n),
        "deleted": pa.repeat(pa.scalar(False), n),
    }
    given = shared | columns
    arrays = [given.get(f.name, pa.nulls(n, f.type)) for f in schema(made)]
    return pa.table(arrays, names=schema(made).names).cast(schema(made))
