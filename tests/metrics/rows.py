"""Puts rows of facts into a lake, and measures them by a metric's own statement."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from streamgauge.facts import FACTS
from streamgauge.lake import Lake, View
from streamgauge.metrics import METRICS
from streamgauge.metrics.measured import by_month, summarise
from streamgauge.metrics.observations import Scope, Summary, records
from streamgauge.metrics.observed import Month

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=100)
BY_NAME = {metric.name: metric for metric in METRICS}
_BLANKS = {"int64": 0, "bool": False}


def day(number: float) -> datetime:
    """Return the instant so many days after the start."""
    return START + timedelta(days=number)


def lake_with(place: Path, **facts: Sequence[dict[str, Any]]) -> Lake:
    """Return a lake whose facts are these rows, blank where a row says nothing; the line is `aa` unless it says."""
    lake = Lake.open(str(place / "lake"), create=True, facts=FACTS)
    with lake.writing() as writer:
        for name, given in facts.items():
            blank: dict[str, Any] = {f.name: _BLANKS.get(str(f.type)) for f in FACTS[name]}
            full = [blank | {"line_id": "aa", "is_inside": True} | row for row in given]
            rows = [{k: row[k] for k in FACTS[name].names} for row in full]
            lines = sorted({row["line_id"] for row in rows}) or ["aa"]
            writer.replace_facts(name, lines, pa.Table.from_pylist(rows, schema=FACTS[name]))
        writer.publish({})
    return lake


def scope(**terms: Any) -> Scope:
    """Return the terms of the line `aa` over all time up to the end."""
    usual: dict[str, Any] = {"line_id": "aa", "slice": "aa", "until": END, "known_at": END}
    return Scope(**(usual | terms))


def measured(view: View, metric: str, **terms: Any) -> Summary:
    """Return what a metric finds for one line."""
    asked = scope(**terms)
    return summaries(view, metric, [asked])[asked.slice]


def summaries(view: View, metric: str, asked: Sequence[Scope]) -> dict[str, Summary]:
    """Return what a metric finds, by slice."""
    return summarise(view, BY_NAME[metric], asked)


def monthly(view: View, metric: str, asked: Scope, zone: str = "UTC") -> list[Month]:
    """Return the months of a metric, oldest first."""
    return by_month(view, [BY_NAME[metric]], [asked], zone)[metric]


def listed(
    view: View, metric: str, asked: Scope, *, worst: str = "DESC", limit: int | None = None
) -> list[dict[str, Any]]:
    """Return the records behind a number of one line."""
    return records(view, BY_NAME[metric], [asked], worst=worst, limit=limit, zone="UTC").get(asked.slice, [])


def deployed(name: str, at: float, **more: Any) -> dict[str, Any]:
    """Return a row of a counted deployment."""
    return {"deployment": name, "deployed_at": day(at), "kind": "normal", "verdict": "ok"} | more


def shipped(name: str, made: float, at: float, **more: Any) -> dict[str, Any]:
    """Return a row of a shipped change."""
    times = {"authored_at": day(made), "committed_at": day(made), "deployed_at": day(at)}
    return {"change": name, "deployment": f"d{at}", "reverts": []} | times | more
