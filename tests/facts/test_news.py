"""Facts that are renewed item by item are those that are computed from scratch, whatever came and in whatever order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.company import Calendar, Company, Team, Thresholds, ValueStream, WipLimit
from streamgauge.facts import FACTS, flow, news
from streamgauge.lake import Lake, View, engines, limits
from streamgauge.records import Item, Transition
from tests.facts.kept import folder
from tests.kit.board import RECORDED, day, item, transitions, write

LEFT_OUT = ("basis", "renewed", "transitions_version", "items_version")
ORDERS = {
    "datasets": "dataset",
    "meanings": "status, detail, type, since",
    "visits": "item, ordinal",
    "touches": "item, started_at",
    "flow_items": "item, episode",
    "held": "item, since",
    "unmoved": "item",
    "off_tool": "item, entered_at",
    "same_items": "item, other_item",
    "passages": "item, episode, stage",
    "handoffs": "item, episode, sender, receiver, ended_at, wait_hours, is_bounced, loop_hours",
    "advances": "item, moved_at, former_place, place, stage",
    "working": "item, ordinal",
    "conformance": "item, episode",
    "wip_limits": "team, stage",
}
RICH = Company(
    calendar=Calendar(),
    teams=(Team(name="Red", members=3, calendar=Calendar(zone="America/New_York")),),
    value_streams=(ValueStream(name="all", agreed=("Development", "Review")),),
    wip_limits=(WipLimit(stage="Review", limit=2),),
)
"""A company that says all that facts about flow may follow from."""
LATER = RECORDED + timedelta(days=1)
STATUSES = ("To Do", "In Progress", "Waiting for review", "Strange", "Done", "Won't Fix", "Blocked")
ITEMS = ("A", "B", "C", "D")


def refresh(lake: Lake, company: Company) -> None:
    with lake.writing() as writer:
        with writer.view() as view:
            stale = flow.stale(view, company)
        flow.refresh(writer, stale, company)
        writer.publish({})


def facts(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    with lake.view() as view:
        return {name: view.rows(f"SELECT * FROM {name} ORDER BY line_id, {order}") for name, order in ORDERS.items()}


def from_scratch(lake: Lake, company: Company) -> dict[str, list[dict[str, Any]]]:
    """Return the facts that a lake would hold that had never computed any: its own, put aside and made again."""
    with lake.writing() as writer:
        with writer.view() as view:
            lines = [one.line_id for one in flow.datasets(view)]
        writer.replace_facts("datasets", lines, flow.DATASETS.empty_table())
        with writer.view() as view:
            flow.refresh(writer, flow.datasets(view), company)
        writer.publish({})
    return facts(lake)


def comparable(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{k: v for k, v in row.items() if name != "datasets" or k not in LEFT_OUT} for row in rows]
        for name, rows in found.items()
    }


moves = st.tuples(
    st.sampled_from(ITEMS),
    st.sampled_from(("status", "status", "status", "flag", "team", "type")),
    st.sampled_from((*STATUSES, None)),
    st.integers(0, 40),
    st.sampled_from((None, "Red", "Blue")),
)
things = st.tuples(
    st.sampled_from(ITEMS),
    st.sampled_from((*STATUSES, None)),
    st.sampled_from(("bug", "story", None)),
    st.sampled_from((None, 0, 3, 50)),
)
syncs = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 9), moves), max_size=4),
        st.lists(things, max_size=2),
        st.lists(st.integers(0, 9), max_size=2),
        st.lists(st.sampled_from(ITEMS), max_size=1),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(syncs, st.sampled_from((None, 1)))
def test_facts_renewed_after_any_syncs_are_those_from_scratch(told: list[Any], changes_at: int | None) -> None:
    """New, late, corrected and vanished records, another company file between: row for row the same facts."""
    with folder() as place:
        lake = write(place / "lake", transitions("Z", [("In Progress", 1), ("Done", 3)]), [item("Z", type="story")])
        refresh(lake, RICH)
        company = RICH
        for number, (rows, items, gone, vanished) in enumerate(told, 1):
            at = RECORDED + timedelta(hours=number)
            _sync(lake, at, rows, items, gone, vanished)
            company = replace(RICH, thresholds=Thresholds(reopen_grace_days=2)) if number == changes_at else company
            refresh(lake, company)
        renewed = facts(lake)
        assert comparable(renewed) == comparable(from_scratch(lake, company))


def _sync(lake: Lake, at: datetime, rows: list[Any], items: list[Any], gone: list[int], vanished: list[str]) -> None:
    import pyarrow as pa

    from streamgauge.records import schema

    told = {
        f"event-{number}": transitions(name, [(value, days)], field=named, team=team)[0]
        | {"id": f"event-{number}", "recorded_at": at, "happened_at": day(days)}
        for number, (name, named, value, days, team) in rows
    }
    kept = {
        name: item(name, status=status, type=kind, created_at=None if days is None else day(days), recorded_at=at)
        for name, status, kind, days in items
    }
    with lake.writing() as writer:
        for kind, new in ((Transition, told), (Item, kept)):
            if new:
                writer.append(kind, pa.Table.from_pylist(list(new.values()), schema=schema(kind)))
        writer.vanish(Transition, "work", [f"event-{number}" for number in gone], at + timedelta(minutes=1))
        writer.vanish(Item, "work", vanished, at + timedelta(minutes=1))
        writer.publish({})


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    place = tmp_path_factory.mktemp("news") / "lake"
    ways = [transitions(f"I{n}", [("To Do", 0), ("In Progress", 1), ("Done", n % 5 + 2)]) for n in range(60)]
    lake = write(place, [row for way in ways for row in way])
    refresh(lake, Company())
    return lake


def test_only_the_items_that_something_is_new_of_are_computed(lake: Lake) -> None:
    write(Path(lake.address), transitions("I7", [("In Progress", 20)], id="reopened", recorded_at=LATER))
    refresh(lake, Company())
    with lake.view() as view:
        assert view.rows("SELECT renewed FROM datasets") == [{"renewed": 1}]
        assert view.rows("SELECT count(*) AS n FROM visits WHERE item = 'I7'") == [{"n": 4}]
        assert view.rows("SELECT count(DISTINCT item) AS n FROM flow_items") == [{"n": 60}]


def test_a_refresh_without_news_writes_nothing(lake: Lake) -> None:
    before = lake.snapshot()
    refresh(lake, Company())
    assert lake.snapshot() == before


def test_the_mark_of_what_the_facts_rest_on_is_that_of_all_records(lake: Lake) -> None:
    """Counted from what was kept and what is new, or from all records, the state of a dataset is the same."""
    with lake.view() as view:
        kept = view.rows("SELECT basis, records, known_at FROM datasets")
    fresh = Lake.open(lake.address, facts=FACTS)
    from_scratch(fresh, Company())
    with fresh.view() as view:
        assert view.rows("SELECT basis, records, known_at FROM datasets") == kept


def test_what_is_blocked_still_is_so_for_longer_when_something_else_happens(tmp_path: Path) -> None:
    rows = [*transitions("A", [("In Progress", 0)]), *transitions("A", [("Impediment", 2)], field="flag")]
    lake = write(tmp_path / "lake", rows)
    refresh(lake, Company())
    write(tmp_path / "lake", transitions("B", [("In Progress", 6)], recorded_at=datetime(2026, 7, 1, tzinfo=UTC)))
    refresh(lake, Company())
    assert comparable(facts(lake)) == comparable(from_scratch(lake, Company()))


@pytest.mark.parametrize("apart", [0, 1_000_000], ids=["in files", "in memory"])
def test_facts_computed_in_parts_are_those_computed_at_once(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, apart: int
) -> None:
    whole = from_scratch(lake, Company())
    monkeypatch.setattr(limits, "ROWS_AT_ONCE", 40)
    monkeypatch.setattr(limits, "ROWS_PLAIN", 60)
    monkeypatch.setattr(limits, "ROWS_APART", apart)
    assert (engines.parts(180), engines.parts(180, is_plain=True)) == (5, 3)
    assert comparable(from_scratch(lake, Company())) == comparable(whole)


def test_facts_of_few_records_are_computed_in_small_parts_and_are_those_computed_at_once(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pool = from_scratch(lake, Company()), pa.default_memory_pool().backend_name
    monkeypatch.setattr(limits, "ROWS_OF_FEW", 40)
    taken: list[tuple[int, int]] = []
    read = news.read_part

    def noted(view: View, part: int, parts: int, key: Mapping[str, Any]) -> None:
        taken.append((part, parts))
        read(view, part, parts, key)

    monkeypatch.setattr(news, "read_part", noted)
    assert comparable(from_scratch(lake, Company())) == comparable(whole)
    assert len(taken) > 1
    assert len(taken) == taken[0][1]
    assert pa.default_memory_pool().backend_name == pool
