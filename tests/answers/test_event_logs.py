"""Event logs are answered as process mining does, and what is not known of them is said and not guessed."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.stream_map import StreamMap
from streamgauge.answers.value_stream import stream_map
from streamgauge.lake import Lake
from tests.facts.test_flow import computed
from tests.kit.traces import Event, Traces, finished, hours, log, plain

NOW = hours(24 * 800)


def asked(lake: Lake) -> StreamMap:
    return stream_map(lake, FlowRequest(), now=NOW)


def of(*steps: tuple[str, float] | tuple[str, float, str]) -> list[Event]:
    """Return events of an activity, its hour, and the mark of the log where there is one."""
    return [Event(step[0], hours(step[1]), step[2] if len(step) > 2 else None) for step in steps]


def agrees(found: StreamMap, traces: Traces) -> None:
    """See that a map says what plain Python finds in the events."""
    expected, ended = plain(traces), plain({case: traces[case] for case in finished(traces)})
    assert {(e.from_, e.to): e.count for e in found.edges} == {k: n for k, (n, _) in expected.edges.items()}
    for edge in found.edges:
        assert edge.wait_p50_hours == pytest.approx(expected.edges[edge.from_, edge.to][1], abs=1e-9)
    assert found.variants.count == len(expected.variants)
    assert all(expected.variants[v.path] == v.count for v in found.variants.top)
    assert found.cases.n == len(ended.durations)
    touches = {s.stage: s.touch_time_p50_minutes for s in found.stages if s.touch_time_p50_minutes is not None}
    assert touches == pytest.approx(ended.touches)
    assert found.first_pass_yield == pytest.approx(ended.first_pass)


def test_the_same_again_is_a_step_of_its_own(tmp_path: Path) -> None:
    traces = {
        "1": of(("register", 0), ("phone", 2), ("phone", 5), ("decide it", 9)),
        "2": of(("register", 1), ("phone", 3), ("decide it", 4)),
    }
    found = asked(log(tmp_path, traces))
    agrees(found, traces)
    edges = {(e.from_, e.to): e for e in found.edges}
    assert (edges["phone", "phone"].count, edges["phone", "phone"].is_return) == (1, True)
    assert edges["phone", "decide it"].wait_p50_hours == 2.5
    assert found.first_pass_yield == 0.5
    assert [s.stage for s in found.stages] == ["register", "phone", "decide it"]
    assert [s.items for s in found.stages] == [2, 2, 2]
    assert [s.lead_time_p50_hours for s in found.stages] == [2, 4, None]
    assert [s.process_time_p50_hours for s in found.stages] == [None, None, None]


def test_the_last_is_the_end_where_no_end_is_known_and_it_is_said(tmp_path: Path) -> None:
    traces = {
        "1": of(("A_SUBMITTED", 0), ("A_CANCELLED", 1), ("W_Call", 3)),
        "2": of(("A_SUBMITTED", 0), ("O_SENT", 2), ("W_Call", 4), ("A_CANCELLED", 6)),
        "3": of(("W_Call", 5)),
    }
    lake = log(tmp_path, traces)
    items = {row["item"]: row for row in computed(lake)["flow_items"]}
    assert (items["1"]["finished_at"], items["1"]["cancelled_at"]) == (hours(3), None)
    assert (items["2"]["finished_at"], items["2"]["cancelled_at"]) == (None, hours(6))
    assert items["3"]["started_at"] == items["3"]["finished_at"] == hours(5)
    found = asked(lake)
    agrees(found, traces)
    assert (found.cases.n, found.cases.cancelled, found.cases.duration_p50_hours) == (3, 1, 3)
    assert any("is taken for it" in note for note in found.notes)


def test_work_goes_on_where_ends_are_known(tmp_path: Path) -> None:
    """Most cases end in a known end, so that the others are open, and as old as the log's own end makes them."""
    traces = {str(i): of(("take in", i), ("look at it", i + 1), ("Closed", i + 4)) for i in range(9)}
    traces["open"] = of(("take in", 2), ("look at it", 3))
    lake = log(tmp_path, traces)
    found = asked(lake)
    assert (found.cases.n, found.cases.duration_p50_hours) == (9, 4)
    assert found.variants.count == 2
    assert found.edges[0].count == 10
    old = ageing(lake, FlowRequest(), now=NOW)
    assert [(i.item, i.stage) for i in old.items] == [("open", "look at it")]
    assert old.items[0].age_hours == pytest.approx(10, abs=1e-6)
    assert old.items[0].stage_age_hours == pytest.approx(9, abs=1e-6)


def test_what_stopped_long_ago_is_over_where_many_cases_do_not_end_as_most_do(tmp_path: Path) -> None:
    """Six of ten claims are closed; the others stop at what else ends them, all along the log and not at its end."""
    way = ("register it", "look at it", "Closed")
    traces = {
        str(i): of(*((name, 10 * i + n) for n, name in enumerate(way[: 3 if i % 5 < 3 else 2]))) for i in range(60)
    }
    found = asked(log(tmp_path, traces))
    agrees(found, traces)
    assert found.cases.n == 60
    assert any("is taken for it" in note for note in found.notes)


def test_starts_and_ends_tell_work_from_waiting(tmp_path: Path) -> None:
    """What happens while work is in hand ends nothing; the wait before a start is that of its stage."""
    traces = {
        "1": of(
            ("Check", 0, "SCHEDULE"),
            ("Check", 2, "START"),
            ("Noted", 2.5, "COMPLETE"),
            ("Check", 3, "COMPLETE"),
            ("Decide", 7, "START"),
            ("Decide", 8, "COMPLETE"),
        )
    }
    lake = log(tmp_path, traces)
    (row,) = computed(lake)["flow_items"]
    assert (row["active_hours"], row["waiting_hours"], row["unmapped_hours"]) == (2, 6, 0)
    assert (row["started_at"], row["finished_at"]) == (hours(0), hours(8))
    found = asked(lake)
    stages = {s.stage: s for s in found.stages}
    assert (stages["Check"].queue_before_p50_hours, stages["Check"].process_time_p50_hours) == (2, 1)
    assert (stages["Decide"].queue_before_p50_hours, stages["Decide"].process_time_p50_hours) == (4, 1)
    assert stages["Decide"].touch_time_p50_minutes == 60
    assert stages["Noted"].process_time_p50_hours is None
    assert found.flow_efficiency == found.activity_ratio == 0.25
    assert {(e.from_, e.to): e.wait_p50_hours for e in found.edges} == {("Check", "Noted"): 0, ("Noted", "Decide"): 4.5}


def test_work_that_is_put_aside_is_not_in_hand_and_is_one_piece(tmp_path: Path) -> None:
    steps = ("start", "suspend", "resume", "complete")
    traces = {"1": of(*(("Check", at, mark) for at, mark in zip((0, 1, 5, 6), steps, strict=True)), ("Sent", 7))}
    lake = log(tmp_path, traces)
    found = computed(lake)
    assert [(t["status"], t["touched_hours"]) for t in found["touches"]] == [("Check", 2), ("Sent", None)]
    assert (found["flow_items"][0]["active_hours"], found["flow_items"][0]["waiting_hours"]) == (2, 5)
    assert asked(lake).first_pass_yield == 1


def test_what_a_lifecycle_column_says_beside_the_status_is_understood(tmp_path: Path) -> None:
    steps = [("Accepted", 0, "In Progress"), ("Accepted", 2, "Wait - User"), ("Accepted", 6, "In Progress")]
    traces = {"1": of(*steps, ("Completed", 7, "Closed"))}
    (row,) = computed(log(tmp_path, traces))["flow_items"]
    assert (row["active_hours"], row["waiting_hours"], row["finished_at"]) == (3, 4, hours(7))


def test_rows_of_what_is_not_understood_are_counted_as_the_log_has_them(tmp_path: Path) -> None:
    traces = {str(i): of(("Odd", 0), ("Odd", 1), ("In Progress", 2), ("Closed", 3)) for i in range(4)}
    found = report(log(tmp_path, traces), FlowRequest(), now=NOW)
    assert [(u.status, u.rows) for u in found.data_quality.unmapped] == [("Odd", 8)]


def test_only_one_stage_that_waits_is_no_bottleneck(tmp_path: Path) -> None:
    traces = {str(i): of(("In Progress", i), ("On hold", i + 1), ("In Progress", i + 9), ("Closed", i + 10))
              for i in range(40)}  # fmt: skip
    found = asked(log(tmp_path, traces))
    assert found.bottleneck is None
    assert "nothing to compare" in found.message


def test_a_handoff_in_a_log_waits_from_the_last_of_one_team_to_the_first_of_the_next(tmp_path: Path) -> None:
    events = [Event("a", hours(0), None, "X"), Event("b", hours(1), None, "X"), Event("c", hours(5), None, "Y")]
    (handoff,) = asked(log(tmp_path, {"1": events})).handoffs
    assert (handoff.from_, handoff.to, handoff.wait_mean_hours) == ("X", "Y", 4)


@pytest.mark.parametrize("seed", [2])
def test_random_logs_say_what_plain_python_finds(tmp_path: Path, seed: int) -> None:
    """Overlapping work, repeated work, work without an end or a start, all at odd times."""
    random.seed(seed)
    traces: dict[str, list[Event]] = {}
    for case in range(60):
        at, events = hours(random.randint(0, 500)), []
        for activity in random.choices("ABCDE", k=random.randint(1, 8)):
            at += timedelta(minutes=random.randint(1, 200))
            kind = random.random()
            if kind < 0.8:
                events.append(Event(activity, at, "START"))
            if kind > 0.1:
                events.append(Event(activity, at + timedelta(minutes=random.randint(1, 300)), "COMPLETE"))
        traces[f"c{case}"] = sorted(events, key=lambda one: one.at)
    agrees(asked(log(tmp_path, traces)), traces)
