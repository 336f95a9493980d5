"""How work flows is answered to the worked examples of the definitions."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from streamgauge.answers.ageing import ageing, chance, shares_within
from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow import report
from streamgauge.answers.flow_balance import law
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.service_delivery import Measure
from streamgauge.errors import BadOption
from streamgauge.facts.ways import NEVER
from streamgauge.lake import Lake
from streamgauge.metrics.columns import spans
from tests.kit.board import Steps, board, day, item, link, transitions, write

DAY = 86_400_000_000
CYCLES = (1, 2, 2, 3, 3, 4, 5, 5, 8, 13)
"""The cycle times of T2.4, in days."""


def measure(answer: FlowReport, name: str) -> Measure:
    return next(m for m in answer.measures if m.metric == name)


def taking(*days: float) -> dict[str, Steps]:
    """Return items that were in progress for so many days each, all done by day 20."""
    return {f"I{i}": [("In Progress", 20 - n), ("Done", 20)] for i, n in enumerate(days)}


def answered(lake: Lake, **terms: object) -> FlowReport:
    return report(lake, FlowRequest(until=day(30), **terms), now=day(40))  # type: ignore[arg-type]


def test_t2_3_littles_law_holds_exactly_and_says_that_flow_is_not_stable() -> None:
    """T2.3: L = 1.70 = 0.4 * 4.25; L / TH = 5.67 against 4.0: ratio 1.42, debt 1.67 days."""
    started, ended = np.array([0, 1, 2, 5]) * DAY, np.array([4 * DAY, 3 * DAY, 8 * DAY, NEVER])
    found = law(spans(started, ended, ended), 0, 10 * DAY)
    assert found is not None
    assert found.load == pytest.approx(1.70)
    assert found.arrivals * found.presence_hours / 24 == pytest.approx(found.load)
    assert (found.throughput, found.cycle_hours) == (pytest.approx(0.3), pytest.approx(96))
    assert found.ratio == pytest.approx(1.4167, abs=1e-4)
    assert found.debt_hours == pytest.approx(1.667 * 24, abs=0.01)
    assert found.stable is False


def test_t2_4_percentiles_show_and_promise_differently(tmp_path: Path) -> None:
    """T2.4: P50 3.5 d, P85 6.95 d by interpolation; the expectation at 85 % is 8 d, which 9 of 10 kept."""
    answer = answered(board(tmp_path / "lake", taking(*CYCLES)))
    time = measure(answer, "flow_time")
    assert time.percentiles is not None
    assert time.value == pytest.approx(3.5 * 24)
    assert time.percentiles.p85 == pytest.approx(6.95 * 24)
    assert time.percentiles.p95 == pytest.approx(10.75 * 24)
    assert (answer.expectation.hours, answer.expectation.n) == (8 * 24, 10)


def test_t2_4_an_item_of_six_days_keeps_eight_with_a_chance_of_a_half() -> None:
    """T2.4: 80 % of the work took no longer than 6 days, and half of the rest takes no longer than 8."""
    taken = np.random.default_rng(1).permutation([24.0 * n for n in CYCLES])
    six, eight, nine, none, again = shares_within(taken, 24.0 * np.array([6, 8, 9, 0.5, 6])).tolist()
    assert (six, eight, nine, none, again) == (0.8, 0.9, 0.9, 0, 0.8)
    assert chance(six, eight) == pytest.approx(0.5)
    assert chance(nine, eight) == chance(1, 1) == 0
    assert np.isnan(shares_within(taken[:0], taken)).all()


def test_flow_debt_counts_an_item_once_whoever_had_it(tmp_path: Path) -> None:
    """Who changed hands is one item, so that neither the n nor the interval of the debt follows from it."""
    moves = [row for name, steps in taking(*CYCLES).items() for row in transitions(name, steps)]
    moves += [row for name in ("J1", "J2") for row in transitions(name, [("In Progress", 10), ("Cancelled", 18)])]
    items = [item(name, team="Tide") for name in sorted({row["item"] for row in moves})]
    turns = [row for name in ("I9", "J1") for row in transitions(name, [("Ebb", 15), ("Tide", 17)], field="team")]
    turns = [row | {"former_value": "Tide" if row["value"] == "Ebb" else "Ebb"} for row in turns]
    still = answered(write(tmp_path / "still", moves, items))
    lake = write(tmp_path / "moved", moves + turns, items)
    moved = answered(lake)
    assert measure(moved, "flow_debt") == measure(still, "flow_debt")
    assert measure(still, "flow_debt").n == 12
    assert measure(still, "flow_debt").value == pytest.approx(16 * 24 / 10)
    tide = measure(answered(lake, team="Tide"), "flow_debt")
    assert (tide.n, tide.value) == (12, pytest.approx((16 - 4) * 24 / 10))


def test_t2_5_distribution(tmp_path: Path) -> None:
    """T2.5: 22 features, 10 defects, 3 risks, 5 debts are 55, 25, 7.5 and 12.5 %."""
    kinds = ["feature"] * 22 + ["defect"] * 10 + ["risk"] * 3 + ["debt"] * 5
    items = [item(f"I{i}", type=kind, created_at=day(0)) for i, kind in enumerate(kinds)]
    moves = [row for i in range(40) for row in transitions(f"I{i}", [("In Progress", 1), ("Done", 2)])]
    shares = {t.type: t.share for t in answered(write(tmp_path / "lake", moves, items)).distribution}
    assert shares == {"feature": 0.55, "defect": 0.25, "debt": 0.125, "risk": 0.075}


def test_t2_8_efficiency_is_a_ratio_of_sums(tmp_path: Path) -> None:
    """T2.8: 1 of 2 and 1 of 10 are 2 of 12, 16.7 %, not 30 %."""
    ways: dict[str, Steps] = {
        "A": [("To Do", 0), ("In Progress", 1), ("Done", 2)],
        "B": [("To Do", 0), ("In Progress", 9), ("Done", 10)],
    }
    assert measure(answered(board(tmp_path / "lake", ways)), "flow_efficiency").value == pytest.approx(2 / 12)


def test_what_counts_and_what_is_left_out_are_all_there_is(tmp_path: Path) -> None:
    ways: dict[str, Steps] = {
        "A": [("In Progress", 0), ("Done", 3)],
        "B": [("New", 0), ("Done", 3)],
        "C": [("In Progress", 0), ("Odd", 1), ("Done", 3)],
    }
    answer = answered(board(tmp_path / "lake", ways))
    time, efficiency = measure(answer, "flow_time"), measure(answer, "flow_efficiency")
    assert [(left.reason, left.n) for left in time.left_out] == [("done without having been started", 1)]
    assert time.n + sum(left.n for left in time.left_out) == 3
    assert efficiency.n + sum(left.n for left in efficiency.left_out) == 3


def test_parts_and_their_whole_are_not_counted_together(tmp_path: Path) -> None:
    moves = [row for name in ("E", "S") for row in transitions(name, [("In Progress", 0), ("Done", 3)])]
    items = [item("E", level="epic", created_at=day(0)), item("S", level="story", parent="E", created_at=day(0))]
    velocity = measure(answered(write(tmp_path / "lake", moves, items)), "flow_velocity")
    assert velocity.n == 1
    assert [left.reason for left in velocity.left_out] == ["of a higher level: its parts count"]


def test_a_team_is_answered_alone_and_another_changes_nothing(tmp_path: Path) -> None:
    moves = [row for name in ("A", "B") for row in transitions(name, [("In Progress", 0), ("Done", 3)])]
    items = [item("A", team="Tide", created_at=day(0)), item("B", team="Crane", created_at=day(0))]
    answer = answered(write(tmp_path / "lake", moves, items), team="tide")
    assert (answer.team, measure(answer, "flow_velocity").n) == ("Tide", 1)


def test_an_unknown_team_is_named_with_the_nearest(tmp_path: Path) -> None:
    moves = transitions("A", [("In Progress", 0), ("Done", 3)])
    lake = write(tmp_path / "lake", moves, [item("A", team="Tide", created_at=day(0))])
    with pytest.raises(BadOption, match="Did you mean 'Tide'"):
        answered(lake, team="Tides")


def test_an_empty_lake_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="streamgauge import"):
        answered(write(tmp_path / "lake", []))


def test_a_window_before_all_work_does_not_end_before_it_begins_and_says_that_it_is_empty(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", taking(1, 2))
    answer = report(lake, FlowRequest(until=day(-5)), now=day(40))
    assert (answer.window.since, answer.window.days) == (None, None)
    assert any("ends before the first work that is known began" in note for note in answer.notes)
    assert not any("ends before" in note for note in report(lake, FlowRequest(until=day(39)), now=day(40)).notes)


def test_what_is_done_nobody_knows_since_when_has_no_lead_time_and_is_of_no_month(tmp_path: Path) -> None:
    """An export without history says that it is done now, and when it was created; it was not done at once."""
    still = [item("A", created_at=day(1), status="Done"), item("B", created_at=day(2), status="Done")]
    answer = answered(write(tmp_path / "lake", transitions("B", [("Done", 5)]), still))
    lead, velocity = measure(answer, "request_lead_time"), measure(answer, "flow_velocity")
    assert (lead.value, lead.n) == (72, 1)
    assert velocity.n == 1
    for found in (lead, velocity):
        assert [(one.reason, one.n) for one in found.left_out] == [("nothing tells when it was done", 1)]


def test_the_window_begins_with_the_first_end_where_nothing_tells_a_start(tmp_path: Path) -> None:
    """An export of issues with a date of creation and one of closing: what is done is counted, over the days since."""
    ends = [row for n in (4, 6, 8) for row in transitions(str(n), [("Closed", n)])]
    things = [item(str(n), created_at=day(n - 3), status="Closed") for n in (4, 6, 8)]
    answer = report(write(tmp_path / "lake", ends, things), FlowRequest(until=day(10)), now=day(40))
    assert (answer.window.since, answer.window.days) == (day(4), 6)
    assert (measure(answer, "flow_velocity").value, measure(answer, "flow_velocity").n) == (0.5, 3)
    assert sum(point.n for point in answer.series if point.metric == "flow_velocity") == 3


def test_a_window_without_work_has_no_number(tmp_path: Path) -> None:
    answer = report(board(tmp_path / "lake", taking(1, 2)), FlowRequest(since=day(25), until=day(30)), now=day(40))
    assert measure(answer, "flow_time").value is None
    assert measure(answer, "flow_time").null_reason
    assert measure(answer, "flow_velocity").value == 0


def test_a_log_of_the_past_ends_where_it_ends(tmp_path: Path) -> None:
    answer = report(board(tmp_path / "lake", taking(1, 2)), FlowRequest(), now=day(4000))
    assert answer.window.until - day(20) < timedelta(days=1)
    assert any("ends with that day" in note for note in answer.notes)


def test_as_of_a_past_day_later_news_is_not_known(tmp_path: Path) -> None:
    way: Steps = [("In Progress", 0), ("Done", 3)]
    early, late = transitions("A", way, recorded_at=day(4)), transitions("B", way, recorded_at=day(8))
    lake = write(tmp_path / "lake", [*early, *late])
    then = report(lake, FlowRequest(as_of=day(5)), now=day(40))
    assert (measure(then, "flow_velocity").n, measure(answered(lake), "flow_velocity").n) == (1, 2)


def test_ageing_work_is_listed_oldest_first_with_its_pace(tmp_path: Path) -> None:
    ways = taking(*CYCLES) | {"old": [("In Progress", 2)], "young": [("In Progress", 17)]}
    answer = ageing(board(tmp_path / "lake", ways), FlowRequest(until=day(20.5)), now=day(40))
    assert [(i.item, i.pace) for i in answer.items if i.item in ("old", "young")] == [("old", "P95"), ("young", "P50")]
    assert answer.items[0].age_hours == pytest.approx(18.5 * 24)
    assert answer.items[0].chance == 0


def test_a_link_speaks_of_its_own_dataset_and_of_others_only_where_that_has_no_such_item(tmp_path: Path) -> None:
    """A table of links is a dataset of its own; an item of another board may have the same key by chance."""
    moves = [row for n in ("1", "2") for row in transitions(n, [("In Progress", 0)], dataset="here")]
    moves += [row for n in ("1", "2", "3") for row in transitions(n, [("In Progress", 0)], dataset="there")]
    items = [item(n, dataset="here", created_at=day(0), team="Tide") for n in ("1", "2")]
    items += [item(n, dataset="there", created_at=day(0), team="Crane") for n in ("1", "2", "3")]
    own = link("blocks", "1", "2", repository="here")
    lake = write(tmp_path / "own", moves, items, [own])
    found = blocked(lake, FlowRequest(until=day(5)), now=day(40))
    assert [(i.item, i.team, i.waits_for_teams) for i in found.items] == [("2", "Tide", ("Tide",))]
    lake = write(tmp_path / "apart", moves, items, [link("blocks", "3", "1", repository="links"), own])
    found = blocked(lake, FlowRequest(until=day(5), dataset="here"), now=day(40))
    assert [(i.item, i.blockers, i.waits_for_teams) for i in found.items] == [
        ("1", ("3",), ("Crane",)),
        ("2", ("1",), ("Tide",)),
    ]


def test_blocked_work_says_by_what_and_for_whom_it_waits(tmp_path: Path) -> None:
    moves = [row for name in ("A", "B", "C") for row in transitions(name, [("In Progress", 0)])]
    flags = transitions("C", [("Impediment", 3)], field="flag")
    items = [item(n, team=t, created_at=day(0)) for n, t in (("A", "Tide"), ("B", "Crane"), ("C", "Tide"))]
    lake = write(tmp_path / "lake", [*moves, *flags], items, [link("blocks", "B", "A", linked_at=day(2))])
    answer = blocked(lake, FlowRequest(until=day(5)), now=day(40))
    assert [(i.item, i.reason, i.blocked_hours / 24) for i in answer.items] == [
        ("A", "waits for an item", 3),
        ("C", "flagged", 2),
    ]
    assert (answer.items[0].blockers, answer.items[0].waits_for_teams) == (("B",), ("Crane",))
    assert "1 of them wait for Crane" in answer.message


def test_a_blocker_that_is_done_blocks_nobody(tmp_path: Path) -> None:
    moves = [*transitions("A", [("In Progress", 0)]), *transitions("B", [("In Progress", 0), ("Done", 3)])]
    items = [item(n, created_at=day(0)) for n in ("A", "B")]
    lake = write(tmp_path / "lake", moves, items, [link("blocks", "B", "A", linked_at=day(2))])
    assert blocked(lake, FlowRequest(until=day(5)), now=day(40)).items == ()


def test_work_whose_waiting_nobody_records_is_not_called_all_work(tmp_path: Path) -> None:
    message = answered(board(tmp_path / "lake", taking(1, 3))).message
    assert message.startswith("Half of the work is done within 2.0 days; no waiting is recorded")
    assert "100 %" not in message
