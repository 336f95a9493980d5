"""Several snapshots of one table of items as transitions: when each was first seen, and what changed between two."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records.transition import FIRST_SEEN, SNAPSHOT, VANISHED

WATCHED = ("status", "type", "team", "parent", "estimate")
"""Fields of an item whose changes are transitions."""
UTC_INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Snapshot:
    """A table of items as it stood at an instant: `table` has `id` and those of the watched fields that it gave.

    `complete` says that whatever is not in it was not there.
    """

    at: datetime
    complete: bool
    table: pa.Table


def of(items: pa.Table, at: datetime, mapped: Iterable[str], *, complete: bool) -> Snapshot:
    """Return what is remembered of items at an instant, all as texts."""
    names = ["id", *(name for name in WATCHED if name in set(mapped) and name in items.column_names)]
    return Snapshot(at, complete, pa.table({name: items[name].cast(pa.string()) for name in names}))


def packed(snapshot: Snapshot) -> bytes:
    """Return a snapshot as one JSON text."""
    said = {"at": snapshot.at.isoformat(), "complete": snapshot.complete, "columns": snapshot.table.to_pydict()}
    return json.dumps(said, ensure_ascii=False).encode()


def unpacked(payload: bytes) -> Snapshot:
    """Return the snapshot that `packed` made."""
    said = json.loads(payload)
    columns = {name: pa.array(values, pa.string()) for name, values in said["columns"].items()}
    return Snapshot(datetime.fromisoformat(said["at"]).astimezone(UTC), said["complete"], pa.table(columns))


def transitions(snapshots: Sequence[Snapshot]) -> pa.Table:
    """Return every change between two snapshots that follow each other and both hold the item and the field.

    Beside them stand the first sight of each item (FIRST_SEEN), each snapshot that has items (SNAPSHOT), and since when
    a complete one lacks an item that no later one has (VANISHED). The order in which they are given does not matter.
    """
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.at)
    changes = [_changes(ordered, field) for field in WATCHED]
    return pa.concat_tables([*changes, _sights(ordered), _taken(ordered), _vanished(ordered)])


def _sights(snapshots: Sequence[Snapshot]) -> pa.Table:
    """Return the first sight of each item, of the snapshots that say its status."""
    known = [one for one in snapshots if "status" in one.table.column_names]
    ids = pa.chunked_array([chunk for one in known for chunk in one.table["id"].chunks], pa.string())
    values = pa.chunked_array([chunk for one in known for chunk in one.table["status"].chunks], pa.string())
    number = np.repeat(np.arange(len(known)), [one.table.num_rows for one in known])
    _, first = np.unique(_codes(ids), return_index=True)
    at = pa.array([one.at for one in known], UTC_INSTANT).take(pa.array(number[first], pa.int64()))
    rows = pa.array(first, pa.int64())
    return _told(pc.binary_join_element_wise(ids.take(rows), FIRST_SEEN, "|"), ids.take(rows), FIRST_SEEN,
                 values.take(rows), at)  # fmt: skip


def _taken(snapshots: Sequence[Snapshot]) -> pa.Table:
    """Return one row for each snapshot that has items."""
    known = [one for one in snapshots if one.table.num_rows]
    at = pa.array([one.at for one in known], UTC_INSTANT)
    when = pc.strftime(at, format="%Y-%m-%dT%H:%M:%SZ").cast(pa.string())
    items = pa.array([one.table["id"][0].as_py() for one in known], pa.string())
    return _told(pc.binary_join_element_wise(SNAPSHOT, when, "|"), items, SNAPSHOT, when, at)


def _vanished(snapshots: Sequence[Snapshot]) -> pa.Table:
    """Return one row for each item that is gone, of the instant of the first complete snapshot that lacks it."""
    last, gone = standing(snapshots)
    complete = [one.at for one in snapshots if one.complete]
    items = sorted(gone)
    at = pa.array([complete[bisect_right(complete, last[item])] for item in items], UTC_INSTANT)
    names = pa.array(items, pa.string())
    return _told(pc.binary_join_element_wise(names, VANISHED, "|"), names, VANISHED, pa.nulls(len(items), pa.string()),
                 at)  # fmt: skip


def _told(ids: pa.Array, items: pa.Array, field: str, values: pa.Array, at: pa.Array) -> pa.Table:
    n = len(at)
    return pa.table(
        {
            "id": ids.cast(pa.string()),
            "item": items,
            "field": pa.repeat(pa.scalar(field), n),
            "value": values,
            "former_value": pa.nulls(n, pa.string()),
            "happened_at": at,
            "not_before": pa.nulls(n, UTC_INSTANT),
        }
    )


def _changes(snapshots: Sequence[Snapshot], field: str) -> pa.Table:
    known = [one for one in snapshots if field in one.table.column_names]
    ids = pa.chunked_array([chunk for one in known for chunk in one.table["id"].chunks], pa.string())
    values = pa.chunked_array([chunk for one in known for chunk in one.table[field].chunks], pa.string())
    number = np.repeat(np.arange(len(known)), [one.table.num_rows for one in known])
    item, value = _codes(ids), _codes(values)
    order = np.argsort(item, kind="stable")
    same = item[order][1:] == item[order][:-1]
    later = np.flatnonzero(same & (value[order][1:] != value[order][:-1])) + 1
    now, then = pa.array(order[later]), pa.array(order[later - 1])
    at = pa.array([one.at for one in known], UTC_INSTANT)
    happened, before = (at.take(pa.array(number[np.asarray(rows)])) for rows in (now, then))
    key = pc.binary_join_element_wise(
        ids.take(now), pa.scalar(field), pc.strftime(happened, format="%Y-%m-%dT%H:%M:%SZ"), "|"
    )
    return pa.table(
        {
            "id": key.cast(pa.string()),
            "item": ids.take(now),
            "field": pa.repeat(pa.scalar(field), len(now)),
            "value": values.take(now),
            "former_value": values.take(then),
            "happened_at": happened,
            "not_before": before,
        }
    )


def _codes(values: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return a number for each distinct value, -1 for null."""
    distinct = values.combine_chunks().dictionary_encode()
    return np.asarray(distinct.indices.fill_null(-1)).astype(np.int64)


def standing(snapshots: Sequence[Snapshot]) -> tuple[Mapping[str, datetime], frozenset[str]]:
    """Return when each item was last seen, and which items a later complete snapshot no longer had."""
    last: dict[str, datetime] = {}
    for one in sorted(snapshots, key=lambda snapshot: snapshot.at):
        last.update(dict.fromkeys(one.table["id"].to_pylist(), one.at))
    end = max((one.at for one in snapshots if one.complete), default=None)
    return last, frozenset(item for item, at in last.items() if end is not None and at < end)
