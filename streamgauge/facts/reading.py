"""How the rows of a dataset are read: as states that hold, or as events of a log, and what its ends are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from streamgauge.facts.meanings import COMPANY, UNMAPPED
from streamgauge.lake import View
from streamgauge.records.lifecycle import MARKS, WORDS

EVENTS_COME_FROM = "files"
"""The source of all rows of event logs."""
IS_EVENT = """(source = 'files' AND sequence IS NOT NULL AND former_value IS NULL AND not_before IS NULL
  AND id NOT LIKE '%|status|%')"""
"""Whether a transition is a row of an event log, so that the same value again is a thing that happened again.

What a tracker tells again, a change seen between two snapshots, and a date in a column of its own are not.
"""


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_CASES = " ".join(f"WHEN lower(lifecycle) IN ({_listed(words)}) THEN '{mark}'" for mark, words in MARKS.items())
MARK = f"CASE {_CASES} ELSE 'entry' END"
"""What the lifecycle of a transition says happened: one of MARKS, or a plain entry."""

DETAIL = (
    f"CASE WHEN lifecycle IS NULL OR lower(lifecycle) IN ({_listed(('', *sorted(WORDS)))}) THEN '' ELSE lifecycle END"
)
"""What a lifecycle column that marks no start and no end says beside the status, such as `Awaiting Assignment`."""

_HAS_MARKS = f"""
SELECT count(*) AS n FROM {{transitions}}
WHERE source = $source AND repository = $repository AND field = 'status'
  AND lower(lifecycle) IN ({_listed((*MARKS["start"], *MARKS["schedule"]))})
"""
_EVENTS = f"""
SELECT count(*) AS told, count(CASE WHEN {IS_EVENT} THEN 1 END) AS events FROM transitions
WHERE source = $source AND repository = $repository AND field = 'status' AND value IS NOT NULL
"""
_SHAPE = f"""
SELECT sum(told) AS told, sum(unmapped) AS unmapped, sum(events) AS events, count(*) AS items, sum(ended) AS ended,
       sum(CASE WHEN is_long_ago THEN 1 ELSE 0 END) AS long_ago,
       sum(CASE WHEN is_long_ago THEN ended ELSE 0 END) AS long_ended,
       sum(CASE WHEN came_to_end THEN 1 ELSE 0 END) AS came_to_end,
       sum(CASE WHEN came_to_end AND last_state = 'unmapped' THEN 1 ELSE 0 END) AS went_on,
       sum(CASE WHEN last_mark IN ('start', 'resume') THEN 1 ELSE 0 END) AS in_hand
FROM (
  SELECT told, unmapped, events, last_mark, last_state, came_to_end,
         CASE WHEN last_state IN ('done', 'cancelled') THEN 1 ELSE 0 END AS ended,
         last_at - min(first_at) OVER () < max(last_at) OVER () - last_at AS is_long_ago
  FROM (
    SELECT t.item, count(*) AS told, sum(CASE WHEN m.state = 'unmapped' THEN 1 ELSE 0 END) AS unmapped,
           sum(CASE WHEN t.is_event THEN 1 ELSE 0 END) AS events,
           max_by(m.state, t.at * 1000 + least(coalesce(t.sequence, 0), 999)) AS last_state,
           bool_or(m.state IN ('done', 'cancelled')) AS came_to_end,
           max_by(t.mark, t.at * 1000 + least(coalesce(t.sequence, 0), 999)) AS last_mark,
           min(t.at) AS first_at, max(t.at) AS last_at
    FROM (SELECT item, value, {{detail}} AS detail, unix_micros(happened_at) AS at, sequence, {IS_EVENT} AS is_event,
                 {MARK} AS mark
          FROM transitions
          WHERE source = $source AND repository = $repository AND field = 'status' AND value IS NOT NULL) AS t
    JOIN (SELECT status, detail, min(state) AS state FROM meanings WHERE line_id = $line AND state <> 'ignore'
          GROUP BY status, detail) AS m ON m.status = t.value AND m.detail = t.detail
    GROUP BY t.item) AS one) AS each
"""
_ENOUGH = 20


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the rows of one dataset are read.

    `is_log`: they are events. `has_marks`: work is marked with its start and its end. `by_activity`: the names are of
    activities and not of states, so that doing one again is a return, and no name tells of an order. `ends_with_last`:
    too little is known of ends, so that the last status of each item is taken for its end. `goes_on`: but not where
    that was begun and no end of it is marked.
    """

    is_log: bool = False
    has_marks: bool = False
    by_activity: bool = False
    ends_with_last: bool = False
    goes_on: bool = False

    @property
    def notes(self) -> list[str]:
        """In words what was assumed; which statuses are not understood stands among the meanings."""
        notes = []
        if self.by_activity:
            notes.append(
                "The names are read as activities, not as states: each is a stage of its own, in the order in which"
                " items usually come to them, and doing one again is a return."
            )
        if self.ends_with_last:
            notes.append(
                "Too little is known of which statuses are ends: the last one of each item is taken for it, although"
                " some items may have been under way when the log ends."
                + (" What was begun last and not ended is under way." if self.goes_on else "")
            )
        if self.has_marks:
            notes.append(
                "The log marks the start and the end of work: between them it counts as work, after the end as waiting."
            )
        return notes


def has_marks(view: View, key: Mapping[str, Any], *, among: str = "transitions") -> bool:
    """Return whether the statuses of a dataset, among these rows, are marked with the start and the end of work."""
    return bool(view.rows(_HAS_MARKS.replace("{transitions}", among), dict(key))[0]["n"])


def detail(*, marked: bool) -> str:
    """Return the expression for what stands beside a status: nothing where a lifecycle marks start and end."""
    return "''" if marked else DETAIL


def reading(view: View, key: Mapping[str, Any], meant: pa.Table, *, marked: bool) -> Reading:
    """Return how a dataset is read, by what its statuses mean and how many rows have them.

    An item's end is taken from its last status where no status is known as done; in a log of events also where half of
    the rows or more are not understood and fewer than half of the items end in done or cancelled, or fewer than nine
    tenths of those (20 or more) that stopped in the earlier half of the log: they are over, whatever ended them; and
    where more than a tenth of those that came to an end went on from it to what is not understood, and stopped. Work
    that was begun last, and whose end is not marked, goes on, unless that is so of half of the items or more.
    """
    states = set(meant["state"].to_pylist())
    if UNMAPPED not in states:
        if key["source"] != EVENTS_COME_FROM:
            return Reading(has_marks=marked)
        (rows,) = view.rows(_EVENTS, dict(key))
        return Reading(has_marks=marked, is_log=rows["told"] > 0 and rows["events"] * 2 >= rows["told"])
    (shape,) = view.rows(_SHAPE.replace("{detail}", detail(marked=marked)), dict(key))
    told = shape["told"] or 0
    is_log = told > 0 and shape["events"] * 2 >= told
    is_strange = told > 0 and shape["unmapped"] * 2 >= told
    few_end = is_log and is_strange and _few_end(shape)
    return Reading(
        is_log=is_log,
        has_marks=marked,
        by_activity=is_log and is_strange and COMPANY not in set(meant["known_by"].to_pylist()),
        ends_with_last="done" not in states or few_end,
        goes_on=marked and shape["in_hand"] * 2 < shape["items"],
    )


def _few_end(shape: Mapping[str, Any]) -> bool:
    few_of_old = shape["long_ago"] >= _ENOUGH and shape["long_ended"] * 10 < shape["long_ago"] * 9
    many_went_on = shape["went_on"] * 10 > shape["came_to_end"]
    return bool(shape["ended"] * 2 < shape["items"] or few_of_old or many_went_on)
