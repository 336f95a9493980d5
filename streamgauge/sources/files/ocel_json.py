"""Reads object-centric event logs in the JSON of OCEL 2.0, and of 1.0."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streamgauge.sources.files import flat, ocel
from streamgauge.sources.files.encoding import encoding_of
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BadRow, Sheet

_ADVICE = "It must be OCEL in JSON: an object with objectTypes, eventTypes, objects and events."
_NO_LOG = BadRow(line=0, reason="not an object or event as OCEL 2.0 has it")
Thing = Mapping[str, Any]


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give the sheets events, objects, relations and changes. Raises BadFile where it is no such log."""
    log = _log(content, options)
    attributes = {"events": _names(log["events"]), "objects": _names(log["objects"])}

    def rows(sheet: str) -> Iterator[flat.Flat | BadRow]:
        return _ROWS[sheet](log)

    counts = f"OCEL with {len(log['events']):,} events and {len(log['objects']):,} objects."
    yield from ocel.sheets(content, "ocel json", rows, attributes, counts)


def _log(content: Content, options: Options) -> dict[str, list[Any]]:
    encoding = encoding_of(content, options.encoding)
    data = content.whole()[encoding.mark :]
    if encoding.codec != "utf-8":
        data = data.decode(encoding.codec, "replace").encode("utf-8", "replace")
    try:
        found = msgspec.json.decode(data, type=dict[str, Any])
    except (ValueError, RecursionError):
        raise content.bad("not valid JSON, or nested too deeply", advice=_ADVICE) from None
    if "ocel:events" in found or "ocel:objects" in found:
        found = _of_first_version(found)
    parts = {name: found.get(name, []) for name in ("events", "objects")}
    if not all(isinstance(part, list) for part in parts.values()) or not any(parts.values()):
        raise content.bad("it has no list of events and objects", advice=_ADVICE)
    return parts


def _of_first_version(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the events and objects of OCEL 1.0 as those of 2.0: objects then have no qualifiers and no history."""
    events, objects = (found.get(name) for name in ("ocel:events", "ocel:objects"))
    return {
        "events": [_event_of_first(*one) for one in events.items()] if isinstance(events, dict) else [],
        "objects": [_object_of_first(*one) for one in objects.items()] if isinstance(objects, dict) else [],
    }


def _event_of_first(key: str, told: Any) -> Any:
    if not isinstance(told, dict):
        return None
    touched = told.get("ocel:omap")
    return {
        "id": key,
        "type": told.get("ocel:activity"),
        "time": told.get("ocel:timestamp"),
        "attributes": _attributes_of_first(told.get("ocel:vmap")),
        "relationships": [{"objectId": one} for one in touched] if isinstance(touched, list) else [],
    }


def _object_of_first(key: str, told: Any) -> Any:
    if not isinstance(told, dict):
        return None
    return {"id": key, "type": told.get("ocel:type"), "attributes": _attributes_of_first(told.get("ocel:ovmap"))}


def _attributes_of_first(values: Any) -> list[Thing]:
    return [{"name": name, "value": value} for name, value in values.items()] if isinstance(values, dict) else []


def _names(things: Sequence[Any]) -> list[str]:
    """Return the names of all attributes, in the order of their first sight."""
    found: dict[str, None] = {}
    for thing in things:
        for one in _list(thing, "attributes"):
            found[str(one.get("name", ""))] = None
    return list(found)


def _list(thing: Any, name: str) -> list[Thing]:
    inner = thing.get(name) if isinstance(thing, dict) else None
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _is_thing(thing: Any) -> bool:
    return isinstance(thing, dict) and isinstance(thing.get("id"), str | int | Decimal) and "type" in thing


def _events(log: dict[str, list[Any]]) -> Iterator[flat.Flat | BadRow]:
    for event in log["events"]:
        if not _is_thing(event):
            yield _NO_LOG
            continue
        row = {ocel.ID: flat.text(event["id"]), ocel.TYPE: flat.text(event["type"])}
        row[ocel.TIME] = flat.text(event.get("time"))
        for one in _list(event, "attributes"):
            row.setdefault(ocel.key(str(one.get("name", ""))), flat.text(one.get("value")))
        yield row


def _objects(log: dict[str, list[Any]]) -> Iterator[flat.Flat | BadRow]:
    for thing in log["objects"]:
        if not _is_thing(thing):
            yield _NO_LOG
            continue
        row = {ocel.ID: flat.text(thing["id"]), ocel.TYPE: flat.text(thing["type"])}
        for one in _by_time(thing):
            row.setdefault(ocel.key(str(one.get("name", ""))), flat.text(one.get("value")))
        yield row


def _by_time(thing: Any) -> list[Thing]:
    return sorted(_list(thing, "attributes"), key=lambda one: str(one.get("time", "")))


def _relations(log: dict[str, list[Any]]) -> Iterator[flat.Flat]:
    for column, name in ((ocel.EVENT, "events"), (ocel.SOURCE, "objects")):
        for thing in filter(_is_thing, log[name]):
            for one in _list(thing, "relationships"):
                yield {
                    column: flat.text(thing["id"]),
                    ocel.OBJECT: flat.text(one.get("objectId")),
                    ocel.QUALIFIER: flat.text(one.get("qualifier")),
                }


def _changes(log: dict[str, list[Any]]) -> Iterator[flat.Flat]:
    for thing in filter(_is_thing, log["objects"]):
        for one in _by_time(thing):
            yield {
                ocel.ID: flat.text(thing["id"]),
                ocel.TYPE: flat.text(thing["type"]),
                ocel.FIELD: flat.text(one.get("name")),
                ocel.VALUE: flat.text(one.get("value")),
                ocel.TIME: flat.text(one.get("time")),
            }


_ROWS = {"events": _events, "objects": _objects, "relations": _relations, "changes": _changes}
