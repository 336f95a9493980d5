"""The links that exports tell in columns of each item: what blocks what, and other relations between items."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa

from streamgauge.records import Item, Link
from streamgauge.records.record import UTC_INSTANT
from streamgauge.sources.files import jira_links, nested_names, people
from streamgauge.sources.files.jira_links import Ends, Span
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
_UNKNOWN = Span(None, None)
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
    found: dict[Ends, None] = {}
    read_from: list[str] = []
    for column in () if people.are_hidden(items.table["id"]) else columns:
        links = list(_links(column, understanding, items, there))
        found |= dict.fromkeys(links)
        read_from += [column.name] if links else []
    spans = _spans(understanding, items, history) if any(column.form == "jira" for column in columns) else {}
    standing = {one: spans.get(one, _UNKNOWN)._replace(unlinked_at=None) for one in found}
    past = {one: at for one, at in spans.items() if one not in found and at.unlinked_at and _are_keys(one, there)}
    if found:
        understanding.notes.append(_said(found, read_from, dated=len(found.keys() & spans.keys())))
    if past:
        understanding.notes.append(f"Links that were taken away are kept from '{history}': {len(past):,}.")
    unused = tuple(one for one in plan.unused if one not in read_from)
    return replace(plan, unused=unused), (_made({**standing, **past}),) if columns else ()


def _made(links: Mapping[Ends, Span]) -> Made:
    columns: dict[str, pa.Array] = {"id": pa.array([f"{'|'.join(one)}{OF_ITEMS}" for one in links], pa.string())}
    for place, name in enumerate(("item", "kind", "other")):
        columns[name] = pa.array([one[place] for one in links], pa.string())
    for place, name in enumerate(Span._fields):
        columns[name] = pa.array([at[place] for at in links.values()], UTC_INSTANT)
    return Made(Link, pa.table(columns))


def _said(found: Iterable[Ends], read_from: Sequence[str], *, dated: int) -> str:
    kinds = [kind for _, kind, _ in found]
    blocking = kinds.count("blocks")
    return (
        f"Links between items are read from {', '.join(map(repr, read_from))}: {len(kinds):,}, and {blocking:,} of them"
        f" say{'s' if blocking == 1 else ''} what blocks what."
        + (f" Of {dated:,} it is told since when." if dated else " When they were made is not told.")
    )


def _spans(understanding: Understanding, items: Made, history: str | None) -> Mapping[Ends, Span]:
    if history is None:
        return {}
    texts = understanding.gathered.others[history].filter(pa.array(~understanding.bad)).to_pylist()
    return jira_links.spans(items.table["id"].to_pylist(), texts, understanding.writing.zone or "UTC")


def _are_keys(link: Ends, there: Set[str]) -> bool:
    return link[0] != link[2] and all(end in there or _IS_KEY.fullmatch(end) for end in (link[0], link[2]))


def _links(column: _Column, understanding: Understanding, items: Made, there: Set[str]) -> Iterator[Ends]:
    """Give the links that a column tells: the item that each goes from, its kind, and the item that it goes to."""
    texts = understanding.gathered.others[column.name].filter(pa.array(~understanding.bad)).to_pylist()
    for item, text in zip(items.table["id"].to_pylist(), texts, strict=True):
        for other, kind, is_reversed in _read(column, text, there):
            if other != item and (other in there or (column.form != "plain" and _IS_KEY.fullmatch(other))):
                yield jira_links.ends(item, other, kind, is_reversed)


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
        kind, other = jira_links.kind_of(text_of(value, "type", way) or ""), _end(value.get(f"{way}Issue"), there)
        if kind is not None and other is not None:
            return other, *kind
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
