"""The charts of how work flows: finished items one by one, cumulative flow, and the months."""

from collections.abc import Sequence

from streamgauge.answers.flow_cumulative import DayOfFlow
from streamgauge.answers.flow_pictures import FlowPictures
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.service_delivery import Measure
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web.drawing import ACCENT, CARD, GRID, INK, QUIET
from streamgauge.surfaces.web.monthly_charts import AREA, LINE, points_of, row
from streamgauge.surfaces.web.plot import (
    PERCENT,
    Chart,
    Links,
    Specification,
    bar,
    counts,
    dots,
    durations,
    instants,
    months,
    with_doubt,
)
from streamgauge.surfaces.web.quantity import amount, count, day, parts

LEAST_DAYS, DAYS_DRAWN = 28, 120
OUTWEIGHS = 5
"""Cumulative flow is drawn over as many days as work done outweighs the work in progress by so many times at most."""
FLOOR = 1 / 60
"""Hours: what is done at once is drawn here on a logarithmic axis, which has no 0."""
_BANDS = (("not begun", QUIET), ("begun", ACCENT), ("done or cancelled", GRID))


def charts(answer: FlowReport, found: FlowPictures, links: Links) -> tuple[Chart, ...]:
    """Return the charts that there is data for; `links` leads from a metric to the id of its proof."""
    drawn = (
        _scatter(answer, found, links),
        _cumulative(found.days),
        _throughput(answer, links),
        _flow_time(answer, links),
        _load(answer, links),
        _efficiency(answer, links),
    )
    return tuple(with_doubt(chart) for chart in drawn if chart is not None)


def measure_of(answer: FlowReport, metric: str) -> Measure | None:
    """Return the measure of that name, or nothing."""
    return next((measure for measure in answer.measures if measure.metric == metric), None)


def _scatter(answer: FlowReport, found: FlowPictures, links: Links) -> Chart | None:
    time = measure_of(answer, "flow_time")
    if not found.finished or time is None or time.percentiles is None:
        return None
    p50, p85, p95 = time.percentiles.p50, time.percentiles.p85, time.percentiles.p95
    hours = [max(one.hours, FLOOR) for one in found.finished]
    values = [
        {
            "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            "value": height,
            "words": f"{one_line(one.item)[:80]}, {day(one.at)}: {amount(one.hours, 'hours')}",
            "href": f"#{links.get('flow_time', '')}/{one.at:%Y-%m}",
        }
        for one, height in zip(found.finished, hours, strict=True)
    ]
    note = f"n = {count(found.total, 'finished item')}, each where it was done"
    if len(found.finished) < found.total:
        note += f"; drawn: {count(len(found.finished))}, the slowest among them"
    if min(one.hours for one in found.finished) < FLOOR:
        note += "; what took less than a minute is drawn at one"
    # Labels stand apart, so that those of near lines do not cover each other.
    half, high = _percentile("50 %", p50, dy=14), _percentile("85 %", p85, dy=14, left=True)
    highest = _percentile("95 %", p95, dy=-6)
    return Chart(
        name="scatter", headline=f"Half took up to {amount(p50, 'hours')}, 85 % up to {amount(p85, 'hours')}",
        note=note, values=tuple(values), extra={}, layers=(dots(opacity=0.45), *half, *high, *highest),
        x=instants("day when it was done (UTC)"), y=durations(hours, "flow time"),
    )  # fmt: skip


def _percentile(name: str, hours: float, *, dy: int, left: bool = False) -> tuple[Specification, Specification]:
    rule = {"type": "rule", "strokeDash": [5, 4], "color": INK, "strokeWidth": 1.2}
    align = "left" if left else "right"
    text = {"type": "text", "align": align, "dx": 4 * left, "dy": dy, "fontSize": 12, "fontWeight": 600, "fill": INK}
    text |= {"stroke": CARD, "strokeWidth": 4}  # a rim, so that dots do not strike it through
    height = {"field": "value", "type": "quantitative"}
    words = {"value": f"{name}: {amount(hours, 'hours')}"}
    # A row of its own, or each would be drawn once for every dot.
    once: Specification = {"data": {"values": [{"value": max(hours, FLOOR)}]}}
    return (
        {**once, "mark": rule, "encoding": {"x": {"value": 0}, "x2": {"value": "width"}, "y": height}},
        {**once, "mark": text, "encoding": {"x": {"value": 0 if left else "width"}, "y": height, "text": words}},
    )


def _cumulative(days: Sequence[DayOfFlow]) -> Chart | None:
    shown = recent(days)
    if len(shown) < 2:
        return None
    first = shown[0]
    values = [
        {"at": f"{one.day}T00:00:00Z", "kind": kind, "value": number - first.ended, "words": "", "href": "#"}
        for kind, numbers in zip(_kinds(), _lines(shown), strict=True)
        for one, number in zip(shown, numbers, strict=True)
    ]
    last = shown[-1]
    now, then = last.committed - last.ended, first.committed - first.ended
    turn = "as many as" if now == then else "up from" if now > then else "down from"
    scale = {"domain": list(_kinds()), "range": [colour for _, colour in _BANDS]}
    colour = {"field": "kind", "type": "nominal", "legend": {"columnPadding": 28}, "scale": scale}
    return Chart(
        name="cumulative", headline=f"{count(now, 'item')} under way, {turn} {count(then)}",
        note=f"Cumulative flow, items at the end of each of the last {count(len(shown), 'day')} of the window; "
        "the height of a band is how many are in it, its width about how long they stay",
        values=tuple(values), extra={}, layers=({"mark": {"type": "area"}, "encoding": {"color": colour}},),
        x=instants("day"), y={**counts("items since the first of these days"), "stack": None},
    )  # fmt: skip


def recent(days: Sequence[DayOfFlow]) -> Sequence[DayOfFlow]:
    """Return the last days, so many that the work in progress can still be seen beside what was done in them."""
    most = max((one.committed - one.ended for one in days[-DAYS_DRAWN:]), default=0)
    length = min(len(days), LEAST_DAYS)
    while length < min(len(days), DAYS_DRAWN) and days[-1].ended - days[-length - 1].ended <= OUTWEIGHS * most:
        length += 1
    return days[len(days) - length :]


def _kinds() -> tuple[str, ...]:
    return tuple(kind for kind, _ in _BANDS)


def _lines(days: Sequence[DayOfFlow]) -> tuple[list[int], list[int], list[int]]:
    return [d.committed for d in days], [d.begun for d in days], [d.ended for d in days]


def _throughput(answer: FlowReport, links: Links) -> Chart | None:
    points, measure = points_of(answer.series, "flow_velocity"), measure_of(answer, "flow_velocity")
    if not points or measure is None or measure.value is None:
        return None
    values = [row(point, links, count(int(point.value or 0), "item")) for point in points]
    figure, rate = parts(measure.value, measure.unit)
    return Chart(
        name="throughput", headline=f"{figure} items {rate} were finished",
        note=f"Finished items in each month; n = {count(measure.n, 'item')}",
        values=tuple(values), extra={}, layers=(bar(color=ACCENT),), x=months(), y=counts("finished per month"),
    )  # fmt: skip


def _flow_time(answer: FlowReport, links: Links) -> Chart | None:
    points = [point for point in points_of(answer.series, "flow_time") if point.value is not None]
    if len(points) < 2:
        return None
    values = [row(point, links, f"median {amount(point.value, 'hours')}, n = {count(point.n)}") for point in points]
    size = {"field": "n", "type": "quantitative", "scale": {"range": [14, 220]}, "legend": None}
    low, high = (amount(pick(point.value or 0 for point in points), "hours") for pick in (min, max))
    return Chart(
        name="flow-time", headline=f"Monthly medians between {low} and {high}",
        note=f"Median flow time of what was finished in the month; n = {count(sum(p.n for p in points), 'item')}. "
        "Larger dots: more items", values=tuple(values), extra={}, layers=(LINE, dots(size=size)), x=months(),
        y=durations([point.value or 0 for point in points], "median flow time"),
    )  # fmt: skip


def _load(answer: FlowReport, links: Links) -> Chart | None:
    points, measure = points_of(answer.series, "flow_load"), measure_of(answer, "flow_load")
    if len(points) < 2 or measure is None:
        return None
    values = [row(point, links, count(int(point.value or 0), "item")) for point in points]
    return Chart(
        name="load", headline=f"{count(measure.n, 'item')} under way at the end",
        note=f"Work in progress at the end of each month; n = {count(measure.n, 'item')} now", values=tuple(values),
        extra={}, layers=(AREA, dots(size={"value": 16})), x=months(), y=counts("items under way"),
    )  # fmt: skip


def _efficiency(answer: FlowReport, links: Links) -> Chart | None:
    points = [point for point in points_of(answer.series, "flow_efficiency") if point.value is not None]
    measure = measure_of(answer, "flow_efficiency")
    if len(points) < 2 or measure is None or measure.value is None:
        return None
    values = [row(point, links, f"{amount(point.value, 'share')}, n = {count(point.n)}") for point in points]
    axis: Specification = {
        "field": "value", "type": "quantitative", "scale": {"domain": [0, 1]},
        "axis": {"title": "share of time that is work", "labelExpr": PERCENT, "tickCount": 5},
    }  # fmt: skip
    return Chart(
        name="efficiency", headline=f"Work takes {amount(measure.value, 'share')} of the time, waiting the rest",
        note=f"Active over active and waiting hours of what was finished in the month; n = {count(measure.n, 'item')}",
        values=tuple(values), extra={}, layers=(LINE, dots(size={"value": 26})), x=months(), y=axis,
    )  # fmt: skip
