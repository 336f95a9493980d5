"""Charts say what the series say, and their specifications compile without a warning."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import vl_convert

from streamgauge.answers.service_delivery import Point, ServiceDelivery
from streamgauge.surfaces.web import drawing
from streamgauge.surfaces.web.charts import charts
from streamgauge.surfaces.web.headlines import of_lead_time, of_releases
from streamgauge.surfaces.web.plot import DESK, DESK_WIDE, PHONE, Chart
from tests.surfaces.web.conftest import Made

LINKS = {metric: f"proof-1-{metric}" for metric in ("deployment_frequency", "change_lead_time", "batch_size")}


@pytest.fixture(scope="module")
def delivery(made: dict[str, Made]) -> ServiceDelivery:
    """One line with five years of history."""
    return made["one"].report.services[0]


@pytest.fixture(scope="module")
def drawn(delivery: ServiceDelivery) -> dict[str, Chart]:
    """Its charts by name."""
    return {chart.name: chart for chart in charts(delivery, LINKS)}


def points(delivery: ServiceDelivery, metric: str) -> list[Point]:
    """Return the series of a metric."""
    return [point for point in delivery.series if point.metric == metric]


def test_every_chart_is_drawn_where_there_is_data(drawn: dict[str, Chart]) -> None:
    assert list(drawn) == ["releases", "lead-time", "failures", "batches", "waiting"]


@pytest.mark.parametrize("case", ["empty", "nothing"])
def test_no_chart_is_drawn_without_data(made: dict[str, Made], case: str) -> None:
    assert [chart for service in made[case].report.services for chart in charts(service, {})] == []


@pytest.mark.parametrize("case", ["one", "three", "hostile"])
@pytest.mark.parametrize("size", [DESK, DESK_WIDE, PHONE])
def test_specifications_compile_without_a_warning(
    made: dict[str, Made], case: str, size: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    for chart in charts(made[case].report.services[0], LINKS):
        vl_convert.vegalite_to_vega(chart.specification(size), vl_version=drawing.VERSION, show_warnings=True)
    assert capfd.readouterr() == ("", "")


def test_bars_are_the_series(delivery: ServiceDelivery, drawn: dict[str, Chart]) -> None:
    assert [row["value"] for row in drawn["releases"].values] == [
        point.value for point in points(delivery, "deployment_frequency")
    ]


def test_months_without_a_value_are_not_drawn_as_zero(delivery: ServiceDelivery, drawn: dict[str, Chart]) -> None:
    known = [point.value for point in points(delivery, "change_lead_time") if point.value is not None]
    assert [row["value"] for row in drawn["lead-time"].values] == known
    assert len(known) < len(points(delivery, "change_lead_time"))


def test_failed_and_not_failed_sum_to_n(delivery: ServiceDelivery, drawn: dict[str, Chart]) -> None:
    values = drawn["failures"].values
    failed = sum(row["value"] for row in values if row["kind"] == "failed")
    assert sum(row["value"] for row in values) == sum(point.n for point in points(delivery, "change_fail_rate"))
    assert failed == sum(release.verdict == "failed" for release in delivery.releases)
    assert drawn["failures"].headline.startswith(f"{failed} of ")


def test_every_note_holds_n_and_every_axis_a_title(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        assert re.search(r"\bn = [\d,]+", chart.note)
        encoding = chart.specification(DESK)["encoding"]
        assert encoding["x"]["axis"]["title"]
        assert encoding["y"]["axis"]["title"]


def test_a_wide_spread_is_drawn_on_a_logarithmic_scale(delivery: ServiceDelivery) -> None:
    def axis(low: float) -> dict[str, object]:
        point = Point(bucket="", metric="change_lead_time", value=None, n=9, provisional=False)
        series = [replace(point, bucket=f"2025-0{i}", value=value) for i, value in enumerate((low, 90.0, 100.0), 1)]
        found = charts(replace(delivery, series=tuple(series)), LINKS)
        return dict(next(chart for chart in found if chart.name == "lead-time").y)

    assert "scale" not in axis(50.0)
    assert axis(0.5)["scale"] == {"type": "log", "domain": [0.5 / 1.3, 130.0], "nice": False}


def test_the_headline_of_releases_counts_full_months(delivery: ServiceDelivery) -> None:
    full = [int(point.value or 0) for point in points(delivery, "deployment_frequency")][:-1]
    headline, note = of_releases(delivery)
    assert headline == f"{sum(full[-12:])} releases in twelve months, up from {sum(full[-24:-12])}"
    assert "to Oct 2025" in note


def test_the_headline_of_lead_time_says_the_turn(delivery: ServiceDelivery) -> None:
    def story(old: float, new: float, sure: float = 0.001) -> str:
        years = (
            replace(year, value=value, low=value * (1 - sure), high=value * (1 + sure))
            for year, value in zip(delivery.years, (new, old), strict=True)
        )
        return of_lead_time(replace(delivery, years=tuple(years)))[0]

    assert story(41.0, 19.0) == "Lead time halved: 41.0 h → 19.0 h"
    assert story(100.0, 400.0) == "Lead time more than doubled: 4.17 days → 16.7 days"
    assert story(240.0, 236.0) == "Lead time held steady: 10.0 days → 9.83 days"
    assert story(41.0, 19.0, sure=0.5) == "Lead time did not clearly change: 41.0 h → 19.0 h"


def test_a_short_history_claims_no_trend(delivery: ServiceDelivery) -> None:
    short = replace(delivery, series=delivery.series[-20:], years=delivery.years[:1])
    assert of_lead_time(short)[0].startswith("Half of all changes reached a release within ")
    assert of_releases(short)[0].startswith("129 releases in ")


def test_a_drawing_has_no_address_and_takes_the_colours_of_the_page(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        svg = str(drawing.draw(chart.specification(DESK), label='"<&', style_class="desk"))
        root = ElementTree.fromstring(svg)
        assert "://" not in svg
        assert "xmlns" not in svg
        assert "#00000" not in svg
        assert root.get("aria-label") == '"<&'
        assert {anchor.get("href") for anchor in root.iter("a")} <= {*(f"#{key}" for key in LINKS.values()), "#"}


def test_a_mark_leads_to_the_proof_of_its_month(drawn: dict[str, Chart]) -> None:
    svg = drawing.draw(drawn["releases"].specification(PHONE), label="", style_class="phone")
    marks = {a.get("data-bucket"): a for a in ElementTree.fromstring(svg).iter("a")}
    assert marks["2025-10"].get("href") == "#proof-1-deployment_frequency"
    assert (marks["2025-10"].findtext("title") or "").startswith("Oct 2025: ")
