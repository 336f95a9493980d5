"""Reads repositories into a lake and looks at the facts that follow."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streamgauge.answers.request import Request
from streamgauge.company import Company
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from streamgauge.sync import Synced, sync

Facts = dict[str, list[dict[str, Any]]]


@contextmanager
def folder() -> Iterator[Path]:
    """Give a fresh folder to one example."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def lake_at(place: Path) -> Lake:
    """Return the lake at a place, made where there is none."""
    return Lake.open(str(place), create=True, facts=FACTS)


def read(lake: Lake, path: Path, *patterns: str, company: Company | None = None) -> Synced:
    """Bring a lake up to date with one repository."""
    request = Request(paths=(str(path),), releases=patterns, company=company or Company())
    (synced,) = sync(lake, request, Silent())
    assert synced.failure is None, synced.failure
    return synced


def facts(lake: Lake, synced: Synced) -> Facts:
    """Return the facts of the lines that were asked for, in an order of their own."""
    found: Facts = {}
    with lake.view() as view:
        for name in FACTS:
            sql = f"SELECT * FROM {name} WHERE line_id IN (SELECT unnest($lines))"
            found[name] = sorted(view.rows(sql, {"lines": list(synced.line_ids)}), key=str)
    return found
