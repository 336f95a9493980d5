"""Brings the facts about flow up to date: meanings of statuses, visits and flow items of each dataset."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.company import Company
from streamgauge.facts import changes, news, off_tool, reading, tally, two_tools, unmoved, vanished, visits
from streamgauge.facts.advances import advances
from streamgauge.facts.belonging import HELD, HELD_STATEMENT, TYPES
from streamgauge.facts.belonging import terms as belonging
from streamgauge.facts.changes import Changes
from streamgauge.facts.conformance import conformance
from streamgauge.facts.episodes import episodes
from streamgauge.facts.flow import DATASETS, Dataset, terms
from streamgauge.facts.flow_items import STATEMENT as ITEMS
from streamgauge.facts.flow_items import of_measured
from streamgauge.facts.handoffs import handoffs
from streamgauge.facts.item_ways import completed
from streamgauge.facts.limits import limits
from streamgauge.facts.meanings import MEANINGS, Told, depends_on_type, differs, meanings, of_activities
from streamgauge.facts.passages import passages
from streamgauge.facts.pieces import joined, numbered, shared, side_by_side
from streamgauge.facts.reading import Reading
from streamgauge.facts.shelf import Shelf
from streamgauge.facts.stays import stays
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.touches import statement as touched
from streamgauge.facts.two_tools import Same
from streamgauge.facts.unmoved import UNMOVED
from streamgauge.facts.visits import statuses_of
from streamgauge.facts.ways import REPEATS, in_codes, ways
from streamgauge.facts.working import working
from streamgauge.lake import View, engines, heap
from streamgauge.records import Item, Transition


def refresh(writer: Shelf, wanted: Sequence[Dataset], company: Company) -> None:
    """Bring the facts of these datasets up to date: of the items that are touched, or of all where that is not enough.

    What the others rest on is noted to be unchanged.
    """
    same: tuple[Same, ...] = ()
    if any(one.links for one in wanted):
        with writer.view() as view:
            same = two_tools.found(view)
    works = [_Work(writer, one, company, same) for one in wanted]
    for work in works:
        work.run()
    if works:
        _seen(writer, wanted, works[0].kept)


def _seen(writer: Shelf, renewed: Sequence[Dataset], kept: Sequence[Mapping[str, Any]]) -> None:
    """Note of the datasets that nothing is new of, by what was `kept` of all, that they were looked at too."""
    state, lines = renewed[0].state, {one.line_id for one in renewed}
    versions = {"transitions_version": state.transitions_version, "items_version": state.items_version}
    rows = [{**row, **versions} for row in kept if row["line_id"] not in lines]
    if rows:
        table = pa.Table.from_pylist(rows, schema=DATASETS)
        writer.replace_facts("datasets", [row["line_id"] for row in rows], table)


class _Work:
    """The facts of one dataset, computed again: of the items that something is new of, where that is enough."""

    def __init__(self, writer: Shelf, one: Dataset, company: Company, same: Sequence[Same]) -> None:
        self.writer, self.one, self.company = writer, one, company
        self.by_type = depends_on_type(company)
        self.steps = off_tool.named(one.line_id, one.name, company)
        self.same = two_tools.rows(one.line_id, one.state.source, one.name, same)
        self.renewed = 0
        self.kept: list[dict[str, Any]] = []
        """What was kept of all datasets, in the columns of DATASETS, when this one was looked at."""
        self.moved: tuple[pa.Table, pa.Table] = (UNMOVED.empty_table(), UNMOVED.empty_table())
        """The items that never moved, of those that something is new of: as they were kept, and as they are now."""
        self.changes: Changes | None = None
        """All changes of status, where they are many and were read beside the engine."""

    def run(self) -> None:
        """Compute the facts and put them in the place of those that were there."""
        line = self.one.line_id
        with self._view() as view:
            self.kept = view.rows("SELECT * FROM datasets")
            before = next((row for row in self.kept if row["line_id"] == line), {})
            former = view.query("SELECT * FROM meanings WHERE line_id = $line", self.one.key).cast(MEANINGS)
            items = self._touched(view, before)
            if items is None:
                self._read_changes(view)
            still = self._unmoved(view, items)
            how, meant = self._read(view, self._counted(view, before, former, items))
            if items is not None and (differs(former, meant) or any(before[k] != v for k, v in asdict(how).items())):
                items = None
                self._read_changes(view)
                still = self._unmoved(view, items)
            if items is not None:
                self._narrow(view)
                found = dict(self._facts(view, how, meant)) | {"unmoved": still}
                found |= {"off_tool": news.of(self.steps, items), "same_items": news.of(self.same, items)}
        if not former.equals(meant):
            self.writer.replace_facts("meanings", [line], meant)
        if items is not None:
            self.renewed = before["renewed"] + len(items)
            self.writer.renew_facts(line, items, found)
        else:
            self.writer.replace_facts("unmoved", [line], still)
            self.writer.replace_facts("off_tool", [line], self.steps)
            self.writer.replace_facts("same_items", [line], self.same)
            self._all(how, meant)
        row = pa.Table.from_pylist([self._row(how)], schema=DATASETS)
        self.writer.replace_facts("datasets", [line], row)

    @contextmanager
    def _view(self) -> Iterator[View]:
        """Give a view that shows also the items that vanished from their tool since: what was told of them stays."""
        with self.writer.view() as view, view.with_deleted(Item):
            yield view

    def _touched(self, view: View, before: Mapping[str, Any]) -> pa.Array | None:
        """Return the items that may have other facts now; None where all may, or so many that all is no more work."""
        if before.get("terms") != terms(self.company, self.one.reviews):
            return None
        items = news.touched(view, before, self.one.state)
        if items is not None:
            items = news.united(items, vanished.since(view, self.one.key, before["known_at"]))
            for table, now in (("off_tool", self.steps), ("same_items", self.same)):
                kept = view.query(f"SELECT * FROM {table} WHERE line_id = $line", self.one.key).cast(now.schema)
                items = news.also(items, kept, now)
            if len(self.same):
                items = news.united(items, two_tools.touched(view, self.same))
        return items if items is not None and news.is_little(len(items), before["renewed"], self.one.state) else None

    def _read_changes(self, view: View) -> None:
        """Read the changes of status beside the engine, where they are many and it need not find out what is told."""
        is_plain = not (self.by_type or len(self.same) or len(self.steps) or off_tool.patterns(self.company))
        if is_plain and engines.are_read_beside(self.one.state.records):
            self.changes = changes.read(view, self.one.key)

    def _unmoved(self, view: View, items: pa.Array | None) -> pa.Table:
        """Return the items that never moved, of these or of all, and let the view show those of the whole dataset."""
        tables = ("items", "transitions")
        if items is not None:
            news.pick(view, items, self.one.key)
            tables = ("touched_items", "touched_transitions")
            kept = view.query("SELECT * FROM unmoved WHERE line_id = $line", self.one.key).cast(UNMOVED)
        if items is None and self.changes is not None:
            found = self.changes.unmoved(self.one.line_id)
        else:
            found = view.query(unmoved.statement(*tables), self.one.key).cast(UNMOVED)
        found = news.without(found, two_tools.moved(self.same))
        others = [] if items is None else [news.without(kept, items)]
        self.moved = (UNMOVED.empty_table() if items is None else news.of(kept, items), found)
        view.register("unmoved", pa.concat_tables([found, *others]))
        return found

    def _counted(
        self, view: View, before: Mapping[str, Any], former: pa.Table, items: pa.Array | None
    ) -> list[Told] | None:
        """Return how many rows tell of each status where that was counted beside the engine or before, else None."""
        if items is None and self.changes is not None:
            return self.changes.told(self.moved[1])
        if items is None or self.by_type or len(self.same) or before["has_marks"]:
            return None
        if view.rows("SELECT count(*) AS n FROM same_items WHERE line_id = $line", self.one.key)[0]["n"]:
            return None
        return tally.gone_on(view, self.one.key, former, self.moved, detail=reading.detail(marked=False))

    def _read(self, view: View, counted: list[Told] | None) -> tuple[Reading, pa.Table]:
        """Return how the rows of the dataset are read, and what its statuses mean, which the view then shows.

        `counted` is how many rows tell of each status where a log without marks went on; null where all are looked at.
        """
        among = "transitions" if counted is None else "transitions_added"
        marked = self.changes is None and reading.has_marks(view, self.one.key, among=among)
        sql = statuses_of(detail=reading.detail(marked=marked), by_type=self.by_type)
        told = [Told(**row) for row in view.rows(sql, self.one.key)] if counted is None or marked else counted
        meant = meanings(self.one.line_id, told, self.company).cast(MEANINGS)
        view.register("meanings", meant)
        how = reading.reading(view, self.one.key, meant, marked=marked)
        known = {(one.status, one.type) for one in told}
        others = two_tools.statuses(view, self.same, self.one.key, by_type=self.by_type)
        more = [Told(status, "", kind, 0) for status, kind in others if (status, kind) not in known]
        meant = pa.concat_tables([meant, meanings(self.one.line_id, more, self.company).cast(MEANINGS)])
        meant = of_activities(meant) if how.by_activity else meant
        view.register("meanings", meant)
        return how, meant

    def _facts(self, view: View, how: Reading, meant: pa.Table) -> Iterator[tuple[str, pa.Table]]:
        """Give the facts of the items that a view shows, each for the view to show too."""
        found = self._visits(view, how, meant)
        whole = joined(found)
        pieces = touched(how, by_type=self.by_type)
        touches = view.query(pieces, self.one.key).cast(TOUCHES) if how.has_marks else TOUCHES.empty_table()
        for name, facts in (("visits", whole), ("touches", touches)):
            view.register(name, facts)
            yield name, facts
        if len(self.same):
            two_tools.date(view)
        yield from self._items(view, how, found, (meant, touches))

    def _all(self, how: Reading, meant: pa.Table) -> None:
        """Compute the facts of all items, so many of them at a time as fit into memory."""
        rows = self.one.state.records
        with self._view() as whole:
            is_simple = not len(self.same) and Transition.table not in whole.told_again
            parts = self.writer.parts(rows, is_plain=is_simple and not how.has_marks and not len(self.steps))
            if self.changes is not None:
                self._beside(whole, how, meant, self.changes)
            elif engines.are_few(rows) and is_simple:
                self._sparingly(whole, how, meant, parts)
            else:
                self._in_parts(whole, how, meant, 1 if engines.are_few(rows) else parts)
        # They follow from the company file alone, and another one is a reason to compute all.
        self.writer.replace_facts("wip_limits", [self.one.line_id], limits(self.one.line_id, self.company))

    def _beside(self, view: View, how: Reading, meant: pa.Table, read: Changes) -> None:
        """Put the facts of changes that were read beside the engine, part by part."""
        for nth, part in enumerate(read.parts(engines.parts_beside(self.one.state.records))):
            self.changes = part
            part.show(view)
            self._put(view, how, meant, is_first=nth == 0)
        self.changes = None

    def _sparingly(self, whole: View, how: Reading, meant: pa.Table, parts: int) -> None:
        """Put the facts of few records, each part read from the lake by itself, and of several no more held of any."""
        if parts == 1:
            self._put(whole, how, meant, is_first=True)
            return
        whole.spare()
        with heap.sparing():
            for part in range(parts):
                news.read_part(whole, part, parts, self.one.key)
                self._put(whole, how, meant, is_first=part == 0)
                heap.give_back()

    def _in_parts(self, whole: View, how: Reading, meant: pa.Table, parts: int) -> None:
        """Put the facts of records that are read once and held, part by part."""
        if parts > 1 or len(self.same):
            news.divide(whole, parts, self.one.state.records, self.one.key)
        for part in range(parts):
            if len(self.same):
                self._put_with_others(whole, how, meant, part)
                continue
            if parts > 1:
                news.show_part(whole, part)
            self._put(whole, how, meant, is_first=part == 0)

    def _put_with_others(self, whole: View, how: Reading, meant: pa.Table, part: int) -> None:
        """Put the facts of one part of the items where some stand in other tools too, whose records are sought."""
        with self._view() as view:
            records = news.whole(view) if view is whole else {}
            news.pick_part(view, whole, part)
            self._narrow(view)
            self._put(view, how, meant, is_first=part == 0)
            for name, table in records.items():
                view.register(name, table)

    def _put(self, view: View, how: Reading, meant: pa.Table, *, is_first: bool) -> None:
        """Put the facts of the items that a view shows in the place of the former, or beside those of other items."""
        for name, facts in self._facts(view, how, meant):
            if is_first:
                self.writer.replace_facts(name, [self.one.line_id], facts)
            else:
                self.writer.append_facts(name, facts)

    def _narrow(self, view: View) -> None:
        """Let a view show the picked records alone, those of items in two tools as they count here."""
        if len(self.same):
            two_tools.mix(view, self.same, self.one.key, joins=self._has_others)
        news.narrow(view)

    @property
    def _has_others(self) -> bool:
        """Whether other tools tell of its items too."""
        return bool(pc.any(self.same["is_home"]).as_py())

    def _visits(self, view: View, how: Reading, meant: pa.Table) -> list[pa.Table]:
        """Return the visits, in pieces of whole items."""
        gone = vanished.items(view, self.one.key, self.same, how)
        meant = vanished.meant(self.one.line_id, meant) if len(gone) else meant
        steps, meant = off_tool.steps(self.one.line_id, self.one.name, self.company, meant)
        view.register("meant", meant)
        if len(gone):
            view.register("vanished_items", vanished.numbered(gone, meant))
        if len(steps):
            view.register("off_tool_steps", steps)
        grounds = visits.Grounds(
            how=how,
            meant=meant,
            by_type=self.by_type,
            has_reviews=bool(self.one.reviews),
            has_others=self._has_others,
            has_steps=len(steps) > 0,
            has_vanished=len(gone) > 0,
        )
        said = self.one.key | visits.terms(meant)

        def told(rows: pa.Table) -> pa.Table:
            return visits.told(rows, self.one.line_id, meant)

        if engines.is_in_process():
            return stays(view, grounds, said, told, self.changes)
        return [told(view.query(visits.statement(grounds), said))]

    def _items(
        self, view: View, how: Reading, found: Sequence[pa.Table], said_of: tuple[pa.Table, pa.Table]
    ) -> Iterator[tuple[str, pa.Table]]:
        """Give what follows from the visits found, piece by piece; `said_of` are the meanings and the touches."""
        types = [row["type"] for row in view.rows(TYPES, self.one.key)]
        grace = round(self.company.thresholds.reopen_grace_days * 86_400_000_000)
        said = self.one.key | belonging(self.company, self.one.name, types) | {"grace_micros": grace}
        said |= {"ends_with_last": how.ends_with_last, "is_log": how.is_log, "goes_on": how.goes_on}
        if engines.is_in_process():
            measured = side_by_side(lambda visits: episodes(visits, how, grace), found)
            view.register("measured", numbered(joined(measured)))
            sql = of_measured(has_streams=bool(said["rule_streams"]))
            items = shared(in_codes(view.query(sql, said)), measured)
        else:
            items = [partial(in_codes, view.query(ITEMS, said), ("item", *REPEATS))]

        def of_ways(one: tuple[pa.Table, Callable[[], pa.Table]]) -> list[pa.Table]:
            way = ways(one[0], one[1](), how)
            return [completed(way, *said_of), passages(way), handoffs(way), advances(way)]

        made = side_by_side(of_ways, list(zip(found, items, strict=True)))
        facts = [joined(tables) for tables in zip(*made, strict=True)]
        yield from zip(("flow_items", "passages", "handoffs", "advances"), facts, strict=True)
        yield "held", view.query(HELD_STATEMENT, said).cast(HELD)
        yield "conformance", conformance(view, facts[0], self.one, self.company)
        yield "working", working(view, self.one.key, self.company)

    def _row(self, how: Reading) -> dict[str, Any]:
        one = self.one
        return {
            "line_id": one.line_id,
            "source": one.state.source,
            "dataset": one.name,
            "basis": one.basis(self.company),
            "terms": terms(self.company, self.one.reviews),
            **one.state.row,
            "renewed": self.renewed,
            **asdict(how),
            "notes": how.notes,
        }
