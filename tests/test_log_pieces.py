"""A log in monthly pieces tells what it tells as one file, in whatever order the pieces come and however often."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.imports import counts, csv, lake_at, rows, taken

HEADER = "case,{what},when,team"
READ = {
    "state": "SELECT id, item, field, value, former_value, happened_at, team, sequence FROM transitions ORDER BY id",
    "what": "SELECT id, item, value, happened_at, team, sequence FROM transitions ORDER BY id",
}
ITEMS = "SELECT id, status FROM items ORDER BY id"
Event = tuple[str, str, str, str]


def said(what: str) -> dict[str, Any]:
    return {"kind": "event-log", "columns": {"case": "case", "activity": what, "at": "when", "team": "team"}}


def pieces(folder: Path, log: list[Event], what: str) -> list[Path]:
    """Write the events of each month into a file of its own, those without any into none."""
    months = sorted({event[2][:7] for event in log})
    return [
        csv(folder / f"log-{month}.csv", [e for e in log if e[2].startswith(month)], HEADER.format(what=what))
        for month in months
    ]


events = st.tuples(st.sampled_from("AB"), st.sampled_from(["New", "Open", "Wait", "Done"]), st.sampled_from("xy"))


@pytest.mark.parametrize("what", ["state", "what"])
@settings(max_examples=8)
@given(steps=st.lists(st.tuples(events, st.integers(1, 40)), min_size=1, max_size=9), order=st.randoms())
def test_in_any_order_pieces_tell_what_the_whole_tells(
    tmp_path_factory: pytest.TempPathFactory, what: str, steps: list[Any], order: Any
) -> None:
    folder, hour, log = tmp_path_factory.mktemp("pieces"), 0, list[Event]()
    for (case, value, team), later in steps:
        hour += later * 24 + 1
        log.append((case, value, f"2025-{1 + hour // 720:02d}-{1 + hour % 720 // 24:02d} {hour % 24:02d}:00", team))
    log = [event for event in log if event[2] < "2025-13" and not event[2].startswith("2025-02-3")]
    log = [event for event in log if not event[2].startswith("2025-02-29")] or [("A", "New", "2025-01-01 00:00", "x")]
    whole, lake = lake_at(folder / "whole"), lake_at(folder / "lake")
    taken(whole, csv(folder / "log.csv", log, HEADER.format(what=what)), said=said(what))
    files = pieces(folder, log, what)
    again = [*order.sample(files, len(files)), *order.sample(files, order.randint(0, len(files)))]
    if what == "state":  # a piece that began with the state of one before has one more to tell when one comes between
        again += files[1:]
    for file in again:
        done = taken(lake, file, said=said(what))
    assert done.dataset == "log"
    assert rows(lake, READ[what]) == rows(whole, READ[what])
    assert rows(lake, ITEMS) == rows(whole, ITEMS)
    assert counts(taken(lake, again[-1], said=said(what)), "Transition")[:2] == (0, 0)


WORK = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "start": "from", "at": "to"}}


@settings(max_examples=6)
@given(
    steps=st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 900), st.integers(1, 1500)), min_size=1, max_size=8),
    order=st.randoms(),
)
def test_work_that_begins_in_one_piece_ends_in_another(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], order: Any
) -> None:
    """Pieces are cut by the start of work, which overlaps."""
    folder, began, log = tmp_path_factory.mktemp("work"), datetime(2025, 1, 1, tzinfo=UTC), list[Event]()
    for number, (case, later, lasts) in enumerate(steps):
        began += timedelta(hours=later)
        ends = began + timedelta(hours=lasts, minutes=number + 1)
        log.append((case, f"w{number % 3}", f"{began:%Y-%m-%d %H:%M}", f"{ends:%Y-%m-%d %H:%M}"))
    header, whole, lake = "case,what,from,to", lake_at(folder / "whole"), lake_at(folder / "lake")
    taken(whole, csv(folder / "log.csv", log, header), said=WORK)
    months = {event[2][:7] for event in log}
    files = [csv(folder / f"log-{m}.csv", [e for e in log if e[2].startswith(m)], header) for m in sorted(months)]
    for file in [*order.sample(files, len(files)), *order.sample(files, order.randint(0, len(files)))]:
        taken(lake, file, said=WORK)
    read = "SELECT id, item, value, lifecycle, happened_at, sequence FROM transitions ORDER BY id"
    assert rows(lake, read) == rows(whole, read)
    assert rows(lake, ITEMS) == rows(whole, ITEMS)


def test_months_of_a_zone_of_their_own_lose_nothing(tmp_path: Path) -> None:
    """The pieces are cut at midnight of a zone far from UTC, which only the times tell."""
    header = HEADER.format(what="what")
    january = [("A", "New", "2025-01-10T00:00+13:00", "x"), ("A", "Open", "2025-01-31T23:00+13:00", "x")]
    february = [("A", "Work", "2025-02-01T01:00+13:00", "x"), ("A", "Done", "2025-02-20T00:00+13:00", "x")]
    for place, order in (("one", (january, february)), ("two", (february, january, february))):
        lake = lake_at(tmp_path / place)
        for log in order:
            taken(lake, csv(tmp_path / f"log-{log[0][2][:7]}.csv", log, header), said=said("what"))
        told = rows(lake, "SELECT id, value FROM transitions ORDER BY happened_at")
        assert told == [("A#1", "New"), ("A#2", "Open"), ("A#3", "Work"), ("A#4", "Done")]


@pytest.mark.parametrize("names", [("2025-02", "2025-03"), ("2024-12", "2025-01"), ("2010-11", "2011-12")])
def test_names_that_are_not_of_the_time_of_their_events_lose_none(tmp_path: Path, names: tuple[str, str]) -> None:
    """They may be of the next month, of the one before, or of a business year."""
    header = HEADER.format(what="what")
    logs = [[("A", "New", "2025-01-10", "x"), ("A", "Open", "2025-01-31", "x")], [("A", "Done", "2025-02-10", "x")]]
    for place, order in (("one", (0, 1)), ("two", (1, 0, 1))):
        lake = lake_at(tmp_path / place)
        for number in order:
            taken(lake, csv(tmp_path / f"log-{names[number]}.csv", logs[number], header), said=said("what"))
        assert rows(lake, "SELECT value FROM transitions ORDER BY happened_at") == [("New",), ("Open",), ("Done",)]


def test_changes_of_team_of_another_piece_stay(tmp_path: Path) -> None:
    lake, header = lake_at(tmp_path / "lake"), HEADER.format(what="state")
    january = [("A", "New", "2025-01-05T10:00+01:00", "x")]
    february = [("A", "Open", f"2025-02-01T00:{n}0+01:00", team) for n, team in ((1, "x"), (2, "y"))]
    for log in (january, february, january):
        taken(lake, csv(tmp_path / f"log-{log[0][2][:7]}.csv", log, header), said=said("state"))
    assert rows(lake, "SELECT value, former_value FROM transitions WHERE field = 'team'") == [("y", "x")]


def test_a_corrected_piece_changes_its_own_time_alone(tmp_path: Path) -> None:
    lake, header = lake_at(tmp_path / "lake"), HEADER.format(what="what")
    january = [("A", "New", "2025-01-03", "x"), ("A", "Open", "2025-01-20", "x"), ("B", "New", "2025-01-25", "x")]
    february = [("A", "Work", "2025-02-03", "x"), ("A", "Done", "2025-02-20", "x"), ("B", "Done", "2025-02-21", "x")]
    for month, log in (("01", january), ("02", february)):
        taken(lake, csv(tmp_path / f"log-2025-{month}.csv", log, header), said=said("what"))
    told = "SELECT id, value FROM transitions WHERE item = 'A' ORDER BY happened_at, sequence"
    values = ["New", "Look", "Open", "Again", "Work", "Done"]
    more = [*january[:1], ("A", "Look", "2025-01-04", "x"), january[1], ("A", "Again", "2025-01-21", "x"), january[2]]
    done = taken(lake, csv(tmp_path / "log-2025-01.csv", more, header), said=said("what"))
    assert rows(lake, told) == [(f"A#{n}", value) for n, value in enumerate(values, 1)]
    assert "2 cases go on in what is there already." in done.notes
    less = [("C", "New", "2025-01-01", "x"), january[1], ("C", "Open", "2025-01-31", "x")]
    done = taken(lake, csv(tmp_path / "log-2025-01.csv", less, header), said=said("what"))
    assert [value for _, value in rows(lake, told)] == ["Open", "Work", "Done"]
    assert counts(done, "Transition")[3] == 3
    assert rows(lake, "SELECT id, status FROM items ORDER BY id") == [("A", "Done"), ("B", "Done"), ("C", "Open")]


def test_a_whole_log_without_a_date_in_its_name_still_corrects_all_of_a_case(tmp_path: Path) -> None:
    lake, header = lake_at(tmp_path / "lake"), HEADER.format(what="what")
    log = [("A", "New", "2025-01-03 10:00", "x"), ("A", "Done", "2025-02-20 10:00", "x")]
    taken(lake, csv(tmp_path / "log.csv", log, header), said=said("what"))
    earlier = [(case, value, at.replace("10:00", "08:00"), team) for case, value, at, team in log]
    taken(lake, csv(tmp_path / "log.csv", earlier, header), said=said("what"))
    assert rows(lake, "SELECT id, hour(happened_at) FROM transitions ORDER BY id") == [("A#1", 8), ("A#2", 8)]


def test_a_piece_named_by_its_day_loses_nothing_of_what_came_before_it(tmp_path: Path) -> None:
    """The middle one of three weekly pieces comes again, and a corrected one takes back what it no longer tells."""
    lake, header = lake_at(tmp_path / "lake"), HEADER.format(what="what")
    log = [("A", f"s{day}", f"2025-01-{day:02d}", "x") for day in (2, 5, 9, 11, 12, 16)]
    weeks = {last: [event for event in log if last - 7 < int(event[2][-2:]) <= last] for last in (7, 14, 21)}
    read = "SELECT value FROM transitions ORDER BY happened_at, sequence"
    for last in (7, 14, 21, 14):
        taken(lake, csv(tmp_path / f"log-2025-01-{last:02d}.csv", weeks[last], header), said=said("what"))
    assert rows(lake, read) == [("s2",), ("s5",), ("s9",), ("s11",), ("s12",), ("s16",)]
    taken(lake, csv(tmp_path / "log-2025-01-14.csv", weeks[14][::2], header), said=said("what"))
    assert rows(lake, read) == [("s2",), ("s5",), ("s9",), ("s12",), ("s16",)]


def test_work_with_a_start_may_change_its_team_from_piece_to_piece(tmp_path: Path) -> None:
    plan = {"kind": "event-log", "columns": {"case": "case", "activity": "state", "start": "from", "at": "to"}}
    plan["columns"] |= {"team": "team"}
    log = [
        ("A", "New", "2025-01-10 08:00", "2025-01-10 10:00", "x"),
        ("A", "Open", "2025-01-20 08:00", "2025-02-01 10:00", "y"),
        ("A", "Done", "2025-02-20 08:00", "2025-02-20 10:00", "z"),
    ]
    header, whole = "case,state,from,to,team", lake_at(tmp_path / "whole")
    taken(whole, csv(tmp_path / "log.csv", log, header), said=plan)
    read = "SELECT id, field, value, lifecycle, happened_at FROM transitions WHERE field = 'status' ORDER BY id"
    for place, order in (("one", (0, 2)), ("two", (2, 0, 2))):
        lake = lake_at(tmp_path / place)
        for first in order:
            piece = [event for event in log if event[2][:7] == log[first][2][:7]]
            taken(lake, csv(tmp_path / f"log-{piece[0][2][:7]}.csv", piece, header), said=plan)
        assert rows(lake, read) == rows(whole, read)
