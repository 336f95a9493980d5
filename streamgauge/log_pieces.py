"""Joins the events of one export of a log with those of the same cases that the lake holds from others."""

from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake.writer import Writer
from streamgauge.sources.files import continued
from streamgauge.sources.files.datasets import Period
from streamgauge.sources.files.prepared import Prepared
from streamgauge.sources.files.rows import Made

_NONE = pa.array([], pa.string())


@dataclass
class Joined:
    """The events of an export as they stand among those of their cases, and how many each case has then.

    `first` are the first events of the export itself, `followed` the cases of which the lake holds later ones. It tells
    `until` then; null where nobody knows.
    """

    events: Made
    counts: pa.Table
    first: pa.Table
    until: datetime | None = None
    followed: pa.Array = field(default_factory=lambda: _NONE)
    notes: list[str] = field(default_factory=list)


def whole(events: Made, counts: pa.Table) -> Joined:
    """Return the events of an export that tells all of its cases."""
    return Joined(events, counts, continued.firsts(events.table, counts))


def joined(writer: Writer, made: Prepared, events: Made, repository: str, period: Period) -> Joined:
    """Return the events with their numbers among those that the lake already holds of their case.

    Of what is there, that stays which happened before the `period` of the export or after it, by its name and its own
    events. An export of no known period is a whole log, unless it goes on from what is there, or from a part of it.
    """
    counts, merged = made.counts, made.plan.merge_repeats
    found = whole(events, counts)
    since, found.until = _told(period, found.first)
    asked = {"repository": repository}
    with writer.view() as view:
        view.register("firsts", found.first)
        if "start" in made.plan.columns and period[0] is not None:
            view.register("given", events.table)
            return _united(found, view.query(continued.BESIDE, asked))
        if since is None:
            before, after = view.query(continued.BEFORE, {**asked, "merged": merged}), None
        else:
            before = view.query(continued.BEFORE_SINCE, {**asked, "merged": merged, "since": since})
            after = view.query(continued.AFTER, {**asked, "until": found.until})
    if earlier := pc.sum(before["is_earlier"]).as_py():
        found.notes.append(
            f"{earlier:,} cases end here before what is there of them begins: what is there is replaced from its"
            " first event on. Import older exports first, or give the months in the names of the files."
        )
    before = before.filter(pc.or_(pc.greater(before["events_before"], 0), before["repeats"]))
    if before.num_rows:
        found.notes.append(f"{before.num_rows:,} cases go on from what is there already.")
        table, found.counts = continued.moved(events.table, counts, before)
        found.events = Made(events.kind, continued.unrepeated(table, counts, before) if merged else table)
    if after is not None and after.num_rows:
        _follow(found, before, after, merged=merged)
    return found


def _told(period: Period, first: pa.Table) -> Period:
    """Return the period of which the export surely tells: names and zones may be off, its own events are not."""
    since, until = period
    if until is None:
        return None, None
    began, ended = pc.min(first["first_at"]).as_py(), pc.max(first["last_at"]).as_py()
    return max(since or began, began), min(until, ended)


def _follow(found: Joined, before: pa.Table, after: pa.Table, *, merged: bool) -> None:
    """Put those events that come after the export's own behind them."""
    found.followed = pc.unique(after["item"])
    found.notes.append(f"{len(found.followed):,} cases go on in what is there already.")
    table, found.counts = continued.followed(found.events.table, found.counts, after, merged=merged)
    found.events = Made(found.events.kind, table)
    between = pc.sum(pc.is_in(found.followed, value_set=before["item"].combine_chunks())).as_py()
    if merged and between:
        found.notes.append(
            f"{between:,} cases have a time filled in between: a later export that began with the state of an"
            " earlier one then has one more to tell. Import later ones again."
        )


def _united(found: Joined, beside: pa.Table) -> Joined:
    """Return the events among all that are kept: work that began in the period of one export ends in another one's."""
    if beside.num_rows:
        cases = pc.count_distinct(beside["item"]).as_py()
        found.notes.append(f"{cases:,} cases go on from or in what is there already.")
        table, found.counts = continued.united(found.events.table, found.counts, beside)
        found.events = Made(found.events.kind, table)
        found.followed = pc.unique(beside.filter(beside["is_later"])["item"])
    return found
