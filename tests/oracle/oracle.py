"""Computes delivery numbers of a repository a second time, slowly and plainly, with git and Python alone.

Nothing here knows the package under test. Times are Unix seconds in UTC, durations hours, percentiles linear
(Hyndman-Fan type 7). One release is one commit that at least one matching tag names; its time is the earliest
`creatordate` of those tags, where a tag has none its committer time; it contains first what `git rev-list` reaches from
it and from no earlier release.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor
from pathlib import Path

HOURS = 3600.0
PERCENTILES = {"p50": 0.50, "p75": 0.75, "p85": 0.85, "p90": 0.90, "p95": 0.95}
LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z: a later time is no instant."""


@dataclass(frozen=True)
class Commit:
    """What a commit's own text says; a time is None where it is no instant between 1970 and 9999."""

    sha: str
    parents: tuple[str, ...]
    authored: int | None
    committed: int | None
    message: bytes


@dataclass(frozen=True)
class Release:
    """One released commit, the names it has, and the commits that no earlier release contains."""

    names: tuple[str, ...]
    at: int
    commit: str
    contains: tuple[str, ...]


@dataclass(frozen=True)
class LeadTimes:
    """Hours from writing to release, per counted commit; `negative` and `undated` are those left out."""

    hours: dict[str, float]
    negative: dict[str, float]
    undated: tuple[str, ...]

    def all(self) -> list[float]:
        """Return the counted and the negative spans together, in hours."""
        return [*self.hours.values(), *self.negative.values()]


def run(repository: Path | str, *arguments: str, given: str = "") -> bytes:
    """Return what git writes; raises CalledProcessError where it fails."""
    command = ["git", "-c", "safe.directory=*", "-C", str(repository), *arguments]
    return subprocess.run(command, input=given.encode(), capture_output=True, check=True).stdout


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the linear percentile, None of no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def percentiles(values: Iterable[float]) -> dict[str, float] | None:
    """Return the five percentiles that a report shows, None of no values."""
    known = list(values)
    return {name: percentile(known, share) or 0.0 for name, share in PERCENTILES.items()} if known else None


class Oracle:
    """One repository and one release line: the tags whose whole name matches `pattern`."""

    def __init__(self, repository: Path | str, pattern: str) -> None:
        self.repository = repository
        self.commits = {c.sha: c for c in _commits(repository)}
        self.tags = frozenset(_names(repository))
        self.releases = self._releases(re.compile(pattern))

    def _releases(self, pattern: re.Pattern[str]) -> list[Release]:
        names: dict[str, dict[str, int]] = {}
        for name, at, commit in _tags(self.repository):
            if pattern.fullmatch(name):
                names.setdefault(commit, {})[name] = at
        dated = [(min(n.values()), self._depth(c), c) for c, n in names.items()]
        earlier: list[str] = []
        found = []
        for at, _, commit in sorted(dated):
            inside = self._reach([commit], earlier)
            found.append(Release(tuple(sorted(names[commit])), at, commit, inside))
            earlier.append(commit)
        return found

    def _depth(self, commit: str) -> int:
        """Return how many commits it contains, so that of two tags of one second the older state comes first."""
        return int(run(self.repository, "rev-list", "--count", commit))

    def _reach(self, tips: Sequence[str], without: Sequence[str]) -> tuple[str, ...]:
        given = "\n".join([*tips, *(f"^{c}" for c in without)])
        return tuple(run(self.repository, "rev-list", "--stdin", given=given).decode().split())

    def within(self, since: int | None = None, until: int | None = None) -> list[Release]:
        """Return the releases of the half-open span [since, until), oldest first."""
        return [r for r in self.releases if (since is None or r.at >= since) and (until is None or r.at < until)]

    def lead_times(
        self,
        *,
        start: str = "authored",
        merges: bool = False,
        since: int | None = None,
        until: int | None = None,
    ) -> LeadTimes:
        """Return the hours from `start` ("authored" or "committed") to the first release, per commit."""
        hours: dict[str, float] = {}
        negative: dict[str, float] = {}
        undated = []
        for release in self.within(since, until):
            for commit in self.changes(release, merges=merges):
                began = commit.authored if start == "authored" else commit.committed
                if began is None:
                    undated.append(commit.sha)
                else:
                    span = (release.at - began) / HOURS
                    (hours if span >= 0 else negative)[commit.sha] = span
        return LeadTimes(hours, negative, tuple(undated))

    def changes(self, release: Release, *, merges: bool = False) -> list[Commit]:
        """Return the commits that a release first contains, merges only if asked for."""
        known = [self.commits[sha] for sha in release.contains]
        return [c for c in known if merges or len(c.parents) < 2]

    def gaps(self, since: int | None = None, until: int | None = None) -> list[float]:
        """Return the hours between each release and the one before it, for those within the span."""
        later = self.releases[1:]
        chosen = {r.commit for r in self.within(since, until)}
        return [(b.at - a.at) / HOURS for a, b in zip(self.releases, later, strict=False) if b.commit in chosen]

    def batch_sizes(self, *, merges: bool = False, since: int | None = None, until: int | None = None) -> list[int]:
        """Return the number of commits that each release first contains, oldest release first."""
        return [len(self.changes(r, merges=merges)) for r in self.within(since, until)]

    def undeployed(self, *, merges: bool = True) -> list[Commit]:
        """Return the commits that HEAD has and no release contains; none where HEAD is unborn."""
        try:
            head = run(self.repository, "rev-parse", "--verify", "-q", "HEAD^{commit}").decode().strip()
        except subprocess.CalledProcessError:
            return []
        known = [self.commits[sha] for sha in self._reach([head], [r.commit for r in self.releases])]
        return [c for c in known if merges or len(c.parents) < 2]

    def releases_per_month(self) -> dict[str, int]:
        """Return how many releases each UTC month has, from the first to the last; silent months have 0."""
        counted = Counter(month(r.at) for r in self.releases)
        return {name: counted[name] for name in _months(counted)}

    def lead_time_per_month(self, *, start: str = "authored", merges: bool = False) -> dict[str, list[float]]:
        """Return the counted hours by the UTC month of the release; silent months have an empty list."""
        hours = self.lead_times(start=start, merges=merges).hours
        found: dict[str, list[float]] = {name: [] for name in self.releases_per_month()}
        for release in self.releases:
            found[month(release.at)] += [hours[sha] for sha in release.contains if sha in hours]
        return found

    def reverts(self) -> list[str]:
        """Return the released commits that say in git's words, or by the hash of a known commit, that they revert."""
        return [sha for r in self.releases for sha in r.contains if self._is_revert(self.commits[sha].message)]

    def _is_revert(self, message: bytes) -> bool:
        named = re.findall(rb"This reverts commit ([0-9a-f]{7,64})", message)
        known = any(sha.startswith(one.decode()) for one in named for sha in self.commits)
        return known or message.startswith(b'Revert "')


def month(at: int) -> str:
    """Return the UTC month of an instant, as "2025-03"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def _months(names: Iterable[str]) -> list[str]:
    """Return all months from the first to the last of `names`."""
    numbers = [12 * int(n[:-3]) + int(n[-2:]) - 1 for n in names]
    span = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in span]


def _names(repository: Path | str) -> list[str]:
    listing = run(repository, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags")
    return listing.decode("utf-8", "surrogateescape").splitlines()


def _tags(repository: Path | str) -> Iterable[tuple[str, int, str]]:
    """Yield name, time and commit of each tag that leads to a commit and has a time, of its own or the commit's."""
    listing = run(repository, "for-each-ref", "--format=%(refname) %(creatordate:raw)", "refs/tags")
    rows = [line.split(" ") for line in listing.decode("utf-8", "surrogateescape").splitlines()]
    asked = "".join(f"{row[0]}^{{commit}}\n" for row in rows)
    ends = run(repository, "cat-file", "--batch-check", given=asked).decode("utf-8", "surrogateescape").splitlines()
    for row, end in zip(rows, ends, strict=True):
        sha, _, kind = end.partition(" ")
        at = _instant(row[1]) if len(row) > 1 else None
        if at is None and kind.startswith("commit "):
            at = _commit(sha, run(repository, "cat-file", "commit", sha)).committed
        if kind.startswith("commit ") and at is not None:
            yield row[0].removeprefix("refs/tags/"), at, sha


def _commits(repository: Path | str) -> Iterable[Commit]:
    """Yield every commit that a branch, a tag or HEAD reaches, read from its raw object."""
    tips = run(repository, "for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes", "refs/tags")
    shas = run(repository, "rev-list", "--stdin", "--ignore-missing", given=tips.decode() + _head(repository))
    raw = run(repository, "cat-file", "--batch", given=shas.decode())
    place = 0
    while place < len(raw):
        end = raw.index(b"\n", place)
        sha, _, size = raw[place:end].decode().split(" ")
        yield _commit(sha, raw[end + 1 : end + 1 + int(size)])
        place = end + int(size) + 2


def _head(repository: Path | str) -> str:
    try:
        return run(repository, "rev-parse", "--verify", "-q", "HEAD").decode()
    except subprocess.CalledProcessError:
        return ""


def _commit(sha: str, body: bytes) -> Commit:
    head, _, message = body.partition(b"\n\n")
    lines = [line.partition(b" ") for line in head.split(b"\n")]
    said = {key: rest for key, _, rest in reversed(lines)}
    parents = tuple(rest.decode() for key, _, rest in lines if key == b"parent")
    return Commit(sha, parents, _signed(said[b"author"]), _signed(said[b"committer"]), message)


def _signed(line: bytes) -> int | None:
    stamp = re.search(rb"> (\d+) [+-]\d+$", line)
    return _instant(stamp[1].decode()) if stamp else None


def _instant(seconds: str) -> int | None:
    return int(seconds) if seconds.isdigit() and int(seconds) <= LAST_SECOND else None
