"""The charts of one release line, as Vega-Lite specifications in two widths: for a desk and for a phone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from streamgauge.answers.service_delivery import Point, Release, ServiceDelivery
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import headlines
from streamgauge.surfaces.web.drawing import ACCENT, BAD, CONFIG, QUIET, SCHEMA
from streamgauge.surfaces.web.quantity import amount, count, day, month

Specification = dict[str, Any]
Links = Mapping[str, str]
DESK, DESK_WIDE, PHONE = (500, 210), (1050, 210), (330, 200)
_STEPS_OF_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 12_000)
SURE, UNSURE = 1.0, 0.45
RELEASES_DRAWN = 400
# Beyond this ratio of largest to smallest, a straight scale hides all but the largest.
SPREAD = 40
_MARKS_OF_TIME = (
    (1 / 3600, "1 s"), (1 / 60, "1 min"), (1, "1 h"), (6, "6 h"), (24, "1 day"), (24 * 3, "3 days"),
    (24 * 10, "10 days"), (24 * 30, "30 days"), (24 * 100, "100 days"), (24 * 365, "1 year"),
    (24 * 365 * 3, "3 years"), (24 * 3650, "10 years"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One picture: what it says, its note with n, and what is drawn (`layers` over `values`, one row a mark)."""

    name: str
    headline: str
    note: str
    values: tuple[Mapping[str, Any], ...]
    layers: tuple[Specification, ...]
    x: Specification
    y: Specification
    extra: Mapping[str, Any]

    def specification(self, size: tuple[int, int]) -> Specification:
        """Return the Vega-Lite specification for a plot of `size` pixels."""
        width, height = size
        x = {**self.x, "axis": {**self.x["axis"], **_calendar(self.values, ticks=width // 80)}}
        marks = {"href": {"field": "href"}, "description": {"field": "words"}}
        return {
            "$schema": SCHEMA,
            "description": self.headline,
            "width": width,
            "height": height,
            "data": {"values": list(self.values)},
            "encoding": {"x": x, "y": self.y},
            "layer": [_with_links(layer, {**marks, **self.extra}) for layer in self.layers],
            "config": CONFIG,
        }


def charts(delivery: ServiceDelivery, links: Links) -> tuple[Chart, ...]:
    """Return the charts that this line has data for; `links` leads from a metric to the id of its proof."""
    drawn = (_frequency, _lead_time, _failures, _batches, _waiting)
    return tuple(_with_doubt(chart) for draw in drawn if (chart := draw(delivery, links)) is not None)


def _with_doubt(chart: Chart) -> Chart:
    unsure = any(row.get("sure", 1) < SURE for row in chart.values)
    return replace(chart, note=f"{chart.note}. Paler: may still change") if unsure else chart


def _frequency(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = _points(delivery, "deployment_frequency")
    if not delivery.releases or not points:
        return None
    headline, note = headlines.of_releases(delivery)
    values = [_row(point, links, value=point.value, words=count(int(point.value or 0), "release")) for point in points]
    return Chart(
        name="releases", headline=headline, note=note, values=tuple(values), extra={},
        layers=(_bar(color=ACCENT),), x=_months(), y=_counts("releases per month"),
    )  # fmt: skip


def _lead_time(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = [point for point in _points(delivery, "change_lead_time") if point.value is not None]
    if not points:
        return None
    headline, note = headlines.of_lead_time(delivery)
    axis = _durations([point.value or 0 for point in points])
    values = [_row(point, links, value=point.value, words=_median_words(point)) for point in points]
    line: Specification = {"mark": {"type": "line", "color": ACCENT, "opacity": 0.35, "strokeWidth": 1.5}}
    size = {"field": "n", "type": "quantitative", "scale": {"range": [14, 220]}, "legend": None}
    dots = _dots(size=size)
    return Chart(
        name="lead-time", headline=headline, note=f"{note}. Larger dots: more changes", values=tuple(values), extra={},
        layers=(line, dots), x=_months(), y=axis,
    )  # fmt: skip


def _failures(delivery: ServiceDelivery, links: Links) -> Chart | None:
    measure = headlines.measure_of(delivery, "change_fail_rate")
    points = [point for point in _points(delivery, "change_fail_rate") if point.value is not None and point.n]
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
        layers=(_bar(colour=colour),), x=_months(), y=_counts("releases with a verdict"),
    )  # fmt: skip


def _outcomes(point: Point, links: Links) -> Iterable[Specification]:
    failed = round((point.value or 0) * point.n)
    words = f"{failed} of {count(point.n, 'release')} failed"
    for rank, (kind, number) in enumerate((("failed", failed), ("did not fail", point.n - failed))):
        if number:
            yield _row(point, links, value=number, words=words) | {"kind": kind, "rank": rank}


def _batches(delivery: ServiceDelivery, links: Links) -> Chart | None:
    releases = sorted(delivery.releases, key=lambda release: release.at)[-RELEASES_DRAWN:]
    if len(releases) < 2:
        return None
    headline, note = headlines.of_batches(delivery.releases, headlines.measure_of(delivery, "batch_size"))
    if len(releases) < len(delivery.releases):
        note = f"{note}. Drawn: the newest {count(len(releases))}"
    sizes = [release.changes for release in releases]
    axis = _counts("changes per release")
    if max(sizes) > SPREAD * max(1, min(sizes)):
        axis = axis | {
            "scale": {"type": "symlog", "nice": False},
            "axis": axis["axis"] | {"values": _decades(max(sizes))},
        }
    return Chart(
        name="batches", headline=headline, note=note, extra={},
        values=tuple(_release_row(release, links) for release in releases),
        layers=(_dots(opacity=0.55),), x=_instants(), y=axis,
    )  # fmt: skip


def _waiting(delivery: ServiceDelivery, links: Links) -> Chart | None:
    points = [point for point in _points(delivery, "undeployed_changes") if point.value is not None]
    if len(points) < 2:
        return None
    headline, note = headlines.of_waiting(delivery.undeployed)
    values = [_row(point, links, value=point.value, words=count(int(point.value or 0), "change")) for point in points]
    area: Specification = {"mark": {"type": "area", "color": ACCENT, "opacity": 0.14}}
    return Chart(
        name="waiting", headline=headline, note=f"At the end of each month; {note}", values=tuple(values), extra={},
        layers=(area, _dots(size={"value": 16})), x=_months(), y=_counts("changes not released"),
    )  # fmt: skip


def _points(delivery: ServiceDelivery, metric: str) -> list[Point]:
    return sorted((point for point in delivery.series if point.metric == metric), key=lambda point: point.bucket)


def _row(point: Point, links: Links, *, value: float | None, words: str) -> Specification:
    lasting = " (may still change)" if point.provisional else ""
    return {
        "at": f"{point.bucket}-01T00:00:00Z",
        "value": value,
        "n": point.n,
        "sure": UNSURE if point.provisional else SURE,
        "words": f"{month(point.bucket)}: {words}{lasting}",
        "href": f"#{links.get(point.metric, '')}/{point.bucket}",
    }


def _release_row(release: Release, links: Links) -> Specification:
    return {
        "at": f"{release.at:%Y-%m-%dT%H:%M:%SZ}",
        "value": release.changes,
        "words": f"{one_line(release.name)[:80]}, {day(release.at)}: {count(release.changes, 'change')}",
        "href": f"#{links.get('batch_size', '')}/{release.at:%Y-%m}",
    }


def _median_words(point: Point) -> str:
    return f"median {amount(point.value, 'hours')}, n = {count(point.n)}"


def _months() -> Specification:
    return {"field": "at", "type": "temporal", "timeUnit": "utcyearmonth", "axis": {"title": "month"}}


def _calendar(values: Sequence[Mapping[str, Any]], *, ticks: int) -> Specification:
    """Return ticks at whole months or years, no more than `ticks`, so that no label comes twice."""
    months = [int(row["at"][:4]) * 12 + int(row["at"][5:7]) for row in values]
    span = max(months) - min(months) + 1
    step = next(size for size in _STEPS_OF_MONTHS if span / size <= ticks)
    if step < 12:
        return {"tickCount": {"interval": "month", "step": step}, "format": "%b %Y", "labelOverlap": True}
    return {"tickCount": {"interval": "year", "step": step // 12}, "format": "%Y", "labelOverlap": True}


def _instants() -> Specification:
    return {"field": "at", "type": "temporal", "scale": {"type": "utc"}, "axis": {"title": "day of the release (UTC)"}}


def _counts(title: str) -> Specification:
    return {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": title, "tickMinStep": 1, "tickCount": 5, "format": ",d"},
    }


def _durations(hours: Sequence[float]) -> Specification:
    """Return the axis for durations in hours: straight in hours or days, or logarithmic when the spread demands it."""
    positive = [value for value in hours if value > 0]
    if positive and len(positive) == len(hours) and max(positive) > SPREAD * min(positive):
        return _logarithmic(min(positive), max(positive))
    days = bool(positive) and max(positive) >= 72
    axis: Specification = {"title": f"median lead time, {'days' if days else 'hours'}", "tickCount": 5}
    if days:
        axis["labelExpr"] = "format(datum.value / 24, ',~f')"
        axis["values"] = _steps_of_days(max(positive))
    return {"field": "value", "type": "quantitative", "axis": axis}


def _steps_of_days(hours: float) -> list[float]:
    days = hours / 24
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**6) if days / size <= 6)
    return [24.0 * step * number for number in range(int(days // step) + 2)]


def _logarithmic(low: float, high: float) -> Specification:
    marks = [(hours, name) for hours, name in _MARKS_OF_TIME if low / 3 <= hours <= high * 3]
    # JavaScript compares the tick's own number, so the label is found by order of size, not by equality.
    label = "".join(f"datum.value < {hours * 1.01!r} ? '{name}' : " for hours, name in marks) + "''"
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low / 1.3, high * 1.3], "nice": False},
        "axis": {
            "title": "median lead time, logarithmic",
            "values": [hours for hours, _ in marks],
            "labelExpr": label,
            "labelSeparation": 4,
        },
    }


def _decades(largest: float) -> list[int]:
    return [0, *(step for power in range(7) for step in (10**power, 3 * 10**power) if step <= largest * 1.2)]


def _bar(*, color: str | None = None, colour: Specification | None = None) -> Specification:
    mark: Specification = {"type": "bar", "binSpacing": 1, "minBandSize": 1}
    encoding: Specification = {"opacity": {"field": "sure", "type": "quantitative", "scale": None, "legend": None}}
    if color:
        mark["color"] = color
    if colour:
        encoding["color"] = colour
    return {"mark": mark, "encoding": encoding, "links": True}


def _dots(*, size: Specification | None = None, opacity: float | None = None) -> Specification:
    encoding: Specification = {"size": size} if size else {}
    mark: Specification = {"type": "point", "filled": True, "color": ACCENT}
    if opacity is None:
        encoding["opacity"] = {"field": "sure", "type": "quantitative", "scale": None, "legend": None}
    else:
        mark["opacity"] = opacity
    return {"mark": mark, "encoding": encoding, "links": True}


def _with_links(layer: Specification, marks: Specification) -> Specification:
    plain = {name: part for name, part in layer.items() if name != "links"}
    return plain | {"encoding": {**layer.get("encoding", {}), **marks}} if layer.get("links") else plain


__all__ = ["DESK", "DESK_WIDE", "PHONE", "Chart", "charts"]
