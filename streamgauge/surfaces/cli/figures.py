"""Values as people read them: a unit that fits the size, three digits, thousands apart."""

from dataclasses import dataclass
from datetime import UTC, datetime

HOURS_A_DAY = 24.0
DAYS_A_YEAR = 365.2425
SHARES = ("share", "ratio", "fraction")
NO_VALUE = "no data"


@dataclass(frozen=True)
class Scale:
    """How values of one measure are shown: multiplied by `times`, followed by `suffix`."""

    times: float
    suffix: str
    whole: bool = False

    def text(self, value: float | None) -> str:
        """Return one value with its unit; "no data" for null, never 0."""
        return NO_VALUE if value is None else f"{self._number(value)}{self.suffix}"

    def brief(self, value: float | None) -> str:
        """Return one value for a narrow column, where the measure's name says what is counted."""
        return self.text(value).removesuffix(self.suffix) if self.whole else self.text(value)

    def span(self, low: float | None, high: float | None) -> str:
        """Return an interval without its unit; empty where neither end is known, open where one is not."""
        if low is None and high is None:
            return ""
        if high is None or low is None:
            return f"≥ {self._number(low)}" if low is not None else f"≤ {self._number(high or 0.0)}"
        return f"{self._number(low)}–{self._number(high)}"

    def _number(self, value: float) -> str:
        scaled = value * self.times
        return f"{scaled:,.0f}" if self.whole and scaled == round(scaled) else digits(scaled)


def digits(value: float) -> str:
    """Return a number with about three digits that matter: 0.27, 5.13, 28.8, 433, 5,494."""
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.0995:
        return f"{value:.2f}"
    return f"{value:.2g}" if value else "0"


def days(hours: float) -> str:
    """Return hours as days, with three digits behind the point."""
    return f"{hours / HOURS_A_DAY:,.3f}"


def count(number: int) -> str:
    """Return a count with thousands apart."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return "1 change" or "12 changes"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def scale(unit: str, value: float | None) -> Scale:
    """Return the scale that suits `value` in `unit`; an unknown unit is shown as it stands."""
    if unit == "hours":
        return _of_hours(abs(value or 0.0))
    if unit in SHARES:
        return Scale(100.0, " %")
    if unit.endswith(("/day", "per day")):
        return _of_rate(abs(value or 0.0))
    return Scale(1.0, f" {unit}" if unit else "", whole=True)


def day(moment: datetime | None) -> str:
    """Return the UTC day of a moment."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d")


def minute(moment: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def size(octets: int) -> str:
    """Return a number of bytes in a unit that fits."""
    amount, units = float(octets), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{octets} B" if units[0] == "B" else f"{digits(amount)} {units[0]}"


def _of_hours(hours: float) -> Scale:
    if hours < 1:
        return Scale(60.0, " min")
    return Scale(1.0, " h") if hours < 2 * HOURS_A_DAY else Scale(1 / HOURS_A_DAY, " d")


def _of_rate(per_day: float) -> Scale:
    """Choose the span in which about one to a hundred fall."""
    for days, word in ((1.0, "day"), (7.0, "week"), (DAYS_A_YEAR / 12, "month")):
        if per_day * days >= 1:
            return Scale(days, f"/{word}")
    return Scale(DAYS_A_YEAR, "/year")
