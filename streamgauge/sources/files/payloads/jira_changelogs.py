"""Changes of many issues of Jira, asked for at once (`changelog/bulkfetch`)."""

from collections.abc import Iterator, Sequence
from typing import Any

from streamgauge.records import Transition
from streamgauge.sources.files.flat import Flat
from streamgauge.sources.files.payloads.payload import Fields, Payload, first, instant, listed, text_of

_KEPT = frozenset(("status", "flagged", "issuetype", "team"))
"""Other fields hold what people wrote, or their names."""
_MILLISECONDS = 10**11
"""A number below it counts seconds since 1970: in milliseconds it would be an instant of 1973."""


def _at(created: str | None) -> str | None:
    """Return the instant of a change, which is written as a text, in seconds or in milliseconds since 1970."""
    if created is None or not created.isdecimal():
        return created
    return instant(created if int(created) >= _MILLISECONDS else f"{created}000")


def _read(rows: Sequence[Flat]) -> list[Fields]:
    row = rows[0]
    changes = listed(row, "changeHistories")
    return [one for change in changes for one in _changed(first(row, "issueId") or "", change)]


def _changed(item: str, change: dict[str, Any]) -> Iterator[Fields]:
    items = change.get("items")
    for number, one in enumerate(items if isinstance(items, list) else []):
        field = text_of(one, "field") or ""
        if field.casefold() in _KEPT:
            yield {
                "id": f"{item}|change|{text_of(change, 'id')}|{number}",
                "field": field,
                "former_value": text_of(one, "fromString"),
                "value": text_of(one, "toString"),
                "happened_at": _at(text_of(change, "created")),
            }


JIRA_CHANGELOGS = Payload(
    title="changes of issues of Jira, asked for at once",
    makes=Transition,
    marks=(frozenset(("issueId", "changeHistories")),),
    fields={"item": ("issueId",)},
    read=_read,
    note=(
        "Changes of status, flag, type and team are read. They name issues by the inner `id`: with the same"
        " `--dataset`, and `--map id=id` for the issues, they tell of these."
    ),
)
