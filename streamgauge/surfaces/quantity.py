"""Numbers of an answer in a size that a person reads: which unit fits, and which digits matter."""

import math
from dataclasses import dataclass

SHARES = frozenset({"share", "ratio", "fraction", "proportion"})
PERCENTS = frozenset({"percent", "%"})
HOURS_A_DAY = 24.0
DAYS_A_YEAR = 365.25
"""A month is a twelfth of it, 30.4375 days (definitions 1.7)."""
NOTHING = "no data"
_NO_TIME = 1e-3 / 3600
"""A millisecond: what began last of all is asked about just after, and its age is shown as none."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a unit is shown: the value times `times`, then its word, `short` or `long`; `whole` numbers stay whole."""

    times: float
    short: str
    long: str
    whole: bool = False

    def figure(self, value: float) -> str:
        """Return the digits of `value` in this scale, with thousands marked: "5,494" or "12.4"."""
        scaled = value * self.times + 0.0  # what is nothing has no sign
        return f"{scaled:,.0f}" if self.whole and float(scaled).is_integer() else digits(scaled)

    def word(self, value: float) -> str:
        """Return the long word of the unit, in the singular for exactly one."""
        return of_one(self.long) if self.whole and value == 1 else self.long


def scale(unit: str, value: float | None) -> Scale:
    """Return the scale in which `value`, in the answer's `unit`, reads best; an unknown unit is shown as it stands."""
    size = abs(value or 0.0)
    if unit == "hours":
        return _of_hours(size)
    if unit in SHARES:
        return Scale(times=100, short="%", long="%")
    if unit in PERCENTS:
        return Scale(times=1, short="%", long="%")
    if is_rate(unit):
        return _of_rate(size)
    words = unit.replace("_", " ")
    return Scale(times=1, short=words, long=words, whole=True)


def of_one(word: str) -> str:
    """Return what counts things in the singular: "item" of "items"."""
    return word.removesuffix("s")


def is_rate(unit: str) -> bool:
    """Return whether the unit counts something a day."""
    return unit.replace("_", " ").endswith(("per day", "/day", "/ day"))


def digits(value: float) -> str:
    """Return a number with about three digits that matter: 0.27, 5.13, 28.8, 433, 5,494; next to nothing is <0.001."""
    size = abs(value)
    if not math.isfinite(size):
        return "∞"
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.0995:
        return f"{value:.2f}"
    if 0 < size < 0.001:
        return "<0.001" if value > 0 else ">-0.001"
    return f"{value:.2g}" if value else "0"


def _of_hours(hours: float) -> Scale:
    if hours < _NO_TIME:
        return Scale(times=0, short="h", long="h", whole=True)
    if 0 < hours < 1 / 60:
        return Scale(times=3600, short="s", long="s")
    if 0 < hours < 1:
        return Scale(times=60, short="min", long="min")
    if hours < 2 * HOURS_A_DAY:
        return Scale(times=1, short="h", long="h")
    return Scale(times=1 / HOURS_A_DAY, short="d", long="days")


def _of_rate(per_day: float) -> Scale:
    """Choose the span in which about one to a hundred fall."""
    for days, word in ((1.0, "day"), (7.0, "week"), (DAYS_A_YEAR / 12, "month")):
        if per_day * days >= 1:
            return Scale(times=days, short=f"/{word}", long=f"per {word}")
    return Scale(times=DAYS_A_YEAR, short="/year", long="per year")
