"""How many rows tell of each status is counted on, and counted anew where it does not follow."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from streamgauge.company import Company
from streamgauge.facts import tally
from streamgauge.lake import Lake
from tests.facts.test_news import comparable, facts, from_scratch, refresh
from tests.kit.board import RECORDED, item, transitions, write

MANY = {f"I{n}": [("To Do", 1.0), ("In Progress", 2.0)] for n in range(3)}


def lake_of(place: Path) -> Lake:
    """Return a lake with the facts of some items, one of which never moved."""
    rows = [row for name, steps in MANY.items() for row in transitions(name, steps, former_value="New")]
    lake = write(place / "lake", rows, [item(name, status="To Do") for name in MANY] + [item("Q", status="Queued")])
    refresh(lake, Company())
    return lake


def told(lake: Lake) -> dict[str, int]:
    """Return how many rows tell of each status."""
    return {row["status"]: row["told"] for row in facts(lake)["meanings"]}


@pytest.mark.parametrize(
    ("more", "follows"),
    [
        ({"former_value": "In Progress"}, True),
        ({"former_value": "Paused"}, True),
        ({"id": "I0-status-0", "recorded_at": RECORDED + timedelta(seconds=1)}, False),
        ({"item": "Q", "id": "Q-1"}, False),
    ],
)
def test_the_counts_go_on_as_if_all_were_counted(tmp_path: Path, more: dict[str, Any], follows: bool) -> None:
    """Not where a row is told again, nor where nothing says any more that an item was ever queued."""
    lake = lake_of(tmp_path)
    assert told(lake) == {"New": 0, "To Do": 3, "In Progress": 3, "Queued": 1}
    (row,) = transitions("I0", [("Done", 5)], id="more")
    found = []
    real = tally.gone_on
    with patch.object(tally, "gone_on", side_effect=lambda *a, **k: found.append(real(*a, **k)) or found[-1]):
        write(tmp_path / "lake", [row | more])
        refresh(lake, Company())
    assert [one is not None for one in found] == [follows]
    assert told(lake)["Done"] == 1
    assert comparable(facts(lake)) == comparable(from_scratch(lake, Company()))
