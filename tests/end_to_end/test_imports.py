"""An import may be killed at any moment, and several may run at once: what is in the lake is whole imports only."""

import random
import time
from pathlib import Path

import pytest

from tests.end_to_end.command import apart, start
from tests.end_to_end.test_killed import KILLS, killed
from tests.kit.imports import command, csv, lake_at, rows, taken

EVENTS = [(f"C{n % 9000}", f"step {n % 7}", f"2025-01-{1 + n % 28:02d} 10:{n % 60:02d}") for n in range(60_000)]
OPTIONS = ("--as", "event-log", "--case", "case", "--activity", "what", "--at", "when")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A log, and how many seconds its import takes."""
    folder = tmp_path_factory.mktemp("log")
    file = csv(folder / "log.csv", EVENTS)
    began = time.monotonic()
    assert apart("import", file, *OPTIONS, "--lake", folder / "lake").code == 0
    return file, time.monotonic() - began


def test_a_killed_import_leaves_nothing_of_itself(log: tuple[Path, float], tmp_path: Path) -> None:
    """After each kill another import publishes, which would show what the killed one left behind."""
    file, took = log
    dice, hits = random.Random(3), 0
    place = tmp_path / "lake"
    lake = lake_at(place)
    for number in range(max(4, KILLS // 2)):
        was_killed = killed(start("import", file, *OPTIONS, "--lake", place), dice.uniform(0.4, 1.0) * took)
        hits += was_killed
        taken(lake, csv(tmp_path / "small.csv", [("A", f"n{number}", "2025-01-01")]))
        assert lake.verify() == []
        shown = rows(lake, "SELECT (SELECT count(*) FROM items WHERE repository = 'log'), count(*) FROM transitions"
                     " WHERE repository = 'log'")  # fmt: skip
        assert shown in ([(0, 0)], [(9000, 60_000)])
        if shown != [(0, 0)]:
            break
    assert hits


def test_two_imports_at_once_are_both_right(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    files = [csv(tmp_path / f"{name}.csv", EVENTS[:5000]) for name in ("one", "two", "three")]
    at_work = [start("import", file, *OPTIONS, "--lake", place) for file in (*files, files[0])]
    for process in at_work:
        process.communicate()
    assert [process.returncode for process in at_work] == [0, 0, 0, 0]
    found = rows(lake_at(place), "SELECT repository, count(*) FROM transitions GROUP BY 1 ORDER BY 1")
    assert found == [("one", 5000), ("three", 5000), ("two", 5000)]
    assert rows(lake_at(place), "SELECT count(*) FROM transitions_history") == [(15_000,)]
    assert command("lake", "verify", "--lake", place)[0] == 0


def exported(place: Path, file: Path) -> list[tuple[str, str]]:
    """Import an event log, and return the events that the lake then holds of case X, in their order."""
    code, _, err = command("import", file, *OPTIONS, "--lake", place)
    assert code == 0, err
    return rows(lake_at(place), "SELECT id, value FROM transitions WHERE item = 'X' ORDER BY happened_at")


def test_exports_of_later_weeks_go_on_where_the_earlier_ones_end(tmp_path: Path) -> None:
    """Whichever comes again, nothing is lost and nothing stands twice."""
    first = csv(tmp_path / "ev-2026-01-05.csv", [("X", f"s{n}", f"2026-01-0{n}") for n in (1, 2, 3, 4)])
    later = csv(tmp_path / "ev-2026-01-12.csv", [("X", f"s{n}", f"2026-01-0{n}") for n in (7, 8)])
    whole = [(f"X#{place}", f"s{n}") for place, n in enumerate((1, 2, 3, 4, 7, 8), 1)]
    assert exported(tmp_path / "lake", first) == whole[:4]
    for file in (later, later, first, later):
        assert exported(tmp_path / "lake", file) == whole


@pytest.mark.parametrize("is_dated", [True, False])
def test_an_older_export_after_a_newer_one_goes_before_it_or_says_what_it_replaces(
    tmp_path: Path, *, is_dated: bool
) -> None:
    newer, older = (
        csv(tmp_path / name, [("X", f"s{n}", f"2026-01-0{n}") for n in days])
        for name, days in (
            (("ev-2026-01-12.csv", (7, 8)), ("ev-2026-01-05.csv", (1, 2)))
            if is_dated
            else (("new/ev.csv", (7, 8)), ("old/ev.csv", (1, 2)))
        )
    )
    place = ("--lake", tmp_path / "lake")
    told = [" ".join(command("import", file, *OPTIONS, *place)[1].split()) for file in (newer, newer, older)]
    said = "1 cases end here before what is there of them begins"
    assert [said in one for one in told] == [False, False, not is_dated]
    kept = [(f"X#{place}", f"s{n}") for place, n in enumerate((1, 2, 7, 8) if is_dated else (1, 2), 1)]
    assert exported(tmp_path / "lake", older) == kept


def test_a_corrected_export_of_the_same_name_stands_for_all_of_a_case(tmp_path: Path) -> None:
    file = csv(tmp_path / "log.csv", [("X", f"s{n}", f"2026-01-0{n}") for n in (1, 2, 3)])
    assert len(exported(tmp_path / "lake", file)) == 3
    csv(file, [("X", "s1", "2026-01-02"), ("X", "s3", "2026-01-03")])
    assert exported(tmp_path / "lake", file) == [("X#1", "s1"), ("X#2", "s3")]


def test_an_export_that_reaches_back_to_the_beginning_tells_all_of_a_case_whose_first_event_was_wrong(
    tmp_path: Path,
) -> None:
    others = [("Y", f"s{n}", f"2026-01-0{n}") for n in (3, 4)]
    file = csv(
        tmp_path / "log.csv", [("X", "s1", "2026-01-01"), *(("X", f"s{n}", f"2026-01-0{n}") for n in (5, 6)), *others]
    )
    assert len(exported(tmp_path / "lake", file)) == 3
    csv(file, [*(("X", f"s{n}", f"2026-01-0{n}") for n in (5, 6)), ("X", "s1", "2026-01-07"), *others])
    assert exported(tmp_path / "lake", file) == [("X#1", "s5"), ("X#2", "s6"), ("X#3", "s1")]
    csv(file, [("X", "s6", "2026-01-06"), ("X", "s1", "2026-01-07"), ("Y", "s4", "2026-01-04")])
    assert len(exported(tmp_path / "lake", file)) == 3
