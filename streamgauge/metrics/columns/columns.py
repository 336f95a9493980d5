"""The facts about the flow of some datasets in one snapshot, each read when it is first asked for, and then kept."""

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

from streamgauge.lake import View, engines, heap, limits
from streamgauge.metrics.columns import items
from streamgauge.metrics.columns.ahead import Ahead
from streamgauge.metrics.columns.batches import Register
from streamgauge.metrics.columns.handoffs import Handoffs
from streamgauge.metrics.columns.items import Items
from streamgauge.metrics.columns.kept import Kept, fits_memory, records
from streamgauge.metrics.columns.map_read import BYTES_A_RECORD, FACTS, read
from streamgauge.metrics.columns.narrow import Runs, Terms, fits, runs
from streamgauge.metrics.columns.passages import Passages
from streamgauge.metrics.columns.reading import Column
from streamgauge.metrics.columns.rows import Rows
from streamgauge.metrics.columns.spread import Flags
from streamgauge.metrics.columns.visits import Visits, statuses
from streamgauge.metrics.observations import Scope

_EXAMPLES = 640
"""So many items in all are looked for to tell the ways: of each way one is found in the first visits that are read."""


class Columns:
    """The facts about flow of some datasets as a view shows them, for questions about all of their work.

    A question gives the same as the statement over the same facts that is named there; it is for what fits into memory
    here, statements are for all else.
    """

    def __init__(
        self, view: View, scopes: Sequence[Scope], kept: Kept, coming: Ahead[dict[str, Any]] | None = None
    ) -> None:
        self._view, self._scope, self._said = view, scopes[0], {"line_ids": [scope.line_id for scope in scopes]}
        self._kept = kept
        with kept.lock:
            if "visits" in kept.things or not engines.are_few(records(view, self._said["line_ids"])):
                with heap.keeping():
                    self.can_tell = self._read(kept.things, limits.threads(), coming)
                """Whether they can be read; if not, there is nothing else here."""
            else:
                heap.give_back()
                with heap.sparing():
                    self.can_tell = self._read(kept.things, 1, None)
            self.ways: dict[int, str] = kept.things.setdefault("ways", {})
            """By the number of a way the statuses on it, of those that were asked for before."""
        self.recent: dict[Hashable, Any] = kept.things.setdefault("recent", {})
        """What follows from the recent past alone, which many windows share."""

    def _read(self, things: dict[str, Any], threads: int, coming: Ahead[dict[str, Any]] | None) -> bool:
        """Read what was not read before, many pieces side by side."""
        terms = self._terms = _terms(self._scope, things)
        wanted = [name for name in FACTS if not (name in things if name == "visits" else fits(things.get(name), terms))]
        if wanted and not self._read_facts(wanted, things, threads, coming):
            return False
        self.items: Items = things["flow_items"]
        """The flow items."""
        self.passages: Passages = things["passages"]
        """What they did in each stage."""
        self.visits: Visits = things["visits"]
        """Their visits."""
        self.handoffs: Handoffs = things["handoffs"]
        """Where they went from one team to another."""
        return True

    def _read_facts(
        self, wanted: Sequence[str], things: dict[str, Any], threads: int, coming: Ahead[dict[str, Any]] | None
    ) -> bool:
        lines = self._said["line_ids"]
        found = (coming.of(self._view.snapshot, lines) if coming is not None else None) or {}
        if not found:
            pieces = {fact: self._view.pieces(fact, lines) for fact in wanted}
            there = {fact: known for fact, known in pieces.items() if known is not None}
            if len(there) < len(wanted) or there.get("flow_items") == []:
                return False
            for fact in wanted:
                things.pop(fact, None)
            found = read(there, self._terms, threads)
        if "flow_items" in found:
            found["flow_items"] = items.items(self._view, self._said, found["flow_items"], self._terms)
        things |= found
        return True

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
        return None if self.counted is None else self.visits.among(self._owners, self.items.things, self.counted)

    @cached_property
    def stayed(self) -> Sequence[Flags] | None:
        """Which visits are of items that are asked for, of a higher level or not, part by part; None for all."""
        return None if self.wanted is None else self.visits.among(self._owners, self.items.things, self.wanted)

    @cached_property
    def _owners(self) -> list[Runs]:
        """Of which item each visit is, part by part."""
        with self._kept.lock:
            if "owners" not in self._kept.things:
                found = self._view.pieces("visits", self._said["line_ids"]) or ()
                batches = [(one.line, batch) for one in found for batch, _ in one.read(("item",), coded=("item",))]
                self._kept.things["owners"] = runs(batches, self.items.things)
            owners: list[Runs] = self._kept.things["owners"]
        return owners

    def statuses(self, paths: Sequence[int]) -> dict[int, list[str]]:
        """Return the statuses on each of these ways, of an item that went it."""
        examples = self.items.examples(paths, max(1, _EXAMPLES // len(paths)))
        found = self._view.pieces("visits", sorted({one.line for some in examples.values() for one in some})) or ()
        return statuses(found, examples)

    def passed(self, since: int, until: int) -> Rows | None:
        """Return which passages are asked for and of items that ended in the window, by part; None where all are."""
        return self._of_ended(self.passages, since, until)

    def handed(self, since: int, until: int) -> Rows | None:
        """Return which handoffs are asked for and of items that ended in the window, by part; None where all are."""
        return self._of_ended(self.handoffs, since, until)

    def _of_ended(self, rows: Passages | Handoffs, since: int, until: int) -> Rows | None:
        first, last = rows.span
        if self._terms is None and since <= first and last < until:
            return None
        return Rows([self._within(part, since, until) for part in rows.parts])

    def _within(self, at: Mapping[str, Column], since: int, until: int) -> Flags:
        found: Flags = (at["ended"] >= since) & (at["ended"] < until)
        return found if self._terms is None else found & self._terms.wanted(self._scope, at)


def _terms(scope: Scope, things: dict[str, Any]) -> Terms | None:
    """Return by what rows are to be told apart, None where all are asked for."""
    if not scope.is_narrowed:
        return None
    if "names" not in things:
        things["names"] = Register((None,)), Register((None,))
    teams, types = things["names"]
    return Terms(teams, types, scope.stream)


def columns_of(
    view: View, scopes: Sequence[Scope], kept: Kept, coming: Ahead[dict[str, Any]] | None = None
) -> Columns | None:
    """Return the columns of the datasets that are asked for, None where statements are to be asked.

    These are for an engine elsewhere, and for what would not fit into memory here.
    """
    if not fits_memory(view, [scope.line_id for scope in scopes], BYTES_A_RECORD):
        return None
    found = Columns(view, scopes, kept, coming)
    return found if found.can_tell else None
