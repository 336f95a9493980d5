"""What a field held, and when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from streamgauge.facts import FACTS
from streamgauge.facts.attributes import HELD
from streamgauge.lake import Lake
from streamgauge.records import Transition, schema

JULY = [datetime(2026, 7, day, 12, tzinfo=UTC) for day in range(1, 13)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return a lake with one item: a defect from 1 July, a story from the 5th, done on the 10th, a defect again."""
    steps = [
        ("status", "in progress", 1, 9),
        ("type", "defect", 1, 9),
        ("type", "story", 5, 9),
        ("status", "done", 10, 9),
        ("type", "defect", 11, 9),
    ]
    rows = [
        {
            "source": "invented",
            "repository": "board",
            "id": f"{i}",
            "recorded_at": JULY[-1],
            "deleted": False,
            "item": "A-1",
            "field": field,
            "value": value,
            "happened_at": datetime(2026, 7, day, hour, tzinfo=UTC),
        }
        for i, (field, value, day, hour) in enumerate(reversed(steps))
    ]
    made = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    with made.writing() as writer:
        writer.append(Transition, pa.Table.from_pylist(rows, schema=schema(Transition)))
        writer.publish({})
    return made


def held_at(lake: Lake, field: str, moment: datetime) -> str | None:
    """Return what a field of the item held at a moment."""
    then = "since <= $moment AND (until IS NULL OR until > $moment)"
    sql = f"SELECT value FROM ({HELD}) AS h WHERE field = $field AND {then}"
    with lake.view() as view:
        rows = view.rows(sql, {"field": field, "moment": moment})
    return rows[0]["value"] if rows else None


def test_t0_3_a_fact_is_told_by_the_value_of_its_day(lake: Lake) -> None:
    """T0.3: load is a defect on 1 to 4 July and a feature on 5 to 9 July; what is done on the 10th is a feature."""
    kinds = {"defect": "defect", "story": "feature"}
    load = {
        day.day: kinds[str(held_at(lake, "type", day))] for day in JULY if held_at(lake, "status", day) == "in progress"
    }
    assert load == dict.fromkeys(range(1, 5), "defect") | dict.fromkeys(range(5, 10), "feature")
    finish = datetime(2026, 7, 10, 9, tzinfo=UTC)
    assert held_at(lake, "status", finish - timedelta(seconds=1)) == "in progress"
    assert held_at(lake, "status", finish) == "done"
    assert kinds[str(held_at(lake, "type", finish))] == "feature"
