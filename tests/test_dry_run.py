"""A dry run says what the import then does: the same counts, the same notes, the same rows put aside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streamgauge import intake
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from tests.kit.imports import LOG, command, csv, lake_at

STATES = {"kind": "event-log", "columns": {"case": "case", "activity": "state", "at": "when", "team": "team"}}
HEADER = "case,state,when,team"
Step = tuple[str, list[tuple[object, ...]], str, dict[str, Any], dict[str, Any]]
STEPS: list[Step] = [
    ("log.csv", [("A", "x", "2025-01-01"), ("A", "y", "2025-01-02")], "case,what,when", LOG, {}),
    (
        "log.csv",
        [("A", "x", "2025-01-01"), ("A", "z", "2025-01-02"), ("B", "x", "")],
        "case,what,when",
        LOG,
        {"max_bad": 50},
    ),
    ("log.csv", [("A", "x", "2025-01-01")], "case,what,when", LOG, {"complete": True}),
    ("log-2025-02-01.csv", [("A", "w", "2025-01-05")], "case,what,when", LOG, {}),
    ("audit.csv", [("A", "Open", "2025-01-01", "p"), ("A", "Open", "2025-01-02", "q")], HEADER, STATES, {}),
    ("audit.csv", [("A", "Open", "2025-01-01", "p"), ("A", "Open", "2025-01-02", "p")], HEADER, STATES, {}),
    ("items-2025-01-06.csv", [("A", "one", "new"), ("B", "two", "new")], "id,title,status", {}, {}),
    ("items-2025-01-20.csv", [("A", "one", "done")], "id,title,status", {}, {"complete": True}),
    ("items-2025-01-13.csv", [("A", "one", "busy"), ("B", "two", "done")], "id,title,status", {}, {}),
    ("board.csv", [("A", "one", "Done", "2025-01-02")], "id,title,status,Closed Date", {}, {}),
    ("board.csv", [("A", "one", "Done", "")], "id,title,status,Closed Date", {}, {}),
]


def said(lake: Lake, step: Step, folder: Path, act: Callable[..., Any]) -> Any:
    name, table, header, rules, other = step
    file = csv(folder / name, table, header)
    request = intake.Request(files=(str(file),), rules=intake.rules(**rules), **other)
    (one,) = act(lake, request, Silent())
    told = [(table.rows, table.rejected, table.notes, table.doubts) for table in one.tables]
    return one.failure, one.counts, one.notes, told


def test_it_agrees_with_the_import_and_leaves_the_lake_as_it_is(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for step in STEPS:
        before, held = lake.snapshot(), sorted((tmp_path / "lake").rglob("*"))
        expected = said(lake, step, tmp_path, intake.look)
        assert (lake.snapshot(), sorted((tmp_path / "lake").rglob("*"))) == (before, held)
        assert said(lake, step, tmp_path, intake.take) == expected


@pytest.mark.parametrize("has_lake", [True, False])
def test_the_command_shows_it_with_a_lake_and_without(tmp_path: Path, has_lake: bool) -> None:
    file = csv(tmp_path / "log.csv", [("A", "x", "2025-01-01")])
    options = ("--case", "case", "--activity", "what", "--at", "when", "--lake", tmp_path / "lake")
    if has_lake:
        assert command("import", file, *options)[0] == 0
    code, out, _ = command("import", file, *options, "--dry-run", "--format", "json")
    (one,) = json.loads(out)["files"]
    assert (code, one["kept"]) == (0, None)
    found = {count["kind"]: (count["new"], count["unchanged"]) for count in one["would_keep"]}
    assert found == dict.fromkeys(("Item", "Transition"), (0, 1) if has_lake else (1, 0))
    assert (tmp_path / "lake").exists() == has_lake
