"""The facts about the flow of some datasets in one snapshot, each read when it is first asked for, and then kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

from streamgauge.lake import View, engines, limits
from streamgauge.lake.instants import micros
from streamgauge.metrics.columns.handoffs import Handoffs, handoffs
from streamgauge.metrics.columns.items import Items, items
from streamgauge.metrics.columns.narrow import Terms, Things, fits
from streamgauge.metrics.columns.passages import Passages, passages
from streamgauge.metrics.columns.reading import Column, distinct
from streamgauge.metrics.columns.spread import NEVER, Flags
from streamgauge.metrics.columns.visits import Visits, visits
from streamgauge.metrics.observations import Scope

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BYTES_A_RECORD = 90
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

    def __init__(self, view: View, scopes: Sequence[Scope], kept: Kept) -> None:
        self._view, self._scope, self._kept = view, scopes[0], kept
        self._said = {"line_ids": [scope.line_id for scope in scopes]}

    def _read(self, name: str, read: Callable[[], T], fits: Callable[[T], bool] = lambda _: True) -> T:
        """Return what was read before where it fits this question, else read it."""
        with self._kept.lock:
            if name not in self._kept.things or not fits(self._kept.things[name]):
                self._kept.things.pop(name, None)
                self._kept.things[name] = read()
            found: T = self._kept.things[name]
            return found

    @cached_property
    def _terms(self) -> Terms | None:
        if not self._scope.is_narrowed:
            return None
        names = self._read(
            "names", lambda: [distinct(self._view, "flow_items", column, self._said) for column in ("team", "type")]
        )
        return Terms(names[0], names[1], self._scope.stream)

    @cached_property
    def items(self) -> Items:
        """The flow items."""
        return self._read(
            "items", lambda: items(self._view, self._said, self._terms), lambda it: fits(it.terms, self._terms)
        )

    @cached_property
    def passages(self) -> Passages:
        """What they did in each stage."""
        return self._read(
            "passages", lambda: passages(self._view, self._said, self._terms), lambda it: fits(it.terms, self._terms)
        )

    @cached_property
    def visits(self) -> Visits:
        """Their visits."""
        return self._read("visits", lambda: visits(self._view, self._said, self._things, self.items.at["is_higher"]))

    @property
    def _things(self) -> Things:
        if self.items.things is None:
            raise ValueError("Items cannot be told apart; ask `can_tell` first.")
        return self.items.things

    @cached_property
    def handoffs(self) -> Handoffs:
        """Where they went from one team to another."""
        return self._read(
            "handoffs", lambda: handoffs(self._view, self._said, self._terms), lambda it: fits(it.terms, self._terms)
        )

    @cached_property
    def ways(self) -> dict[int, str]:
        """By the number of a way the statuses on it, of those that were asked for before."""
        return self._read("ways", dict)

    @property
    def can_tell(self) -> bool:
        """Whether it can be told of which item each visit is."""
        return self.items.things is not None

    @cached_property
    def wanted(self) -> Flags | None:
        """Which items are asked for, of a higher level or not; None for all."""
        return None if self._terms is None else self._terms.wanted(self._scope, self.items.at)

    @cached_property
    def counted(self) -> Flags | None:
        """Which items are asked for and count beside their parts; None for all that count."""
        return None if self.wanted is None else self.wanted & self.items.counted

    @cached_property
    def moved(self) -> Sequence[Flags] | None:
        """Which visits are of these items, part by part; None for all."""
        return None if self.counted is None else self.visits.among(self._things, self.counted)

    @cached_property
    def stayed(self) -> Sequence[Flags] | None:
        """Which visits are of items that are asked for, of a higher level or not, part by part; None for all."""
        return None if self.wanted is None else self.visits.among(self._things, self.wanted)

    def passed(self, since: int, until: int) -> Sequence[Flags] | None:
        """Return which passages are asked for and of items that ended in the window, by part; None where all are."""
        first, last = self.passages.span
        if self._terms is None and since <= first and last < until:
            return None
        return [self._within(part, since, until) for part in self.passages.parts]

    def handed(self, since: int, until: int) -> Flags | None:
        """Return which handoffs are asked for and of items that ended in the window, None where all are."""
        ended = self.handoffs.ended
        if self._terms is None and len(ended) and since <= ended.min() and ended.max() < until:
            return None
        return self._within(self.handoffs.at, since, until)

    def _within(self, at: Mapping[str, Column], since: int, until: int) -> Flags:
        found: Flags = (at["ended"] >= since) & (at["ended"] < until)
        return found if self._terms is None else found & self._terms.wanted(self._scope, at)


def window(scope: Scope) -> tuple[int, int]:
    """Return the ends of the window in microseconds; it begins right after NEVER where nothing bounds it."""
    return (micros(scope.since) if scope.since else NEVER + 1), micros(scope.until)


def at_or_none(instant: int | None) -> datetime | None:
    """Return an instant from its microseconds, in UTC."""
    return None if instant is None else _EPOCH + timedelta(microseconds=instant)


def columns_of(view: View, scopes: Sequence[Scope], kept: Kept) -> Columns | None:
    """Return the columns of the datasets that are asked for, None where statements are to be asked.

    These are for an engine elsewhere, and for what would not fit into memory here.
    """
    if not scopes or not engines.is_in_process():
        return None
    records = view.rows(_RECORDS, {"line_ids": [scope.line_id for scope in scopes]})[0]["n"] or 0
    if records * _BYTES_A_RECORD > limits.BYTES_OF_COLUMNS:
        return None
    found = Columns(view, scopes, kept)
    return found if found.can_tell else None
