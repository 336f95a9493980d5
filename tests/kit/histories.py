"""Repositories whose history has an odd shape: branches, merges, tags and clocks as the world has them."""

from pathlib import Path

from tests.kit.repository import BOB, BOT, DAY, HOUR, Repository, day


def linear(path: Path) -> Repository:
    """Twelve commits a day apart on one branch, a release after every third, two commits not released."""
    repo = Repository(path)
    for number in range(12):
        repo.commit(f"Change {number}", at=day(number), authored=day(number) - 6 * HOUR)
        if number % 3 == 2:
            repo.tag(f"v1.{number // 3}", at=day(number) + HOUR)
    repo.commits(2)
    return repo


def branchy(path: Path) -> Repository:
    """Three topic branches, each merged before the next release; the authors wrote long before the merge."""
    repo = Repository(path)
    repo.commit("Begin", at=day(0))
    for number in range(3):
        root = repo.head()
        repo.switch(f"topic-{number}", at=root)
        for step in range(3):
            repo.commit(f"Topic {number} step {step}", at=day(10 * number + 1 + step), authored=day(10 * number - 2))
        repo.switch("main")
        repo.commit("Meanwhile", at=day(10 * number + 2), files={f"main-{number}.txt": "1\n"})
        repo.merge(f"topic-{number}", at=day(10 * number + 5))
        repo.tag(f"{number}.0", at=day(10 * number + 6))
    return repo


def release_branches(path: Path) -> Repository:
    """Patch releases on branches that are never merged back, with fixes picked from the main branch."""
    repo = Repository(path)
    repo.commits(4)
    for minor in range(3):
        start = day(20 * minor + 1)
        base = repo.commit(f"Feature {minor}", at=start)
        repo.tag(f"v1.{minor}.0", at=start + DAY)
        fix = repo.commit(f"Fix {minor}", at=start + 3 * DAY)
        repo.switch(f"release/1.{minor}", at=base)
        repo.cherry_pick(fix, at=start + 4 * DAY)
        repo.tag(f"v1.{minor}.1", at=start + 4 * DAY + HOUR)
        repo.switch("main")
    return repo


def reverts(path: Path) -> Repository:
    """Releases of which some are reverted soon after, a revert of a revert, and one with a shortened hash."""
    repo = Repository(path)
    for number in range(8):
        bad = repo.commit(f"Feature {number}", at=day(14 * number))
        repo.tag(f"v1.{number}.0", at=day(14 * number) + HOUR)
        if number % 3 == 1:
            undo = repo.revert(bad, at=day(14 * number) + 5 * HOUR)
            repo.tag(f"v1.{number}.1", at=day(14 * number) + 6 * HOUR)
            repo.revert(undo[:12], at=day(14 * number + 2), of='Revert "Feature"')
    return repo


def reverts_by_title(path: Path) -> Repository:
    """Reverts as a forge writes them: by the title, with the numbers of the requests; and mentions that revert nothing.

    The releases v1.1.0 (by its title), v1.3.0 (by the same title with its number) and v1.4.0 (by the title that was
    given without one) failed.
    """
    repo = Repository(path)
    undone = {1: 'Revert "Feature 1" (#21)', 3: 'Revert "Feature (#3)" (#23)', 4: 'Revert "Feature"'}
    titles = ("Feature 0 (#9)", "Feature 1", "Feature 2 (#12)", "Feature (#3)", "Feature (#4)", "Last")
    for number, title in enumerate(titles):
        repo.commit(title, at=day(14 * number))
        repo.tag(f"v1.{number}.0", at=day(14 * number) + HOUR)
        repo.commit(
            undone.get(number, f"Write more\n\n* Revert it\n\nThis reverts commit {'ab' * 20}."),
            at=day(14 * number + 2),
        )
        repo.tag(f"v1.{number}.5", at=day(14 * number + 3))
    repo.commit('Revert "What was never here" (#30)', at=day(90))
    repo.tag("v2.0.0", at=day(90))
    return repo


def tags_of_both_kinds(path: Path) -> Repository:
    """Lightweight tags, annotated tags made days after their commit, and one annotated without a tagger."""
    repo = Repository(path)
    for number in range(6):
        repo.commit(at=day(number))
        if number % 2:
            repo.tag(f"v0.{number}.0", at=day(number + 3))
        else:
            repo.tag(f"v0.{number}.0")
    repo.commit(at=day(20))
    repo.tag("v0.6.0", at=day(20), tagger=None)
    return repo


def strange_tags(path: Path) -> Repository:
    """A tag of a tag, tags of a tree and of a blob, names with odd signs, and plain releases among them."""
    repo = Repository(path)
    first = repo.commit(at=day(0), files={"key.txt": "key\n"})
    repo.tag("v1.0", at=day(1))
    repo.commit(at=day(2))
    inner = repo.tag("inner", at=day(2))
    repo.tag("v1.1", inner, at=day(3), kind="tag")
    outer = repo.tag("v1.1-twice", repo.tag("middle", inner, at=day(4), kind="tag"), at=day(5), kind="tag")
    repo.tag("v1.1.1", outer, at=day(6), kind="tag")
    tree = repo.text("rev-parse", f"{first}^{{tree}}")
    repo.tag("v1.2", tree)
    repo.tag("v1.3", tree, at=day(4), kind="tree")
    repo.tag("v1.4", repo.entry("key\n").sha, at=day(4), kind="blob")
    repo.clock = day(7)
    repo.commits(2)
    for odd in ("v1.5", "ünï-1.0", "a'b\"c", "$(reboot)", "-v", "semi;colon", "x" * 200):
        repo.tag(odd)
    return repo


def aliases(path: Path) -> Repository:
    """Several names for one release, at the same and at different times."""
    repo = Repository(path)
    for number in range(5):
        repo.commits(3, every=DAY)
        repo.tag(f"{number}.0", at=repo.clock + HOUR)
        repo.tag(f"v{number}.0", at=repo.clock + 9 * HOUR)
        repo.tag(f"release-{number}.0", at=repo.clock)
    repo.tag("latest")
    return repo


def pre_releases(path: Path) -> Repository:
    """Alphas, betas and candidates in several spellings before each final release."""
    repo = Repository(path)
    for number in range(4):
        for mark in ("a1", "-beta.1", "rc1", ".dev0", "-rc.2", ""):
            repo.commits(2, every=DAY)
            repo.tag(f"{number}.0.0{mark}", at=repo.clock + HOUR)
    return repo


def monorepo(path: Path) -> Repository:
    """Packages released on their own in one tag space, in three spellings."""
    repo = Repository(path)
    for number in range(6):
        for package in ("core", "web", "cli"):
            repo.commit(
                f"{package} {number}", at=day(7 * number), files={f"packages/{package}/index.js": f"{number}\n"}
            )
        repo.tag(f"@scope/core@1.{number}.0", at=day(7 * number) + HOUR)
        repo.tag(f"web-v2.{number}.0", at=day(7 * number) + 2 * HOUR)
        if number % 2:
            repo.tag(f"cli/v0.{number}.0", at=day(7 * number) + 3 * HOUR)
    repo.commits(1)
    return repo


def weekly_and_lts(path: Path) -> Repository:
    """A release each week from the main branch, and a long-term line of patches every fourth week."""
    repo = Repository(path)
    for week in range(12):
        repo.commit(f"Week {week}", at=day(7 * week))
        base = repo.commit(f"More in week {week}", at=day(7 * week + 1))
        repo.tag(f"app-2.{week}", at=day(7 * week + 2))
        if week % 4 == 3:
            repo.switch(f"stable-2.{week}", at=base)
            for patch in (1, 2):
                repo.commit(f"Backport {week}.{patch}", at=day(7 * week + 10 * patch))
                repo.tag(f"app-2.{week}.{patch}", at=day(7 * week + 10 * patch) + HOUR)
            repo.switch("main")
    return repo


def skewed_clocks(path: Path) -> Repository:
    """Authors after committers, commits after the tag that contains them, children before their parents."""
    repo = Repository(path)
    for number in range(10):
        repo.commit(at=day(number), authored=day(number + (4 if number % 3 == 0 else -1)))
        if number % 2:
            repo.tag(f"v1.{number}", at=day(number) - HOUR)
    repo.commit(at=day(3))
    repo.tag("v1.20", at=day(4) + 1)
    repo.commit(at=day(1), authored=day(12))
    repo.tag("v1.21", at=day(12))
    return repo


def tagged_out_of_order(path: Path) -> Repository:
    """Old states that got their tag later than newer ones, and releases at the very same second."""
    repo = Repository(path)
    old = repo.commits(6, every=DAY)
    repo.tag("v2.0", old[5], at=day(10))
    repo.tag("v1.0", old[2], at=day(11))
    repo.tag("v1.5", old[4], at=day(12))
    new = repo.commits(4, every=DAY)
    repo.tag("v3.0", new[1], at=day(20))
    repo.tag("v3.1", new[3], at=day(20))
    return repo


def time_zones(path: Path) -> Repository:
    """Zones from -1200 to +1400, odd minutes, and zones that do not exist."""
    repo = Repository(path)
    zones = ("+0000", "-1200", "+1400", "+0545", "-0330", "+0530", "-0000", "+2359", "+9999", "-7777")
    for number, zone in enumerate(zones):
        repo.commit(f"In {zone}", at=day(30 * number) - 1, zone=zone)
        repo.tag(f"v1.{number}", at=day(30 * number), zone=zone)
    return repo


def impossible_dates(path: Path) -> Repository:
    """Dates before 1970, beyond the calendar, missing and not numbers, each followed by plain ones."""
    repo = Repository(path)
    stamps = ("0 +0000", "-1 +0000", "-99999999999 +0000", "253402300800 +0000", "99999999999999999999 +0000")
    for number, stamp in enumerate((*stamps, "soon +0000", "", "4102444800 +0000")):
        repo.commit(f"Dated {stamp}", at=day(3 * number), authored=stamp)
        repo.commit(f"Made {stamp}", at=stamp, authored=day(3 * number))
        repo.commit("Plain", at=day(3 * number + 1))
        repo.tag(f"v1.{number}", at=day(3 * number + 2))
    repo.commit(at=day(40))
    repo.tag("v2.0", at="-5 +0000")
    repo.tag("v2.1", at="99999999999999999999 +0000")
    return repo


def bots(path: Path) -> Repository:
    """Half of the commits come from machines."""
    repo = Repository(path)
    for number in range(8):
        repo.commit(f"Bump left-pad to 1.{number}", at=day(number), author=BOT)
        repo.commit(f"Work {number}", at=day(number) + HOUR, author=BOB, committer="GitHub <noreply@github.com>")
        repo.commit("Update translations", at=day(number) + 2 * HOUR, author="renovate-bot <bot@renovateapp.com>")
        repo.tag(f"v1.{number}", at=day(number) + 3 * HOUR)
    return repo


def mailmap(path: Path) -> Repository:
    """One person under three names, joined by `.mailmap`; the file itself has broken lines too."""
    repo = Repository(path)
    lines = (
        "Ann Example <ann@example.org> <ann@old.example.org>\nAnn Example <ann@example.org> A. <a@home>\n<<<broken\n"
    )
    repo.commit("Begin", files={".mailmap": lines})
    for person in ("Ann Example <ann@example.org>", "annie <ann@old.example.org>", "A. <a@home>", "B <b@example.org>"):
        repo.commit("Work", author=person)
    repo.tag("v1.0", at=repo.clock + HOUR)
    return repo


def octopus(path: Path) -> Repository:
    """A merge of four branches at once."""
    repo = Repository(path)
    root = repo.commit(at=day(0))
    repo.tag("v1.0")
    for number in range(3):
        repo.switch(f"arm-{number}", at=root)
        repo.commit(f"Arm {number}", at=day(number + 1), files={f"arm-{number}.txt": "1\n"})
    repo.switch("main")
    repo.commit(at=day(2))
    repo.merge("arm-0", "arm-1", "arm-2", at=day(5))
    repo.tag("v1.1", at=day(6))
    return repo


def two_roots(path: Path) -> Repository:
    """Two histories that begin apart and are merged, and a third that stays apart and has a tag."""
    repo = Repository(path)
    repo.commits(3, every=DAY)
    repo.tag("v1.0")
    other = repo.commit("Other root", parents=[], at=day(1), files={"other.txt": "1\n"})
    repo.switch("main", at=repo.refs["refs/tags/v1.0"])
    repo.merge(other, at=day(6))
    repo.tag("v1.1", at=day(7))
    main = repo.head()
    repo.commit("Orphan", parents=[], at=day(8), files={"orphan.txt": "1\n"})
    repo.tag("v9.0", at=day(8))
    repo.switch("main", at=main)
    return repo


def one_commit_per_release(path: Path) -> Repository:
    """Each commit is a release, as in continuous delivery, forty of them within ten days."""
    repo = Repository(path)
    for number in range(40):
        repo.commit(at=day(number / 4), authored=day(number / 4) - 600 * (number % 7))
        repo.tag(f"v1.{number}")
    return repo


HISTORIES = (
    linear,
    branchy,
    release_branches,
    reverts,
    tags_of_both_kinds,
    strange_tags,
    aliases,
    pre_releases,
    monorepo,
    weekly_and_lts,
    skewed_clocks,
    tagged_out_of_order,
    time_zones,
    impossible_dates,
    bots,
    mailmap,
    octopus,
    two_roots,
    one_commit_per_release,
)
