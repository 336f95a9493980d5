"""Laws that hold for any repository: right, repeatable, incremental, and in whatever order."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.end_to_end.agreement import check
from tests.end_to_end.command import Document, lasting, proof, report, services
from tests.kit.random_repository import PATTERN, History, Playback, growing, histories, write
from tests.oracle.oracle import Oracle

ASKED = ["--releases", PATTERN, "--until", "2025-01-01"]
"""A fixed end, behind all that the histories hold: ages and rates would else change with the clock."""
GIVEN = [*ASKED, "--lines", "none"]
SLOW = {"suppress_health_check": [HealthCheck.too_slow], "phases": (Phase.explicit, Phase.generate)}
"""Each example is whole runs of the command; a failing one is small as it is, making it smaller takes minutes."""
few = settings(max_examples=3, **SLOW)
fewer = settings(max_examples=2, **SLOW)


@contextmanager
def folder() -> Iterator[Path]:
    """Give a fresh folder to one example, not to the whole test."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def whole(document: Document) -> Document:
    """Return a report without what is fleeting, its services in one order."""
    known = lasting(document)
    return known | {"services": sorted(known["services"], key=lambda s: (s["service"], s["release_line"] or ""))}


@few
@given(history=histories())
def test_the_report_is_what_the_second_computation_finds(history: History) -> None:
    with folder() as top:
        path = write(history, top / "sample")
        (entry,) = report(path, lake=top / "lake", options=GIVEN)["services"]
        check(entry, Oracle(path, PATTERN))


@fewer
@given(history=histories())
def test_a_second_run_changes_nothing(history: History) -> None:
    with folder() as top:
        path = write(history, top / "sample")
        first, second = (report(path, lake=top / "lake", options=GIVEN) for _ in range(2))
        assert lasting(first) == lasting(second)
        assert first["lake_version"] == second["lake_version"]


@few
@given(history=growing())
def test_growing_step_by_step_ends_where_one_reading_does(history: History) -> None:
    with folder() as top:
        stepwise(history, top)


@few
@given(history=histories(moments=3))
def test_rewritten_history_and_moved_tags_leave_no_trace_in_the_numbers(history: History) -> None:
    with folder() as top:
        stepwise(history, top)


def stepwise(history: History, top: Path) -> None:
    """Read every moment of one repository, and only the last of its twin; both must say the same, and be right."""
    playback = Playback(history, top / "grown/sample")
    for moment in history.moments:
        path = playback.show(moment)
        grown = report(path, lake=top / "lake", options=GIVEN)
        check(grown["services"][0], Oracle(path, PATTERN))
    twin = write(history, top / "fresh/sample")
    assert whole(grown) == whole(report(twin, lake=top / "lake", options=GIVEN))


@fewer
@given(one=histories(most=8), two=histories(most=8))
def test_the_order_of_repositories_does_not_matter(one: History, two: History) -> None:
    with folder() as top:
        paths = [write(one, top / "one"), write(two, top / "two")]
        forth = report(*paths, lake=top / "forth", options=GIVEN)
        back = report(*paths[::-1], lake=top / "back", options=GIVEN)
        assert whole(forth) == whole(back)
        alone = report(paths[1], lake=top / "forth", options=GIVEN)
        assert services(alone).items() <= services(forth).items()


@fewer
@given(history=histories())
def test_a_proof_shows_all_of_it_and_only_what_exists(history: History) -> None:
    with folder() as top:
        path = write(history, top / "sample")
        known = Oracle(path, PATTERN)
        (entry,) = report(path, lake=top / "lake", options=GIVEN)["services"]
        for measure in entry["measures"][:6:2] + entry["measures"][-2:]:
            asked = [path, "--service", "sample", *ASKED, "--limit", "all"]
            told = proof(measure["metric"], lake=top / "lake", options=asked)
            assert told["shown"] + sum(e["n"] for e in told["left_out"]) == told["total"] == len(told["records"])
            assert {r["id"] for r in told["records"]} <= known.tags | set(known.commits)
            assert (told["n"], told["value"]) == (measure["n"], measure["value"])
