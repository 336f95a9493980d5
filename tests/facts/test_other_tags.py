"""Tags in no release line are counted by what keeps them out."""

from streamgauge.company import ReleaseLine, Service
from streamgauge.facts.other_tags import told
from streamgauge.facts.release_lines import find
from tests.facts.test_release_lines import APP, tag

VERSIONS = [tag(f"v1.{n}", n, f"c{n}") for n in range(25)]


def test_each_reason_has_its_number_and_an_example() -> None:
    again = [tag(f"lib-1.{n}", n, f"c{n}") for n in range(7)]
    builds = [tag(f"builds/{n}", n) for n in range(5)]
    nights = [tag(f"nightly-2026-01-{n:02}", n) for n in range(1, 5)]
    tags = [*VERSIONS, *again, *builds, *nights, tag("import-0.1"), tag("latest"), tag("list")]
    assert told(tags, find(tags, APP, ())) == (
        "19 of 44 tags are in no release line: further names of what a line releases (7, such as lib-1.0), a word and a"
        " number, which may count anything (5, such as builds/0), no final release among them (4, such as"
        " nightly-2026-01-01), no version (2, such as latest), few beside a large line (1, import-0.1)."
    )


def test_where_none_is_out_nothing_is_said() -> None:
    assert told(VERSIONS, find(VERSIONS, APP, ())) is None


def test_where_somebody_chose_the_choice_is_the_reason() -> None:
    service = Service(name="app", repository=".", releases=(ReleaseLine(name="stable", tags=r"v1\.\d"),))
    assert told(VERSIONS, find(VERSIONS, service, ())) == (
        "15 of 25 tags are in no release line, such as v1.10, v1.11, v1.12."
    )


def test_a_package_of_few_releases_is_no_further_name_for_its_early_releases_that_agree_with_others() -> None:
    early = [tag("hash-1.3-rc.1", 3, "c3"), tag("hash-1.4-rc.1", 4, "c4"), tag("hash-1.4", 9)]
    candidates = [tag("v1.3-rc.1", 3, "c3"), tag("v1.4-rc.1", 4, "c4")]
    tags = [*VERSIONS, *candidates, *early]
    assert told(tags, find(tags, APP, ())) == (
        "3 of 30 tags are in no release line: few beside a large line (3, such as hash-1.3-rc.1)."
    )
