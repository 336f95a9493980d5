"""Reads a tag's name as a version: what stands before it, its numbers, and whether it is a pre-release."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_LONGEST = 200
_EARLY = "nightly|snapshot|rc|release-candidate|alpha|beta|pretest|staging|uat|pre-?prod"
_PRE = (
    "alpha|beta|rc|cr|preview|pre|dev|milestone|snapshot|nightly|canary|next|eap|ea|trial|insiders?|exp|experimental"
    "|test|qa|staging|uat|pre-?prod|unstable|unreleased|a|b|c|m"
)
_STABLE = "final|ga|release|stable|lts|post|patch|hotfix|fix|hf|sp|prod|production|live|incubating|ce|ee|jre|jdk|pl|p|r"
_PACKED = "ubuntu|build|deb|bpo|nmu|ppa|kali|fc|el|rhel|amzn|mga|suse|lp|centos"
_DAY = r"(?:19|20)\d\d(?P<d>[-._]?)[01]\d(?P=d)[0-3]\d"
_NUMBERS = (
    rf"(?P<moment>{_DAY}[T_]\d{{2}}[-.:_]?\d{{2}}(?:[-.:_]?\d{{2}})?(?:[.,]\d{{1,9}})?Z?)"
    r"|(?P<week>(?:19|20)\d\d[-._]?(?:w[0-5]\d|[qh][1-4](?:[._]\d{1,3}){0,2}))|(?P<yearly>(?:19|20)\d\d[a-z](?![a-z0-9]))"
    r"|(?P<dashed>\d{1,14}(?:-\d{1,14}){2,4})|(?P<numbers>\d{1,14}(?:[._]\d{1,14}){0,5})"
)
_VERSION = re.compile(
    r"(?P<prefix>|[^.]*?[a-z]\d+-(?=\d+\.\d)|[^0-9]*[a-z]\.|.*?[^0-9.])(?:\d{1,3}%)?"
    rf"(?:{_NUMBERS})(?P<letter>(?<=\d_\d)[a-z])?"
    r"(?P<suffix>(?:(?:(?<=\.\d)|(?<=\.\d\d))[d-wyz](?![a-z0-9]))?"
    rf"(?:[-._~]?(?:{_PRE}|{_STABLE})(?![a-z])[-._]?\d{{0,14}}|[-._~]\d{{1,14}}){{0,4}}"
    rf"(?:[._~]?(?:{_PACKED})\d{{1,14}}(?:[._~]\d{{1,14}}){{0,4}})?"
    rf"|-\d{{1,14}}(?:\.\d{{1,14}}){{0,3}}(?:[._~]?(?:{_PACKED})\d{{1,14}}(?:[._~]\d{{1,14}}){{0,4}}){{1,3}}"
    r"|\.v(?:19|20)\d{6}(?:-\d{1,6})?"
    r"|(?:(?<=\.\d)|(?<=\.\d\d)|(?<=\.\d\d\d)|(?<=\.\d\d\d\d))(?P<semantic>-[a-z][0-9a-z]*(?:[.-][0-9a-z]+){0,6}))"
    r"(?:\+[0-9a-z.+~_-]*|\(\d{1,14}\))?",
    re.IGNORECASE,
)
_IS_PRE = re.compile(rf"(?:^|[^a-z])(?:{_PRE})(?![a-z])", re.IGNORECASE)
_CHANNEL = re.compile(rf"(?:.*[-_/. ])?(?:{_EARLY})|canary|dev|preview|edge|weekly-dev|qa|test", re.IGNORECASE)
_NO_HASH = r"(?!(?:19|20)\d{6}[a-f]$|[a-f]+\d$)"
"""A day with a letter, or a word with a number behind it, reads like a hash, and hardly ever is one."""
_HASHED = re.compile(
    rf"(?P<named>.*?)(?:(?:(?<!.)|[-._/@])(?P<hash>g?{_NO_HASH}(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{{7,40}}))"
)
_PACKAGED = re.compile(
    r"(?P<version>.*\d)(?:[-._~+]?(?:bzr|svn|git|hg|cvs)[-._]?\d{1,14}(?:[-._]?g?[0-9a-f]{7,40})?"
    rf"(?P<revision>-\d{{1,14}}(?:[._~].*|(?:{_PACKED}).*)?)|[-._~+]\d{{1,6}}[-.]?g[0-9a-f]{{7,40}}"
    rf"(?P<distributed>-\d{{1,14}}(?:\.\d{{1,14}}){{0,3}}[._~]?(?:{_PACKED})\d.*))",
    re.IGNORECASE,
)
"""What a distribution packed of its source between two versions (`1.2-14-g3f2a1b9c-0ubuntu1`, `1.2_bzr15-1`)."""
_TRIED = re.compile(r"\d+\.\d+(_\d\d)")
_IS_DAY = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d(?:\d{4}|\d{6})?")
_V = re.compile(r"(?:(?<=[^a-z])|^)v$", re.IGNORECASE)
_SHELF = re.compile(r"(?:rel|releases?|tags?|v|hotfix(?:es)?|patch(?:es)?|bugfix)/(?=.)", re.IGNORECASE)
_GENERIC = {"", "v", "ver", "version", "r", "rel", "release", "releases", "tag", "tags"}
_GENERIC |= {"hotfix", "hotfixes", "patch", "patches", "bugfix"}


@dataclass(frozen=True)
class Version:
    """A tag's name taken apart. `base` names the release line's package, empty for the repository itself.

    `is_channel` says that the base itself names early releases, or where they go (`nightly`, `app-beta`, `staging`).
    """

    base: str
    numbers: tuple[int, ...]
    suffix: str
    is_pre: bool
    is_counter: bool
    is_channel: bool = False

    @property
    def series(self) -> str:
        """Major and minor number: within it, a higher patch number mends the one before."""
        return ".".join(map(str, self.numbers[:2]))

    @property
    def is_guessed(self) -> bool:
        """Whether it is taken for an early release by the form of its name alone, such as `1.2-branchpoint`."""
        return self.is_pre and not self.is_channel and _IS_PRE.search(self.suffix) is None

    @property
    def letter(self) -> int:
        """Which letter stands alone behind the numbers, 0 where none does: early (1.0a) or a patch (3.3a)."""
        alone = len(self.suffix) == 1 and self.suffix.isalpha()
        return _ordinal(self.suffix) if alone else 0


@lru_cache(maxsize=100_000)
def parse(tag: str) -> Version | None:
    """Return the version that a tag's name holds, None where it holds none."""
    if len(tag) > _LONGEST:
        return None
    packaged = _PACKAGED.fullmatch(tag)
    if packaged:
        tag = packaged["version"] + (packaged["revision"] or packaged["distributed"])
    hashed = _HASHED.fullmatch(tag)
    return _built(hashed) if hashed else _parsed(tag)


def _built(found: re.Match[str]) -> Version | None:
    """Return what a name tells that ends with the hash of a commit: when, as which number or for what it was made.

    What was built of a version is none of its releases.
    """
    named = found["named"].rstrip("-_@/ .=#:")
    version = _parsed(named)
    if version is None:
        return Version(base=named, numbers=(), suffix="", is_pre=False, is_counter=True) if named else None
    is_moment = _IS_DAY.fullmatch(str(version.numbers[0])) is not None
    return replace(version, suffix=f"-{found['hash']}", is_pre=version.is_pre or not (is_moment or version.is_counter))


def _parsed(tag: str) -> Version | None:
    found = _VERSION.fullmatch(tag)
    if found is None:
        return None
    prefix, suffix = found["prefix"], found["suffix"]
    tried = _TRIED.fullmatch(found["numbers"] or "") if not suffix else None
    base = _base(prefix)
    is_channel = _CHANNEL.fullmatch(base) is not None
    return Version(
        base=base,
        numbers=_numbers(found)[:2] if tried else _numbers(found),
        suffix=tried[1] if tried else suffix,
        is_pre=is_channel or found["semantic"] is not None or _IS_PRE.search(suffix) is not None,
        is_counter=_is_counter(found, base),
        is_channel=is_channel,
    )


def _base(prefix: str) -> str:
    bare = _SHELF.sub("", _V.sub("", prefix.rstrip("-_@/ .=#:")).rstrip("-_@/ .=#:"), count=1)
    return "" if bare.casefold() in _GENERIC else bare


def _numbers(found: re.Match[str]) -> tuple[int, ...]:
    if found["moment"]:  # a day and a time of day
        digits = re.sub(r"\D", "", found["moment"])
        return int(digits[:8]), int(digits[8:14].ljust(6, "0"))
    if found["yearly"]:  # 2023c is the third of 2023
        return int(found["yearly"][:4]), _ordinal(found["yearly"][4])
    numbers = tuple(int(n) for n in re.findall(r"\d+", found["week"] or found["dashed"] or found["numbers"]))
    if found["dashed"] and 1990 <= numbers[0] < 2100:  # a day is no third patch of a month
        numbers = (int("{:04d}{:02d}{:02d}".format(*numbers)), *numbers[3:])
    if found["letter"]:  # 1_1_1w is the twenty-third patch of 1_1_1
        numbers += (_ordinal(found["letter"]),)
    return numbers


def _is_counter(found: re.Match[str], base: str) -> bool:
    """Return whether a name is a word and one number, which is no day, and so may count anything."""
    number = found["numbers"]
    alone = number is not None and number.isdecimal() and not found["suffix"] and not _IS_DAY.fullmatch(number)
    return alone and bool(base) and not _V.search(found["prefix"])


def _ordinal(letter: str) -> int:
    return ord(letter.lower()) - ord("a") + 1
