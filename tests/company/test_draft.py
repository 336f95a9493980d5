"""The drafted company file loads as it is, and explains every key."""

from dataclasses import fields
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.company import Thresholds, default
from streamgauge.company.draft import FoundLine, FoundService, starter
from streamgauge.company.file import load, parse
from streamgauge.company.model import Service

LINES = (
    FoundLine(name="weekly", tags=r"jenkins-\d+\.\d+", examples=("jenkins-2.490", "jenkins-2.489")),
    FoundLine(name='it\'s "long"', tags=r"'?\d+", prereleases=True, examples=("bad\x07tag",)),
)


def test_a_draft_loads_with_what_was_found(tmp_path: Path) -> None:
    """Services, lines and patterns come back as they were found, with examples as comments."""
    text = starter(
        [FoundService(name="web", repository="../web", lines=LINES), FoundService(name="api", repository=".")]
    )
    file = tmp_path / "streamgauge.yaml"
    file.write_text(text, encoding="utf-8")
    company = load(file)
    assert [service.name for service in company.services] == ["web", "api"]
    web = company.services[0]
    assert [(line.name, line.tags, line.prereleases) for line in web.releases] == [
        (line.name, line.tags, line.prereleases) for line in LINES
    ]
    assert "# such as jenkins-2.490, jenkins-2.489" in text
    assert "bad" not in text


def test_a_draft_without_services_is_the_default() -> None:
    """With nothing found the draft changes nothing."""
    assert parse(starter([]), name="f.yaml") == default()


def test_the_example_of_a_step_outside_of_the_tools_is_one() -> None:
    """Taking the # away in front of it gives a company with that step."""
    head, example = starter([]).split("# off_tool:\n")
    opened = "".join(f"{line.removeprefix('#')}\n" for line in example.split("\n\n")[0].splitlines())
    (step,) = parse(f"{head}off_tool:\n{opened}", name="f.yaml").off_tool
    assert (step.item, step.stage, step.entered, step.left) == ("KEY-1", "Legal", "2026-03-05", "2026-03-12")


def test_the_commented_thresholds_are_the_defaults() -> None:
    """Taking the # away in front of every threshold leaves the company as it is, and none is missing."""
    text = starter([])
    head, commented = text.split("# thresholds:\n")
    opened = "\n".join(line.removeprefix("#") for line in commented.splitlines())
    assert parse(f"{head}thresholds:\n{opened}", name="f.yaml") == default()
    assert [f.name for f in fields(Thresholds) if f"#   {f.name}:" not in text] == []


def test_a_draft_names_every_key_of_a_service() -> None:
    """A reader finds each key that a service may have."""
    text = starter([FoundService(name="web", repository=".", lines=LINES)])
    assert [f.name for f in fields(Service) if f"{f.name}:" not in text] == []


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(
    lambda t: t.isprintable() and t == t.strip()
)


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES, unique=True, max_size=3), NAMES.filter(lambda t: "://" not in t))
def test_any_names_survive_the_draft(names: list[str], place: str) -> None:
    """Names with quotes, colons, emoji or words that YAML knows come back unchanged."""
    text = starter([FoundService(name=name, repository=f"./{place}") for name in names])
    assert [service.name for service in parse(text, name="f.yaml").services] == names
