"""Small batches of records and a lake to keep them in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from streamgauge.lake import Lake, View

START = datetime(2026, 1, 1, tzinfo=UTC)
SHIPPED = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("change", pa.string()),
        pa.field("deployed_at", pa.timestamp("us", tz="UTC")),
    ]
)
TOTALS = pa.schema([pa.field("name", pa.string()), pa.field("n", pa.int64())])
FACTS = {"shipped": SHIPPED, "totals": TOTALS}


def day(number: float) -> datetime:
    """The instant so many days after the start."""
    return START + timedelta(days=number)


def lake_at(place: Path | str) -> Lake:
    """The lake at a place, made where there is none."""
    return Lake.open(str(place), create=True, facts=FACTS)


def branches(ids: Iterable[str], at: datetime = START, commit: str = "c0", repository: str = "r") -> pa.Table:
    """A batch of branches that point to one commit."""
    rows = [{"source": "git", "repository": repository, "id": i, "recorded_at": at, "commit": commit} for i in ids]
    columns = pa.schema([pa.field(n, pa.string()) for n in ("source", "repository", "id", "commit")])
    return pa.Table.from_pylist(rows, schema=columns.append(pa.field("recorded_at", pa.timestamp("us", tz="UTC"))))


def shipped(line: str, changes: Iterable[str]) -> pa.Table:
    """Fact rows of one line."""
    rows = [{"line_id": line, "change": change, "deployed_at": START} for change in changes]
    return pa.Table.from_pylist(rows, schema=SHIPPED)


def heads(view: View) -> dict[str, str]:
    """Each branch and the commit it points to."""
    return {row["id"]: row["commit"] for row in view.rows("SELECT id, commit FROM branches ORDER BY id")}


def count(view: View, table: str) -> int:
    """The rows of a table."""
    return int(view.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])
