"""The ageing chart: every item under way by its stage and age, before the pace of what went through that stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamgauge.answers.ageing_report import Ageing, AgeingItem, Pace
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web import lettering
from streamgauge.surfaces.web.drawing import ACCENT, BAD, CONFIG, INK, SCHEMA
from streamgauge.surfaces.web.plot import Specification, durations
from streamgauge.surfaces.web.quantity import amount, count

ROW, ITEMS_DRAWN = 44, 1_200
FLOOR = 0.5
"""Hours: what is younger is drawn here on a logarithmic axis, which has no 0."""
LATE = ("P85", "P95")
_LINES, _HALF = 7, 0.38
"""Dots of one stage stand on so many lines, so that those of equal age do not cover each other, within half a band."""
_BANDS = ((ACCENT, 0.10), (ACCENT, 0.20), (ACCENT, 0.34), (BAD, 0.28), (BAD, 0.46))


@dataclass(frozen=True, kw_only=True)
class AgeingChart:
    """Ages by stage, `stages` from first to last; `links` leads from an item to its row, `other` is for the rest."""

    answer: Ageing
    stages: tuple[str, ...]
    links: Mapping[str, str]
    other: str
    name: str = "ageing"

    @property
    def headline(self) -> str:
        """What it says."""
        late = sum(item.pace in LATE for item in self.answer.items)
        whole = count(len(self.answer.items), "item")
        if not self.answer.paces:
            return f"{whole} under way, and too little was finished to know the pace of a stage"
        return f"{count(late)} of {whole} {'is' if late == 1 else 'are'} beyond the pace of their stage"

    @property
    def note(self) -> str:
        """What is drawn, with n."""
        text = f"Age since the start, by the stage that each is in now; n = {count(self.answer.total, 'item')}"
        shown = len(drawn(self.answer.items))
        return f"{text}; drawn: {count(shown)}, the oldest among them" if shown < self.answer.total else text

    def specification(self, size: tuple[int, int]) -> Specification:
        """Return the Vega-Lite specification for a plot of `size` pixels; its height follows from the stages."""
        wide = size[0] > 700
        most = 190.0 if wide else 84.0
        room = min(most, max(lettering.width(stage, 12) for stage in self.stages))
        names = {stage: _label(stage, room) for stage in self.stages}
        items = [self._row(item, place) for place, item in enumerate(drawn(self.answer.items))]
        bands = [
            row
            for pace in self.answer.paces
            if pace.stage in names
            for row in _bands(pace, self.stages.index(pace.stage), self._end)
        ]
        x = durations([row["value"] for row in items] + [row["high"] for row in bands], "age")
        x["axis"] = {**x["axis"], "grid": True, "labelOverlap": True}
        label = "".join(f"datum.value == {place} ? {_quoted(names[stage])} : " for place, stage in self._places)
        y: Specification = {
            "type": "quantitative",
            "scale": {"domain": [len(self.stages) - 0.5, -0.5], "nice": False, "zero": False},
            "axis": {
                "title": None,
                "grid": False,
                "values": [place for place, _ in self._places],
                "minExtent": room,
                "labelExpr": f"{label}''",
                "labelLimit": room,
                "labelPadding": 8,
                "labelOverlap": False,
            },
        }
        return {
            "$schema": SCHEMA,
            "description": self.headline,
            "width": size[0] - room + 40,
            "height": ROW * len(self.stages) + 8,
            "layer": [_band_layer(bands, x, y), _dot_layer(items, x, y)],
            "config": CONFIG,
        }

    @property
    def _places(self) -> list[tuple[int, str]]:
        return list(enumerate(self.stages))

    @property
    def _end(self) -> float:
        """The right end of the highest band: beyond the oldest item and every pace."""
        ages = [item.age_hours for item in self.answer.items] + [pace.p95_hours for pace in self.answer.paces]
        return max(ages, default=FLOOR) * 1.05

    def _row(self, item: AgeingItem, number: int) -> Specification:
        beyond = f", beyond {item.pace[1:]} % of its stage" if item.pace else ""
        return {
            "row": self.stages.index(item.stage) + _HALF * (number * 3 % _LINES - _LINES // 2) / (_LINES // 2 + 1),
            "value": max(item.age_hours, FLOOR),
            "late": item.pace in LATE,
            "words": f"{one_line(item.item)[:80]}: {amount(item.age_hours, 'hours')}{beyond}",
            "href": f"#{self.links.get(item.item, self.other)}",
        }


def stages_of(answer: Ageing) -> tuple[str, ...]:
    """Return the stages that something is in now, in the order of the stream; those without a pace last."""
    present = dict.fromkeys(item.stage for item in answer.items)
    known = [pace.stage for pace in answer.paces if pace.stage in present]
    return (*known, *sorted(stage for stage in present if stage not in known))


def drawn(items: Sequence[AgeingItem]) -> Sequence[AgeingItem]:
    """Return the items to draw, oldest first: all, or the oldest half of what fits and some of the rest, evenly.

    The oldest of each stage is always among them.
    """
    if len(items) <= ITEMS_DRAWN:
        return items
    half = ITEMS_DRAWN // 2
    step = -(-(len(items) - half) // half)
    first = {item.stage: place for place, item in reversed(list(enumerate(items)))}
    return [items[place] for place in sorted({*range(half), *range(half, len(items), step), *first.values()})]


def _label(stage: str, room: float) -> str:
    found = lettering.lines(stage, room, 12, 1)
    return found[0] if found else ""


def _quoted(text: str) -> str:
    """Return text as a string of Vega's expressions."""
    marks = {"\\": "\\\\", "'": "\\'", "\n": " ", "\r": " ", "\u2028": " ", "\u2029": " "}
    return "'" + "".join(marks.get(letter, letter) for letter in text) + "'"


def _bands(pace: Pace, place: int, end: float) -> list[Specification]:
    edges = [FLOOR, pace.p50_hours, pace.p70_hours, pace.p85_hours, pace.p95_hours, end]
    edges = [max(edge, FLOOR) for edge in edges]
    return [
        {"top": place - _HALF, "bottom": place + _HALF, "low": low, "high": high, "colour": colour, "opacity": opacity}
        for low, high, (colour, opacity) in zip(edges, edges[1:], _BANDS, strict=False)
        if high > low
    ]


def _band_layer(rows: Sequence[Specification], x: Specification, y: Specification) -> Specification:
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "rect", "clip": True},
        "encoding": {
            "x": {**x, "field": "low"},
            "x2": {"field": "high"},
            "y": {**y, "field": "top"},
            "y2": {"field": "bottom"},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "opacity": {"field": "opacity", "type": "quantitative", "scale": None, "legend": None},
        },
    }


def _dot_layer(rows: Sequence[Specification], x: Specification, y: Specification) -> Specification:
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "point", "filled": True, "size": 34, "opacity": 0.8},
        "encoding": {
            "x": {**x, "field": "value"},
            "y": {**y, "field": "row"},
            "color": {"condition": {"test": "datum.late", "value": BAD}, "value": INK},
            "href": {"field": "href"},
            "description": {"field": "words"},
        },
    }
