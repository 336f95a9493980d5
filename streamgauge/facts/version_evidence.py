"""Reads versions by when their tags were made, where the name alone may mean one thing or another."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from streamgauge.facts.version import Version

_TRIED = re.compile(r"_\d\d")

Dated = tuple[datetime | None, Version]
"""When a tag was made, null where that is not known, and the version that its name holds."""


def as_meant(found: Sequence[Dated]) -> list[Version]:
    """Return the versions of one release line in the same order, those that the times tell more of read anew."""
    times = [at for at, _ in found]
    return _with_trials(_with_patches(list(zip(times, _with_days(found), strict=True))))


def _with_days(found: Sequence[Dated]) -> list[Version]:
    """Read `2024.1.15` as a day, and so as no patch of the day before, where most of such tags were made on theirs."""
    days = [_day(version.numbers) for _, version in found]
    apart = [abs((at.date() - day).days) for (at, _), day in zip(found, days, strict=True) if at and day]
    if sum(n <= 1 for n in apart) * 2 <= len(apart):
        return [version for _, version in found]
    return [_on(day, version) if day else version for day, (_, version) in zip(days, found, strict=True)]


def _day(numbers: tuple[int, ...]) -> date | None:
    """Return the day that the first three numbers may be (year, month, day), None where they are none."""
    if len(numbers) < 3 or not (numbers[0] < 100 or 1990 <= numbers[0] < 2100) or numbers[1] > 12 or numbers[2] > 31:
        return None
    try:
        return date(numbers[0] + (2000 if numbers[0] < 100 else 0), numbers[1], numbers[2])
    except ValueError:
        return None


def _on(day: date, version: Version) -> Version:
    return replace(version, numbers=(int(f"{day:%Y%m%d}"), *version.numbers[3:]))


def _with_patches(found: Sequence[Dated]) -> list[Version]:
    """Read `3.3a` as a patch where `3.3` came before it, and not as an early release of it."""
    final = {v.numbers: at for at, v in found if not v.is_pre and not v.letter}
    return [_patch(v) if v.letter and _is_after(at, final.get(v.numbers)) else v for at, v in found]


def _with_trials(found: Sequence[Version]) -> list[Version]:
    """Read `7.77_03` as a trial before the next version, as Perl's authors name these, counted from `_01` on.

    Where none of the tags has the nought, it is the third number.
    """
    if any(v.suffix.startswith("_0") for v in found if _TRIED.fullmatch(v.suffix)):
        return [replace(v, is_pre=True) if _TRIED.fullmatch(v.suffix) else v for v in found]
    return [_third(v) if _TRIED.fullmatch(v.suffix) else v for v in found]


def _third(version: Version) -> Version:
    return replace(version, numbers=(*version.numbers, int(version.suffix[1:])), suffix="")


def _is_after(at: datetime | None, other: datetime | None) -> bool:
    return at is not None and other is not None and at > other


def _patch(version: Version) -> Version:
    return replace(version, numbers=(*version.numbers, version.letter), suffix="", is_pre=False)
