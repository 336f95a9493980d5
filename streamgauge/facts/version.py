"""Reads a tag's name as a version: what stands before it, its numbers, and whether it is a pre-release."""

import re
from dataclasses import dataclass
from functools import lru_cache

_LONGEST = 200
_PRE = (
    "alpha|beta|rc|cr|preview|pre|dev|milestone|snapshot|nightly|canary|next|eap|ea|test|insiders?|experimental"
    "|unstable|unreleased|a|b|c|m"
)
_STABLE = "final|ga|release|stable|lts|post|patch|hotfix|fix|sp|p|r"
_VERSION = re.compile(
    r"(?P<prefix>|[^0-9]*[a-z]\d+-(?=\d+\.\d)|.*?[^0-9.])"
    r"(?:(?P<dashed>\d{1,12}(?:-\d{1,12}){2,4})|(?P<numbers>\d{1,12}(?:[._]\d{1,12}){0,5}))(?P<letter>(?<=\d_\d)[a-z])?"
    rf"(?P<suffix>(?:[-._~]?(?:{_PRE}|{_STABLE})(?![a-z])[-._]?\d{{0,12}}|[-._~]\d{{1,12}}){{0,4}}"
    r"|(?<=\d\.\d)(?P<semantic>-[a-z][0-9a-z]*(?:[.-][0-9a-z]+){0,6}))(?:\+[0-9a-z.-]*)?",
    re.IGNORECASE,
)
_IS_PRE = re.compile(rf"(?:^|[^a-z])(?:{_PRE})(?![a-z])", re.IGNORECASE)
_PRE_LINE = re.compile(r"(?:nightly|canary|snapshot|dev|preview|edge|weekly-dev)", re.IGNORECASE)
_GENERIC = {"", "v", "ver", "version", "r", "rel", "release", "releases", "tag", "tags"}


@dataclass(frozen=True)
class Version:
    """A tag's name taken apart. `base` names the release line's package, empty for the repository itself."""

    base: str
    numbers: tuple[int, ...]
    suffix: str
    is_pre: bool
    is_counter: bool

    @property
    def series(self) -> str:
        """Major and minor number: within it, a higher patch number mends the one before."""
        return ".".join(map(str, self.numbers[:2]))


@lru_cache(maxsize=100_000)
def parse(tag: str) -> Version | None:
    """Return the version that a tag's name holds, None where it holds none."""
    found = _VERSION.fullmatch(tag) if len(tag) <= _LONGEST else None
    if found is None:
        return None
    prefix, suffix = found["prefix"], found["suffix"]
    bare = re.sub(r"(?i)(?:(?<=[^a-z])|^)v$", "", prefix).rstrip("-_@/ .=")
    base = "" if bare.casefold() in _GENERIC else bare
    numbers = tuple(int(n) for n in re.split(r"[._-]", found["numbers"] or found["dashed"]))
    if found["dashed"] and 1990 <= numbers[0] < 2100:  # a day is no third patch of a month
        numbers = (int("{:04d}{:02d}{:02d}".format(*numbers)), *numbers[3:])
    if found["letter"]:  # 1_1_1w is the twenty-third patch of 1_1_1
        numbers += (ord(found["letter"].lower()) - ord("a") + 1,)
    return Version(
        base=base,
        numbers=numbers,
        suffix=suffix,
        is_pre=_PRE_LINE.fullmatch(bare) is not None
        or found["semantic"] is not None
        or _IS_PRE.search(suffix) is not None,
        is_counter=len(numbers) == 1
        and not found["dashed"]
        and not suffix
        and bool(base)
        and not prefix.casefold().endswith("v"),
    )
