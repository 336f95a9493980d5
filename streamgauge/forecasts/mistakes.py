"""What may be wrong anywhere in a model; each mistake is one line, and behind it what is allowed."""

import difflib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from streamgauge.company import zone
from streamgauge.forecasts.model import Cadence, Calendar, Duration, Shape

_ROUNDING = 1e-9
_WITHOUT_SLASH = ("team", "stream", "stage")  # shifts name them side by side


def repeated(where: str, what: str, given: Iterable[str]) -> Iterator[str]:
    """Give names that are there more than once, or are empty."""
    counts = Counter(given)
    for name, n in counts.items():
        if n > 1:
            yield f"{where} names the {what} '{name}' {n} times.\nGive each its own name."
        if not name or (what in _WITHOUT_SLASH and "/" in name):
            yield f"{where} names a {what} '{name}'.\nA name is not empty, and that of a {what} holds no '/'."


def unknown(where: str, what: str, name: str, allowed: Collection[str]) -> Iterator[str]:
    """Give a name that is not there, with the nearest that is."""
    if name not in allowed:
        names = sorted(allowed)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        yield f"{where} names the {what} '{name}', which is not there.\n{hint}Known: {', '.join(names[:40]) or 'none'}."


def out_of_range(where: str, what: str, value: float, least: float = 0.0, most: float = math.inf) -> Iterator[str]:
    """Give a number that is not within its bounds, or not finite."""
    if not (least <= value <= most and math.isfinite(value)):
        allowed = f"{least:g} to {most:g}" if math.isfinite(most) else f"at least {least:g}"
        yield f"{where}: {what} is {value:g}.\nAllowed: {allowed}."


def without_zone(where: str, what: str, value: datetime | None) -> Iterator[str]:
    """Give an instant that has no zone."""
    if value is not None and value.tzinfo is None:
        yield f"{where}: {what} has no zone.\nGive an instant with a zone, such as UTC."


def above_one(where: str, what: str, parts: Iterable[float]) -> Iterator[str]:
    """Give probabilities of which at most one can come true, and that cannot be."""
    given = list(parts)
    for part in given:
        yield from out_of_range(where, f"a probability of {what}", part, 0, 1)
    if sum(given) > 1 + _ROUNDING:
        yield f"{where}: the probabilities of {what} add up to {sum(given):g}.\nAllowed: at most 1."


def weightless(where: str, what: str, weights: Mapping[str, float]) -> Iterator[str]:
    """Give weights from which nothing can be drawn."""
    for name, weight in weights.items():
        yield from out_of_range(where, f"the weight of the {what} '{name}'", weight)
    if weights and not sum(weights.values()) > 0:
        yield f"{where}: no {what} has a weight.\nGive at least one a weight above 0."


def bad_duration(where: str, what: str, duration: Duration) -> Iterator[str]:
    """Give what is wrong with a duration."""
    if duration.shape is Shape.EMPIRICAL:
        if not duration.samples:
            yield f"{where}: {what} has no samples.\nGive at least one."
        for sample in duration.samples:
            yield from out_of_range(where, f"a sample of {what}", sample)
        return
    yield from out_of_range(where, f"the hours of {what}", duration.hours)
    yield from out_of_range(where, f"the spread of {what}", duration.spread)
    if duration.shape is Shape.GAMMA and not duration.spread > 0:
        yield f"{where}: the shape of {what} is {duration.spread:g}.\nAllowed: above 0."


def bad_calendar(where: str, calendar: Calendar | None) -> Iterator[str]:
    """Give what is wrong with a calendar."""
    if calendar is None:
        return
    if wrong := zone.problem(calendar.zone):
        yield f"{where}: {wrong}"
    if not calendar.weekdays or not calendar.weekdays <= frozenset(range(7)):
        yield f"{where}: the calendar's weekdays are {sorted(calendar.weekdays)}.\nAllowed: some of 0 (Monday) to 6."
    if calendar.opens >= calendar.closes:
        yield f"{where}: the calendar opens at {calendar.opens} and closes at {calendar.closes}.\nIt opens first."


def bad_cadence(where: str, cadence: Cadence) -> Iterator[str]:
    """Give what is wrong with a cadence."""
    for date in cadence.dates:
        yield from without_zone(where, "a date of the cadence", date)
    if cadence.dates:
        return
    if wrong := zone.problem(cadence.zone):
        yield f"{where}: {wrong}"
    if not cadence.weekdays or not cadence.weekdays <= frozenset(range(7)):
        yield f"{where}: the cadence's weekdays are {sorted(cadence.weekdays)}.\nAllowed: some of 0 (Monday) to 6."
    yield from out_of_range(where, "the weeks of the cadence", cadence.every, 1)
