"""The charts of one release line, as Vega-Lite specifications in two widths: for a desk and for a phone."""

from collections.abc import Iterable

from streamgauge.answers.service_delivery import Point, Release, ServiceDelivery
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import headlines
from streamgauge.surfaces.web.drawing import ACCENT, BAD, QUIET
from streamgauge.surfaces.web.monthly_charts import AREA, LINE, points_of, row
from streamgauge.surfaces.web.plot import (
    SPREAD,
    Chart,
    Links,
    Specification,
    bar,
    counts,
    decades,
    dots,
    durations,
    instants,
    months,
    with_doubt,
)
from streamgauge.surfaces.web.quantity import amount, count, day

RELEASES_DRAWN = 400


def charts(delivery: ServiceDelivery, links: Links) -> tuple[Chart, ...]:
    """Return the charts that this line has data for; `links` leads from a metric to the id of its proof."""
    drawn = (_frequency, _lead_time, _failures, _batches, _waiting)
    return tuple(with_doubt(chart) for draw in drawn if (chart := draw(delivery, links)) is not None)


def _frequency(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = points_of(delivery.series, "deployment_frequency")
    if not delivery.releases or not points:
        return None
    headline, note = headlines.of_releases(delivery)
    values = [row(point, links, count(int(point.value or 0), "release")) for point in points]
    return Chart(
        name="releases", headline=headline, note=note, values=tuple(values), extra={},
        layers=(bar(color=ACCENT),), x=months(), y=counts("releases per month"),
    )  # fmt: skip


def _lead_time(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = [point for point in points_of(delivery.series, "change_lead_time") if point.value is not None]
    if not points:
        return None
    headline, note = headlines.of_lead_time(delivery)
    axis = durations([point.value or 0 for point in points], "median lead time")
    values = [row(point, links, _median_words(point)) for point in points]
    size = {"field": "n", "type": "quantitative", "scale": {"range": [14, 220]}, "legend": None}
    marks = dots(size=size)
    return Chart(
        name="lead-time", headline=headline, note=f"{note}. Larger dots: more changes", values=tuple(values), extra={},
        layers=(LINE, marks), x=months(), y=axis,
    )  # fmt: skip


def _failures(delivery: ServiceDelivery, links: Links) -> Chart | None:
    measure = headlines.measure_of(delivery, "change_fail_rate")
    points = [point for point in points_of(delivery.series, "change_fail_rate") if point.value is not None and point.n]
    if measure is None or measure.value is None or not points:
        return None
    headline, note = headlines.of_failures(measure)
    values = [row for point in points for row in _outcomes(point, links)]
    colour = {
        "field": "kind", "type": "nominal", "scale": {"domain": ["failed", "did not fail"], "range": [BAD, QUIET]},
        "sort": ["failed", "did not fail"],
    }  # fmt: skip
    return Chart(
        name="failures", headline=headline, note=note, values=tuple(values), extra={"order": {"field": "rank"}},
        layers=(bar(colour=colour),), x=months(), y=counts("releases with a verdict"),
    )  # fmt: skip


def _outcomes(point: Point, links: Links) -> Iterable[Specification]:
    failed = round((point.value or 0) * point.n)
    words = f"{failed} of {count(point.n, 'release')} failed"
    for rank, (kind, number) in enumerate((("failed", failed), ("did not fail", point.n - failed))):
        if number:
            yield row(point, links, words) | {"value": number, "kind": kind, "rank": rank}


def _batches(delivery: ServiceDelivery, links: Links) -> Chart | None:
    releases = sorted(delivery.releases, key=lambda release: release.at)[-RELEASES_DRAWN:]
    if len(releases) < 2:
        return None
    headline, note = headlines.of_batches(delivery.releases, headlines.measure_of(delivery, "batch_size"))
    if len(releases) < len(delivery.releases):
        note = f"{note}. Drawn: the newest {count(len(releases))}"
    sizes = [release.changes for release in releases]
    axis = counts("changes per release")
    if max(sizes) > SPREAD * max(1, min(sizes)):
        axis = axis | {
            "scale": {"type": "symlog", "nice": False},
            "axis": axis["axis"] | {"values": decades(max(sizes))},
        }
    return Chart(
        name="batches", headline=headline, note=note, extra={},
        values=tuple(_release_row(release, links) for release in releases),
        layers=(dots(opacity=0.55),), x=instants("day of the release (UTC)"), y=axis,
    )  # fmt: skip


def _waiting(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = [point for point in points_of(delivery.series, "undeployed_changes") if point.value is not None]
    if len(points) < 2:
        return None
    headline, note = headlines.of_waiting(delivery.undeployed)
    values = [row(point, links, count(int(point.value or 0), "change")) for point in points]
    return Chart(
        name="waiting", headline=headline, note=f"At the end of each month; {note}", values=tuple(values), extra={},
        layers=(AREA, dots(size={"value": 16})), x=months(), y=counts("changes not released"),
    )  # fmt: skip


def _release_row(release: Release, links: Links) -> Specification:
    return {
        "at": f"{release.at:%Y-%m-%dT%H:%M:%SZ}",
        "value": release.changes,
        "words": f"{one_line(release.name)[:80]}, {day(release.at)}: {count(release.changes, 'change')}",
        "href": f"#{links.get('batch_size', '')}/{release.at:%Y-%m}",
    }


def _median_words(point: Point) -> str:
    return f"median {amount(point.value, 'hours')}, n = {count(point.n)}"
