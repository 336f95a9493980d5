"""Joins files and lake: reads exported files, makes records of them, and keeps each file whole or not at all."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge import absences, log_pieces
from streamgauge.answers.rejects import SOURCE
from streamgauge.company import Import
from streamgauge.errors import BadFile, BadOption, StreamgaugeError
from streamgauge.lake import Lake
from streamgauge.lake.writer import Kept, Writer
from streamgauge.log_pieces import Joined
from streamgauge.progress import Progress
from streamgauge.records import Item, Link, Record, Transition, schema
from streamgauge.sources.files import Options, continued, datasets, file_names, snapshots, tables
from streamgauge.sources.files.datasets import Period
from streamgauge.sources.files.mapping import Rules
from streamgauge.sources.files.prepared import Prepared, grouped, prepare
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.snapshots import Snapshot
from streamgauge.sources.files.templates import template
from streamgauge.sources.pseudonym import Pseudonyms

__all__ = ["Count", "Imported", "Request", "look", "rules", "take", "template"]

_SLICE = 500_000
_SHOWN_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be imported, and how. `imports` are the entries of mapping and company files, the first that fits
    a file counts, and `rules` go before it. `snapshot_at` is an instant, or null: the day in a file's name, if any.
    `header` is the line of the header, 0 for none; what is null of the file's form is found.
    """  # fmt: skip

    files: tuple[str, ...]
    rules: Rules = field(default_factory=Rules)
    dataset: str | None = None
    imports: tuple[Import, ...] = ()
    complete: bool = False
    max_bad: float | None = None
    snapshot_at: datetime | None = None
    by_name: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None


@dataclass(frozen=True, kw_only=True)
class Count:
    """What one import made of the records of one kind."""

    kind: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of one file: the tables that were read of it, what the lake made of them, or why nothing was kept."""

    file: str
    dataset: str = ""
    tables: tuple[Prepared, ...] = ()
    counts: tuple[Count, ...] = ()
    notes: tuple[str, ...] = ()
    failure: StreamgaugeError | None = None

    @property
    def rejected(self) -> int:
        """How many rows were put aside."""
        return sum(table.rejected for table in self.tables)

    def sample(self, table: Prepared) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Give the first records of each kind that a table makes."""
        for part in table.parts:
            yield part.kind.__name__, part.table.slice(0, _SHOWN_ROWS).to_pylist()


def rules(**said: Any) -> Rules:
    """Return what a user says about tables; raises BadOption for a date format, decimal mark or zone unknown."""
    from streamgauge.company.zone import problem
    from streamgauge.sources.files import instants, layouts

    found = Rules(**said)
    given = found.date_format
    if given and given not in instants.FORMATS and (wrong := layouts.problem(given)):
        allowed = ", ".join(instants.FORMATS)
        raise BadOption(
            f"The date format '{given}' is not understood: {wrong}.",
            advice=f"Allowed: {allowed}, or a pattern such as dd.MM.yyyy HH:mm or %d.%m.%Y %H:%M.",
        )
    if found.decimal not in (None, ".", ","):
        raise BadOption(f"The decimal mark '{found.decimal}' is not known.", advice="Allowed: . or ,")
    if found.zone and (wrong := problem(found.zone)):
        raise BadOption(wrong)
    return found


def look(lake: Lake, request: Request, progress: Progress) -> tuple[Imported, ...]:
    """Return what an import would read and change, to the same counts and notes; the lake stays as it is.

    Several files are looked at each as if it came alone.
    """
    return tuple(_each(lake, request, progress, is_dry=True))


def take(lake: Lake, request: Request, progress: Progress) -> tuple[Imported, ...]:
    """Import files: each ends with one published snapshot or leaves the lake as it was; none stops the others."""
    return tuple(_each(lake, request, progress, is_dry=False))


def _each(lake: Lake, request: Request, progress: Progress, *, is_dry: bool) -> Iterator[Imported]:
    for path in dict.fromkeys(request.files):
        try:
            reading = _Reading(request, path, Pseudonyms(lake.pseudonym_key), progress)
            prepared = reading.prepared(is_dry=is_dry)
            keeping = _Keeping(lake, reading, prepared, progress)
            counts = () if reading.is_refused else keeping.tried() if is_dry else keeping.keep()
            notes = tuple(reading.notes)
            yield Imported(file=path, dataset=reading.dataset, tables=prepared, counts=counts, notes=notes)
        except StreamgaugeError as failure:
            yield Imported(file=path, failure=failure)


class _Reading:
    """One file, read and understood."""

    def __init__(self, request: Request, path: str, names: Pseudonyms, progress: Progress) -> None:
        self.path, self.names, self.progress = path, names, progress
        given = os.path.basename(path)
        self.name = file_names.unnamed(given, names)
        said = next((one for one in request.imports if fnmatchcase(given, one.files)), Import())
        self.rules = _joined(request.rules, said)
        self.options = Options(encoding=request.encoding, delimiter=request.delimiter, header=request.header)
        self.complete = request.complete or said.complete
        self.max_bad = said.max_bad if request.max_bad is None else request.max_bad
        self.notes: list[str] = []
        self.is_refused = False
        self.dataset = request.dataset or said.dataset or self._dataset()
        self.said_at, self.by_name = request.snapshot_at, request.by_name

    def prepared(self, *, is_dry: bool) -> tuple[Prepared, ...]:
        """Return what each table of the file makes; raises BadFile where too much is bad, in a look only a note."""
        sheets = [sheet for sheet in tables(self.path, options=self.options) if sheet.columns]
        if not sheets:
            raise BadFile(f"{self.path} holds no table.", advice="Give a file with a header line and rows.")
        found, left_out = [], []
        groups = grouped(sheets)
        for group, name in zip(groups, datasets.parts([group[0].within for group in groups]), strict=True):
            try:
                day, period = datasets.day_of(group[0].within), datasets.period_of(group[0].within)
                within = file_names.unnamed(name, self.names)
                made = prepare(group, self.rules, self.names, self._step)
                found += [replace(table, within=within, day=day, period=period) for table in made]
            except BadOption as fault:
                left_out.append(fault)
                self.notes.append(f"Table '{group[0].name}' is left out: {fault.wrong}")
        if not found:
            raise left_out[0]
        for table in found:
            if table.bad * 100 > self.max_bad * table.rows:
                refusal = self._refusal(table)
                if not is_dry:
                    raise refusal
                self.is_refused = True
                self.notes.append(f"An import would keep nothing: {refusal.wrong}")
        return tuple(found)

    def repository(self, table: Prepared) -> str:
        """Return the name under which a table's records are kept, whatever other tables its file has."""
        return "/".join(filter(None, (self.dataset, table.within)))

    def at(self, table: Prepared) -> datetime | None:
        """Return when a table of items stood so: as said, or by the day in the name of the table or its file."""
        return self.said_at or (self._zoned(table.day or datasets.day_of(self.name)) if self.by_name else None)

    def period(self, table: Prepared) -> Period:
        """Return since and until when a table tells what happened, by its name or that of its file."""
        since, until = table.period if any(table.period) else datasets.period_of(self.name)
        return self._zoned(since), self._zoned(until)

    def _zoned(self, at: datetime | None) -> datetime | None:
        return at and at.replace(tzinfo=ZoneInfo(self.rules.zone or "UTC")).astimezone(UTC)

    def _dataset(self) -> str:
        found = datasets.dataset(self.name)
        self.notes.append(f"The dataset is '{found}', by the file's name (--dataset says another).")
        return found

    def _step(self, rows: int) -> None:
        self.progress.step(f"{self.name}: rows read", rows, None)

    def _refusal(self, table: Prepared) -> BadFile:
        worst = sorted(table.doubts, key=lambda doubt: -doubt.rows)[:3]
        told = ". ".join(f"{doubt.rows} × {doubt.words()}" for doubt in worst)
        return BadFile(
            f"{self.path}: {table.bad} of {table.rows} rows are bad, more than {self.max_bad:g} %. {told}.",
            advice="Nothing was kept. Mend the mapping or the file, or allow more with --max-bad; --dry-run shows why.",
        )


def _joined(rules: Rules, said: Import) -> Rules:
    """Return the rules with what an entry of a mapping says where they say nothing."""
    return replace(
        rules,
        kind=rules.kind or said.kind,
        columns={**said.columns, **rules.columns},
        constants={**said.constants, **rules.constants},
        attributes={**said.attributes, **rules.attributes},
        date_format=rules.date_format or said.date_format,
        decimal=rules.decimal or said.decimal,
        zone=rules.zone or said.zone,
        nulls=(*said.nulls, *rules.nulls),
        merge_repeats=_merging(said) if rules.merge_repeats is None else rules.merge_repeats,
    )


def _merging(said: Import) -> bool | None:
    return None if said.repeats is None else said.repeats == "merge"


class _Keeping:
    """One file's records on their way into the lake, as one run."""

    def __init__(self, lake: Lake, reading: _Reading, prepared: Sequence[Prepared], progress: Progress) -> None:
        self.lake, self.reading, self.prepared, self.progress = lake, reading, prepared, progress
        self.counts: dict[str, Count] = {}
        self.told_of: dict[str, dict[str, str]] = {}

    def keep(self) -> tuple[Count, ...]:
        """Write and publish everything at once, or nothing."""
        with self.lake.writing(whole=True) as writer:
            writer.publish(self._keep_all(writer))
        return tuple(self.counts.values())

    def tried(self) -> tuple[Count, ...]:
        """Count what `keep` would do."""
        with self.lake.trying() as writer:
            self._keep_all(writer)
        return tuple(self.counts.values())

    def _keep_all(self, writer: Writer) -> dict[str, str]:
        """Write everything, and return which reading of the file the rejects of each table are of."""
        digest, former = _digest(self.reading.path), self.lake.snapshot()
        # Later than all that is there, whatever the clock says: a correction must win.
        self.now = max(datetime.now(UTC), former.published_at) if former else datetime.now(UTC)
        cursors: dict[str, str] = {}
        for table in self.prepared:
            repository = self.reading.repository(table)
            self._keep_table(writer, table, repository)
            cursors |= self._keep_rejects(writer, table, repository, digest)
            self.now += timedelta(microseconds=1)  # of two tables of one thing the second is the newer version
        return cursors

    def _keep_table(self, writer: Writer, table: Prepared, repository: str) -> None:
        if table.counts is not None and table.parts[1].table.num_rows:
            self._keep_log(writer, table, repository)
            return
        at, is_newest = self.reading.at(table) if table.plan.kind is Item else None, True
        for part in table.parts:
            if at is not None and part.kind is Item:
                is_newest = _Snapshots(self, writer, table, repository, at).keep(part)
            elif not (part.kind is Link and table.plan.kind is Item):
                self._keep_part(writer, part, table, repository)
            elif is_newest:
                self._keep_links(writer, part, table, repository)

    def _keep_links(self, writer: Writer, part: Made, table: Prepared, repository: str) -> None:
        """Keep the links that items tell; those that items told before and do not any more are gone."""
        kept = writer.keep(Link, self.stamped(part, repository), SOURCE, repository)
        given = {"present": part.table.select(["id"]), "items_read": table.parts[0].table.select(["id"])}
        gone = [] if kept.is_first else absences.ids(writer, absences.UNLINKED, repository, **given)
        if part.table.num_rows or gone:
            self.count(Link, kept, self.vanish(writer, Link, repository, gone))

    def _keep_part(
        self, writer: Writer, part: Made, table: Prepared, repository: str, log: Joined | None = None
    ) -> None:
        self.progress.step(f"{self.reading.name}: {part.kind.table} kept", 0, part.table.num_rows)
        kept = writer.keep(part.kind, self.stamped(part, repository), SOURCE, repository)
        gone: list[str] = []
        if not kept.is_first and log is not None:
            gone = _withdrawn(writer, log, repository, merged=table.plan.merge_repeats)
        if not kept.is_first and part.kind is Transition and table.plan.milestones:
            gone = absences.ids(writer, absences.UNDATED, repository, present=_dated(table))
        if not kept.is_first and self.reading.complete:
            present = part.table.select(["id"])
            gone += absences.ids(writer, absences.absent(part.kind), repository, present=present)
        self.count(part.kind, kept, self.vanish(writer, part.kind, repository, gone))

    def _keep_log(self, writer: Writer, table: Prepared, repository: str) -> None:
        """Keep the items and events of a log; what a later export tells of an item goes before what this one does."""
        items, events = table.parts
        if self.reading.complete:
            log = log_pieces.whole(events, table.counts)
        else:
            log = log_pieces.joined(writer, table, events, repository, self.reading.period(table))
        self.reading.notes.extend(log.notes)
        older = pc.is_in(items.table["id"], value_set=log.followed)
        self._keep_part(writer, Made(Item, items.table.filter(pc.invert(older))), table, repository)
        self.count(Item, Kept(unchanged=len(log.followed)), 0)
        self._keep_part(writer, log.events, table, repository, log)

    def vanish(self, writer: Writer, kind: type[Record], repository: str, ids: Sequence[str]) -> int:
        """Write tombstones."""
        gone = dict.fromkeys(ids)
        return writer.vanish(kind, repository, gone, self.now, source=SOURCE) if gone else 0

    def stamped(self, part: Made, repository: str) -> Iterator[pa.Table]:
        """Give the records in slices, with the fields that every record has."""
        types = schema(part.kind)
        shared = {"source": SOURCE, "repository": repository, "recorded_at": self.now, "deleted": False}
        for first in range(0, part.table.num_rows, _SLICE):
            rows = part.table.slice(first, _SLICE)
            for name, value in shared.items():
                rows = rows.append_column(name, pa.repeat(pa.scalar(value, types.field(name).type), rows.num_rows))
            yield rows
            self.progress.step(f"{self.reading.name}: {part.kind.table} kept", first + len(rows), part.table.num_rows)

    def count(self, kind: type[Record], kept: Kept, gone: int) -> None:
        """Add to what is told of a kind."""
        former = self.counts.get(kind.__name__, Count(kind=kind.__name__))
        self.counts[kind.__name__] = Count(
            kind=kind.__name__,
            new=former.new + kept.new,
            changed=former.changed + kept.changed,
            unchanged=former.unchanged + kept.unchanged,
            gone=former.gone + gone,
        )

    def _keep_rejects(self, writer: Writer, table: Prepared, repository: str, digest: str) -> Mapping[str, str]:
        """Keep the rows that were put aside as raw items, and say which reading of the file they are of."""
        named = f"{SOURCE}:{repository}"
        if named not in self.told_of:
            self.told_of[named] = dict(json.loads(writer.cursors.get(named, "{}")))
            self.told_of[named].pop(self.reading.name, None)
        said = self.told_of[named]
        if table.rejects.num_rows:
            said[self.reading.name] = digest
            writer.append_raw(SOURCE, self._raw_rejects(table, repository, digest))
        return {named: json.dumps(said, sort_keys=True)} if said or named in writer.cursors else {}

    def _raw_rejects(self, table: Prepared, repository: str, digest: str) -> pa.Table:
        sheet = table.within or file_names.unnamed(table.sheet, self.reading.names)
        shared = {"file": self.reading.name, "sheet": sheet, "digest": digest}
        rows = [{**shared, **row} for row in table.rejects.to_pylist()]
        ids = [f"{digest}:{row['sheet']}:{row['line']}:{row['column']}:{row['reason']}" for row in rows]
        return raw(repository, "reject", ids, [json.dumps(row, ensure_ascii=False).encode() for row in rows], self.now)


def _withdrawn(writer: Writer, log: Joined, repository: str, *, merged: bool) -> list[str]:
    """Return the events, and the changes of team, that a log does not tell any more."""
    gone = absences.ids(writer, absences.SURPLUS, repository, counts=log.counts)
    if merged and len(log.counts):
        present = continued.teams_present(log.first, log.events.table)
        gone += absences.ids(writer, continued.TEAMS_GONE, repository, said={"until": log.until}, present=present)
    return gone


class _Snapshots:
    """One more snapshot of a table of items: the newest state of each item counts, and changes become transitions."""

    def __init__(self, keeping: _Keeping, writer: Writer, table: Prepared, repository: str, at: datetime) -> None:
        self.keeping, self.writer, self.table, self.repository = keeping, writer, table, repository
        if at > keeping.now:
            raise BadOption(f"The snapshot's day {at:%Y-%m-%d %H:%M} lies in the future.", advice="Say --snapshot-at.")
        self.at = at
        if keeping.reading.said_at is None:
            keeping.reading.notes.append(
                f"It is a snapshot of {at:%Y-%m-%d %H:%M} UTC, by its name (--snapshot-at says otherwise)."
            )

    def keep(self, part: Made) -> bool:
        """Keep the snapshot, the items whose newest state it has, and all transitions that follow from all of them.

        Return whether no snapshot is newer.
        """
        mapped = (*self.table.plan.columns, *self.table.plan.constants)
        one = snapshots.of(part.table, self.at, mapped, complete=self.keeping.reading.complete)
        known = self._remember(one)
        last, gone = snapshots.standing(known)
        ids = part.table["id"].to_pylist()
        # What is gone is kept once, for what it was then.
        former = gone.intersection(absences.ids(self.writer, absences.EVER_GONE, self.repository))
        newest = [last[item] == self.at and item not in former for item in ids]
        items = Made(Item, part.table.filter(pa.array(newest, pa.bool_())))
        kept = self.writer.keep(Item, self.keeping.stamped(items, self.repository), SOURCE, self.repository)
        kept.unchanged += part.table.num_rows - items.table.num_rows
        self.keeping.now += timedelta(microseconds=1)  # so that what is gone is so after what it was
        vanished = self.keeping.vanish(self.writer, Item, self.repository, sorted(gone))
        self.keeping.count(Item, kept, vanished)
        changes = Made(Transition, snapshots.transitions(known))
        kept = self.writer.keep(Transition, self.keeping.stamped(changes, self.repository), SOURCE, self.repository)
        present = changes.table.select(["id"])
        stale = absences.ids(self.writer, absences.OTHER_SNAPSHOTS, self.repository, present=present)
        self.keeping.count(Transition, kept, self.keeping.vanish(self.writer, Transition, self.repository, stale))
        return self.at == max(snapshot.at for snapshot in known)

    def _remember(self, one: Snapshot) -> list[Snapshot]:
        """Keep a snapshot unless the newest of its instant says the same; return those that count, one an instant."""
        with self.writer.view() as view:
            found = view.raw(SOURCE, "snapshot", self.repository).sort_by(
                [("fetched_at", "ascending"), ("id", "ascending")]
            )
        counting = {snapshot.at: snapshot for snapshot in map(snapshots.unpacked, found["payload"].to_pylist())}
        payload = snapshots.packed(one)
        if one.at not in counting or snapshots.packed(counting[one.at]) != payload:
            key = f"{one.at.isoformat()}#{found.num_rows + 1:08d}"
            self.writer.append_raw(SOURCE, raw(self.repository, "snapshot", [key], [payload], self.keeping.now))
        return list({**counting, one.at: one}.values())


def raw(repository: str, kind: str, ids: Sequence[str], payloads: Sequence[bytes], at: datetime) -> pa.Table:
    """Return raw items as the lake takes them."""
    n = len(ids)
    same = {"source": SOURCE, "repository": repository, "kind": kind}
    columns = {name: pa.repeat(pa.scalar(value), n) for name, value in same.items()}
    when = pa.repeat(pa.scalar(at, pa.timestamp("us", "UTC")), n)
    return pa.table(
        {**columns, "id": pa.array(ids, pa.string()), "fetched_at": when, "payload": pa.array(payloads, pa.binary())}
    )


def _dated(table: Prepared) -> pa.Table:
    """Return every item of a table, and the changes that its dates tell of: those alone are left of each."""
    items, changes = (part.table for part in table.parts[:2])
    listed = pa.table({"item": items["id"], "id": pa.nulls(items.num_rows, pa.string())})
    return pa.concat_tables([listed, changes.select(["item", "id"])])


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
