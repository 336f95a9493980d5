"""`streamgauge metrics`, `records`, `check`, `init`, `sync` and `lake`."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company.file import load
from streamgauge.company.pattern import problem
from streamgauge.metrics import METRICS
from streamgauge.records import KINDS
from streamgauge.surfaces.cli.found import pattern
from tests.surfaces.cli.conftest import NOT_A_REPOSITORY, Answers

Run = Callable[..., "object"]


def test_metrics_are_listed_with_their_formula(run: Run) -> None:
    """Every metric, with question, formula, unit and source; or one of them."""
    shown = run("metrics").out
    assert [line for line in shown.splitlines() if re.fullmatch("[a-z_]+", line)] == [m.name for m in METRICS]
    one = run("metrics", "change-lead-time").out
    assert METRICS[1].asks.split()[0] in one
    assert one.splitlines()[0] == "change_lead_time"
    listed = json.loads(run("metrics", "--format", "json").out)
    assert [m["name"] for m in listed] == [m.name for m in METRICS]
    assert all(m["asks"] and m["formula"] and m["unit"] and m["source"] for m in listed)


def test_records_are_listed_with_what_their_fields_mean(run: Run) -> None:
    """Every kind with its fields; or one of them, by kind or by table."""
    listed = json.loads(run("records", "--format", "json").out)
    assert [k["kind"] for k in listed] == [k.__name__ for k in KINDS]
    commit = next(k for k in listed if k["kind"] == "Commit")
    field = {"name": "is_bot", "type": "bool", "docs": "Whether the author is a machine by name or address."}
    assert field in commit["fields"]
    assert run("records", "commits").out == run("records", "commit").out
    assert "Hashes of its parents" in run("records", "commit").out


def test_check_says_what_the_file_holds_or_every_mistake(run: Run, answers: Answers) -> None:
    """A good file is summed up, a bad one is told with lines."""
    releases = "    releases:\n      - name: lts\n        tags: 'v\\d+'\n"
    Path("streamgauge.yaml").write_text(
        f"services:\n  - name: harbour\n    repository: clone\n{releases}", encoding="utf-8"
    )
    shown = run("check")
    assert shown.out == "OK: streamgauge.yaml holds 1 service, 1 release line named, zone UTC.\n"
    Path("bad.yaml").write_text("zone: Berlin\nservice: []\n", encoding="utf-8")
    shown = run("check", "bad.yaml")
    assert shown.code == 2
    assert "bad.yaml:1:" in shown.err
    assert "bad.yaml:2:" in shown.err


def test_sync_says_what_is_new(run: Run, answers: Answers) -> None:
    """New commits of each repository, and what failed."""
    answers.failures = {"quay": NOT_A_REPOSITORY}
    shown = run("sync", "clone", "quay")
    assert shown.code == 1
    assert shown.out == "harbour: 1,204 new commits (clone)\nNot read: quay: 'quay' holds no git repository.\n"
    made = json.loads(run("sync", "clone", "--format", "json").out)
    assert made["repositories"][0]["new_commits"] == 1204
    assert "lines" not in answers.asked
    answers.lines_read = 7
    assert "Lines read for 7 commits." in run("sync", "clone", "--lines", "all").out


def test_init_does_not_replace_a_file(run: Run, answers: Answers) -> None:
    """A company file that is there stays, unless it is to be replaced; what is written loads."""
    shown = run("init", "clone")
    assert shown.code == 0, shown.err
    assert "Wrote streamgauge.yaml" in shown.out
    assert load("streamgauge.yaml").services[0].name == "harbour"
    again = run("init", "clone")
    assert again.code == 2
    assert "--force" in again.err
    assert run("init", "clone", "--force").code == 0
    assert run("init", "clone", "--out", "-").out.startswith("# The company file")


def test_init_of_nothing_writes_nothing(run: Run, answers: Answers) -> None:
    """Where no repository can be read there is no file."""
    answers.failures = {".": NOT_A_REPOSITORY}
    assert run("init").code == 2
    assert not Path("streamgauge.yaml").exists()


@pytest.mark.parametrize(
    ("tags", "exact", "found"),
    [
        (["v1.0", "v1.0.1", "v2.10"], False, r"v\d+(\.\d+)+"),
        (["1", "2.0"], False, r"\d+(\.\d+)*"),
        (["app-2.400", "app-2.401"], True, r"app-\d+(\.\d+){1}"),
        (["app-2.387.1", "app-2.387.2"], True, r"app-\d+(\.\d+){2}"),
        (["@lantern/tide@1.0.0"], False, r"@lantern/tide@\d+(\.\d+)+"),
        (["app-1", "app-2"], True, r"app-\d+"),
        (["app-1", "app-2.1.1"], True, r"app-\d+(\.\d+){0,2}"),
        (["stable", "v1.0"], False, r"stable|v\d+(\.\d+)+"),
        (["v8.0.0-1", "v9.0.0-12"], True, r"v\d+(\.\d+){2}-\d+"),
        (["web@10.0.0-beta.13", "web@10.0.0-beta.9"], True, r"web@\d+(\.\d+){2}-beta\.\d+"),
        (["s3/v1.0.0", "s3/v2.0.1"], True, r"s3/v\d+(\.\d+){2}"),
        (["2_9_10", "2_9", "3"], False, r"\d+(_\d+)*"),
        (["2024-01-15", "2024-02-01"], False, r"\d+(-\d+)+"),
        (["base64-0.1"], True, r"base64-\d+(\.\d+){1}"),
    ],
)
def test_tags_become_a_pattern(tags: list[str], exact: bool, found: str) -> None:
    """A pattern fits every tag that it was made from, and keeps lines apart where it must."""
    made = pattern(tags, exact=exact)
    assert made == found
    assert problem(made) is None
    assert all(re.fullmatch(made, tag) for tag in tags)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("1230._-vb/@ é", min_size=1, max_size=8), min_size=1, max_size=5), st.booleans())
def test_a_pattern_fits_all_that_it_was_made_from(tags: list[str], exact: bool) -> None:
    """Whatever the tags are called."""
    made = pattern(tags, exact=exact)
    assert all(re.fullmatch(made, tag) for tag in tags)


def test_the_lake_is_looked_after(run: Run, answers: Answers) -> None:
    """Status, verify and compact of a lake that was just made; without one, an error with the next command."""
    assert run("lake", "status").code == 3
    run("report", "clone")
    assert "last published: never" in run("lake", "status").out
    assert json.loads(run("lake", "status", "--format", "json").out)["tables"] == []
    assert run("lake", "verify").out.startswith("OK: the lake")
    assert json.loads(run("lake", "verify", "--format", "json").out) == {
        "document": "lake_verify",
        "sound": True,
        "problems": [],
    }
    assert run("lake", "compact").code == 0


def test_a_damaged_lake_ends_with_3(run: Run, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told problem by problem."""
    run("report", "clone")
    monkeypatch.setattr("streamgauge.lake.Lake.verify", lambda *_, **__: ["commits: a file is missing."])
    shown = run("lake", "verify")
    assert (shown.code, shown.out) == (3, "")
    assert "commits: a file is missing." in shown.err
