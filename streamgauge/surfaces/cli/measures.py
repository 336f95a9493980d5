"""How the terminal shows measures: one row each with value, interval, n and months, what else matters beneath."""

from collections.abc import Iterator, Mapping, Sequence

from streamgauge.answers.service_delivery import Measure, Point
from streamgauge.surfaces.cli import figures
from streamgauge.surfaces.cli.sheet import Cell, Sheet, dim
from streamgauge.surfaces.cli.sparkline import sparkline
from streamgauge.surfaces.quantity import NOTHING, scale

MONTHS = 24
NAME = 24
NARROW = 64
"""On a screen of fewer cells names stand on a line of their own, and what follows takes the room."""
_AROUND = " ,:;()"
_GOOD, _MIDDLING, _POOR = "green", "yellow", "red"
_BANDS = {"elite": _GOOD, "high": _GOOD, "medium": _MIDDLING, "low": _POOR}


def title(metric: str) -> str:
    """Return a metric's name in words."""
    return metric.replace("_", " ").capitalize()


def show(
    sheet: Sheet, measures: Sequence[Measure], series: Sequence[Point], beneath: Mapping[str, str] | None = None
) -> None:
    """Write the table of measures; `beneath` holds by metric a line that stands under its own."""
    room = MONTHS if sheet.width >= NARROW else max(1, sheet.width - 32)
    months = sorted({p.bucket for p in series})[-min(MONTHS, room) :]
    head = f"{figures.plural(len(months), 'month')} to {months[-1]}" if months else ""
    heads = (Cell("", _name_width(sheet)), Cell("value", 10, right=True), Cell("95 % range", 12, right=True))
    sheet.row([dim(c) for c in (*heads, Cell("n", 6, right=True), Cell(head))])
    for measure in measures:
        _measure(sheet, measure, _spark(sheet, series, measure.metric, months))
        if beneath and measure.metric in beneath:
            sheet.say(beneath[measure.metric], style="dim", indent=4)


def _spark(sheet: Sheet, series: Sequence[Point], metric: str, months: list[str]) -> str:
    points = {p.bucket: p.value for p in series if p.metric == metric}
    return sparkline([points.get(m) for m in months], bars=sheet.glyphs.bars) if points else ""


def _measure(sheet: Sheet, measure: Measure, spark: str) -> None:
    name = title(measure.metric)
    if measure.value is None:
        sheet.say(measure.null_reason or NOTHING, style="dim", first=name, indent=max(NAME, len(name)) + 1)
        return
    row = [
        Cell(name, _name_width(sheet)),
        Cell(figures.brief(measure.unit, measure.value), 10, right=True),
        Cell(figures.span(scale(measure.unit, measure.value), measure.low, measure.high), 12, right=True),
        Cell(figures.count(measure.n), 6, right=True),
        Cell(spark),
    ]
    if len(name) > _name_width(sheet):
        sheet.row([Cell(name)])
        row[0] = Cell("", _name_width(sheet))
    sheet.row(row)
    band, details = _band(measure), list(_details(measure))
    if band or details:
        rest = "".join(f" · {text}" for text in details) if band else " · ".join(details)
        sheet.say(rest, style="dim", indent=4, lead=Cell(band, style=band_style(measure) or "dim"))


def _name_width(sheet: Sheet) -> int:
    return NAME if sheet.width >= NARROW else 0


def _band(measure: Measure) -> str:
    """Return the band with its edition, or why there is none."""
    if measure.band is None:
        return measure.band_note or ""
    basis = ", ".join(part for part in (measure.edition, measure.band_note) if part)
    return f"{measure.band} ({basis})" if basis else measure.band


def _details(measure: Measure) -> Iterator[str]:
    """Yield what stands under a measure beside its band: high percentile, policy."""
    name = title(measure.metric)
    if measure.percentiles is not None:
        unit, high = measure.percentile_unit or measure.unit, measure.percentiles.p85
        yield f"85 % {'aged ' if unit != measure.unit else ''}up to {figures.text(unit, high)}"
    if measure.provisional:
        yield "provisional"
    if not measure.label.casefold().startswith(name.casefold()):
        yield measure.label
    elif measure.label[len(name) :].strip(_AROUND):
        yield measure.label[len(name) :].strip(_AROUND)


def band_style(measure: Measure) -> str:
    """Return the colour of a band: DORA's six-point score, or its name; none where it is neither."""
    if measure.score is not None:
        return _GOOD if measure.score >= 5 else _MIDDLING if measure.score >= 3 else _POOR
    return _BANDS.get((measure.band or "").split(" ")[0].lower(), "")
