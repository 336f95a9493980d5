"""What follows for a flow item from its whole way: whether it went to and fro between teams, how long it was held."""

from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.ways import NEVER, NONE, WAITING, Flags, Floats, Numbers, Ways, coded, starts_of
from streamgauge.lake.codes import shaped

_FACTOR = 0x9E3779B97F4A7C15
"""An odd number whose powers differ in all their bits."""


def completed(way: Ways, meant: pa.Table, touches: pa.Table) -> pa.Table:
    """Return the rows of FLOW_ITEMS of one dataset; `meant` are its MEANINGS, `touches` its TOUCHES."""
    found = {
        "to_and_fro": _to_and_fro(way),
        "held_hours": _held_hours(way, meant),
        "episodes": np.bincount(way.codes, minlength=1)[way.codes],
        "path": _paths(way, touches)[way.codes],
        "teams": _teams(way),
    }
    items = way.items
    for name, values in found.items():
        items = items.append_column(name, pa.array(values))
    return shaped(items, FLOW_ITEMS)


def _held_hours(way: Ways, meant: pa.Table) -> Floats:
    """Return how long each item was in a status that says blocked, without what a flag says of the same time."""
    is_held = pc.or_kleene(pc.equal(meant["stage"], "Blocked"), meant["is_held"])
    says = pc.and_(pc.fill_null(is_held, False), pc.equal(meant["state"], "waiting"))
    codes = np.asarray(pc.index_in(meant.filter(says)["status"].unique(), way.statuses).drop_null())
    found = np.zeros(way.items.num_rows)
    rows = np.flatnonzero((way.state == WAITING) & np.isin(way.status, codes) & (way.of != NONE) & (way.left != NEVER))
    rows = rows[way.entered[rows] < way.at("finished_at")[way.of[rows]]]
    np.add.at(found, way.of[rows], way.left[rows] - way.entered[rows] - way.blocked[rows])
    return found / 3.6e9


def _paths(way: Ways, touches: pa.Table) -> Numbers:
    """Return by the code of an item a number for all that it went through; where a log marks work, its pieces."""
    item, status, ordinal, names = way.item, way.status, way.ordinal, way.statuses
    if way.how.has_marks:
        touches = touches.filter(pc.is_in(touches["item"], value_set=way.names))
        names, status = coded(touches["status"])
        item = np.asarray(pc.index_in(touches["item"], way.names)).astype(np.int64)
        ordinal = np.asarray(touches["ordinal"])
    found = np.zeros(len(way.names), np.uint64)
    if not len(item):
        return found.astype(np.int64)
    marks = np.array([_mark(name) for name in names.to_pylist()], np.uint64)
    powers = np.cumprod(np.full(int(ordinal.max()) + 1, _FACTOR, np.uint64), dtype=np.uint64)
    order = np.argsort(item, kind="stable")
    starts = np.flatnonzero(starts_of(item[order]))
    found[item[order][starts]] = np.add.reduceat((marks[status] * powers[ordinal])[order], starts)
    return found.view(np.int64)


def _mark(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") | 1


def _teams(way: Ways) -> Numbers:
    """Return how many different teams each flow item had on its way, 0 where it went from none to another."""
    rows = way.walked[way.team[way.walked] != NONE]
    of, team = way.of[rows], way.team[rows]
    turns = starts_of(of) | starts_of(team)
    of, team = of[turns], team[turns]
    several = np.bincount(of, minlength=way.items.num_rows)[of] > 1
    had = np.sort(of[several] * len(way.teams) + team[several])
    return np.bincount(had[starts_of(had)] // max(len(way.teams), 1), minlength=way.items.num_rows)


def _to_and_fro(way: Ways) -> Flags:
    """Return which finished flow items went from one team to another and back to the first."""
    finished = way.at("finished_at")
    may = (finished != NEVER) & (np.asarray(way.items["handoffs"]) >= 2)
    rows = np.flatnonzero((way.team != NONE) & (way.of != NONE))
    rows = rows[may[way.of[rows]] & (way.entered[rows] <= finished[way.of[rows]])]
    of, team = way.of[rows], way.team[rows]
    first = starts_of(of) | starts_of(team)
    of, team = of[first], team[first]
    found = np.zeros(len(may), np.bool_)
    found[of[:-2][(of[2:] == of[:-2]) & (team[2:] == team[:-2])]] = True
    return found
