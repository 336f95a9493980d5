"""Events in their order, with their teams, their states and their start, whatever form the log has."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.value_stream import stream_map
from streamgauge.records.lifecycle import MARKS, PLAIN, WORDS
from streamgauge.sources.files import lifecycles
from tests.kit.imports import counts, csv, lake_at, looked, made, rows, taken

STATES = {"kind": "event-log", "columns": {"case": "case", "activity": "state", "at": "when", "team": "team"}}
TEAMS = "SELECT id, item, value, former_value, happened_at FROM transitions WHERE field = 'team' ORDER BY happened_at"


def told(one: Any, *fields: str) -> list[tuple[Any, ...]]:
    """Return fields of the transitions, in the order in which facts take them."""
    found = sorted(made(one, "Transition"), key=lambda t: (t["item"], t["happened_at"], t["sequence"] or 0, t["id"]))
    return [tuple(row.get(name) for name in fields) for row in found]


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2025, 1, number, hour, tzinfo=UTC)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 3)), min_size=1, max_size=20))
def test_a_file_from_new_to_old_says_what_it_says_from_old_to_new(tmp_path_factory: Any, found: Any) -> None:
    """With whole days many events are at one time: then the order of the file is all that tells which came first."""
    place = tmp_path_factory.mktemp("log")
    days = sorted(found, key=lambda one: one[1])
    table = [("Z", "first", "2025-01-01"), *((case, f"s{n}", f"2025-01-0{d}") for n, (case, d) in enumerate(days))]
    table += [("Z", "last", "2025-01-09")]
    forth, back = csv(place / "forth.csv", table), csv(place / "back.csv", table[::-1])
    expected = sorted((case, what) for case, what, _ in table)
    in_file = {case: [what for one, what, _ in table if one == case] for case in "ABZ"}
    for file in (forth, back):
        events = told(looked(file), "item", "value")
        assert sorted(events) == expected
        for case, group in groupby(events, key=lambda one: one[0]):
            assert [what for _, what in group] == in_file[case], file


def test_a_file_in_no_order_says_that_its_ties_are_open(tmp_path: Path) -> None:
    table = [("A", f"s{n}", f"2025-01-{d:02d}") for n, d in enumerate((5, 2, 9, 2, 7, 1, 8))]
    (one,) = looked(csv(tmp_path / "log.csv", table)).tables
    assert any("1 events happened at the time of another" in note for note in one.notes)


def test_the_sequence_of_the_tool_goes_before_the_order_of_the_file(tmp_path: Path) -> None:
    table = [("A", "c", "2025-01-01", 3), ("A", "a", "2025-01-01", 1), ("A", "b", "2025-01-01", 2)]
    said = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "at": "when", "sequence": "nth"}}
    one = looked(csv(tmp_path / "log.csv", [*table, ("A", "d", "2025-01-02", 1)], "case,what,when,nth"), said=said)
    assert told(one, "id", "value") == [("A#1", "a"), ("A#2", "b"), ("A#3", "c"), ("A#4", "d")]


def test_a_guessed_sequence_that_falls_with_time_is_none(tmp_path: Path) -> None:
    table = [("A", f"s{n}", f"2025-01-{n + 1:02d}", 9 - n) for n in range(8)] + [("A", "x", "2025-01-08", 9)]
    one = looked(csv(tmp_path / "log.csv", table, "case,what,when,position"))
    assert [value for (value,) in told(one, "value")] == [*(f"s{n}" for n in range(8)), "x"]
    assert any("'position' does not go on with time" in note for note in one.tables[0].notes)


EVENTS = "SELECT id, item, value, team, happened_at FROM transitions WHERE field = 'status' ORDER BY id"
AUDIT = [
    ("A", "Open", "2025-01-01", "desk"),
    ("A", "Open", "2025-01-02", "network"),
    ("A", "Open", "2025-01-03", ""),
    ("A", "Open", "2025-01-04", "network"),
    ("A", "Fixed", "2025-01-05", "desk"),
    ("B", "Open", "2025-01-06", ""),
    ("B", "Open", "2025-01-07", "desk"),
    ("B", "Open", "2025-01-07", "network"),
    ("B", "Open", "2025-01-07", "desk"),
]


def test_a_change_of_team_within_a_state_is_an_event_of_its_own(tmp_path: Path) -> None:
    lake, file = lake_at(tmp_path / "lake"), csv(tmp_path / "log.csv", AUDIT, "case,state,when,team")
    done = taken(lake, file, said=STATES)
    assert counts(done, "Transition") == (7, 0, 0, 0)
    sql = "SELECT item, value, team, happened_at FROM transitions WHERE field = 'status' ORDER BY happened_at"
    opened = [("A", "Open", "desk", day(1)), ("A", "Fixed", "desk", day(5)), ("B", "Open", None, day(6))]
    assert rows(lake, sql) == opened
    found = rows(lake, TEAMS + ", length(id)")
    assert [one[1:] for one in found] == [
        *[("A", "network", "desk", day(2)), ("A", "desk", "network", day(5))],
        *[("B", "network", "desk", day(7)), ("B", "desk", "network", day(7))],
    ]
    assert len({one[0] for one in found}) == 4
    assert counts(taken(lake, file, said=STATES), "Transition") == (0, 0, 7, 0)


def test_changes_of_team_follow_a_corrected_and_a_continued_export(tmp_path: Path) -> None:
    lake, header = lake_at(tmp_path / "lake"), "case,state,when,team"
    taken(lake, csv(tmp_path / "log.csv", AUDIT[:5], header), said=STATES)
    corrected = [one for one in AUDIT[:5] if one[3] != "network"]
    assert counts(taken(lake, csv(tmp_path / "log.csv", corrected, header), said=STATES), "Transition")[3] == 2
    assert rows(lake, TEAMS) == []
    later = [("A", "Fixed", "2025-02-01", "network"), ("A", "Closed", "2025-02-02", "desk")]
    taken(lake, csv(tmp_path / "log.csv", later, header), said=STATES)
    assert {one[2:4] for one in rows(lake, TEAMS)} == {("network", "desk"), ("desk", "network")}
    taken(lake, csv(tmp_path / "log.csv", AUDIT[:5], header), said=STATES)
    assert {one[2:4] for one in rows(lake, TEAMS)} == {("network", "desk"), ("desk", "network")}


def test_audits_in_several_exports_tell_what_they_tell_in_one(tmp_path: Path) -> None:
    """The first row of a later export mostly says again what its case is in, and maybe whose it is by now."""
    header = "case,state,when,team"
    states = ("New", "New", "Open", "Open", "Open", "Wait", "Wait", "Open", "Open", "Done")
    teams = ("desk", "desk", "desk", "desk", "network", "network", "desk", "desk", "desk", "network")
    audit = [
        (case, state, f"2025-01-{n + from_day:02d} 09:00", team)
        for case, from_day in (("A", 1), ("B", 5))
        for n, (state, team) in enumerate(zip(states, teams, strict=True))
    ]
    audit.append(("Z", "New", "2024-12-01 09:00", "desk"))
    whole = lake_at(tmp_path / "whole")
    taken(whole, csv(tmp_path / "log.csv", audit, header), said=STATES)
    wanted = (rows(whole, EVENTS), rows(whole, TEAMS))
    for n in range(2, 14):
        for overlap in (0, 2):
            lake = lake_at(tmp_path / f"{n}-{overlap}")
            former = [one for one in audit if one[2] < f"2025-01-{n + overlap:02d}"]
            later = [one for one in audit if one[2] >= f"2025-01-{n:02d}"]
            for part in (former, later, later):
                done = taken(lake, csv(tmp_path / "log.csv", part, header), said=STATES)
            assert (rows(lake, EVENTS), rows(lake, TEAMS)) == wanted, (n, overlap)
            assert counts(done, "Transition")[:2] == (0, 0)


def test_rows_that_repeat_a_state_are_counted_with_those_that_tell_of_it(tmp_path: Path) -> None:
    states = ("New", "Odd", "Odd", "Odd", "Wait", "Odd", "Odd", "Done")
    audit = [(case, state, f"2025-01-{n + 1:02d} 09:00", "desk") for case in "AB" for n, state in enumerate(states)]
    audit.append(("C", "Odd", "2025-01-01 09:00", "desk"))
    lake, file = lake_at(tmp_path / "lake"), csv(tmp_path / "log.csv", audit, "case,state,when,team")
    for _ in range(2):
        taken(lake, file, said=STATES)
        unmapped = report(lake, FlowRequest()).data_quality.unmapped
        assert [(one.status, one.rows) for one in unmapped] == [("Odd", sum(one[1] == "Odd" for one in audit))]
        repeated = rows(lake, "SELECT value, repeats, count(*) FROM transitions WHERE repeats IS NOT NULL GROUP BY ALL")
        assert sorted(repeated) == [("Odd", 1, 2), ("Odd", 2, 2)]


def test_several_cases_go_on_with_their_changes_of_team(tmp_path: Path) -> None:
    lake, header = lake_at(tmp_path / "lake"), "case,state,when,team"
    first = [(case, state, f"2025-01-0{n}", "desk") for case in "AB" for n, state in ((1, "New"), (2, "Open"))]
    later = [
        (case, state, f"2025-02-0{n}", team)
        for case in "AB"
        for n, state, team in ((1, "Work", "desk"), (2, "Work", "network"), (3, "Done", "network"))
    ]
    taken(lake, csv(tmp_path / "log.csv", first, header), said=STATES)
    taken(lake, csv(tmp_path / "log.csv", later, header), said=STATES)
    change = ("network", "desk", datetime(2025, 2, 2, tzinfo=UTC))
    assert sorted(one[1:] for one in rows(lake, TEAMS)) == [("A", *change), ("B", *change)]
    corrected = [one if one[0] == "A" else (*one[:3], "desk") for one in later]
    taken(lake, csv(tmp_path / "log.csv", corrected, header), said=STATES)
    assert [one[1:] for one in rows(lake, TEAMS)] == [("A", *change)]
    events = "SELECT item, value FROM transitions WHERE field = 'status' ORDER BY item, happened_at"
    assert [one[1] for one in rows(lake, events)] == ["New", "Open", "Work", "Done"] * 2


LIVES = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "at": "when", "lifecycle": "life"}}


@pytest.mark.parametrize(
    ("lives", "values", "marks"),
    [
        (("start", "COMPLETE", "Suspend", ""), ("w", "w", "w", "w"), ("start", "COMPLETE", "Suspend", None)),
        (
            ("In Progress", "Wait - User", "Closed", ""),
            ("w/In Progress", "w/Wait - User", "w/Closed", "w"),
            (None,) * 4,
        ),
        (("Assigned", "Closed", "Completed", "x"), ("w/Assigned", "w/Closed", "w/Completed", "w/x"), (None,) * 4),
        (("started", "completed", "finished", "begin"), ("w",) * 4, ("started", "completed", "finished", "begin")),
    ],
)
def test_only_what_is_no_mark_of_the_standard_is_part_of_the_status(
    tmp_path: Path, lives: tuple[str, ...], values: tuple[str, ...], marks: tuple[str | None, ...]
) -> None:
    table = [("A", "w", f"2025-01-0{n}", life) for n, life in enumerate(lives, 1)]
    one = looked(csv(tmp_path / "log.csv", table, "case,what,when,life"), said=LIVES)
    assert told(one, "value", "lifecycle") == list(zip(values, marks, strict=True))
    assert any("names states" in note for note in one.tables[0].notes) == (values != ("w",) * 4)


SPANS = "case:concept:name,concept:name,time:timestamp,start_timestamp"


def test_a_row_from_start_to_end_is_two_events(tmp_path: Path) -> None:
    table = [
        ("A", "w", "2025-01-01 12:00", "2025-01-01 09:00"),
        ("A", "v", "2025-01-01 15:00", "2025-01-01 10:00"),
        ("A", "u", "2025-01-02 12:00", ""),
        ("B", "w", "2025-01-03 12:00", "2025-01-03 12:00"),
    ]
    for name, lines in (("forth", table), ("back", table[::-1])):
        one = looked(csv(tmp_path / f"{name}.csv", lines, SPANS), said={})
        assert told(one, "item", "value", "lifecycle", "happened_at") == [
            *[("A", "w", "start", day(1, 9)), ("A", "v", "start", day(1, 10)), ("A", "w", "complete", day(1, 12))],
            *[("A", "v", "complete", day(1, 15)), ("A", "u", "complete", day(2, 12))],
            *[("B", "w", "start", day(3, 12)), ("B", "w", "complete", day(3, 12))],
        ]
        assert len({key for (key,) in told(one, "id")}) == 7


def test_work_that_has_begun_and_not_ended_is_a_start_alone(tmp_path: Path) -> None:
    table = [
        ("A", "w", "2025-01-01 12:00", "2025-01-01 09:00"),
        ("A", "v", "", "2025-01-01 15:00"),
        ("B", "w", "", "2025-01-02 09:00"),
        ("B", "v", "", ""),
    ]
    for name, lines in (("forth", table), ("back", table[::-1])):
        one = looked(csv(tmp_path / f"{name}.csv", lines, SPANS), said={})
        assert told(one, "item", "value", "lifecycle", "happened_at") == [
            *[("A", "w", "start", day(1, 9)), ("A", "w", "complete", day(1, 12)), ("A", "v", "start", day(1, 15))],
            ("B", "w", "start", day(2, 9)),
        ]
        assert one.rejected == 1
        assert any("has begun and not ended: 2 rows" in note for note in one.tables[0].notes)


def test_stays_in_a_state_count_from_their_start(tmp_path: Path) -> None:
    table = [
        *[("A", "To Do", "2025-01-01", "2025-01-02"), ("A", "Doing", "2025-01-02", "2025-01-05")],
        *[
            ("A", "Done", "2025-01-05", ""),
            ("B", "To Do", "2025-01-03", "2025-01-04"),
            ("B", "Doing", "2025-01-04", ""),
        ],
    ]
    for header in ("issue,status,start,end", "item,state,entered,left", "key,status,from,until"):
        one = looked(csv(tmp_path / "stays.csv", table, header), said={})
        assert told(one, "item", "value", "lifecycle", "happened_at") == [
            (item, status, None, day(int(start[-1]))) for item, status, start, _ in table
        ]
        assert one.rejected == 0


def test_work_steps_that_follow_each_other_at_once_stay_work(tmp_path: Path) -> None:
    table = [("A", "w", "2025-01-01", "2025-01-02"), ("A", "v", "2025-01-02", "2025-01-05")]
    one = looked(csv(tmp_path / "log.csv", table, "case,activity,start,end"), said={})
    assert told(one, "lifecycle") == [("start",), ("complete",), ("start",), ("complete",)]


def test_the_start_of_a_whole_case_is_no_start_of_its_rows(tmp_path: Path) -> None:
    table = [("A", f"s{n}", str(day(n).date()), "2025-01-01") for n in (2, 3, 4)]
    one = looked(csv(tmp_path / "log.csv", table, SPANS), said={})
    assert told(one, "lifecycle") == [(None,)] * 3
    assert any("'start_timestamp' is not read as the start" in note for note in one.tables[0].notes)


def test_a_start_that_was_asked_for_puts_aside_what_ends_before_it(tmp_path: Path) -> None:
    table = [("A", f"s{n}", day(n), day(n) - timedelta(hours=1)) for n in range(1, 10)] + [("A", "x", day(3), day(4))]
    columns = {"case": "case", "activity": "what", "at": "end", "start": "begin"}
    file = csv(tmp_path / "log.csv", table, "case,what,end,begin")
    one = looked(file, said={"kind": "event-log", "columns": columns})
    assert (len(made(one, "Transition")), one.rejected) == (18, 1)


def test_a_guessed_key_of_events_that_repeats_itself_is_none(tmp_path: Path) -> None:
    table = [("A", f"s{n}", str(day(n).date()), "same") for n in (1, 2, 3)]
    one = looked(csv(tmp_path / "log.csv", table, "case,what,when,event id"))
    assert (len(made(one, "Transition")), one.rejected) == (3, 0)
    assert any("'event id' is no key of events" in note for note in one.tables[0].notes)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("case,task,event type,timestamp", ("start", "complete")),
        ("case,activity,status,timestamp", ("STARTED", "FINISHED")),
        ("Vorgang,Aktivität,Ereignistyp,Zeitstempel", ("Beginn", "Ende")),
        ("case,event type,task name,timestamp", ("begin", "end")),
    ],
)
def test_a_column_of_nothing_but_marks_of_start_and_end_is_the_lifecycle_whatever_it_is_called(
    tmp_path: Path, header: str, words: tuple[str, str]
) -> None:
    steps = [("Check", 0, 0), ("Check", 1, 1), ("Pay", 0, 2), ("Pay", 1, 3)]
    names = header.split(",")
    marks = 1 if names[1] == "event type" else 2
    table = [("A", *(words[end], name)[:: 1 if marks == 1 else -1], f"2025-01-01 0{at}:00") for name, end, at in steps]
    (one,) = (looked(csv(tmp_path / "x.csv", table, header), said={}),)
    assert told(one, "value", "lifecycle") == [(name, words[end]) for name, end, _ in steps]


def test_marks_are_found_where_all_starts_stand_before_all_ends(tmp_path: Path) -> None:
    steps = [
        (f"P{n}", "Check", word, f"2025-01-0{day}")
        for word, day in (("start", 1), ("complete", 2))
        for n in range(2000)
    ]
    one = looked(csv(tmp_path / "x.csv", steps, "order,handling,registration_type,time"), said={})
    assert {mark for (mark,) in told(one, "lifecycle")} == {"start", "complete"}
    steps[-1] = ("P1999", "Check", "by phone", "2025-01-02")
    other = looked(csv(tmp_path / "x.csv", steps, "order,handling,registration_type,time"), said={})
    assert {mark for (mark,) in told(other, "lifecycle")} == {None}


@pytest.mark.parametrize("sign", ["-", "+", " - ", "_", " (", ": ", " "])
def test_marks_at_the_end_of_every_name_are_the_lifecycle(tmp_path: Path, sign: str) -> None:
    words = [("A_Check it", "START", 0), ("A_Check it", "COMPLETE", 1), ("Pay", "complete", 2)]
    table = [
        ("A", f"{name}{sign}{mark}{')' if '(' in sign else ''}", f"2025-01-01 0{at}:00") for name, mark, at in words
    ]
    one = looked(csv(tmp_path / "x.csv", table))
    assert told(one, "value", "lifecycle") == [(name, mark) for name, mark, _ in words]
    assert any("end with what is the lifecycle" in note for note in one.tables[0].notes)


@pytest.mark.parametrize(
    "names", [("Check-start", "Pay"), ("Order complete", "Pay complete"), ("Re-start", "Sent-out")]
)
def test_names_that_only_look_so_stay_whole(tmp_path: Path, names: tuple[str, ...]) -> None:
    table = [("A", name, f"2025-01-0{day}") for day, name in enumerate(names, 1)]
    assert told(looked(csv(tmp_path / "x.csv", table)), "value", "lifecycle") == [(name, None) for name in names]


def test_every_word_of_the_standard_lifecycle_is_a_mark() -> None:
    """What the standard calls a transition is none that an import or the facts take for a step of its own."""
    assert lifecycles.STANDARD <= WORDS
    assert sum(map(len, MARKS.values())) + len(PLAIN) == len(WORDS), "a word stands for two things"


def test_work_that_begins_and_is_finished_is_one_step_with_its_touch(tmp_path: Path) -> None:
    table = [("A", "Check", "2025-01-01 00:00", "begin"), ("A", "Check", "2025-01-01 02:00", "finished")]
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "x.csv", table, "case,what,when,life"), said=LIVES)
    answer = stream_map(lake, FlowRequest())
    assert [(stage.stage, stage.touch_time_p50_minutes) for stage in answer.stages] == [("Check", 120)]
