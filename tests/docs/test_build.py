"""The pages made from the code are fresh, and none is left behind by a page that is no longer made."""

import json

import jsonschema
import pytest

from docs import build


@pytest.mark.parametrize("name", build.PAGES)
def test_a_page_is_what_the_code_makes(name: str) -> None:
    assert build.stale(name, build.PAGES[name]()) == ""


def test_no_made_page_is_left_behind() -> None:
    marked = {
        p.relative_to(build.DOCS).as_posix() for p in build.DOCS.rglob("*.md") if build.MARK in p.read_text("utf-8")
    }
    assert marked == {name for name in build.PAGES if name.endswith(".md")}


@pytest.mark.parametrize("name", [name for name in build.PAGES if name.endswith(".json")])
def test_a_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((build.DOCS / name).read_text("utf-8")))


def test_a_stale_page_is_shown_as_a_difference() -> None:
    assert "+and one line more" in build.stale("errors.md", build.errors() + "and one line more\n")


def test_bars_and_line_ends_cannot_break_a_table() -> None:
    assert build.table(["a"], [["x|y\nz"]]) == "| a |\n| --- |\n| x\\|y z |"
