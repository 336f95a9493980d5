"""What Jira calls links between issues, and when links were made and taken away, by the changes told of each issue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from streamgauge.sources.files import clock_times, instants
from streamgauge.sources.files.payloads.payload import objects

Ends = tuple[str, str, str]
"""The item that a link goes from, its kind, and the item that it goes to."""

_PHRASES = {
    "blocks": "blocks",
    "is depended on by": "blocks",
    "is required by": "blocks",
    "has to be done before": "blocks",
    "relates to": "relates",
    "duplicates": "duplicates",
    "clones": "clones",
    "causes": "causes",
    "implements": "implements",
}
"""What Jira calls a link, seen from the item that it is read from."""
_REVERSED = {
    "is blocked by": "blocks",
    "depends on": "blocks",
    "requires": "blocks",
    "has to be done after": "blocks",
    "is duplicated by": "duplicates",
    "is cloned by": "clones",
    "is caused by": "causes",
    "is implemented by": "implements",
}
"""What it is called seen from the item that it is read to."""
_FIELD = "link"
_THIS = "this issue "


class Span(NamedTuple):
    """Since when a link is there, and when it was taken away (UTC); null for what is not told, or not so."""

    linked_at: Any
    unlinked_at: Any


def ends(item: str, phrase: str, other: str) -> Ends | None:
    """Return what a phrase of Jira says of an item and another one; null for a kind of link that is not known."""
    phrase = phrase.strip().casefold()
    if (kind := _PHRASES.get(phrase)) is not None:
        return item, kind, other
    return None if (kind := _REVERSED.get(phrase)) is None else (other, kind, item)


def spans(items: Sequence[str], changes: Iterable[str | None], zone: str) -> Mapping[Ends, Span]:
    """Return the links of which the `changes` of these items (JSON) tell when they were made or taken away last."""
    told = [one for item, text in zip(items, changes, strict=True) for one in _told(item, text)]
    at = instants.read(pa.chunked_array([pa.array([time for _, _, time in told], pa.string())]), zone=zone)
    known = np.asarray(at.values.is_valid()) & (at.faults == clock_times.GOOD)
    made, gone = dict[Ends, Any](), dict[Ends, Any]()
    for (link, is_made, _), time, is_known in zip(told, at.values.to_pylist(), known.tolist(), strict=True):
        if is_known:
            of_kind = made if is_made else gone
            of_kind[link] = max(time, of_kind.get(link, time))
    return {link: _span(made.get(link), gone.get(link)) for link in made.keys() | gone.keys()}


def _span(made: Any, gone: Any) -> Span:
    return Span(made, gone if made is None or (gone is not None and gone >= made) else None)


def _told(item: str, text: str | None) -> Iterator[tuple[Ends, bool, str]]:
    """Give each link that the changes of one item tell of, whether it was made then, and when."""
    if text is None or f'"{_FIELD}"' not in text.casefold():
        return
    for history in objects(text):
        parts = history.get("items")
        for one in parts if isinstance(parts, list) else ():
            if isinstance(one, dict) and str(one.get("field", "")).casefold() == _FIELD:
                for key, words, is_made in (("to", "toString", True), ("from", "fromString", False)):
                    if (link := _link(item, one.get(key), one.get(words))) is not None:
                        yield link, is_made, str(history.get("created") or "")


def _link(item: str, other: object, said: object) -> Ends | None:
    """Return the link of a sentence such as `This issue is blocked by AB-2`."""
    if not isinstance(other, str) or not isinstance(said, str):
        return None
    phrase = said.strip().removesuffix(other).strip().casefold()
    return ends(item, phrase.removeprefix(_THIS), other)
