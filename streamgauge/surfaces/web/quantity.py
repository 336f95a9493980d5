"""Numbers of an answer in the words a person uses: "12.4 days", "10.5 %", "2.1 per month"."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SHARES = frozenset({"share", "ratio", "fraction", "proportion"})
PERCENTS = frozenset({"percent", "%"})
DAYS_PER_MONTH = 365.25 / 12
NOTHING = "no data"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a unit is shown: the value times `factor`, then `suffix`; `whole` drops the decimals of whole numbers."""

    factor: float
    suffix: str
    whole: bool = False


def scale(value: float, unit: str) -> Scale:
    """Return the scale in which `value`, in the answer's `unit`, reads best."""
    if unit == "hours":
        return _duration(abs(value))
    if unit in SHARES:
        return Scale(factor=100, suffix="%")
    if unit in PERCENTS:
        return Scale(factor=1, suffix="%")
    if _per_day(unit):
        return _rate(value)
    return Scale(factor=1, suffix=unit.replace("_", " "), whole=True)


def judgement(value: float, unit: str) -> str:
    """Return what one record says where the number is relative: yes or no to a share, nothing more to a rate."""
    return "–" if _per_day(unit) else "yes" if value else "no"


def _per_day(unit: str) -> bool:
    return unit.replace("_", " ").endswith(("per day", "/day", "/ day"))


def _duration(hours: float) -> Scale:
    if 0 < hours < 1 / 60:
        return Scale(factor=3600, suffix="s")
    if 0 < hours < 1:
        return Scale(factor=60, suffix="min")
    if hours < 48:
        return Scale(factor=1, suffix="h")
    return Scale(factor=1 / 24, suffix="days")


def _rate(per_day: float) -> Scale:
    if per_day >= 1:
        return Scale(factor=1, suffix="per day")
    if per_day * 7 >= 1:
        return Scale(factor=7, suffix="per week")
    if per_day * DAYS_PER_MONTH >= 1:
        return Scale(factor=DAYS_PER_MONTH, suffix="per month")
    return Scale(factor=365.25, suffix="per year")


def figure(value: float, shown_in: Scale) -> str:
    """Return the digits of `value` in that scale, with thousands marked: "5,494" or "12.4"."""
    scaled = value * shown_in.factor
    if not math.isfinite(scaled):
        return "∞"
    if shown_in.whole and float(scaled).is_integer():
        return f"{scaled:,.0f}"
    return digits(scaled)


def digits(value: float) -> str:
    """Return a number with about three digits that matter: 0.27, 5.13, 28.8, 433, 5,494."""
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.0995 else f"{value:.2g}"


def suffix(value: float, shown_in: Scale) -> str:
    """Return the unit's word, in the singular for exactly one."""
    if shown_in.whole and value == 1 and shown_in.suffix.endswith("s"):
        return shown_in.suffix[:-1]
    return shown_in.suffix


def amount(value: float | None, unit: str) -> str:
    """Return value and unit as a person says them; "no data" where there is no value, never 0."""
    if value is None:
        return NOTHING
    shown_in = scale(value, unit)
    return f"{figure(value, shown_in)} {suffix(value, shown_in)}".rstrip()


def interval(low: float | None, high: float | None, value: float | None, unit: str) -> str | None:
    """Return "9.1 to 15.8 days" in the scale of `value`, or nothing where no interval exists."""
    if value is None or (low is None and high is None):
        return None
    shown_in = scale(value, unit)
    if low is None or high is None:
        bound, word = (high, "up to") if low is None else (low, "at least")
        return f"{word} {figure(bound or 0, shown_in)} {shown_in.suffix}".rstrip()
    return f"{figure(low, shown_in)} to {figure(high, shown_in)} {shown_in.suffix}".rstrip()


def count(value: int, noun: str = "") -> str:
    """Return a count with thousands marked, and its noun in the right number: "1 release", "1,204 releases"."""
    if not noun:
        return f"{value:,}"
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def day(moment: datetime | None) -> str:
    """Return the UTC day, "12 Mar 2025"."""
    return f"{moment.day} {moment:%b %Y}" if moment else "–"


def last_day(until: datetime) -> str:
    """Return the last UTC day inside of a half-open span that ends at `until`."""
    return day(until - timedelta(microseconds=1))


def minute(moment: datetime | None) -> str:
    """Return the UTC minute, "2025-03-12 14:05"."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"


def month(bucket: str) -> str:
    """Return a bucket "2025-03" as "Mar 2025"."""
    year, number = bucket.split("-")
    return f"{date(int(year), int(number), 1):%b %Y}"


def parts(value: float, unit: str) -> tuple[str, str]:
    """Return digits and unit apart, so that the digits can be set larger."""
    shown_in = scale(value, unit)
    return figure(value, shown_in), suffix(value, shown_in)
