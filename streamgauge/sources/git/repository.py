"""One repository: where it is, what its references name, and how much of its history is there."""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from streamgauge.errors import BadOption, BrokenRepository, NoPermission, NotARepository
from streamgauge.sources.git.opening import opening
from streamgauge.sources.git.program import attempt, fault, run

_COUNTED = ("refs/heads", "refs/remotes", "refs/tags")
_USUAL = ("refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/\s:@]+@[^/\s:]+:")
_SECONDS = re.compile(r"\d{1,11}(?= )")
_SKIPPED = re.compile(r"warning: ignoring (?:broken ref|ref with broken name) (.+)")
_FIELDS = ["refname", "objectname", "objecttype", "*objectname", "*objecttype", "creatordate:raw", "symref", "HEAD"]
_FORM = "".join(f"%({field})%00" for field in _FIELDS)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A branch or tag: full name, the commit at its end, and for a tag the time it was made (UTC)."""

    name: str
    commit: str
    at: datetime | None
    annotated: bool


@dataclass(frozen=True, kw_only=True)
class State:
    """What a repository's references say at one moment. `fingerprint` changes exactly when any of it does.

    `objects` are what references name themselves, so that of a tag which is an object of its own that object.
    """

    head: str | None
    head_target: str | None
    branches: tuple[Reference, ...]
    tags: tuple[Reference, ...]
    boundary: frozenset[str]
    mailmap: str
    notes: tuple[str, ...]
    objects: frozenset[str]

    @property
    def tips(self) -> tuple[str, ...]:
        """The distinct commits that references name."""
        named = [r.commit for r in (*self.branches, *self.tags)]
        return tuple(dict.fromkeys(([self.head] if self.head else []) + named))

    @property
    def identity(self) -> str:
        """What, when it changes, changes commits that were read before: the mailmap and the cut of a shallow clone."""
        return _digest(self.mailmap, *sorted(self.boundary))

    @property
    def fingerprint(self) -> str:
        """A digest of everything here."""
        named = (f"{r.name}={r.commit}={r.at}={r.annotated}" for r in (*self.branches, *self.tags))
        return _digest(self.identity, str(self.head), str(self.head_target), *named, *self.notes)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Repository:
    """A git repository that may be read. Raises NotARepository, NoPermission, GitMissing or BrokenRepository.

    `opened` is what it was at first; `path` is the top of its work tree, or the folder of one without.
    """

    def __init__(self, path: str) -> None:
        if "\0" in path:
            raise BadOption("A path may not hold a NUL character.", advice="Give the folder of a clone.")
        place = Path(os.path.expanduser(path))  # pathlib's own raises for a user that nobody knows
        try:
            place.stat()
        except PermissionError:
            raise NoPermission(f"{path} may not be read.", advice="Run as a user who may read it.") from None
        except OSError:
            raise _missing(path) from None
        if not place.is_dir():
            raise NotARepository(f"{path} is a file.", advice="Give the folder of a clone, bare or not.")
        if not os.access(place, os.R_OK | os.X_OK):
            raise NoPermission(f"{path} may not be read.", advice="Run as a user who may read it.")
        self.path = os.path.realpath(place)
        self.opened = opening(self.path)
        self.bare, self.folder, self.shallow = self.opened.bare, self.opened.folder, self.opened.shallow
        if not self.bare:
            self.path = self.opened.top or self._top()

    def _top(self) -> str:
        top = os.fsdecode(run(self.path, "rev-parse", "--show-toplevel", check=False)).removesuffix("\n")
        if not top and os.path.basename(self.folder) == ".git":
            return os.path.dirname(self.folder)
        return os.path.realpath(top) if top else self.path

    @property
    def id(self) -> str:
        """What the repository is called in the lake: the real path of its git folder."""
        return self.folder.encode("utf-8", "replace").decode()

    @property
    def name(self) -> str:
        """A short name: the folder's, without `.git`."""
        folder = Path(self.path)
        if self.bare and folder.name in {"repo", "repository", ".git", "git", "bare", "mirror"}:
            folder = folder.parent
        return re.sub(r"\.git$", "", folder.name).encode("utf-8", "replace").decode() or "repository"

    def state(self) -> State:
        """Return what the references say now."""
        references, objects, notes, current = self._references()
        head, target = (current.commit, current.name) if current else (self._commit("HEAD"), self._target())
        branches = tuple(r for r in references if not r.name.startswith("refs/tags/"))
        if not head and branches:
            head, target, said = _stand_in(branches, target)
            notes += (said,)
        elif head and not self.bare:
            notes += _beside(branches, head, target, self._target("refs/remotes/origin/HEAD"))
        return State(
            head=head or None,
            head_target=target,
            branches=branches,
            tags=tuple(r for r in references if r.name.startswith("refs/tags/")),
            boundary=self._boundary(),
            mailmap=self._mailmap(head),
            notes=notes,
            objects=objects,
        )

    def _target(self, name: str = "HEAD") -> str | None:
        """Return the reference that HEAD, or another one, stands for; None where it names an object itself."""
        return os.fsdecode(run(self.path, "symbolic-ref", "-q", name, check=False)).strip() or None

    def _commit(self, name: str) -> str:
        """Return the commit that a name stands for, empty where there is none."""
        return os.fsdecode(run(self.path, "rev-parse", "-q", "--verify", f"{name}^{{commit}}", check=False)).strip()

    def _references(self) -> tuple[tuple[Reference, ...], frozenset[str], tuple[str, ...], Reference | None]:
        """Return the references, the objects they name, what is to be said of them, and for which HEAD stands."""
        try:
            rows, skipped = self._rows(_COUNTED)
            broken: tuple[str, ...] = ()
        except BrokenRepository:
            rows, broken, skipped = self._readable_rows()
            if not rows or self._target() in broken:
                raise
        found, odd, current = [], 0, None
        for row in rows:
            reference = self._reference(row)
            odd += reference is None and not row[6]
            found += [reference] if reference else []
            current = reference if row[7] == "*" else current
        notes = [f"{_references(len(broken))} objects that are missing, such as {broken[0]}."] if broken else []
        notes += [f"git cannot read {_number(len(skipped))}, such as {skipped[0]}."] if skipped else []
        notes += [f"{_references(odd)} no commit but a file or a tree, which does not count."] if odd else []
        objects = frozenset(row[1] for row in rows if not row[6])
        return tuple(found), objects, tuple(notes), current

    def _rows(self, patterns: tuple[str, ...]) -> tuple[list[list[str]], tuple[str, ...]]:
        """Return a row for each reference, and the names of those that git cannot read and skips."""
        lines, skipped = self._listed(_FORM, patterns)
        return [line.split("\0") for line in lines], skipped

    def _listed(self, form: str, patterns: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
        done = attempt(self.path, "for-each-ref", f"--format={form}", *patterns)
        if done.returncode:
            raise fault(self.path, done.stderr)
        complaints = done.stderr.decode("utf-8", "replace")
        # One that only stands for another which is gone, as origin/HEAD after a branch was renamed, lacks nothing.
        skipped = [name for name in _SKIPPED.findall(complaints) if not self._target(name)]
        return [line for line in done.stdout.decode("utf-8", "replace").split("\n") if line], tuple(skipped)

    def _readable_rows(self) -> tuple[list[list[str]], tuple[str, ...], tuple[str, ...]]:
        names, skipped = self._listed("%(refname)", _COUNTED)
        rows: list[list[str]] = []
        broken: list[str] = []
        for name in names:
            try:
                rows += [row for row in self._rows((name,))[0] if row[0] == name]
            except BrokenRepository:
                broken.append(name)
        return rows, tuple(broken), skipped

    def _reference(self, row: list[str]) -> Reference | None:
        name, target, kind, peeled, peeled_kind, made, symref = row[:7]
        if symref:
            return None
        commit = target if kind == "commit" else peeled if peeled_kind == "commit" else ""
        if peeled_kind == "tag":
            commit = self._commit(target)
        if not commit:
            return None
        seconds = _SECONDS.match(made)
        at = datetime.fromtimestamp(int(seconds[0]), UTC) if seconds else None
        return Reference(name=name, commit=commit, at=at, annotated=kind == "tag")

    def _boundary(self) -> frozenset[str]:
        if not self.shallow:
            return frozenset()
        file = os.fsdecode(run(self.path, "rev-parse", "--git-path", "shallow")).removesuffix("\n")
        return frozenset(Path(self.path, file).read_text().split())

    def _mailmap(self, head: str) -> str:
        """Return a digest of the mailmap's file, or the blob that the commit HEAD stands for has for one."""
        file = Path(self.path, ".mailmap")
        if not self.bare and file.is_file() and not file.is_symlink():
            return hashlib.sha256(file.read_bytes()).hexdigest()
        if head == self.opened.head:  # what a commit holds never changes
            return self.opened.mailmap
        return os.fsdecode(run(self.path, "rev-parse", "-q", "--verify", "HEAD:.mailmap", check=False)).strip()


def _missing(path: str) -> NotARepository:
    if _ADDRESS.match(path):
        advice = "Clone it first (git clone --bare ADDRESS), and give the folder that this makes."
        return NotARepository(f"{path} is an address, not a folder.", advice=advice)
    return NotARepository(f"{path} does not exist.", advice="Give the folder of a clone, bare or not.")


def _beside(branches: tuple[Reference, ...], head: str, target: str | None, origin: str | None) -> tuple[str, ...]:
    """Return what is to be said where another commit is checked out than the default branch has, so far as known."""
    wanted = (origin,) if origin else _USUAL if target is None else ()
    default = next((b for w in wanted for b in branches if b.name == w), None)
    checked_out = target.removeprefix("refs/heads/") if target else f"the commit {head[:12]}"
    name = re.sub(r"refs/(?:heads|remotes/origin)/", "", default.name) if default else ""
    if default is None or head == default.commit or checked_out == name:
        return ()
    looked = f"What waits is counted on {checked_out}, which is checked out, and not on {name}, the default branch"
    return (f"{looked}: check {name} out to count it there.",)


def _stand_in(branches: tuple[Reference, ...], missing: str | None) -> tuple[str, str, str]:
    chosen = next((b for w in _USUAL for b in branches if b.name == w), branches[0])
    return (
        chosen.commit,
        chosen.name,
        f"HEAD names {missing or 'nothing'}, which has no commit; {chosen.name} stands in.",
    )


def _references(n: int) -> str:
    return f"{_number(n)} {'names' if n == 1 else 'name'}"


def _number(n: int) -> str:
    return "1 reference" if n == 1 else f"{n:,} references"
