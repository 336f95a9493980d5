"""Pages of an answer: several JSON values of one form, each an envelope around a list of what is meant."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_DEPTH, _DEPTH_OF_QUERIES = 3, 6
_ENVELOPE = frozenset(
    (
        *("count", "total", "totalcount", "incompleteresults", "size", "totalsize", "took", "page", "perpage", "pages"),
        *("pageinfo", "pagination", "paging", "meta", "links", "startat", "maxresults", "islast", "nextpage", "next"),
        *("previous", "prev", "nextpagetoken", "limit", "offset", "more", "hasmore", "hasnext", "hasafter", "cursor"),
        *("aftercursor", "beforecursor", "nextcursor", "expand", "names", "schema", "self", "status", "success"),
        *("extensions", "errors", "warnings", "requestid", "warningmessages", "first", "last", "included", "top"),
        *(
            "lastpage",
            "islastpage",
            "islastbatch",
            "expands",
            "nextlink",
            "continuationtoken",
            "after",
            "before",
            "previouspage",
            "prevpage",
        ),
        *("totalpages", "currentpage", "totalitems", "metadata"),
        *("nextoffset", "pagenumber", "pagesize", "pagelen", "start", "skip", "isfinished", "context", "class"),
    )
)
"""What stands in an envelope beside the list: how many there are, and where the next page is."""
Numbered = tuple[int, Any]


def path_of(value: object) -> str | None:
    """Return the path, with dots, to the one list of a page; null for what is no page.

    A page has nothing beside its list but what tells of pages, so that a thing with a list of its parts is none.
    """
    if not isinstance(value, Mapping):
        return None
    found = list(_lists(value, "", depth(value)))
    return found[0] if len(found) == 1 else None


def depth(document: Mapping[str, Any]) -> int:
    """Return how deep in a document lists are looked for: in what GraphQL answers they lie deeper."""
    is_of_query = isinstance(document.get("data"), dict) and set(document) <= {"data", "errors", "extensions"}
    return _DEPTH_OF_QUERIES if is_of_query else _DEPTH


def _lists(value: Mapping[str, Any], before: str, depth: int) -> Iterator[str]:
    for key, inner in value.items():
        if _bare(key) in _ENVELOPE or key.startswith("@"):
            continue
        if isinstance(inner, list) and all(isinstance(one, dict) for one in inner):
            yield before + key
        elif isinstance(inner, dict) and depth:
            yield from _lists(inner, f"{before}{key}.", depth - 1)
        elif not before or not isinstance(inner, int | str | None):
            yield ""  # something of its own: it is no envelope
            yield ""


def _bare(key: str) -> str:
    return "".join(sign for sign in key.casefold() if sign.isalnum())


def held(value: object, path: str) -> list[Any]:
    """Return what a page holds at a path; one null, which is no row, where it has no list there."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else [None]


def unfolded(values: Iterable[Numbered]) -> Iterator[Numbered]:
    """Give the values; where the first is a page or a list, what the pages hold, each with the line of its page.

    A later value that is no such page is given as null, which is no row.
    """
    coming = iter(values)
    first = next(coming, None)
    if first is None:
        return
    path = path_of(first[1])
    if path is None and not isinstance(first[1], list):
        yield first
        yield from coming
        return
    for line, value in _chained(first, coming):
        for one in held(value, path) if path is not None else value if isinstance(value, list) else [None]:
            yield line, one


def _chained(first: Numbered, rest: Iterator[Numbered]) -> Iterator[Numbered]:
    yield first
    yield from rest


def failure(document: Mapping[str, Any]) -> str | None:
    """Return what an interface says that went wrong, where a document is nothing but that; else null."""
    if isinstance(document.get("message"), str) and set(document) <= _FAILURE:
        return str(document["message"])
    listed = document.get("errorMessages") or document.get("errors")
    if not isinstance(listed, list) or not listed or document.get("data") or not set(document) <= _FAILURE | {"data"}:
        return None
    first = listed[0]
    return str(first.get("message") or "no reason") if isinstance(first, dict) else str(first)


_FAILURE = frozenset(
    ("message", "documentation_url", "status", "errors", "error", "errorMessages", "code", "extensions")
)
"""What interfaces answer where a question failed."""
