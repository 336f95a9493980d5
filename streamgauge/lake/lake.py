"""The lake: one folder or bucket that keeps what happened, and what follows from it."""

import hashlib
import json
import os
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from streamgauge import __version__, settings
from streamgauge.errors import BadOption, DamagedLake, ForeignLake, NewerLake
from streamgauge.lake import limits, snapshots, tables
from streamgauge.lake.failures import failure, told
from streamgauge.lake.memory import Memory
from streamgauge.lake.pieces import Piece, pieces
from streamgauge.lake.secrets import scrubbed
from streamgauge.lake.showing import show
from streamgauge.lake.snapshots import Snapshot
from streamgauge.lake.store import Store
from streamgauge.lake.view import View

# What only reads a lake, as most commands do, loads nothing of what writes to it.
if TYPE_CHECKING:
    from streamgauge.lake.upkeep import Status
    from streamgauge.lake.writer import Writer

FORMAT = 1
"""Rises when an older version could no longer read what this one writes."""
_MARK = "lake.json"
_KEY = "pseudonym.key"


class Lake:
    """Tables of raw items, records and facts at one address. Any number of readers and one writer at a time."""

    def __init__(self, store: Store, mark: Mapping[str, Any], facts: Mapping[str, pa.Schema]) -> None:
        self.address = store.address
        self.id: str = mark["id"]
        self._store, self._mark, self._facts = store, mark, facts
        self._newest = snapshots.Newest(store, self.id)
        self._idle: list[tuple[str | None, View]] = []
        self.memory = Memory()
        """Answers to questions that were asked before, each of one snapshot."""
        self.columns = Memory(most=1)
        """Facts that were read as plain columns, of the newest snapshot that was asked."""

    @classmethod
    def open(cls, address: str, *, create: bool = False, facts: Mapping[str, pa.Schema]) -> Self:
        """Return the lake at a folder or `s3://bucket/prefix`; with `create`, make it where there is nothing.

        Raises ForeignLake where there is something else or nothing, NewerLake, NoPermission, StoreUnreachable.
        """
        store = _store(address)
        with told(store.address):
            mark = store.read(_MARK)
            if mark is None and create and not store.holds_anything():
                mark = _make(store)
            if mark is None:
                raise _foreign(store)
            return cls(store, _understood(store, mark), facts)

    @cached_property
    def pseudonym_key(self) -> bytes:
        """The 32 secret bytes that names and addresses of people are hashed with; raises BadOption, DamagedLake."""
        with told(self.address):
            key = _key_of(self._store)
        if key is None:
            raise failure(DamagedLake, self.address, f"{_KEY} is gone and STREAMGAUGE_PSEUDONYM_KEY is not set")
        if _fingerprint(key) != self._mark["key_check"]:
            raise BadOption(
                "The pseudonym key is not the one that this lake was made with.",
                advice="Set STREAMGAUGE_PSEUDONYM_KEY to the former key, or unset it if the lake keeps its own.",
            )
        return key

    def snapshot(self) -> Snapshot | None:
        """Return the newest published snapshot, none when nothing was published yet."""
        with told(self.address):
            return self._newest()

    def view(self, as_of: datetime | None = None) -> View:
        """Return a view of the newest snapshot, records as they were known at `as_of` (UTC)."""
        with told(self.address):
            published = self._newest()
            name = published.id if published else None
            if as_of is None and (view := self._spare(name)) is not None:
                return view
            shelf = tables.shelf(self._store, published.versions if published else {})
            view = show(self._store, self.id, shelf, self._facts, as_of)
            view.snapshot = name
            if as_of is None:
                view.given_back = lambda idle: self._keep(name, idle)
            return view

    def pieces(self, snapshot: Snapshot, facts: Sequence[str]) -> dict[str, list[Piece]]:
        """Return the pieces of facts about items in a snapshot, of all lines, without an engine.

        There are none of a fact that has other columns now.
        """
        with told(self.address):
            wanted = [tables.fact_table(fact) for fact in facts]
            known = {name: at for name, at in snapshot.versions.items() if name in (*wanted, tables.RENEWED_TABLE)}
            shelf = tables.shelf(self._store, known)
            files = {name: self._store.local(name, table.filled, self.id) for name, table in shelf.items()}
            renewed = files.get(tables.RENEWED_TABLE, [])
            found: dict[str, list[Piece]] = {}
            for fact, name in zip(facts, wanted, strict=True):
                columns = tables.fact_schema(self._facts[fact])
                fits = name in shelf and tables.same_columns(shelf[name].schema, columns)
                found[fact] = list(pieces(self.address, files[name], renewed)) if fits else []
            return found

    def _spare(self, snapshot: str | None) -> View | None:
        """Return an idle view of a snapshot, if there is one: making a view costs more than most questions."""
        try:
            name, view = self._idle.pop()
        except IndexError:
            return None
        if name == snapshot:
            return view
        view.given_back = None
        view.close()
        return None

    def _keep(self, snapshot: str | None, view: View) -> bool:
        """Keep one view for the next reader."""
        if not self._idle:
            self._idle.append((snapshot, view))
        return any(idle is view for _, idle in self._idle)

    @contextmanager
    def writing(self, *, whole: bool = False) -> "Iterator[Writer]":
        """Hold the exclusive right to write; waits for another writer, then raises LakeLocked.

        Of a `whole` run nothing stays if it ends without publishing, in whatever way.
        """
        from streamgauge.lake.writer import Writer

        with ExitStack() as stack:
            with told(self.address):
                lease = stack.enter_context(self._store.lease(settings.read().lease_wait))
                writer = Writer(self._store, self.id, self._facts, lease, whole=whole)
            stack.callback(writer.close)
            yield writer
            writer.wait()

    @contextmanager
    def trying(self) -> "Iterator[Writer]":
        """Give a writer that writes nothing and waits for nobody, to learn what would become of records."""
        from streamgauge.lake.trial import Trial

        trial = Trial(self._store, self.id, self._facts)
        try:
            yield trial
        finally:
            trial.close()

    def status(self) -> "Status":
        """Return how large each table is and what was last published."""
        from streamgauge.lake import upkeep

        with told(self.address):
            return upkeep.status(self._store, self.id)

    def verify(self, checks: "tuple[Callable[[View], list[str]], ...]" = ()) -> list[str]:
        """Return what is wrong with the lake in words, nothing when it is sound; `checks` look at a view of it too."""
        from streamgauge.lake import verify

        return verify.problems(self._store, self.id, self._facts, checks)

    def compact(self, days_kept: int = limits.DAYS_KEPT) -> Snapshot:
        """Merge small files; remove files that no version of the last so many days needs; what is read stays."""
        with self.writing() as writer:
            return writer.compact(days_kept)


def _store(address: str) -> Store:
    if address.startswith("s3://"):
        from streamgauge.lake.bucket import BucketStore

        return BucketStore(address)
    if "://" in address:
        wrong = f"The lake address '{scrubbed(address)}' is not understood."
        raise BadOption(wrong, advice="Give a folder or s3://bucket/prefix.")
    if os.path.exists(address) and not os.path.isdir(address):
        raise ForeignLake(f"{address} is a file, and a lake is a folder.", advice="Name a folder with --lake.")
    from streamgauge.lake.folder import FolderStore

    return FolderStore(address)


def _make(store: Store) -> bytes | None:
    """Make the key, then the mark that says that this is a lake; of several makers at once each gets the same two."""
    if settings.read().pseudonym_key is None:
        store.create(_KEY, secrets.token_hex(32).encode())
    key = _key_of(store) or b""
    mark = {
        "format": FORMAT,
        "id": uuid.uuid4().hex,
        "made_at": datetime.now(UTC).isoformat(),
        "made_by": __version__,
        "key_check": _fingerprint(key),
    }
    store.create(_MARK, json.dumps(mark, indent=2).encode())
    return store.read(_MARK)


def _key_of(store: Store) -> bytes | None:
    """Return the key of the settings, which is never kept, else the one that the lake keeps."""
    given = settings.read().pseudonym_key
    if given is not None:
        return hashlib.sha256(given).digest()
    kept = store.read(_KEY)
    if kept is None:
        return None
    try:
        return bytes.fromhex(kept.decode("ascii", "replace").strip())
    except ValueError:
        raise failure(DamagedLake, store.address, f"{_KEY} holds no hexadecimal digits") from None


def _fingerprint(key: bytes) -> str:
    return hashlib.sha256(b"streamgauge pseudonym key " + key).hexdigest()[:16]


def _understood(store: Store, mark: bytes) -> Mapping[str, Any]:
    try:
        said: Mapping[str, Any] = json.loads(mark)
        given, _, _ = int(said["format"]), str(said["id"]), said.get("key_check")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _foreign(store) from None
    if given > FORMAT:
        raise NewerLake(
            f"The lake {scrubbed(store.address)} has format {given}; this version knows formats up to {FORMAT}.",
            advice=f"Streamgauge {said.get('made_by', '')} made it: upgrade, or choose another with --lake.",
        )
    return said


def _foreign(store: Store) -> ForeignLake:
    shown = scrubbed(store.address)
    if store.holds_anything():
        wrong = f"{shown} holds something that is not a Streamgauge lake."
        return ForeignLake(wrong, advice="Choose an empty or new place with --lake.")
    return ForeignLake(f"There is no lake at {shown}.", advice="`streamgauge report` or `import` makes one.")
