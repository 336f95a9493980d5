"""The facts about the flow of some datasets in one snapshot, each read when it is first asked for, and then kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any, TypeVar

from streamgauge.lake import View, engines, limits
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns.handoffs import Handoffs, handoffs
from streamgauge.metrics.columns.items import Items, items
from streamgauge.metrics.columns.passages import Passages, passages
from streamgauge.metrics.columns.spread import NEVER, Flags
from streamgauge.metrics.columns.visits import Visits, visits
from streamgauge.metrics.observations import Scope

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BYTES_A_RECORD = 80
_RECORDS = "SELECT sum(records) AS n FROM datasets WHERE line_id IN (SELECT unnest($line_ids))"


@dataclass(frozen=True)
class Kept:
    """What was read of one snapshot; safe among threads."""

    lock: RLock = field(default_factory=RLock)
    things: dict[str, Any] = field(default_factory=dict)


class Columns:
    """The facts about flow of some datasets as a view shows them, for questions about all of their work.

    A question gives the same as the statement over the same facts that is named there; it is for what fits into memory
    here, statements are for all else.
    """

    def __init__(self, view: View, lines: Sequence[str], kept: Kept) -> None:
        self._view, self._said, self._kept = view, {"line_ids": list(lines)}, kept

    def _read(self, name: str, read: Callable[[], T]) -> T:
        with self._kept.lock:
            if name not in self._kept.things:
                self._kept.things[name] = read()
            found: T = self._kept.things[name]
            return found

    @property
    def items(self) -> Items:
        """The flow items."""
        return self._read("items", lambda: items(self._view, self._said))

    @property
    def passages(self) -> Passages:
        """What they did in each stage."""
        return self._read("passages", lambda: passages(self._view, self._said))

    @property
    def visits(self) -> Visits:
        """Their visits."""
        return self._read("visits", lambda: visits(self._view, self._said, has_higher=self.items.has_higher))

    @property
    def handoffs(self) -> Handoffs:
        """Where they went from one team to another."""
        return self._read("handoffs", lambda: handoffs(self._view, self._said))

    @property
    def ways(self) -> dict[int, str]:
        """By the number of a way the statuses on it, of those that were asked for before."""
        return self._read("ways", dict)

    def ended_in(self, table: Passages | Handoffs, since: int, until: int) -> Flags | None:
        """Return which rows are of items that ended in the window, None where all are."""
        ended = table.ended
        if not len(ended) or (since <= ended.min() and ended.max() < until):
            return None
        return (ended >= since) & (ended < until)


def window(scope: Scope) -> tuple[int, int]:
    """Return the ends of the window in microseconds; it begins right after NEVER where nothing bounds it."""
    return (micros(scope.since) if scope.since else NEVER + 1), micros(scope.until)


def at_or_none(instant: int | None) -> datetime | None:
    """Return an instant from its microseconds, in UTC."""
    return None if instant is None else _EPOCH + timedelta(microseconds=instant)


def columns_of(view: View, scopes: Sequence[Scope], kept: Kept) -> Columns | None:
    """Return the columns of the datasets that are asked for, None where statements are to be asked.

    These are for a question that is narrowed, for an engine elsewhere, and for what would not fit into memory here.
    """
    if not scopes or scopes[0].is_narrowed or not engines.is_in_process():
        return None
    lines = [scope.line_id for scope in scopes]
    records = view.rows(_RECORDS, {"line_ids": lines})[0]["n"] or 0
    return Columns(view, lines, kept) if records * _BYTES_A_RECORD <= limits.BYTES_OF_COLUMNS else None
