"""Release lines are found among the tags as their makers meant them, and each tag left out has a reason."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from streamgauge.company import ReleaseLine, Service
from streamgauge.errors import BadOption
from streamgauge.facts.release_lines import ALIAS, PRE_RELEASE, UNDATED, Line, Tag, find, late, packages, unnamed

START = datetime(2026, 1, 1, tzinfo=UTC)
APP = Service(name="app", repository=".")


def tag(name: str, day: float | None = 0, commit: str | None = None, committed: float | None = None) -> Tag:
    at = None if day is None else START + timedelta(days=day)
    made = at if committed is None else START + timedelta(days=committed)
    return Tag(name, commit or f"commit of {name}", at, made)


def counted(line: Line) -> list[str]:
    return [e.tag.name for e in line.entries if e.left_out is None]


def left(line: Line) -> dict[str, str]:
    return {e.tag.name: e.left_out for e in line.entries if e.left_out}


def names(lines: tuple[Line, ...]) -> dict[str, list[str]]:
    return {line.name: counted(line) for line in lines}


def test_plain_versions_are_one_line_in_the_order_of_time() -> None:
    tags = [tag("v1.1", 3), tag("v1.0", 1), tag("v1.0.1", 5)]
    assert names(find(tags, APP, ())) == {"releases": ["v1.0", "v1.1", "v1.0.1"]}


def test_no_tags_are_no_lines() -> None:
    assert find([], APP, ()) == find([tag("latest")], APP, ()) == ()


def test_two_names_of_one_commit_are_one_release_by_the_first_then_the_fullest() -> None:
    tags = [tag("1.0", 1, "a"), tag("v1", 1, "a"), tag("v1.0", 1, "a"), tag("2.0", 3, "b"), tag("v2.0.0", 4, "b")]
    (line,) = find(tags, APP, ())
    assert counted(line) == ["v1.0", "2.0"]
    assert left(line) == {"1.0": ALIAS, "v1": ALIAS, "v2.0.0": ALIAS}


def test_pre_releases_do_not_count_and_do_not_hide_the_final_one() -> None:
    (line,) = find([tag("1.0rc1", 0, "a"), tag("1.0", 2, "a"), tag("1.1-beta.1", 3)], APP, ())
    assert counted(line) == ["1.0"]
    assert left(line) == {"1.0rc1": PRE_RELEASE, "1.1-beta.1": PRE_RELEASE}


def test_where_there_is_nothing_else_pre_releases_count() -> None:
    (line,) = find([tag("0.1-alpha.1", 0), tag("0.1-alpha.2", 2)], APP, ())
    assert len(counted(line)) == 2
    assert "pre-releases too" in line.rule


def test_where_there_is_next_to_nothing_else_pre_releases_count() -> None:
    tags = [tag(f"0.{n}b0", n) for n in range(10)] + [tag("1.0", 3.5)]
    (line,) = find(tags, APP, ())
    assert len(counted(line)) == 11
    assert "next to nothing else" in line.rule
    (line,) = find([*tags, tag("0.9", 21)], APP, ())
    assert counted(line) == ["1.0", "0.9"]


def test_releases_tagged_long_after_their_commit_are_told() -> None:
    tags = [tag("1.0", 100, committed=1), tag("1.1", 101, committed=100), tag("1.2-rc1", 300, committed=1)]
    (line,) = find(tags, APP, ())
    assert str(late(line)).startswith("1 release was tagged more than 90 days after the commit")
    assert late(find(tags[1:], APP, ())[0]) is None


def test_a_tag_without_a_time_is_left_out() -> None:
    (line,) = find([tag("1.0", None), tag("1.1", 1)], APP, ())
    assert left(line) == {"1.0": UNDATED}


def test_tags_that_end_with_the_hash_of_their_commit_are_one_line() -> None:
    """A hash may end with a digit, and begin with one; where versions stand beside it is what was built of them."""
    hashes = [f"{n:x}{'3f2a1b' if n % 3 else 'b10ad'}{n:x}" for n in range(12)]
    for named in ("deploy-{hash}", "release-{hash}", "build-{n}-{hash}", "202601{n:02}-{hash}", "1.{n}.0-{hash}"):
        tags = [tag(named.format(n=n + 10, hash=one), n) for n, one in enumerate(hashes)]
        (line,) = find(tags, APP, ())
        assert len(counted(line)) == 12
        assert ("then the hash of a commit" in line.rule) is (named in ("deploy-{hash}", "release-{hash}"))
    (line,) = find([*tags, *(tag(f"1.{n}.0", n) for n in range(20))], APP, ())
    assert len(counted(line)) == 20


@pytest.mark.parametrize("named", ["v1.{n}.0-{where}", "{where}-1.{n}.0", "{where}/1.{n}.0"])
def test_what_went_to_production_is_released_when_it_came_there(named: str) -> None:
    places = ("qa", "staging", "prod")
    tags = [
        tag(named.format(n=n, where=where), n + i / 10, f"c{n}") for n in range(9) for i, where in enumerate(places)
    ]
    (line,) = find(tags, APP, ())
    assert counted(line) == [named.format(n=n, where="prod") for n in range(9)]


def test_hotfixes_and_quarters_are_in_the_line_of_what_they_mend() -> None:
    (line,) = find([*(tag(f"release/1.{n}.0", n) for n in range(5)), tag("hotfix/1.4.1", 5)], APP, ())
    assert counted(line)[-1] == "hotfix/1.4.1"
    (line,) = find(
        [tag(f"202{year}.Q{quarter}", year + quarter / 4) for year in (4, 5) for quarter in (1, 2, 3, 4)], APP, ()
    )
    assert len(counted(line)) == 8


def test_packages_of_a_monorepo_are_lines_the_busiest_first() -> None:
    tags = [tag(f"@s/core@1.{n}.0", n) for n in range(5)] + [tag(f"web-v2.{n}.0", n + 0.1) for n in range(3)]
    tags += [tag(f"base64-0.{n}.0", n + 0.2) for n in range(4)]
    assert list(names(find(tags, APP, ()))) == ["@s/core", "base64", "web"]


def test_packages_that_are_released_together_are_told_apart_where_some_releases_are_their_own() -> None:
    """A report drops what mostly names over again; by their files such packages differ all the same."""
    tags = [tag(f"core@1.{n}.0", n, f"c{n}") for n in range(10)] + [tag("v9.0", 30), tag("build-7", 31)]
    tags += [tag(f"web@1.{n}.0", n, f"c{n}") for n in range(5)] + [tag(f"web@2.{n}.0", 20 + n) for n in range(3)]
    tags += [tag(f"same@1.{n}.0", n, f"c{n}") for n in range(9)]
    assert list(names(find(tags, APP, ()))) == ["core", "releases"]
    assert {name: len(counted(line)) for name, (line,) in packages(tags, APP).items()} == {"core": 10, "web": 8}


def test_the_services_own_name_is_no_package() -> None:
    assert list(names(find([tag("App-1.0", 0), tag("v1.1", 1)], APP, ()))) == ["releases"]


def test_a_line_that_only_names_over_again_is_dropped() -> None:
    tags = [t for n in range(6) for t in (tag(f"v1.{n}", n, f"c{n}"), tag(f"lib-1.{n}", n + 0.1, f"c{n}"))]
    tags += [tag("v1.9", 20)]
    assert list(names(find(tags, APP, ()))) == ["releases"]


def test_a_line_that_agrees_with_several_packages_by_chance_is_one_of_its_own() -> None:
    """Where all packages of a workspace are released at once, each shares a few versions with some of the others."""
    tags = [tag(f"md5-1.{n}", n, f"c{n}") for n in range(9)] + [tag(f"sha-2.{n}", n, f"c{n}") for n in range(8)]
    tags += [tag(f"tiger-{1 + n % 2}.{n}", n, f"c{n}") for n in range(6)]
    assert list(names(find(tags, APP, ()))) == ["md5", "sha", "tiger"]


def test_a_line_is_dropped_that_has_several_names_for_each_release_of_another() -> None:
    tags = [t for n in range(6) for t in (tag(f"v3.{n}", n, f"c{n}"), tag(f"lib/v3.{n}", n, f"c{n}"))]
    tags += [tag(f"lib/v2.10{n}", n, f"c{n}") for n in range(6)]
    assert list(names(find(tags, APP, ()))) == ["releases"]


def test_weekly_and_long_term_lines_are_one_package_that_another_name_repeats() -> None:
    tags = weekly() + [tag(f"x-{t.name}", 500, t.commit) for t in weekly()[-7:] + weekly()[:7]]
    assert list(names(find(tags, APP, ()))) == ["releases N.N", "releases N.N.N"]


def test_finals_in_a_folder_of_releases_are_of_the_line_of_their_candidates() -> None:
    tags = [tag(f"app-1.{n}-RC1", n, f"c{n}") for n in range(6)] + [
        tag(f"rel/app-1.{n}", n + 0.5, f"c{n}") for n in range(6)
    ]
    assert names(find(tags, APP, ())) == {"releases": [f"rel/app-1.{n}" for n in range(6)]}


def test_a_line_of_one_or_two_beside_a_large_one_is_dropped() -> None:
    tags = [tag(f"v1.{n}", n) for n in range(25)] + [tag("import-0.1", 3)]
    lines = find(tags, APP, ())
    assert list(names(lines)) == ["releases"]
    assert unnamed(tags, lines) == ["import-0.1"]


def test_counters_are_no_releases_beside_versions_and_are_where_there_is_nothing_else() -> None:
    builds = [tag(f"builds/{n}", n) for n in range(9)]
    assert list(names(find([*builds, tag("v1.0", 1), tag("v1.1", 2), tag("v1.2", 3)], APP, ()))) == ["releases"]
    assert list(names(find(builds, APP, ()))) == ["builds"]


def test_a_channel_of_early_releases_is_no_line_beside_final_ones_and_is_where_there_is_nothing_else() -> None:
    nights = [tag(f"nightly-2026-01-{n:02}", n) for n in range(1, 9)]
    assert list(names(find([*nights, tag("v1.0", 1), tag("v1.1", 2)], APP, ()))) == ["releases"]
    assert list(names(find(nights, APP, ()))) == ["nightly"]


def test_what_went_to_production_is_a_line_and_not_what_was_tried_before() -> None:
    tried = [tag(f"staging/1.{n}.0", n, f"c{n}") for n in range(9)]
    shipped = [tag(f"production/1.{n}.0", n + 0.5, f"c{n}") for n in range(0, 9, 2)]
    assert list(names(find([*tried, *shipped], APP, ()))) == ["production"]
    built = [tag(f"v1.{n}.0", n, f"c{n}") for n in range(9)]
    assert list(names(find([*built, *shipped], APP, ()))) == ["releases", "production"]


def test_tags_of_branches_are_no_line_beside_releases() -> None:
    points = [tag(f"stable-1.{n}-branchpoint", n) for n in range(5)]
    assert list(names(find([*points, tag("v1.0", 1), tag("v1.1", 2)], APP, ()))) == ["releases"]
    assert list(names(find([*points, tag("lib-1.0-alpha.1", 1)], APP, ()))) == ["lib"]


def test_a_letter_behind_the_numbers_is_a_patch_where_the_version_came_before_it() -> None:
    tags = [tag(f"1.1{letter}", n) for n, letter in enumerate("abcdef", 3)]
    (line,) = find([tag("1.0a", 0), tag("1.0", 1), tag("1.1", 2), *tags], APP, ())
    assert counted(line) == ["1.0", "1.1", "1.1a", "1.1b", "1.1c", "1.1d", "1.1e", "1.1f"]
    assert left(line) == {"1.0a": PRE_RELEASE}


def test_a_letter_behind_the_numbers_is_a_patch_in_a_line_of_the_company_file_too() -> None:
    service = Service(name="app", repository=".", releases=(ReleaseLine(name="stable", tags=r"\d.*|first"),))
    (line,) = find([tag("1.0", 1), tag("1.0a", 3), tag("first", 0)], service, ())
    assert counted(line) == ["first", "1.0", "1.0a"]


def test_a_name_is_the_same_in_capitals_and_is_shown_as_most_spell_it() -> None:
    tags = [tag("LIB_1_0", 0), tag("lib-1.1", 1), tag("lib-1.2", 2)]
    assert names(find(tags, APP, ())) == {"lib": ["LIB_1_0", "lib-1.1", "lib-1.2"]}


def weekly() -> list[Tag]:
    """A release each week, and of every fourth a long-term line of three patches, four weeks later."""
    tags = [tag(f"2.{n}", 7 * n) for n in range(24)]
    return tags + [tag(f"2.{n}.{p}", 7 * (n + 4) + 7 * p) for n in range(0, 20, 4) for p in (1, 2, 3)]


def test_weekly_and_long_term_releases_are_two_lines() -> None:
    found = names(find(weekly(), APP, ()))
    assert {name: len(tags) for name, tags in found.items()} == {"releases N.N": 24, "releases N.N.N": 15}


def test_patches_of_the_newest_release_are_not_split_off() -> None:
    tags = [tag(f"2.{n}", 7 * n) for n in range(24)] + [tag(f"2.{n}.1", 7 * n + 2) for n in range(0, 24, 3)]
    assert list(names(find(tags, APP, ()))) == ["releases"]


def test_patches_of_most_releases_are_not_split_off() -> None:
    tags = [tag(f"2.{n}", 7 * n) for n in range(24)] + [tag(f"2.{n}.1", 7 * n + 30) for n in range(24)]
    assert list(names(find(tags, APP, ()))) == ["releases"]


def test_few_weekly_releases_are_not_split() -> None:
    assert list(names(find([t for t in weekly() if t.name.count(".") == 2 or t.name < "2.14"], APP, ()))) == [
        "releases"
    ]


def test_tags_of_one_instant_are_ordered_by_their_commits_then_their_numbers() -> None:
    tags = [tag("v10.0", 5, committed=4), tag("v9.0", 5, committed=4), tag("v11.0", 5, committed=1)]
    (line,) = find(tags, APP, ())
    assert counted(line) == ["v11.0", "v9.0", "v10.0"]


def test_the_order_of_the_tags_given_does_not_matter() -> None:
    tags = weekly() + [tag(f"x-1.{n}", n, f"commit of 2.{n}") for n in range(8)]
    expected = find(tags, APP, ())
    for seed in range(5):
        shuffled = random.Random(seed).sample(tags, len(tags))
        assert find(shuffled, APP, ()) == expected


def test_asked_patterns_are_one_line_each_with_pre_releases() -> None:
    tags = [tag("v1.0", 0), tag("v1.1-rc1", 1), tag("web-1.0", 2), tag("xv1.0", 3)]
    found = find(tags, APP, (r"v.*", r"web-\d\.\d"))
    assert names(found) == {r"v.*": ["v1.0", "v1.1-rc1"], r"web-\d\.\d": ["web-1.0"]}
    assert {line.chosen_by for line in found} == {"asked"}


def test_a_pattern_that_matches_nothing_is_a_line_without_releases() -> None:
    assert names(find([tag("v1.0")], APP, ("nothing",))) == {"nothing": []}


def test_a_bad_pattern_is_a_bad_option() -> None:
    with pytest.raises(BadOption):
        find([tag("v1.0")], APP, ("(",))


def test_lines_of_the_company_file_go_before_found_ones() -> None:
    lines = (ReleaseLine(name="stable", tags=r"v\d+\.\d+"), ReleaseLine(name="edge", tags=r"v.*", prereleases=True))
    service = Service(name="app", repository=".", releases=lines)
    found = find([tag("v1.0", 0), tag("v1.1-rc1", 1)], service, ())
    assert names(found) == {"stable": ["v1.0"], "edge": ["v1.0", "v1.1-rc1"]}
    assert "company file" in found[0].rule


def test_the_key_of_a_line_tells_where_it_is_and_how_it_was_chosen() -> None:
    (line,) = find([tag("v1.0")], APP, ())
    keys = {line.id(r, s, t) for r in ("r", "q") for s in ("a", "b") for t in ("t", "u")}
    assert len(keys) == 8
    assert line.id("\ud800", "s", "t") != line.id("r", "s", "t")


def test_what_a_distribution_packs_between_versions_is_in_the_line_of_its_package() -> None:
    """The hash of a snapshot is no name of a package, whatever its digits are."""
    snapshots = [f"ubuntu/1.{n}-14-g{n:x}e17a{n:x}d6-0ubuntu1_22.04.{n}" for n in range(1, 9)]
    names = [*snapshots, *(f"ubuntu/1.{n}-0ubuntu2" for n in range(9, 13)), "ubuntu/1.13_bzr1154-0ubuntu1"]
    (line,) = find([tag(name, n) for n, name in enumerate(names)], APP, ())
    assert counted(line) == names
    assert line.name == "ubuntu"
