"""A board of Trello, exported whole: its cards with the lists that each came to, by the board's actions."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from streamgauge.records import Item
from streamgauge.sources.files import flat
from streamgauge.sources.files.payloads.payload import as_list, first, instant, listed, text_of
from streamgauge.sources.files.payloads.rows_of import rows_of
from streamgauge.sources.files.sheet import Batch, Sheet

MAKES = Item
NOTE = (
    "It is read as a board of Trello: its cards, and the lists that they came to by its actions. An export holds the"
    " newest 1,000 actions; of an older card the first move that is there tells where it was since it was made."
)
_COLUMNS = {
    "cards": frozenset(("id", "idList", "name", "shortLink")),
    "lists": frozenset(("id", "name")),
}
ARCHIVED = "Archived"
"""The status of a card that was archived, wherever it lay."""
_PLACED = ("createCard", "copyCard", "convertToCardFromCheckItem", "moveCardToBoard", "emailCard")


def joined(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the tables of a file, those of a board as one sheet of its cards; any other tables as they are."""
    tables = {sheet.within.rpartition(".")[2]: sheet for sheet in sheets if sheet.form == "json"}
    if not all(name in tables and marks <= set(tables[name].columns) for name, marks in _COLUMNS.items()):
        return list(sheets)
    return [_board(tables)]


def _board(tables: Mapping[str, Sheet]) -> Sheet:
    cards, lines, bad = rows_of(tables["cards"])
    names = {row["id"]: row["name"] for row in rows_of(tables["lists"])[0]}
    history: dict[str, list[Mapping[str, str | None]]] = {}
    for action in rows_of(tables["actions"])[0] if "actions" in tables else ():
        for change in _changes(action):
            history.setdefault(action.get("data.card.id") or "", []).append(change)
    rows = [_card(card, names, history.get(card.get("id") or "", [])) for card in cards]
    columns = tuple(dict.fromkeys(name for row in rows for name, text in row.items() if text is not None))
    made = flat.batch(rows, lines, columns, bad)

    def read(size: int) -> Iterator[Batch]:  # noqa: ARG001 - all of it is in memory
        yield made

    return replace(tables["cards"], within="", columns=columns, notes=(NOTE,), read=read)


def _changes(action: flat.Flat) -> Iterator[Mapping[str, str | None]]:
    """Give the list that a card came to by an action, if any; or that it was archived, or fetched back."""
    kind, shared = action.get("type"), {"id": action.get("id"), "field": "status", "at": action.get("date")}
    if kind in _PLACED and (place := first(action, "data.list.name")):
        yield {**shared, "from": None, "to": place}
    elif kind == "updateCard" and (place := first(action, "data.listAfter.name")):
        yield {**shared, "from": first(action, "data.listBefore.name"), "to": place}
    elif kind == "updateCard" and action.get("data.old.closed") in ("true", "false"):
        is_out, place = action["data.old.closed"] == "false", first(action, "data.list.name")
        yield {**shared, "from": place if is_out else ARCHIVED, "to": ARCHIVED if is_out else place}


def _card(card: flat.Flat, names: Mapping[Any, str | None], history: Sequence[Any]) -> flat.Flat:
    is_out = card.get("closed") == "true"
    return {
        "id": first(card, "shortLink", "id"),
        "title": card.get("name"),
        "url": first(card, "shortUrl", "url"),
        "status": ARCHIVED if is_out else names.get(card.get("idList")),
        "labels": as_list([text_of(one, "name") or text_of(one, "color") for one in listed(card, "labels")]),
        "created_at": _made_at(card.get("id")),
        "due_at": card.get("due"),
        "history": json.dumps(list(history)) if history else None,
    }


def _made_at(key: str | None) -> str | None:
    """Return when a card was made: its id begins with the seconds since 1970, in hexadecimal digits."""
    try:
        return instant(str(int((key or "")[:8], 16) * 1000)) if len(key or "") == 24 else None
    except ValueError:
        return None
