"""Each insight about code is claimed where it is so, with evidence that exists, and not where it is not."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from tests.insights.looked import answered, said
from tests.kit import yard
from tests.kit.board import START, day, transitions, write

GREEN, RED, FLAKY = ("success",), ("failure",), ("failure", "success")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one item, so that there is work to ask about."""
    return write(tmp_path / "lake", transitions("A", [("In Progress", 0)]))


def test_merges_that_nobody_reviewed_are_a_share_with_its_interval(lake: Lake) -> None:
    yard.pulls(lake, 40, reviewed=20)
    (one,) = said(lake, "unreviewed_merges", until=day(60))
    assert one.place == {"repository": "quay"}
    assert (one.effect.value, one.n, one.evidence_total) == (0.5, 40, 20)
    assert {e.id for e in one.evidence} == {str(n) for n in range(20, 40)}


def test_a_tool_that_tells_of_no_review_at_all_proves_nothing(lake: Lake) -> None:
    yard.pulls(lake, 40, reviewed=0)
    told = answered(lake, "unreviewed_merges", until=day(60))
    assert told.findings == ()
    assert told.looked[0].unknown == "No reviews are known, or fewer than 20 merges."


def test_a_pipeline_that_fails_and_passes_on_the_same_state_is_flaky(lake: Lake) -> None:
    yard.builds(lake, [FLAKY if n % 5 == 0 else GREEN for n in range(60)])
    (one,) = said(lake, "flaky_default_branch", until=day(60))
    assert one.place == {"repository": "quay", "pipeline": "check"}
    assert (one.effect.value, one.n) == (0.2, 60)
    assert said(lake, "red_default_branch", until=day(30)) == ()


def test_a_branch_that_is_red_now_is_red_since_its_first_failure(lake: Lake) -> None:
    yard.builds(lake, [*([GREEN] * 30), RED, RED, RED])
    (one,) = said(lake, "red_default_branch", until=day(18))
    assert one.since == START + timedelta(hours=30 * 12 + 0.25, minutes=10)
    assert one.evidence[0].detail == "still red"
    assert said(lake, "flaky_default_branch", until=day(18)) == ()


def test_a_green_branch_is_no_finding(lake: Lake) -> None:
    yard.builds(lake, [GREEN] * 60)
    assert said(lake, "red_default_branch", until=day(30)) == ()
    assert said(lake, "flaky_default_branch", until=day(30)) == ()


def test_merged_changes_that_lie_much_longer_than_is_usual_are_told(lake: Lake) -> None:
    deployments = [{"line_id": "aa", "deployment": f"v{n}", "deployed_at": day(n * 3), "ordinal": n} for n in range(20)]
    undeployed = [
        {"line_id": "aa", "change": f"c{n}", "committed_at": day(60 + n), "is_inside": True}
        | {"is_merge": False, "is_bot": False, "is_revert": False}
        for n in range(12)
    ]
    line = {"line_id": "aa", "service": "labels", "repository": "quay"}
    with lake.writing() as writer:
        for fact, rows in (("deployments", deployments), ("undeployed", undeployed), ("lines", [line])):
            table = pa.Table.from_pylist([dict.fromkeys(FACTS[fact].names) | row for row in rows], schema=FACTS[fact])
            writer.replace_facts(fact, ["aa"], table)
        writer.publish({})
    (one,) = said(lake, "merged_work_waits", until=day(110))
    assert one.place == {"service": "labels", "repository": "quay"}
    assert (one.n, one.since) == (12, day(60))
    assert one.evidence[0].id == "c0"
    assert said(lake, "merged_work_waits", until=day(70)) == ()
