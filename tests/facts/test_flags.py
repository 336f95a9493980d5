"""What is flagged is held up until its last flag is taken back, and since its first one was set."""

from pathlib import Path
from typing import Any

from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.lake import Lake
from tests.facts.test_flow import computed
from tests.kit.board import day, item, link, transitions, write


def flagged(place: Path, *flags: list[dict[str, Any]], last: str = "Done") -> Lake:
    moves = transitions("A", [("In Progress", 0), (last, 9)])
    return write(place / "lake", [*moves, *(row for rows in flags for row in rows)], [item("A")])


def test_flags_that_overlap_hold_up_once_and_until_the_last_is_taken_back(tmp_path: Path) -> None:
    flags = transitions("A", [("true", 2), ("false", 5)], field="flag")
    others = transitions("A", [("true", 3), ("false", 7)], field="blocked")
    (row,) = computed(flagged(tmp_path, flags, others))["flow_items"]
    assert (row["active_hours"], row["blocked_hours"]) == (4 * 24, 5 * 24)


def test_a_flag_is_taken_back_in_the_words_of_tools(tmp_path: Path) -> None:
    words = ["", " ", "FALSE", "No", "off", "Unflagged", "not blocked", "Nein", "não", "[]", None]
    moves = [row for n, _ in enumerate(words) for row in transitions(f"{n}", [("In Progress", 0), ("Done", 9)])]
    flags = [transitions(f"{n}", [("Legal", 2), (word or "", 5)], field="flag") for n, word in enumerate(words)]
    flags[-1][1]["value"] = None
    found = computed(write(tmp_path / "lake", [*moves, *(row for rows in flags for row in rows)]))["flow_items"]
    assert [row["blocked_hours"] for row in found] == [3 * 24] * len(words)


def test_it_is_blocked_since_its_first_flag_however_often_that_is_set_again(tmp_path: Path) -> None:
    flags = transitions("A", [("Impediment", 1), ("", 2), ("Impediment", 3), ("Waits for law", 5)], field="flag")
    others = transitions("A", [("true", 4), ("false", 6)], field="blocked")
    found = blocked(flagged(tmp_path, flags, others, last="Testing"), FlowRequest(until=day(10)), now=day(60))
    assert [(one.reason, one.since) for one in found.items] == [("flagged", day(3))]


def test_what_a_second_tool_flags_is_blocked_too(tmp_path: Path) -> None:
    desk = {"source": "desk", "dataset": "cases"}
    moves = [*transitions("A", [("In Progress", 0), ("Testing", 9)]), *transitions("C1", [("New", 0)], **desk)]
    flags = [*transitions("A", [("true", 2), ("false", 4)], field="flag")]
    flags += transitions("C1", [("true", 3)], field="flag", **desk)
    links = [link("same", "A", "C1", other_source="desk")]
    lake = write(tmp_path / "lake", [*moves, *flags], [item("A"), item("C1", **desk)], links)
    (one,) = blocked(lake, FlowRequest(until=day(10)), now=day(60)).items
    assert (one.item, one.since) == ("A", day(2))
    with lake.view() as view:
        rows = view.rows("SELECT blocked_hours FROM visits WHERE status = 'In Progress'")
    assert [row["blocked_hours"] for row in rows] == [7 * 24]
