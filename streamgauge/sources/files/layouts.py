"""What stands where in a date: from the shape of a text to the places of its year, month, day, time and offset."""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from streamgauge.sources.files import months

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
ORDERS = {DAY_FIRST: "dmy", MONTH_FIRST: "mdy", YEAR_FIRST: "ymd"}
"""The orders in which three numbers make a date."""

_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120}
_ZONES |= {"EET": 120, "EEST": 180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360}
_ZONES |= {"PST": -480, "PDT": -420}

_WORD = r"[^\W\d_]+"
_TIME = (
    r"(?P<H>0{1,2})(?P<t>[:.h])(?P<M>00)(?:(?P=t)(?P<S>00)(?:[.,](?P<f>0{1,9}))?)?"
    r"(?:\s?(?P<half>[AaPp]\.?\s?[Mm]\.?))?(?:\s?Uhr)?"
)
_ZONE = (
    r"(?:\s?(?P<zone>[A-Z]{1,4}))?(?:\s?(?P<sign>[+\-−])(?P<oh>00):?(?P<om>00)?)?(?:\s?\[[\w/+\-]+\]|\s?\(\w[\w ]*\))?"
)
_JOIN = r"(?:T|,?\s+|,|_|\s*[-·|@]\s+|,?\s+(?:um|at|à|a las|alle(?: ore)?|ore|às|kl\.?|klo|om)\s+)"
_DAY = rf"(?:(?P<weekday>{_WORD})[.,]?\s+)?"
_NAMED_MONTH = (
    rf"(?P<d>0{{1,2}})(?:st|nd|rd|th|\.|er|º)?[\s\-/.,]*(?:(?:de|of|di)\s+)?(?P<month>{_WORD})\.?"
    r"[\s\-/.,]*(?:(?:de|del)\s+)?(?P<y>0000|00)"
)
_DATES = (
    r"(?P<Y>0000)(?P<s>[-/.])(?P<m>0{1,2})(?P=s)(?P<d>0{1,2})",
    r"(?P<a>0{1,2})(?P<s>[-/ ]|\.\s?)(?P<b>0{1,2})(?P=s)(?P<c>0000|00)\.?",
    r"(?P<G>0000)-?W(?P<V>00)(?:-?(?P<u>0))?",
    r"(?P<Y>0000)-(?P<j>000)",
    r"(?P<Y>0000)(?P<s>[年년])\s?(?P<m>0{1,2})[月월]\s?(?P<d>0{1,2})[日일]",
    _NAMED_MONTH,
    rf"(?P<month>{_WORD})\.?[\s\-]+(?P<d>0{{1,2}})(?:st|nd|rd|th)?,?[\s\-]+(?P<y>0000|00)",
    rf"(?P<y>0000)[\s\-/]+(?P<month>{_WORD})\.?[\s\-/]+(?P<d>0{{1,2}})",
)
_COMPACT = (
    r"(?P<Y>0000)(?P<m>00)(?P<d>00)(?:[T _-]?(?P<H>00)(?P<M>00)(?P<S>00)?"
    r"(?:(?:[.,]|(?<=0{14})(?=(?:000){1,2}(?:\D|$)))(?P<f>0{1,9}))?)?"
)
_OF_C = (
    rf"(?P<month>{_WORD})\s+(?P<d>0{{1,2}})\s+(?P<H>0{{1,2}}):(?P<M>00):(?P<S>00)\s+"
    r"(?:(?P<zone>[A-Z]{3,4})\s+)?(?P<y>0000)"
)
_PATTERNS = tuple(
    re.compile(rf"\s*{pattern}\s*")
    for pattern in (
        *(rf"{_DAY}{date}(?:{_JOIN}{_TIME}{_ZONE})?" for date in _DATES),
        _COMPACT + _ZONE,
        _DAY + _OF_C,
        *(rf"{_TIME}\s+{_DAY}{date}" for date in _DATES[:2]),
    )
)
_NUMBERS = (
    re.compile(r"\s*(?P<n>0{1,19})(?:[.,](?P<nf>0{1,9}))?\s*"),
    re.compile(r"\s*/Date\((?P<n>0{13})(?:[+-]0000)?\)/\s*"),
)


@dataclass(frozen=True)
class Layout:
    """Where the numbers of a date stand: `places` has start and length in bytes by the letter of a directive.

    `open` says that the numbers a, b, c may be day, month and year in more than one order.
    """

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    month: int | None = None
    is_afternoon: bool | None = None
    offset_minutes: int | None = None
    sign: int = 0
    open: bool = False
    dotted: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is one number: seconds since 1970, or a spreadsheet's day."""
        return "n" in self.places

    @property
    def has_zone(self) -> bool:
        """Whether the text itself says how far its clock is from UTC."""
        return self.sign != 0 or self.offset_minutes is not None

    def ordered(self, order: str) -> "Layout":
        """Return the layout with a, b and c in an order such as `dmy`."""
        if not self.open:
            return self
        named = {letter: self.places[slot] for letter, slot in zip(order, "abc", strict=True)}
        rest = {name: place for name, place in self.places.items() if name not in "abc"}
        return replace(self, places={**rest, **named}, open=False)

    def may_be(self, order: str) -> bool:
        """Return whether the lengths of a, b and c allow an order."""
        return not self.open or order != "ymd" or self.places["c"][1] == 2 == self.places["a"][1]


@cache
def layout(shape: str) -> Layout | None:
    """Return the layout of a shape, null where it is none of a date."""
    for pattern in _PATTERNS:
        found = pattern.fullmatch(shape)
        if found and (made := _made(shape, found)):
            return made
    number = next((match for one in _NUMBERS if (match := one.fullmatch(shape))), None)
    return _made(shape, number) if number else None


@cache
def directed(shape: str, pattern: str) -> Layout | None:
    """Return the layout of a shape under a pattern of `%` directives or of letters such as `dd.MM.yyyy HH:mm`."""
    found = _directive_pattern(pattern).fullmatch(shape)
    return _made(shape, found) if found else None


def _made(shape: str, found: re.Match[str]) -> Layout | None:
    """Return the layout that a match stands for, null where its words mean nothing."""
    words = found.groupdict()
    if (day := words.get("weekday")) and not months.is_weekday(day):
        return None
    number = months.month(words["month"]) if words.get("month") else None
    zone = (words.get("zone") or "").upper()
    if (words.get("month") and number is None) or (zone and zone not in _ZONES):
        return None
    half = (words.get("half") or "").casefold()
    numbers = {n for n in words if words[n] and n not in ("weekday", "month", "zone", "half", "s", "t", "sign")}
    return Layout(
        places={name: _place(shape, found, name) for name in numbers},
        month=number,
        is_afternoon=half.startswith("p") if half else None,
        offset_minutes=_ZONES[zone] if zone else None,
        sign={"+": 1, "-": -1, "−": -1}[words["sign"]] if words.get("sign") else 0,
        open="a" in numbers,
        dotted=(words.get("s") or "").startswith("."),
    )


def _place(shape: str, found: re.Match[str], name: str) -> tuple[int, int]:
    start, end = found.span(name)
    return len(shape[:start].encode()), end - start


_DIRECTIVES = {
    "d": r"(?P<d>0{1,2})", "m": r"(?P<m>0{1,2})", "Y": r"(?P<Y>0000)", "y": r"(?P<y>00)", "H": r"(?P<H>0{1,2})",
    "I": r"(?P<H>0{1,2})", "M": r"(?P<M>0{1,2})", "S": r"(?P<S>0{1,2})", "f": r"(?P<f>0{1,9})", "j": r"(?P<j>0{1,3})",
    "p": r"(?P<half>[AaPp]\.?[Mm]\.?)", "z": r"(?:(?P<zone>Z)|(?P<sign>[+\-])(?P<oh>00):?(?P<om>00))",
    "Z": r"(?P<zone>[A-Z]{1,4})", "b": rf"(?P<month>{_WORD})\.?", "B": rf"(?P<month>{_WORD})",
    "a": rf"(?P<weekday>{_WORD})\.?", "A": rf"(?P<weekday>{_WORD})", "G": r"(?P<G>0000)", "V": r"(?P<V>00)",
    "u": r"(?P<u>0)", "s": r"(?P<n>0{1,19})", "%": "%",
}  # fmt: skip
_LETTERS = (
    ("yyyy", "Y"), ("uuuu", "Y"), ("yy", "y"), ("MMMM", "B"), ("MMM", "b"), ("MM", "m"), ("M", "m"), ("dd", "d"),
    ("d", "d"), ("HH", "H"), ("H", "H"), ("hh", "I"), ("h", "I"), ("mm", "M"), ("ss", "S"), ("SSSSSS", "f"),
    ("SSS", "f"), ("a", "p"), ("EEEE", "A"), ("EEE", "a"), ("X" * 3, "z"), ("xx", "z"), ("Z", "z"), ("TT", "d"),
    ("JJJJ", "Y"), ("JJ", "y"),
)  # fmt: skip


def problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern of directives or letters, or null."""
    try:
        words = _directive_pattern(pattern).groupindex
    except (re.error, KeyError, IndexError):
        return "it uses a directive that is not known, or one of them twice"
    if "n" in words or {"G", "V"} <= set(words):
        return None
    year, month = "Y" in words or "y" in words, "m" in words or "month" in words
    return None if year and ("j" in words or (month and "d" in words)) else "it names no year, month and day"


@cache
def _directive_pattern(pattern: str) -> re.Pattern[str]:
    parts = _of_directives(pattern) if "%" in pattern else _of_letters(pattern)
    return re.compile(r"\s*" + "".join(parts) + r"\s*")


def _of_directives(pattern: str) -> list[str]:
    pieces = re.findall(r"%-?.|[^%]|%$", pattern.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S"))
    return [_DIRECTIVES[piece[-1]] if len(piece) > 1 else re.escape(re.sub(r"\d", "0", piece)) for piece in pieces]


def _of_letters(pattern: str) -> list[str]:
    parts = []
    while pattern:
        quoted = re.match(r"'([^']*)'", pattern)
        if quoted:
            parts.append(re.escape(re.sub(r"\d", "0", quoted[1])))
            pattern = pattern[quoted.end() :]
            continue
        letters, name = next(((k, n) for k, n in _LETTERS if pattern.startswith(k)), (pattern[0], ""))
        if not name and letters.isalpha() and letters not in "T":
            raise KeyError(letters)
        parts.append(_DIRECTIVES[name] if name else re.escape(re.sub(r"\d", "0", letters)))
        pattern = pattern[len(letters) :]
    return parts
