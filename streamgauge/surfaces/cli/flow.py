"""`streamgauge flow`: how work flows, how long it takes and where it waits."""

from typing import TYPE_CHECKING

from streamgauge.percent import percent
from streamgauge.surfaces.cli.options import Display, More, Output, Work, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamgauge.answers.flow_report import FlowReport
    from streamgauge.insights import Finding
    from streamgauge.surfaces.cli.giving import Asked
    from streamgauge.surfaces.cli.sheet import Sheet

_WORDS = {"unmapped": "not understood"}
_SAID = tuple(f"{kind}_{share}" for kind in ("feature", "defect", "risk", "debt") for share in ("share", "time_share"))
"""What stands in one line below the table."""
RECORDS = 50
"""How many records of each kind a proof in the page lists."""


@spread
def flow(work: Work, *, more: More, output: Output, display: Display) -> None:
    """Show how work flows. How much is done, how long it takes, how much of that is waiting, and what is under way.

    Reads the work items that the lake holds: bring them in with `streamgauge import`.
    """
    from streamgauge.answers.findings import standing_out
    from streamgauge.answers.flow import report
    from streamgauge.surfaces.cli import giving

    giving.answered(work, output, display, ask=report, show=show, page=_page, between=more, beside=standing_out)


def _page(asked: "Asked", answer: "FlowReport") -> str:
    from streamgauge.answers.findings import standing_out
    from streamgauge.answers.flow_pictures import pictures
    from streamgauge.answers.flow_proof import prove_each
    from streamgauge.metrics import FLOW
    from streamgauge.surfaces.web.flow import render

    proofs = prove_each(asked.lake, asked.request, FLOW, limit=RECORDS)
    found = standing_out(asked.lake, asked.request, answer.made_at)
    return render(answer, pictures(asked.lake, asked.request), proofs, asked.terms, found)


def show(
    sheet: "Sheet", answer: "FlowReport", *, beside: "Sequence[Finding] | None" = None, terms: "Sequence[str]" = ()
) -> None:
    """Write the whole answer: the message, the measures, where time goes, what is promised, and what was assumed."""
    from streamgauge.surfaces.cli import giving, measures

    giving.head(sheet, answer, answer.window)
    giving.standing(sheet, beside, terms)
    sheet.gap()
    measures.show(sheet, [m for m in answer.measures if m.metric not in _SAID], answer.series)
    sheet.gap()
    _time(sheet, answer)
    _types(sheet, answer)
    _under_way(sheet, answer)
    _promise(sheet, answer)
    _balance(sheet, answer)
    _queueing(sheet, answer)
    _quality(sheet, answer)


def _time(sheet: "Sheet", answer: "FlowReport") -> None:
    if answer.states:
        parts = (f"{percent(s.share_of_time, 1)} {_WORDS.get(s.state, s.state)}" for s in answer.states if s.hours)
        sheet.say(f"Where the time of finished work went: {', '.join(parts)}.")


def _types(sheet: "Sheet", answer: "FlowReport") -> None:
    from streamgauge.surfaces.cli import figures

    if len(answer.distribution) > 1:
        shown = (f"{t.type or 'no type'} {percent(t.share, 1)} ({figures.count(t.n)})" for t in answer.distribution[:6])
        more = f" and {len(answer.distribution) - 6} more" if len(answer.distribution) > 6 else ""
        sheet.say(f"What was finished: {', '.join(shown)}{more}.")
    of_any = sum(k.n for k in answer.kinds if k.kind)
    if of_any:
        parts = [
            f"{k.kind} {percent(k.share, 1)} ({figures.count(k.n)}{_worked(k.share_of_active_time)})"
            for k in answer.kinds
            if k.share is not None
        ]
        rest = [f"; {figures.count(k.n)} of a type that is of no kind" for k in answer.kinds if k.kind is None]
        sheet.say(f"By kind: {', '.join(parts)}{''.join(rest)}.")


def _worked(share: float | None) -> str:
    return "" if share is None else f", {percent(share, 1)} of the time worked"


def _under_way(sheet: "Sheet", answer: "FlowReport") -> None:
    from streamgauge.surfaces.cli import figures

    for one in answer.under_way:
        if one.limit is not None:
            whose = " in ".join(part for part in (one.team, one.stage) if part) or "All work"
            share = one.share_of_time_at_limit
            bound = "" if share is None else f"; at the limit {percent(share)} of the time"
            said = f"{whose}: {figures.plural(one.items, 'item')} under way, limit {one.limit}, {one.state}{bound}."
            sheet.say(said, style="yellow" if one.state == "over" else "")
    for team in answer.teams:
        if team.is_too_many:
            sheet.say(f"{team.team} works on {team.initiatives} initiatives at a time.", style="yellow")


def _promise(sheet: "Sheet", answer: "FlowReport") -> None:
    from streamgauge.surfaces.cli import figures

    promise = answer.expectation
    if promise.hours is None:
        sheet.say(f"No service level expectation: {promise.null_reason}.", style="dim")
        return
    sheet.say(
        f"Service level expectation: {percent(promise.share)} of the work is done within "
        f"{figures.text('hours', promise.hours)} (last {promise.days} days, n {figures.count(promise.n)})."
    )


def _balance(sheet: "Sheet", answer: "FlowReport") -> None:
    law = answer.balance
    if law is None or law.ratio is None:
        return
    verdict = "flow is stable" if law.stable else "flow is not stable: forecasts from this history are suspect"
    if not law.is_exact:
        sheet.say("The data contradict themselves: load is not arrivals times presence.", style="red")
    sheet.say(f"Little's law, load / throughput over cycle time: {law.ratio:.2f}; {verdict}.", style="dim")


def _queueing(sheet: "Sheet", answer: "FlowReport") -> None:
    from streamgauge.surfaces.cli import figures

    said = answer.queueing
    if said is None:
        return
    if said.wait_hours is None or said.service_hours is None:
        sheet.say("Too little was done in this window to say what waiting follows from being busy.", style="dim")
        return
    sheet.say(
        f"Were people busy {percent(said.busy)} of the time, work of {figures.text('hours', said.service_hours)}"
        f" would wait about {figures.text('hours', said.wait_hours)} for them (Kingman; an explanation, no forecast)."
    )


def _quality(sheet: "Sheet", answer: "FlowReport") -> None:
    from streamgauge.surfaces.cli import giving

    quality = answer.data_quality
    unmapped = ["What is not understood, and how to say it: streamgauge map --unmapped."] * bool(quality.unmapped)
    said = [f"{quality.left_truncated:,} items began before what the tool tells."] * bool(quality.left_truncated)
    said += [f"{quality.vanished:,} items vanished from their tool."] * bool(quality.vanished)
    said += unmapped
    said += [f"{quality.bad_rows:,} rows could not be read: streamgauge import --rejects."] * bool(quality.bad_rows)
    giving.notes(sheet, [*answer.notes, *said])
