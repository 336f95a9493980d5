"""Joins sources and lake: reads what is new, keeps it, and brings the facts up to date."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.answers.request import Request
from streamgauge.company import Service
from streamgauge.errors import BrokenRepository, StreamgaugeError
from streamgauge.facts.refresh import Terms, digest, is_fresh, refresh, stamp
from streamgauge.facts.release_lines import ASKED
from streamgauge.lake import Lake, View
from streamgauge.lake.writer import Writer
from streamgauge.progress import Progress
from streamgauge.records import Branch, Commit, Diffstat, Record, Release
from streamgauge.sources.git import history, references
from streamgauge.sources.git.repository import Repository, State
from streamgauge.sources.pseudonym import Pseudonyms

_KNOWN = """
SELECT commit FROM branches WHERE repository = $repository
UNION SELECT commit FROM releases WHERE repository = $repository
"""
_UNNAMED = """
SELECT c.id FROM commits AS c WHERE c.repository = $repository AND size(c.parents) < 2 AND NOT c.is_truncated
  AND NOT EXISTS (SELECT 1 FROM diffstats AS d WHERE d.repository = c.repository AND d.id = c.id)
"""
_UNREAD = """
SELECT w.change FROM (
  SELECT u.change, u.committed_at FROM undeployed AS u SEMI JOIN asked ON asked.line_id = u.line_id WHERE NOT u.is_merge
  UNION SELECT s.change, s.committed_at FROM shipped AS s JOIN asked ON asked.line_id = s.line_id
  WHERE NOT s.is_merge AND s.ordinal >= asked.first_shown
  ORDER BY committed_at DESC, change LIMIT $budget
) AS w
WHERE NOT EXISTS (SELECT 1 FROM diffstats AS d WHERE d.repository = $repository AND d.id = w.change AND d.has_lines)
  AND NOT EXISTS (SELECT 1 FROM commits AS c WHERE c.repository = $repository AND c.id = w.change AND c.is_truncated)
ORDER BY w.committed_at DESC, w.change
"""
_HELD = """
SELECT line_id, repository, service, release_line, basis, chosen_by, terms FROM lines
ORDER BY repository, service, release_line
"""
_SHOWN = """
SELECT line_id, greatest(max(ordinal) + 1 - $shown, 0) AS first_shown FROM deployments
WHERE line_id IN (SELECT unnest($lines)) AND left_out IS NULL GROUP BY line_id
"""


QUICKLY_READ = 200
"""The lines of so many commits are read before the first look, for it takes less time than to look up."""
_ALL = 1 << 60
_KEPT_AT_ONCE = 50_000


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What became of one path: its repository's id in the lake, its services with their release lines, or a failure.

    `unread` are commits whose lines a report shows and nobody has read yet, newest first.
    """

    path: str
    repository: str = ""
    services: tuple[Service, ...] = ()
    line_ids: tuple[str, ...] = ()
    new_commits: int = 0
    unread: tuple[str, ...] = ()
    lines_read: int = 0
    notes: tuple[str, ...] = ()
    failure: StreamgaugeError | None = None


def sync(lake: Lake, request: Request, progress: Progress) -> tuple[Synced, ...]:
    """Read the asked-for repositories and refresh their facts; one that fails does not stop the others.

    Each repository ends with one published snapshot, or with none. Nothing is written where nothing changed.
    """
    paths = request.paths or tuple(dict.fromkeys(s.repository for s in request.company.services))
    done: list[Synced] = []
    opened: dict[str, Repository] = {}
    for path in dict.fromkeys(paths):
        try:
            repository = Repository(path)
            if repository.id not in opened:
                opened[repository.id] = repository
        except StreamgaugeError as failure:
            done.append(Synced(path=path, failure=failure))
    for repository in opened.values():
        try:
            services = _services(repository, request, list(opened.values()))
            done.append(_Visit(lake, repository, request, services, progress).make())
        except StreamgaugeError as failure:
            done.append(Synced(path=repository.path, failure=failure))
    return tuple(done)


def _services(repository: Repository, request: Request, others: Sequence[Repository]) -> tuple[Service, ...]:
    """Return the services that the company file places in a repository, else one named after its folder."""
    places = {repository.path, repository.folder}
    named = tuple(s for s in request.company.services if os.path.realpath(s.repository) in places)
    if named:
        return named
    name = repository.name
    if sum(other.name == name for other in others) > 1:
        name = f"{Path(repository.path).parent.name}/{name}"
    return (Service(name=name, repository=repository.path),)


class _Visit:
    """One repository, read once."""

    def __init__(
        self, lake: Lake, repository: Repository, request: Request, services: tuple[Service, ...], progress: Progress
    ) -> None:
        self.lake, self.repository, self.request = lake, repository, request
        self.services, self.progress = services, progress
        self.now = datetime.now(UTC)
        self.seen = 0
        self.unread: list[str] | None = None
        snapshot = lake.snapshot()
        self.cursor = json.loads(snapshot.cursors.get(self._cursor, "{}")) if snapshot else {}
        self.coming: Iterator[pa.Table] | None = None
        if self.cursor:
            self.state = repository.state()
        else:
            self.state, self.coming = history.whole(repository, Pseudonyms(lake.pseudonym_key))

    def make(self) -> Synced:
        cursor = self.cursor
        terms = [self._terms(service) for service in self.services]
        read_before = cursor.get("fingerprint") == self.state.fingerprint
        fresh = self._fresh(terms) if read_before else None
        new = 0
        if fresh is None:
            extends = not read_before and cursor.get("identity") == self.state.identity
            if not (read_before or extends):
                new = self._keep_each(self._told(self.coming or self._fetch([])))
            with self.lake.writing() as writer:
                if not read_before:
                    new += self._catch_up(writer, extends=extends)
                fresh = self._settle(writer, terms, extends=extends)
        if self.unread is None:
            with self.lake.view() as view:
                self.unread = _unread(view, self.request, self.repository.id, fresh)
        return Synced(
            path=self.repository.path,
            repository=self.repository.id,
            services=self.services,
            line_ids=tuple(fresh),
            new_commits=new,
            unread=tuple(self.unread),
        )

    @property
    def _cursor(self) -> str:
        return f"git:{self.repository.id}"

    def _terms(self, service: Service) -> Terms:
        return Terms(
            repository=self.repository.id,
            service=service,
            patterns=self.request.releases,
            thresholds=self.request.company.thresholds,
            basis=self.state.fingerprint,
            identity=self.state.identity,
            notes=_notes(self.repository, self.state),
        )

    def _fresh(self, terms: Sequence[Terms]) -> list[str] | None:
        """Return the keys of the asked-for lines where all of them rest on what the repository says now."""
        with self.lake.view() as view:
            keys = [is_fresh(view, one) for one in terms]
        return None if None in keys else [key for some in keys for key in some or ()]

    def _fetch(self, known: Sequence[str]) -> Iterator[pa.Table]:
        """Give the commits that are not known; all are read again where their looks changed (mailmap, shallow cut)."""
        mailmap = self.state.mailmap if self.repository.bare else ""
        names = Pseudonyms(self.lake.pseudonym_key)
        return history.fetch(self.repository.path, self.state.tips, known, names, mailmap=mailmap)

    def _told(self, coming: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """Give what comes, and say how much it is."""
        for raw in coming:
            yield raw
            self.seen += raw.num_rows
            self.progress.step(f"{self.repository.name}: commits read", self.seen, None)

    def _keep_each(self, coming: Iterator[pa.Table]) -> int:
        """Keep a whole history part by part, so that others may write between the parts; return how many are new."""
        new = 0
        for raw in _gathered(coming):
            with self.lake.writing() as writer:
                new += self._keep(writer, raw)
        return new

    def _keep(self, writer: Writer, raw: pa.Table) -> int:
        from streamgauge.sources.git import read

        writer.append_raw("git", self._raw(raw))
        records = read.read(raw, repository=self.repository.id, recorded_at=self.now, boundary=self.state.boundary)
        return writer.append(Commit, records)

    def _catch_up(self, writer: Writer, *, extends: bool) -> int:
        """Keep what the references say now, and where that `extends` what was known, its commits; return how many."""
        with writer.view() as view:
            known = [r["commit"] for r in view.rows(_KNOWN, {"repository": self.repository.id})] if extends else []
            coming = _gathered(self._told(self._fetch(known))) if extends else ()
            new = sum(self._keep(writer, raw) for raw in coming)
            self._lose(writer, view, known)
            self._refer(writer, view)
        return new

    def _raw(self, raw: pa.Table) -> pa.Table:
        n = raw.num_rows
        same = {"source": "git", "repository": self.repository.id, "kind": "commit", "fetched_at": self.now}
        columns = {name: pa.repeat(pa.scalar(value), n) for name, value in same.items()}
        return pa.table(columns | {"id": raw["id"], "payload": history.pack(raw)})

    def _settle(self, writer: Writer, terms: Sequence[Terms], *, extends: bool) -> list[str]:
        """Refresh the facts, and make all of it visible at once."""
        if any(one.service.paths for one in terms):
            self._name_files(writer)
        self.progress.step(f"{self.repository.name}: facts", 0, None)
        keys = [key for one in terms for key in refresh(writer, one)]
        if extends:
            self._read_few_lines(writer, keys)
        cursor = {"fingerprint": self.state.fingerprint, "identity": self.state.identity}
        writer.publish({self._cursor: json.dumps(cursor)})
        return keys

    def _read_few_lines(self, writer: Writer, keys: Sequence[str]) -> None:
        """Read the lines of a handful of new commits at once: that is quicker than to come back for them."""
        with writer.view() as view:
            self.unread = _unread(view, self.request, self.repository.id, keys)
        if len(self.unread) > QUICKLY_READ:
            return
        path, repository = self.repository.path, self.repository.id
        with suppress(BrokenRepository):  # told when they are asked for again
            for table in list(_diffstats(path, repository, self.unread, has_lines=True, progress=self.progress)):
                writer.append(Diffstat, table)
            self.unread = []

    def _refer(self, writer: Writer, view: View) -> None:
        found: list[tuple[type[Record], pa.Table]] = [
            (Branch, references.branches(self.state, repository=self.repository.id, recorded_at=self.now)),
            (Release, references.releases(self.state, repository=self.repository.id, recorded_at=self.now)),
        ]
        for kind, table in found:
            sql = f"SELECT id FROM {kind.table} WHERE repository = $repository"
            there = {r["id"] for r in view.rows(sql, {"repository": self.repository.id})}
            gone = there - set(table["id"].to_pylist())
            if gone:
                writer.vanish(kind, self.repository.id, sorted(gone), self.now)
            writer.append(kind, table)

    def _lose(self, writer: Writer, view: View, known: Sequence[str]) -> None:
        """Write tombstones for commits that no reference reaches any more."""
        path, tips = self.repository.path, self.state.tips
        gone = history.vanished(path, known, tips) if known else self._surplus(view)
        if gone is None:
            view.register("reached", pa.table({"reached_id": pa.array(history.reachable(path, tips), pa.string())}))
            sql = "SELECT id FROM commits ANTI JOIN reached ON reached_id = id WHERE repository = $repository"
            gone = [r["id"] for r in view.rows(sql, {"repository": self.repository.id})]
        if gone:
            writer.vanish(Commit, self.repository.id, gone, self.now)

    def _surplus(self, view: View) -> list[str] | None:
        """Return nothing where the lake holds just what was read; None where it holds more, so that a look is due."""
        sql = "SELECT count(*) AS n FROM commits WHERE repository = $repository"
        return [] if view.rows(sql, {"repository": self.repository.id})[0]["n"] == self.seen else None

    def _name_files(self, writer: Writer) -> None:
        with writer.view() as view:
            unnamed = [r["id"] for r in view.rows(_UNNAMED, {"repository": self.repository.id})]
        path, repository = self.repository.path, self.repository.id
        for table in _diffstats(path, repository, unnamed, has_lines=False, progress=self.progress):
            writer.append(Diffstat, table)


def _gathered(coming: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Put small batches together, for each that is kept costs a commit of the lake."""
    waiting: list[pa.Table] = []
    for raw in coming:
        waiting.append(raw)
        if sum(table.num_rows for table in waiting) >= _KEPT_AT_ONCE:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def read_lines(lake: Lake, request: Request, synced: Sequence[Synced], progress: Progress) -> tuple[Synced, ...]:
    """Read lines for what a report shows (`request.lines`), of those commits that have none yet; return all again.

    This is the dear pass; what it reads is kept. Where contents are missing (a partial or damaged clone) lines of these
    commits stay unknown, and a note says so: every other number stands without them.
    """
    return tuple(_read_lines(lake, one, progress) if one.unread and request.lines != "none" else one for one in synced)


def _read_lines(lake: Lake, one: Synced, progress: Progress) -> Synced:
    tables: list[pa.Table] = []
    notes = one.notes
    try:
        tables.extend(_diffstats(one.path, one.repository, one.unread, has_lines=True, progress=progress))
    except BrokenRepository as fault:
        missing = len(one.unread) - sum(table.num_rows for table in tables)
        what = "1 commit" if missing == 1 else f"{missing:,} commits"
        notes = (*notes, f"Changed lines of {what} could not be read: {fault.wrong}")
    if tables:
        with lake.writing() as writer:
            for table in tables:
                writer.append(Diffstat, table)
            writer.publish({})
    return replace(one, lines_read=sum(table.num_rows for table in tables), unread=(), notes=notes)


def _diffstats(
    path: str, repository: str, commits: Sequence[str], *, has_lines: bool, progress: Progress
) -> Iterator[pa.Table]:
    from streamgauge.sources.git import lines

    what, seen = "lines" if has_lines else "files", 0
    now = datetime.now(UTC)
    for table in lines.fetch(path, commits, repository=repository, recorded_at=now, has_lines=has_lines):
        yield table
        seen += table.num_rows
        progress.step(f"{Path(path).name}: {what} of commits", seen, len(commits))


def _unread(view: View, request: Request, repository: str, line_ids: Sequence[str]) -> list[str]:
    """Return the commits whose lines are shown and not read yet, newest first, as far as the budget goes."""
    if request.lines == "none":
        return []
    thresholds, everything = request.company.thresholds, request.lines == "all"
    shown, budget = (_ALL, _ALL) if everything else (thresholds.shown_releases, thresholds.lines_budget)
    asked = view.query(_SHOWN, {"lines": list(line_ids), "shown": shown})
    missing = [key for key in line_ids if key not in set(asked["line_id"].to_pylist())]
    nothing = pa.table({"line_id": missing, "first_shown": [0] * len(missing)}, schema=asked.schema)
    view.register("asked", pa.concat_tables([asked, nothing]))
    return [row["change"] for row in view.rows(_UNREAD, {"repository": repository, "budget": budget})]


def package_folders(one: Synced, packages: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the folders of a repository's packages, by their names, in HEAD and in the commits given for each.

    A package without a folder of its own is not among them. Raises what git's faults are raised as.
    """
    from streamgauge.sources.git.packages import folders

    repository = Repository(one.path)
    head = [repository.opened.head] if repository.opened.head else []
    return folders(repository.path, {name: [*head, *commits] for name, commits in packages.items()})


def held(lake: Lake, request: Request) -> tuple[Synced, ...]:
    """Return what the lake already holds, as if it had just been synced: the newest facts of each repository.

    Lines that were asked for by a pattern count only when it is asked for again, or where there are no others.
    """
    snapshot = lake.snapshot()
    with lake.view() as view:
        rows = [row for row in view.rows(_HELD) if snapshot and _is_current(row, snapshot.cursors)]
    found: dict[str, Synced] = {}
    policies = {s.name: s for s in reversed(request.company.services)}
    siblings: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        siblings[row["repository"], row["service"]].append(row)
    for row in rows:
        repository = row["repository"]
        service = policies.get(row["service"]) or Service(name=row["service"], repository=repository)
        if not _is_meant(row, siblings[repository, row["service"]], request, service):
            continue
        one = found.setdefault(repository, Synced(path=repository, repository=repository))
        services = one.services if service in one.services else (*one.services, service)
        found[repository] = replace(one, services=services, line_ids=(*one.line_ids, row["line_id"]))
    return tuple(found.values())


def _is_current(row: Mapping[str, Any], cursors: Mapping[str, str]) -> bool:
    cursor = json.loads(cursors.get(f"git:{row['repository']}", "{}"))
    return bool(row["basis"] == stamp(cursor.get("fingerprint", "")))


def _is_meant(row: Mapping[str, Any], others: Sequence[Mapping[str, Any]], request: Request, service: Service) -> bool:
    """Return whether a held line is one that the request would choose, under the same terms."""
    if row["terms"] != digest(service, request.company.thresholds):
        return False
    if request.releases:
        return row["chosen_by"] == ASKED and row["release_line"] in request.releases
    return row["chosen_by"] != ASKED or all(other["chosen_by"] == ASKED for other in others)


def _notes(repository: Repository, state: State) -> tuple[str, ...]:
    """Return what a reader must know about the clone itself."""
    notes = list(state.notes)
    if repository.shallow:
        notes.append(
            "This clone is shallow: older history is missing. Releases at the cut, and changes that these may have"
            " held, are left out of lead time and batch size, and what waits undeployed may have been released before;"
            " 'git fetch --unshallow' mends it."
        )
    if state.head is None:
        nothing = "No branch of this clone has a commit, so nothing tells what waits for a release."
        notes.append(nothing if state.tags else "The repository has no commits yet.")
    elif not state.tags:
        notes.append("This clone has no tags. If its origin has some, 'git fetch --tags' brings them.")
    return tuple(notes)
