"""Pages about work show the answer's own numbers, escape what tools say, and refer to nothing outside."""

import re
from itertools import pairwise

import pytest

from streamgauge.answers.value_stream import stream_map
from streamgauge.surfaces.web.quantity import amount
from tests.kit.work_pages import NOW, PAGES, REQUEST, Made
from tests.surfaces.web.test_report import FETCHING, Tree

ALL = sorted(PAGES)


@pytest.fixture(scope="module")
def trees(work: Made) -> dict[str, Tree]:
    """Every page, parsed."""
    return {name: Tree(page) for name, page in work.pages.items()}


@pytest.mark.parametrize("case", ALL)
def test_a_page_is_whole_and_alone(trees: dict[str, Tree], case: str) -> None:
    tree = trees[case]
    ids = [attributes["id"] for _, attributes in tree.elements if "id" in attributes]
    named = {name for _, attributes in tree.elements for name in (attributes.get("aria-labelledby") or "").split()}
    levels = [int(tag[1]) for tag, _ in tree.elements if re.fullmatch("h[1-6]", tag)]
    assert tree.open == []
    assert len(ids) == len(set(ids))
    assert {attributes["href"] for _, attributes in tree.elements if "href" in attributes} <= {f"#{i}" for i in ids}
    assert named <= set(ids)
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all("scope" in attributes for tag, attributes in tree.elements if tag == "th")
    assert {tag for tag, _ in tree.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "form"})
    assert [name for _, attributes in tree.elements for name in attributes if name in FETCHING] == []
    assert [name for _, attributes in tree.elements for name in attributes if name.startswith("on")] == []
    assert not re.search(r"url\(|@import|https?:", tree.raw["style"])


@pytest.mark.parametrize("case", [case for case in ALL if "hostile" in case])
def test_hostile_words_are_only_words(trees: dict[str, Tree], work: Made, case: str) -> None:
    page = work.pages[case]
    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "<img src=x onerror=alert(2)>" in trees[case].text
    assert "{{ 7 * 7 }}" in trees[case].text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", page)


@pytest.mark.parametrize("case", [case for case in ALL if "hostile" not in case])
def test_no_address_appears_at_all(work: Made, case: str) -> None:
    assert "://" not in work.pages[case]


def test_the_map_tells_every_stage_with_its_numbers(work: Made, trees: dict[str, Tree]) -> None:
    answer, text = stream_map(work.lake, REQUEST, now=NOW), trees["map"].text
    values = {attributes.get("value") for tag, attributes in trees["map"].elements if tag == "data"}
    assert len(answer.stages) >= 3
    assert answer.message in text
    for stage in answer.stages:
        assert stage.stage in text
        for hours in (stage.queue_before_p50_hours, stage.process_time_p50_hours, stage.lead_time_p50_hours):
            assert hours is None or {str(hours)} <= values
            assert amount(hours, "hours") in text
    assert sum(stage.handovers for stage in answer.stages) == 40
    for each in answer.handoffs:
        assert f"{amount(each.wait_p50_hours, 'hours')} n = {each.n}" in text
    assert "streamgauge why flow_time --dataset work --limit all" in text


def test_a_map_of_nothing_says_so(trees: dict[str, Tree]) -> None:
    assert "Nothing was finished in this window, so there is no stream to map." in trees["map-nothing"].text
    assert [a["value"] for tag, a in trees["map-nothing"].elements if tag == "data" and a["value"] != "0"] == []
