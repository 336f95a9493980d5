"""Only what is new or changed is written, and the order of arrival does not matter."""

import tempfile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.records import Branch, Record, Release
from tests.lake.rows import branches, count, day, heads, lake_at, shipped


def test_an_unchanged_record_is_not_written_again(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        assert writer.append(Branch, branches("abc")) == 3
        first = writer.publish({})
        assert writer.append(Branch, branches("abc", day(1))) == 0
        assert writer.publish({}) == first
    with lake.writing() as writer:
        assert writer.append(Branch, branches("abcd", day(2))) == 1
        assert writer.append(Branch, branches("ab", day(3), "c1")) == 2
        writer.publish({})
    with lake.view() as view:
        assert heads(view) == {"a": "c1", "b": "c1", "c": "c0", "d": "c0"}
        assert count(view, "branches_history") == 6


def test_a_batch_may_hold_a_thing_twice(tmp_path):
    batch = pa.concat_tables([branches("ab"), branches("ab"), branches("a", day(1)), branches("a", day(2), "c1")])
    with lake_at(tmp_path).writing() as writer:
        assert writer.append(Branch, batch) == 3
        assert writer.append(Branch, batch) == 0
        with writer.view() as view:
            assert heads(view) == {"a": "c1", "b": "c0"}


def test_a_thing_that_changes_back_is_a_new_version(tmp_path):
    with lake_at(tmp_path).writing() as writer:
        written = [writer.append(Branch, branches("a", day(n), commit)) for n, commit in enumerate(["x", "y", "x"])]
        assert written == [1, 1, 1]
        with writer.view() as view:
            assert heads(view) == {"a": "x"}


def test_things_of_other_repositories_and_kinds_do_not_meet(tmp_path):
    with lake_at(tmp_path).writing() as writer:
        writer.append(Branch, branches("a"))
        assert writer.append(Branch, branches("a", repository="other")) == 1
        release = branches("a").append_column("annotated", pa.array([True]))
        assert writer.append(Release, release) == 1


VERSIONS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6)), unique=True, min_size=1, max_size=9).flatmap(
    st.permutations
)


def test_of_two_runs_that_read_the_same_the_slower_one_adds_nothing(tmp_path):
    with lake_at(tmp_path).writing() as writer:
        assert writer.append(Branch, branches("ab", day(2))) == 2
        assert writer.append(Branch, branches("abc", day(1))) == 1


@settings(max_examples=10, deadline=None)
@given(VERSIONS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_whatever_the_order_of_arrival_the_newest_version_is_shown_then_and_now(arriving, size, random):
    """Each version differs from all others; batches of any size, some repeated."""
    with tempfile.TemporaryDirectory() as place, lake_at(place).writing() as writer:
        for first in range(0, len(arriving), size):
            for _ in range(random.choice([1, 2])):
                parts = [branches(i, day(n), f"{i}{n}") for i, n in arriving[first : first + size]]
                writer.append(Branch, pa.concat_tables(parts))
        for now in (0, 3, 6):
            known = {i: f"{i}{n}" for i, n in sorted(arriving) if n <= now}
            with writer.view(as_of=day(now)) as view:
                assert heads(view) == known
        with writer.view() as view:
            assert heads(view) == {i: f"{i}{n}" for i, n in sorted(arriving)}
            assert count(view, "branches_history") == len(arriving)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_versions_learned_at_one_instant_the_same_one_wins_in_both_orders(tmp_path, turned):
    seen = []
    for place, commits in (("one", ["x", "y"]), ("other", ["y", "x"])):
        with lake_at(tmp_path / place).writing() as writer:
            for commit in commits:
                assert writer.append(Branch, branches("a", day(1), commit)) == 1
            with writer.view() as view:
                seen.append(heads(view))
    assert seen[0] == seen[1]


def test_raw_items_are_kept_once(tmp_path):
    def items(ids):
        at = pa.array([day(0)] * len(ids), pa.timestamp("us", tz="UTC"))
        same = {name: pa.array([name] * len(ids)) for name in ("source", "repository", "kind")}
        return pa.table({**same, "id": pa.array(list(ids), pa.string()), "fetched_at": at, "payload": list(ids)})

    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        assert [writer.append_raw("git", items(ids)) for ids in ("aab", "bc", "", "abc")] == [2, 1, 0, 0]
        writer.publish({})
    with lake.view() as view:
        assert view.rows("SELECT id, payload FROM raw_git ORDER BY id")[2] == {"id": "c", "payload": b"c"}


def test_raw_items_of_a_run_that_never_published_are_not_written_again(tmp_path):
    at = pa.array([day(0)], pa.timestamp("us", tz="UTC"))
    item = pa.table({**{n: ["x"] for n in ("source", "repository", "kind", "id", "payload")}, "fetched_at": at})
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        assert writer.append_raw("git", item) == 1
    with lake.writing() as writer:
        assert writer.append_raw("git", item) == 0
        writer.publish({})
    with lake.view() as view:
        assert count(view, "raw_git") == 1


class OldBranch(Record, frozen=True, kw_only=True):
    table = "branches"
    commit: str


class NewBranch(Branch, frozen=True, kw_only=True):
    table = "branches"
    protected_by: list[str] | None


def test_a_field_added_since_reads_as_null_and_makes_no_new_version(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(OldBranch, branches("ab"))
        writer.publish({})
    with lake.view() as view:
        assert view.rows("SELECT id, target FROM branches ORDER BY id")[0] == {"id": "a", "target": None}
    with lake.writing() as writer:
        assert writer.append(Branch, branches("abc", day(1))) == 1
        named = branches("a", day(2)).append_column("target", pa.array(["main"]))
        assert writer.append(Branch, named) == 1
        writer.publish({})
    lake.compact()
    with lake.view() as view:
        assert [row["target"] for row in view.rows("SELECT target FROM branches ORDER BY id")] == ["main", None, None]


def test_a_field_that_a_newer_version_added_is_left_as_it_is(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(NewBranch, branches("ab"))
        assert writer.append(Branch, branches("bc", day(1))) == 1
        writer.publish({})
    with lake.view() as view:
        assert heads(view) == {"a": "c0", "b": "c0", "c": "c0"}
    assert lake.verify() == []


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (branches("a").append_column("colour", pa.array(["red"])), "colour"),
        (branches("a").drop(["id"]), "without id"),
        (branches("a").drop(["recorded_at"]), "recorded_at"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(tmp_path, batch, words):
    with lake_at(tmp_path).writing() as writer, pytest.raises(ValueError, match=words):
        writer.append(Branch, batch)


def test_facts_that_do_not_fit_are_refused(tmp_path):
    with lake_at(tmp_path).writing() as writer:
        with pytest.raises(ValueError, match="not among the lines"):
            writer.replace_facts("shipped", ["aa"], shipped("bb", "x"))
        with pytest.raises(ValueError, match="no line id"):
            writer.replace_facts("shipped", ["a' OR '1'='1"], shipped("aa", ""))
