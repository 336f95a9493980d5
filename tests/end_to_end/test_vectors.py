"""The worked examples of the definitions, put into the facts of a lake and measured by the metrics' own statements."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.metrics import METRICS, bands, statistics
from streamgauge.metrics.measured import summarise
from streamgauge.metrics.observations import Scope, Summary
from tests.kit import vectors

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
UNTIL = FIRST + timedelta(days=200)
BY_NAME = {metric.name: metric for metric in METRICS}
BLANKS = {"string": None, "int64": 0, "bool": False}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)


def rows(fact: str, given: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows of a fact, with blanks where `given` says nothing."""
    schema = FACTS[fact]
    blank = {field.name: BLANKS.get(str(field.type)) for field in schema} | {"line_id": "aa", "is_inside": True}
    return pa.Table.from_pylist([{k: (blank | row)[k] for k in schema.names} for row in given], schema=schema)


def measured(lake: Lake, metric: str, fact: str, given: Sequence[dict[str, Any]], **terms: Any) -> Summary:
    """Return what a metric finds in one fact that holds just the given rows; all lines are one slice."""
    lines = sorted({row.get("line_id", "aa") for row in given})
    with lake.writing() as writer:
        writer.replace_facts(fact, lines, rows(fact, given))
        writer.publish({})
    scopes = [Scope(line_id=n, slice="all", until=UNTIL, known_at=UNTIL, **terms) for n in lines]
    with lake.view() as view:
        return summarise(view, BY_NAME[metric], scopes)["all"]


def deployed(name: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"deployment": name, "deployed_at": at, "kind": "normal", "verdict": "ok"} | more


def shipped(name: str, hours: float, at: datetime, **more: Any) -> dict[str, Any]:
    start = at - timedelta(hours=hours)
    return {"change": name, "authored_at": start, "committed_at": start, "deployment": "d", "deployed_at": at} | more


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_t0_1_hours_are_real_ones_when_clocks_change(lake: Lake) -> None:
    given = vectors.BERLIN_NIGHT
    start, end = local(given.start, given.zone), local(given.end, given.zone)
    row = shipped("c", 0, end) | {"authored_at": start}
    found = measured(lake, "change_lead_time", "shipped", [row])
    assert found.values.tolist() == [vectors.T0_1.expected["hours"]]
    assert (end - start) / timedelta(hours=1) == vectors.T0_1.expected["naive_hours"]


def test_t0_2_a_weekend_counts_in_elapsed_time(lake: Lake) -> None:
    given = vectors.WEEKEND
    start, end = local(given.start, given.zone), local(given.end, given.zone)
    found = measured(lake, "change_lead_time", "shipped", [shipped("c", 0, end) | {"authored_at": start}])
    assert found.values.tolist() == [vectors.T0_2.expected["hours"]]


def test_t0_4_wilson() -> None:
    for given in vectors.WILSON:
        low, high = statistics.wilson(given.hits, given.of) or (None, None)
        assert (100 * low, 100 * high) == pytest.approx((given.low_percent, given.high_percent), abs=0.05)


def test_t1_1_frequency_counts_what_brought_change(lake: Lake) -> None:
    expected = vectors.T1_1.expected
    happened = [d for d in vectors.FREQUENCY if d.outcome == "succeeded"]
    given = [deployed(f"d{n}", FIRST + timedelta(days=d.day - 1, hours=9), kind=d.kind) for n, d in enumerate(happened)]
    found = measured(lake, "deployment_frequency", "deployments", given)
    assert (found.n, found.left_out) == (expected["counted"], {"rollback": 1})
    assert found.n / vectors.FREQUENCY_DAYS == pytest.approx(expected["per_day"])
    assert 7 * found.n / vectors.FREQUENCY_DAYS == expected["per_week"]
    first = date.fromisoformat(vectors.FREQUENCY_FIRST_DAY)
    days = [first + timedelta(days=d.day - 1) for d in happened if d.kind == "normal"]
    end = first + timedelta(days=vectors.FREQUENCY_DAYS)
    assert bands.frequency_category(days, end, vectors.FREQUENCY_DAYS) == expected["category"]


def test_t1_2_lead_time_leaves_reverts_out_where_asked(lake: Lake) -> None:
    expected = vectors.T1_2.expected
    given = [
        shipped(f"c{n}", c.hours, FIRST + timedelta(days=c.day, hours=12), is_revert=c.revert, reverts=[])
        for n, c in enumerate(vectors.CHANGES)
    ]
    found = measured(lake, "change_lead_time", "shipped", given, leave_out_reverts=True)
    assert found.left_out == {"revert": 1}
    told = [float(np.percentile(found.values, p)) for p in (50, 75, 90)]
    assert told == pytest.approx([expected["median"], expected["p75"], expected["p90"]])
    assert found.values.mean() == pytest.approx(expected["mean"])
    whole = measured(lake, "change_lead_time", "shipped", given)
    assert float(np.median(whole.values)) == expected["with_revert"]


def test_t1_3_fail_rate_counts_deployments_not_incidents(lake: Lake) -> None:
    expected = vectors.T1_3.expected
    failed = {linked for linked in vectors.INCIDENTS.values() if linked}
    given = [
        deployed(name, FIRST + timedelta(days=n), verdict="failed" if name in failed else "ok")
        | ({"kind": "hotfix"} if name in vectors.HOTFIXES else {})
        for n, name in enumerate(f"D{k}" for k in range(1, vectors.FAIL_DEPLOYMENTS + 1))
    ]
    found = measured(lake, "change_fail_rate", "deployments", given)
    assert (found.values.sum(), found.values.mean()) == (expected["failed"], pytest.approx(expected["rate"]))
    interval = statistics.wilson(found.values.sum(), found.n)
    assert interval == pytest.approx((expected["low"], expected["high"]), abs=5e-4)


def test_t1_4_recovery_does_not_forget_what_is_still_open(lake: Lake) -> None:
    expected = vectors.T1_4.expected
    given = []
    for n, outage in enumerate(vectors.OUTAGES):
        at = FIRST + timedelta(days=n) if outage.mended else UNTIL - timedelta(hours=outage.hours)
        mended = at + timedelta(hours=outage.hours) if outage.mended else None
        given.append(deployed(f"D{n}", at, verdict="failed", failed_at=at, restored_at=mended))
    found = measured(lake, "failed_deployment_recovery_time", "deployments", given)
    assert sorted(found.values) == [0.5, 1.0, 2.0, 3.0, 4.0]
    assert statistics.kaplan_meier_median(list(found.values), found.censored) == expected["median"]
    closed = [v for v, is_open in zip(found.values, found.censored, strict=True) if not is_open]
    assert median(closed) == expected["closed_only"]


def test_t1_5_rework_counts_the_mending_deployments(lake: Lake) -> None:
    expected = vectors.T1_5.expected
    kinds = [kind for kind, number in vectors.REWORK.items() for _ in range(number)]
    given = [deployed(f"D{n}", FIRST + timedelta(days=n), kind=kind) for n, kind in enumerate(kinds)]
    found = measured(lake, "deployment_rework_rate", "deployments", given)
    assert (found.values.sum(), found.n, found.values.mean()) == (expected["rework"], expected["of"], expected["rate"])
    assert measured(lake, "deployment_frequency", "deployments", given).n == expected["counted_for_frequency"]


def test_t1_6_scores() -> None:
    expected = vectors.T1_6.expected
    check = bands.QuickCheck(
        lead_time=bands.category_score(bands.duration_category(23)),
        frequency=bands.category_score(4),
        recovery=bands.category_score(bands.duration_category(0.9)),
        fail_rate=bands.share_score(vectors.ANSWERS["change_fail_rate"]),
        rework=bands.share_score(vectors.ANSWERS["deployment_rework_rate"]),
    )
    scores = (check.lead_time, check.frequency, check.recovery, check.fail_rate, check.rework)
    assert scores == pytest.approx(expected["scores"])
    assert bands.FREQUENCY_SCALE[4] == vectors.ANSWERS["deployment_frequency"]
    means = (check.overall, check.throughput, check.stability)
    assert means == pytest.approx((expected["overall"], expected["throughput"], expected["stability"]))
    assert bands.against_survey("change_lead_time", check.lead_time) == pytest.approx(expected["lead_time_z"], abs=5e-3)


def test_t1_7_bands_reach_up_to_the_better_neighbour() -> None:
    hours = vectors.T1_7.expected["hours"]
    assert {edition: bands.lead_time(hours, edition).name for edition in ("2021", "2024")} == {
        edition: vectors.T1_7.expected[edition] for edition in ("2021", "2024")
    }


def test_t1_8_one_pipeline_run_is_one_deployment_of_the_stream(lake: Lake) -> None:
    expected = vectors.T1_8.expected
    given = [
        deployed("run", FIRST, line_id=line, deployment_group="run-1")
        for line, _ in zip(("aa", "bb"), vectors.ONE_RUN, strict=True)
    ]
    assert measured(lake, "deployment_frequency", "deployments", given).n == expected["stream"]
    with lake.view() as view:
        scopes = [Scope(line_id=line, slice=line, until=UNTIL, known_at=UNTIL) for line in ("aa", "bb")]
        found = summarise(view, BY_NAME["deployment_frequency"], scopes)
    assert [found[line].n for line in ("aa", "bb")] == [expected["A"], expected["B"]]
