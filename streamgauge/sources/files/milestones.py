"""Columns of dates in a table of items, such as "Started Date", as the changes of status that they tell of."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Transition
from streamgauge.sources.files import clock_times, instants, nulls, values
from streamgauge.sources.files.columns import same
from streamgauge.sources.files.milestone_names import Milestone
from streamgauge.sources.files.orders import UnclearDates
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.sheet import Sheet
from streamgauge.sources.files.values import UTC_INSTANT, Understanding

MARK = "|status|"
"""What stands between the item and the column in the id of such a change."""
_DATED_SHARE = 0.9
Micros = npt.NDArray[np.int64]


def dated(sheet: Sheet) -> tuple[str, ...]:
    """Return the columns that hold dates and little else, by the first rows."""
    first = next(iter(sheet.batches()), None)
    return () if first is None else tuple(name for name in sheet.columns if _holds_dates(first.table[name]))


def _holds_dates(column: pa.ChunkedArray) -> bool:
    if pa.types.is_temporal(column.type):
        return True
    if not pa.types.is_string(column.type):
        return False
    texts = nulls.emptied(column.combine_chunks(), ()).drop_null()
    try:
        faults = instants.read(pa.chunked_array([texts])).faults
    except UnclearDates:
        return True
    numbers = pc.sum(pc.match_substring_regex(texts, r"^[\d\s.,]+$")).as_py() or 0
    return len(texts) > numbers and int((faults == clock_times.GOOD).sum()) >= _DATED_SHARE * len(texts)


def read(
    found: Sequence[Milestone], understanding: Understanding, items: Made, *, only: Collection[str] | None = None
) -> Made:
    """Return the changes of status of the items that were made, or of some of them `only`.

    The latest date of an item is when it came to the state that it has; the earlier ones are told by their columns'
    names. A value that is no date tells of nothing, which is said.
    """
    good = pa.array(~understanding.bad)
    read_so = {one.column: values.spared(understanding, UTC_INSTANT, name="", column=one.column) for one in found}
    dates = {column: instants_of.filter(good) for column, instants_of in read_so.items()}
    shape = (len(found), items.table.num_rows)
    at = np.array([np.asarray(dates[one.column].cast(pa.int64()).fill_null(-1)) for one in found]).reshape(shape)
    at = np.where(np.array([np.asarray(dates[one.column].is_null()) for one in found]).reshape(shape), _NEVER, at)
    latest = len(found) - 1 - np.argmax(at[::-1], axis=0) if len(found) else np.zeros(0, np.int64)
    status = items.table["status"].combine_chunks() if "status" in items.table.column_names else None
    parts = [_changes(one, number, at[number], latest, items, status) for number, one in enumerate(found)]
    table, columns = pa.concat_tables(parts), [one.column for one in found]
    if only is not None:
        table = table.filter(pc.is_in(table["item"], value_set=pa.array(only, pa.string())))
    if only is None or table.num_rows:
        understanding.notes.append(_told(columns, has_state=status is not None, is_rest=only is not None))
    return Made(Transition, table)


_NEVER = np.iinfo(np.int64).min


def _changes(one: Milestone, number: int, at: Micros, latest: Micros, items: Made, status: pa.Array | None) -> pa.Table:
    """Return the changes that one column tells of, one an item at most."""
    is_last = (latest == number) & (at != _NEVER)
    told = at != _NEVER if one.status is not None else is_last
    rows = pa.array(np.flatnonzero(told))
    ids = items.table["id"].combine_chunks().take(rows)
    own = same(one.status, pa.string(), len(rows))
    now = own if status is None else pc.coalesce(status.take(rows), own)
    return pa.table(
        {
            "id": pc.binary_join_element_wise(ids, pa.scalar(MARK + one.column), ""),
            "item": ids,
            "field": same("status", pa.string(), len(rows)),
            "value": pc.if_else(pa.array(is_last[told]), now, own).cast(pa.string()),
            "happened_at": pa.array(at[told], pa.int64()).cast(pa.timestamp("us", "UTC")),
            "sequence": same(number + 1, pa.int64(), len(rows)),
        }
    )


def _told(columns: Sequence[str], *, has_state: bool, is_rest: bool) -> str:
    named = ", ".join(f"'{column}'" for column in columns)
    last = "; the latest date of a row is when it came to its state" if has_state else ""
    where = "Where no change of status is told, dates" if is_rest else "Dates"
    return f"{where} of {named} are taken as changes of status{last}."
