"""Lengths of time as people and tools write them, in hours."""

import re

_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "sek": 1, "sekunde": 1, "sekunden": 1, "seconde": 1,
    "secondes": 1, "segundos": 1, "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "minuten": 60,
    "minutos": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "std": 3600, "stunde": 3600,
    "stunden": 3600, "heure": 3600, "heures": 3600, "hora": 3600, "horas": 3600, "d": 86400, "day": 86400,
    "days": 86400, "tag": 86400, "tage": 86400, "tagen": 86400, "jour": 86400, "jours": 86400, "dia": 86400,
    "día": 86400, "dias": 86400, "días": 86400, "w": 604800, "wk": 604800, "week": 604800, "weeks": 604800,
    "woche": 604800, "wochen": 604800, "semaine": 604800, "semaines": 604800, "ms": 0.001,
}  # fmt: skip
_PART = r"(\d{1,12}(?:[.,]\d{1,9})?)\s{0,3}([^\W\d_]{1,9})\.?"
_WORDS = re.compile(rf"{_PART}(?:[\s,]{{0,3}}(?:and|und|et|y)?\s{{0,3}}{_PART}){{0,6}}")
_ISO = re.compile(
    r"(-?)P(?:(\d{1,6}(?:[.,]\d+)?)W)?(?:(\d{1,6}(?:[.,]\d+)?)D)?"
    r"(?:T(?:(\d{1,9}(?:[.,]\d+)?)H)?(?:(\d{1,9}(?:[.,]\d+)?)M)?(?:(\d{1,12}(?:[.,]\d+)?)S)?)?"
)
_CLOCK = re.compile(
    r"(-?)(?:(\d{1,6})(?:\s(?:days?|tage?)?,?\s{0,2}|\.))?(\d{1,6}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?"
)


def hours(text: str | None) -> float | None:
    """Return the hours of `1d 4h`, `PT4H`, `3:15:00` or `90 min`, a day as 24 hours; null for other texts."""
    given = (text or "").strip()
    if not given or len(given) > 80:
        return None
    seconds = _iso(given.upper())
    seconds = _clock(given) if seconds is None else seconds
    seconds = _words(given.casefold()) if seconds is None else seconds
    return None if seconds is None else seconds / 3600


def _iso(text: str) -> float | None:
    found = _ISO.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    sizes = (604800, 86400, 3600, 60, 1)
    total = sum(_number(part) * size for part, size in zip(found.groups()[1:], sizes, strict=True) if part)
    return -total if found[1] else total


def _clock(text: str) -> float | None:
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[4]) > 59 or _number(found[5] or "0") >= 60:
        return None
    total = int(found[2] or 0) * 86400 + int(found[3]) * 3600 + int(found[4]) * 60 + _number(found[5] or "0")
    return -total if found[1] else total


def _words(text: str) -> float | None:
    if _WORDS.fullmatch(text) is None:
        return None
    parts = re.findall(_PART, text)
    if any(unit not in _UNITS for _, unit in parts):
        return None
    return sum(_number(count) * _UNITS[unit] for count, unit in parts)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
