"""A window of which nothing is known ends today, and says so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.company import Company
from tests.kit.board import board, day


@pytest.mark.parametrize(
    ("since", "ends", "said"),
    [
        (day(1), datetime(2026, 3, 27, 4, tzinfo=UTC), "; without --until the window ends with that day, and"),
        (day(40), datetime(2026, 5, 1, 4, tzinfo=UTC), ", before this window begins."),
    ],
)
def test_a_window_after_all_that_is_known_ends_today_and_says_so(
    since: datetime, ends: datetime, said: str, tmp_path: Path
) -> None:
    """All that is known happened until nine in the evening of 26 March in New York, which is the 27th in UTC."""
    lake = board(tmp_path / "lake", {"A": [("In Progress", 0), ("Done", 25.7)]})
    request = FlowRequest(since=since, company=Company(zone="America/New_York"))
    answer = report(lake, request, now=day(60.5))
    assert answer.window.until == ends
    (note,) = (note for note in answer.notes if "last thing that is known" in note)
    assert note.startswith(f"The last thing that is known happened on 2026-03-26{said}")
