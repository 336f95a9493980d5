"""What is wrong with the values of a company file, in words: what is allowed, and the nearest match."""

import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from streamgauge.company.document import Document, Mistake, Place
from streamgauge.company.kinds import KINDS
from streamgauge.company.law import shortened
from streamgauge.company.model import Company
from streamgauge.company.off_tool import disorder
from streamgauge.company.zone import problem as zone_problem

_WANTED = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list, each entry on its own line after `- `",
    "time_parsing": "hours and minutes in two digits each, such as '09:00'",
    "date_parsing": "a day such as 2026-05-01",
    "date_from_datetime_parsing": "a day such as 2026-05-01",
}
_TIME = re.compile(r"\d\d:\d\d")
Said = tuple[int, object, Any]
"""The line of something, what makes it the same as another, and its value."""


def in_values(document: Document, errors: list[Any]) -> Iterator[Mistake]:
    """Yield a mistake for each of pydantic's errors about the document's value."""
    for error in errors:
        place: Place = tuple(error["loc"])
        yield Mistake(document.line(place), _words(place, error))


def twins(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each thing that is told twice, or cannot be: names, types, statuses, hours, steps."""
    services = _list_of(document.value, "services")
    yield from _taken(document, services, ("services",), "service")
    for position, service in enumerate(services):
        place: Place = ("services", position, "releases")
        yield from _taken(document, _list_of(service, "releases"), place, "release line")
    streams = _list_of(document.value, "value_streams")
    yield from _taken(document, streams, ("value_streams",), "value stream")
    yield from _taken(document, _list_of(document.value, "teams"), ("teams",), "team", folded=True)
    yield from _told_twice(document)
    yield from _limited_twice(document)
    yield from _closed_before_open(document)
    yield from _of_two_kinds(document)
    yield from _steps_in_disorder(document)


def _closed_before_open(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each calendar whose day ends before it begins."""
    teams = _list_of(document.value, "teams")
    whose: list[tuple[Place, Any]] = [((), document.value), *((("teams", n), team) for n, team in enumerate(teams))]
    for around, one in whose:
        place: Place = (*around, "calendar")
        found = one.get("calendar") if isinstance(one, dict) else None
        hours = found if isinstance(found, dict) else {}
        opens, closes = str(hours.get("opens", "09:00")), str(hours.get("closes", "17:00"))
        if all(map(_TIME.match, (opens, closes))) and opens >= closes:
            wrong = f"It closes at {shortened(closes)}, not later than it opens at {shortened(opens)}."
            yield Mistake(document.line((*place, "closes")), wrong)


def _told_twice(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each status with two meanings, and each part of the process that another one hides."""
    holds = list[Said]()
    for position, part in enumerate(_list_of(document.value, "process")):
        place: Place = ("process", position)
        statuses = _list_of(part, "statuses")
        yield from _taken(document, statuses, (*place, "statuses"), "status", key="status", folded=True)
        since = str(part.get("since")) if isinstance(part, dict) else ""
        holds += [
            (document.line(place), (since, str(kind).casefold()), kind) for kind in _list_of(part, "types") or [""]
        ]
    for line, former, kind in _again(holds):
        whose = f"for {shortened(kind)}" if kind else "for all types"
        wrong = f"The process {whose} from the same day is told already, on line {former}."
        yield Mistake(line, f"{wrong} Put all its statuses there, or give another `since`.")


def _limited_twice(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each limit on what another one limits already."""
    limits = [
        (
            document.line(("wip_limits", position)),
            (str(limit.get("team") or "").casefold(), str(limit.get("stage") or "")),
            limit,
        )
        for position, limit in enumerate(_list_of(document.value, "wip_limits"))
        if isinstance(limit, dict)
    ]
    for line, former, limit in _again(limits):
        whose, stage = limit.get("team"), limit.get("stage")
        where = f" in stage {shortened(stage)}" if stage else ""
        what = f"{shortened(whose) if whose else 'all teams'}{where}"
        yield Mistake(line, f"A limit of {what} is there already, on line {former}.")


def _steps_in_disorder(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each step outside of the tools that cannot have been when it is said to have been."""
    said = document.value.get("zone")
    zone = said if isinstance(said, str) and zone_problem(said) is None else "UTC"
    for position, key, wrong in disorder(_list_of(document.value, "off_tool"), zone):
        yield Mistake(document.line(("off_tool", position, key)), f"off_tool[{position}].{key}: {wrong}")


def _of_two_kinds(document: Document) -> Iterator[Mistake]:
    """Yield a mistake for each type of items that is said to be of two kinds."""
    kinds = document.value.get("kinds")
    named = (
        (document.line(("kinds", kind, position)), one.casefold(), one)
        for kind in KINDS
        for position, one in enumerate(_list_of(kinds, kind))
        if isinstance(one, str)
    )
    for line, former, one in _again(sorted(named)):
        yield Mistake(line, f"The type {shortened(one)} is of a kind already, on line {former}.")


def _words(place: Place, error: Mapping[str, Any]) -> str:
    kind, what = error["type"], _shown(place)
    if kind == "unexpected_keyword_argument":
        return _unknown_key(place)
    if kind == "missing":
        return f"{_shown(place[:-1]) or 'The file'} needs the key `{place[-1]}`."
    if kind == "value_error":
        return f"{what}: {error['ctx']['error']}"
    if kind == "literal_error":
        return f"{what}: {shortened(error['input'])} is not known.{_allowed(error)}"
    wanted = _keys_at(place) if kind == "dataclass_type" else _WANTED.get(kind)
    if error["input"] is None:
        return f"{what} is empty. Allowed: {wanted or 'a value'}."
    return f"{what} is {shortened(error['input'])}. Allowed: {wanted}." if wanted else f"{what}: {error['msg']}."


def _shown(place: Place) -> str:
    """Return a place as a reader writes it, such as `services[1].name`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _allowed(error: Mapping[str, Any]) -> str:
    choices = [choice.strip(" '") for choice in error["ctx"]["expected"].replace(" or ", ",").split(",")]
    return _choices(error["input"], choices)


def _keys_at(place: Place) -> str:
    return f"keys with values: {', '.join(f.name for f in fields(_class_at(place)))}"


def _unknown_key(place: Place) -> str:
    *around, key = place
    where = f" in {_shown(tuple(around))}" if around else ""
    names = [f.name for f in fields(_class_at(tuple(around)))]
    return f"There is no key {shortened(key)}{where}.{_choices(key, names)}"


def _choices(given: object, names: list[str]) -> str:
    spelled = str(given)[:60].casefold().replace("-", "_")
    near = difflib.get_close_matches(spelled, names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"{hint} Allowed: {', '.join(names)}."


def _class_at(place: Place) -> Any:
    """Return the dataclass whose keys may stand at a place."""
    found: Any = Company
    for part in place:
        found = typing.get_args(found)[0] if isinstance(part, int) else typing.get_type_hints(found)[part]
        if isinstance(found, types.UnionType):  # a part that may be missing
            found = typing.get_args(found)[0]
    return found


def _list_of(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _taken(
    document: Document, entries: list[Any], place: Place, what: str, *, key: str = "name", folded: bool = False
) -> Iterator[Mistake]:
    """Yield a mistake for each entry that is called as one before it; `folded` where capitals make no difference."""
    named = (
        (document.line((*place, position, key)), name.casefold() if folded else name, name)
        for position, entry in enumerate(entries)
        if isinstance(entry, dict) and isinstance(name := entry.get(key), str)
    )
    for line, former, name in _again(named):
        yield Mistake(line, f"A {what} {shortened(name)} is there already, on line {former}.")


def _again(said: Iterable[Said]) -> Iterator[tuple[int, int, Any]]:
    """Give the lines and values of what is said again, each with the line on which it is said first."""
    first = dict[object, int]()
    for line, key, value in said:
        if key in first:
            yield line, first[key], value
        first.setdefault(key, line)
