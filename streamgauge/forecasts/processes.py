"""What comes from outside, laid out: known items, items that keep coming, and incidents that no release causes."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from streamgauge.forecasts import dates
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.memory import Numbers, Table, key, millionths
from streamgauge.forecasts.model import Arrivals, Item, Lever, Model, Service, Stage

if TYPE_CHECKING:
    from streamgauge.forecasts.image import Places

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def build(places: "Places") -> tuple[tuple[str, ...], int]:
    """Lay out items and processes; return the names of all items, and how many of them are known by name."""
    model = places.model
    known = sorted(model.items, key=lambda item: (_arrival(model, item), item.name))
    coming = sorted(model.arrivals, key=lambda arrivals: arrivals.name)
    times = {a.name: _times(model, a) for a in coming if not _is_random(a)}
    rates = {a.name: _rates(places, a, Lever.ARRIVALS) for a in coming if _is_random(a)}
    counts = [_most(rates[a.name]) if a.name in rates else len(times[a.name]) for a in coming]
    items = places.draft.table(len(known) + sum(counts), at.ITEM_WIDTH)
    firsts = np.cumsum([len(known), *counts])
    _usual(places, items)
    _known(places, items, known)
    rows = [_row(kind=at.GIVEN, first=items.base, items=len(known))] if known else []
    for arrivals, first, count in zip(coming, firsts, counts, strict=False):
        _coming(places, items.rows[first : first + count], arrivals, times.get(arrivals.name))
        rows.append(_process(places, arrivals, items.address(int(first)), count, rates.get(arrivals.name)))
    rows += [_trouble(places, service) for service in sorted(model.services, key=lambda s: s.name)]
    table = places.draft.listed(rows, at.PROCESS_WIDTH)
    places.head.put(0, {at.PROCESSES: table.base, at.PROCESS_COUNT: len(rows)})
    places.head.put(0, {at.ITEMS: items.base, at.ITEM_COUNT: len(items.rows)})
    names = [f"{a.name}#{k}" for a, count in zip(coming, counts, strict=True) for k in range(1, count + 1)]
    return (*(item.name for item in known), *names), len(known)


def _is_random(arrivals: Arrivals) -> bool:
    return not arrivals.times and arrivals.cadence is None


def _arrival(model: Model, item: Item) -> int:
    return 0 if item.arrives is None else dates.since(model.start, item.arrives)


def _times(model: Model, arrivals: Arrivals) -> list[int]:
    """Return when the items of arrivals come that are not left to chance."""
    if arrivals.cadence is None:
        return sorted(dates.since(model.start, at) for at in arrivals.times)
    found = list(dates.dates(arrivals.cadence, start=model.start, until=model.until))
    return [at for at in found for _ in range(round(_at(model, arrivals.name, Lever.ARRIVALS, arrivals.batch, at)))]


def _steps(model: Model, of: str, lever: Lever, usual: float) -> list[tuple[int, float]]:
    """Return from which second on a number holds, in order; the first holds from the start."""
    shifts = sorted((s for s in model.shifts if s.lever is lever and s.of == of), key=lambda s: s.at)
    timed = [(max(0, dates.since(model.start, s.at)), float(s.to)) for s in shifts if isinstance(s.to, int | float)]
    return [(0, usual), *timed]


def _at(model: Model, of: str, lever: Lever, usual: float, second: int) -> float:
    return [number for when, number in _steps(model, of, lever, usual) if when <= second][-1]


Rates = tuple[int, list[int], list[float]]  # a calendar, bounds in its working seconds, and a rate between each two


def _rates(places: "Places", arrivals: Arrivals, lever: Lever) -> Rates:
    calendar = places.draft.calendar(arrivals.calendar)
    steps = _steps(places.model, arrivals.name, lever, arrivals.per_week)
    return _pieces(places, calendar, steps, dates.week_of(arrivals.calendar))


def _pieces(places: "Places", calendar: int, steps: list[tuple[int, float]], week: float) -> Rates:
    model, draft = places.model, places.draft
    ends = [when for when, _ in steps] + [dates.since(model.start, model.until) + 1]
    bounds = [draft.worked(calendar, min(end, ends[-1])) for end in ends]
    return calendar, bounds, [rate / week for _, rate in steps]


def _most(rates: Rates) -> int:
    """Return more items than a Poisson process brings in any history that anybody will see (ten deviations above)."""
    _, bounds, per_second = rates
    mean = sum((end - begin) * rate for (begin, end), rate in zip(pairwise(bounds), per_second, strict=True))
    return ceil(mean + 10 * sqrt(mean) + 20) if mean > 0 else 0


def _row(*, kind: int, first: int, items: int, name: str = "", cells: dict[int, int] | None = None) -> list[int]:
    """Return the row of a process."""
    row = [0] * at.PROCESS_WIDTH
    row[at.PROCESS_KIND], row[at.PROCESS_FIRST], row[at.PROCESS_ITEMS] = kind, first, items
    row[at.PROCESS_KEY], row[at.PROCESS_CALENDAR] = key("process", kind, name), at.NONE
    for column, value in (cells or {}).items():
        row[column] = value
    return row


def _poisson(places: "Places", rates: Rates) -> dict[int, int]:
    calendar, bounds, per_second = rates
    return {
        at.PROCESS_CALENDAR: calendar,
        at.PROCESS_PIECES: places.draft.listed([(bound,) for bound in bounds], 1).base,
        at.PROCESS_PIECE_COUNT: len(per_second),
        at.PROCESS_RATES: places.draft.floats(per_second),
        at.PROCESS_START: places.draft.floats([0.0]),
    }


def _process(places: "Places", arrivals: Arrivals, first: int, items: int, rates: Rates | None) -> list[int]:
    """Return the row of arrivals."""
    classes = places.draft.weights(arrivals.classes, places.classes)
    services = places.draft.weights(arrivals.services, places.services)
    cells = {at.PROCESS_CLASSES: classes.base, at.PROCESS_CLASS_COUNT: len(classes.rows)}
    cells |= {at.PROCESS_SERVICES: services.base, at.PROCESS_SERVICE_COUNT: len(services.rows)}
    kind = at.GIVEN if rates is None else at.BY_CHANCE
    cells |= _poisson(places, rates) if rates else {}
    return _row(kind=kind, first=first, items=items, name=arrivals.name, cells=cells)


def _trouble(places: "Places", service: Service) -> list[int]:
    """Return the row of the incidents of a service that no release causes."""
    steps = _steps(places.model, service.name, Lever.INCIDENTS, service.incidents_per_week)
    cells = _poisson(places, _pieces(places, at.NONE, steps, dates.WEEK))
    return _row(kind=at.TROUBLE, first=places.services[service.name], items=0, name=service.name, cells=cells)


def _usual(places: "Places", items: Table) -> None:
    """Set what all items have before they arrive."""
    model, draft, rows = places.model, places.draft, items.rows
    none = (at.TASK_SLOT, at.TASK_QUEUE, at.ITEM_FINISHED, at.ITEM_HOLDS, at.ITEM_HOLDERS, at.ITEM_ASK_AT)
    for column in (*none, at.ITEM_BLOCK_AT, at.ITEM_ARRIVAL, at.ITEM_VISIT, at.ITEM_SERVICE, at.ITEM_REQUEST):
        rows[:, column] = at.NONE
    rows[:, at.TASK_TIE], rows[:, at.TASK_OWNER] = np.arange(len(rows)), items.addresses()
    rows[:, at.ITEM_SIZE] = at.MILLION
    stages = max(len(stream.stages) for stream in model.streams)
    rows[:, at.ITEM_VISITS] = draft.table(len(rows), stages).addresses()
    if any(stage.requests for stream in model.streams for stage in stream.stages):
        requests = draft.table(len(rows), at.TASK_WIDTH)
        requests.rows[:, at.TASK_SLOT] = requests.rows[:, at.TASK_QUEUE] = at.NONE
        rows[:, at.ITEM_REQUEST] = requests.addresses()


def _stages_of(model: Model, stream: str) -> tuple[Stage, ...]:
    return next(one.stages for one in model.streams if one.name == stream)


def _coming(places: "Places", rows: Numbers, arrivals: Arrivals, times: Sequence[int] | None) -> None:
    """Set what the items of arrivals have in common; the rest is drawn as they arrive."""
    first = _stages_of(places.model, arrivals.stream)[0].name
    stream = places.streams[arrivals.stream]
    rows[:, at.ITEM_STAGE] = places.stages[arrivals.stream, first]
    rows[:, at.ITEM_STREAM], rows[:, at.TASK_SHARE] = stream, stream * at.SHARE_WIDTH
    turns = np.arange(1, len(rows) + 1, dtype=np.uint64) * _GOLDEN
    rows[:, at.ITEM_KEY] = (turns + np.uint64(key("item", arrivals.name) % (1 << 64))).view(np.int64)
    if times is not None:
        rows[:, at.ITEM_ARRIVAL] = times


def _known(places: "Places", items: Table, known: Sequence[Item]) -> None:
    """Set what each known item has, and which items wait for which."""
    model, here = places.model, {item.name: items.address(n) for n, item in enumerate(known)}
    priorities = {kind.name: kind.priority for kind in model.classes}
    for n, item in enumerate(known):
        stages = [stage.name for stage in _stages_of(model, item.stream)]
        stream = places.streams[item.stream]
        cells = {at.ITEM_STAGE: places.stages[item.stream, item.stage or stages[0]], at.ITEM_STREAM: stream}
        cells |= {at.ITEM_KEY: key("item", item.name), at.ITEM_ARRIVAL: _arrival(model, item)}
        cells |= {at.ITEM_SIZE: millionths(item.size), at.ITEM_DONE: millionths(item.done)}
        cells |= {at.ITEM_CLASS: places.classes[item.kind], at.TASK_SHARE: stream * at.SHARE_WIDTH}
        cells |= {at.TASK_RANK: priorities[item.kind] if item.priority is None else item.priority}
        items.put(n, cells | ({at.ITEM_SERVICE: places.services[item.service]} if item.service else {}))
    _edges(places, items, known, here)


def _edges(places: "Places", items: Table, known: Sequence[Item], here: dict[str, int]) -> None:
    """Lay out who waits for whom, as lists that begin at either end."""
    pairs = [(n, after) for n, item in enumerate(known) for after in item.after]
    table = places.draft.table(len(pairs), at.EDGE_WIDTH)
    row_of = {item.name: n for n, item in enumerate(known)}
    for e, (n, after) in enumerate(pairs):
        stages = [stage.name for stage in _stages_of(places.model, known[n].stream)]
        place = stages.index(after.stage) if after.stage else 0
        before = row_of[after.item]
        cells = {at.EDGE_FROM: here[after.item], at.EDGE_TO: here[known[n].name], at.EDGE_PLACE: place}
        cells |= {at.EDGE_NEXT_OF_FROM: int(items.rows[before, at.ITEM_HOLDS])}
        table.put(e, cells | {at.EDGE_NEXT_OF_TO: int(items.rows[n, at.ITEM_HOLDERS])})
        items.rows[before, at.ITEM_HOLDS] = items.rows[n, at.ITEM_HOLDERS] = table.address(e)
