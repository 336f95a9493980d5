"""A raw commit is read into a record: times in UTC, trailers, and what its message names."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.records import Commit, schema
from streamgauge.sources.git import history, read
from tests.kit import histories, hostile, places
from tests.sources.git.reading import NAMES, NOW, commits, read_one

A, B, C = "a" * 40, "b" * 12, "c" * 7


def test_no_commits_give_an_empty_table_in_the_schema_of_the_kind() -> None:
    found = read.read(history.RAW.empty_table(), repository="r", recorded_at=NOW)
    assert (found.num_rows, found.schema) == (0, schema(Commit))


class TestInstants:
    """Times of commits."""

    @pytest.mark.parametrize(
        ("text", "seconds", "minutes"),
        [
            ("0 +0000", 0, 0),
            ("1704067200 +0530", 1704067200, 330),
            ("1704067200 -1200", 1704067200, -720),
            ("1704067200 -0330", 1704067200, -210),
            ("4102444800 +1400", 4102444800, 840),
            ("1704067200 +51800", 1704067200, 31080),
        ],
    )
    def test_an_instant_is_utc_whatever_its_zone(self, text: str, seconds: int, minutes: int) -> None:
        found = read_one("x", authored=text, committed="7 +0000")
        assert found["authored_at"] == datetime.fromtimestamp(seconds, UTC)
        assert found["authored_offset_minutes"] == minutes
        assert found["committed_at"] == datetime.fromtimestamp(7, UTC)

    @given(
        texts=st.lists(
            st.builds(
                "{0} {1}{2}".format,
                st.integers(0, 10**10 - 1).map(lambda n: f"{n:010}") | st.integers(0, 10**11).map(str),
                st.sampled_from("+-"),
                st.integers(0, 9999).map(lambda n: f"{n:04}"),
            )
            | st.sampled_from(["", "17040672OO +0000", "1704067200 *0000", "1704067200+00000"]),
            max_size=4,
        )
    )
    def test_usual_instants_are_read_as_any_others_are(self, texts: list[str]) -> None:
        column = pa.array(texts, pa.string())
        usual = read._usual_instants(column)
        if usual is not None:
            assert [part.to_pylist() for part in usual] == [part.to_pylist() for part in read._any_instants(column)]
        else:
            assert not texts or any(not re.fullmatch(r"\d{10} [+-]\d{4}", text) for text in texts)

    @pytest.mark.parametrize("text", ["", "soon +0000", "-1 +0000", "99999999999999999999 +0000", "12", "1.5 +0000"])
    def test_a_text_that_is_no_instant_is_null(self, text: str) -> None:
        found = read_one("x", authored=text)
        assert found["authored_at"] is None
        assert found["committed_at"] is not None

    def test_every_time_of_odd_histories_is_gits_or_null(self, tmp_path: Path) -> None:
        for make in (histories.impossible_dates, histories.time_zones, histories.skewed_clocks):
            repo = make(tmp_path / make.__name__)
            for sha, row in commits(repo.path).items():
                header = repo.git("cat-file", "commit", sha).partition(b"\n\n")[0].decode()
                said = re.search(r"^committer .*> (\d+) [+-]\d+$", header, re.MULTILINE)
                expected = datetime.fromtimestamp(int(said[1]), UTC) if said and len(said[1]) < 12 else None
                assert row["committed_at"] == expected


@pytest.mark.parametrize(
    ("message", "hashes"),
    [
        (f"This reverts commit {A}.", [A]),
        (f"This reverts commit {C}", [C]),
        (f"This reverts commits {A}, {B} and {C}.", [A, B, C]),
        (f"This reverts commits {A}, {B}, and {C}.", [A, B, C]),
        (f"This reverts commits {A} {B}\n{C}.", [A, B, C]),
        (f"Reverts commit {A.upper()}", [A]),
        (f"This reverts commit {A}, reversing\nchanges made to {B}.", [A]),
        (f"This reverts commit {A}.\n\nThis reverts commit {A}.\nThis reverts commit {C}", [A, C]),
        ("This reverts commit abcdef", []),
        ("This reverts commit zzzzzzzz", []),
        (f"Do not revert {A}", []),
        ('Revert "Something"', []),
    ],
)
def test_reverts_are_the_hashes_that_a_message_takes_back(message: str, hashes: list[str]) -> None:
    assert read_one(f"Revert\n\n{message}")["reverts"] == hashes


def test_a_cherry_pick_names_its_sources() -> None:
    message = f"Fix\n\n(cherry picked from commit {A})\n(cherry picked from commit {C})"
    assert read_one(message)["cherry_picked_from"] == [A, C]
    assert read_one("cherry picked from commit x")["cherry_picked_from"] == []


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("ABC-123: fix", ["ABC-123"]),
        ("Fix [AB2-1] and AB2-1, XY-99.", ["AB2-1", "XY-99"]),
        ("UTF-8, SHA-256, ISO-8859-1, CVE-2024-1, RFC-2119, X-1, MD-5", []),
        ("abc-123 ABC- -123 A-1 ABC123", []),
        ("feature/PROJ-7-add", ["PROJ-7"]),
        ("TOOLONGKEYNAME-1", []),
    ],
)
def test_issue_keys_are_found_and_their_false_friends_are_not(message: str, keys: list[str]) -> None:
    assert read_one(message)["issue_keys"] == keys


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("Fix (#42)", [42]),
        ("Fix (#42)\n\nSee #43", [42]),
        ('Revert "Fix (#42)" (#44)', [44]),
        ("Merge pull request #45 from a/b", [45]),
        ("Merge x\n\nSee merge request group/app!46", [46]),
        ("Merged PR 47: title", [47]),
        ("Merged in topic (pull request #48)", [48]),
        ("Pull request #49: Title\n\nMerge in P/R from a to b", [49]),
        ("Fixes #50", []),
        ("Number (#51) in the middle", []),
        ("", []),
    ],
)
def test_a_pull_request_is_the_one_that_a_message_names_as_its_own(message: str, numbers: list[int]) -> None:
    assert read_one(message)["pull_requests"] == numbers


class TestTrailers:
    """Lines at the end of a message."""

    def test_trailers_are_the_last_paragraph_and_people_in_it_pseudonyms(self) -> None:
        found = read_one("Fix\n\nNote: no\n\nCo-authored-by: Bob <bob@example.org>\nIssue: ABC-1\nplain")
        assert found["trailers"] == [
            {"key": "Co-authored-by", "value": NAMES.of("bob@example.org")},
            {"key": "Issue", "value": "ABC-1"},
        ]

    def test_co_authors_are_pseudonyms_only_each_once(self) -> None:
        people = ("Bob <bob@example.org>", "BOB <BOB@example.org> # again", "Cy <cy@host>", "Nameless Di")
        found = read_one("Fix\n\n" + "\n".join(f"Co-Authored-By: {p}" for p in people))
        assert found["co_authors"] == [NAMES.of(p) for p in ("bob@example.org", "cy@host", "Nameless Di")]

    def test_a_subject_alone_has_no_trailers(self) -> None:
        assert read_one("Fix: a thing")["trailers"] == read_one("Fix: a\nFix: b")["trailers"] == []


def test_the_subject_is_the_first_line_at_most_500_signs() -> None:
    assert read_one("\n\n  First\nsecond")["subject"] == "First"
    assert read_one("")["subject"] == ""
    assert len(read_one("x" * 4000)["subject"]) == 500


def test_commits_at_the_cut_of_a_shallow_clone_are_marked(tmp_path: Path) -> None:
    found = commits(places.shallow(tmp_path / "repo"))
    assert [sha for sha, row in found.items() if row["is_truncated"]] == [
        s for s, r in found.items() if not r["parents"]
    ]


def test_machines_are_marked(tmp_path: Path) -> None:
    assert sorted(row["is_bot"] for row in commits(histories.bots(tmp_path / "repo").path).values()) == [
        *[False] * 8,
        *[True] * 16,
    ]


def test_no_record_of_a_hostile_repository_holds_an_address(tmp_path: Path) -> None:
    for make in (hostile.signs, hostile.trailers, hostile.encodings):
        text = str(list(commits(make(tmp_path / make.__name__).path).values()))
        assert not re.search(r"\w@\w+\.\w", text)
