"""The loop: take the first of what is planned, do it, and go on until the end or until there is no room."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event
from streamgauge.forecasts.kernel.agenda import drop_first, note_item, plan
from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled
from streamgauge.forecasts.kernel.incidents import begin_incident, detect, repaired
from streamgauge.forecasts.kernel.items import arrive, clear, done, expect, reopen
from streamgauge.forecasts.kernel.queues import quit_queue
from streamgauge.forecasts.kernel.stages import (
    answer,
    enter,
    finish_task,
    leave_wip,
    open_gate,
    unblock,
    waiting_at,
)
from streamgauge.forecasts.kernel.teams import dispatch, let_go, wake

CANCELLED = int(Event.CANCELLED)


@compiled
def begin(m: Memory, f: Floats) -> None:
    """Plan the first shift and what each process brings first."""
    if m[at.SHIFT_COUNT] > 0:
        plan(m, max(m[m[at.SHIFTS] + at.SHIFT_AT], 0), at.SHIFT, 0, m[at.SHIFTS], 0)
    for n in range(m[at.PROCESS_COUNT]):
        expect(m, f, m[at.PROCESSES] + n * at.PROCESS_WIDTH)
    m[at.NOW] = 0


@compiled
def shift(m: Memory, row: int) -> None:
    """Set what a shift changes, and plan the next shift."""
    m[m[row + at.SHIFT_CELL]] = m[row + at.SHIFT_VALUE]
    if m[row + at.SHIFT_SHARES] >= 0:
        for n in range(m[at.STREAM_COUNT]):
            m[m[row + at.SHIFT_SHARES] + n * at.SHARE_WIDTH + at.SHARE_SERVED] = 0
    wake(m, m[row + at.SHIFT_TEAM])
    following = row + at.SHIFT_WIDTH
    if following < m[at.SHIFTS] + m[at.SHIFT_COUNT] * at.SHIFT_WIDTH:
        plan(m, max(m[following + at.SHIFT_AT], 0), at.SHIFT, 0, following, 0)


@compiled
def withdraw(m: Memory, task: int) -> None:
    """Take a task out of its queue, or out of the hands of who has it."""
    if m[task + at.TASK_QUEUE] >= 0:
        quit_queue(m, task)
    if m[task + at.TASK_SLOT] >= 0:
        let_go(m, task)
    m[task + at.TASK_TOKEN] += 1


@compiled
def cancel(m: Memory, item: int) -> None:
    """Give an item up, wherever it is."""
    if m[item + at.ITEM_STATE] != at.OPEN or m[item + at.ITEM_STAGE] < 0:
        return
    note_item(m, CANCELLED, item, at.NONE)
    leave_wip(m, item)
    withdraw(m, item)
    if m[item + at.ITEM_REQUEST] >= 0:
        withdraw(m, m[item + at.ITEM_REQUEST])
    m[item + at.ITEM_STATE], m[item + at.ITEM_HELD] = at.CANCELLED, 0
    clear(m, item)


@compiled
def finish(m: Memory, f: Floats, task: int) -> None:
    """End what a person, or a delay, was at."""
    kind = m[task + at.TASK_KIND]
    if kind == at.WORK:
        finish_task(m, f, task)
    elif kind == at.REQUEST:
        answer(m, task)
    else:
        repaired(m, task)


@compiled
def move(m: Memory, f: Floats, kind: int, thing: int) -> None:
    """Do what is planned for an item or a gate."""
    if kind == at.ENTER:
        if m[thing + at.ITEM_STAGE] < 0:
            done(m, f, thing)
        else:
            enter(m, f, thing)
    elif kind == at.UNBLOCK:
        unblock(m, thing)
    elif kind == at.CANCEL:
        cancel(m, thing)
    elif kind == at.REOPEN:
        reopen(m, thing)
    else:
        open_gate(m, f, thing)


@compiled
def occur(m: Memory, f: Floats, kind: int, thing: int) -> None:
    """Do what is planned for anything else."""
    if kind == at.SHIFT:
        shift(m, thing)
    elif kind == at.DETECT:
        detect(m, f, thing)
    elif kind == at.OCCUR:
        m[thing + at.PROCESS_CURSOR] += 1
        begin_incident(m, f, m[thing + at.PROCESS_FIRST], at.NONE)
        expect(m, f, thing)
    else:
        arrive(m, f, thing)


@compiled
def step(m: Memory, f: Floats) -> None:
    """Do the first of what is planned, unless it no longer holds."""
    here = m[at.HEAP]
    m[at.NOW] = m[here]
    kind, thing, token = m[here + 1] // at.KIND, m[here + 2], m[here + 3]
    drop_first(m)
    if kind == at.DISPATCH:
        dispatch(m, thing)
    elif kind in (at.FINISH, at.UNBLOCK, at.ENTER):
        if m[thing + at.TASK_TOKEN] != token:
            return
        if kind == at.FINISH:
            finish(m, f, thing)
        else:
            move(m, f, kind, thing)
    elif kind in (at.CANCEL, at.REOPEN, at.GATE):
        move(m, f, kind, thing)
    else:
        occur(m, f, kind, thing)


@compiled
def lack(m: Memory) -> int:
    """Return which table is too full for the next step, or that none is; a gate may let any number of items go."""
    need, here = m[at.MARGIN], m[at.HEAP]
    if m[here + 1] // at.KIND == at.GATE:
        need += 3 * waiting_at(m, m[here + 2])
    if m[at.HEAP_SIZE] + need > m[at.HEAP_MOST]:
        return at.HEAP_FULL
    if m[at.LOG_MOST] > 0 and m[at.LOG_SIZE] + need > m[at.LOG_MOST]:
        return at.LOG_FULL
    return at.POOL_EMPTY if m[at.POOL_FREE] < m[at.POOL_NEED] else at.ENDED


@compiled
def run(m: Memory, f: Floats) -> int:
    """Go on until the end, or until a table is too full for one more step; return why it stopped."""
    if m[at.NOW] < 0:
        begin(m, f)
    while m[at.HEAP_SIZE] > 0:
        lacking = lack(m)
        if lacking != at.ENDED:
            return lacking
        step(m, f)
    return at.ENDED
