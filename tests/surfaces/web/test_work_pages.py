"""Pages about work show the answer's own numbers, escape what tools say, and refer to nothing outside."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from streamgauge.answers.ageing import ageing
from streamgauge.answers.blocked import blocked
from streamgauge.answers.code import report as code_report
from streamgauge.answers.findings import findings, standing_out
from streamgauge.answers.flow import report
from streamgauge.answers.flow_cumulative import DayOfFlow
from streamgauge.answers.flow_pictures import pictures
from streamgauge.answers.joined import Joined
from streamgauge.answers.value_stream import stream_map
from streamgauge.surfaces.web import file, flow, value_stream
from streamgauge.surfaces.web.flow_charts import DAYS_DRAWN, LEAST_DAYS, recent
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


def test_a_page_says_by_which_clock_and_in_which_zone_its_days_are(work: Made) -> None:
    """A window is of days in the company's zone: the last instant of it may be of another day in UTC."""
    request = replace(REQUEST, company=replace(REQUEST.company, zone="Asia/Tokyo"))
    answer = report(work.lake, request, now=NOW)
    last = answer.window.until - timedelta(microseconds=1)
    page = flow.render(answer, pictures(work.lake, request, now=NOW), (), ())
    assert f"{last.day} {last:%b %Y}." in Tree(page).text
    assert last.utcoffset() == timedelta(hours=9)
    assert "Times of day are in UTC, months and the days of a window in the company's zone" in Tree(page).text


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
    assert "streamgauge why case_duration --dataset work --limit all" in text
    assert "streamgauge why process_time --stage Development --dataset work --limit all" in text
    assert "streamgauge why handoff_friction --from Grebe --to Petrel --dataset work --limit all" in text
    assert "streamgauge why way_items --way 1 --dataset work --limit all" in text


def test_every_number_of_the_whole_way_says_how_many_it_rests_on(work: Made, trees: dict[str, Tree]) -> None:
    answer = stream_map(work.lake, REQUEST, now=NOW)
    page = work.pages["map"]
    for metric in ("case_duration", "activity_ratio", "first_pass_yield", "rolled_complete_and_accurate"):
        tile = page.partition(f'id="tile-{metric}"')[2].partition("</a>")[0]
        n = next(iter(re.findall(r"n(?:&nbsp;|\s)=(?:&nbsp;|\s)([\d,]+)", tile)), None)
        assert n is not None, metric
        assert f"n = {n}" in trees["map"].text.replace("\xa0", " ")
        if metric in ("case_duration", "first_pass_yield"):
            assert int(n.replace(",", "")) == answer.cases.n
        if metric == "rolled_complete_and_accurate":
            assert int(n) == sum(stage.complete_and_accurate is not None for stage in answer.stages)


def test_every_number_of_a_stage_leads_to_its_proof(work: Made) -> None:
    page = work.pages["map"]
    for row in re.findall(r'<tr id="stage-\d+".*?</tr>', page, re.DOTALL):
        shown = re.findall(r"<data value", row)
        assert len(re.findall(r'class="proven" href="#proof-', row)) >= len(shown) >= 1


def test_the_map_has_a_column_for_touch_time_only_where_some_stage_has_any(work: Made) -> None:
    answer = stream_map(work.lake, REQUEST, now=NOW)
    assert all(stage.touch_time_p50_minutes is None for stage in answer.stages)
    assert "Touch time" not in value_stream.render(answer, (), ())
    touched = replace(answer, stages=(replace(answer.stages[0], touch_time_p50_minutes=90.0), *answer.stages[1:]))
    page = value_stream.render(touched, (), ())
    assert page.count("Touch time") == 1
    assert page.count("1.50 h") > 0


def test_numbers_of_a_message_stay_on_one_line_with_what_they_count() -> None:
    shown = file._unbroken("Ready (9 %) <b> waits 4.5 days, 1–7 items; A-1 & 'x' 3 hours 12")
    assert re.findall('<span class="whole">(.*?)</span>', shown) == ["9 %", "4.5 days", "1–7 items", "3 hours"]
    assert shown.striptags() == "Ready (9 %) <b> waits 4.5 days, 1–7 items; A-1 & 'x' 3 hours 12"
    assert "<b>" not in shown


def test_a_map_of_nothing_says_so(trees: dict[str, Tree]) -> None:
    assert "Nothing was finished in this window, so there is no stream to map." in trees["map-nothing"].text
    assert [a["value"] for tag, a in trees["map-nothing"].elements if tag == "data" and a["value"] != "0"] == []


def test_flow_tells_every_measure_with_its_own_numbers(work: Made, trees: dict[str, Tree]) -> None:
    answer, text = report(work.lake, REQUEST, now=NOW), trees["flow"].text
    values = {attributes.get("value") for tag, attributes in trees["flow"].elements if tag == "data"}
    assert answer.message in text
    for measure in answer.measures:
        if measure.value is not None:
            assert str(measure.value) in values
            assert amount(measure.value, measure.unit) in text
            assert f"n = {measure.n}" in text
    for state in answer.states:
        assert str(state.share_of_time) in values
    assert "1 status not understood" in text
    assert "Sent to the moon" in text
    assert "streamgauge why flow_efficiency --dataset work --limit all" in text


def test_flow_says_once_which_items_stand_in_two_tools_and_how_many_vanished(work: Made) -> None:
    answer = report(work.lake, REQUEST, now=NOW)
    both = Joined(dataset="work", other_dataset="board", items=1)
    told = replace(
        answer,
        notes=("1 item of 'work' is in 'board' too: it counts once, with the history of both.",),
        data_quality=replace(answer.data_quality, joined=(both,), vanished=1),
    )
    page = flow.render(told, pictures(work.lake, REQUEST, now=NOW), (), ())
    assert page.count("with the history of both") == 1
    assert "1 item vanished from its tool." in page


def test_flow_draws_finished_items_as_ways_to_their_proof(work: Made) -> None:
    page = work.pages["flow"]
    figure = page[page.index('id="chart-scatter"') :].split("</svg>")[0]
    assert len(re.findall("<title>W-[0-9]+, ", figure)) == 30
    assert figure.count('href="#proof-flow_time"') == 30
    assert [figure.count(f"{share} %:") for share in (50, 85, 95)] == [1, 1, 1]
    rims = [text for text in re.findall("<text[^>]*>[0-9]+ %:", figure) if 'stroke="var(--card)"' in text]
    assert len(rims) == 3
    assert 'id="chart-cumulative"' in page


def test_flow_of_nothing_draws_no_finished_item_and_says_no_data(trees: dict[str, Tree], work: Made) -> None:
    assert 'id="chart-scatter"' not in work.pages["flow-nothing"]
    assert trees["flow-nothing"].text.count("No data") >= 5


def test_cumulative_flow_is_drawn_over_as_many_days_as_leave_its_bands_visible() -> None:
    def days(rate: int) -> list[DayOfFlow]:
        first = date(2026, 1, 1)
        return [
            DayOfFlow(day=first + timedelta(i), committed=10 + rate * i, begun=5 + rate * i, ended=rate * i)
            for i in range(400)
        ]

    assert len(recent(days(0))) == DAYS_DRAWN
    assert len(recent(days(9))) == LEAST_DAYS
    assert LEAST_DAYS < len(recent(days(1))) < DAYS_DRAWN
    assert len(recent(days(1)[:3])) == 3


def test_ages_are_drawn_before_the_pace_of_their_stage_as_ways_to_rows(work: Made, trees: dict[str, Tree]) -> None:
    answer, page = ageing(work.lake, REQUEST, limit=None, now=NOW), work.pages["aging"]
    text = trees["aging"].text
    assert answer.message in text
    assert len(re.findall("<title>W-[0-9]+: ", page.split("</svg>")[1])) == answer.total == 10
    assert all(f'href="#item-{number}"' in page for number in range(1, 6))
    assert "The oldest 5 of 10" in text
    for pace in answer.paces:
        assert f"{pace.stage} {pace.n}" in text
        assert amount(pace.p85_hours, "hours") in text


def test_who_waits_for_whom_is_drawn_and_listed(work: Made, trees: dict[str, Tree]) -> None:
    answer, page, text = blocked(work.lake, REQUEST, now=NOW), work.pages["blocked"], trees["blocked"].text
    assert {(item.item, *item.blockers) for item in answer.items} == {
        ("W-3", "W-7"),
        ("W-7", "W-11"),
        ("W-15", "W-11"),
        ("W-23", "W-19"),
        ("W-19", "W-23"),
    }
    assert page.count('class="wait-line"') == 5
    assert page.count('class="node blocked"') == 5
    assert page.count('class="node"') == 1
    assert "5 items wait for 4 others; W-11 holds up 2" in text
    assert "The longest blocked 3 of 5" in text


def test_a_page_of_nothing_draws_no_picture(work: Made, trees: dict[str, Tree]) -> None:
    assert "Nothing is under way." in trees["aging-nothing"].text
    assert "Nothing is blocked" in trees["blocked-nothing"].text
    assert "<figure" not in work.pages["aging-nothing"] + work.pages["blocked-nothing"]


def test_code_tells_every_measure_and_every_open_change(work: Made, trees: dict[str, Tree]) -> None:
    answer, text = code_report(work.lake, REQUEST, now=NOW), trees["code"].text
    assert answer.message in text
    for measure in answer.measures:
        if measure.value is not None:
            assert amount(measure.value, measure.unit) in text
        assert f'id="tile-{measure.metric}" href="#proof-{measure.metric}"' in work.pages["code"]
    for one in answer.open:
        assert f"{one.repository}#{one.pull_request}" in text
    assert "streamgauge why unreviewed_share --dataset quay --limit all" in text


def test_every_finding_stands_with_its_effect_its_evidence_and_its_doubt(work: Made, trees: dict[str, Tree]) -> None:
    answer, text = findings(work.lake, REQUEST, now=NOW), trees["insights"].text
    assert answer.findings
    for one in answer.findings:
        assert one.message in text
        assert one.hint in text
        assert one.wrong_when in text
        assert amount(one.effect.value, one.effect.unit) in text
        assert all(record.id in text for record in one.evidence)
        assert f"streamgauge insights {one.insight} --team Grebe --explain" in text
    for looked in answer.looked:
        assert looked.found or looked.claim in text
        assert looked.unknown is None or looked.unknown in text


@pytest.mark.parametrize("case", ["map", "flow"])
def test_the_weightiest_findings_about_work_stand_beside_an_answer(
    work: Made, trees: dict[str, Tree], case: str
) -> None:
    top = standing_out(work.lake, REQUEST)
    assert top
    assert len(top) <= 3
    assert len({one.insight for one in top}) == len(top)
    assert [one.weight for one in top] == sorted((one.weight for one in top), reverse=True)
    for one in top:
        assert one.message in trees[case].text
        assert f"streamgauge insights {one.insight} --dataset work --explain" in trees[case].text
