"""Working time and instants agree with a calendar that is walked day by day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.forecasts import dates, simulate
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.kernel.hours import later, opening, worked
from streamgauge.forecasts.memory import Draft
from streamgauge.forecasts.model import Cadence, Calendar, Duration, Item, Stage, Team
from tests.forecasts.models import HOUR, single

BERLIN = ZoneInfo("Europe/Berlin")


def done_at(start: datetime, work: float, calendar: Calendar | None, *, elapsed: bool = False) -> datetime:
    """Return when one item is done that is there at an instant and needs so many hours of one person."""
    stage = Stage(name="do", team="team", work=Duration.fixed(work, elapsed=elapsed))
    known = (Item(name="it", stream="stream", kind="feature", arrives=start),)
    model = single(stage, teams=(Team(name="team", people=1, calendar=calendar),), items=known)
    zero = start.astimezone(UTC) - timedelta(days=3)
    model = type(model)(**{**vars(model), "start": zero, "until": zero + timedelta(weeks=6)})
    return zero + timedelta(seconds=int(simulate(model, seed=0).column("items", "finished")[0]))


def test_elapsed_work_over_a_change_of_the_clock_takes_its_real_hours() -> None:
    """Berlin, 28 March 09:00 to 30 March 09:00 local are 47 hours (definitions T0.1)."""
    start = datetime(2026, 3, 28, 9, tzinfo=BERLIN)
    assert done_at(start, 47, None, elapsed=True) == datetime(2026, 3, 30, 9, tzinfo=BERLIN)


def test_working_hours_leave_out_the_weekend() -> None:
    """Monday to Friday 9 to 17: from Friday 16:00, two hours of work end on Monday at 10:00 (definitions T0.2)."""
    assert done_at(datetime(2026, 1, 9, 16, tzinfo=UTC), 2, Calendar()) == datetime(2026, 1, 12, 10, tzinfo=UTC)


def test_a_team_opens_at_its_local_hour_before_and_after_a_change_of_the_clock() -> None:
    calendar = Calendar(zone="Europe/Berlin")
    assert done_at(datetime(2026, 3, 27, 16, tzinfo=BERLIN), 2, calendar) == datetime(2026, 3, 30, 10, tzinfo=BERLIN)
    assert done_at(datetime(2026, 3, 26, 20, tzinfo=UTC), 1, calendar) == datetime(2026, 3, 27, 9, tzinfo=UTC)
    assert done_at(datetime(2026, 3, 29, 20, tzinfo=UTC), 1, calendar) == datetime(2026, 3, 30, 8, tzinfo=UTC)


def test_nothing_is_done_on_a_holiday() -> None:
    calendar = Calendar(holidays=frozenset({date(2026, 1, 12), date(2026, 1, 13)}))
    assert done_at(datetime(2026, 1, 9, 16, tzinfo=UTC), 2, calendar) == datetime(2026, 1, 14, 10, tzinfo=UTC)


def test_work_that_ends_as_the_team_closes_ends_then_and_not_as_it_opens_again() -> None:
    assert done_at(datetime(2026, 1, 9, 16, tzinfo=UTC), 1, Calendar()) == datetime(2026, 1, 9, 17, tzinfo=UTC)


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]),
    opens=st.integers(0, 12),
    length=st.integers(1, 11),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    instant=st.integers(0, 40 * 86_400),
    work=st.integers(0, 60 * HOUR),
)
def test_instants_and_working_time_are_those_of_the_calendar(
    zone: str, opens: int, length: int, weekdays: set[int], instant: int, work: int
) -> None:
    calendar = Calendar(zone=zone, opens=time(opens), closes=time(opens + length), weekdays=frozenset(weekdays))
    start = datetime(2026, 2, 20, 7, tzinfo=UTC)
    draft = Draft(start, start + timedelta(days=400))
    address = draft.calendar(calendar)
    memory, _ = draft.finished()
    moment = start + timedelta(seconds=instant)
    assert worked(memory, address, instant) == calendar.between(start, moment).total_seconds()
    end = later(memory, address, instant, work)
    if end < at.NEVER:
        assert calendar.between(moment, start + timedelta(seconds=int(end))).total_seconds() == work
        assert (
            work == 0 or calendar.between(moment, start + timedelta(seconds=int(end) - 1)).total_seconds() == work - 1
        )
    opened = opening(memory, address, instant)
    assert calendar.between(moment, start + timedelta(seconds=int(opened))) == timedelta(0)
    assert calendar.between(moment, start + timedelta(seconds=int(opened) + 1)) == timedelta(seconds=1)


def test_a_calendar_that_ends_before_the_work_does_gives_never() -> None:
    draft = Draft(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 12, tzinfo=UTC))
    address = draft.calendar(Calendar())
    memory, _ = draft.finished()
    assert later(memory, address, 0, 500 * HOUR) == at.NEVER
    assert opening(np.asarray(memory), address, 60 * 86_400) == at.NEVER


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (Cadence(weekdays=frozenset({1, 3}), at=time(0)), [1, 3, 8, 10, 15, 17, 22, 24]),
        (Cadence(weekdays=frozenset({0}), at=time(0), every=2), [0, 14]),  # 105,660 weeks after the first
        (Cadence(weekdays=frozenset({0}), at=time(0), every=2, offset=1), [7, 21]),
        (Cadence(weekdays=frozenset({4}), at=time(0), leaves_out=frozenset({date(2026, 1, 16)})), [4, 18, 25]),
        (Cadence(dates=(datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC))), [2, 15]),
    ],
)
def test_a_cadence_comes_back_on_its_days(cadence: Cadence, days: list[int]) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    assert [d / 86_400 for d in dates.dates(cadence, start=start, until=start + timedelta(weeks=4))] == days


def test_a_cadence_keeps_its_local_hour_when_the_clock_changes() -> None:
    cadence = Cadence(weekdays=frozenset({0}), at=time(10), zone="Europe/Berlin")
    start = datetime(2026, 3, 22, tzinfo=UTC)
    found = [start + timedelta(seconds=s) for s in dates.dates(cadence, start=start, until=start + timedelta(weeks=2))]
    assert [moment.hour for moment in found] == [9, 8]
