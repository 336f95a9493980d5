"""What stands out in an imported log, through the command line alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.command import here
from tests.kit.tandem import Shape, play

FLAGS = ("--as", "event-log", "--case", "case", "--activity", "status", "--at", "at", "--team", "team")
START = datetime(2026, 1, 5, tzinfo=UTC)
STATUSES = (("Ready for development", "In Development", "Gulls"), ("Ready for test", "In Test", "\x1b[31mTerns"))


def imported(folder: Path, lines: list[str]) -> Path:
    """Return a lake with a log, imported by flags."""
    (folder / "log.csv").write_text("\n".join(["case,status,at,team", *lines]) + "\n", encoding="utf-8")
    ran = here("import", folder / "log.csv", *FLAGS, "--lake", folder / "lake")
    assert ran.code == 0, ran.err
    return folder / "lake"


def line(case: str, status: str, hours: float, team: str = "Gulls") -> str:
    return f"{case},{status},{(START + timedelta(hours=hours)).isoformat()},{team}"


def answer(*words: str | Path) -> dict[str, Any]:
    """Return the document that a command writes; fails the test where the command fails."""
    ran = here(*words, "--format", "json")
    assert ran.code == 0, ran.err
    read: dict[str, Any] = json.loads(ran.out)
    return read


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stream of two stages of which Test is the constraint."""
    shape = Shape(name="two stages", stages=2, items=260, load=1.25, gap=0.4)
    played = next(one for one in (play(shape, seed) for seed in range(10)) if one.constraint == 1)
    lines = [
        line(f"A-{i}", status, at * 12, team)
        for i in range(len(played.came))
        for j, (waits, works, team) in enumerate(STATUSES)
        for status, at in ((waits, played.came[i, j]), (works, played.begun[i, j]))
        if at < played.until
    ]
    lines += [line(f"A-{i}", "Done", at * 12) for i, at in enumerate(played.left[:, -1]) if at < played.until]
    return imported(tmp_path_factory.mktemp("insights"), lines)


def test_the_true_constraint_is_named_by_insights_and_map_alike(lake: Path) -> None:
    found = {one["insight"]: one for one in answer("insights", "--lake", lake)["findings"]}
    assert found["bottleneck"]["place"]["stage"] == "Test"
    assert found["bottleneck"]["evidence"]
    assert answer("map", "--lake", lake)["bottleneck"]["stage"] == "Test"


def test_text_shows_effect_doubt_and_when_it_is_wrong_and_hides_control_characters(lake: Path) -> None:
    ran = here("insights", "bottleneck", "--explain", "--lake", lake)
    assert ran.code == 0
    words = " ".join(ran.out.split())
    for said in ("Test holds the stream up", "sure", "What may help:", "Why it matters:", "When it is wrong:"):
        assert said in words
    assert "\x1b" not in here("insights", "--lake", lake, "--no-color").out


def test_a_silenced_insight_is_said_with_its_reason(lake: Path, tmp_path: Path) -> None:
    file = tmp_path / "streamgauge.yaml"
    file.write_text("silence:\n  - {insight: bottleneck, reason: two testers come in May, place: Test}\n", "utf-8")
    told = answer("insights", "bottleneck", "--lake", lake, "--company", file)
    assert told["findings"] == []
    assert told["silenced"][0]["reason"] == "two testers come in May"
    assert "two testers come in May" in here("insights", "--lake", lake, "--company", file).out


def test_a_silenced_insight_that_there_is_not_is_said_with_the_nearest(lake: Path, tmp_path: Path) -> None:
    file = tmp_path / "streamgauge.yaml"
    file.write_text("silence: [{insight: botleneck, reason: a typing error}]\n", "utf-8")
    said = [one for one in answer("insights", "--lake", lake, "--company", file)["notes"] if "is no insight" in one]
    assert len(said) == 1
    assert "'botleneck'. Did you mean 'bottleneck'?" in said[0]


def test_an_insight_that_there_is_not_is_named_with_the_nearest(lake: Path) -> None:
    ran = here("insights", "bottle-neck", "--lake", lake)
    assert ran.code == 2
    assert "bottleneck" in ran.err


def test_t4_4_equal_waits_have_even_candidates_and_no_bottleneck(tmp_path: Path) -> None:
    """T4.4: two stages with the same waits are first with 0.5 each; nothing is claimed."""
    steps = (("Ready for development", 0), ("In Development", 5), ("Ready for test", 6), ("In Test", 11), ("Done", 12))
    lines = [line(f"B-{n}", status, 24 * n + at) for n in range(40) for status, at in steps]
    place = imported(tmp_path, lines)
    found = answer("map", "--lake", place)
    assert found["bottleneck"] is None
    assert {one["stage"]: one["probability"] for one in found["candidates"]} == {"Development": 0.5, "Test": 0.5}
    looked = {one["insight"]: one for one in answer("insights", "--lake", place)["looked"]}
    assert looked["bottleneck"]["found"] == 0
    assert "No single stage shows" in looked["bottleneck"]["unknown"]
