"""The page shows the answer's own numbers, nothing unescaped, and refers to nothing outside of itself."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from streamgauge.surfaces.web.page import LINES_WITH_CHARTS, Page, compose
from streamgauge.surfaces.web.quantity import amount
from streamgauge.surfaces.web.report import render
from tests.surfaces.web.conftest import CASES, Made

VOID = {"meta", "br", "hr", "img", "input", "link"}
FETCHING = {"src", "srcset", "action", "formaction", "poster", "data", "background", "ping", "xlink:href", "style"}
ALL = sorted(CASES)


class Tree(HTMLParser):
    """The elements of a page with their attributes, and all text outside of style and script.

    What only keeps signs on one line parts no text.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        page = re.sub('<span class="whole">(.*?)</span>', r"\1", page)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside in ("style", "script"):
            self.raw[inside] = data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        """Return the text with single spaces."""
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def trees(pages: dict[str, str]) -> dict[str, Tree]:
    """Every case, parsed."""
    return {name: Tree(page) for name, page in pages.items()}


@pytest.fixture(scope="module")
def composed(made: dict[str, Made]) -> dict[str, Page]:
    """Every case as what its template prints."""
    return {name: compose(case.report, case.proofs) for name, case in made.items()}


@pytest.mark.parametrize("case", ALL)
def test_every_element_is_closed_and_every_id_is_there_once(trees: dict[str, Tree], case: str) -> None:
    ids = [attributes["id"] for _, attributes in trees[case].elements if "id" in attributes]
    assert trees[case].open == []
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", ALL)
def test_every_link_leads_to_a_place_on_the_page(trees: dict[str, Tree], case: str) -> None:
    elements = trees[case].elements
    ids = {f"#{attributes['id']}" for _, attributes in elements if "id" in attributes}
    assert {attributes["href"] for _, attributes in elements if "href" in attributes} <= ids
    named = {name for _, attributes in elements for name in (attributes.get("aria-labelledby") or "").split()}
    assert {f"#{name}" for name in named} <= ids


@pytest.mark.parametrize("case", ALL)
def test_nothing_refers_to_the_outside(trees: dict[str, Tree], case: str) -> None:
    tree = trees[case]
    assert {tag for tag, _ in tree.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "form"})
    assert [(tag, name) for tag, attributes in tree.elements for name in attributes if name in FETCHING] == []
    assert not re.search(r"url\(|@import|https?:", tree.raw["style"])
    assert not re.search(r"https?:|\beval\b|innerHTML|import\(|fetch\(", tree.raw["script"])


@pytest.mark.parametrize("case", sorted(set(ALL) - {"hostile"}))
def test_no_address_appears_at_all(pages: dict[str, str], case: str) -> None:
    assert "://" not in pages[case]


@pytest.mark.parametrize("case", ALL)
def test_the_policy_allows_only_the_style_and_the_script_of_the_page(trees: dict[str, Tree], case: str) -> None:
    tree = trees[case]
    policy = next(a["content"] for tag, a in tree.elements if a.get("http-equiv") == "Content-Security-Policy") or ""
    hashes = {
        kind: base64.b64encode(hashlib.sha256(tree.raw[kind].encode()).digest()).decode()
        for kind in ("style", "script")
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert [tag for tag, _ in tree.elements].count("script") == 1


def test_hostile_text_is_never_markup(trees: dict[str, Tree], pages: dict[str, str]) -> None:
    page, tree = pages["hostile"], trees["hostile"]
    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "<img src=x onerror=alert(2)>" in tree.text
    assert [name for _, attributes in tree.elements for name in attributes if name.startswith("on")] == []
    assert "{{ 7 * 7 }}" in tree.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", page)
    page.encode("utf-8")


@pytest.mark.parametrize("case", ["one", "three", "thirty", "empty"])
def test_every_measure_is_shown_with_its_own_numbers(made: dict[str, Made], trees: dict[str, Tree], case: str) -> None:
    text = trees[case].text
    values = {attributes.get("value") for tag, attributes in trees[case].elements if tag == "data"}
    for service in made[case].report.services:
        assert service.message in text
        for measure in service.measures:
            assert f"n = {measure.n:,}" in text
            if measure.value is not None:
                assert str(measure.value) in values
                assert amount(measure.value, measure.unit) in text


def test_no_data_is_never_shown_as_a_number(trees: dict[str, Tree]) -> None:
    tree = trees["empty"]
    assert tree.text.count("No data the repository has no commits") == 9
    assert [a for tag, a in tree.elements if tag == "data" and a["value"] not in ("0",)] == []


def test_too_little_data_is_said(trees: dict[str, Tree]) -> None:
    assert "Insufficient data: 4 of 10" in trees["one"].text
    assert "Not measurable messages of this repository are rewritten on import" in trees["one"].text


def test_labels_say_what_is_inferred_provisional_or_a_proxy(composed: dict[str, Page]) -> None:
    page = composed["one"]
    flags = {tile.measure.metric: tile.flags for group in page.lines[0].groups for tile in group.tiles}
    assert flags["change_fail_rate"] == ("inferred", "provisional")
    assert flags["deployment_frequency"] == ("proxy",)
    assert flags["batch_size"] == ()


@pytest.mark.parametrize("case", ["one", "three", "thirty", "empty"])
def test_every_tile_opens_a_proof_whose_parts_sum_up(composed: dict[str, Page], case: str) -> None:
    page = composed[case]
    for line in page.lines:
        views = {view.key: view for view in line.proofs}
        tiles = [tile for group in line.groups for tile in group.tiles]
        assert len(tiles) == len(line.delivery.measures)
        for tile in tiles:
            view = views[tile.proof or ""]
            assert (view.proof.metric, view.back) == (tile.measure.metric, tile.key)
            assert view.proof.shown + sum(part.n for part in view.proof.left_out) == view.proof.total


def test_a_proof_shows_its_question_its_sums_its_records_and_its_query(
    made: dict[str, Made], pages: dict[str, str]
) -> None:
    proof = next(proof for proof in made["one"].proofs if proof.metric == "change_lead_time")
    start = pages["one"].index(f">{proof.question}<")
    text = " ".join(re.sub("<[^>]+>", " ", pages["one"][start + 1 :].split('role="dialog"')[0]).split())
    assert proof.formula in pages["one"]
    for part in proof.left_out:
        assert f"Left out: {part.reason} {part.n:,}" in text
    assert f"All candidates {proof.total:,}" in text
    assert proof.records[0].id[:10] in text
    assert "percentile(value, 0.5)" in pages["one"]
    assert "streamgauge why change_lead_time --service Lanternport" in pages["one"]


def test_a_record_counts_in_the_month_of_its_release(made: dict[str, Made], composed: dict[str, Page]) -> None:
    page = composed["one"]
    months = {release.name: f"{release.at:%Y-%m}" for release in made["one"].report.services[0].releases}
    for view in page.lines[0].proofs:
        assert [bucket for _, bucket in view.records] == [months[record.release or ""] for record, _ in view.records]


def test_many_lines_get_a_summary_and_charts_only_for_the_most_active(
    composed: dict[str, Page], trees: dict[str, Tree]
) -> None:
    page = composed["thirty"]
    drawn = [line for line in page.lines if line.pictures]
    least = min(len(line.delivery.releases) for line in drawn)
    assert len(drawn) == LINES_WITH_CHARTS
    assert all(len(line.delivery.releases) <= least for line in page.lines if not line.pictures)
    links = [a.get("href") for tag, a in trees["thirty"].elements if tag == "a"]
    assert all(f"#line-{number}" in links for number in range(1, 31))
    assert "30 release lines of lantern-monorepo" in trees["thirty"].text


def test_many_lines_stay_a_file_that_opens_at_once(pages: dict[str, str]) -> None:
    assert len(pages["one"].encode()) < 700_000
    assert len(pages["thirty"].encode()) < 5_000_000


def test_a_query_that_many_proofs_share_is_printed_once(made: dict[str, Made], pages: dict[str, str]) -> None:
    queries = {proof.sql for proof in made["thirty"].proofs}
    assert pages["thirty"].count("<pre") == len(queries)


def test_failures_are_shown_and_their_secrets_are_not(made: dict[str, Made]) -> None:
    failure = replace(made["three"].report.failures[0], error="cannot reach https://me:hunter2@forge.example/x")
    page = render(replace(made["three"].report, failures=(failure,)), made["three"].proofs)
    assert "1 source could not be read" in page
    assert "hunter2" not in page
    assert "Nothing to show yet" not in page


def test_a_run_that_could_read_nothing_says_so(trees: dict[str, Tree]) -> None:
    assert "Nothing to show yet" in trees["nothing"].text
    assert "not a git repository" in trees["nothing"].text


def test_a_measure_without_a_proof_is_still_shown(made: dict[str, Made]) -> None:
    page = render(made["one"].report, ())
    assert "See the proof" not in page
    assert "Change lead time" in page
    assert "streamgauge why change_lead_time --service Lanternport --limit all" in page


def test_the_foot_says_when_from_what_and_in_which_zone(trees: dict[str, Tree]) -> None:
    assert "Made on 2025-11-18 12:05 UTC from lake version 00000412 by Streamgauge 0.1.0." in trees["one"].text
    assert "in UTC" in trees["one"].text


@pytest.mark.parametrize("case", ["one", "hostile"])
def test_the_same_answer_makes_the_same_page(made: dict[str, Made], pages: dict[str, str], case: str) -> None:
    assert render(made[case].report, made[case].proofs) == pages[case]


@pytest.mark.parametrize("case", ALL)
def test_headings_descend_one_level_at_a_time_and_tables_name_their_heads(trees: dict[str, Tree], case: str) -> None:
    levels = [int(tag[1]) for tag, _ in trees[case].elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(
        below - above <= 1
        for above, below in zip(levels[levels.index(1) :], levels[levels.index(1) + 1 :], strict=False)
    )
    assert all("scope" in attributes for tag, attributes in trees[case].elements if tag == "th")


def test_an_inventory_tells_ages_beside_its_count(trees: dict[str, Tree]) -> None:
    assert "Undeployed changes 68 commits n = 68 85 % aged within 40.0 days" in trees["one"].text


def test_records_of_a_share_say_yes_or_no(made: dict[str, Made]) -> None:
    case = made["one"]
    proof = next(proof for proof in case.proofs if proof.metric == "change_fail_rate")
    records = tuple(replace(record, value=float(i == 0)) for i, record in enumerate(proof.records[:2]))
    text = Tree(render(case.report, (replace(proof, records=records),))).text
    assert records[0].id[:10] in text
    assert f"{records[0].release} yes" in text
    assert f"{records[1].release} no" in text


def test_a_half_open_window_ends_on_its_last_day(made: dict[str, Made]) -> None:
    service = made["one"].report.services[0]
    midnight = replace(service.window, until=datetime(2025, 11, 19, tzinfo=UTC))
    page = render(replace(made["one"].report, services=(replace(service, window=midnight),)), ())
    assert "to 18 Nov 2025." in page
