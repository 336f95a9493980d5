"""How an item goes through its stages: enter, wait, be worked on, be stopped, finish, and go on or back."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event
from streamgauge.forecasts.kernel import chance
from streamgauge.forecasts.kernel.agenda import item_number, note_item, plan
from streamgauge.forecasts.kernel.chance import bits, even, seconds, whole
from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled
from streamgauge.forecasts.kernel.hours import later
from streamgauge.forecasts.kernel.incidents import next_release, release
from streamgauge.forecasts.kernel.items import go_to
from streamgauge.forecasts.kernel.queues import join, quit_queue
from streamgauge.forecasts.kernel.teams import let_go, note_task, wait_for, wake

HELD, QUEUED, STARTED, BLOCKED = int(Event.HELD), int(Event.QUEUED), int(Event.STARTED), int(Event.BLOCKED)
UNBLOCKED, FINISHED, RETURNED = int(Event.UNBLOCKED), int(Event.FINISHED), int(Event.RETURNED)
RELEASED, REQUESTED, ANSWERED = int(Event.RELEASED), int(Event.REQUESTED), int(Event.ANSWERED)


@compiled
def holder(m: Memory, item: int) -> int:
    """Return an item that must be done before this one may enter its stage; -1 where nothing holds it."""
    edge, place = m[item + at.ITEM_HOLDERS], m[m[item + at.ITEM_STAGE] + at.STAGE_PLACE]
    while edge >= 0:
        if m[edge + at.EDGE_PLACE] <= place and m[m[edge + at.EDGE_FROM] + at.ITEM_CLEARED] == 0:
            return m[edge + at.EDGE_FROM]
        edge = m[edge + at.EDGE_NEXT_OF_TO]
    return at.NONE


@compiled
def turn_of(m: Memory, item: int) -> int:
    """Return the key of an item in the stage where it stands; the turn that goes with it is the visit."""
    return m[item + at.ITEM_KEY] ^ m[m[item + at.ITEM_STAGE] + at.STAGE_KEY]


@compiled
def work_of(m: Memory, f: Floats, item: int, stage: int) -> int:
    """Return the working seconds that an item needs in its stage, on this visit."""
    team = m[stage + at.STAGE_TEAM]
    length = seconds(m, f, m[stage + at.STAGE_WORK], chance.WORK, turn_of(m, item), m[item + at.ITEM_VISIT])
    effort = m[m[m[item + at.ITEM_CLASS] + at.CLASS_EFFORT] + m[stage + at.STAGE_ID]]
    length *= m[item + at.ITEM_SIZE] / at.MILLION * (effort / at.MILLION)
    length *= m[stage + at.STAGE_FACTOR] / at.MILLION * (m[team + at.TEAM_FACTOR] / at.MILLION)
    if m[item + at.ITEM_VISIT] > 1:
        length *= m[stage + at.STAGE_REPEAT] / at.MILLION
    if m[item + at.ITEM_DONE] > 0:
        length *= 1.0 - m[item + at.ITEM_DONE] / at.MILLION
        m[item + at.ITEM_DONE] = 0
    return whole(length)


@compiled
def asked(m: Memory, item: int, stage: int) -> int:
    """Return the request that an item makes on this visit of its stage; -1 for none."""
    if m[stage + at.STAGE_REQUEST_COUNT] == 0:
        return at.NONE
    left = even(m, chance.ASKS, turn_of(m, item), m[item + at.ITEM_VISIT])
    for n in range(m[stage + at.STAGE_REQUEST_COUNT]):
        ask = m[stage + at.STAGE_REQUESTS] + n * at.ASK_WIDTH
        left -= m[ask + at.ASK_CHANCE] / at.CERTAIN * (m[stage + at.STAGE_ASKING] / at.MILLION)
        if left < 0.0:
            return ask
    return at.NONE


@compiled
def queue_for_work(m: Memory, f: Floats, item: int, stage: int) -> None:
    """Put an item into the queue of the stage's team, with its work and where the work will stop."""
    team, key, visit = m[stage + at.STAGE_TEAM], turn_of(m, item), m[item + at.ITEM_VISIT]
    length = work_of(m, f, item, stage)
    m[item + at.TASK_TEAM], m[item + at.TASK_LEFT], m[item + at.TASK_STARTED] = team, length, 0
    m[item + at.TASK_ELAPSED] = m[m[stage + at.STAGE_WORK] + at.SPREAD_ELAPSED]
    m[item + at.ITEM_BLOCK_AT] = at.NONE
    if bits(m, chance.BLOCKS, key, visit) < m[stage + at.STAGE_BLOCKING]:
        m[item + at.ITEM_BLOCK_AT] = int(length * even(m, chance.BLOCKS_AT, key, visit))
    ask = asked(m, item, stage)
    m[item + at.ITEM_ASKS] = ask
    m[item + at.ITEM_ASK_AT] = int(length * (1.0 - m[ask + at.ASK_AT] / at.MILLION) + 0.5) if ask >= 0 else at.NONE
    wait_for(m, team, item)


@compiled
def begin_delay(m: Memory, f: Floats, item: int, stage: int) -> None:
    """Begin a delay, which takes nobody's time."""
    spread = m[stage + at.STAGE_WORK]
    length = seconds(m, f, spread, chance.WORK, turn_of(m, item), m[item + at.ITEM_VISIT])
    if m[item + at.ITEM_DONE] > 0:
        length *= 1.0 - m[item + at.ITEM_DONE] / at.MILLION
        m[item + at.ITEM_DONE] = 0
    length *= m[stage + at.STAGE_FACTOR] / at.MILLION
    calendar = at.NONE if m[spread + at.SPREAD_ELAPSED] else m[stage + at.STAGE_CALENDAR]
    m[item + at.TASK_TOKEN] += 1
    note_item(m, STARTED, item, at.NONE)
    end = later(m, calendar, m[at.NOW], whole(length))
    plan(m, end, at.FINISH, m[item + at.TASK_TIE], item, m[item + at.TASK_TOKEN])


@compiled
def board(m: Memory, item: int, stage: int) -> None:
    """Let an item wait for the next date of its stage."""
    join(m, stage + at.STAGE_HEAD, item)
    m[item + at.ITEM_DONE] = 0
    low, high, dates = 0, m[stage + at.STAGE_DATE_COUNT], m[stage + at.STAGE_DATES]
    while low < high:
        middle = (low + high) // 2
        if m[dates + middle] < m[at.NOW]:
            low = middle + 1
        else:
            high = middle
    if low < m[stage + at.STAGE_DATE_COUNT] and m[stage + at.STAGE_NEXT_GATE] != m[dates + low]:
        m[stage + at.STAGE_NEXT_GATE] = m[dates + low]
        plan(m, m[dates + low], at.GATE, m[stage + at.STAGE_ID], stage, 0)


@compiled
def enter(m: Memory, f: Floats, item: int) -> None:
    """Let an item into its stage, unless another item holds it or the stage is not open."""
    stage = m[item + at.ITEM_STAGE]
    if m[stage + at.STAGE_OPEN] == 0:
        m[item + at.ITEM_DONE] = 0
        go_to(m, item, m[stage + at.STAGE_NEXT])
        return
    held_by, visits = holder(m, item), m[item + at.ITEM_VISITS] + m[stage + at.STAGE_PLACE]
    m[item + at.ITEM_VISIT] = m[visits] + 1
    if held_by >= 0:
        m[item + at.ITEM_HELD] = 1
        note_item(m, HELD, item, item_number(m, held_by))
        return
    m[item + at.ITEM_HELD] = 0
    m[item + at.TASK_TOKEN] += 1  # two items that let it go at once send it twice
    m[visits] += 1
    note_item(m, QUEUED, item, at.NONE)
    if m[stage + at.STAGE_KIND] == at.PEOPLE:
        queue_for_work(m, f, item, stage)
    elif m[stage + at.STAGE_KIND] == at.DELAY:
        begin_delay(m, f, item, stage)
    else:
        board(m, item, stage)


@compiled
def ask(m: Memory, f: Floats, item: int) -> None:
    """Ask another team for work that the item waits for."""
    task, asks = m[item + at.ITEM_REQUEST], m[item + at.ITEM_ASKS]
    team, spread = m[asks + at.ASK_TEAM], m[asks + at.ASK_WORK]
    length = seconds(m, f, spread, chance.ASKED_WORK, turn_of(m, item), m[item + at.ITEM_VISIT])
    m[task + at.TASK_KIND], m[task + at.TASK_TEAM], m[task + at.TASK_OWNER] = at.REQUEST, team, item
    m[task + at.TASK_LEFT] = whole(length * (m[team + at.TEAM_FACTOR] / at.MILLION))
    m[task + at.TASK_ELAPSED], m[task + at.TASK_STARTED] = m[spread + at.SPREAD_ELAPSED], 0
    m[task + at.TASK_RANK], m[task + at.TASK_TIE] = m[item + at.TASK_RANK], m[item + at.TASK_TIE]
    m[task + at.TASK_SHARE], m[task + at.TASK_SLOT] = m[item + at.TASK_SHARE], at.NONE
    note_task(m, REQUESTED, task, at.NONE)
    wait_for(m, team, task)


@compiled
def block(m: Memory, f: Floats, item: int) -> None:
    """Stop an item for an outside cause, which ends by itself."""
    stage = m[item + at.ITEM_STAGE]
    spread = m[stage + at.STAGE_WAIT]
    length = seconds(m, f, spread, chance.BLOCKED_FOR, turn_of(m, item), m[item + at.ITEM_VISIT])
    calendar = at.NONE if m[spread + at.SPREAD_ELAPSED] else m[m[stage + at.STAGE_TEAM] + at.TEAM_CALENDAR]
    end = later(m, calendar, m[at.NOW], whole(length))
    plan(m, end, at.UNBLOCK, m[item + at.TASK_TIE], item, m[item + at.TASK_TOKEN])


@compiled
def leave_wip(m: Memory, item: int) -> None:
    """Count an item no longer as work in progress of its stage and team, if it was."""
    if m[item + at.ITEM_IN_WIP]:
        stage = m[item + at.ITEM_STAGE]
        m[item + at.ITEM_IN_WIP] = 0
        m[stage + at.STAGE_WIP] -= 1
        m[m[stage + at.STAGE_TEAM] + at.TEAM_WIP] -= 1
        wake(m, m[stage + at.STAGE_TEAM])


@compiled
def following(m: Memory, item: int) -> int:
    """Return the stage that an item goes to from its own; -1: it is done."""
    stage = m[item + at.ITEM_STAGE]
    left = even(m, chance.ROUTE, turn_of(m, item), m[item + at.ITEM_VISIT])
    for n in range(m[stage + at.STAGE_ROUTE_COUNT]):
        route = m[stage + at.STAGE_ROUTES] + n * at.ROUTE_WIDTH
        if (m[route + at.ROUTE_CLASSES] >> m[m[item + at.ITEM_CLASS] + at.CLASS_ID]) & 1 == 0:
            continue
        left -= m[route + at.ROUTE_CHANCE] / at.CERTAIN * (m[stage + at.STAGE_REWORK] / at.MILLION)
        if left < 0.0:
            within = m[item + at.ITEM_VISIT] < m[route + at.ROUTE_MOST]
            return m[route + at.ROUTE_TO] if within else m[stage + at.STAGE_NEXT]
    return m[stage + at.STAGE_NEXT]


@compiled
def is_back(m: Memory, stage: int, target: int) -> bool:
    """Return whether going from a stage to a target is going back, or staying."""
    return target >= 0 and m[target + at.STAGE_PLACE] <= m[stage + at.STAGE_PLACE]


@compiled
def go_on(m: Memory, item: int, target: int) -> None:
    """Send an item from its stage to another, and say so where that is back."""
    stage = m[item + at.ITEM_STAGE]
    if is_back(m, stage, target):
        m[item + at.ITEM_STAGE] = target
        m[item + at.ITEM_VISIT] = m[m[item + at.ITEM_VISITS] + m[target + at.STAGE_PLACE]] + 1
        note_item(m, RETURNED, item, m[stage + at.STAGE_ID])
    go_to(m, item, target)


@compiled
def finish_stage(m: Memory, f: Floats, item: int) -> None:
    """End the work of a stage, or its delay; what leaves it for good may be released by itself."""
    stage, target = m[item + at.ITEM_STAGE], following(m, item)
    note_item(m, FINISHED, item, at.NONE)
    if m[item + at.TASK_SLOT] >= 0:
        let_go(m, item)
    leave_wip(m, item)
    service = m[item + at.ITEM_SERVICE]
    if m[stage + at.STAGE_RELEASES] and service >= 0 and not is_back(m, stage, target):
        number = next_release(m)
        note_item(m, RELEASED, item, number)
        release(m, f, service, stage, 1, number)
    go_on(m, item, target)


@compiled
def finish_task(m: Memory, f: Floats, item: int) -> None:
    """End a segment of work: the item asks, is blocked, or its stage is finished."""
    if m[m[item + at.ITEM_STAGE] + at.STAGE_KIND] == at.DELAY:
        finish_stage(m, f, item)
        return
    m[item + at.TASK_LEFT] = m[item + at.TASK_STOP]
    left = m[item + at.TASK_LEFT]
    if m[item + at.ITEM_ASK_AT] >= left:
        m[item + at.ITEM_ASK_AT] = at.NONE
        note_item(m, BLOCKED, item, at.NONE)
        let_go(m, item)
        ask(m, f, item)
    elif m[item + at.ITEM_BLOCK_AT] >= left:
        m[item + at.ITEM_BLOCK_AT] = at.NONE
        note_item(m, BLOCKED, item, at.NONE)
        let_go(m, item)
        block(m, f, item)
    else:
        finish_stage(m, f, item)


@compiled
def unblock(m: Memory, item: int) -> None:
    """Let an item go on: it waits for a person of its team again."""
    note_item(m, UNBLOCKED, item, at.NONE)
    wait_for(m, m[item + at.TASK_TEAM], item)


@compiled
def answer(m: Memory, task: int) -> None:
    """End a request; the item that waited for it goes on."""
    note_task(m, ANSWERED, task, at.NONE)
    let_go(m, task)
    unblock(m, m[task + at.TASK_OWNER])


@compiled
def pass_gate(m: Memory, item: int, stage: int) -> None:
    """Let one item through a gate, with the release of its service where the stage makes releases."""
    quit_queue(m, item)
    note_item(m, FINISHED, item, at.NONE)
    target, service = following(m, item), m[item + at.ITEM_SERVICE]
    if m[stage + at.STAGE_RELEASES] and service >= 0 and not is_back(m, stage, target):
        if m[service + at.SERVICE_WAITING] == 0:
            m[service + at.SERVICE_RELEASE] = next_release(m)
        m[service + at.SERVICE_WAITING] += 1
        note_item(m, RELEASED, item, m[service + at.SERVICE_RELEASE])
    go_on(m, item, target)


@compiled
def open_gate(m: Memory, f: Floats, stage: int) -> None:
    """Let all waiting items go, then make the releases that they went with."""
    m[stage + at.STAGE_NEXT_GATE] = at.NONE
    while m[stage + at.STAGE_HEAD] >= 0:
        pass_gate(m, m[stage + at.STAGE_HEAD], stage)
    if m[stage + at.STAGE_RELEASES] == 0:
        return
    for n in range(m[at.SERVICE_COUNT]):
        service = m[at.SERVICES] + n * at.SERVICE_WIDTH
        items = m[service + at.SERVICE_WAITING]
        if items > 0:
            m[service + at.SERVICE_WAITING] = 0
            release(m, f, service, stage, items, m[service + at.SERVICE_RELEASE])


@compiled
def waiting_at(m: Memory, stage: int) -> int:
    """Return how many items wait at a gate."""
    count, item = 0, m[stage + at.STAGE_HEAD]
    while item >= 0:
        count, item = count + 1, m[item + at.TASK_NEXT]
    return count
