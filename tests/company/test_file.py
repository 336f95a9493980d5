"""A company file is read whole or refused with every mistake, each on its line."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.company import ReleaseLine, Service, default
from streamgauge.company.file import LARGEST, load, parse, schema
from streamgauge.errors import BadCompanyFile, NoPermission, StreamgaugeError

GOOD = r"""
name: Example
zone: Europe/Berlin
services:
  - name: web
    repository: ../web
    paths: [services/web, libs/**]
    releases:
      - {name: weekly, tags: 'v?\d+(\.\d+)+', prereleases: true}
      - {name: long-term, tags: 'lts-\d+'}
    lead_time_from: committed
    include_merges: true
    leave_out: [reverts, bots]
thresholds:
  hotfix_days: 3
  generated: ['*.lock']
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    """Return the line and the words of each mistake in a text."""
    with pytest.raises(BadCompanyFile) as caught:
        parse(text, name="f.yaml")
    _, *lines = caught.value.wrong.splitlines()
    parts = [line.removeprefix("f.yaml:").split(": ", 1) for line in lines]
    return [(int(line), words) for line, words in parts]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Every key of the file is in the company, and the repository is seen from the file's folder."""
    file = tmp_path / "conf" / "streamgauge.yaml"
    file.parent.mkdir()
    file.write_text(GOOD, encoding="utf-8-sig")
    company = load(file)
    assert (company.name, company.zone) == ("Example", "Europe/Berlin")
    lines = (
        ReleaseLine(name="weekly", tags=r"v?\d+(\.\d+)+", prereleases=True),
        ReleaseLine(name="long-term", tags=r"lts-\d+"),
    )
    assert company.services == (
        Service(
            name="web",
            repository=os.path.realpath(tmp_path / "web"),
            paths=("services/web", "libs/**"),
            releases=lines,
            lead_time_from="committed",
            include_merges=True,
            leave_out=("reverts", "bots"),
        ),
    )
    assert company.thresholds.hotfix_days == 3.0
    assert company.thresholds.generated == ("*.lock",)
    assert company.thresholds.revert_days == 7.0


@pytest.mark.parametrize("text", ["", "# only words\n", "---\n", "{}"])
def test_an_empty_file_is_the_default_company(text: str) -> None:
    """A file in which every key is a comment changes nothing."""
    assert parse(text, name="f.yaml") == default()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "nme: x",
            1,
            "no key 'nme'. Did you mean 'name'? Allowed: name, zone, ",
        ),
        ("name: x\nsquads: []", 2, "no key 'squads'."),
        ("name: x\nzone: Berlin", 2, "zone: 'Berlin' is no time zone. Did you mean 'Europe/Berlin'?"),
        ("name: x\nname: y", 2, "'name' stands here for the second time; the first is on line 1."),
        ("name:\n\t- x", 2, "A tab stands where only spaces may."),
        ("\n- a\n- b", 2, "The top of the file is no mapping."),
        ("words", 1, "The top of the file is no mapping."),
        ("name: x\n---\nname: y", 2, "A second document starts here."),
        ("name: [a, b", 1, "This is no YAML: "),
        ("name: *gone", 1, "This is no YAML: found undefined alias"),
        ("zone: 'UTC\x07'", 1, "A control character stands here."),
        ("name: x\nservices:\n- name: a", 3, "services[0] needs the key `repository`."),
        ("services:\n  - name: a\n    repository: a\n    path: b", 4, "'path' in services[0]. Did you mean 'paths'?"),
        ("services:\n  - name: a\n    repository: a\n    paths: b", 4, "services[0].paths is 'b'. Allowed: a list"),
        ("services:\n  - name: a\n    repository:", 3, "services[0].repository is empty. Allowed: text."),
        ("services:\n  - name: 7\n    repository: a", 2, "services[0].name is 7. Allowed: text."),
        ("services:\n  - name: ''\n    repository: a", 2, "no name of a service"),
        ("services:\n  - name: a\n    repository: https://x.org/y", 3, "is an address."),
        ("services:\n  - name: a\n    repository: ' '", 3, "is no path."),
        ("services:\n  - words", 2, "services[0] is 'words'. Allowed: keys with values: name, repository,"),
        ("teams: [Ledger, Harbour]", 1, "teams[0] is 'Ledger'. Allowed: keys with values: name, members, calendar."),
        ("teams:\n- \n- name: b", 2, "teams[0] is empty. Allowed: keys with values: name, members, calendar."),
        ("calendar: 9-17", 1, "calendar is '9-17'. Allowed: keys with values: zone, opens, closes,"),
        (
            "services:\n  - name: a\n    repository: a\n  - name: a\n    repository: b",
            4,
            "A service 'a' is there already, on line 2.",
        ),
        (
            "services:\n- name: a\n  repository: a\n  releases:\n  - {name: l, tags: a}\n  - {name: l, tags: b}",
            6,
            "A release line 'l' is there already, on line 5.",
        ),
        (
            "services:\n- name: a\n  repository: a\n  releases:\n  - name: l\n    tags: 'v(1'",
            6,
            "tags: 'v(1' is no regular expression: missing ), unterminated subpattern at position 2.",
        ),
        (
            "services:\n- name: a\n  repository: a\n  lead_time_from: commited",
            4,
            "'commited' is not known. Did you mean 'committed'? Allowed: authored, committed.",
        ),
        ("services:\n- name: a\n  repository: a\n  include_merges: yes", 4, "Allowed: true or false."),
        ("services:\n- name: a\n  repository: a\n  leave_out:\n  - reverts\n  - robots", 6, "Did you mean 'bots'?"),
        ("thresholds:\n  hotfix-days: 3", 2, "no key 'hotfix-days' in thresholds. Did you mean 'hotfix_days'?"),
        ("thresholds:\n  hotfix_days: -1", 2, "-1.0 is out of range. Allowed: 0 to 365 days."),
        ("thresholds:\n  hotfix_days: .nan", 2, "out of range"),
        ("thresholds:\n  hotfix_days: '3'", 2, "Allowed: a number."),
        ("thresholds:\n  shown_releases: 2.5", 2, "Allowed: a whole number."),
        ("thresholds:\n  generated: ['a/../b']", 2, "stay within the repository"),
        ("kinds:\n  debt: [chore]\n  risk: [Chore]", 3, "'Chore' is of a kind already, on line 2."),
        ("value_streams:\n- name: a\n- name: a", 3, "A value stream 'a' is there already"),
        ("accuracy_surveys:\n- {stage: A, share: 70, answers: 9, asked: 2026-01-02}", 2, "70.0 is out of range"),
        ("wip_limits:\n- {stage: Review, limit: 0}", 2, "0 is out of range. Allowed: 1 to 100000 items."),
        (
            "name: x\nengine: sparks://h:7077",
            2,
            "engine: 'sparks://h:7077' is no engine. Allowed: duckdb, or a Spark: ",
        ),
        ("off_tool:\n- {stage: Legal, entered: 2026-03-05}", 2, "off_tool[0] needs the key `item`."),
        ("off_tool:\n- item: A\n  stage: L\n  entered: 5.3.2026", 4, "off_tool[0].entered: '5.3.2026' is no day"),
        ("off_tool:\n- item: A\n  stage: L\n  entered: 2026-02-30", 4, "is no day or instant. Allowed: 2026-03-05"),
        ("off_tool:\n- {item: A, stage: L, entered: 2026-03-05, state: waits}", 2, "Did you mean 'waiting'?"),
        (
            "zone: Europe/Berlin\noff_tool:\n- {item: A, stage: L, entered: 2026-03-05 10:00, left: 2026-03-05T09:00Z}",
            3,
            "off_tool[0].left: It is left at '2026-03-05T09:00Z', not later than it is entered.",
        ),
        (
            "off_tool: [{item: A, stage: L, entered: 2026-03-05},\n{item: A, stage: M, entered: 2026-03-05}]",
            2,
            "off_tool[1].entered: Item 'A' is in the step of entry 1 then.",
        ),
        ("calendar:\n  opens: '18:00'", 1, "closes at '17:00', not later than it opens at '18:00'"),
        ("teams:\n- name: a\n  calendar:\n    closes: '08:00'", 4, "not later than it opens at '09:00'"),
        ("calendar:\n  open: '08:00'", 2, "no key 'open' in calendar. Did you mean 'opens'?"),
        ("calendar:\n  opens: 8", 2, "calendar.opens"),
        ("calendar:\n  weekdays: [monday]", 2, "Did you mean 'mon'?"),
        ("calendar:\n  opens: 9:00", 2, "calendar.opens is '9:00'. Allowed: hours and minutes in two digits each"),
        ("calendar:\n  holidays: [1.5.2026]", 2, "calendar.holidays[0] is '1.5.2026'. Allowed: a day such as"),
        ("teams:\n- name: a\n- name: a", 3, "A team 'a' is there already"),
        (
            "wip_limits:\n- {team: A, stage: QA, limit: 3}\n- {team: a, limit: 3}\n- {team: a, stage: QA, limit: 2}",
            4,
            "A limit of 'a' in stage 'QA' is there already, on line 2.",
        ),
        ("wip_limits: [{limit: 3},\n{limit: 4}]", 2, "A limit of all teams is there already, on line 1."),
        ("teams:\n- name: A\n- name: a", 3, "A team 'a' is there already, on line 2."),
        (
            "process:\n- statuses:\n  - {status: New, state: new}\n  - {status: new, state: active}",
            4,
            "A status 'new' is there already, on line 3.",
        ),
        (
            "process:\n- statuses: []\n- statuses: []",
            3,
            "The process for all types from the same day is told already, on line 2.",
        ),
        (
            "process:\n- {since: 2026-01-01, types: [Bug]}\n- {since: 2026-01-01, types: [Task, bug]}",
            3,
            "The process for 'bug' from the same day is told already, on line 2.",
        ),
        ("name: 2026-01-01\nzone: !!binary aGk=", 2, "No binary can stand here."),
        ('name: "\\ud800"', 1, "No str can stand here."),
        ("? [a, b]\n: c", 1, "A key has to be a word."),
        ("name: " + "[" * 20 + "]" * 20, 1, "nested more than"),
        ("name: &a [*a]", 1, "contains itself"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str) -> None:
    """Each kind of mistake says what is wrong, what is allowed and where."""
    assert any(at == line and words in told for at, told in mistakes(text)), mistakes(text)


def test_a_process_may_be_told_by_types_and_days() -> None:
    """What holds for some types stands beside what holds for all, and what holds later beside what held before."""
    statuses = "statuses: [{status: New, state: new}]"
    parts = ("", "types: [Bug], ", "types: [Task], ", "since: 2026-01-01, ", "since: 2026-01-01, types: [Bug], ")
    text = "process:\n" + "".join(f"- {{{part}{statuses}}}\n" for part in parts)
    assert len(parse(text, name="f.yaml").process) == len(parts)


def test_a_time_that_is_no_time_is_not_compared() -> None:
    ((_, told),) = mistakes("calendar:\n  opens: 9:00")
    assert "closes" not in told


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    """A reader mends a file in one go."""
    text = "nme: x\nzone: Nowhere\nservices:\n- name: a\n  repo: b\nzone: UTC\nthresholds: {hotfix_days: x}\n"
    assert [line for line, _ in mistakes(text)] == [1, 2, 4, 5, 6, 7]


def test_a_text_in_an_error_is_short_and_harmless() -> None:
    """Neither a long value nor one with escapes for a terminal comes through."""
    ((_, told),) = mistakes('zone: "\\e[31m' + "x" * 5000 + '"')
    assert len(told) < 300
    assert "\x1b" not in told


def test_a_file_of_aliases_is_refused_before_it_grows() -> None:
    """Nine levels of nine aliases stand for 400 million values; the file is refused at once."""
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    levels += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert any("Aliases make this more than" in words for _, words in mistakes("\n".join(levels)))


def test_an_alias_may_repeat_a_value() -> None:
    """Aliases as such are fine: two services may share their release lines."""
    text = (
        "services:\n- name: a\n  repository: a\n  releases: &lines [{name: l, tags: x}]\n"
        "- name: b\n  repository: b\n  releases: *lines\n"
    )
    first, second = parse(text, name="f.yaml").services
    assert first.releases == second.releases


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    """A missing file, a folder and an impossible name are the reader's to mend."""
    with pytest.raises(BadCompanyFile, match="There is no file"):
        load(tmp_path / "gone.yaml")
    with pytest.raises(BadCompanyFile, match="is a folder"):
        load(tmp_path)
    with pytest.raises(BadCompanyFile, match="cannot be read"):
        load("a\0b")
    with pytest.raises(BadCompanyFile):
        load(tmp_path / ("x" * 5000))


def test_a_file_that_may_not_be_read_needs_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of rights is told as such, for whoever can give them."""

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NoPermission, match="may not be read"):
        load(tmp_path / "streamgauge.yaml")


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    """A byte that is not UTF-8 is shown with its line."""
    file = tmp_path / "f.yaml"
    file.write_bytes(b"zone: UTC\nname: Caf\xe9\n")
    with pytest.raises(BadCompanyFile, match=r"f\.yaml:2: A byte 0xe9 is not UTF-8"):
        load(file)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A file beyond the limit is refused by its size."""
    file = tmp_path / "f.yaml"
    file.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BadCompanyFile, match="larger than 256 KiB"):
        load(file)


def _example(**changes: object) -> dict[str, object]:
    return {"services": [{"name": "web", "repository": ".", **changes}]}


@pytest.mark.parametrize(
    ("example", "fits"),
    [
        ({}, True),
        ({"name": "Example", "zone": "UTC", "thresholds": {"hotfix_days": 3}}, True),
        (_example(paths=["a"], releases=[{"name": "l", "tags": "x"}], leave_out=["bots"]), True),
        ({"nme": "x"}, False),
        (_example(repository=3), False),
        (_example(lead_time_from="merged"), False),
        (_example(releases=[{"name": "l"}]), False),
        ({"thresholds": {"hotfix_days": -1}}, False),
        ({"thresholds": {"shown_releases": 1001}}, False),
        ({"name": ""}, False),
        ({"zone": 1}, False),
    ],
)
def test_the_schema_and_the_reader_agree(example: dict[str, object], fits: bool) -> None:
    """What an editor marks is what the reader refuses."""
    checker = jsonschema.Draft202012Validator(schema())
    assert checker.is_valid(example) is fits
    if fits:
        parse(json.dumps(example), name="f.yaml")
    else:
        assert mistakes(json.dumps(example))


def test_the_schema_is_one_and_describes_every_key() -> None:
    """The schema is valid JSON Schema 2020-12 and has a sentence for each key."""
    found = schema()
    jsonschema.Draft202012Validator.check_schema(found)
    owners = [found, *found["$defs"].values()]
    assert [key for owner in owners for key, told in owner["properties"].items() if "description" not in told] == []


KEYS = ("name", "zone", "services", "thresholds", "repository", "releases", "tags", "hotfix_days")
SIGNS = tuple("[]{}'\"\\>?#|_~=(*+\t\x85\ufeff\ud800 ")
STEPS = (": ", "\n", "\n  ", "- ", ", ", "|\n", "? ", "---\n", "%YAML 1.1\n", "&a ", "*a", "<<")
SCALARS = ("!!int ", "!!float ", "!!null ", "!x ", "0x", "0o9", "1e9", ".inf")
WORDS = st.sampled_from((*KEYS, *SIGNS, *STEPS, *SCALARS))


def refused(text: str) -> StreamgaugeError | None:
    """Return the error that a text is refused with, if it is."""
    try:
        parse(text, name="f.yaml")
    except StreamgaugeError as error:
        return error
    return None


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map("".join)))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is a company or an error of ours."""
    error = refused(text)
    assert error is None or (error.wrong and error.advice)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-16"))))
def test_no_bytes_break_the_reader(tmp_path: Path, raw: bytes) -> None:
    """Any file is a company or an error of ours."""
    file = tmp_path / "f.yaml"
    file.write_bytes(raw)
    with suppress(StreamgaugeError):
        load(file)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["(a+)+", "v\\d+", "bots"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "zone", "services", "releases", "tags", "repository", "paths", "leave_out", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": VALUES,
            "zone": VALUES,
            "services": VALUES
            | st.lists(st.fixed_dictionaries({"name": VALUES, "repository": VALUES, "releases": VALUES})),
            "thresholds": VALUES
            | st.dictionaries(st.sampled_from(["hotfix_days", "lines_budget", "generated"]), VALUES),
        },
    )
)
def test_no_value_breaks_the_reader(example: dict[str, object]) -> None:
    """Any values under our keys are a company or an error of ours."""
    error = refused(json.dumps(example))
    assert error is None or all(line.startswith(("f.yaml:", "... and")) for line in error.wrong.split("\n")[1:])
