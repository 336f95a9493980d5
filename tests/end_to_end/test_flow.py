"""From an exported log to the answers about work, through the command line alone."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from streamgauge.metrics import FLOW
from tests.end_to_end.command import Ran, here

LOG = """case,status,at,team
A-1,New,2026-03-01 09:00,Harbour
A-1,Ready,2026-03-02 09:00,Harbour
A-1,Development,2026-03-04 09:00,Harbour
A-1,Blocked,2026-03-05 09:00,Harbour
A-1,Development,2026-03-07 09:00,Harbour
A-1,Waiting for review,2026-03-08 09:00,Lights
A-1,Test,2026-03-09 09:00,Lights
A-1,Done,2026-03-10 09:00,Lights
A-2,Ready,2026-03-05 09:00,Harbour
A-2,Frobnicating,2026-03-06 09:00,Harbour
"""
FLAGS = ("--as", "event-log", "--case", "case", "--activity", "status", "--at", "at", "--team", "team")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake with the log above, imported by flags, that is only asked."""
    place = tmp_path_factory.mktemp("work")
    (place / "log.csv").write_text(LOG, encoding="utf-8")
    ran = here("import", place / "log.csv", *FLAGS, "--lake", place / "lake")
    assert ran.code == 0, ran.err
    return place / "lake"


def answer(*words: str | Path) -> dict[str, Any]:
    """Return the document that a command writes; fails the test where the command fails."""
    ran = here(*words, "--format", "json")
    assert ran.code == 0, ran.err
    read: dict[str, Any] = json.loads(ran.out)
    return read


def text(*words: str | Path) -> Ran:
    ran = here(*words)
    assert ran.code == 0, ran.err
    return ran


def test_t2_1_through_the_command_line(lake: Path) -> None:
    """T2.1: flow time 8 d, efficiency 37.5 %, first active to done 6 d."""
    measures = {m["metric"]: m for m in answer("flow", "--lake", lake)["measures"]}
    assert measures["flow_time"]["value"] == 8 * 24
    assert measures["cycle_time"]["value"] == 6 * 24
    assert measures["request_lead_time"]["value"] == 9 * 24
    assert measures["flow_efficiency"]["value"] == 0.375
    assert (measures["flow_velocity"]["n"], measures["flow_load"]["n"]) == (1, 1)


def test_the_map_has_the_documented_keys(lake: Path) -> None:
    found = answer("map", "--lake", lake)
    assert [s["stage"] for s in found["stages"]] == ["Ready", "Development", "Review", "Test"]
    assert {"from", "to", "count", "wait_p50_hours"} <= set(found["edges"][0])
    assert {(h["from"], h["to"], h["n"]) for h in found["handoffs"]} == {("Harbour", "Lights", 1)}
    assert found["cases"]["n"] == 1


def test_what_is_not_understood_is_said(lake: Path) -> None:
    quality = answer("flow", "--lake", lake)["data_quality"]
    assert quality["unmapped"] == [{"status": "Frobnicating", "rows": 1}]
    assert "Frobnicating" in text("flow", "--lake", lake).out


def test_statuses_that_are_not_understood_come_with_lines_to_copy(lake: Path) -> None:
    """Each line is whole, however narrow the terminal, and is YAML once its state is filled in."""
    said = text("map", "--unmapped", "--lake", lake).out
    assert said.startswith("1 of 8 statuses is not understood, in 1 stay of items.")
    lines = said[said.index("process:") :].rstrip()
    assert len(lines.splitlines()) == 3
    filled = lines.replace(" []", "").replace("# - {", "- {").replace("state: ,", "state: waiting,")
    assert yaml.safe_load(filled) == {
        "process": [{"statuses": [{"status": "Frobnicating", "state": "waiting", "stage": "Frobnicating"}]}]
    }


def test_rows_that_could_not_be_read_are_counted_and_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG + "A-3,Ready,soon,Harbour\nA-3,Ready,2026-02-31 09:00,Harbour\n", "utf-8")
    assert here("import", tmp_path / "log.csv", *FLAGS, "--lake", tmp_path / "lake").code == 0
    assert answer("flow", "--lake", tmp_path / "lake")["data_quality"]["bad_rows"] == 2
    assert "2 rows could not be read" in text("flow", "--lake", tmp_path / "lake").out


def test_ageing_and_blocked_speak_of_what_is_under_way(lake: Path) -> None:
    old = answer("aging", "--lake", lake, "--until", "2026-03-09")["items"]
    assert [(i["item"], i["age_hours"]) for i in old] == [("A-1", 159.0), ("A-2", 87.0)]
    stuck = answer("blocked", "--lake", lake, "--until", "2026-03-06")
    assert [(i["item"], i["reason"], i["blocked_hours"]) for i in stuck["items"]] == [("A-1", "status", 15.0)]
    assert "A-1" in text("aging", "--lake", lake, "--until", "2026-03-09").out
    assert "A-1" in text("blocked", "--lake", lake, "--until", "2026-03-06").out


@pytest.mark.parametrize("command", ["flow", "map"])
def test_what_stands_out_stands_beside_the_answer_with_its_command(lake: Path, command: str) -> None:
    found = answer("insights", "--lake", lake)["findings"]
    assert [one["insight"] for one in found] == ["unmapped_statuses"] or not found
    said = text(command, "--lake", lake).out
    assert ("What stands out" in said) == bool(found)
    assert all(f"streamgauge insights {one['insight']} --explain" in said for one in found)


def test_a_team_is_asked_for_alone(lake: Path) -> None:
    assert answer("flow", "--lake", lake, "--team", "lights")["team"] == "Lights"


def test_an_answer_is_written_to_a_file(lake: Path, tmp_path: Path) -> None:
    text("map", "--lake", lake, "--out", tmp_path / "map.txt")
    assert "Development" in (tmp_path / "map.txt").read_text(encoding="utf-8")


def test_a_lake_without_work_says_how_to_bring_it(tmp_path: Path) -> None:
    here("sync", tmp_path, "--lake", tmp_path / "lake")
    ran = here("flow", "--lake", tmp_path / "lake")
    assert ran.code != 0
    assert "error:" in ran.err


@pytest.mark.parametrize("metric", [m.name for m in FLOW if m.needs is None])
def test_why_opens_every_number_about_work(lake: Path, metric: str) -> None:
    """What is shown and what is left out are all there is, the value is that of the answer, and the items exist."""
    proof = answer("why", metric, "--lake", lake, "--limit", "all")
    told = {m["metric"]: m for m in answer("flow", "--lake", lake)["measures"]}[metric]
    assert (proof["value"], proof["n"]) == (told["value"], told["n"])
    assert proof["shown"] + sum(left["n"] for left in proof["left_out"]) == proof["total"] == len(proof["records"])
    assert {record["id"] for record in proof["records"]} <= {"A-1", "A-2"}


@pytest.mark.parametrize(
    ("words", "value", "of"),
    [
        (("process_time", "--stage", "development"), 48.0, "Development"),
        (("queue_before", "--stage", "Ready"), 48.0, "Ready"),
        (("handoff_wait", "--from", "Harbour", "--to", "Lights"), 24.0, "Harbour → Lights"),
        (("move_wait", "--from", "Test", "--to", "Done"), 24.0, "Test → Done"),
        (("case_duration",), 216.0, None),
    ],
)
def test_why_opens_the_numbers_of_the_map(lake: Path, words: tuple[str, ...], value: float, of: str | None) -> None:
    proof = answer("why", *words, "--lake", lake, "--limit", "all")
    assert (proof["value"], proof["of"]) == (value, of)
    assert proof["shown"] + sum(left["n"] for left in proof["left_out"]) == proof["total"] == len(proof["records"])
    assert "A-1" in text("why", *words, "--lake", lake).out


def test_which_number_is_meant_is_asked_back_with_all_there_are(lake: Path) -> None:
    ran = here("why", "process_time", "--lake", lake)
    assert ran.code == 2
    assert "--stage 'Development'" in ran.err
    assert "streamgauge why queue_before --stage Ready" in text("map", "--lake", lake).out


def test_what_a_number_needs_and_has_not_is_said(lake: Path) -> None:
    ran = here("why", "flow_time_working", "--lake", lake)
    assert ran.code != 0
    assert "needs what is not there: calendar" in ran.err


def test_a_month_of_flow_is_a_count_of_items(lake: Path) -> None:
    proof = answer("why", "flow_velocity", "--lake", lake, "--bucket", "2026-03")
    assert (proof["value"], proof["unit"]) == (1.0, "items")


@pytest.mark.parametrize(
    ("command", "title"),
    [
        ("flow", "How work flows: log"),
        ("map", "Value stream map: log"),
        ("aging", "How old the work is: log"),
        ("blocked", "What is blocked: log"),
    ],
)
def test_every_answer_about_work_is_a_page_too(lake: Path, tmp_path: Path, command: str, title: str) -> None:
    """The page is whole in its file, tells the message, and names commands on the terms of its question."""
    terms = ("--team", "lights") if command in ("flow", "map") else ()
    message = answer(command, "--lake", lake, *terms)["message"]
    assert text(command, "--lake", lake, *terms, "--format", "html", "--out", tmp_path / "page.html").out == ""
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"<title>{title}" in page
    assert message in unescape(re.sub(r"<[^>]*>", "", page))
    assert page.rstrip().endswith("</html>")
    assert str(lake) not in page
    assert not terms or " --team lights --" in page
