"""Whole runs become visible at once, half a run never."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.errors import DamagedLake, LakeLocked
from streamgauge.lake import Lake, upkeep
from streamgauge.records import Branch, Release
from tests.lake.other_writer import LINES, expected_ids, facts_follow, step
from tests.lake.rows import FACTS, branches, count, day, heads, lake_at, shipped

ROOT = Path(__file__).parents[2]


def start(*arguments):
    command = [sys.executable, "-m", "tests.lake.other_writer", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def test_readers_see_nothing_before_publish_and_all_of_it_after(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("ab"))
        writer.replace_facts("shipped", ["aa"], shipped("aa", "xy"))
        with lake.view() as seen, writer.view() as own:
            assert (count(seen, "branches"), count(seen, "shipped")) == (0, 0)
            assert (count(own, "branches"), count(own, "shipped")) == (2, 2)
        published = writer.publish({"git": "1"})
    with lake.view() as view:
        assert (count(view, "branches"), count(view, "shipped")) == (2, 2)
    assert lake.snapshot() == published


def test_a_view_stays_as_it_was_while_others_publish(tmp_path):
    lake = lake_at(tmp_path)
    step(str(tmp_path), 0)
    with lake.view() as view:
        step(str(tmp_path), 1)
        lake.compact()
        assert count(view, "branches") == len(expected_ids(0))


def test_cursors_are_merged_and_a_run_without_news_publishes_nothing(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.publish({"a": "1", "b": "1"})
        second = writer.publish({"b": "2"})
    with lake.writing() as writer:
        assert writer.cursors == {"a": "1", "b": "2"}
        assert writer.publish({"a": "1"}) == second


def test_tombstones_hide_a_thing_from_their_instant_on_and_it_may_come_back(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("abc"))
        assert writer.vanish(Branch, "r", ["a", "b", "unknown"], day(2)) == 2
        assert writer.vanish(Branch, "r", ["a"], day(3)) == 0
        assert writer.vanish(Branch, "elsewhere", ["c"], day(3)) == 0
        assert writer.append(Branch, branches("a", day(4))) == 1
        writer.publish({})
    seen = {}
    for now in (1, 2, 4):
        with lake.view(as_of=day(now)) as view:
            seen[now] = "".join(heads(view))
    assert seen == {1: "abc", 2: "c", 4: "ac"}
    with lake.view() as view:
        assert "".join(heads(view)) == "ac"
        assert count(view, "branches_history") == 6


def test_replacing_touches_the_named_lines_only(tmp_path):
    with lake_at(tmp_path).writing() as writer:
        writer.replace_facts("shipped", ["aa"], shipped("aa", "x"))
        writer.replace_facts("shipped", ["bb"], shipped("bb", "y"))
        writer.append_facts("shipped", shipped("bb", "z"))
        writer.replace_facts("shipped", ["aa", "cc"], shipped("cc", "w"))
        writer.replace_facts("shipped", ["dd"], shipped("dd", ""))
        writer.append_facts("totals", pa.table({"name": ["n"], "n": [3]}))
        with writer.view() as view:
            rows = view.rows("SELECT line_id, change FROM shipped ORDER BY ALL")
            assert view.rows("SELECT * FROM totals") == [{"name": "n", "n": 3}]
    assert rows == [{"line_id": line, "change": c} for line, c in (("bb", "y"), ("bb", "z"), ("cc", "w"))]


def test_what_a_run_left_undone_is_taken_back_but_its_records_stay(tmp_path):
    lake = lake_at(tmp_path)
    step(str(tmp_path), 0)
    with lake.writing() as writer:
        writer.append(Branch, branches("z"))
        writer.replace_facts("shipped", ["00"], shipped("00", "false"))
        writer.append_facts("totals", pa.table({"name": ["n"], "n": [3]}))
    with lake.view() as view:
        assert "z" not in heads(view)
        assert count(view, "shipped") == LINES * len(expected_ids(0))
    with lake.writing() as writer:
        with writer.view() as view:
            assert "z" in heads(view)
            assert count(view, "shipped") == LINES * len(expected_ids(0))
            assert count(view, "totals") == 0
        assert writer.append(Branch, branches("z", day(9))) == 0
        writer.publish({})
    with lake.view() as view:
        assert "z" in heads(view)
    assert lake.verify() == []


def test_facts_with_other_columns_than_before_are_dropped_and_named(tmp_path):
    step(str(tmp_path), 0)
    wider = {**FACTS, "shipped": FACTS["shipped"].append(pa.field("hours", pa.float64()))}
    lake = Lake.open(str(tmp_path), facts=wider)
    with lake.view() as view:
        assert count(view, "shipped") == 0
    with lake.writing() as writer:
        assert writer.emptied == {"shipped"}
        row = shipped("aa", "x").append_column("hours", pa.array([1.5]))
        writer.replace_facts("shipped", ["aa"], row)
        writer.publish({})
    with lake.view() as view:
        assert view.rows("SELECT change, hours FROM shipped") == [{"change": "x", "hours": 1.5}]


def test_a_second_writer_waits_and_then_names_the_holder(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMGAUGE_LEASE_WAIT", "0.2")
    lake = lake_at(tmp_path)
    with lake.writing(), pytest.raises(LakeLocked, match=str(os.getpid())) as refusal, lake_at(tmp_path).writing():
        pass
    assert refusal.value.exit_code == 4


def test_a_fault_in_a_run_frees_the_lake_and_stays_what_it_is(tmp_path):
    lake = lake_at(tmp_path)
    with pytest.raises(FileNotFoundError), lake.writing():
        raise FileNotFoundError(2, "something of the run's own")
    with lake.writing() as writer:
        writer.publish({})


def test_four_processes_at_once_lose_and_double_nothing(tmp_path):
    place = tmp_path / "lake"
    processes = [start(place, "overlap", n) for n in range(4)]
    ended = [(p.communicate(timeout=60), p.returncode) for p in processes]
    assert [code for _, code in ended] == [0] * 4, ended
    assert len({output for (output, _), _ in ended}) == 1
    lake = lake_at(place)
    with lake.view() as view:
        assert count(view, "branches") == count(view, "branches_history") == 250 + 16
        assert count(view, "shipped") == 400
    assert lake.snapshot().cursors == {f"worker{n}": "3" for n in range(4)}
    assert lake.verify() == []


def test_killing_a_run_at_any_moment_leaves_a_sound_lake_and_the_next_run_ends_the_same(tmp_path):
    place, done = tmp_path / "lake", 0
    for turn in range(10):
        process = start(place, "steps", done)
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.03 + 0.045 * turn)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        done = _sound(place, done)
    step(str(place), done)
    with lake_at(place).view() as view:
        assert set(heads(view)) == expected_ids(done)
        assert count(view, "branches_history") == len(expected_ids(done))
        assert count(view, "shipped") == LINES * len(expected_ids(done))


def _sound(place, done):
    """The lake is exactly as its last published step left it; return the number of the next step."""
    lake = lake_at(place)
    assert lake.verify((facts_follow,)) == []
    snapshot = lake.snapshot()
    if snapshot is None:
        return done
    last = int(snapshot.cursors["step"])
    with lake.view() as view:
        assert set(heads(view)) >= expected_ids(last)
        assert count(view, "shipped") == LINES * count(view, "branches")
    return last + 1


def test_a_table_that_vanished_is_told(tmp_path):
    step(str(tmp_path), 0)
    for log in (tmp_path / "records" / "branches" / "_delta_log").iterdir():
        log.unlink()
    lake = lake_at(tmp_path)
    with pytest.raises(DamagedLake, match="branches"):
        lake.view()
    with pytest.raises(DamagedLake, match="branches"), lake.writing():
        pass
    assert any("records/branches" in problem for problem in lake.verify())


def test_tables_of_other_kinds_are_not_made_before_they_are_needed(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        assert writer.append(Release, branches("")) == 0
        writer.append(Branch, branches("a"))
        assert set(writer.publish({}).versions) == {"records/branches"}


def slices(*tables):
    yield from tables


def test_keeping_counts_what_is_new_changed_and_known(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing(whole=True) as writer:
        first = writer.keep(Branch, slices(branches("ab"), branches("c")), "git", "r")
        assert (first.new, first.changed, first.unchanged, first.is_first) == (3, 0, 0, True)
        writer.publish({})
    with lake.writing(whole=True) as writer:
        second = writer.keep(Branch, slices(branches("ad", day(1)), branches("b", day(1), "c1")), "git", "r")
        assert (second.new, second.changed, second.unchanged, second.is_first) == (1, 1, 1, False)
        writer.publish({})
    with lake.view() as view:
        assert heads(view) == {"a": "c0", "b": "c1", "c": "c0", "d": "c0"}
    assert lake.verify() == []


def test_keeping_and_appending_say_the_same(tmp_path):
    """A thing with several versions is compared with the one that it last had."""
    lakes = [lake_at(tmp_path / name) for name in ("kept", "appended")]
    for number, commit in enumerate(["x", "y", "x", "x"]):
        batch = branches("a", day(number), commit)
        with lakes[0].writing(whole=True) as kept, lakes[1].writing() as appended:
            found = kept.keep(Branch, slices(batch), "git", "r")
            assert found.new + found.changed == appended.append(Branch, batch)
            kept.publish({})
            appended.publish({})
    shown = []
    for lake in lakes:
        with lake.view() as view:
            shown.append(view.rows("SELECT * FROM branches_history ORDER BY recorded_at"))
    assert shown[0] == shown[1]


def test_of_a_whole_run_that_never_published_nothing_stays(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("a"))
        writer.publish({})
        writer.append(Branch, branches("b"))
    with lake.writing(whole=True) as writer:
        writer.keep(Branch, slices(branches("c")), "git", "r")
        writer.keep(Branch, slices(branches("d")), "git", "other")
    with lake.writing() as writer:
        writer.publish({"cursor": "on"})
    with lake.view() as view:
        assert heads(view) == {"a": "c0", "b": "c0"}
    assert lake.verify() == []


def test_facts_of_a_run_that_fails_are_not_written_on_and_the_next_run_has_the_lake(tmp_path, monkeypatch):
    lake, begun, goes_on, written = lake_at(tmp_path), threading.Event(), threading.Event(), []
    real = upkeep.write

    def slow(table, rows, *rest, **how):
        begun.set()
        goes_on.wait(10)
        real(table, rows, *rest, **how)
        written.append(rows.num_rows)

    def run():
        with lake.writing() as writer:
            for line in ("aa", "bb", "cc"):
                writer.replace_facts("shipped", [line], shipped(line, "xy"))
            begun.wait(10)
            assert written == [], "the caller goes on while facts are written"
            threading.Timer(0.05, goes_on.set).start()
            raise KeyError("of the caller")

    monkeypatch.setattr(upkeep, "write", slow)
    with pytest.raises(KeyError, match="of the caller"):
        run()
    monkeypatch.undo()
    assert written == [2], "what had begun came to its end before the lake was let go, the rest was not begun"
    with lake.writing() as writer:
        writer.replace_facts("shipped", ["dd"], shipped("dd", "x"))
        writer.publish({})
    with lake.view() as view:
        assert [row["line_id"] for row in view.rows("SELECT line_id FROM shipped")] == ["dd"]


def test_a_fault_while_slices_are_made_is_told_as_it_is_and_nothing_is_kept(tmp_path):
    def broken():
        yield branches("a")
        raise ZeroDivisionError("mine")

    lake = lake_at(tmp_path)
    with pytest.raises(ZeroDivisionError, match="mine"), lake.writing(whole=True) as writer:
        writer.keep(Branch, broken(), "git", "r")
    with lake.writing() as writer:
        writer.publish({"cursor": "on"})
    with lake.view() as view:
        assert heads(view) == {}


def test_tombstones_of_one_source_leave_the_others_alone(tmp_path):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("a"))
        assert writer.vanish(Branch, "r", ["a"], day(1), source="files") == 0
        assert writer.vanish(Branch, "r", ["a"], day(1), source="git") == 1
