"""Facts that grew step by step are those that are made from scratch, and are right."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from streamgauge.company import Company, Service, Thresholds
from streamgauge.facts import FACTS
from tests.facts.kept import facts, folder, lake_at, read
from tests.kit import histories as made
from tests.kit import places
from tests.kit.git import git
from tests.kit.random_repository import PATTERN, History, Playback, growing, histories
from tests.kit.repository import HOUR, Repository, day
from tests.oracle.oracle import Oracle

few = settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])

FLOW = set(FACTS) - {"lines", "deployments", "shipped", "undeployed"}


def stepwise(history: History, top: Path) -> None:
    """Read every moment into one lake, the last into a fresh one; both must hold the same facts, and right ones."""
    playback = Playback(history, top / "repo")
    grown = lake_at(top / "grown")
    for moment in history.moments:
        path = playback.show(moment)
        synced = read(grown, path, PATTERN)
    fresh = lake_at(top / "fresh")
    found = facts(grown, synced)
    assert found == facts(fresh, read(fresh, path, PATTERN))
    oracle = Oracle(path, PATTERN)
    by_deployment = {row["change"]: row["deployment"] for row in found["shipped"]}
    assert by_deployment.keys() == {sha for r in oracle.releases for sha in r.contains}
    for release in oracle.releases:
        assert {by_deployment[sha] for sha in release.contains} <= set(release.names)


@few
@given(history=histories(most=8, moments=2))
def test_moved_and_deleted_tags_and_rewritten_branches_leave_no_trace(history: History) -> None:
    with folder() as top:
        stepwise(history, top)


@few
@given(history=growing(most=8, moments=2))
def test_what_only_grows_ends_where_one_reading_does(history: History) -> None:
    with folder() as top:
        stepwise(history, top)


def test_a_second_reading_writes_nothing(tmp_path: Path) -> None:
    lake, path = lake_at(tmp_path / "lake"), made.linear(tmp_path / "repo").path
    first = read(lake, path)
    snapshot = lake.snapshot()
    assert (read(lake, path).line_ids, lake.snapshot()) == (first.line_ids, snapshot)


def test_after_a_new_release_only_its_changes_are_added(tmp_path: Path) -> None:
    repo, lake = made.linear(tmp_path / "repo"), lake_at(tmp_path / "lake")
    before = facts(lake, read(lake, repo.path))
    repo.tag("v2.0", at=day(40))
    after = facts(lake, read(lake, repo.path))
    assert [row for row in after["shipped"] if row["deployment"] != "v2.0"] == before["shipped"]
    assert sum(row["deployment"] == "v2.0" for row in after["shipped"]) == len(before["undeployed"]) == 2
    assert after["undeployed"] == []


def test_a_repository_without_tags_has_the_line_of_its_merges(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    found = facts(lake, read(lake, places.untagged(tmp_path / "repo")))
    assert [row["release_line"] for row in found["lines"]] == ["merges"]
    assert len(found["deployments"]) == 5
    assert {row["commits"] for row in found["deployments"]} == {1}


def test_an_empty_repository_has_a_line_and_nothing_in_it(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    found = facts(lake, read(lake, places.empty(tmp_path / "repo")))
    assert {name: len(rows) for name, rows in found.items() if name not in FLOW} == {
        "lines": 1,
        "deployments": 0,
        "shipped": 0,
        "undeployed": 0,
    }


def test_other_thresholds_make_other_facts_and_the_former_stay(tmp_path: Path) -> None:
    lake, path = lake_at(tmp_path / "lake"), made.release_branches(tmp_path / "repo").path
    usual = read(lake, path)
    strict = read(lake, path, company=Company(thresholds=Thresholds(hotfix_days=1)))
    verdicts = [sum(r["verdict"] == "failed" for r in facts(lake, one)["deployments"]) for one in (usual, strict)]
    assert verdicts == [3, 0]


def test_the_releases_at_the_cut_of_a_shallow_clone_are_marked(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    found = facts(lake, read(lake, places.shallow(tmp_path / "repo")))
    assert min(found["deployments"], key=lambda r: r["ordinal"])["is_cut"]
    assert {row["is_cut"] for row in found["shipped"]} == {True}


def test_what_a_release_at_the_cut_of_a_shallow_clone_may_have_held_is_marked_in_a_later_one(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "source")
    root = repo.commit("Begin", at=day(0))
    repo.switch("side", at=root)
    repo.commit("Side 1", at=day(1))
    repo.switch("main")
    repo.merge("side", message="Merge 1", at=day(2))
    repo.tag("v1.0", at=day(3))
    repo.switch("side")
    repo.commit("Side 2", at=day(4))
    repo.switch("main")
    repo.commit("Main 1", at=day(5))
    repo.commit("Main 2", at=day(6))
    repo.commit("Main 3", at=day(6.5))
    repo.merge("side", message="Merge 2", at=day(7))
    path = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "5", repo.path.as_uri(), str(path))
    lake = lake_at(tmp_path / "lake")
    assert {row["is_cut"] for row in facts(lake, read(lake, path))["shipped"]} == {True}
    git(path, "tag", "v1.1")
    found = facts(lake, read(lake, path))
    subjects = {row["change"]: repo.text("log", "-1", "--format=%s", row["change"]) for row in found["shipped"]}
    marked = {subjects[row["change"]]: row["is_cut"] for row in found["shipped"] if row["deployment"] == "v1.1"}
    known = dict.fromkeys(("Side 2", "Main 1", "Main 2", "Main 3", "Merge 2"), False)
    assert marked == {"Begin": True, "Side 1": True, **known}
    assert [row["is_cut"] for row in found["deployments"]] == [True, True]
    fresh = lake_at(tmp_path / "fresh")
    assert facts(fresh, read(fresh, path)) == found


def test_a_service_of_some_paths_marks_what_is_inside(tmp_path: Path) -> None:
    repo, lake = made.monorepo(tmp_path / "repo"), lake_at(tmp_path / "lake")
    service = Service(name="core", repository=str(repo.path), paths=("packages/core",))
    found = facts(lake, read(lake, repo.path, company=Company(services=(service,))))
    inside = {row["change"] for row in found["shipped"] if row["is_inside"]}
    said = repo.text("log", "--format=%H", "--", "packages/core").splitlines()
    assert inside == set(said)


def test_a_file_that_leaves_a_folder_touches_it(tmp_path: Path) -> None:
    repo, lake = Repository(tmp_path / "repo"), lake_at(tmp_path / "lake")
    added = repo.commit(files={"core/a.txt": "some text\n" * 20})
    moved = repo.commit(files={"core/a.txt": None, "web/a.txt": "some text\n" * 20})
    repo.commit(files={"web/a.txt": "other text\n"})
    repo.tag("v1.0")
    service = Service(name="core", repository=str(repo.path), paths=("core",))
    found = facts(lake, read(lake, repo.path, company=Company(services=(service,))))
    assert {row["change"] for row in found["shipped"] if row["is_inside"]} == {added, moved}


def test_reverts_and_their_repairs_are_told(tmp_path: Path) -> None:
    repo, lake = made.reverts(tmp_path / "repo"), lake_at(tmp_path / "lake")
    rows = {row["deployment"]: row for row in facts(lake, read(lake, repo.path))["deployments"]}
    failed = {name for name, row in rows.items() if row["verdict"] == "failed"}
    assert failed == {"v1.1.0", "v1.4.0", "v1.7.0"}
    assert {rows[name]["kind"] for name in ("v1.1.1", "v1.4.1", "v1.7.1")} == {"hotfix"}
    assert all(rows[n]["restored_at"] - rows[n]["deployed_at"] for n in failed)


def test_reverts_are_told_by_the_title_of_what_they_take_back_too(tmp_path: Path) -> None:
    """So the buttons of forges write; a hash that is not in the history was squashed away with its revert."""
    repo, lake = made.reverts_by_title(tmp_path / "repo"), lake_at(tmp_path / "lake")
    found = facts(lake, read(lake, repo.path))
    why = {row["deployment"]: row["why"] for row in found["deployments"] if row["why"] and "reverts" in row["why"]}
    said = {
        sha: repo.text("log", "-1", "--format=%s", sha)
        for row in found["shipped"]
        for sha in row["reverts"]
        if row["is_revert"]
    }
    assert sorted(said.values()) == ["Feature (#3)", "Feature (#4)", "Feature 1"]
    assert set(why) == {"v1.1.0", "v1.3.0", "v1.4.0"}
    assert {r["change"] for r in found["shipped"] if r["is_revert"]} == set(Oracle(repo.path, PATTERN).reverts())
    assert sum(r["is_revert"] for r in found["shipped"]) == 4


@pytest.mark.parametrize("make", [made.tagged_out_of_order, made.two_roots, made.octopus, made.skewed_clocks])
def test_each_commit_goes_to_the_first_release_that_contains_it(make: object, tmp_path: Path) -> None:
    repo: Repository = make(tmp_path / "repo")  # type: ignore[operator]
    lake = lake_at(tmp_path / "lake")
    found = facts(lake, read(lake, repo.path, PATTERN))
    oracle = Oracle(repo.path, PATTERN)
    assert {r["change"]: r["deployed_at"].timestamp() for r in found["shipped"]} == {
        sha: release.at for release in oracle.releases for sha in release.contains
    }
    assert {r["change"] for r in found["undeployed"]} == {c.sha for c in oracle.undeployed()}


def test_a_lost_branch_is_forgotten_where_git_threw_it_away(tmp_path: Path) -> None:
    repo, lake = made.linear(tmp_path / "repo"), lake_at(tmp_path / "lake")
    read(lake, repo.path)
    for name in [n for n in repo.refs if n.startswith("refs/tags")]:
        repo.drop_ref(name)
    repo.switch("main", at=repo.text("rev-parse", "HEAD~6"))
    repo.tag("v9.0", at=repo.clock + HOUR)
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("-c", "gc.pruneExpire=now", "gc", "-q", "--prune=now")
    found = facts(lake, read(lake, repo.path))
    fresh = lake_at(tmp_path / "fresh")
    assert found == facts(fresh, read(fresh, repo.path))
    assert len(found["shipped"]) == 8
