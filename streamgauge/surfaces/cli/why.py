"""`streamgauge why`: the proof of one number."""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli import terminal, writing
from streamgauge.surfaces.cli.options import (
    Display,
    Format,
    Lines,
    Named,
    Of,
    Output,
    Selection,
    Whose,
    Work,
    spread,
)

if TYPE_CHECKING:
    from streamgauge.answers.proof import Proof
    from streamgauge.answers.service_delivery import DeliveryReport
    from streamgauge.lake import Lake
    from streamgauge.metrics import Metric


@spread
def why(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="The metric; see `streamgauge metrics`.")],
    selection: Selection,
    *,
    named: Named,
    bucket: Annotated[
        str | None, typer.Option(metavar="MONTH", help="One month, such as 2025-03.", show_default="the whole window")
    ] = None,
    limit: Annotated[str, typer.Option(metavar="N|all", help="How many records to list, of each kind.")] = "20",
    whose: Of,
    output: Output,
    display: Display,
) -> None:
    """Prove one number. Question, formula, what was left out and why, the records behind it, and the query.

    Without a PATH: the repositories that the lake holds, as they were last read. A number about flow or code is of
    the work items or pull requests that it holds, those of a --dataset, --team or --type.
    """
    from streamgauge.metrics import DELIVERY, METRICS
    from streamgauge.surfaces.cli import asking, choosing
    from streamgauge.surfaces.cli.reading import Reading, brought_by, open_lake

    name = choosing.metric(metric, [m.name for m in METRICS])
    month, most = choosing.bucket(bucket), choosing.limit(limit)
    writing.check("--out", output.out)
    asked = next(m for m in METRICS if m.name == name)
    _check_whose(name, named, whose, is_of_releases=asked in DELIVERY)
    lake = open_lake(selection.lake, create=bool(selection.paths))
    if asked not in DELIVERY:
        _show(_of_work(lake, asked, selection, whose, month, most), None, output, no_color=display.no_color)
        return
    request = asking.request(selection, lines=Lines.none, brought=brought_by(lake))
    reading = Reading(lake, request, progress=display.progress)
    code = reading.read()
    if reading.failed:
        raise typer.Exit(code)
    chosen = choosing.line(named.service, named.line, reading.release_lines())
    proof = reading.prove(name, *chosen, bucket=month, limit=most)
    answer = reading.deliver(chosen) if output.format is Format.html else None
    _show(proof, answer, output, no_color=display.no_color)
    raise typer.Exit(code)


def _check_whose(metric: str, named: Named, whose: Of, *, is_of_releases: bool) -> None:
    """Raise BadOption where an option says whose number is meant that numbers of this kind do not have."""
    given, other = (whose, "work items or code") if is_of_releases else (named, "releases")
    for field in fields(given):
        if getattr(given, field.name) is not None:
            word = field.name.removesuffix("_stage")
            allowed = ", ".join(
                f"--{one.name.removesuffix('_stage')}" for one in fields(named if is_of_releases else whose)
            )
            raise BadOption(
                f"--{word} is of numbers about {other}, which '{metric}' is not.",
                advice=f"Leave it out, or say whose number is meant by one of {allowed}.",
            )


def _of_work(
    lake: "Lake", metric: "Metric", selection: Selection, whose: Of, bucket: str | None, limit: int | None
) -> "Proof":
    """Return the proof of a number about work or code."""
    from streamgauge.answers.code_proof import prove_code
    from streamgauge.answers.flow_proof import prove_flow
    from streamgauge.answers.map_proof import Which, prove_of
    from streamgauge.metrics import CODE, MAP
    from streamgauge.surfaces.cli import asking
    from streamgauge.surfaces.cli.reading import brought_by

    words = ("since", "until", "as_of", "company", "lake")
    mine = {field.name: getattr(whose, field.name) for field in fields(Whose)}
    work = Work(**mine, **{word: getattr(selection, word) for word in words})
    if metric in MAP:
        which = Which(stage=whose.stage, from_=whose.from_stage, to=whose.to_stage, way=whose.way, item=whose.item)
        request = asking.flow_request(work, brought=brought_by(lake))
        return prove_of(lake, request, metric, which, bucket=bucket, limit=limit)
    prove = prove_code if metric in CODE else prove_flow
    return prove(
        lake, asking.flow_request(work, between=whose, brought=brought_by(lake)), metric, bucket=bucket, limit=limit
    )


def _show(proof: "Proof", answer: "DeliveryReport | None", output: Output, *, no_color: bool) -> None:
    from streamgauge.surfaces.cli import proof as page
    from streamgauge.surfaces.cli.sheet import Sheet

    if output.format is Format.text and output.out in (None, "-"):
        page.show(Sheet(terminal.console(no_color=no_color), terminal.glyphs()), proof)
    elif output.format is Format.text:
        console, content = terminal.page()
        page.show(Sheet(console, terminal.Glyphs(unicode=True)), proof)
        writing.write(content.getvalue(), output.out)
    elif output.format is Format.json:
        from streamgauge.surfaces.document import document

        writing.write(document(proof), output.out)
    elif answer is None:
        raise BadOption("--format html shows services.", advice="Of a number about flow use --format text or json.")
    else:
        writing.write(_page(proof, answer), output.out)


def _page(proof: "Proof", answer: "DeliveryReport") -> str:
    """Return the HTML report of the one release line, with this proof in it."""
    from dataclasses import replace

    from streamgauge.surfaces.web.report import render

    if proof.bucket is not None:
        raise BadOption("--format html shows the whole window.", advice="With --bucket use --format text or json.")
    named = [s for s in answer.services if (s.service, s.release_line) == (proof.service, proof.release_line)]
    return render(replace(answer, services=tuple(named)), [proof])
