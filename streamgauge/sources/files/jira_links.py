"""What Jira calls links between issues, and when links were made and taken away, by the changes told of each issue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from streamgauge.sources.files import instants
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
_MUTUAL = frozenset(("relates",))
_FIELD = "link"
_THIS = "this issue "


class Span(NamedTuple):
    """Since when a link is there, and when it was taken away (UTC); null for what is not told, or not so."""

    linked_at: datetime | None
    unlinked_at: datetime | None


def ends(item: str, other: str, kind: str, is_reversed: bool) -> Ends:
    """Return a link between two items; of a kind that has no direction the same from whichever end it is told."""
    if kind in _MUTUAL:
        return min(item, other), kind, max(item, other)
    return (other, kind, item) if is_reversed else (item, kind, other)


def kind_of(phrase: str) -> tuple[str, bool] | None:
    """Return the kind of link that a phrase of Jira is of, and whether it is read to the item whose phrase it is.

    Null for a kind that is not known.
    """
    phrase = phrase.strip().casefold()
    kind = _PHRASES.get(phrase) or _REVERSED.get(phrase)
    return None if kind is None else (kind, phrase in _REVERSED)


def spans(items: Sequence[str], changes: Iterable[str | None], zone: str) -> Mapping[Ends, Span]:
    """Return the links of which the `changes` of these items (JSON) tell when they were made or taken away last."""
    told = [one for item, text in zip(items, changes, strict=True) for one in _told(item, text)]
    made, gone = dict[Ends, datetime](), dict[Ends, datetime]()
    times = instants.known([time for _, _, time in told], zone=zone).to_pylist()
    for (link, is_made, _), time in zip(told, times, strict=True):
        if time is not None:
            of_kind = made if is_made else gone
            of_kind[link] = max(time, of_kind.get(link, time))
    return {link: _span(made.get(link), gone.get(link)) for link in made.keys() | gone.keys()}


def _span(made: datetime | None, gone: datetime | None) -> Span:
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
    phrase = said.strip().removesuffix(other).casefold()
    kind = kind_of(phrase.removeprefix(_THIS))
    return None if kind is None else ends(item, other, *kind)
