"""Words that mean nothing in a value may be the name of something in a key."""

from pathlib import Path

import pytest

from streamgauge.sources.files.nulls import USUAL
from tests.kit.imports import command, csv, looked, made

WORDS = [word for word in USUAL if word]
XES = """<log><trace><string key="concept:name" value="NA"/>
<event><string key="concept:name" value="None"/><date key="time:timestamp" value="2025-01-01T00:00:00Z"/>
<string key="org:group" value="-"/></event></trace>
<trace><string key="concept:name" value="NULL"/></trace></log>"""


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nothing_is_a_case_and_an_activity_unless_said_otherwise(tmp_path: Path, word: str) -> None:
    file = csv(tmp_path / "log.csv", [(word, word, "2025-01-01", word)], "case,what,when,group")
    one = looked(file)
    ((item,), (event,)) = made(one, "Item"), made(one, "Transition")
    assert (item["id"], item["status"], event["value"], event["team"]) == (word, word, word, None)
    assert any(f"'{word}' in 'case' are taken as they stand" in note for note in one.tables[0].notes)
    said = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "at": "when"}, "nulls": (word,)}
    assert looked(file, said=said).rejected == 1


def test_records_have_such_keys_too(tmp_path: Path) -> None:
    table = [("NA", "None", "-"), ("-", "N/A", "NA")]
    one = looked(csv(tmp_path / "items.csv", table, "id,title,status"), said={"kind": "item"})
    assert [(row["id"], row["title"], row["status"]) for row in made(one, "Item")] == [
        ("NA", None, None),
        ("-", None, None),
    ]


def test_names_of_cases_in_xes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(XES)
    one = looked(tmp_path / "log.xes", said={})
    assert one.rejected == 0
    assert {row["id"] for row in made(one, "Item")} == {"NA", "NULL"}
    assert [(row["value"], row["team"]) for row in made(one, "Transition")] == [("None", None)]


@pytest.mark.parametrize("token", ["", " ", "unknown"])
def test_a_token_may_be_said_and_may_be_empty(tmp_path: Path, token: str) -> None:
    csv(tmp_path / "log.csv", [("A", "x", "2025-01-01"), ("B", "y", "2025-01-02"), ("", "z", "2025-01-03")])
    flags = ("--as", "event-log", "--case", "case", "--activity", "what", "--at", "when", "--max-bad", "50")
    place = ("--lake", tmp_path / "lake")
    code, out, err = command("import", tmp_path / "log.csv", *flags, "--null", token, *place)
    assert (code, err) == (0, "")
    assert "1 row put aside" in out
