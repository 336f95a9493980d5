"""What charts are made of: a picture with its words, axes that fit their values, marks that lead to proofs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from streamgauge.surfaces.web.drawing import ACCENT, CONFIG, SCHEMA

Specification = dict[str, Any]
Links = Mapping[str, str]
DESK, DESK_WIDE, PHONE = (500, 210), (1050, 210), (330, 200)
_STEPS_OF_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 12_000)
SURE, UNSURE = 1.0, 0.45
# Beyond this ratio of largest to smallest, a straight scale hides all but the largest.
SPREAD = 40
PERCENT = "format(datum.value * 100, ',.0f') + ' %'"
"""Labels of an axis of shares, written as everywhere else."""
_MARKS_OF_TIME = (
    (1 / 3600, "1 s"), (1 / 60, "1 min"), (1 / 6, "10 min"), (1, "1 h"), (6, "6 h"), (24, "1 day"), (24 * 3, "3 days"),
    (24 * 10, "10 days"), (24 * 30, "30 days"), (24 * 100, "100 days"), (24 * 365, "1 year"),
    (24 * 365 * 3, "3 years"), (24 * 3650, "10 years"),
)  # fmt: skip


class Drawn(Protocol):
    """A picture that can be drawn at any width: what it says, its note with n, and its specification."""

    @property
    def name(self) -> str:
        """Its id on the page."""

    @property
    def headline(self) -> str:
        """What it says."""

    @property
    def note(self) -> str:
        """What is drawn, with n."""

    def specification(self, size: tuple[int, int]) -> Specification:
        """Return the Vega-Lite specification for a plot of `size` pixels."""


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
        calendar = _calendar(self.values, ticks=width // 80, days="timeUnit" not in self.x)
        x = {**self.x, "axis": {**self.x["axis"], **calendar}}
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


def with_doubt(chart: Chart) -> Chart:
    """Return the chart with a word on what may still change, if anything may."""
    unsure = any(row.get("sure", 1) < SURE for row in chart.values)
    return replace(chart, note=f"{chart.note}. Paler: may still change") if unsure else chart


def months() -> Specification:
    """Return the axis for calendar months."""
    return {"field": "at", "type": "temporal", "timeUnit": "utcyearmonth", "axis": {"title": "month"}}


def _calendar(values: Sequence[Mapping[str, Any]], *, ticks: int, days: bool) -> Specification:
    """Return ticks at whole months or years, no more than `ticks`, so that no label comes twice; short spans by day."""
    if days and (span := _days(values)) < 100:
        step = max(1, -(-span // ticks))
        first = datetime.combine(_first_day(values), time(), UTC)
        marks = [first + timedelta(days=day) for day in range(0, span, step)]
        return {"values": [mark.timestamp() * 1000 for mark in marks], "format": "%-d %b", "labelOverlap": True}
    numbers = [int(row["at"][:4]) * 12 + int(row["at"][5:7]) for row in values]
    span = max(numbers) - min(numbers) + 1
    step = next(size for size in _STEPS_OF_MONTHS if span / size <= ticks)
    if step < 12:
        return {"tickCount": {"interval": "month", "step": step}, "format": "%b %Y", "labelOverlap": True}
    return {"tickCount": {"interval": "year", "step": step // 12}, "format": "%Y", "labelOverlap": True}


def _days(values: Sequence[Mapping[str, Any]]) -> int:
    return (date.fromisoformat(max(str(row["at"])[:10] for row in values)) - _first_day(values)).days + 1


def _first_day(values: Sequence[Mapping[str, Any]]) -> date:
    return date.fromisoformat(min(str(row["at"])[:10] for row in values))


def instants(title: str) -> Specification:
    """Return the axis for moments, each where it is."""
    return {"field": "at", "type": "temporal", "scale": {"type": "utc"}, "axis": {"title": title}}


def counts(title: str) -> Specification:
    """Return the axis for whole numbers."""
    return {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": title, "tickMinStep": 1, "tickCount": 5, "format": ",d"},
    }


def durations(hours: Sequence[float], title: str) -> Specification:
    """Return the axis for durations in hours, named `title`: straight, or logarithmic when the spread demands it."""
    positive = [value for value in hours if value > 0]
    if positive and len(positive) == len(hours) and max(positive) > SPREAD * min(positive):
        return _logarithmic(min(positive), max(positive), title)
    days, minutes = bool(positive) and max(positive) >= 72, bool(positive) and max(positive) < 1
    unit = "days" if days else "minutes" if minutes else "hours"
    axis: Specification = {"title": f"{title}, {unit}", "tickCount": 5}
    if minutes:
        axis["labelExpr"] = "format(datum.value * 60, ',~f')"
        axis["values"] = [hours / 60 for hours in _steps_of_days(24 * 60 * max(positive))]
        axis["values"] = [hours / 24 for hours in axis["values"]]
    if days:
        axis["labelExpr"] = "format(datum.value / 24, ',~f')"
        axis["values"] = _steps_of_days(max(positive))
    return {"field": "value", "type": "quantitative", "axis": axis}


def _steps_of_days(hours: float) -> list[float]:
    days = hours / 24
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**6) if days / size <= 6)
    return [24.0 * step * number for number in range(int(days // step) + 2)]


def _logarithmic(low: float, high: float, title: str) -> Specification:
    marks = [(hours, name) for hours, name in _MARKS_OF_TIME if low / 3 <= hours <= high * 3]
    # JavaScript compares the tick's own number, so the label is found by order of size, not by equality.
    label = "".join(f"datum.value < {hours * 1.01!r} ? '{name}' : " for hours, name in marks) + "''"
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low / 1.3, high * 1.3], "nice": False},
        "axis": {
            "title": f"{title}, logarithmic",
            "values": [hours for hours, _ in marks],
            "labelExpr": label,
            "labelSeparation": 4,
        },
    }


def decades(largest: float) -> list[int]:
    """Return ticks at 0, 1, 3, 10, 30 and so on, up to the largest value."""
    return [0, *(step for power in range(7) for step in (10**power, 3 * 10**power) if step <= largest * 1.2)]


def bar(*, color: str | None = None, colour: Specification | None = None) -> Specification:
    """Return a layer of bars that lead to their proof, in one colour or by a field."""
    mark: Specification = {"type": "bar", "binSpacing": 1, "minBandSize": 1}
    encoding: Specification = {"opacity": {"field": "sure", "type": "quantitative", "scale": None, "legend": None}}
    if color:
        mark["color"] = color
    if colour:
        encoding["color"] = colour
    return {"mark": mark, "encoding": encoding, "links": True}


def dots(*, size: Specification | None = None, opacity: float | None = None) -> Specification:
    """Return a layer of dots that lead to their proof, paler where they may still change unless `opacity` is said."""
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
