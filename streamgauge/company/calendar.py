"""When teams work: hours, weekdays, zone and holidays, for the clock of working time beside the elapsed one."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company.clock import WorkingTime
from streamgauge.company.law import STRICT, Law
from streamgauge.company.zone import problem as zone_problem

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Zone = Annotated[str, Law(broken=zone_problem)]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The hours that are worked, the same on every working day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    zone: Zone | None = None
    """The IANA time zone of the hours; without one, that of the company."""
    opens: time = time(9)
    """When a working day begins, such as `'09:00'`."""
    closes: time = time(17)
    """When it ends; later on the same day."""
    weekdays: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    """The days of the week that are worked."""
    holidays: tuple[date, ...] = ()
    """Days on which nobody works, such as 2026-05-01."""

    def hours(self, zone: str) -> WorkingTime:
        """Return the working time, in `zone` where the calendar names none."""
        return WorkingTime(
            zone=self.zone or zone,
            opens=self.opens,
            closes=self.closes,
            weekdays=frozenset(_DAYS.index(day) for day in self.weekdays),
            holidays=frozenset(self.holidays),
        )
