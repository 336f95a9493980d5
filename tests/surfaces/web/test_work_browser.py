"""Pages about work as a browser shows them: silent, self-contained, fit for a phone, for the night and for paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import CONTRAST, MARKS, Visit, chromium, lightness
from tests.kit.work_pages import PAGES, Made

pytestmark = MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def visit(browser: Browser, work: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Open pages in one window, and check at the end that they said nothing and asked for nothing."""
    folder = tmp_path_factory.mktemp("pages")
    for name, page in work.pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    found = Visit(browser, folder)
    yield found
    found.leave()


BROKEN = """() => [...document.querySelectorAll(".stages td.number a, .stages td.number")].filter((cell) => {
  const text = cell.firstChild, all = document.createRange();
  if (!text || text.nodeType !== Node.TEXT_NODE || /\\s/.test(text.data.trim())) return false;
  all.selectNodeContents(text);
  return new Set([...all.getClientRects()].map((line) => Math.round(line.top))).size > 1;
}).map((cell) => cell.textContent)"""
"""Numbers of one word that stand on two lines."""


@pytest.mark.parametrize("case", sorted(PAGES))
def test_a_page_fits_a_phone_is_dark_at_night_and_white_on_paper(visit: Visit, case: str) -> None:
    page = visit(case, width=390, dark=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert lightness(page, "body", "backgroundColor") < 60
    for text in ("body", ".lede", ".eyebrow", "footer", ".notes li"):
        if page.locator(text).count():
            assert page.evaluate(CONTRAST, [text, "body"]) >= 4.5
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert lightness(page, "body", "backgroundColor") == 255
    assert page.evaluate(BROKEN) == []
    assert visit.heard == []
    page.context.close()


@pytest.mark.parametrize("case", ["map", "map-hostile"])
def test_no_word_leaves_its_box(visit: Visit, case: str) -> None:
    page = visit(case)
    outside = page.evaluate("""() => [...document.querySelectorAll("svg.desk.stream a")].flatMap((stage) => {
      const room = stage.querySelector(".box").getBoundingClientRect();
      return [...stage.querySelectorAll(".name, .fact, .figure")].map((text) => [text, text.getBoundingClientRect()])
        .filter(([, part]) => part.left < room.left - 0.5 || part.right > room.right + 0.5)
        .map(([text]) => text.textContent);
    })""")
    assert outside == []
    assert page.locator("svg.desk.stream").is_visible()
    assert not page.locator("svg.phone.stream").is_visible()
    page.context.close()


def test_a_stage_of_the_map_leads_to_its_row_and_a_tile_to_its_proof(visit: Visit) -> None:
    page = visit("map", script=False)
    page.locator("svg.desk.stream a .box").nth(1).click()
    assert page.evaluate("location.hash") == "#stage-2"
    page.locator("a.tile", has_text="From start to end").click()
    assert page.locator("#proof-case_duration").is_visible()
    page.context.close()


def test_a_number_of_a_stage_opens_its_proof_and_leads_back_to_its_row(visit: Visit) -> None:
    page = visit("map")
    page.locator("#stage-2 a.proven").first.click()
    proof = page.locator(".proof:target")
    assert proof.is_visible()
    assert "items through a stage" in proof.locator("h2").inner_text().lower()
    page.keyboard.press("Escape")
    assert page.evaluate("location.hash") == "#stage-2"
    page.context.close()


def test_a_dot_of_the_ageing_chart_leads_to_its_row_without_any_script(visit: Visit) -> None:
    page = visit("aging", script=False)
    page.locator("svg.desk a[href='#item-1'] path").first.click(force=True)
    assert page.evaluate("location.hash") == "#item-1"
    page.context.close()
