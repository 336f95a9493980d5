"""Pull requests and runs follow from what a forge tells, whatever the order in which it told it."""

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company import Company, Service
from streamgauge.facts import code
from streamgauge.lake import Lake
from tests.facts.kept import folder
from tests.kit.board import item, transitions, write
from tests.kit.forge import Row, build, commit, deployment, forge, hour, merged, review

Facts = dict[str, list[dict[str, Any]]]
ORDERS = {"pull_request_phases": "pull_request", "runs": "build", "red_streaks": "broken_at", "code_sets": "repository"}
STEPS = ("started_at", "ready_at", "first_review_at", "approved_at", "merged_at", "deployed_at")


def computed(lake: Lake, company: Company | None = None) -> Facts:
    """Return the facts about code, brought up to date."""
    company = company or Company()
    with lake.writing() as writer:
        with writer.view() as view:
            stale = code.stale(view, company)
        code.refresh(writer, stale, company)
        writer.publish({})
    with lake.view() as view:
        return {name: view.rows(f"SELECT * FROM {name} ORDER BY line_id, {by}") for name, by in ORDERS.items()}


def one(place: Path, **rows: list[Row]) -> dict[str, Any]:
    """Return what becomes of the only pull request."""
    (row,) = computed(forge(place / "lake", **rows))["pull_request_phases"]
    return row


WHOLE = merged("1", 60, first_commit_at=hour(9), created_at=hour(12), ready_at=hour(17))
"""T3.1: committed on Monday at 9, ready at 17, merged on Wednesday at noon."""


def test_t3_1_the_phases_and_their_sum(tmp_path: Path) -> None:
    """T3.1: 8, 18, 23, 2 and 24 hours; 75 together."""
    row = one(tmp_path, pulls=[WHOLE], reviews=[review("1", 35, "commented"), review("1", 58)],
              deployments=[deployment("m1", 84)])  # fmt: skip
    instants = [row[step] for step in STEPS]
    spans = [(b - a).total_seconds() / 3600 for a, b in pairwise(instants)]
    assert spans == [8, 18, 23, 2, 24]
    assert (row["deployed_at"] - row["started_at"]).total_seconds() / 3600 == 75


def test_it_is_of_the_team_and_type_that_its_item_had_at_the_merge(tmp_path: Path) -> None:
    """Also before the first change of team that is told of."""
    moves = transitions("A", [("Crane", 4)], field="team") + transitions("A", [("Bug", 1), ("Task", 4)], field="type")
    moves[0]["former_value"] = "Tide"
    write(tmp_path / "lake", moves, [item("A", team="Crane", type="Task")])
    row = one(tmp_path, pulls=[WHOLE | {"issue_keys": ["A"]}])
    assert (row["item"], row["team"], row["type"]) == ("A", "Tide", "Bug")


def test_without_a_review_merge_begins_when_it_was_ready(tmp_path: Path) -> None:
    own = [review("1", 35, is_author=True), review("1", 36, is_bot=True), review("1", 37, reviewer="a")]
    row = one(tmp_path, pulls=[WHOLE], reviews=[*own, review("1", 70)])
    assert (row["first_review_at"], row["approved_at"], row["reviews"]) == (None, None, 0)


ANSWERS: tuple[tuple[list[tuple[str, float, str]], float | None], ...] = (
    ([("approved", 20, "b"), ("approved", 30, "c")], 30),
    ([("approved", 20, "b"), ("changes requested", 30, "b")], None),
    ([("approved", 20, "b"), ("CHANGES_REQUESTED", 30, "c")], 20),
    ([("approved", 20, "b"), ("dismissed", 30, "b"), ("APPROVED", 40, "b")], 40),
    ([("approved", 20, "b"), ("commented", 30, "b")], 20),
    ([("commented", 30, "b")], None),
)


def test_the_last_approval_that_stands_lets_it_go(tmp_path: Path) -> None:
    pulls = [merged(str(n), 60, created_at=hour(12)) for n in range(len(ANSWERS))]
    told = [review(str(n), at, state, reviewer=who) for n, (said, _) in enumerate(ANSWERS) for state, at, who in said]
    rows = computed(forge(tmp_path / "lake", pulls=pulls, reviews=told))["pull_request_phases"]
    assert [row["approved_at"] for row in rows] == [None if at is None else hour(at) for _, at in ANSWERS]
    assert [row["first_review_at"] for row in rows] == [hour(min(at for _, at, _ in said)) for said, _ in ANSWERS]


def test_what_cannot_be_true_is_named_and_never_made_zero(tmp_path: Path) -> None:
    early = merged("1", 60, first_commit_at=hour(9) - timedelta(days=400), created_at=hour(12))
    late = merged("2", 60, first_commit_at=hour(90), created_at=hour(12))
    rows = computed(
        forge(
            tmp_path / "lake",
            pulls=[early, late, merged("3", 10, created_at=hour(12)), merged("4", 60, created_at=hour(12)),
                   merged("5", 60, is_bot=True)],
            reviews=[review("4", 11)],
        )
    )["pull_request_phases"]  # fmt: skip
    assert [(row["started_at"], row["start_clamped"]) for row in rows[:2]] == [(hour(12), True)] * 2
    assert [row["left_out"] for row in rows] == [
        None,
        None,
        "impossible: merged before it was opened",
        "impossible: reviewed before it was opened",
        "made by a machine",
    ]


def test_a_delivery_is_found_by_ancestry(tmp_path: Path) -> None:
    """A deployment later in time that lacks the change is none of it; the rollback to an older commit neither."""
    history = [commit("old"), commit("m1", "old"), commit("side", "old"), commit("new", "m1", "side")]
    row = one(
        tmp_path,
        pulls=[merged("1", 20)],
        commits=history,
        deployments=[deployment("side", 30), deployment("m1", 31, outcome="not started"),
                     deployment("m1", 32, tier="staging"), deployment("new", 40), deployment("new", 50)],
    )  # fmt: skip
    assert (row["deployed_at"], row["deployment"], row["delivered_by"]) == (hour(40), "d40", "deployments")


def test_the_service_of_the_repository_is_that_of_its_pull_requests(tmp_path: Path) -> None:
    deployments = [deployment("m1", 30, service="other"), deployment("m1", 40, service="till")]
    lake = forge(tmp_path / "lake", pulls=[merged("1", 20)], deployments=deployments)
    company = Company(services=(Service(name="till", repository="shop"),))
    (row,) = computed(lake, company)["pull_request_phases"]
    assert (row["service"], row["deployed_at"]) == ("till", hour(40))


def test_attempts_are_one_run_and_flake_on_the_same_commit(tmp_path: Path) -> None:
    runs = [
        build("1", "failure", 1, commit="x"),
        build("1-2", "SUCCEEDED", 2, commit="x", attempt=2),
        build("2", "failure", 3, commit="y"),
        build("3", "success", 4, commit="z"),
        build("4", "failed", 5, commit="w"),
        build("5", "success", 6, commit="w"),
    ]
    rows = {row["build"]: row for row in computed(forge(tmp_path / "lake", builds=runs))["runs"]}
    assert [name for name, row in rows.items() if row["is_final"]] == ["1-2", "2", "3", "4", "5"]
    assert [name for name, row in rows.items() if row["is_flaky"]] == ["1-2", "4"]
    assert rows["1-2"]["outcome"] == "success"


def test_t3_4_a_failure_within_a_red_streak_does_not_begin_it_anew(tmp_path: Path) -> None:
    """T3.4: main fails at 10:00 and 10:20 and passes at 10:50: 50 minutes."""
    runs = [
        build("0", "success", 9),
        build("1", "failure", 10),
        build("2", "timed_out", 10 + 1 / 3),
        build("3", "cancelled", 10.4),
        build("4", "success", 10 + 5 / 6),
        build("5", "failure", 11),
        build("6", "success", 10.2, branch="side", is_default_branch=False),
    ]
    first, second = computed(forge(tmp_path / "lake", builds=runs))["red_streaks"]
    assert first["fixed_at"] - first["broken_at"] == timedelta(minutes=50)
    assert (first["failures"], first["fixed_by"]) == (2, "4")
    assert (second["broken_at"], second["fixed_at"]) == (hour(11), None)


spans = st.lists(st.integers(0, 400), min_size=6, max_size=6)


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(spans, st.sampled_from(("none", "comment", "approve", "both"))), min_size=20, max_size=30))
def test_phases_sum_to_the_lead_time(given_spans: list[tuple[list[int], str]]) -> None:
    """For every pull request, to the microsecond, whatever it went through; and no phase is negative."""
    with folder() as place:
        rows = computed(forge(place / "lake", **_told(given_spans)))["pull_request_phases"]
        assert len(rows) == len(given_spans)
        for row in rows:
            assert row["left_out"] is None
            phases = _phases(row)
            assert min(phases) >= timedelta(0)
            assert sum(phases, timedelta()) == row["deployed_at"] - row["started_at"]


def _told(given_spans: list[tuple[list[int], str]]) -> dict[str, list[Row]]:
    told: dict[str, list[Row]] = {"pulls": [], "reviews": [], "deployments": []}
    for n, (minutes, how) in enumerate(given_spans):
        at = [sum(minutes[: i + 1]) / 60 for i in range(6)]
        name = str(n)
        told["pulls"].append(merged(name, at[4], first_commit_at=hour(at[0]), created_at=hour(at[1])))
        told["reviews"] += [review(name, at[2], "commented")] * (how in ("comment", "both"))
        told["reviews"] += [review(name, at[3])] * (how in ("approve", "both"))
        told["deployments"].append(deployment(f"m{n}", at[5], id=f"d{n}"))
    return told


def _phases(row: dict[str, Any]) -> list[timedelta]:
    """Return the phases as the definitions say them, computed anew."""
    coding, release = row["ready_at"] - row["started_at"], row["deployed_at"] - row["merged_at"]
    if row["first_review_at"] is None:
        return [coding, row["merged_at"] - row["ready_at"], release]
    ends = row["approved_at"] or row["merged_at"]
    pickup, review_ = row["first_review_at"] - row["ready_at"], ends - row["first_review_at"]
    return [coding, pickup, review_, row["merged_at"] - ends, release]


def test_order_of_arrival_and_repetition_change_nothing(tmp_path: Path) -> None:
    """Told in any order, in pieces, and again: the same facts."""
    told = _told([([60, 30, 90, 45, 10, 300], how) for how in ("none", "comment", "approve", "both")])
    told["builds"] = [build(str(n), "failure" if n % 3 else "success", 10 + n) for n in range(9)]
    whole = computed(forge(tmp_path / "whole", **told))
    draws = random.Random(7)
    lake = None
    for part in range(2):
        piece = {name: [row for row in rows if draws.random() < 0.6 or part == 1] for name, rows in told.items()}
        for rows in piece.values():
            draws.shuffle(rows)
        lake = forge(tmp_path / "pieces", **piece)
        computed(lake)
    assert lake is not None
    again = computed(lake)
    assert {name: _bare(rows) for name, rows in again.items()} == {name: _bare(rows) for name, rows in whole.items()}


def _bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "basis"} for row in rows]


def test_nothing_is_done_where_nothing_changed(tmp_path: Path) -> None:
    lake = forge(tmp_path / "lake", pulls=[WHOLE])
    computed(lake)
    with lake.view() as view:
        assert code.stale(view, Company()) == ()
