"""Finds the release lines of a repository: which tags are releases of what, and why the others are not."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain

from streamgauge.company import Service
from streamgauge.company.pattern import tags_pattern
from streamgauge.facts.version import Version, parse
from streamgauge.facts.version_evidence import as_meant

ASKED, COMPANY = "asked", "company file"
PLAIN = "releases"
PRE_RELEASE = "pre-release"
WITH_PRE_RELEASES = "pre-releases too"
ALIAS = "another name for the same commit"
UNDATED = "no readable time"
MISDATED = "dated more than a year before its own commit"
_WEEKLY_AT_LEAST, _LONG_TERM_AT_LEAST, _LONG_TERM_SHARE, _OVERTAKEN_SHARE = 20, 5, 0.4, 0.8
_SMALL, _LARGE = 3, 20
_RARE_SHARE = 0.1  # so few final releases beside pre-releases that never became one, and users have these
_PRODUCTION = re.compile(r"(?:.*[-_/. ])?(?:production|prod|live)", re.IGNORECASE)
_LATE = timedelta(days=90)
_LONGEST_NAME = 255  # a pattern may take long on longer ones, which only a hostile repository has


@dataclass(frozen=True)
class Tag:
    """A tag as the records hold it; `committed_at` is its commit's time, to order tags made at one instant.

    `at` is that too where `is_untimed`: the tag, as some of old, bears no time of its own.
    """

    name: str
    commit: str
    at: datetime | None
    committed_at: datetime | None
    is_untimed: bool = False


Member = tuple[Tag, Version]
"""A tag with the version that its name holds."""

Name = tuple[str, tuple[int, ...]]
"""A commit with the numbers of a version that it was released as."""

Owners = dict[Name, set[str]]
"""The packages that released a commit in a version."""


@dataclass(frozen=True)
class Entry:
    """One tag in a release line; `left_out` says why it does not count as a release."""

    tag: Tag
    version: Version | None
    left_out: str | None


@dataclass(frozen=True)
class Line:
    """One release line: its name, the rule that chose its tags in words, and its tags in the order of release.

    `package` is what stands before the version, which weekly and long-term lines share.
    """

    name: str
    rule: str
    entries: tuple[Entry, ...]
    proxy: str = "release tags"
    chosen_by: str = "found"
    notes: tuple[str, ...] = field(default=())
    package: str = ""

    def id(self, repository: str, service: str, terms: str) -> str:
        """Return the line's key in the facts: a digest of where it is, how it was chosen and under which terms."""
        parts = (repository, service, self.name, self.proxy, self.rule, terms)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def find(tags: Sequence[Tag], service: Service, patterns: Sequence[str]) -> tuple[Line, ...]:
    """Return the release lines: those asked for by `patterns`, else those of the company file, else found ones."""
    if patterns:
        return tuple(_chosen(tags, p, p, ASKED, prereleases=True) for p in dict.fromkeys(patterns))
    if service.releases:
        return tuple(_chosen(tags, r.name, r.tags, COMPANY, prereleases=r.prereleases) for r in service.releases)
    return _found(tags, service.name)


def _chosen(tags: Sequence[Tag], name: str, pattern: str, chosen_by: str, *, prereleases: bool) -> Line:
    rule = f"tags that match {pattern}" + (" (company file)" if chosen_by == COMPANY else "")
    matches = tags_pattern(pattern).fullmatch
    mine = [(t, parse(t.name)) for t in tags if len(t.name) <= _LONGEST_NAME and matches(t.name)]
    unversioned: list[tuple[Tag, Version | None]] = [(t, None) for t, v in mine if v is None]
    members = [*_as_meant([(t, v) for t, v in mine if v is not None]), *unversioned]
    return Line(name, rule, _entries(members, prereleases=prereleases), chosen_by=chosen_by)


def _found(tags: Sequence[Tag], service: str) -> tuple[Line, ...]:
    groups = _grouped(tags, service)
    for is_minor in (is_counted_up, is_early):
        major = {base: members for base, members in groups.items() if not is_minor(members)}
        groups = major or groups
    lines = [line for base, members in groups.items() for line in _split(base, members)]
    return tuple(sorted(_without_shadows(lines), key=lambda line: (-_releases(line), line.name)))


def packages(tags: Sequence[Tag], service: Service) -> dict[str, tuple[Line, ...]]:
    """Return the lines by the package that is named before the version.

    So also those which `find` drops for they mostly name over again, where a few of their releases are their own: which
    files are whose tells them apart.
    """
    groups = _grouped(tags, service.name)
    lines = {base: tuple(_split(base, members)) for base, members in groups.items()}
    found = {line.name for line in _found(tags, service.name)}
    released = {base: set().union(*map(_released, mine)) for base, mine in lines.items()}
    counts = Counter(release for mine in released.values() for release in mine)
    return {
        base: mine
        for base, mine in lines.items()
        if base and (found & {line.name for line in mine} or sum(counts[r] == 1 for r in released[base]) >= _SMALL)
    }


def _grouped(tags: Sequence[Tag], service: str) -> dict[str, list[Member]]:
    """Return the tags that are versions by what stands before these, as most of them spell it."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for tag in tags:
        if (version := parse(tag.name)) is not None:
            base = version.base.casefold()
            groups["" if base == service.casefold() else base].append((tag, version))
    return {_spelled(members) if base else "": _as_meant(members) for base, members in groups.items()}


def _spelled(members: Sequence[Member]) -> str:
    return min(Counter(v.base for _, v in members).items(), key=lambda one: (-one[1], one[0]))[0]


def _as_meant(members: Sequence[Member]) -> list[Member]:
    meant = as_meant([(tag.at, version) for tag, version in members])
    return [(tag, version) for (tag, _), version in zip(members, meant, strict=True)]


def is_counted_up(members: Sequence[Member]) -> bool:
    """Return whether tags are a word and a number, such as those of builds."""
    return all(v.is_counter for _, v in members)


def is_early(members: Sequence[Member]) -> bool:
    """Return whether tags are of a channel of early releases, such as those of every night, or may be no releases."""
    return all(v.is_channel or v.is_guessed for _, v in members)


def _split(base: str, members: list[Member]) -> list[Line]:
    """Take weekly and long-term releases apart.

    Long-term ones continue few of the `N.N` releases as `N.N.N`, and come when a higher `N.N` is out already; a
    patch of the newest release comes before that.
    """
    final = {v.numbers for _, v in members if not v.is_pre}
    short = {n for n in final if len(n) == 2}
    long_term = {n for n in final if len(n) == 3 and n[:2] in short}
    continued = {n[:2] for n in long_term}
    name = base or PLAIN
    what = "a version" if any(v.numbers for _, v in members) else "the hash of a commit"
    told = f"tags named {base}, then {what}" if base else "tags that are a version"
    many = len(short) >= _WEEKLY_AT_LEAST and len(long_term) >= _LONG_TERM_AT_LEAST
    if not many or len(continued) > _LONG_TERM_SHARE * len(short) or _overtaken(members) < _OVERTAKEN_SHARE:
        return [_line(name, base, told, members)]
    parts = [[(t, v) for t, v in members if (len(v.numbers) >= 3) is is_long] for is_long in (False, True)]
    return [
        _line(f"{name} N.N", base, f"{told} of two numbers", parts[0]),
        _line(f"{name} N.N.N", base, f"{told} of three numbers (long-term)", parts[1]),
    ]


def _overtaken(members: list[Member]) -> float:
    """Return the share of `N.N.N` releases that came when a higher `N.N` was out already."""
    newest: tuple[int, ...] = ()
    later, all_long = 0, 0
    for _, version in sorted(((t, v) for t, v in members if not v.is_pre and t.at), key=lambda m: _order(*m)):
        if len(version.numbers) == 2:
            newest = max(newest, version.numbers)
        elif len(version.numbers) == 3:
            all_long += 1
            later += version.numbers[:2] < newest
    return later / all_long if all_long else 0.0


def _line(name: str, package: str, told: str, members: Iterable[Member]) -> Line:
    members = list(members)
    final = {v.numbers for _, v in members if not v.is_pre}
    never_final = {v.numbers for _, v in members if v.is_pre} - final
    with_pre = len(final) <= _RARE_SHARE * len(never_final)
    why = "next to nothing else" if final else "nothing else"
    rule = f"{told}, {WITH_PRE_RELEASES}, for there is {why}" if with_pre else f"{told}, without pre-releases"
    return Line(name, f"{rule} (found automatically)", _entries(members, prereleases=with_pre), package=package)


def _entries(members: Iterable[tuple[Tag, Version | None]], *, prereleases: bool) -> tuple[Entry, ...]:
    """Order tags by time and keep one release per commit: of several names the first, then the fullest."""
    entries, seen, members = [], set(), list(members)
    fullest: dict[str, tuple[int, ...]] = {}
    for tag, version in members:
        fullest[tag.commit] = max(fullest.get(tag.commit, ()), _numbers(version), key=lambda n: (len(n), n))
    for tag, version in sorted(members, key=lambda m: _order(m[0], m[1], fullest[m[0].commit])):
        left_out = UNDATED if tag.at is None else MISDATED if _is_misdated(tag) else None
        if version is not None and version.is_pre and not prereleases:
            left_out = PRE_RELEASE
        elif tag.commit in seen:
            left_out = ALIAS
        elif left_out is None:
            seen.add(tag.commit)
        entries.append(Entry(tag, version, left_out))
    return tuple(entries)


def _is_misdated(tag: Tag) -> bool:
    """Return whether a tag's time cannot be meant; a smaller skew shows in negative spans, which are counted."""
    return tag.at is not None and tag.committed_at is not None and tag.committed_at - tag.at > timedelta(days=365)


def _numbers(version: Version | None) -> tuple[int, ...]:
    return version.numbers if version else ()


def _order(tag: Tag, version: Version | None, fullest: tuple[int, ...] = ()) -> tuple[object, ...]:
    epoch = datetime.min.replace(tzinfo=UTC)
    numbers = _numbers(version)
    return (
        tag.at is None,
        tag.at or epoch,
        tag.committed_at is None,
        tag.committed_at or tag.at or epoch,
        fullest or numbers,
        -len(numbers),
        -len(tag.name),
        tag.name,
    )


def _releases(line: Line) -> int:
    return sum(entry.left_out is None for entry in line.entries)


def _without_shadows(lines: list[Line]) -> list[Line]:
    """Drop a line that only names over again what the lines of one larger package release (`app-1.2` beside `v1.2`).

    That of production stays: what was built before may never have got there.
    """
    kept: list[Line] = []
    owners: Owners = defaultdict(set)
    largest = max(map(_releases, lines), default=0)
    for i in sorted(range(len(lines)), key=lambda i: (_releases(lines[i]), _plainness(lines[i], i)), reverse=True):
        n = _releases(lines[i])
        is_own = not _is_named_over(lines[i], owners) or _PRODUCTION.fullmatch(lines[i].name) is not None
        is_few = n < _SMALL and largest >= _LARGE
        if is_own and not is_few and (n or len(lines) == 1):
            kept.append(lines[i])
            _own(owners, lines[i])
    return kept


def _is_named_over(line: Line, owners: Owners) -> bool:
    """Return whether most releases of a line are those of one package: the same commits in the same versions.

    In a repository of many packages a few of the releases agree by chance with some of each of the others.
    """
    mine: dict[str, set[str]] = defaultdict(set)
    for name in _names(line):
        mine[name[0]] |= owners.get(name, set())
    return max(Counter(chain.from_iterable(mine.values())).values(), default=0) * 2 > len(mine)


def again(members: Sequence[Member], lines: Iterable[Line]) -> bool:
    """Return whether tags that are in none of the lines mostly name over again what one package of these releases."""
    owners: Owners = defaultdict(set)
    for line in lines:
        _own(owners, line)
    return _is_named_over(_line("", "", "", _as_meant(members)), owners)


def _own(owners: Owners, line: Line) -> None:
    for name in _names(line):
        owners[name].add(line.package)


def _released(line: Line) -> set[Name]:
    return {(e.tag.commit, e.version.numbers) for e in line.entries if e.left_out is None and e.version}


def _names(line: Line) -> set[Name]:
    """Return the commits with the versions of a line's releases, with all that one of them is called."""
    return {(e.tag.commit, e.version.numbers) for e in line.entries if e.left_out in (None, ALIAS) and e.version}


def _plainness(line: Line, place: int) -> tuple[bool, int]:
    """Return what decides between two lines that name the same: that without a name of its own, then the first."""
    return line.name.startswith(PLAIN), -place


def late(line: Line) -> str | None:
    """Return how many releases were tagged long after their commit was made, as after a move of tools; null if none."""
    counted = [entry.tag for entry in line.entries if entry.left_out is None]
    n = sum(bool(tag.at and tag.committed_at and tag.at - tag.committed_at > _LATE) for tag in counted)
    if not n:
        return None
    what = "1 release was" if n == 1 else f"{n:,} releases were"
    return f"{what} tagged more than {_LATE.days} days after the commit: if users had it then, lead times are too long."


def untimed(line: Line) -> str | None:
    """Return how many releases are dated by their commit, for their tags bear no readable time; null if none."""
    names = [entry.tag.name for entry in line.entries if entry.left_out is None and entry.tag.is_untimed]
    if not names:
        return None
    what = f"The tag {names[0]} bears" if len(names) == 1 else f"{len(names):,} tags, such as {names[0]}, bear"
    return f"{what} no readable time: that of the commit stands for it."


def unnamed(tags: Sequence[Tag], lines: Sequence[Line]) -> list[str]:
    """Return the names of tags that belong to no line, for the reader to see."""
    inside = Counter(entry.tag.name for line in lines for entry in line.entries)
    return [tag.name for tag in tags if tag.name not in inside]
