"""Every number opens into records that exist, and what is shown and left out is all there is."""

import functools
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.command import proof, report
from tests.kit.histories import branchy, reverts, skewed_clocks
from tests.oracle.oracle import Oracle

PATTERN = r"v?\d+(\.\d+)+"
METRICS = (
    "deployment_frequency",
    "change_lead_time",
    "change_fail_rate",
    "failed_deployment_recovery_time",
    "deployment_rework_rate",
    "time_between_deployments",
    "batch_size",
    "undeployed_changes",
    "revert_share",
)


@pytest.fixture(scope="module", params=[branchy, reverts, skewed_clocks], ids=lambda f: f.__name__)
def asked(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("proof")
    path = request.param(folder / "repo").path
    opened.cache_clear()
    return path, folder / "lake", report(path, lake=folder / "lake", options=["--releases", PATTERN])["services"][0]


@functools.cache
def opened(metric: str, path: Path, lake: Path, *more: str) -> dict[str, Any]:
    """Return the whole proof of a number; asked once, however many tests look at it."""
    return proof(metric, lake=lake, options=[path, "--service", "repo", "--releases", PATTERN, "--limit", "all", *more])


@pytest.mark.parametrize("metric", METRICS)
def test_the_report_has_the_metric_and_its_proof_the_same_number(metric: str, asked: Any) -> None:
    (shown,) = [m for m in asked[2]["measures"] if m["metric"] == metric]
    told = opened(metric, *asked[:2])
    same = ["value", "n", "unit", "low", "high", "null_reason", "provisional"]
    same += [] if metric == "undeployed_changes" else ["percentiles"]
    assert {k: told[k] for k in same} == {k: shown[k] for k in same}
    assert told["left_out"] == shown["left_out"]


@pytest.mark.parametrize("metric", METRICS)
def test_shown_and_left_out_make_the_whole(metric: str, asked: Any) -> None:
    told = opened(metric, *asked[:2])
    assert told["shown"] + sum(entry["n"] for entry in told["left_out"]) == told["total"]
    assert len(told["records"]) == told["total"]
    assert len([r for r in told["records"] if r["left_out"] is None]) == told["shown"]
    for entry in told["left_out"]:
        assert len([r for r in told["records"] if r["left_out"] == entry["reason"]]) == entry["n"]
    assert told["sql"].strip()


@pytest.mark.parametrize("metric", METRICS)
def test_every_record_exists(metric: str, asked: Any) -> None:
    known = Oracle(asked[0], PATTERN)
    told = opened(metric, *asked[:2])
    assert {r["id"] for r in told["records"]} <= known.tags | set(known.commits)
    assert {r["release"] for r in told["records"]} <= known.tags | {None}


def test_the_records_of_lead_time_are_those_of_the_second_computation(asked: Any) -> None:
    spans = Oracle(asked[0], PATTERN).lead_times()
    told = opened("change_lead_time", *asked[:2])
    counted = {r["id"]: r["value"] for r in told["records"] if r["left_out"] is None}
    assert counted == pytest.approx(spans.hours)
    assert {r["id"] for r in told["records"] if r["left_out"] == "NEGATIVE_DURATION"} == set(spans.negative)
    values = [r["value"] for r in told["records"] if r["left_out"] is None]
    assert values == sorted(values, reverse=True)


def test_months_of_the_series_open_too(asked: Any) -> None:
    points = [p for p in asked[2]["series"] if p["metric"] in ("change_lead_time", "deployment_frequency")][:4]
    for point in points:
        told = opened(point["metric"], *asked[:2], "--bucket", point["bucket"])
        assert (told["n"], told["bucket"]) == (point["n"], point["bucket"])
        assert told["value"] == (None if point["value"] is None else pytest.approx(point["value"]))
