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
