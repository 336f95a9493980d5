"""An answer that was given before is given again at once, and never after the lake, the question or the day changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.remembered import HOLDS
from streamgauge.company import Company, Process, Service, Status, Thresholds
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.lake.memory import MOST, Memory
from tests.kit.board import board, day, transitions, write

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
COMPANY = Company(
    process=(Process(statuses=(Status(status="Doing", state="active"),)),),
    services=(Service(name="shop", repository="shop"),),
    thresholds=Thresholds(reopen_grace_days=3),
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 4)], "B": [("In Progress", 2)]})


def test_the_same_question_is_answered_from_memory(lake: Lake) -> None:
    first = report(lake, FlowRequest(company=COMPANY), now=NOW)
    assert report(lake, FlowRequest(company=COMPANY), now=NOW + timedelta(minutes=1)) is first
    assert ageing(lake, FlowRequest(), now=NOW) is ageing(lake, FlowRequest(), now=NOW)


def test_another_question_company_or_option_is_answered_anew(lake: Lake) -> None:
    first = ageing(lake, FlowRequest(), now=NOW)
    assert ageing(lake, FlowRequest(), limit=1, now=NOW).items == first.items[:1]
    assert ageing(lake, FlowRequest(type=None, until=day(3)), now=NOW).at == day(3)
    strict = replace_company(first_status="waiting")
    assert report(lake, FlowRequest(company=strict), now=NOW).message != report(lake, FlowRequest(), now=NOW).message


def replace_company(first_status: str) -> Company:
    return Company(process=(Process(statuses=(Status(status="In Progress", state=first_status),)),))


def test_what_another_process_brings_is_seen_at_once(lake: Lake) -> None:
    first = ageing(lake, FlowRequest(), now=NOW)
    write(Path(lake.address), transitions("C", [("In Progress", 5)]))
    second = ageing(lake, FlowRequest(), now=NOW)
    assert (first.total, second.total) == (1, 2)
    assert second.lake_version not in ("none", first.lake_version)
    fresh = ageing(Lake.open(lake.address, facts=FACTS), FlowRequest(), now=NOW)
    assert fresh == second


def test_ages_grow_so_that_an_answer_holds_for_a_while_only(lake: Lake) -> None:
    first = ageing(lake, FlowRequest(), now=NOW)
    for later in (NOW + HOLDS + timedelta(seconds=1), NOW - timedelta(seconds=1)):
        fresh = ageing(lake, FlowRequest(), now=later)
        assert fresh.items[0].age_hours == pytest.approx(first.items[0].age_hours + (later - NOW) / timedelta(hours=1))
    evening = NOW.replace(hour=23, minute=59)
    assert report(lake, FlowRequest(), now=evening).window.until == NOW.replace(hour=0) + timedelta(days=1)
    night = report(lake, FlowRequest(), now=evening + timedelta(minutes=2))
    assert night.window.until == NOW.replace(hour=0) + timedelta(days=2)


@pytest.mark.parametrize("fixed", [{"until": day(5)}, {"as_of": datetime(2026, 6, 2, tzinfo=UTC)}])
def test_an_answer_about_a_past_moment_holds_as_long_as_the_lake(lake: Lake, fixed: dict[str, datetime]) -> None:
    request = replace(FlowRequest(), **fixed)
    now = datetime(2026, 6, 3, tzinfo=UTC)
    assert report(lake, request, now=now) is report(lake, request, now=now + timedelta(days=9))


def test_a_memory_forgets_former_snapshots_and_what_was_not_asked_for_longest() -> None:
    memory = Memory()
    memory.keep("one", "question", "answer")
    assert (memory.recall("one", "question"), memory.recall("two", "question")) == ("answer", None)
    for number in range(MOST):
        memory.keep("two", number, number)
    assert memory.recall("one", "question") is None
    memory.recall("two", 0)
    memory.keep("two", "more", "more")
    assert (memory.recall("two", 0), memory.recall("two", 1)) == (0, None)
