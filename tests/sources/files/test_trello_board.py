"""A board of Trello, exported whole: its cards are items, and its actions tell which lists they came to."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.kit.imports import looked, made

Thing = dict[str, Any]
LISTS = {"L1": "To Do", "L2": "Doing", "L3": "Done"}
MADE = datetime(2025, 3, 1, 9, tzinfo=UTC)


def key(number: int) -> str:
    """Return the id of a card, which begins with the seconds at which it was made."""
    return f"{int(MADE.timestamp()):08x}{number:016x}"


def card(number: int, place: str, **more: Any) -> Thing:
    shown = {"id": key(number), "name": f"Card {number}", "idList": place, "shortLink": f"c{number}", "closed": False}
    return shown | {"shortUrl": f"https://example.com/c/c{number}", "labels": [{"name": "bug"}], "due": None} | more


def act(number: int, of: int, day: int, kind: str, **data: Any) -> Thing:
    more = {"card": {"id": key(of), "name": f"Card {of}"}, **data}
    at = f"2025-03-{day:02d}T09:00:00.000Z"
    return {"id": f"a{number}", "type": kind, "date": at, "data": more, "memberCreator": {"fullName": "Ada Example"}}


def named(place: str) -> Thing:
    return {"id": place, "name": LISTS[place]}


def board(**more: Any) -> Thing:
    moved = act(6, 1, 6, "updateCard", listBefore=named("L2"), listAfter=named("L3"), old={"idList": "L2"})
    begun = act(3, 1, 3, "updateCard", listBefore=named("L1"), listAfter=named("L2"), old={"idList": "L1"})
    out = act(7, 2, 7, "updateCard", list=named("L1"), old={"closed": False})
    actions = [out, moved, act(5, 1, 5, "commentCard", text="Ada was here"), begun]
    actions += [
        act(2, 1, 2, "updateCard", old={"pos": 4}, list=named("L1")),
        act(1, 2, 1, "createCard", list=named("L1")),
    ]
    actions.append(act(8, 99, 1, "createCard", list=named("L1")))
    cards = [card(1, "L3"), card(2, "L1", closed=True), card(3, "L2", labels=None, id="odd")]
    lists = [{"id": place, "name": name, "closed": False} for place, name in LISTS.items()]
    rest = {"members": [{"id": "m1", "fullName": "Ada Example"}], "labels": [{"id": "x", "name": "bug"}]}
    return {"id": "B1", "name": "Harbour", "actions": actions, "cards": cards, "lists": lists, **rest, **more}


def written(place: Path, content: object) -> Path:
    place.write_text(json.dumps(content), encoding="utf-8")
    return place


def test_cards_are_items_and_moves_are_changes_of_status(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "board.json", board()), said={})
    items = [(row["id"], row["status"], row["created_at"], row["labels"]) for row in made(one, "Item")]
    assert items == [("c1", "Done", MADE, ["bug"]), ("c2", "Archived", MADE, ["bug"]), ("c3", "Doing", None, [])]
    found = [(r["item"], r["former_value"], r["value"], r["happened_at"].day) for r in made(one, "Transition")]
    assert found == [
        ("c1", "To Do", "Doing", 3),
        ("c1", "Doing", "Done", 6),
        ("c2", None, "To Do", 1),
        ("c2", "To Do", "Archived", 7),
    ]
    assert len(one.tables) == 1
    assert "Ada" not in str(one.tables[0].parts)


def test_a_board_without_actions_is_a_table_of_cards(tmp_path: Path) -> None:
    one = looked(written(tmp_path / "board.json", board(actions=[])), said={})
    assert [(row["id"], row["status"]) for row in made(one, "Item")] == [
        ("c1", "Done"),
        ("c2", "Archived"),
        ("c3", "Doing"),
    ]
    assert made(one, "Transition") == []
