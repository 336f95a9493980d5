"""The report of every odd repository says what the second computation says."""

import re
from pathlib import Path
from typing import Any

import pytest

from streamgauge.company import Service
from streamgauge.company.file import load
from tests.end_to_end.agreement import PLAIN as AS_USUAL
from tests.end_to_end.agreement import Policy, check, check_percentiles, instant
from tests.end_to_end.command import apart, here, lasting, measures, read, report, services
from tests.kit import damaged, places
from tests.kit.histories import (
    HISTORIES,
    branchy,
    linear,
    monorepo,
    release_branches,
    reverts,
    skewed_clocks,
    time_zones,
    weekly_and_lts,
)
from tests.kit.hostile import HOSTILE
from tests.kit.repository import Repository, day
from tests.oracle.oracle import Oracle, percentiles

PATTERN = r"v?\d+(\.\d+)+"
WHOLE = [make for make in places.PLACES if make.__name__ not in ("shallow", "partial", "treeless", "empty", "unborn")]
POLICIES = (
    Policy(start="committed", merges=True),
    Policy(start="committed"),
    Policy(merges=True),
    Policy(since=day(8), until=day(30)),
    Policy(since=day(400)),
)


def placed(make: Any, folder: Path) -> Path:
    made = make(folder / f"{make.__name__}-clone")
    return made.path if isinstance(made, Repository) else made


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, Any]]]:
    """All of them, read into one lake, lines of the hostile ones too: path and entry, by the builder's name."""
    folder = tmp_path_factory.mktemp("together")
    paths = {make.__name__: placed(make, folder) for make in (*HISTORIES, *HOSTILE, *WHOLE)}
    words = ["--lake", folder / "lake", "--format", "json", "--releases", PATTERN]
    told = [
        here("report", *(paths[make.__name__] for make in HOSTILE), *words),
        here("report", *paths.values(), *words, "--lines", "none"),
    ]
    found = {entry["service"]: entry for ran in told for entry in read(ran.out)["services"]}
    named = {name: "subfolder-clone" if name == "subfolder" else path.name for name, path in paths.items()}
    return {name: (paths[name], found[named[name]]) for name in paths if named[name] in found}


@pytest.mark.parametrize("name", [make.__name__ for make in (*HISTORIES, *HOSTILE, *WHOLE)])
def test_a_repository_is_counted_as_git_counts_it(name: str, together: dict[str, tuple[Path, dict[str, Any]]]) -> None:
    assert name in together, "the repository was not read"
    path, entry = together[name]
    check(entry, Oracle(path, PATTERN))


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@pytest.mark.parametrize("make", [branchy, skewed_clocks], ids=lambda f: f.__name__)
def test_options_change_what_counts(make: Any, policy: Policy, tmp_path: Path) -> None:
    path = make(tmp_path / "repo").path
    found = report(path, lake=tmp_path / "lake", options=["--releases", PATTERN, *policy.options()])
    check(found["services"][0], Oracle(path, PATTERN), policy)


@pytest.mark.parametrize(
    ("make", "patterns"),
    [
        (monorepo, (r"@scope/core@.*", r"web-v.*", r"cli/v.*")),
        (weekly_and_lts, (r"app-\d+\.\d+", r"app-\d+\.\d+\.\d+")),
    ],
    ids=["packages", "weekly"],
)
def test_each_release_line_stands_alone(make: Any, patterns: tuple[str, ...], tmp_path: Path) -> None:
    path = make(tmp_path / "repo").path
    given = [word for pattern in patterns for word in ("--releases", pattern)]
    entries = {line: e for (_, line), e in services(report(path, lake=tmp_path / "lake", options=given)).items()}
    assert set(entries) == set(patterns)
    for pattern, entry in entries.items():
        check(entry, Oracle(path, pattern))


def test_lines_are_found_where_nobody_names_them(tmp_path: Path) -> None:
    path = release_branches(tmp_path / "repo").path
    (entry,) = report(path, lake=tmp_path / "lake")["services"]
    check(entry, Oracle(path, PATTERN))


def test_packages_are_found_where_nobody_names_them(tmp_path: Path) -> None:
    found = report(monorepo(tmp_path / "repo").path, lake=tmp_path / "lake")
    assert sorted(len(entry["releases"]) for entry in found["services"]) == [3, 6, 6]


@pytest.mark.parametrize("make", [places.empty, places.unborn, places.untagged], ids=lambda f: f.__name__)
def test_where_nothing_was_released_nothing_is_claimed(make: Any, tmp_path: Path) -> None:
    found = report(make(tmp_path / "repo"), lake=tmp_path / "lake", options=["--releases", "no such tag"])
    for entry in found["services"]:
        assert entry["releases"] == []
        assert any("git fetch --tags" in note for note in entry["notes"]) or make is not places.untagged
        known = measures(entry)
        assert (known["change_lead_time"]["value"], known["change_lead_time"]["n"]) == (None, 0)
        assert all(m["band"] is None for m in known.values())
        assert all(m["null_reason"] for m in known.values() if m["value"] is None)


def test_a_shallow_clone_says_so_and_claims_nothing_about_what_is_cut_off(tmp_path: Path) -> None:
    path = places.shallow(tmp_path / "repo")
    (entry,) = report(path, lake=tmp_path / "lake", options=["--releases", PATTERN])["services"]
    assert any("shallow" in note.lower() for note in entry["notes"])
    known = Oracle(path, PATTERN)
    assert len(entry["releases"]) == len(known.releases)
    whole = [sha for release in known.releases[1:] for sha in release.contains]
    assert measures(entry)["change_lead_time"]["n"] <= len(whole)


@pytest.mark.parametrize("make", damaged.STILL_COUNTED, ids=lambda f: f.__name__)
def test_damage_elsewhere_leaves_the_numbers_standing(make: Any, tmp_path: Path) -> None:
    whole = linear(tmp_path / "whole")
    found = report(make(tmp_path / "repo"), lake=tmp_path / "lake", options=["--releases", PATTERN])
    check(found["services"][0], Oracle(whole.path, PATTERN), AS_USUAL)


def test_a_tag_without_a_time_is_a_release_at_the_time_of_its_commit(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    for n in range(4):
        repo.commit(at=day(10 * n))
        repo.tag(f"v1.{n}", at=day(10 * n + 1), tagger=None if n in (1, 2) else "Ann <ann@example.org>")
    (entry,) = report(repo.path, lake=tmp_path / "lake")["services"]
    released = {one["name"]: one["at"] for one in entry["releases"]}
    assert released == {f"v1.{n}": instant(day(at)) for n, at in enumerate((1, 10, 20, 31))}
    assert "2 tags, such as v1.1, bear no readable time: that of the commit stands for it." in entry["notes"]
    repo.drop_tag("v1.2")
    (entry,) = report(repo.path, lake=tmp_path / "lake")["services"]
    assert "The tag v1.1 bears no readable time: that of the commit stands for it." in entry["notes"]


def test_changes_that_are_released_at_once_do_not_wait(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    for n in range(4):
        repo.commit(at=day(n), authored=day(n))
        repo.tag(f"v1.{n}")
    (entry,) = report(repo.path, lake=tmp_path / "lake")["services"]
    assert "half of its changes are in one within a minute." in entry["message"]


def test_releases_that_are_made_beside_the_default_branch_are_told(tmp_path: Path) -> None:
    """Not where the default branch goes on from a release, nor where one was merged back to it."""
    repo = release_branches(tmp_path / "repo")

    def is_told() -> bool:
        (entry,) = report(repo.path, lake=tmp_path / "lake")["services"]
        return any(note.startswith("Releases are made beside the default branch") for note in entry["notes"])

    assert not is_told()
    repo.switch("release/2.0", at=repo.text("rev-parse", "main"))
    repo.commit("Prepare 2.0", at=day(70))
    repo.tag("v2.0.0", at=day(71))
    repo.switch("main")
    repo.commit("Go on", at=day(72))
    assert is_told()
    repo.merge("release/2.0", at=day(73))
    assert not is_told()


def test_tags_without_a_branch_are_releases_and_what_waits_is_not_known(tmp_path: Path) -> None:
    repo = linear(tmp_path / "repo")
    repo.drop_ref("refs/heads/main")
    (entry,) = report(repo.path, lake=tmp_path / "lake")["services"]
    assert len(entry["releases"]) == 4
    assert entry["undeployed"]["n"] is None
    assert entry["notes"][0].startswith("No branch of this clone has a commit")


@pytest.mark.parametrize("make", [places.partial, places.treeless], ids=lambda f: f.__name__)
def test_a_clone_without_contents_has_all_numbers_but_lines(make: Any, tmp_path: Path) -> None:
    whole = branchy(tmp_path / "whole")
    (entry,) = report(make(tmp_path / "repo"), lake=tmp_path / "lake", options=["--releases", PATTERN])["services"]
    check(entry, Oracle(whole.path, PATTERN), AS_USUAL)
    assert {(r["lines_added"], r["lines_deleted"]) for r in entry["releases"]} == {(None, None)}


def test_a_file_without_content_leaves_the_lines_of_other_changes_standing(tmp_path: Path) -> None:
    (entry,) = report(damaged.missing_blob(tmp_path / "repo"), lake=tmp_path / "lake")["services"]
    assert [r["lines_added"] is None for r in entry["releases"]] == [False, False, True, False]
    assert any(note.startswith("Changed lines of 2 commits could not be read") for note in entry["notes"])


def test_lines_are_read_of_the_newest_within_the_budget_and_not_of_more_the_next_time(tmp_path: Path) -> None:
    path, file = linear(tmp_path / "repo").path, tmp_path / "streamgauge.yaml"
    file.write_text("thresholds:\n  lines_budget: 6\n")
    for _ in range(2):
        (entry,) = report(path, lake=tmp_path / "lake", options=["--company", str(file)])["services"]
        assert [r["lines_added"] is None for r in entry["releases"]] == [True, True, False, False]
    (entry,) = report(path, lake=tmp_path / "lake", options=["--company", str(file), "--lines", "all"])["services"]
    assert all(r["lines_added"] is not None for r in entry["releases"])


def test_ages_are_those_at_the_end_of_the_window(tmp_path: Path) -> None:
    path = linear(tmp_path / "repo").path
    entry = report(path, lake=tmp_path / "lake", options=["--until", instant(day(30))])["services"][0]
    ages = [(day(30) - (commit.committed or 0)) / 3600 for commit in Oracle(path, PATTERN).undeployed()]
    assert measures(entry)["undeployed_changes"]["percentiles"] == pytest.approx(percentiles(ages))


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    path = linear(tmp_path / "repo").path
    before = report(path, lake=tmp_path / "lake", options=["--until", "2025-01-01"])
    ran = apart("report", path, "--lake", tmp_path / "lake", "--format", "json", "--until", "2025-01-01")
    assert (ran.code, ran.err) == (0, "")
    assert lasting(read(ran.out)) == lasting(before)
    assert read(ran.out)["lake_version"] == before["lake_version"]


def test_failures_are_inferred_from_reverts_and_hotfixes_as_one_counts_them_by_hand(tmp_path: Path) -> None:
    """Of 8 releases 3 are reverted by a patch release 5 hours later; those 3 patch releases are no failures."""
    found = report(reverts(tmp_path / "repo").path, lake=tmp_path / "lake", options=["--releases", PATTERN])
    known = measures(found["services"][0])
    assert (known["change_fail_rate"]["value"], known["change_fail_rate"]["n"]) == (pytest.approx(3 / 11), 11)
    assert known["failed_deployment_recovery_time"]["value"] == pytest.approx(5)
    assert known["failed_deployment_recovery_time"]["n"] == 3
    assert known["deployment_rework_rate"]["value"] == pytest.approx(3 / 11)
    assert any("inferred" in caveat.lower() for caveat in known["change_fail_rate"]["caveats"])
    verdicts = {r["name"]: (r["verdict"], r["kind"]) for r in found["services"][0]["releases"]}
    assert {name for name, (verdict, _) in verdicts.items() if verdict == "failed"} == {"v1.1.0", "v1.4.0", "v1.7.0"}
    assert {name for name, (_, kind) in verdicts.items() if kind == "hotfix"} == {"v1.1.1", "v1.4.1", "v1.7.1"}


def test_where_nothing_shows_failures_they_are_not_measurable(tmp_path: Path) -> None:
    found = report(linear(tmp_path / "repo").path, lake=tmp_path / "lake", options=["--releases", PATTERN])
    rate = measures(found["services"][0])["change_fail_rate"]
    assert (rate["value"], rate["band"]) == (None, None)
    assert "not measurable" in rate["null_reason"]


def test_batches_and_reverts_are_counted(tmp_path: Path) -> None:
    path = branchy(tmp_path / "repo").path
    known = Oracle(path, PATTERN)
    found = measures(report(path, lake=tmp_path / "lake", options=["--releases", PATTERN])["services"][0])
    check_percentiles(found["batch_size"], map(float, known.batch_sizes()))
    changes = [c for release in known.releases for c in known.changes(release)]
    assert (found["revert_share"]["value"], found["revert_share"]["n"]) == (0, len(changes))


def test_the_same_numbers_stand_in_every_zone_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = time_zones(tmp_path / "repo").path
    told = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        ran = apart(
            "report", path, "--lake", tmp_path / zone.replace("/", "-"), "--format", "json", "--until", "2025-01-01"
        )
        told.append(lasting(read(ran.out)))
    assert told[0] == told[1] == told[2]


def test_packages_are_drafted_as_services_with_their_folders(tmp_path: Path) -> None:
    """`init` finds the folder of each package, and a report by its file counts what touches that folder alone."""
    repo, lake, file = monorepo(tmp_path / "repo"), tmp_path / "lake", tmp_path / "drafted.yaml"
    repo.commit(files={f"packages/{p}/package.json": f'{{"name": "@scope/{p}"}}' for p in ("core", "web")})
    ran = here("init", repo.path, "--lake", lake, "--out", file)
    assert ran.code == 0, ran.err
    drafted = load(file).services
    assert [(s.name, s.paths) for s in drafted] == [
        ("repo", ()),
        ("@scope/core", ("packages/core",)),
        ("web", ("packages/web",)),
    ]
    assert [[line.name for line in s.releases] for s in drafted] == [["cli"], ["@scope/core"], ["web"]]
    found = {s["service"]: s for s in report(lake=lake, options=["--company", str(file)])["services"]}
    for service in drafted[1:]:
        commits = repo.text("log", "--format=%H", releases(repo, service)[-1], "--", *service.paths)
        assert measures(found[service.name])["change_lead_time"]["n"] == len(commits.split())
        assert found[service.name]["undeployed"]["n"] == 1


def releases(repo: Repository, service: Service) -> list[str]:
    names = repo.text("for-each-ref", "--sort=creatordate", "--format=%(refname:strip=2)", "refs/tags").splitlines()
    return [name for name in names if re.fullmatch(service.releases[0].tags, name)]
