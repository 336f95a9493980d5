"""Links that exports tell in columns of each item say what blocks what, each once, whichever end tells it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.answers.blocked import blocked
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.lake import Lake
from tests.kit.imports import lake_at, looked, taken

BEGUN = "2026-01-02T10:00:00Z"
BLOCKS = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
DEPENDS = {"name": "Dependency", "inward": "is depended on by", "outward": "depends on"}


def links(lake: Lake) -> set[tuple[str, str, str]]:
    """Return the links of a lake: from, kind, to."""
    with lake.view() as view:
        rows = view.rows("SELECT id, item, kind, other FROM links")
    assert len({row["id"] for row in rows}) == len(rows)
    return {(row["item"], row["kind"], row["other"]) for row in rows}


def jira(key: str, *told: Mapping[str, object], status: str = "In Progress") -> dict[str, object]:
    """Return an issue as Jira answers it."""
    fields = {"summary": key, "status": {"name": status}, "created": BEGUN, "issuelinks": list(told)}
    return {"id": f"1{key[-1]}", "key": key, "fields": fields}


def imported(place: Path, name: str, content: object) -> Lake:
    """Return a lake with what a file of that content holds, imported twice."""
    text = content if isinstance(content, str) else json.dumps(content)
    (place / name).write_text(text, encoding="utf-8")
    lake = lake_at(place / "lake")
    taken(lake, place / name, said={})
    before = links(lake)
    taken(lake, place / name, said={})
    assert links(lake) == before
    return lake


def test_jira_tells_each_link_at_both_ends(tmp_path: Path) -> None:
    one = jira("AB-1", {"type": BLOCKS, "inwardIssue": {"id": "12", "key": "AB-2"}})
    two = jira("AB-2", {"type": BLOCKS, "outwardIssue": {"id": "11", "key": "AB-1"}})
    three = jira("AB-3", {"type": DEPENDS, "outwardIssue": {"key": "AB-1"}}, {"type": DEPENDS, "inwardIssue": {}})
    lake = imported(tmp_path, "issues.json", {"issues": [one, two, three]})
    assert links(lake) == {("AB-2", "blocks", "AB-1"), ("AB-1", "blocks", "AB-3")}
    found = {item.item: item.blockers for item in blocked(lake, FlowRequest()).items}
    assert found == {"AB-1": ("AB-2",), "AB-3": ("AB-1",)}


def test_what_is_done_blocks_nobody(tmp_path: Path) -> None:
    one = jira("AB-1", {"type": BLOCKS, "inwardIssue": {"key": "AB-2"}})
    lake = imported(tmp_path, "issues.json", {"issues": [one, jira("AB-2", status="Done")]})
    assert links(lake) == {("AB-2", "blocks", "AB-1")}
    assert blocked(lake, FlowRequest()).items == ()


def test_tables_of_jira_tell_them_in_columns_of_one_name(tmp_path: Path) -> None:
    head = "Issue key,Summary,Status,Created,Inward issue link (Blocks),Inward issue link (Blocks)"
    head += ",Outward issue link (Blocks),Outward issue link (Relates),Inward issue link (Custom)"
    rows = ["AB-1,One,In Progress,2026-01-02,AB-2,CD-9,,,AB-3", "AB-2,Two,To Do,2026-01-02,,,AB-1,AB-3,"]
    lake = imported(tmp_path, "issues.csv", "\n".join([head, *rows, "AB-3,Three,Done,2026-01-02,,,,,"]))
    assert links(lake) == {("AB-2", "blocks", "AB-1"), ("CD-9", "blocks", "AB-1"), ("AB-2", "relates", "AB-3")}


def test_azure_tells_them_by_addresses(tmp_path: Path) -> None:
    def item(number: int, rel: str, other: int) -> dict[str, object]:
        fields = {"System.Title": "x", "System.State": "Active", "System.CreatedDate": BEGUN}
        url = "https://dev.azure.example/o/_apis/wit/workItems"
        relations = [{"rel": rel, "url": f"{url}/{other}"}, {"rel": "Hyperlink", "url": "https://a.example/7"}]
        return {"id": number, "rev": 1, "fields": fields, "relations": relations, "url": f"{url}/{number}"}

    told = [
        item(11, "System.LinkTypes.Dependency-Reverse", 12),
        item(12, "System.LinkTypes.Dependency-Forward", 11),
        item(13, "System.LinkTypes.Related", 11),
    ]
    lake = imported(tmp_path, "items.json", {"count": 3, "value": told})
    assert links(lake) == {("12", "blocks", "11"), ("11", "relates", "13")}


def test_linear_tells_them_from_either_side(tmp_path: Path) -> None:
    def item(number: int, **more: object) -> dict[str, object]:
        return {"identifier": f"EN-{number}", "title": "x", "createdAt": BEGUN, "state": {"name": "Todo"}, **more}

    told = [
        item(1, relations={"nodes": [{"type": "blocks", "relatedIssue": {"identifier": "EN-2"}}]}),
        item(2, inverseRelations={"nodes": [{"type": "blocks", "issue": {"identifier": "EN-1"}}]}),
        item(3, inverseRelations={"nodes": [{"type": "blocks", "issue": {"identifier": "EN-2"}}]}),
    ]
    lake = imported(tmp_path, "issues.json", {"data": {"issues": {"nodes": told}}})
    assert links(lake) == {("EN-1", "blocks", "EN-2"), ("EN-2", "blocks", "EN-3")}


@pytest.mark.parametrize(
    ("column", "is_reversed"),
    [("Blocked By", True), ("Depends on", True), ("Predecessors", True), ("Blocks", False), ("Blocking", False)],
)
def test_plain_columns_tell_of_items_that_are_there(tmp_path: Path, column: str, *, is_reversed: bool) -> None:
    rows = ['T1,One,Doing,2026-01-02,"T2; T3, Ann Quill"', "T2,Two,Todo,,", "T3,Three,Doing,2026-01-02,T3"]
    lake = imported(tmp_path, "tasks.csv", "\n".join([f"ID,Title,Status,Started Date,{column}", *rows]))
    ends = [("T1", "T2"), ("T1", "T3")]
    assert links(lake) == {(b, "blocks", a) if is_reversed else (a, "blocks", b) for a, b in ends}
    cleared = [row.rpartition(",")[0].partition(',"')[0] + "," for row in rows]
    assert (
        links(imported(tmp_path, "tasks.csv", "\n".join([f"ID,Title,Status,Started Date,{column}", *cleared]))) == set()
    )


def test_a_column_that_names_no_item_is_not_used(tmp_path: Path) -> None:
    rows = ["T1,One,Doing,2026-01-02,the vendor", "T2,Two,Todo,2026-01-02,Ann Quill"]
    (tmp_path / "tasks.csv").write_text("\n".join(["ID,Title,Status,Created,Blocked by", *rows]), encoding="utf-8")
    lake = lake_at(tmp_path / "lake")
    found = taken(lake, tmp_path / "tasks.csv", said={})
    assert "Blocked by" in found.tables[0].plan.unused
    assert links(lake) == set()


@pytest.mark.parametrize("hostile", ['[{"type": 1}]', "[1, [2]]", "{", '[{"type": {"inward": []}, "inwardIssue": 3}]'])
def test_other_texts_tell_of_no_links(tmp_path: Path, hostile: str) -> None:
    issue = jira("AB-1") | {"relations": hostile}
    told = {"type": BLOCKS, "inwardIssue": {"key": "=cmd|' /C calc'!A0"}}
    lake = imported(tmp_path, "issues.json", {"issues": [issue, jira("AB-2", told), jira("AB-3")]})
    assert links(lake) == set()


def test_a_link_that_both_ends_no_longer_tell_is_gone(tmp_path: Path) -> None:
    told = {"type": BLOCKS, "inwardIssue": {"key": "AB-2"}}
    lake = imported(tmp_path, "issues.json", {"issues": [jira("AB-1", told), jira("AB-2"), jira("AB-3", told)]})
    (tmp_path / "issues.json").write_text(json.dumps({"issues": [jira("AB-1"), jira("AB-3")]}), encoding="utf-8")
    taken(lake, tmp_path / "issues.json", said={})
    assert links(lake) == {("AB-2", "blocks", "AB-1"), ("AB-2", "blocks", "AB-3")}
    (tmp_path / "issues.json").write_text(json.dumps({"issues": [jira("AB-1"), jira("AB-2")]}), encoding="utf-8")
    taken(lake, tmp_path / "issues.json", said={})
    assert links(lake) == {("AB-2", "blocks", "AB-3")}


def test_a_table_of_links_is_left_as_it_is_by_what_items_tell(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    (tmp_path / "links.csv").write_text("kind,item,other\nblocks,AB-2,AB-1\n", encoding="utf-8")
    told = {"type": BLOCKS, "inwardIssue": {"key": "AB-3"}}
    text = json.dumps({"issues": [jira("AB-1"), jira("AB-2"), jira("AB-3", told)]})
    (tmp_path / "issues.json").write_text(text, encoding="utf-8")
    for name in ("links.csv", "issues.json", "issues.json"):
        taken(lake, tmp_path / name, said={}, dataset="shop")
    assert links(lake) == {("AB-2", "blocks", "AB-1")}
    assert [item.item for item in blocked(lake, FlowRequest()).items] == ["AB-1"]


def test_the_links_of_the_newest_snapshot_count_in_whatever_order_they_come(tmp_path: Path) -> None:
    told = {"type": BLOCKS, "inwardIssue": {"key": "AB-2"}}
    for day, issues in (
        ("2026-01-05", [jira("AB-1", told), jira("AB-2")]),
        ("2026-01-12", [jira("AB-1"), jira("AB-2")]),
    ):
        (tmp_path / f"issues {day}.json").write_text(json.dumps({"issues": issues}), encoding="utf-8")
    for order in (("2026-01-05", "2026-01-12"), ("2026-01-12", "2026-01-05")):
        lake = lake_at(tmp_path / f"lake {order[0]}")
        for day in order:
            taken(lake, tmp_path / f"issues {day}.json", said={}, dataset="shop")
        assert links(lake) == set()


def changed(issue: dict[str, object], *links: tuple[str, str, str, bool]) -> dict[str, object]:
    """Return an issue with a history of its links: when, the phrase, the other issue, and if it was made then."""
    moves = [("To Do", "In Progress", BEGUN), ("In Progress", "In Review", "2026-01-20T10:00:00Z")]
    histories: list[dict[str, object]] = [
        {"id": f"s{n}", "created": at, "items": [{"field": "status", "fromString": was, "toString": became}]}
        for n, (was, became, at) in enumerate(moves)
    ]
    for number, (at, phrase, other, is_made) in enumerate(links):
        said = {"to" if is_made else "from": other, "toString" if is_made else "fromString": f"{phrase} {other}"}
        histories.append({"id": str(number), "created": at, "items": [{"field": "Link", **said}]})
    return {**issue, "changelog": {"histories": histories}}


def test_the_history_of_jira_tells_since_when_and_until_when(tmp_path: Path) -> None:
    """The last making counts, whichever end tells it; what was taken away held work up until then."""
    at = [f"2026-01-{day:02d}T10:00:00.000+0100" for day in range(32)]
    this = "This issue"
    one = changed(
        jira("AB-1", {"type": BLOCKS, "inwardIssue": {"key": "AB-2"}}),
        (at[3], f"{this} is blocked by", "AB-2", True),
        (at[4], f"{this} is blocked by", "AB-2", False),
        (at[6], f"{this} is blocked by", "AB-2", True),
        (at[5], f"{this} is blocked by", "AB-3", True),
        (at[9], f"{this} is blocked by", "AB-3", False),
        (at[7], f"{this} is somehow near", "AB-3", True),
        (at[8], f"{this} is blocked by", "somebody's words", False),
        (at[8], f"{this} is blocked by", "AB-1", False),
    )
    two = changed(jira("AB-2"), (at[2], f"{this} blocks", "AB-1", True), ("no time", f"{this} blocks", "AB-3", False))
    three = jira("AB-3", {"type": BLOCKS, "outwardIssue": {"key": "AB-4"}})
    lake = imported(tmp_path, "issues.json", {"issues": [one, two, three, jira("AB-4")]})
    with lake.view() as view:
        rows = view.rows("SELECT item, other, linked_at, unlinked_at FROM links ORDER BY item, other")
    day = {n: datetime(2026, 1, n, 9, tzinfo=UTC) for n in range(1, 20)}
    assert [tuple(row.values()) for row in rows] == [
        ("AB-2", "AB-1", day[6], None),
        ("AB-3", "AB-1", day[5], day[9]),
        ("AB-3", "AB-4", None, None),
    ]
    found = {item.item: (item.blockers, item.since) for item in blocked(lake, FlowRequest()).items}
    assert found["AB-1"] == (("AB-2",), day[6])


def test_links_that_all_were_taken_away_are_said_as_such(tmp_path: Path) -> None:
    gone = changed(jira("AB-1"), ("2026-01-05T10:00:00Z", "This issue is blocked by", "AB-2", False))
    (tmp_path / "issues.json").write_text(json.dumps({"issues": [gone, jira("AB-2")]}), encoding="utf-8")
    (table,) = looked(tmp_path / "issues.json", said={}).tables
    said = "Links that were taken away are kept from 'changelog.histories': 1."
    assert said in table.notes


def test_what_relates_to_each_other_is_one_link_whichever_end_tells_it(tmp_path: Path) -> None:
    relates = {"name": "Relates", "inward": "relates to", "outward": "relates to"}
    two = changed(
        jira("AB-2", {"type": relates, "outwardIssue": {"key": "AB-1"}}),
        ("2026-01-03T10:00:00Z", "This issue relates to", "AB-3", True),
        ("2026-01-05T10:00:00Z", "This issue relates to", "AB-3", False),
    )
    three = changed(jira("AB-3"), ("2026-01-05T10:00:00Z", "This issue relates to", "AB-2", False))
    lake = imported(
        tmp_path,
        "issues.json",
        {"issues": [jira("AB-1", {"type": relates, "inwardIssue": {"key": "AB-2"}}), two, three]},
    )
    assert links(lake) == {("AB-1", "relates", "AB-2"), ("AB-2", "relates", "AB-3")}
