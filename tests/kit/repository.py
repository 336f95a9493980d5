"""Builds git repositories for tests, one commit, branch and tag at a time, without starting git."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from tests.kit.git import git, text
from tests.kit.objects import Entry, Objects

HOUR = 3600
DAY = 24 * HOUR
START = 1_704_067_200
"""2024-01-01T00:00:00Z, day 0 of every repository that says nothing else."""

ANN = "Ann Example <ann@example.org>"
BOB = "Bob Example <bob@example.org>"
BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"

Content = str | bytes | Entry | None
When = int | str


def day(number: float) -> int:
    """Return the Unix seconds of that many days after day 0, 2024-01-01T00:00:00Z."""
    return START + round(number * DAY)


class Repository:
    """A repository under construction.

    `path` is what a user would name on the command line, `git_dir` where git keeps its files. The repository's
    own clock starts on day 0 and moves an hour with each commit that gives no time.
    """

    def __init__(self, path: Path, *, bare: bool = False, object_format: str = "sha1", branch: str = "main") -> None:
        self.path = path
        self.git_dir = path if bare else path / ".git"
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (self.git_dir / folder).mkdir(parents=True)
        self.objects = Objects(self.git_dir, object_format)
        self.refs: dict[str, str] = {}
        self.files: dict[str, dict[bytes, Entry]] = {}
        self.clock = START
        self._count = 0
        self._configure(bare, object_format)
        self.switch(branch)

    def _configure(self, bare: bool, object_format: str) -> None:
        version = "0" if object_format == "sha1" else "1"
        lines = ["[core]", f"\trepositoryformatversion = {version}", f"\tbare = {str(bare).lower()}"]
        if object_format != "sha1":
            lines += ["[extensions]", f"\tobjectformat = {object_format}"]
        (self.git_dir / "config").write_text("\n".join(lines) + "\n")

    # Names

    def set_ref(self, name: str, sha: str) -> None:
        """Point a full reference name at an object, whatever it pointed at before."""
        self.refs[name] = sha
        place = self.git_dir / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{sha}\n")

    def drop_ref(self, name: str) -> None:
        """Delete a full reference name."""
        del self.refs[name]
        (self.git_dir / name).unlink()

    def switch(self, branch: str, *, at: str | None = None) -> None:
        """Make `branch` what HEAD stands for; it starts at the commit `at`, if given."""
        (self.git_dir / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        self._head = f"refs/heads/{branch}"
        if at is not None:
            self.set_ref(self._head, at)

    def detach(self, sha: str) -> None:
        """Let HEAD name a commit instead of a branch."""
        (self.git_dir / "HEAD").write_text(f"{sha}\n")
        self._head = "HEAD"
        self.refs["HEAD"] = sha

    def head(self) -> str | None:
        """Return the commit that HEAD stands for, None before the first."""
        return self.refs.get(self._head)

    def _move_head(self, sha: str) -> None:
        self.detach(sha) if self._head == "HEAD" else self.set_ref(self._head, sha)

    # Objects

    def commit(
        self,
        message: str | bytes = "Change something",
        *,
        files: Mapping[str | bytes, Content] | None = None,
        at: When | None = None,
        authored: When | None = None,
        zone: str = "+0000",
        author: str | bytes = ANN,
        committer: str | bytes | None = None,
        parents: Sequence[str] | None = None,
        encoding: str | None = None,
    ) -> str:
        """Return the hash of a new commit on HEAD.

        `at` is the committer time in Unix seconds, `authored` the author time (else the same); a string is written
        as it stands ("12 +0530", "soon"). `files` changes paths against the first parent (None deletes one);
        without it one line is added to `log.txt`.
        """
        at = self._tick() if at is None else at
        parents = [p for p in [self.head()] if p] if parents is None else parents
        tree = self._change(parents, files)
        lines = [b"tree " + self.objects.tree(tree).encode(), *(b"parent " + p.encode() for p in parents)]
        lines.append(b"author " + _signature(author, at if authored is None else authored, zone))
        lines.append(b"committer " + _signature(committer or author, at, zone))
        if encoding is not None:
            lines.append(b"encoding " + encoding.encode())
        sha = self.objects.write("commit", b"\n".join([*lines, b"", _bytes(message)]) + b"\n")
        self.files[sha] = tree
        self._move_head(sha)
        return sha

    def _tick(self) -> int:
        self.clock += HOUR
        return self.clock

    def _change(self, parents: Sequence[str], files: Mapping[str | bytes, Content] | None) -> dict[bytes, Entry]:
        tree = dict(self.files.get(parents[0], {})) if parents else {}
        self._count += 1
        for path, content in ({"log.txt": f"{self._count}\n"} if files is None else files).items():
            tree.pop(_bytes(path), None)
            if content is not None:
                tree[_bytes(path)] = self.entry(content)
        return tree

    def entry(self, content: str | bytes | Entry) -> Entry:
        """Return the tree entry of a plain file with that content; an entry (a link, a submodule) stays as it is."""
        return content if isinstance(content, Entry) else Entry("100644", self.objects.write("blob", _bytes(content)))

    def commits(self, number: int, *, every: int = HOUR) -> list[str]:
        """Return the hashes of so many plain commits on HEAD, `every` seconds apart on the repository's clock."""
        made = []
        for _ in range(number):
            self.clock += every
            made.append(self.commit(at=self.clock))
        return made

    def merge(self, *others: str, message: str | None = None, at: When | None = None) -> str:
        """Return the hash of a merge of HEAD and the branches or commits `others` (several make an octopus)."""
        found = [self.refs.get(f"refs/heads/{other}", other) for other in others]
        here = [p for p in [self.head()] if p]
        changes: dict[str | bytes, Content] = {}
        for sha in found:
            changes.update(self.files.get(sha, {}))
        said = message or f"Merge {', '.join(others)}"
        return self.commit(said, files=changes, parents=[*here, *found], at=at)

    def cherry_pick(self, sha: str, *, at: When | None = None, message: str = "Fix a fault") -> str:
        """Return the hash of a commit that says, as `git cherry-pick -x` does, from where it was picked."""
        return self.commit(f"{message}\n\n(cherry picked from commit {sha})", at=at)

    def revert(self, sha: str, *, at: When | None = None, of: str = "Change something") -> str:
        """Return the hash of a commit with the words that `git revert` writes."""
        return self.commit(f'Revert "{of}"\n\nThis reverts commit {sha}.', at=at)

    def tag(
        self,
        name: str,
        target: str | None = None,
        *,
        at: When | None = None,
        kind: Literal["commit", "tag", "tree", "blob"] = "commit",
        zone: str = "+0000",
        message: str = "Release",
        tagger: str | None = ANN,
    ) -> str:
        """Return the hash that the tag names: HEAD or `target` itself, or a tag object where `at` gives its time."""
        aim = target or self.head()
        if aim is None:
            raise ValueError(f"There is no commit for the tag {name}.")
        if at is not None:
            lines = [b"object " + aim.encode(), b"type " + kind.encode(), b"tag " + name.encode()]
            lines += [b"tagger " + _signature(tagger, at, zone)] if tagger else []
            aim = self.objects.write("tag", b"\n".join([*lines, b"", message.encode()]) + b"\n")
        self.set_ref(f"refs/tags/{name}", aim)
        return aim

    def drop_tag(self, name: str) -> None:
        """Delete a tag."""
        self.drop_ref(f"refs/tags/{name}")

    # git itself, for checks and for what only it can do

    def git(self, *arguments: str | bytes, given: bytes = b"") -> bytes:
        """Return the output of a git command run here."""
        return git(self.path, *arguments, given=given)

    def text(self, *arguments: str | bytes) -> str:
        """Return the output of a git command run here as stripped text."""
        return text(self.path, *arguments)

    def pack(self) -> Path:
        """Put all objects into one pack and all references into one file; return the pack."""
        self.git("-c", "gc.auto=0", "repack", "-adq")
        self.git("pack-refs", "--all")
        (pack,) = (self.git_dir / "objects" / "pack").glob("*.pack")
        return pack


def _signature(person: str | bytes, when: When, zone: str) -> bytes:
    stamp = when if isinstance(when, str) else f"{when} {zone}"
    return _bytes(person) + b" " + stamp.encode()


def _bytes(given: str | bytes) -> bytes:
    return given.encode() if isinstance(given, str) else given
