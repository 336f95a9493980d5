"""`streamgauge metrics`: what is measured, and how."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from streamgauge.surfaces.cli import terminal
from streamgauge.surfaces.cli.options import Format, TextOrJson, spread

if TYPE_CHECKING:
    from streamgauge.metrics import Metric


@spread
def metrics(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One metric.", show_default="all")] = None,
    *,
    output: TextOrJson,
) -> None:
    """List the metrics. Of each the question that it answers, formula, unit and source."""
    from streamgauge.metrics import METRICS
    from streamgauge.surfaces.cli import choosing

    wanted = None if name is None else choosing.metric(name, [m.name for m in METRICS])
    chosen = [m for m in METRICS if wanted in (None, m.name)]
    if output.format is Format.json:
        terminal.print_json([_row(m) for m in chosen])
    else:
        _show(chosen)


def _row(metric: "Metric") -> dict[str, Any]:
    return {
        "name": metric.name,
        "title": metric.title,
        "asks": metric.asks,
        "formula": metric.formula,
        "aggregate": metric.shape.value,
        "leaves_out": metric.leaves_out,
        "unit": metric.unit,
        "better": metric.better.value,
        "source": metric.source,
        "caveats": list(metric.caveats),
    }


def _show(chosen: "list[Metric]") -> None:
    sheet = terminal.sheet()
    for number, metric in enumerate(chosen):
        if number:
            sheet.gap()
        sheet.say(metric.name, style="bold")
        for label, text in (
            ("Asks", metric.asks),
            ("Formula", metric.formula),
            ("Number", metric.shape.value),
            ("Leaves out", metric.leaves_out),
            ("Unit", f"{metric.unit}; better: {metric.better.value}"),
            ("Source", metric.source),
            *(("Mind", caveat) for caveat in metric.caveats),
        ):
            sheet.say(text, first=f"  {label}", indent=14)
