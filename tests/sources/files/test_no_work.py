"""Answers that hold people, webhooks or the like are refused in clear words, and no true export is taken for one."""

import json
from pathlib import Path

import pytest

from streamgauge.sources.files import no_work
from streamgauge.sources.files.mapping import Rules, planned
from tests.kit.imports import contents, counts, csv, lake_at, looked, taken

PEOPLE: dict[str, object] = {
    "github": {"login": "quillann", "id": 1, "avatar_url": "a", "url": "u/quillann", "type": "User"},
    "github, one of a query": {"login": "quillann", "id": 1, "site_admin": False, "name": "Ann Quill", "type": "User"},
    "gitlab": {"id": 1, "username": "quillann", "name": "Ann Quill", "state": "active", "avatar_url": None},
    "jira": {"accountId": "5b", "accountType": "atlassian", "displayName": "Ann Quill", "active": True},
    "jira server": {"key": "ann", "name": "quillann", "emailAddress": "a@b.example", "displayName": "Ann Quill"},
    "linear": {"id": "u", "name": "Ann Quill", "displayName": "quillann", "email": "a@b.example"},
    "servicenow": {"sys_id": "u", "user_name": "quillann", "first_name": "Ann", "last_name": "Quill", "title": "Boss",
                   "state": "CA"},
    "azure": {"principalName": "quillann", "displayName": "Ann Quill", "descriptor": "aad.N"},
    "azure, of a team": {"isTeamAdmin": True, "identity": {"id": "u", "displayName": "Ann Quill"}},
    "pagerduty": {"id": "P", "type": "user", "name": "Ann Quill", "email": "a@b.example", "time_zone": "UTC"},
    "youtrack": {"login": "quillann", "fullName": "Ann Quill", "id": "1-1"},
}  # fmt: skip
OTHERS: dict[str, object] = {
    "webhooks": {"id": 1, "type": "Repository", "name": "web", "events": [], "config": {"url": "u", "secret": "s"}},
    "check suites": {"id": 5, "head_sha": "d6", "status": "completed", "conclusion": "success", "check_runs_url": "u"},
    "states of commits": {"id": 1, "sha": "1", "ref": "main", "status": "success", "name": "ci", "target_url": None,
                          "allow_failure": False},
    "repositories or projects": {"id": "e", "name": "Shop", "state": "new", "revision": 51, "visibility": "private"},
    "branches": {"name": "main", "commit": {"sha": "c5"}, "protected": True},
    "labels": {"id": 1, "name": "bug", "color": "f29513", "default": True},
    "milestones": {"id": 1, "number": 1, "state": "open", "title": "v1", "open_issues": 4, "closed_issues": 8},
    "sprints": {"id": 37, "state": "closed", "name": "sprint 1", "startDate": "2025-01-01", "originBoardId": 5},
    "boards": {"id": 84, "self": "u", "name": "scrum board", "type": "scrum"},
    "versions": {"id": "1", "name": "1.0", "archived": False, "released": True, "releaseDate": "2025-07-06"},
    "runners": {"id": 23, "name": "linux", "os": "linux", "status": "online", "busy": True},
    "teams": {"id": 1, "name": "Shop", "slug": "shop", "privacy": "closed", "permission": "admin", "type": "org"},
    "workflows, not their runs": {"id": 1, "name": "CI", "path": "ci.yaml", "state": "active", "badge_url": "b"},
    "environments": {"id": 1, "name": "prod", "slug": "prod", "external_url": None, "state": "available"},
    "keys to a tool": {"id": 42, "name": "bot", "revoked": False, "scopes": ["api"], "token": "glpat-s",
                       "created_at": "2025-01-20", "expires_at": "2025-01-31"},
    "statuses of a workflow": {"id": "s1", "name": "Todo", "type": "unstarted", "position": 1},
    "commits": {"id": "61", "short_id": "6", "title": "x", "author_email": "a@b.c", "message": "", "status": "ok"},
    "alerts about security": {"number": 4, "created_at": "2025-02-13", "state": "open",
                              "most_recent_instance": {"ref": "refs/heads/main"}},
    "settings of PagerDuty": {"id": "P", "type": "tag", "summary": "x", "self": "u", "html_url": None},
}  # fmt: skip


def written(place: Path, *values: object) -> Path:
    place.write_text(json.dumps(values), encoding="utf-8")
    return place


@pytest.mark.parametrize("tool", PEOPLE)
def test_people_are_no_work_and_nothing_of_them_is_kept(tmp_path: Path, tool: str) -> None:
    lake = lake_at(tmp_path / "lake")
    one = taken(lake, written(tmp_path / "answer.json", PEOPLE[tool], PEOPLE[tool]), said={})
    assert "seems to hold people" in str(one.failure)
    assert "Ask the tool for its issues" in str(one.failure)
    assert "quill" not in (b"".join(contents(tmp_path / "lake")).decode("utf-8", "replace") + str(one.failure)).lower()


@pytest.mark.parametrize("what", OTHERS)
def test_what_else_answers_hold_is_told_by_name_with_what_to_do(tmp_path: Path, what: str) -> None:
    one = looked(written(tmp_path / "answer.json", OTHERS[what], OTHERS[what]), said={})
    assert f"seems to hold {what}, by '" in str(one.failure)
    assert "`streamgauge records` lists" in str(one.failure)
    assert "--as item" in str(one.failure)


def test_what_somebody_calls_items_is_taken_for_these(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "sprints.json", OTHERS["sprints"]), said={"kind": "item"})
    assert counts(one, "Item")[0] == 1


def test_one_list_of_people_in_a_file_is_left_out_and_said(tmp_path: Path) -> None:
    place = tmp_path / "all.json"
    issue = {"id": 7, "title": "x", "status": "open"}
    place.write_text(json.dumps({"rows": [issue], "others": [PEOPLE["gitlab"]]}), encoding="utf-8")
    one = looked(place, said={})
    assert counts(one, "Item")[0] == 1
    assert any("seems to hold people" in note for note in one.notes)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("User id,User name,email,User status,Added to org", None),
        ("Id,Username,Name,Email,State,Created At", None),
        ("key,name,status", "Item"),
        ("id,name,state", "Item"),
        ("key,name,status,accountId,displayName", "Item"),
        ("id,summary,status,login,avatar_url", "Item"),
        ("Ticket ID,Subject,Status,First Name,Last Name,User Name,Email", "Item"),
        ("id,title,type,events,config.url", "Item"),
        ("ticket id,status,created,username,name,email", "Item"),
        ("issue key,to status,updated,accountId,accountType,displayName", "event-log"),
    ],
)
def test_exports_of_work_with_few_columns_or_with_people_beside_it_are_read(
    tmp_path: Path, header: str, kind: str | None
) -> None:
    rows = [(str(n), *(f"{column} {n}" for column in header.split(",")[1:])) for n in (1, 2, 3)]
    dated = [tuple("2025-01-02" if "ated" in cell else cell for cell in row) for row in rows]
    one = looked(csv(tmp_path / "export.csv", dated, header), said={})
    assert (one.tables[0].plan.kind_name if one.tables else None) == kind


def test_parts_of_a_thing_that_name_people_make_it_no_person() -> None:
    columns = ("id", "title", "status", "user.name", "user.email", "author.login", "author.avatar_url")
    no_work.refuse(columns, is_answer=True)
    no_work.refuse(("id", "status", "user.name", "user.email"), is_answer=True)
    assert planned(columns, Rules(), form="json").kind_name == "Item"


def test_one_issue_of_gitlab_is_a_row_and_not_those_whom_it_is_assigned_to(tmp_path: Path) -> None:
    place = tmp_path / "issue.json"
    issue = {"id": 92, "iid": 11, "title": "x", "state": "opened", "created_at": "2025-04-05T21:41:45Z"}
    place.write_text(json.dumps(issue | {"assignees": [PEOPLE["gitlab"]]}), encoding="utf-8")
    assert counts(looked(place, said={}), "Item")[0] == 1
