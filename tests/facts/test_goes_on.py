"""Where last steps are taken for ends, a last step that was begun and not completed is under way."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from tests.kit.imports import csv, lake_at, taken

BEGAN = datetime(2025, 3, 3, 8, tzinfo=UTC)
STEPS = ("Intake", "Check", "Decide")


def log(*, open_one_in: int) -> tuple[list[tuple[str, ...]], list[datetime]]:
    """Return marked steps of 40 cases, of which one in so many ends with a start, and when the others ended."""
    chance = random.Random(11)
    rows, ends = list[tuple[str, ...]](), list[datetime]()
    for number in range(40):
        at, is_open = BEGAN + timedelta(hours=9 * number), number % open_one_in == 0
        for step in STEPS:
            rows.append((f"C{number}", step, "start", at.isoformat()))
            at += timedelta(hours=chance.randint(1, 9))
            if is_open and step == STEPS[-1]:
                continue
            rows.append((f"C{number}", step, "complete", at.isoformat()))
            if step == STEPS[-1]:
                ends.append(at)
            at += timedelta(hours=chance.randint(1, 30))
    return rows, ends


def told(place: Path, rows: list[tuple[str, ...]]) -> tuple[int, float]:
    """Return how many items were done, and how many are under way at the end."""
    lake = lake_at(place / "lake")
    taken(lake, csv(place / "log.csv", rows, header="case,activity,lifecycle,timestamp"), said={})
    found = {one.metric: one for one in report(lake, FlowRequest(), now=datetime(2025, 6, 1, tzinfo=UTC)).measures}
    return found["cycle_time"].n, found["flow_load"].value or 0


def test_work_that_was_begun_last_goes_on(tmp_path: Path) -> None:
    rows, ends = log(open_one_in=8)
    assert told(tmp_path, rows) == (len(ends), 40 - len(ends)) == (35, 5)


def test_where_most_ends_are_not_marked_the_last_start_is_one(tmp_path: Path) -> None:
    rows, _ = log(open_one_in=1)
    assert told(tmp_path, rows) == (40, 0)


def test_where_many_go_on_from_what_sounds_like_an_end_the_last_step_is_it(tmp_path: Path) -> None:
    """All steps are activities that nobody knows, but for `Closed`, behind which three in ten cases tell of a cause."""
    rows = [("C-old", "Assignment", (BEGAN - timedelta(days=200)).isoformat())]
    ends = {"C-old": BEGAN}
    rows.append(("C-old", "Closed", BEGAN.isoformat()))
    for number in range(40):
        at = BEGAN + timedelta(hours=9 * number)
        steps = ["Assignment", "Operator Update", "Reassignment", "Closed"] + ["Caused By CI"] * (number % 10 < 3)
        for place, step in enumerate(steps):
            ends[f"C{number}"] = at + timedelta(hours=place)
            rows.append((f"C{number}", step, ends[f"C{number}"].isoformat()))
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", rows, header="case,activity,timestamp"), said={})
    found = {one.metric: one for one in report(lake, FlowRequest(), now=datetime(2025, 6, 1, tzinfo=UTC)).measures}
    assert (found["flow_time"].n, found["flow_load"].value) == (len(ends), 0)
