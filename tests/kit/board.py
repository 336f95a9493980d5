"""A board of work items for tests: what happened to each, written into a lake as a tool would tell it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.records import Item, Link, Transition, schema

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
RECORDED = datetime(2026, 6, 1, tzinfo=UTC)
Steps = Sequence[tuple[str, float]]
"""Values that a field took, each with its day: 0 is nine o'clock on 1 March 2026, UTC."""


def day(number: float) -> datetime:
    """Return the instant so many days after the start of the board."""
    return START + timedelta(days=number)


def transitions(
    item: str, steps: Steps, *, field: str = "status", source: str = "board", dataset: str = "work", **more: Any
) -> list[dict[str, Any]]:
    """Return the rows of transitions of one field of one item."""
    return [
        {"id": f"{item}-{field}-{i}", "item": item, "field": field, "value": value, "happened_at": day(at)}
        | {"source": source, "repository": dataset, "recorded_at": RECORDED, "deleted": False, "sequence": i}
        | more
        for i, (value, at) in enumerate(steps)
    ]


def item(name: str, *, source: str = "board", dataset: str = "work", **more: Any) -> dict[str, Any]:
    """Return the row of an item."""
    shared = {"id": name, "source": source, "repository": dataset, "recorded_at": RECORDED, "deleted": False}
    return shared | {"labels": [], "attributes": []} | more


def link(kind: str, from_item: str, to_item: str, **more: Any) -> dict[str, Any]:
    """Return the row of a link."""
    shared = {"id": f"{kind}-{from_item}-{to_item}", "source": "board", "repository": "work", "recorded_at": RECORDED}
    return shared | {"deleted": False, "kind": kind, "item": from_item, "other": to_item} | more


def write(
    place: Path | str,
    moves: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]] = (),
    links: Sequence[Mapping[str, Any]] = (),
) -> Lake:
    """Write rows into the lake at a place, made where there is none, and return it."""
    lake = Lake.open(str(place), create=True, facts=FACTS)
    with lake.writing() as writer:
        for kind, rows in ((Transition, moves), (Item, items), (Link, links)):
            if rows:
                writer.append(kind, pa.Table.from_pylist([dict(row) for row in rows], schema=schema(kind)))
        writer.publish({})
    return lake


def board(place: Path, ways: Mapping[str, Steps], **more: Any) -> Lake:
    """Return a lake with these items, each with the statuses that it went through."""
    return write(place, [row for name, steps in ways.items() for row in transitions(name, steps, **more)])
