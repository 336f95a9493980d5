"""Working time is the minutes in which the team that had the item was at work, whatever its zone and its clock does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Calendar, Company, Team
from streamgauge.company.clock import WorkingTime
from tests.facts.kept import folder
from tests.facts.test_flow import computed
from tests.kit.board import day, item, transitions, write

STEP = timedelta(minutes=15)
FIRST = datetime(2026, 3, 24, tzinfo=UTC)
ZONES = {"Tide": "Europe/Berlin", "Crane": "America/New_York", "Moss": "Australia/Adelaide"}
COMPANY = Company(
    zone="Europe/Berlin",
    calendar=Calendar(holidays=(date(2026, 3, 31),)),
    teams=(
        Team(name="crane", calendar=Calendar(zone="America/New_York", opens=time(8, 30), closes=time(12))),
        Team(
            name="Moss",
            calendar=Calendar(zone="Australia/Adelaide", opens=time(), weekdays=("sat", "sun", "mon", "tue")),
        ),
    ),
)


def counted(hours: WorkingTime, start: datetime, end: datetime) -> float:
    """Return the working hours by looking at the wall clock every quarter of an hour."""
    zone, worked = ZoneInfo(hours.zone), 0
    while start < end:
        local = start.astimezone(zone)
        is_day = local.weekday() in hours.weekdays and local.date() not in hours.holidays
        worked += is_day and hours.opens <= local.time() < hours.closes
        start += STEP
    return worked / 4


def stays(rows: list[dict[str, Any]]) -> Iterator[tuple[str, int, datetime, datetime, str]]:
    for row in rows:
        if row["left_at"] is not None:
            yield row["item"], row["ordinal"], row["entered_at"], row["left_at"], row["team"]


STEPS = st.lists(st.tuples(st.sampled_from(["To Do", "In Progress", "Testing"]), st.integers(0, 1400)), max_size=5)


@settings(max_examples=2, deadline=None)
@given(ways=st.dictionaries(st.sampled_from(["Tide", "Crane", "Moss"]), STEPS, min_size=3))
def test_working_time_is_what_the_wall_clock_shows(ways: dict[str, list[tuple[str, int]]]) -> None:
    """In three zones of which two change their clocks in these weeks, each stay has the hours that were worked."""
    moves, items = [], []
    for team, steps in ways.items():
        told = [(status, FIRST + quarter * STEP) for status, quarter in sorted(steps, key=lambda step: step[1])]
        rows = transitions(team, [(status, 0) for status, _ in told])
        moves += [row | {"happened_at": at} for row, (_, at) in zip(rows, told, strict=True)]
        items.append(item(team, team=team, created_at=FIRST))
    with folder() as place:
        found = computed(write(place / "lake", moves, items), COMPANY)
    worked = {(row["item"], row["ordinal"]): row["working_hours"] for row in found["working"]}
    expected = {}
    for name, ordinal, entered, left, team in stays(found["visits"]):
        hours = COMPANY.hours_of(team)
        assert hours is not None
        expected[name, ordinal] = counted(hours, entered, left)
    assert worked == pytest.approx(expected)


def test_work_that_is_handed_on_within_a_status_counts_by_the_calendar_of_each_team() -> None:
    """Six days in one status: three with Tide in Berlin, two with crane in New York, and one with Tide again."""
    moves = transitions("A", [("In Progress", 1), ("Done", 7)])
    turns = [("Crane", "Tide", 4), ("Tide", "Crane", 6)]
    moves += [
        row | {"id": f"A-{at}", "former_value": former}
        for team, former, at in turns
        for row in transitions("A", [(team, at)], field="team")
    ]
    moves += transitions("B", [("In Progress", 1), ("Done", 7)])
    moves += [row | {"former_value": "Tide"} for row in transitions("B", [("Nobody", 3)], field="team")]
    with folder() as place:
        lake = write(place / "lake", moves, [item("A", team="Tide"), item("B", team="Nobody")])
        found = computed(lake, COMPANY)
        alone = computed(lake, Company(zone="Europe/Berlin", teams=(Team(name="Tide", calendar=Calendar()),)))
    tide, crane = COMPANY.hours_of("Tide"), COMPANY.hours_of("Crane")
    assert tide is not None
    assert crane is not None
    spans = [(tide, 1, 4), (crane, 4, 6), (tide, 6, 7)]
    expected = sum(counted(hours, day(since), day(until)) for hours, since, until in spans)
    (row,) = (row for row in found["working"] if row["item"] == "A")
    assert row["working_hours"] == pytest.approx(expected)
    assert expected != pytest.approx(counted(tide, day(1), day(7)))
    assert row["entered_at"] == day(1)
    assert not alone["working"]


def test_without_a_calendar_there_is_no_working_time() -> None:
    company = Company(teams=(Team(name="Tide", calendar=Calendar()),))
    with folder() as place:
        moves = transitions("A", [("To Do", 0), ("Done", 2)], team="Tide") + transitions(
            "B", [("To Do", 0), ("Done", 2)]
        )
        found = computed(write(place / "lake", moves), company)
        assert [row["item"] for row in found["working"]] == ["A"]
        assert computed(write(place / "other", moves), Company())["working"] == []


def test_work_that_is_over_at_once_takes_no_working_time_and_counts(tmp_path: Path) -> None:
    """As where a tool tells only the day, or an incident is taken up and resolved in one step."""
    ways = {"A": [("In Progress", 2), ("Done", 2)], "B": [("In Progress", 2), ("Done", 3)]}
    company = Company(teams=(Team(name="Tide", calendar=Calendar(opens=time(9), closes=time(17), zone="UTC")),))
    moves = [row for name, steps in ways.items() for row in transitions(name, steps, team="Tide")]
    moves += transitions("C", ways["A"], team="Moss")
    answer = report(write(tmp_path / "lake", moves), FlowRequest(company=company), now=day(40))
    found = {one.metric: one for one in answer.measures}
    assert (found["flow_time"].n, found["flow_time"].value) == (3, 0)
    assert (found["flow_time_working"].n, found["flow_time_working"].value) == (2, 4)
    assert (found["cycle_time_working"].n, found["cycle_time_working"].value) == (2, 4)
