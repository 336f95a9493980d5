"""The page as a browser shows it: silent, self-contained, dark at night, fit for a phone, one click to a proof."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import CONTRAST, MARKS, Visit, chromium, lightness
from tests.surfaces.web.conftest import Made

pytestmark = MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pages: dict[str, str]) -> Path:
    """The folder with every case as a file."""
    made = tmp_path_factory.mktemp("pages")
    for name, page in pages.items():
        (made / f"{name}.html").write_text(page, encoding="utf-8")
    return made


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Visit]:
    """Open pages, and check at the end that they said nothing and asked for nothing."""
    found = Visit(browser, folder)
    yield found
    found.leave()


@pytest.mark.parametrize("case", ["one", "three", "thirty", "empty", "nothing", "hostile"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_page_is_wider_than_its_window(visit: Visit, case: str, width: int) -> None:
    page = visit(case, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("script", [True, False])
def test_one_click_on_a_tile_opens_its_proof(visit: Visit, script: bool) -> None:
    page = visit("one", script=script)
    proof = page.locator(".proof", has_text="How long does a committed change take to reach users?")
    assert not proof.is_visible()
    page.locator("a.tile", has_text="Change lead time").click()
    assert proof.is_visible()
    assert proof.locator("h2").inner_text().startswith("Change lead time: ")
    proof.locator(".close").click()
    assert not proof.is_visible()


def test_a_proof_takes_the_keyboard_and_gives_it_back(visit: Visit) -> None:
    page = visit("one")
    tile = page.locator("a.tile", has_text="Batch size")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".proof:target")
    assert page.evaluate("document.activeElement.className") == "close"
    assert page.evaluate("document.getElementById('page').inert")
    page.keyboard.press("Escape")
    page.wait_for_selector(".proof:target", state="detached")
    page.wait_for_selector("#line-1-batch_size:focus")
    assert not page.evaluate("document.getElementById('page').inert")


@pytest.fixture(scope="module")
def month(made: dict[str, Made]) -> str:
    """The month of the worst record of lead time."""
    worst = next(proof for proof in made["one"].proofs if proof.metric == "change_lead_time").records[0]
    releases = made["one"].report.services[0].releases
    return next(f"{release.at:%Y-%m}" for release in releases if release.name == worst.release)


def test_a_click_on_a_month_shows_the_records_of_that_month(visit: Visit, month: str) -> None:
    page = visit("one")
    page.locator(f"#line-1-chart-lead-time svg.desk a[data-bucket='{month}'] path").last.click()
    proof = page.locator(".proof:target")
    rows = proof.locator(".records tbody tr:not([hidden])")
    everything = proof.locator(".records tbody tr").count()
    assert {row.get_attribute("data-bucket") for row in rows.all()} == {month}
    assert 0 < rows.count() < everything
    assert proof.locator(".choice select").input_value() == month
    assert f"--bucket {month}" in proof.locator(".picked").inner_text()
    proof.locator(".choice select").select_option("")
    assert rows.count() == everything


def test_opening_a_proof_by_its_tile_shows_all_records_again(visit: Visit, month: str) -> None:
    page = visit("one")
    page.locator(f"#line-1-chart-lead-time svg.desk a[data-bucket='{month}'] path").last.click()
    page.keyboard.press("Escape")
    page.locator("a.tile", has_text="Change lead time").click()
    assert page.locator(".proof:target .records tr[hidden]").count() == 0


def test_the_summary_opens_a_line_that_was_folded(visit: Visit) -> None:
    page = visit("thirty")
    folded = page.locator("details.brief").first
    key = folded.locator("section").first.get_attribute("id")
    assert not page.locator(f"#{key}").is_visible()
    page.locator(f".lines a[href='#{key}']").click()
    assert page.locator(f"#{key}").is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_colours_follow_the_reader_s_choice_in_the_charts_too(visit: Visit, dark: bool) -> None:
    page = visit("one", dark=dark)
    paper, ink = lightness(page, "body", "backgroundColor"), lightness(page, ".picture svg.desk text", "fill")
    assert (paper < 60 < ink) if dark else (ink < 130 < paper)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("text", "ground"),
    [("body", "body"), (".lede", "body"), (".tile .facts", ".tile"), (".flag", ".flag"), (".open", ".tile")],
)
def test_text_stands_out_from_its_ground(visit: Visit, dark: bool, text: str, ground: str) -> None:
    page = visit("one", dark=dark)
    ratio = page.evaluate(CONTRAST, [text, ground])
    assert ratio >= 4.5


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "desk", "phone"), (390, "phone", "desk")])
def test_each_width_has_its_own_charts(visit: Visit, width: int, shown: str, hidden: str) -> None:
    page = visit("one", width=width)
    assert page.locator(f".picture svg.{shown}").first.is_visible()
    assert not page.locator(f".picture svg.{hidden}").first.is_visible()


def test_paper_is_white_and_holds_short_proofs(visit: Visit) -> None:
    page = visit("one", dark=True)
    page.emulate_media(media="print")
    assert lightness(page, "body", "backgroundColor") == 255
    assert page.locator(".proof .sums").first.is_visible()
    assert not page.locator(".proof .records").first.is_visible()
    assert not page.locator(".proof .query").first.is_visible()
