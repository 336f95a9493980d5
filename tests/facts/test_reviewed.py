"""A column that hides waiting is split by what pull requests tell: in review is work only while somebody reviews."""

from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.flow import report
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.value_stream import stream_map
from streamgauge.lake import Lake
from tests.kit.board import Steps, day, item, transitions, write
from tests.kit.forge import forge, merged, review

WAY: Steps = [("In Progress", 0), ("In Review", 2), ("In Test", 5), ("Done", 6)]
PULL = merged("1", 0, created_at=day(2), merged_at=day(5), closed_at=day(5), issue_keys=["A"])
REVIEWS = [review("1", 0, "commented", submitted_at=day(4)), review("1", 1, submitted_at=day(4.5))]


def asked(place: Path, ways: dict[str, Steps], **told: Any) -> Lake:
    """Return a lake with a board, and what a forge tells of its items."""
    shown(place / "lake", ways)
    return forge(place / "lake", **told)


def shown(place: Path, ways: dict[str, Steps]) -> Lake:
    """Return a lake with the items and moves of a board."""
    moves = [row for name, steps in ways.items() for row in transitions(name, steps)]
    return write(place, moves, [item(name) for name in ways])


def spent(lake: Lake) -> tuple[float, float, float]:
    """Return the days of work, of waiting, and of a flag, of the item A, after an answer about it."""
    report(lake, FlowRequest(), now=day(40))
    with lake.view() as view:
        (row,) = view.rows("SELECT * FROM flow_items WHERE item = 'A'")
    return row["active_hours"] / 24, row["waiting_hours"] / 24, row["blocked_hours"] / 24


def test_in_review_is_work_only_while_somebody_reviews(tmp_path: Path) -> None:
    """Development takes 2 days, review half of one, test 1; the first word comes after 2 days, the merge after half."""
    lake = asked(tmp_path, {"A": WAY}, pulls=[PULL], reviews=REVIEWS)
    assert spent(lake) == (3.5, 2.5, 0)


def test_the_map_shows_the_wait_and_no_way_from_a_stage_to_itself(tmp_path: Path) -> None:
    found = stream_map(asked(tmp_path, {"A": WAY}, pulls=[PULL], reviews=REVIEWS), FlowRequest(), now=day(40))
    (stage,) = [s for s in found.stages if s.stage == "Review"]
    assert (stage.process_time_p50_hours, stage.queue_before_p50_hours) == (12, 60)
    assert not [edge for edge in found.edges if edge.from_ == edge.to]


def test_what_a_later_review_tells_counts_too(tmp_path: Path) -> None:
    """Facts that were computed before the forge was read are computed again; a pull request nobody reviewed waits."""
    place = tmp_path / "lake"
    assert spent(shown(place, {"A": WAY})) == (6, 0, 0)
    assert spent(forge(place, pulls=[PULL], reviews=REVIEWS)) == (3.5, 2.5, 0)


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ({"A": WAY, "B": [("Waiting for review", 0), ("Done", 1)]}, {"pulls": [PULL], "reviews": REVIEWS}),
        ({"A": WAY}, {"pulls": [PULL | {"issue_keys": ["Z"]}], "reviews": REVIEWS}),
        ({"A": WAY}, {"pulls": [PULL | {"is_bot": True}], "reviews": REVIEWS}),
    ],
)
def test_nothing_is_split_where_the_board_or_nobody_tells(
    tmp_path: Path, ways: dict[str, Steps], told: dict[str, Any]
) -> None:
    """A board that has a column for the wait is believed, and a pull request of another item says nothing."""
    assert spent(asked(tmp_path, ways, **told)) == (6, 0, 0)
