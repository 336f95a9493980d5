"""The links that exports tell in columns of each item: what blocks what, and other relations between items."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa

from streamgauge.records import Item, Link
from streamgauge.records.record import UTC_INSTANT
from streamgauge.sources.files import jira_links, nested_names, people
from streamgauge.sources.files.mapping import Plan
from streamgauge.sources.files.payloads.payload import objects, text_of
from streamgauge.sources.files.rows import Made
from streamgauge.sources.files.values import Understanding
from streamgauge.sources.files.vocabulary import bare

Told = tuple[str, str, bool]
"""The item at the other end, the kind, and whether it is read from that other item to this one."""

_COLUMN = re.compile(r"(inward|outward) issue link \((.+?)\)(?: \(\d+\))?", re.IGNORECASE)
_TYPES = {
    "blocks": "blocks",
    "blocker": "blocks",
    "relates": "relates",
    "duplicate": "duplicates",
    "cloners": "clones",
    "causes": "causes",
}
"""The types of links of which Jira's tables tell no more than the name, as Jira comes with them."""
_AZURE = {
    "System.LinkTypes.Dependency-Forward": ("blocks", False),
    "System.LinkTypes.Dependency-Reverse": ("blocks", True),
    "System.LinkTypes.Related": ("relates", False),
}
_LINEAR = {"blocks": "blocks", "related": "relates", "duplicate": "duplicates"}
_BLOCKED_BY = frozenset(("blockedby", "isblockedby", "dependson", "predecessors", "predecessor", "waitson"))
_BLOCKS = frozenset(("blocks", "blocking", "successors", "successor"))
_KEYS = ("key", "identifier", "number", "iid", "id")
_UNKNOWN = jira_links.Span(None, None)
OF_ITEMS = "|told by items"
"""What stands at the end of the id of such a link."""
_IS_KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+|\d+", re.IGNORECASE)
"""What an item of another file may be called: no words of anybody get in as the key of one."""


class _Column(NamedTuple):
    """A column of links: how its text is read, and for some what all of its links are."""

    name: str
    form: str
    kind: str = "blocks"
    is_reversed: bool = False


def wanted(plan: Plan) -> list[str]:
    """Return the columns that tell of links, of those that nothing else is read from."""
    return [column.name for column in _columns(plan)]


def told(plan: Plan, understanding: Understanding, items: Made, history: str | None) -> tuple[Plan, tuple[Made, ...]]:
    """Return the links of the items, each once, and the plan without the columns that they are read from.

    How many there are is noted; none, where there were some before, says that these are gone. Of items that are called
    by people nothing is read. `history` is the column of their changes, which tell of Jira's links since when they are
    there, and of those that were taken away.
    """
    there, columns = frozenset(items.table["id"].to_pylist()), _columns(plan)
    found: dict[tuple[str, str, str], None] = {}
    read_from: list[str] = []
    for column in () if people.are_hidden(items.table["id"]) else columns:
        links = list(_links(column, understanding, items, there))
        found |= dict.fromkeys(links)
        read_from += [column.name] if links else []
    spans = _spans(understanding, items, history) if any(column.form == "jira" for column in columns) else {}
    past = [one for one, span in spans.items() if one not in found and span.unlinked_at and _are_keys(one, there)]
    if not found and not past:
        none = pa.table({name: pa.array([], pa.string()) for name in ("id", "item", "kind", "other")})
        return plan, (Made(Link, none),) if columns else ()
    read_from += [] if read_from or history is None else [history]
    understanding.notes.append(_words_on(list(found), read_from, past, sum(one in spans for one in found)))
    table = pa.table({"id": pa.array([f"{'|'.join(one)}{OF_ITEMS}" for one in (*found, *past)], pa.string())})
    for name, values in zip(("item", "kind", "other"), zip(*found, *past, strict=True), strict=True):
        table = table.append_column(name, pa.array(values, pa.string()))
    if spans:
        stands = [jira_links.Span(spans[one].linked_at, None) if one in spans else _UNKNOWN for one in found]
        for name, values in zip(
            _UNKNOWN._fields, zip(*stands, *(spans[one] for one in past), strict=True), strict=True
        ):
            table = table.append_column(name, pa.array(values, UTC_INSTANT))
    unused = tuple(one for one in plan.unused if one not in read_from)
    return replace(plan, unused=unused), (Made(Link, table),)


def _spans(
    understanding: Understanding, items: Made, history: str | None
) -> Mapping[tuple[str, str, str], jira_links.Span]:
    if history is None:
        return {}
    texts = understanding.gathered.others[history].filter(pa.array(~understanding.bad)).to_pylist()
    return jira_links.spans(items.table["id"].to_pylist(), texts, understanding.writing.zone or "UTC")


def _are_keys(link: tuple[str, str, str], there: Set[str]) -> bool:
    return link[0] != link[2] and all(end in there or _IS_KEY.fullmatch(end) for end in (link[0], link[2]))


def _words_on(
    found: Sequence[tuple[str, str, str]], read_from: Sequence[str], past: Sequence[tuple[str, str, str]], dated: int
) -> str:
    if not found:
        return (
            f"Links between items that were taken away are read from {', '.join(map(repr, read_from))}: {len(past):,}."
        )
    blocking = sum(kind == "blocks" for _, kind, _ in found)
    when = f"Of {dated:,} it is told since when." if dated else "When they were made is not told."
    gone = f" {len(past):,} that were taken away are kept too." if past else ""
    return (
        f"Links between items are read from {', '.join(map(repr, read_from))}: {len(found):,}, and {blocking:,} of them"
        f" say{'s' if blocking == 1 else ''} what blocks what. {when}{gone}"
    )


def _links(
    column: _Column, understanding: Understanding, items: Made, there: Set[str]
) -> Iterator[tuple[str, str, str]]:
    """Give the links that a column tells: the item that each goes from, its kind, and the item that it goes to."""
    texts = understanding.gathered.others[column.name].filter(pa.array(~understanding.bad)).to_pylist()
    for item, text in zip(items.table["id"].to_pylist(), texts, strict=True):
        for other, kind, is_reversed in _read(column, text, there):
            if other != item and (other in there or (column.form != "plain" and _IS_KEY.fullmatch(other))):
                yield (other, kind, item) if is_reversed else (item, kind, other)


def _columns(plan: Plan) -> list[_Column]:
    if plan.kind is not Item or "id" not in plan.columns:
        return []
    return [column for name in plan.unused if (column := _column(name)) is not None]


def _column(name: str) -> _Column | None:
    """Return how a column of that name tells of links; null where it tells of none."""
    if (jira := _COLUMN.fullmatch(name.strip())) is not None:
        kind = _TYPES.get(jira[2].casefold())
        return None if kind is None else _Column(name, "keys", kind, jira[1].casefold() == "inward")
    path = name.casefold()
    if path.endswith("issuelinks"):
        return _Column(name, "jira")
    if path.endswith(("inverserelations.nodes", "relations.nodes")):
        return _Column(name, "linear", is_reversed=path.endswith("inverserelations.nodes"))
    if path == "relations":
        return _Column(name, "azure")
    said = bare(nested_names.short(re.sub(r"(?i)\.(nodes|edges)$| \(dependencies\)$", "", name))).removesuffix("issues")
    if said in _BLOCKED_BY | _BLOCKS:
        return _Column(name, "plain", is_reversed=said in _BLOCKED_BY)
    return None


def _read(column: _Column, text: Any, there: Set[str]) -> Iterable[Told]:
    """Return the links that the text of one item tells."""
    if text is None or not (said := str(text).strip()):
        return ()
    if column.form == "keys":
        return ((one, column.kind, column.is_reversed) for one in _words(said))
    if column.form == "plain":
        ends = [end for value in objects(said) if (end := _end(value, there))] or _words(said)
        return ((one, column.kind, column.is_reversed) for one in ends)
    return (one for value in objects(said) if (one := _FORMS[column.form](column, value, there)) is not None)


def _words(text: str) -> list[str]:
    """Return the names of a list, as tables write it: divided by commas, semicolons or lines, or in JSON."""
    return [word for one in re.split(r"[,;\n]", text.strip("[]")) if (word := one.strip().strip("\"'"))]


def _end(value: Any, there: Set[str]) -> str | None:
    """Return what an item at the other end is called: as an item that is there, else by its first key."""
    told_of = value if isinstance(value, dict) else {}
    names = [str(told_of[key]) for key in _KEYS if isinstance(told_of.get(key), str | int)]
    return next((name for name in names if name in there), names[0] if names else None)


def _of_jira(_: _Column, value: dict[str, Any], there: Set[str]) -> Told | None:
    for way in ("inward", "outward"):
        other = _end(value.get(f"{way}Issue"), there)
        if other is not None and (found := jira_links.ends("", text_of(value, "type", way) or "", other)) is not None:
            return other, found[1], found[0] == other
    return None


def _of_azure(_: _Column, value: dict[str, Any], __: Set[str]) -> Told | None:
    kind = _AZURE.get(str(value.get("rel")))
    number = re.search(r"/workItems/(\d+)/?$", str(value.get("url")), re.IGNORECASE)
    return None if kind is None or number is None else (number[1], *kind)


def _of_linear(column: _Column, value: dict[str, Any], there: Set[str]) -> Told | None:
    kind = _LINEAR.get(str(value.get("type")).casefold())
    other = _end(value.get("issue" if column.is_reversed else "relatedIssue"), there)
    return None if kind is None or other is None else (other, kind, column.is_reversed)


_FORMS = {"jira": _of_jira, "azure": _of_azure, "linear": _of_linear}
