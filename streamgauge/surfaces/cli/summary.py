"""How the terminal shows many release lines: one row each, that with most releases first."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from streamgauge.answers.service_delivery import DeliveryReport, Measure, ServiceDelivery
from streamgauge.surfaces.cli import figures
from streamgauge.surfaces.cli.delivery import addresses, closing, full_name, notes, opening, proof_command
from streamgauge.surfaces.cli.sheet import Cell, Sheet
from streamgauge.surfaces.quantity import Scale, is_rate, scale

IN_DETAIL = 3
ROWS = 25
DIFFERENT_RULES = (
    "Failures are inferred, or recorded, by other rules in some of these lines than in others: --service NAME tells"
    " by which."
)
_COLUMNS = (
    ("deploys", "deployment_frequency", 11),
    ("lead time", "change_lead_time", 10),
    ("fail rate", "change_fail_rate", 9),
    ("waiting", "undeployed_changes", 8),
)


def is_detailed(report: DeliveryReport) -> bool:
    """Return whether there are few enough release lines to show each on a screen of its own."""
    return len(report.services) <= IN_DETAIL


def start(sheet: Sheet, report: DeliveryReport) -> None:
    """Write what the first look needs: each line's opening while they are few, else one row a line."""
    if not is_detailed(report):
        sheet.say(report.message, style="bold")
        sheet.gap()
        _table(sheet, report)
    elif len(report.services) == 1:
        opening(sheet, report.services[0], addresses(report.services)[0])


def finish(sheet: Sheet, report: DeliveryReport, terms: Sequence[str] = ()) -> None:
    """Write what is left after `start`, then what could not be read; `terms` are the options of the question."""
    names = addresses(report.services)
    if len(report.services) == 1:
        closing(sheet, report.services[0])
    elif is_detailed(report):
        _each(sheet, report.services, names)
    else:
        notes(sheet, [*_common(report.services), *_caveats(report.services)])
    for failure in report.failures:
        sheet.say(f"Not read: {failure.path}: {failure.error}", style="red")
    if report.services:
        first = by_activity(report)[0]
        address = next(name for name, service in zip(names, report.services, strict=True) if service is first)
        sheet.gap()
        sheet.verbatim("Open any number: " + proof_command(first, address, terms))


def by_activity(report: DeliveryReport) -> list[ServiceDelivery]:
    """Return the release lines, the one with most deployments first."""
    return sorted(report.services, key=lambda s: (-_deployments(s), full_name(s.service, s.release_line)))


def _common(services: Sequence[ServiceDelivery]) -> list[str]:
    """Return the notes that hold for every one of several release lines."""
    first = services[0].notes if len(services) > 1 else ()
    return [note for note in first if all(note in service.notes for service in services)]


def _caveats(services: Sequence[ServiceDelivery]) -> list[str]:
    """Return what a reader must know of the columns: what is so of every line, and that rules differ where they do."""
    told: dict[str, list[tuple[str, ...]]] = {metric: [] for _, metric, _ in _COLUMNS}
    for measure in (m for s in services for m in s.measures if m.metric in told and m.value is not None):
        told[measure.metric].append(measure.caveats)
    of_all = [c for said in told.values() for c in dict.fromkeys(chain(*said)) if all(c in one for one in said)]
    of_all += _stand_ins(services)
    differ = len(set(told["change_fail_rate"])) > 1
    return [*of_all, DIFFERENT_RULES] if differ else of_all


def _stand_ins(services: Sequence[ServiceDelivery]) -> list[str]:
    """Return in which lines something else stands for deployments than in most, and what."""
    (usual, _), *others = Counter(service.proxy for service in services).most_common()
    return [_other(proxy, usual, services) for proxy, _ in others]


def _other(proxy: str, usual: str, services: Sequence[ServiceDelivery]) -> str:
    names = [name for name, s in zip(addresses(services), services, strict=True) if s.proxy == proxy]
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"In {names[0]}{more}, {proxy} stand for deployments, not {usual}: numbers of the two do not compare."


def _each(sheet: Sheet, services: Sequence[ServiceDelivery], names: Sequence[str]) -> None:
    for number, (service, name) in enumerate(zip(services, names, strict=True)):
        if number:
            sheet.gap()
            sheet.say(sheet.glyphs.text("─" if sheet.glyphs.unicode else "-") * sheet.width, style="dim")
        opening(sheet, service, name)
        closing(sheet, service)


def _table(sheet: Sheet, report: DeliveryReport) -> None:
    ordered = by_activity(report)
    owners = {s.service for s in ordered}
    shown = addresses(report.services) if len(owners) > 1 else [s.release_line or s.service for s in report.services]
    names = dict(zip(map(id, report.services), shown, strict=True))
    wide = min(40, max(12, sheet.width - sum(w + 1 for _, _, w in _COLUMNS) - 12))
    heads = [Cell(head, width, "dim", right=True) for head, _, width in _COLUMNS]
    of = f" of {ordered[0].service}" if len(owners) == 1 else ""
    sheet.say(f"{figures.plural(len(ordered), 'release line')}{of}, most releases first", style="dim")
    sheet.row([Cell("", wide, "dim"), *heads, Cell("last", 10, "dim")])
    rate = _rate(ordered)
    for service in ordered[:ROWS]:
        sheet.row(_row(service, names[id(service)], wide, rate))
    if len(ordered) > ROWS:
        more = f"and {len(ordered) - ROWS:,} more: --service NAME shows one, --format json or html all"
        sheet.say(more, style="dim")


def _rate(services: Sequence[ServiceDelivery]) -> Scale | None:
    """Return the unit in which all rates stand below each other: that of the middle one; null without rates."""
    rates = sorted((m.value, m.unit) for s in services for m in s.measures if is_rate(m.unit) and m.value is not None)
    if not rates:
        return None
    middle, unit = rates[len(rates) // 2]
    return scale(unit, middle)


def _row(service: ServiceDelivery, name: str, wide: int, rate: Scale | None) -> list[Cell]:
    measures = {m.metric: m for m in service.measures}
    cells = [Cell(_value(measures.get(metric), rate), width, right=True) for _, metric, width in _COLUMNS]
    last = max((r.at for r in service.releases), default=None)
    return [Cell(name, wide, keep_end=True), *cells, Cell(figures.day(last), 10)]


def _value(measure: Measure | None, rate: Scale | None) -> str:
    if measure is None or measure.value is None:
        return "–"
    if rate is not None and is_rate(measure.unit):
        return f"{rate.figure(measure.value)}{rate.short}"
    return figures.brief(measure.unit, measure.value)


def _deployments(service: ServiceDelivery) -> int:
    return next((m.n for m in service.measures if m.metric == "deployment_frequency"), len(service.releases))
