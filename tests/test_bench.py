"""Each benchmark runs on a tiny history and says what it measured; how long it took is nobody's business here."""

from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS
from bench.figure import Figure
from bench.ground import Ground, clone, grow
from tests.kit.git import text


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("bench")
    return Ground(folder=folder, clone=clone(folder, None, 60), commits=600, times=1)


LONG = {"truths"}
"""What plays a whole company several times; `make bench` runs it."""


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in LONG])
def test_each_benchmark_gives_figures_or_says_what_is_missing(name: str, ground: Ground) -> None:
    figures = list(BENCHMARKS[name](ground))
    assert figures
    assert [f for f in figures if (f.ours is None) != bool(f.missing)] == []


def test_a_clone_borrows_branches_and_tags_and_grows_apart(ground: Ground, tmp_path: Path) -> None:
    place = clone(tmp_path, str(ground.clone), None)
    before = int(text(place, "rev-list", "--count", "HEAD"))
    grow(place, 7)
    assert int(text(place, "rev-list", "--count", "HEAD")) == before + 7
    assert text(place, "fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize(
    ("figure", "ratio", "is_within"),
    [
        (Figure(name="a", ours=3.0, against="time", limit=1.5), 2.0, False),
        (Figure(name="a", ours=3.0, against="git", peer=2.0, limit=1.5), 1.5, True),
        (Figure(name="a", ours=2.0, against="peer", peer=8.0, limit=5, is_faster=True), 4.0, False),
        (Figure(name="a", ours=1.0, against="peer", peer=8.0, limit=5, is_faster=True), 8.0, True),
        (Figure(name="a", against="peer", limit=5, missing="not installed"), None, None),
    ],
)
def test_a_ratio_is_held_against_its_limit(figure: Figure, ratio: float | None, is_within: bool | None) -> None:
    assert (figure.ratio, figure.is_within) == (ratio, is_within)
