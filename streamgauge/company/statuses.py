"""Understands statuses by their names: the words that tools and teams use, in several languages.

What is not recognised stays unmapped; it is never guessed into active (definitions 2.0). The words are in
`statuses.toml` beside this file.
"""

import hashlib
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from streamgauge.company.process import Phase, State


@dataclass(frozen=True)
class Meaning:
    """What a status means: its flow state, its stage with its place in the usual order, and its phase.

    A place of None says that the stage has none: work that is blocked is where it was.
    """

    state: State
    stage: str
    place: int | None
    phase: Phase | None


_STAGES: dict[str, tuple[int | None, Phase | None]] = {
    "Backlog": (10, "discovery"),
    "Analysis": (20, "planning"),
    "Ready": (30, "planning"),
    "Development": (40, "development"),
    "Review": (50, "development"),
    "Test": (60, "readiness"),
    "Acceptance": (70, "readiness"),
    "Release": (80, "release"),
    "Done": (90, "release"),
    "Cancelled": (None, None),
    "Blocked": (None, None),
}
"""The stages that names are understood as, in the order of a usual value stream."""
_WHOLE: tuple[tuple[str, State, str], ...] = (
    ("cancelled", "cancelled", "Cancelled"),
    ("done", "done", "Done"),
    ("active", "active", "Development"),
    ("waiting", "waiting", "Ready"),
    ("new", "new", "Backlog"),
    ("blocked", "waiting", "Blocked"),
)
_Pattern = re.Pattern[str]
_HAS_REASON = re.compile(r"\w ?[/:-] ?\w")
"""A status and its reason, such as `Accepted/In Progress`."""


@dataclass(frozen=True)
class _Words:
    whole: tuple[tuple[_Pattern, State, str], ...]
    staged: tuple[tuple[str, _Pattern, _Pattern], ...]
    waits_for_anything: _Pattern


@lru_cache(maxsize=10_000)
def understood(status: str) -> Meaning | None:
    """Return what a status means by its name; None where the name is not recognised."""
    known, name = _words(), _plain(status)
    if (whole := _of_whole(known, name)) is not None:
        return whole
    for stage, waits, works in known.staged:
        if waits.fullmatch(name):
            return _meaning("waiting", stage)
        if works.fullmatch(name):
            return _meaning("active", stage)
    if known.waits_for_anything.match(name):
        return _meaning("waiting", "Blocked")
    if told := _OF_A_THING.fullmatch(name):
        return _of_a_thing(told["thing"], told["word"])
    return _by_reason(status)


def _of_whole(known: _Words, name: str) -> Meaning | None:
    """Return what a name means that is known as a whole; an end is cancelled where its reason says so."""
    reason = ended["reason"] if (ended := _ENDED_AS.fullmatch(name)) else ""
    if known.whole[0][0].fullmatch(reason):
        return _meaning("cancelled", "Cancelled")
    return next((_meaning(state, stage) for pattern, state, stage in known.whole if pattern.fullmatch(name)), None)


def _by_reason(status: str) -> Meaning | None:
    """Return what a status with a reason means: by the reason, else without it."""
    if not _HAS_REASON.search(status):
        return None
    head, _, reason = re.split(r"([/:-])", status, maxsplit=1)
    return understood(reason) or understood(head)


_ENDED_AS = re.compile(r"(?:closed?|done|resolved?|completed?|finished|solved) (?:as |by )?(?P<reason>\w.*)")
"""An end with what it was for: `Closed (Duplicate)` is no work that is done."""
_OF_A_THING = re.compile(
    r"(?P<thing>ticket|case|issue|incident|problem|task|bug|defect|work item|story|card|work|deal|opportunity|lead|"
    r"bid) (?:is |was |has been )?(?P<word>\w.*)"
)
"""What became of a thing: `Ticket Closed`."""
_STEPS = frozenset(("accepted", "approved", "delivered", "verified", "validated", "archived"))
"""What ends a thing where it is its whole status, and is a step on its way where a log tells that it was done."""

_BEGUN = frozenset(("begun", "resumed", "restarted", "continued"))


def _of_a_thing(thing: str, word: str) -> Meaning | None:
    """Return what became of a thing, where the word behind it is a status for itself; of work that it was begun."""
    if word in _STEPS:
        return None
    if thing == "work" and word in _BEGUN:
        return _meaning("active", "Development")
    found = next((_meaning(state, stage) for one, state, stage in _words().whole if one.fullmatch(word)), None)
    return found if thing != "work" or (found is not None and found.state == "active") else None


@cache
def edition() -> str:
    """Return a mark that changes whenever names may be understood otherwise."""
    told = Path(__file__).read_bytes() + Path(__file__).with_suffix(".toml").read_bytes()
    return hashlib.sha256(told).hexdigest()[:16]


def _meaning(state: State, stage: str) -> Meaning:
    place, phase = _STAGES[stage]
    return Meaning(state, stage, place, phase)


_MARKS = "\u0300-\u036f\u0590-\u05ff\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff"
"""Signs above, below and beside letters, which belong to a word in several scripts."""


def _plain(status: str) -> str:
    """Return a status in small letters, without emoji, numbering and signs, its words one space apart."""
    whole = unicodedata.normalize("NFC", status[:200])
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", whole).replace("'", "").replace("’", "").casefold()
    spaced = re.sub(r"\bready ?4 ?(?=[a-z])", "ready for ", spaced.replace(_DOT, ""))
    spaced = re.sub(r"^\W*[a-z](?:[).:\]_]| - )(?=.*\w)", "", spaced)
    words = re.sub(rf"(?:[^\w{_MARKS}]|_)+", " ", spaced).strip()
    return re.sub(r"^\d+ (?=\S)|^\d+(?=\D)| \d+$", "", words).strip() or words


_DOT = "\u0307"
"""What is left above the small letter of a Turkish capital I with a dot."""


@cache
def _words() -> _Words:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    around = {name: _any(words) for name, words in told["around"].items()}
    return _Words(
        whole=tuple((re.compile(_any(told["whole"][key])), state, stage) for key, state, stage in _WHOLE),
        staged=tuple((stage, *_staged(_any(words), around)) for stage, words in told["stages"].items()),
        waits_for_anything=re.compile(f"{around['waits_for_anything']} "),
    )


def _staged(one: str, around: dict[str, str]) -> tuple[_Pattern, _Pattern]:
    """Return the patterns for waiting for a stage ("ready for test", "test done") and for being in it ("in test").

    What was "tested" waits for what is next. Some languages put no space between the words ("テスト中").
    """
    stage = f"(?:{one}(?: {one})?)"
    before = f"{around['waits']}(?: {around['joins']})* {stage}|待{one}"
    after = rf"{stage} (?:{around['waits']}|{around['over']})|{one}待ち?|(?=[a-z]+ed$){one}"
    inside = f"(?:{around['inside']} )?{stage}(?: {around['ongoing']})?|{one}(?:中| ?중)"
    return re.compile(f"{before}|{after}"), re.compile(inside)


def _any(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"
