"""How items come and go: they arrive, are done, are given up, come back, and let others go that waited for them."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event
from streamgauge.forecasts.kernel import chance
from streamgauge.forecasts.kernel.agenda import note_item, plan
from streamgauge.forecasts.kernel.chance import bits, even, seconds, unit, whole
from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled
from streamgauge.forecasts.kernel.hours import instant_of

ARRIVED, DONE, REOPENED = int(Event.ARRIVED), int(Event.DONE), int(Event.REOPENED)


@compiled
def go_to(m: Memory, item: int, stage: int) -> None:
    """Send an item to a stage, which it enters once all else of this instant has come to an end; -1: it is done."""
    if stage < 0:
        m[item + at.ITEM_VISIT] = at.NONE
    m[item + at.ITEM_STAGE] = stage
    m[item + at.TASK_TOKEN] += 1
    plan(m, m[at.NOW], at.ENTER, m[item + at.TASK_TIE], item, m[item + at.TASK_TOKEN])


@compiled
def clear(m: Memory, item: int) -> None:
    """Let those items look again that wait for this one; it holds nobody any more, even if it comes back."""
    if m[item + at.ITEM_CLEARED]:
        return
    m[item + at.ITEM_CLEARED] = 1
    edge = m[item + at.ITEM_HOLDS]
    while edge >= 0:
        waiting = m[edge + at.EDGE_TO]
        if m[waiting + at.ITEM_HELD]:
            plan(m, m[at.NOW], at.ENTER, m[waiting + at.TASK_TIE], waiting, m[waiting + at.TASK_TOKEN])
        edge = m[edge + at.EDGE_NEXT_OF_FROM]


@compiled
def after(m: Memory, f: Floats, spread: int, purpose: int, item: int, turn: int) -> int:
    """Return the instant that lies a drawn, elapsed, duration ahead."""
    return m[at.NOW] + whole(seconds(m, f, spread, purpose, m[item + at.ITEM_KEY], turn))


@compiled
def back_to(m: Memory, item: int) -> int:
    """Return the stage to which an item comes back when it is reopened; -1 where its stream has none."""
    return m[m[m[item + at.ITEM_CLASS] + at.CLASS_REOPEN_TO] + m[item + at.ITEM_STREAM]]


@compiled
def done(m: Memory, f: Floats, item: int) -> None:
    """Let an item leave its stream; some come back later."""
    m[item + at.ITEM_STATE], m[item + at.ITEM_FINISHED] = at.FINISHED, m[at.NOW]
    note_item(m, DONE, item, at.NONE)
    clear(m, item)
    kind, turn = m[item + at.ITEM_CLASS], m[item + at.ITEM_REOPENED]
    comes_back = bits(m, chance.REOPENS, m[item + at.ITEM_KEY], turn) < m[kind + at.CLASS_REOPEN]
    if comes_back and turn < m[kind + at.CLASS_REOPEN_MOST] and back_to(m, item) >= 0:
        when = after(m, f, m[kind + at.CLASS_REOPEN_AFTER], chance.REOPENS_AFTER, item, turn)
        plan(m, when, at.REOPEN, m[item + at.TASK_TIE], item, 0)


@compiled
def reopen(m: Memory, item: int) -> None:
    """Let a done item come back."""
    m[item + at.ITEM_STATE], m[item + at.ITEM_FINISHED] = at.OPEN, at.NONE
    m[item + at.ITEM_REOPENED] += 1
    stage = back_to(m, item)
    m[item + at.ITEM_STAGE] = stage
    m[item + at.ITEM_VISIT] = m[m[item + at.ITEM_VISITS] + m[stage + at.STAGE_PLACE]] + 1
    note_item(m, REOPENED, item, at.NONE)
    go_to(m, item, stage)


@compiled
def drawn_from(m: Memory, table: int, count: int, purpose: int, key: int) -> int:
    """Return what a draw finds in a table of weights; -1 where the table is empty."""
    found = bits(m, purpose, key, 0)
    for n in range(count):
        weight = table + n * at.WEIGHT_WIDTH
        if found < m[weight + at.WEIGHT_UP_TO]:
            return m[weight + at.WEIGHT_OF]
    return at.NONE


@compiled
def describe(m: Memory, process: int, item: int) -> None:
    """Draw the class, the service and the size of an item that comes by itself."""
    key = m[item + at.ITEM_KEY]
    kind = drawn_from(m, m[process + at.PROCESS_CLASSES], m[process + at.PROCESS_CLASS_COUNT], chance.CLASS, key)
    count = m[process + at.PROCESS_SERVICE_COUNT]
    service = drawn_from(m, m[process + at.PROCESS_SERVICES], count, chance.SERVICE, key)
    m[item + at.ITEM_CLASS], m[item + at.ITEM_SERVICE] = kind, service
    m[item + at.TASK_RANK] = m[kind + at.CLASS_PRIORITY]
    drawn = int(even(m, chance.SIZE, key, 0) * m[kind + at.CLASS_SIZE_COUNT])
    m[item + at.ITEM_SIZE] = m[m[kind + at.CLASS_SIZES] + drawn]


@compiled
def next_by_chance(m: Memory, f: Floats, process: int, need: float) -> int:
    """Return the next instant of a Poisson process whose rate changes in steps; `need` is a unit exponential draw.

    The clock of the process counts working seconds of its calendar, with fractions, and is kept in the process.
    """
    clock = m[process + at.PROCESS_START]
    pieces, rates = m[process + at.PROCESS_PIECES], m[process + at.PROCESS_RATES]
    for n in range(m[process + at.PROCESS_PIECE_COUNT]):
        end = float(m[pieces + n + 1])
        if end <= f[clock]:
            continue
        room = (end - f[clock]) * f[rates + n]
        if need < room:
            f[clock] += need / f[rates + n]
            return instant_of(m, m[process + at.PROCESS_CALENDAR], int(f[clock]) + 1)
        need -= room
        f[clock] = end
    return at.NEVER


@compiled
def expect(m: Memory, f: Floats, process: int) -> None:
    """Plan when a process lets its next item arrive, or its next incident begin."""
    cursor, kind = m[process + at.PROCESS_CURSOR], m[process + at.PROCESS_KIND]
    if kind != at.TROUBLE and cursor >= m[process + at.PROCESS_ITEMS]:
        return
    tie = (process - m[at.PROCESSES]) // at.PROCESS_WIDTH
    if kind == at.GIVEN:
        arrival = m[m[process + at.PROCESS_FIRST] + cursor * at.ITEM_WIDTH + at.ITEM_ARRIVAL]
        plan(m, max(arrival, 0), at.ARRIVE, tie, process, 0)
        return
    when = next_by_chance(m, f, process, unit(m, chance.COMES, m[process + at.PROCESS_KEY], cursor))
    plan(m, when, at.OCCUR if kind == at.TROUBLE else at.ARRIVE, tie, process, 0)


@compiled
def arrive(m: Memory, f: Floats, process: int) -> None:
    """Let the next item of a process arrive, and plan the one after it."""
    item = m[process + at.PROCESS_FIRST] + m[process + at.PROCESS_CURSOR] * at.ITEM_WIDTH
    m[process + at.PROCESS_CURSOR] += 1
    if m[process + at.PROCESS_CLASS_COUNT] > 0:
        describe(m, process, item)
    if m[process + at.PROCESS_KIND] == at.BY_CHANCE:
        m[item + at.ITEM_ARRIVAL] = m[at.NOW]
    m[item + at.ITEM_STATE] = at.OPEN
    first = m[item + at.ITEM_STAGE]
    note_item(m, ARRIVED, item, at.NONE)
    kind = m[item + at.ITEM_CLASS]
    if bits(m, chance.CANCELS, m[item + at.ITEM_KEY], 0) < m[kind + at.CLASS_CANCEL]:
        when = after(m, f, m[kind + at.CLASS_CANCEL_AFTER], chance.CANCELS_AFTER, item, 0)
        plan(m, when, at.CANCEL, m[item + at.TASK_TIE], item, 0)
    go_to(m, item, first)
    expect(m, f, process)
