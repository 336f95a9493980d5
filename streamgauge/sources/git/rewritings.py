"""Finds which changes of the default branch rewrite young lines: one pass over its differences, nothing is blamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from streamgauge.records import Rewriting
from streamgauge.sources.git.program import stream

_OLD = float("-inf")
_ENDLESS = 1 << 62
_HEAD = b"\x1e"
_DIFF = (
    *("--no-color", "--no-ext-diff", "--no-textconv", "--submodule=short", "--diff-algorithm=default"),
    *("-M", "-U0", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/"),
)
# What a repository's own configuration says of these is not asked.
_SET = ("-c", "log.showRoot=true", "-c", "log.diffMerges=first-parent")
Ages = list[list[float]]
"""Lines of one file from its first on, in runs of [how many, when they came in seconds]."""


@dataclass
class _Change:
    commit: str
    at: float
    changed: int = 0
    rewritten: int = 0


def fetch(
    path: str, *, repository: str, recorded_at: datetime, days: float, since: datetime | None = None,
    generated: "IsGenerated | None" = None,
) -> Iterator[Rewriting]:  # fmt: skip
    """Give a Rewriting for each change on the first-parent line of what HEAD names, oldest first.

    The lines' ages are followed from `days` before `since` on, where all that is there counts as old; without `since`
    from the first commit. Files that `generated` says so of do not count. Raises BrokenRepository.
    """
    form = f"--format={_HEAD.decode()}%H %ct"
    arguments = [*_SET, "log", "--first-parent", "-m", "-p", "--reverse", *_DIFF, form]
    if since is not None:
        arguments.append(f"--since={int((since - timedelta(days=days)).timestamp())}")
    first = since.timestamp() if since else _OLD
    with stream(path, [*arguments, "HEAD", "--"]) as output:
        for change in _Following(days * 86400, generated).changes(output):
            if change.at >= first:
                yield Rewriting(
                    source="git",
                    repository=repository,
                    id=change.commit,
                    recorded_at=recorded_at,
                    happened_at=datetime.fromtimestamp(change.at, UTC),
                    changed_lines=change.changed,
                    rewritten_lines=change.rewritten,
                    within_days=days,
                )


class IsGenerated:
    """Says of paths whether their lines count; one that only looks like a path never stops the reading."""

    def __init__(self, pattern: str) -> None:
        import re

        self._pattern = re.compile(pattern)

    def __call__(self, path: bytes) -> bool:
        """Return whether a path is that of a generated file."""
        return self._pattern.fullmatch(path.decode("utf-8", "replace")) is not None


class _Following:
    """Follows the age of every line through the differences of a branch."""

    def __init__(self, young: float, generated: IsGenerated | None) -> None:
        self._young, self._generated = young, generated
        self._files: dict[bytes, Ages] = {}
        self._file: Ages | None = None
        self._renamed: bytes | None = None
        self._is_new = False

    def changes(self, output: IO[bytes]) -> Iterator[_Change]:
        """Give the changes as the differences tell of them."""
        change: _Change | None = None
        skip = 0
        for line in output:
            if skip:
                # What stands in a file may look like anything; a remark on its missing line end counts as no line.
                skip -= line[:1] in (b"-", b"+")
            elif line.startswith(_HEAD):
                if change is not None:
                    yield change
                name, _, at = line[1:].partition(b" ")
                change = _Change(name.decode(), float(at))
            elif change is not None and line.startswith(b"@@ "):
                skip = self._hunk(line, change)
            else:
                self._name(line)
        if change is not None:
            yield change

    def _name(self, line: bytes) -> None:
        """Take in a line that says of which file the next hunks are."""
        if line.startswith(b"diff --git "):
            self._file, self._renamed, self._is_new = None, None, False
        elif line.startswith(b"rename from "):
            self._renamed = _bare(line[12:])
        elif line.startswith(b"rename to ") and self._renamed in self._files:
            self._files[_bare(line[10:])] = self._files.pop(self._renamed)
        elif line.startswith(b"new file mode"):
            self._is_new = True
        elif line.startswith(b"--- "):
            self._renamed = _bare(line[4:]).removeprefix(b"a/")
        elif line.startswith(b"+++ "):
            self._open(_bare(line[4:]))

    def _open(self, name: bytes) -> None:
        if name == b"/dev/null":
            path = self._renamed or b""
            ages = self._files.pop(path, None)
        else:
            path = name.removeprefix(b"b/")
            ages = self._files.setdefault(path, [] if self._is_new else [[_ENDLESS, _OLD]])
        counts = self._generated is None or not self._generated(path)
        self._file = (ages if ages is not None else [[_ENDLESS, _OLD]]) if counts else None

    def _hunk(self, line: bytes, change: _Change) -> int:
        """Take in one hunk, and return how many lines of its content follow."""
        parts = line.split(b" ", 3)
        (_, gone), (start, come) = _span(parts[1]), _span(parts[2])
        if self._file is not None:
            place = start - 1 if come else start
            young = _replace(self._file, place, gone, come, change.at, change.at - self._young)
            change.changed += max(gone, come)
            change.rewritten += young
        return gone + come


def _bare(text: bytes) -> bytes:
    """Return a path as git writes it at the end of a line: without the tab behind one with spaces, and the quotes."""
    name = text.rstrip(b"\n").rstrip(b"\t")
    return name[1:-1] if len(name) > 1 and name[:1] == name[-1:] == b'"' else name


def _span(text: bytes) -> tuple[int, int]:
    start, _, count = text[1:].partition(b",")
    return int(start), int(count) if count else 1


def _replace(ages: Ages, place: int, gone: int, come: int, at: float, young_since: float) -> int:
    """Take `gone` lines out behind the first `place` ones, put `come` new ones there; return how many were young."""
    before: Ages = []
    young, left = 0, place
    rest = iter(ages)
    run = next(rest, None)
    while run is not None and run[0] <= left:
        before.append(run)
        left -= int(run[0])
        run = next(rest, None)
    if run is not None and left:
        before.append([left, run[1]])
        run = [run[0] - left, run[1]]
    while run is not None and gone:
        taken = min(gone, int(run[0]))
        young += taken if run[1] > young_since else 0
        gone -= taken
        run = [run[0] - taken, run[1]] if run[0] > taken else next(rest, None)
    after = [run, *rest] if run is not None else []
    ages[:] = [*before, *([[come, at]] if come else []), *after]
    return young
