"""The second computation is right itself: small histories whose numbers a reader can count by hand."""

from pathlib import Path

import pytest

from tests.kit.histories import (
    aliases,
    impossible_dates,
    linear,
    monorepo,
    release_branches,
    reverts,
    skewed_clocks,
    strange_tags,
    tagged_out_of_order,
    two_roots,
)
from tests.kit.places import mirror, unborn
from tests.kit.repository import Repository, day
from tests.oracle.oracle import Oracle, percentile, percentiles

PLAIN = r"v?\d+(\.\d+)+"


def test_a_linear_history(tmp_path: Path) -> None:
    """Three changes a release: written 6 h before the commit, released 48, 24 and 0 h, and one more hour, after it."""
    known = Oracle(linear(tmp_path / "repo").path, PLAIN)
    assert [r.names for r in known.releases] == [(f"v1.{n}",) for n in range(4)]
    assert sorted(known.lead_times().hours.values()) == [7.0] * 4 + [31.0] * 4 + [55.0] * 4
    assert sorted(known.lead_times(start="committed").all()) == [1.0] * 4 + [25.0] * 4 + [49.0] * 4
    assert known.gaps() == [72.0] * 3
    assert known.batch_sizes() == [3] * 4
    assert len(known.undeployed()) == 2
    assert known.releases_per_month() == {"2024-01": 4}


def test_a_window_chooses_releases(tmp_path: Path) -> None:
    known = Oracle(linear(tmp_path / "repo").path, PLAIN)
    assert [r.names for r in known.within(day(3), day(9))] == [("v1.1",), ("v1.2",)]
    assert known.gaps(day(3), day(9)) == [72.0, 72.0]
    assert len(known.lead_times(since=day(3), until=day(9)).hours) == 6


def test_patches_on_branches_belong_to_their_own_release(tmp_path: Path) -> None:
    known = Oracle(release_branches(tmp_path / "repo").path, PLAIN)
    assert [(r.names[0], len(r.contains)) for r in known.releases] == [
        ("v1.0.0", 5),
        ("v1.0.1", 1),
        ("v1.1.0", 2),
        ("v1.1.1", 1),
        ("v1.2.0", 2),
        ("v1.2.1", 1),
    ]
    assert len(known.undeployed()) == 1


def test_two_names_of_one_commit_are_one_release_at_the_earlier_time(tmp_path: Path) -> None:
    known = Oracle(aliases(tmp_path / "repo").path, r"(v|release-)?\d+\.0")
    assert [len(r.names) for r in known.releases] == [3] * 5
    assert {min(hours.values()) for hours in [known.lead_times().hours]} == {0.0}


def test_negative_spans_stand_apart(tmp_path: Path) -> None:
    known = Oracle(skewed_clocks(tmp_path / "repo").path, PLAIN)
    spans = known.lead_times()
    assert all(hours >= 0 for hours in spans.hours.values())
    assert all(hours < 0 for hours in spans.negative.values())
    assert (len(spans.hours), len(spans.negative)) == (6, 6)


def test_the_earlier_tag_wins_whatever_it_contains(tmp_path: Path) -> None:
    known = Oracle(tagged_out_of_order(tmp_path / "repo").path, PLAIN)
    sizes = {r.names[0]: len(r.contains) for r in known.releases}
    assert sizes == {"v2.0": 6, "v1.0": 0, "v1.5": 0, "v3.0": 2, "v3.1": 2}


def test_tags_of_tags_lead_to_their_commit_and_others_to_none(tmp_path: Path) -> None:
    known = Oracle(strange_tags(tmp_path / "repo").path, PLAIN)
    assert [(r.names, r.at) for r in known.releases] == [
        (("v1.0",), day(1)),
        (("v1.1", "v1.1.1"), day(3)),
        (("v1.5",), known.releases[2].at),
    ]


def test_impossible_dates_are_no_instants(tmp_path: Path) -> None:
    known = Oracle(impossible_dates(tmp_path / "repo").path, PLAIN)
    spans = known.lead_times()
    assert len(spans.hours) + len(spans.negative) + len(spans.undated) == 25
    assert len(spans.undated) == 6
    assert [release.at for release in known.releases if "v2.0" in release.names] == [day(40)]


def test_lines_are_apart(tmp_path: Path) -> None:
    path = monorepo(tmp_path / "repo").path
    assert [len(Oracle(path, p).releases) for p in (r"@scope/core@.*", r"web-v.*", r"cli/v.*")] == [6, 6, 3]


def test_pull_requests_of_a_mirror_are_not_counted(tmp_path: Path) -> None:
    known = Oracle(mirror(tmp_path / "repo"), PLAIN)
    assert (len(known.commits), len(known.undeployed())) == (9, 1)


def test_an_unborn_head_has_nothing_undeployed(tmp_path: Path) -> None:
    assert Oracle(unborn(tmp_path / "repo"), PLAIN).undeployed() == []


def test_other_roots_count(tmp_path: Path) -> None:
    known = Oracle(two_roots(tmp_path / "repo").path, PLAIN)
    assert [len(r.contains) for r in known.releases] == [3, 2, 1]
    assert known.batch_sizes() == [3, 1, 1]


def test_silent_months_are_there(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    for number in (0, 100):
        repo.commit(at=day(number))
        repo.tag(f"1.{number}")
    known = Oracle(repo.path, PLAIN)
    assert known.releases_per_month() == {"2024-01": 1, "2024-02": 0, "2024-03": 0, "2024-04": 1}
    assert known.lead_time_per_month() == {"2024-01": [0.0], "2024-02": [], "2024-03": [], "2024-04": [0.0]}


def test_reverts_are_told_by_their_words(tmp_path: Path) -> None:
    assert len(Oracle(reverts(tmp_path / "repo").path, PLAIN).reverts()) == 5


def test_percentiles_are_linear() -> None:
    assert percentile([2, 24, 5, 72], 0.75) == pytest.approx(36.0)
    assert percentile([2, 24, 5, 72], 0.90) == pytest.approx(57.6)
    assert (percentile([], 0.5), percentiles([])) == (None, None)
