"""Each insight about flow is claimed where it is so, with evidence that exists, and not where it is not."""

from datetime import timedelta
from pathlib import Path

import pytest

from streamgauge.company import Company
from streamgauge.company.silence import Silence
from streamgauge.company.wip_limit import WipLimit
from streamgauge.lake import Lake
from tests.insights.looked import answered, said
from tests.kit import yard
from tests.kit.board import Steps, board, day, item, link, transitions, write
from tests.kit.tandem import Shape

HELD_UP = Shape(name="three stages", stages=3, items=300, load=1.2, gap=0.4)


@pytest.fixture(scope="module")
def held_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, str | None]:
    """A stream that one of its three stages holds up, and which."""
    return yard.stream(tmp_path_factory.mktemp("yard") / "lake", HELD_UP, 3)


def steady(number: int, steps: Steps, *, every: float = 1.0) -> dict[str, Steps]:
    """Return so many items that all go the same way, one after the other."""
    return {f"I{n}": [(status, at + n * every) for status, at in steps] for n in range(number)}


def exist(lake: Lake, ids: set[str]) -> bool:
    with lake.view() as view:
        return ids <= {row["item"] for row in view.rows("SELECT DISTINCT item FROM transitions")}


def test_the_true_constraint_is_named_with_its_doubt_and_evidence(held_up: tuple[Lake, str | None]) -> None:
    lake, true = held_up
    (one,) = said(lake, "bottleneck", until=day(150))
    assert one.place == {"stage": true}
    assert one.probability is not None
    assert one.probability > 0.9
    assert one.effect.unit == "hours"
    assert one.effect.low is not None
    assert one.effect.low <= one.effect.value
    assert one.evidence
    assert exist(lake, {e.id for e in one.evidence})
    assert one.hint
    assert one.wrong_when


def test_the_map_names_the_same_stage(held_up: tuple[Lake, str | None]) -> None:
    from streamgauge.answers.flow_terms import FlowRequest
    from streamgauge.answers.value_stream import stream_map

    lake, true = held_up
    found = stream_map(lake, FlowRequest(until=day(150)), now=day(150))
    assert found.bottleneck is not None
    assert found.bottleneck.stage == true


def test_work_that_piles_up_is_told_with_when_it_began(held_up: tuple[Lake, str | None]) -> None:
    lake, true = held_up
    found = said(lake, "queue_piles_up", until=day(150))
    assert [one.place["stage"] for one in found] == [true]
    assert found[0].since is not None
    assert found[0].effect.value >= 5


def test_open_work_that_grows_older_than_finished_work_makes_forecasts_unsafe(tmp_path: Path) -> None:
    ways = steady(80, [("In Development", 0), ("Done", 2)])
    ways |= {f"O{n}": [("In Development", n * 1.5)] for n in range(40)}
    (one,) = said(board(tmp_path / "lake", ways), "unstable_flow", until=day(82))
    presence, finished = 80 * 2 + sum(82 - n * 1.5 for n in range(40)), 80 * 2
    assert one.effect.value == pytest.approx(presence / finished)
    assert one.effect.low is not None
    assert one.effect.low > 1.25


def test_a_steady_stream_shows_nothing(tmp_path: Path) -> None:
    way: Steps = [
        ("Ready for development", 0),
        ("In Development", 1),
        ("Ready for test", 2),
        ("In Test", 3),
        ("Done", 4),
    ]
    lake = board(tmp_path / "lake", steady(120, way))
    assert answered(lake, None, until=day(123)).findings == ()


def test_the_handoff_that_costs_most_is_named(tmp_path: Path) -> None:
    """T4.2 in one log: Dev to Test waits 30 hours, Plan to Dev 12 and Test to Release 24."""
    steps = (
        *(("Analysis", 0, "Plan"), ("Ready for development", 8, "Dev"), ("In Development", 20, "Dev")),
        *(("Ready for test", 28, "Test"), ("In Test", 58, "Test"), ("Ready to release", 62, "Release")),
        *(("Releasing", 86, "Release"), ("Done", 90, "Release")),
    )
    rows = [
        row | {"id": f"{n}-{i}", "team": team}
        for n in range(40)
        for i, (status, at, team) in enumerate(steps)
        for row in transitions(f"I{n}", [(status, n + at / 24)])
    ]
    found = {
        frozenset(one.place): one for one in said(write(tmp_path / "lake", rows), "handoff_friction", until=day(60))
    }
    by_team = found[frozenset({"from_team", "to_team"})]
    assert by_team.place == {"from_team": "Dev", "to_team": "Test"}
    assert by_team.effect.value == pytest.approx(30)
    assert by_team.n == 40
    by_stage = found[frozenset({"from_stage", "to_stage"})]
    assert by_stage.place == {"from_stage": "Development", "to_stage": "Test"}


def test_a_rework_loop_is_a_share_with_its_interval(tmp_path: Path) -> None:
    straight: Steps = [("In Development", 0), ("In Test", 1), ("Done", 2)]
    back: Steps = [("In Development", 0), ("In Test", 1), ("In Development", 2), ("In Test", 4), ("Done", 5)]
    ways = {f"I{n}": [(s, at + n) for s, at in (back if n % 2 else straight)] for n in range(60)}
    (one,) = said(board(tmp_path / "lake", ways), "rework_loop", until=day(70))
    assert one.place == {"stage": "Test", "to_stage": "Development"}
    assert one.effect.value == 0.5
    assert one.effect.low is not None
    assert 0.3 < one.effect.low < 0.5
    assert "2.0 days" in one.message


def test_work_beyond_the_pace_of_its_stage_is_listed_oldest_first(tmp_path: Path) -> None:
    ways = steady(40, [("In Development", 0), ("Done", 2)])
    ways |= {f"O{n}": [("In Development", float(n))] for n in range(5)}
    (one,) = said(board(tmp_path / "lake", ways), "ageing_beyond_pace", until=day(43))
    assert one.place == {"stage": "Development"}
    assert [e.id for e in one.evidence][:2] == ["O0", "O1"]
    assert one.evidence_total == 5


def test_a_dependency_says_who_waits_for_whom_since_when_and_what_it_costs(tmp_path: Path) -> None:
    moves = transitions("A", [("In Progress", 0)]) + transitions("B", [("In Progress", 0)], dataset="platform")
    items = [item("A", team="Ferries"), item("B", team="Pier", dataset="platform")]
    lake = write(tmp_path / "lake", moves, items, [link("blocks", "B", "A", linked_at=day(2))])
    (one,) = said(lake, "dependency_blocks", until=day(12))
    assert one.place == {"team": "Ferries", "for_team": "Pier"}
    assert one.since == day(2)
    assert one.effect.value == pytest.approx(240)
    assert {e.id for e in one.evidence} == {"A", "B"}


def test_a_link_whose_blocker_is_done_blocks_nobody(tmp_path: Path) -> None:
    moves = transitions("A", [("In Progress", 0)]) + transitions("B", [("In Progress", 0), ("Done", 3)])
    items = [item("A", team="Ferries"), item("B", team="Pier")]
    lake = write(tmp_path / "lake", moves, items, [link("blocks", "B", "A", linked_at=day(1))])
    assert said(lake, "dependency_blocks", until=day(12)) == ()


def test_a_team_for_which_others_wait_twice_as_long_is_named(tmp_path: Path) -> None:
    moves, items, links = [], [], []
    for n in range(60):
        lasts = (1.0 if n < 48 else 2.5) * (0.6 + 0.8 * (n % 5) / 4)
        moves += transitions(f"B{n}", [("In Progress", n * 2.5), ("Done", n * 2.5 + lasts)])
        moves += transitions(f"A{n}", [("In Progress", n * 2.5)])
        items += [item(f"B{n}", team="Pier"), item(f"A{n}", team="Ferries")]
        links.append(link("blocks", f"B{n}", f"A{n}", linked_at=day(n * 2.5)))
    lake = write(tmp_path / "lake", moves, items, links)
    (one,) = said(lake, "provider_slows_down", until=day(150))
    assert one.place == {"team": "Pier"}
    assert one.effect.low is not None
    assert 1.4 < one.effect.low <= one.effect.value < 4


def test_a_status_that_nobody_understands_is_told_where_it_matters(tmp_path: Path) -> None:
    lake = board(tmp_path / "lake", steady(30, [("In Development", 0), ("Frobnicating", 1), ("Done", 5)]))
    (one,) = said(lake, "unmapped_statuses", until=day(40))
    assert one.place == {"status": "Frobnicating"}
    assert one.effect.value == pytest.approx(0.8)


def test_a_tool_that_goes_quiet_is_told_while_another_one_speaks(tmp_path: Path) -> None:
    rows = [row for n in range(60) for row in transitions(f"I{n}", [("In Progress", n), ("Done", n + 0.5)])]
    quiet = [
        row
        for n in range(60)
        if not 40 <= n < 52
        for k in range(3)
        for row in transitions(f"Q{n}-{k}", [("In Progress", n + k / 9)], dataset="desk", source="desk")
    ]
    lake = write(tmp_path / "lake", rows + quiet)
    (one,) = said(lake, "stale_data", until=day(60))
    assert one.place["dataset"] == "desk"
    assert one.since == day(39) + timedelta(days=2 / 9)
    assert one.n == 12


def test_a_silenced_insight_is_not_shown_and_said(held_up: tuple[Lake, str | None]) -> None:
    lake, true = held_up
    rules = (Silence(insight="bottleneck", reason="new testers start in May", place=true, until=day(200).date()),)
    told = answered(lake, "bottleneck", until=day(150), company=Company(silence=rules))
    assert told.findings == ()
    assert [(one.insight, one.reason) for one in told.silenced] == [("bottleneck", "new testers start in May")]
    assert "1 more is silenced" in told.message
    elsewhere = (Silence(insight="bottleneck", reason="x", place="Elsewhere"),)
    assert len(said(lake, "bottleneck", until=day(149), company=Company(silence=elsewhere))) == 1


def test_a_limit_that_nobody_keeps_and_one_that_never_binds(tmp_path: Path) -> None:
    """T2.6: a limit of 5, and 8 under way; and one of 30 that is never near."""
    ways = {f"I{n}": [("In Development", n * 0.5)] for n in range(8)}
    items = [item(name, team="Ferries") for name in ways]
    lake = write(tmp_path / "lake", [r for n, steps in ways.items() for r in transitions(n, steps)], items)
    limited = Company(wip_limits=(WipLimit(team="Ferries", limit=5), WipLimit(stage="Development", limit=30)))
    (over,) = said(lake, "wip_over_limit", until=day(40), company=limited)
    assert over.place == {"team": "Ferries"}
    assert over.effect.value == pytest.approx((40 - 2.5) / 40)
    assert len(over.evidence) == 8
    (idle,) = said(lake, "limit_never_binds", until=day(40), company=limited)
    assert idle.place == {"stage": "Development"}
    assert idle.effect.value == pytest.approx(8 / 30)
    assert said(lake, "wip_over_limit", until=day(40)) == ()


def test_a_team_on_three_initiatives_at_a_time_is_named(tmp_path: Path) -> None:
    moves, items = [], [item(f"INI-{n}", level="initiative", dataset="plans") for n in range(4)]
    for n in range(120):
        initiative = n % 3 if n % 2 else 3
        moves += transitions(f"I{n}", [("In Progress", n), ("Done", n + 10)])
        items.append(item(f"I{n}", team="Ferries" if n % 2 else "Pier", parent=f"INI-{initiative}", level="story"))
    (one,) = said(write(tmp_path / "lake", moves, items), "too_many_initiatives", until=day(120))
    assert one.place == {"team": "Ferries"}
    assert one.effect.value == 3
