"""Every metric counts what its definition says, within its window, as known at a moment, and says what it left out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streamgauge.metrics import METRICS, Metric
from streamgauge.metrics.observations import statement
from tests.metrics.rows import (
    END,
    START,
    day,
    deployed,
    lake_with,
    listed,
    measured,
    monthly,
    scope,
    shipped,
    summaries,
)

HOURS = 24.0


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_nothing_is_an_empty_summary_and_no_month(metric: Metric, tmp_path: Path) -> None:
    with lake_with(tmp_path).view() as view:
        found = measured(view, metric.name)
        assert (found.n, len(found.values), found.left_out, found.oldest, found.newest) == (0, 0, {}, None, None)
        assert not monthly(view, metric.name, scope())
        assert listed(view, metric.name, scope(), worst="DESC", limit=None) == []


def everything() -> dict[str, Sequence[dict[str, Any]]]:
    failed = {"verdict": "failed", "is_inferred": True, "failed_at": day(5), "restored_at": day(6)}
    return {
        "deployments": [
            deployed("a", 5, **failed),
            deployed("b", 6, kind="hotfix", ordinal=1),
            deployed("c", 9, kind="rollback", ordinal=2),
            deployed("d", 20, left_out="pre-release"),
            deployed("e", 30, ordinal=3, is_cut=True),
        ],
        "shipped": [
            shipped("1", 1, 5),
            shipped("2", 4, 5, is_merge=True),
            shipped("3", 7, 6),
            shipped("4", 5, 6, is_revert=True, reverts=["1"]),
            shipped("5", 5, 6, is_bot=True),
            shipped("6", 5, 6, is_inside=False),
            shipped("7", 20, 30, is_cut=True),
            shipped("8", 2, 6, authored_at=None),
        ],
        "undeployed": [
            {"change": "9", "committed_at": day(40)},
            {"change": "10", "committed_at": day(50), "is_inside": False},
            {"change": "11", "committed_at": None},
        ],
    }


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_shown_and_left_out_are_all_and_the_records_are_the_summary(metric: Metric, tmp_path: Path) -> None:
    with lake_with(tmp_path, **everything()).view() as view:
        for terms in ({}, {"since": day(6)}, {"until": day(20)}, {"include_merges": True, "leave_out_bots": True}):
            asked = scope(**terms)
            found = summaries(view, metric.name, [asked])["aa"]
            rows = listed(view, metric.name, asked, worst="DESC", limit=None)
            assert len(rows) == found.n + sum(found.left_out.values())
            shown = [row["value"] for row in rows if row["left_out"] is None]
            assert sorted(v for v in shown if v is not None) == found.values.tolist()
            assert [row["left_out"] is None for row in rows] == [True] * found.n + [False] * (len(rows) - found.n)


def test_lead_time_says_why_each_change_is_left_out(tmp_path: Path) -> None:
    with lake_with(tmp_path, **everything()).view() as view:
        found = measured(view, "change_lead_time")
        assert found.values.tolist() == [HOURS, HOURS, 4 * HOURS]
        assert found.left_out == {
            "merge commit": 1,
            "NEGATIVE_DURATION": 1,
            "outside of the service's paths": 1,
            "history cut: a shallow clone hides whether an earlier release had it": 1,
            "no readable time": 1,
        }
        other = measured(view, "change_lead_time", from_committed=True, include_merges=True, leave_out_reverts=True)
        assert other.values.tolist() == [HOURS, HOURS, 4 * HOURS, 4 * HOURS]
        assert (other.left_out["revert"], "merge commit" in other.left_out) == (1, False)


def test_one_value_is_itself(tmp_path: Path) -> None:
    with lake_with(tmp_path, shipped=[shipped("1", 1, 5)]).view() as view:
        assert measured(view, "change_lead_time").values.tolist() == [4 * HOURS]


def test_all_left_out_is_no_value_with_reasons(tmp_path: Path) -> None:
    with lake_with(tmp_path, shipped=[shipped("1", 1, 5, is_merge=True)] * 3).view() as view:
        found = measured(view, "change_lead_time")
        assert (found.n, found.left_out) == (0, {"merge commit": 3})


def test_the_window_is_half_open(tmp_path: Path) -> None:
    with lake_with(tmp_path, deployments=[deployed(str(n), n) for n in range(10)]).view() as view:
        assert measured(view, "deployment_frequency", since=day(2), until=day(5)).n == 3


def test_leaving_reverts_out_of_lead_time_does_not_hide_them_from_their_share(tmp_path: Path) -> None:
    with lake_with(tmp_path, **everything()).view() as view:
        for leave_out in (False, True):
            assert measured(view, "revert_share", leave_out_reverts=leave_out).values.sum() == 1


def test_gaps_run_over_the_edge_of_the_window_and_skip_what_does_not_count(tmp_path: Path) -> None:
    rows = [deployed("a", 0), deployed("x", 3, left_out="pre-release"), deployed("b", 4), deployed("c", 10)]
    with lake_with(tmp_path, deployments=rows).view() as view:
        assert measured(view, "time_between_deployments").values.tolist() == [4 * HOURS, 6 * HOURS]
        assert measured(view, "time_between_deployments", since=day(4)).values.tolist() == [4 * HOURS, 6 * HOURS]
        assert measured(view, "time_between_deployments").left_out == {"first deployment": 1, "pre-release": 1}


def test_batch_size_counts_what_counts_and_0_is_a_size(tmp_path: Path) -> None:
    rows = [deployed("d5", 5), deployed("d6", 6), deployed("d7", 7, is_cut=True)]
    made = [shipped("1", 1, 5), shipped("2", 1, 5, is_merge=True)]
    with lake_with(tmp_path, deployments=rows, shipped=made).view() as view:
        assert measured(view, "batch_size").values.tolist() == [0, 1]
        assert measured(view, "batch_size", include_merges=True).values.tolist() == [0, 2]


def test_a_run_is_one_deployment_also_where_its_first_part_does_not_count(tmp_path: Path) -> None:
    rows = [
        deployed("a", 1, kind="rollback", deployment_group="run"),
        deployed("b", 2, deployment_group="run"),
        deployed("c", 3, deployment_group="run"),
    ]
    with lake_with(tmp_path, deployments=rows).view() as view:
        found = measured(view, "deployment_frequency")
        assert (found.n, found.left_out) == (1, {"rollback": 1, "same pipeline run": 1})


class TestFailures:
    """What was known of failures at a moment."""

    ROWS = (
        deployed("a", 10, verdict="failed", is_inferred=True, failed_at=day(10), restored_at=day(14)),
        deployed("b", 20, verdict="failed", is_inferred=False, failed_at=day(20), restored_at=None),
        deployed("c", 30),
    )

    @pytest.mark.parametrize(("known", "failed"), [(12, 0), (14, 1), (60, 2)])
    def test_an_inferred_failure_is_known_from_its_repair_on(self, known: float, failed: int, tmp_path: Path) -> None:
        with lake_with(tmp_path, deployments=self.ROWS).view() as view:
            found = measured(view, "change_fail_rate", known_at=day(known), until=day(known) if known > 14 else END)
            assert found.values.sum() == failed + (known <= 14)

    def test_before_the_repair_there_is_no_recovery_time(self, tmp_path: Path) -> None:
        with lake_with(tmp_path, deployments=self.ROWS[:1]).view() as view:
            assert measured(view, "failed_deployment_recovery_time", known_at=day(13)).n == 0
            assert measured(view, "failed_deployment_recovery_time", known_at=day(14)).values.tolist() == [4 * HOURS]

    def test_a_recorded_failure_that_is_open_is_censored_at_its_age(self, tmp_path: Path) -> None:
        with lake_with(tmp_path, deployments=self.ROWS[1:]).view() as view:
            found = measured(view, "failed_deployment_recovery_time", known_at=day(23))
            assert (found.values.tolist(), found.censored) == ([3 * HOURS], (True,))

    def test_recovery_counts_in_the_month_of_the_restore(self, tmp_path: Path) -> None:
        row = deployed("a", 30, verdict="failed", is_inferred=True, failed_at=day(30), restored_at=day(33))
        with lake_with(tmp_path, deployments=[row]).view() as view:
            months = monthly(view, "failed_deployment_recovery_time", scope(), "UTC")
            assert [(m.bucket, m.median) for m in months] == [("2026-02", 3 * HOURS)]


class TestInventory:
    """What lies undeployed at the end of the window."""

    def test_what_came_before_the_window_still_lies_there(self, tmp_path: Path) -> None:
        with lake_with(tmp_path, undeployed=[{"change": "1", "committed_at": day(1)}]).view() as view:
            assert measured(view, "undeployed_changes", since=day(50)).n == 1

    def test_its_age_is_that_at_the_end_of_the_window(self, tmp_path: Path) -> None:
        rows = [{"change": "1", "committed_at": day(1)}]
        with lake_with(tmp_path, undeployed=rows).view() as view:
            assert measured(view, "undeployed_changes", until=day(11)).values.tolist() == [10 * HOURS]

    def test_what_was_shipped_later_lay_there_then(self, tmp_path: Path) -> None:
        with lake_with(tmp_path, shipped=[shipped("1", 10, 20)]).view() as view:
            levels = [measured(view, "undeployed_changes", until=day(n)).n for n in (10, 11, 20, 21)]
            assert levels == [0, 1, 1, 0]

    def test_a_commit_without_a_time_or_from_the_future_counts_and_has_no_age(self, tmp_path: Path) -> None:
        rows: list[dict[str, Any]] = [{"change": "1", "committed_at": None}, {"change": "2", "committed_at": day(500)}]
        with lake_with(tmp_path, undeployed=[*rows, {"change": "3", "committed_at": day(99)}]).view() as view:
            found = measured(view, "undeployed_changes", known_at=day(99.5))
            assert (found.n, found.values.tolist()) == (3, [12.0])
            assert not np.isnan(found.values).any()

    def test_the_months_add_up_to_the_inventory(self, tmp_path: Path) -> None:
        made = [shipped(str(n), 2 * n, 2 * n + 25) for n in range(30)]
        waits = [{"change": f"w{n}", "committed_at": day(9 * n)} for n in range(9)]
        with lake_with(tmp_path, shipped=made, undeployed=waits).view() as view:
            months = monthly(view, "undeployed_changes", scope(), "UTC")
            for number, end in ((1, datetime(2026, 2, 1, tzinfo=UTC)), (2, datetime(2026, 3, 1, tzinfo=UTC))):
                level = sum(m.total for m in months if m.bucket <= f"2026-0{number}")
                assert level == measured(view, "undeployed_changes", until=end).n


@pytest.mark.parametrize(
    ("zone", "buckets"),
    [("UTC", ["2026-03", "2026-04"]), ("Europe/Berlin", ["2026-04"]), ("America/New_York", ["2026-03"])],
)
def test_a_month_is_one_of_the_zone(zone: str, buckets: list[str], tmp_path: Path) -> None:
    late, early = datetime(2026, 3, 31, 23, 30, tzinfo=UTC), datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    rows = [deployed("a", 0, deployed_at=late), deployed("b", 0, deployed_at=early)]
    with lake_with(tmp_path, deployments=rows).view() as view:
        months = monthly(view, "deployment_frequency", scope(until=day(200)), zone)
    assert [m.bucket for m in months] == buckets
    assert sum(m.n for m in months) == 2


def test_lines_of_one_slice_are_measured_as_one_and_others_apart(tmp_path: Path) -> None:
    rows = [shipped("1", 1, 2), shipped("2", 1, 4, line_id="bb"), shipped("3", 1, 8, line_id="cc")]
    asked = [scope(line_id=k, slice=s) for k, s in (("aa", "x"), ("bb", "x"), ("cc", "y"), ("dd", "z"))]
    with lake_with(tmp_path, shipped=rows).view() as view:
        found = summaries(view, "change_lead_time", asked)
    assert {k: v.values.tolist() for k, v in found.items()} == {"x": [HOURS, 3 * HOURS], "y": [7 * HOURS], "z": []}


def test_the_worst_records_come_first_and_the_limit_holds_for_both_kinds(tmp_path: Path) -> None:
    rows = [shipped(str(n), n, 9) for n in range(5)] + [shipped(f"m{n}", n, 9, is_merge=True) for n in range(5)]
    with lake_with(tmp_path, shipped=rows).view() as view:
        found = listed(view, "change_lead_time", scope(), worst="DESC", limit=2)
        assert [row["evidence"] for row in found] == ["0", "1", "m0", "m1"]
        best = listed(view, "change_lead_time", scope(), worst="ASC", limit=1)
        assert [row["evidence"] for row in best] == ["4", "m4"]


def test_a_statement_holds_parameters_and_no_values() -> None:
    assert all(str(START.year) not in statement(metric) for metric in METRICS)
