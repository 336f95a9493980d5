"""Charts of one number month by month: how long, what share, how many."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from streamgauge.answers.service_delivery import Measure, Point
from streamgauge.surfaces.web.drawing import ACCENT
from streamgauge.surfaces.web.plot import (
    PERCENT,
    SURE,
    UNSURE,
    Chart,
    Links,
    Specification,
    counts,
    dots,
    durations,
    months,
)
from streamgauge.surfaces.web.quantity import amount, count, month

LEAST = 2
LINE: Specification = {"mark": {"type": "line", "color": ACCENT, "opacity": 0.35, "strokeWidth": 1.5}}
AREA: Specification = {"mark": {"type": "area", "color": ACCENT, "opacity": 0.14}}


def how_long(measure: Measure, series: Sequence[Point], links: Links, *, of: str, what: str, axis: str) -> Chart | None:
    """Return the monthly medians of a duration, `of` things ("pull request") whose time is `what` ("lead time")."""
    points = _told(measure, series)
    if len(points) < LEAST or measure.value is None:
        return None
    values = [row(p, links, f"median {amount(p.value, 'hours')}, n = {count(p.n)}") for p in points]
    size = {"field": "n", "type": "quantitative", "scale": {"range": [14, 220]}, "legend": None}
    return Chart(
        name=measure.metric.replace("_", "-"), headline=f"{what}: half within {amount(measure.value, measure.unit)}",
        note=f"Monthly medians; n = {count(sum(p.n for p in points), of)}. Larger dots: more of them",
        values=tuple(values), extra={}, layers=(LINE, dots(size=size)), x=months(),
        y=durations([p.value or 0 for p in points], f"median {axis}"),
    )  # fmt: skip


def what_share(
    measure: Measure, series: Sequence[Point], links: Links, *, of: str, what: str, axis: str
) -> Chart | None:
    """Return the monthly shares `of` things ("run") for which `what` holds ("of runs pass")."""
    points = _told(measure, series)
    if len(points) < LEAST or measure.value is None:
        return None
    values = [row(p, links, f"{amount(p.value, 'share')}, n = {count(p.n)}") for p in points]
    height: Specification = {
        "field": "value", "type": "quantitative", "scale": {"domain": [0, 1]},
        "axis": {"title": f"share {axis}", "labelExpr": PERCENT, "tickCount": 5},
    }  # fmt: skip
    return Chart(
        name=measure.metric.replace("_", "-"), headline=f"{amount(measure.value, 'share')} {what}",
        note=f"Month by month; n = {count(sum(p.n for p in points), of)}", values=tuple(values), extra={},
        layers=(LINE, dots(size={"value": 26})), x=months(), y=height,
    )  # fmt: skip


def how_many(measure: Measure, series: Sequence[Point], links: Links, *, of: str, what: str, axis: str) -> Chart | None:
    """Return how many there are at the end of each month: `of` things ("pull request") that are `what` ("open")."""
    points = _told(measure, series)
    if len(points) < LEAST:
        return None
    values = [row(p, links, count(int(p.value or 0), of)) for p in points]
    return Chart(
        name=measure.metric.replace("_", "-"), headline=f"{count(measure.n, of)} {what} at the end",
        note=f"At the end of each month; n = {count(measure.n)} now", values=tuple(values), extra={},
        layers=(AREA, dots(size={"value": 16})), x=months(), y=counts(f"{of}s {axis}"),
    )  # fmt: skip


Drawing = Callable[..., Chart | None]


def points_of(series: Iterable[Point], metric: str) -> list[Point]:
    """Return the months of one metric, oldest first."""
    return sorted((point for point in series if point.metric == metric), key=lambda point: point.bucket)


def row(point: Point, links: Mapping[str, str], words: str) -> Specification:
    """Return what a chart is given of one month: its value, what is said of it, and where its proof stands."""
    lasting = " (may still change)" if point.provisional else ""
    return {
        "at": f"{point.bucket}-01T00:00:00Z",
        "value": point.value,
        "n": point.n,
        "sure": UNSURE if point.provisional else SURE,
        "words": f"{month(point.bucket)}: {words}{lasting}",
        "href": f"#{links.get(point.metric, '')}/{point.bucket}",
    }


def _told(measure: Measure, series: Sequence[Point]) -> list[Point]:
    return [point for point in points_of(series, measure.metric) if point.value is not None]
