"""How the terminal shows the proof of one number: what was asked, how it was computed, from which records."""

import re
from collections.abc import Iterable

from streamgauge.answers.proof import Evidence, Proof
from streamgauge.surfaces.cli import figures
from streamgauge.surfaces.cli.measures import title
from streamgauge.surfaces.cli.sheet import Cell, Sheet
from streamgauge.surfaces.quantity import NOTHING, SHARES, of_one

LABEL = 12
WIDEST = 24
GIVEN = "$"
"""What the names of the query's own parameters begin with."""
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def show(sheet: Sheet, proof: Proof) -> None:
    """Write the whole proof."""
    of = (proof.service, proof.release_line, title(proof.metric), proof.of, proof.bucket)
    sheet.say(" · ".join(part for part in of if part), style="dim")
    sheet.say(proof.question, style="bold")
    sheet.gap()
    _value(sheet, proof)
    _meaning(sheet, proof)
    sheet.gap()
    _sum(sheet, proof)
    _records(sheet, proof)
    sheet.gap()
    sheet.say("Query", style="bold")
    sheet.verbatim(proof.sql)
    given = [f"{name} = {value}" for name, value in proof.parameters if name.startswith(GIVEN)]
    if given:
        sheet.gap()
        sheet.say("What the query was given", style="bold")
    for line in given:
        sheet.say(line)


def exact(unit: str, value: float | None) -> str:
    """Return a value with all the digits that a doubter compares."""
    if value is None:
        return NOTHING
    if unit == "hours":
        return f"{figures.days(value)} d ({value:,.2f} h)"
    if unit in SHARES:
        return f"{value * 100:.2f} %"
    return f"{value:,.6g} {of_one(unit) if value == 1 else unit}".rstrip()


def counted(proof: Proof) -> str:
    """Return the sum that must come out: counted and left out are all there is."""
    left = sum(reason.n for reason in proof.left_out)
    return f"counted {proof.shown:,} + left out {left:,} = {proof.total:,}"


def _value(sheet: Sheet, proof: Proof) -> None:
    _field(sheet, "Value", exact(proof.unit, proof.value) + (" (provisional)" if proof.provisional else ""))
    if proof.null_reason:
        _field(sheet, "", proof.null_reason)
    if proof.low is not None or proof.high is not None:
        ends = (exact(proof.unit, end) if end is not None else "unknown" for end in (proof.low, proof.high))
        _field(sheet, "95 % interval", " to ".join(ends))
    if proof.sum is not None:
        _field(sheet, "Sum", exact(proof.record_unit or proof.unit, proof.sum))
    _field(sheet, "n", figures.count(proof.n))
    if proof.percentiles is not None:
        unit = proof.record_unit or proof.unit
        points = ((p.upper(), getattr(proof.percentiles, p)) for p in ("p50", "p75", "p85", "p90", "p95"))
        _field(sheet, "Percentiles", ", ".join(f"{p} {exact(unit, v)}" for p, v in points))


def _meaning(sheet: Sheet, proof: Proof) -> None:
    _field(sheet, "Measure", proof.label)
    _field(sheet, "Formula", proof.formula)
    _field(sheet, "Definition", proof.source)
    _field(sheet, "Coverage", proof.coverage)
    said = [f"{name} = {value}" for name, value in proof.parameters if not name.startswith(GIVEN)]
    for number, line in enumerate(said):
        _field(sheet, "" if number else "Parameters", line)
    for number, caveat in enumerate(proof.caveats):
        _field(sheet, "" if number else "Mind", caveat)


def _sum(sheet: Sheet, proof: Proof) -> None:
    for reason in sorted(proof.left_out, key=lambda r: -r.n):
        sheet.row([Cell(figures.count(reason.n), LABEL, right=True), Cell(f"left out: {reason.reason}")])
    sheet.say(counted(proof), style="bold")


def _records(sheet: Sheet, proof: Proof) -> None:
    shown = [r for r in proof.records if r.left_out is None]
    left = [r for r in proof.records if r.left_out is not None]
    unit = proof.record_unit or proof.unit
    _list(sheet, f"Records, worst first: {len(shown):,} of {proof.shown:,}", shown, unit)
    _list(sheet, f"Left out: {len(left):,} of {proof.total - proof.shown:,}", left, unit)


def _list(sheet: Sheet, head: str, records: Iterable[Evidence], unit: str) -> None:
    listed = list(records)
    if not listed:
        return
    sheet.gap()
    sheet.say(head, style="bold")
    wide = [max(sheet.cells(text) for text in column) for column in zip(*(_names(r) for r in listed), strict=True)]
    for record in listed:
        sheet.row(_record(record, unit, [min(WIDEST, cells) for cells in wide]))


def _names(record: Evidence) -> tuple[str, str]:
    """Return release and id as they are listed: a commit by its first 12 digits."""
    return record.release or "", record.id[:12] if _HASH.fullmatch(record.id) else record.id


def _worth(unit: str, value: float | None) -> str:
    if value is None:
        return ""
    if unit == "hours":
        return f"{figures.days(value)} d"
    return figures.brief(unit, value)


def _record(record: Evidence, unit: str, wide: list[int]) -> list[Cell]:
    names = [Cell(text, cells) for text, cells in zip(_names(record), wide, strict=True) if cells]
    detail = ": ".join(part for part in (record.left_out, record.detail) if part)
    return [
        Cell(_worth(unit, record.value), LABEL, right=True),
        Cell(figures.minute(record.at), 16),
        *names,
        Cell(detail),
    ]


def _field(sheet: Sheet, name: str, text: str) -> None:
    if text:
        sheet.say(text, first=name, indent=LABEL + 3)
