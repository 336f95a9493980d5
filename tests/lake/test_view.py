"""Statements see the same shared words, the same zone, and bound parameters only."""

import re
from datetime import datetime

import pytest

from streamgauge.lake import limits
from streamgauge.records import Branch
from tests.lake.rows import START, branches, day, lake_at, shipped


@pytest.fixture
def view(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("abc"))
        writer.publish({})
    with lake.view() as view:
        yield view


def test_parameters_are_bound_and_those_that_the_statement_does_not_name_are_ignored(view):
    evil = "a' OR '1'='1"
    assert view.rows("SELECT id FROM branches WHERE id = $id", {"id": evil, "other": 1}) == []
    assert view.rows("SELECT id FROM branches WHERE id = $id", {"id": "b"}) == [{"id": "b"}]


def test_instants_come_back_in_utc(view):
    (row,) = view.rows("SELECT DISTINCT recorded_at, current_setting('TimeZone') AS zone FROM branches")
    assert (row["recorded_at"], row["recorded_at"].utcoffset().seconds, row["zone"]) == (START, 0, "UTC")


def test_a_day_without_a_zone_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no zone"):
        lake_at(tmp_path).view(as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault that is tested


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("unix_micros($at)", 1767225600000000),
        ("unix_seconds($at)", 1767225600),
        ("timestamp_micros(1767225600000000)", START),
        ("from_utc_timestamp($at, 'Europe/Berlin')", datetime(2026, 1, 1, 1)),  # noqa: DTZ001 - wall time
        ("to_utc_timestamp(from_utc_timestamp($at, 'Asia/Tokyo'), 'Asia/Tokyo')", START),
        ("(SELECT percentile(CAST(x AS INT), 0.75) FROM (SELECT explode(split('1-2-3-4', '-')) AS x) AS t)", 3.25),
        ("size(split('a-b', '-'))", 2),
        ("array_join(split('a b', ' '), '-')", "a-b"),
        ("try_divide(1, 0)", None),
        ("try_divide(1, 4)", 0.25),
        ("array_contains(split('a-b', '-'), 'b')", True),
        ("sha2('x', 256)", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
    ],
)
def test_the_words_shared_with_spark_mean_what_spark_says(view, expression, value):
    assert view.rows(f"SELECT {expression} AS value", {"at": START}) == [{"value": value}]


def test_the_rows_that_are_picked_are_shown_in_the_place_of_those_picked_before(view):
    for name in "bc":
        view.pick("branches", "id = $id", {"id": name, "other": 1})
        assert view.rows("SELECT id FROM branches") == [{"id": name}]
    view.spare()
    assert view.rows("SELECT count(*) AS n FROM branches") == [{"n": 1}]


def test_a_table_of_ones_own_can_be_joined(view):
    view.register("wanted", branches("b", day(1)))
    assert view.rows("SELECT id FROM branches SEMI JOIN wanted USING (id)") == [{"id": "b"}]


def test_a_few_rows_that_were_added_last_do_not_make_the_engine_guess_that_there_are_few(tmp_path):
    lake = lake_at(tmp_path)
    for number, count in enumerate((3, 5_000, 2, 2)):
        with lake.writing() as writer:
            writer.append_facts("shipped", shipped("a", (f"{number}-{one}" for one in range(count))))
            writer.publish({})
    with lake.view() as view:
        plan = " ".join(view.rows("EXPLAIN SELECT change FROM shipped")[0].values())
    assert max(int(guess.replace(",", "")) for guess in re.findall(r"~([\d,]+) rows", plan)) >= 5_000


def reads_files(lake, rows, *, at_once=False):
    with lake.view() as view:
        view.keep("shipped", at_once=at_once)
        assert view.rows("SELECT count(*) AS n FROM shipped") == [{"n": rows}]
        return "PARQUET" in view.rows("EXPLAIN SELECT change FROM shipped")[0]["explain_value"]


def test_a_fact_that_is_asked_for_again_is_kept_in_memory_as_long_as_its_snapshot_is_the_newest(tmp_path, monkeypatch):
    lake, rows = lake_at(tmp_path), 0
    for changes in ("12", "3"):
        rows += len(changes)
        with lake.writing() as writer:
            writer.append_facts("shipped", shipped("a", changes))
            writer.publish({})
        assert [reads_files(lake, rows) for _ in range(3)] == [True, False, False]
    assert not reads_files(lake_at(tmp_path), rows, at_once=True)
    monkeypatch.setattr(limits, "ROWS_IN_MEMORY", 2)
    lake = lake_at(tmp_path)
    assert reads_files(lake, rows, at_once=True)
    assert reads_files(lake, rows)


def test_a_condition_that_nothing_is_asked_of_is_left_out_of_statements(view):
    asks = "SELECT id FROM branches WHERE ($wanted IS NULL OR id = get($wanted, 0)) ORDER BY id"
    condition = "($wanted IS NULL OR id = get($wanted, 0))"
    view.always(condition, unless=["wanted"])
    assert [row["id"] for row in view.rows(asks, {"wanted": [None, None]})] == ["a", "b", "c"]
    assert view.rows(asks, {"wanted": None}) == view.rows(asks, {"wanted": [None]})
    assert view.rows(asks, {"wanted": ["b"]}) == [{"id": "b"}]
    assert view.rows(asks, {"wanted": [""]}) == []
    assert view.rows(f"EXPLAIN {asks}", {"wanted": ["b"]}) != view.rows(f"EXPLAIN {asks}", {"wanted": [None]})


def test_a_small_answer_is_kept_until_a_table_shows_something_else(view, monkeypatch):
    asked, ask = [], view.engine.query
    monkeypatch.setattr(view.engine, "query", lambda sql, bound: asked.append(sql) or ask(sql, bound))
    count, of_one = "SELECT count(*) AS n FROM branches", "SELECT id FROM branches WHERE id = $id"
    assert view.rows(count) == view.rows(count, {"other": 1}) == [{"n": 3}]
    assert view.rows(of_one, {"id": "a"}) == view.rows(of_one, {"id": "a", "n": 2}) == [{"id": "a"}]
    assert view.rows(of_one, {"id": "z"}) == []
    assert len(asked) == 3
    view.register("branches", branches("b"))
    assert view.rows(count) == [{"n": 1}]
    view.define("branches", "SELECT 1 AS id")
    assert len(asked) == 4
    assert view.rows("SELECT count(*) AS m FROM branches WHERE id IN (SELECT unnest($ids))", {"ids": ["b"] * 101})
    assert view.query("SELECT * FROM range(40000)").num_rows == view.query("SELECT * FROM range(40000)").num_rows
    assert len(asked) == 7


def test_what_is_held_for_other_values_does_not_answer_for_these(view):
    """The words that are held stand in the place of those that name the values."""
    common, asks = "WITH early AS (SELECT id FROM branches WHERE id < $most)", " SELECT count(*) AS n FROM early"
    for most, count in (("b", 1), ("z", 3), ("b", 1)):
        view.hold(common, ["early"], {"most": most})
        assert view.rows(common + asks, {"most": most}) == [{"n": count}]
