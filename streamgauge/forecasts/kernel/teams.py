"""How a team pulls: who is free takes the first of what waits; repairs call people away from other work."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event
from streamgauge.forecasts.kernel.agenda import item_number, note, note_item, plan
from streamgauge.forecasts.kernel.compiled import Memory, compiled
from streamgauge.forecasts.kernel.hours import later, opening, worked
from streamgauge.forecasts.kernel.queues import join, quit_queue

STARTED, RESUMED, INTERRUPTED = int(Event.STARTED), int(Event.RESUMED), int(Event.INTERRUPTED)
TAKEN_UP, REQUEST_RESUMED = int(Event.TAKEN_UP), int(Event.REQUEST_RESUMED)
REQUEST_INTERRUPTED, REPAIR_STARTED = int(Event.REQUEST_INTERRUPTED), int(Event.REPAIR_STARTED)


@compiled
def wake(m: Memory, team: int) -> None:
    """Let a team look at its queue once all else of this instant has happened."""
    if team >= 0 and m[team + at.TEAM_PENDING] != m[at.NOW]:
        m[team + at.TEAM_PENDING] = m[at.NOW]
        plan(m, m[at.NOW], at.DISPATCH, m[team + at.TEAM_ID], team, 0)


@compiled
def wait_for(m: Memory, team: int, task: int) -> None:
    """Put a task into the queue of a team."""
    join(m, team + at.TEAM_HEAD, task)
    if m[task + at.TASK_KIND] == at.REPAIR:
        m[team + at.TEAM_REPAIRS] += 1
    wake(m, team)


@compiled
def note_task(m: Memory, event: int, task: int, other: int) -> None:
    """Write what happened to a request or a repair, and who of the team has it."""
    team, owner = m[task + at.TASK_TEAM], m[task + at.TASK_OWNER]
    slot = m[task + at.TASK_SLOT]
    person = slot - m[team + at.TEAM_SLOTS] if slot >= 0 else at.NONE
    if m[task + at.TASK_KIND] == at.REPAIR:
        note(m, event, at.NONE, at.NONE, m[team + at.TEAM_ID], person, m[owner + at.INCIDENT_ID], at.NONE)
        return
    stage = m[m[owner + at.ITEM_STAGE] + at.STAGE_ID]
    note(m, event, item_number(m, owner), stage, m[team + at.TEAM_ID], person, other, m[owner + at.ITEM_VISIT])


@compiled
def note_start(m: Memory, task: int) -> None:
    """Write that a person takes a task up, or goes on with it."""
    again = m[task + at.TASK_STARTED] > 0
    if m[task + at.TASK_KIND] == at.WORK:
        note_item(m, RESUMED if again else STARTED, task, at.NONE)
    elif m[task + at.TASK_KIND] == at.REQUEST:
        note_task(m, REQUEST_RESUMED if again else TAKEN_UP, task, at.NONE)
    else:
        note_task(m, REPAIR_STARTED, task, at.NONE)


@compiled
def count_in(m: Memory, team: int, task: int) -> None:
    """Count a task that starts as work in progress, and its work towards the share of its stream."""
    if m[task + at.TASK_KIND] == at.WORK:
        m[task + at.ITEM_IN_WIP] = 1
        m[team + at.TEAM_WIP] += 1
        m[m[task + at.ITEM_STAGE] + at.STAGE_WIP] += 1
    if m[task + at.TASK_SHARE] >= 0:
        m[m[team + at.TEAM_SHARES] + m[task + at.TASK_SHARE] + at.SHARE_SERVED] += m[task + at.TASK_LEFT]


@compiled
def start(m: Memory, team: int, slot: int, task: int) -> None:
    """Give a waiting task to the person of a slot, until it is done or its next stop."""
    quit_queue(m, task)
    if m[task + at.TASK_KIND] == at.REPAIR:
        m[team + at.TEAM_REPAIRS] -= 1
    m[slot], m[task + at.TASK_SLOT] = task, slot
    m[task + at.TASK_SINCE] = m[at.NOW]
    m[task + at.TASK_TOKEN] += 1
    note_start(m, task)
    if m[task + at.TASK_STARTED] == 0:
        m[task + at.TASK_STARTED] = 1
        count_in(m, team, task)
    stop = 0
    if m[task + at.TASK_KIND] == at.WORK:
        stop = max(stop, m[task + at.ITEM_ASK_AT], m[task + at.ITEM_BLOCK_AT])
    m[task + at.TASK_STOP] = stop
    calendar = at.NONE if m[task + at.TASK_ELAPSED] else m[team + at.TEAM_CALENDAR]
    end = later(m, calendar, m[at.NOW], m[task + at.TASK_LEFT] - stop)
    plan(m, end, at.FINISH, m[task + at.TASK_TIE], task, m[task + at.TASK_TOKEN])


@compiled
def let_go(m: Memory, task: int) -> None:
    """Free the person who has a task; what was planned for it no longer holds."""
    m[m[task + at.TASK_SLOT]] = at.NONE
    m[task + at.TASK_SLOT] = at.NONE
    m[task + at.TASK_TOKEN] += 1
    wake(m, m[task + at.TASK_TEAM])


@compiled
def interrupt(m: Memory, team: int, task: int, incident: int) -> None:
    """Call a person away; the work that was done is kept, and the rest waits."""
    calendar = at.NONE if m[task + at.TASK_ELAPSED] else m[team + at.TEAM_CALENDAR]
    done = worked(m, calendar, m[at.NOW]) - worked(m, calendar, m[task + at.TASK_SINCE])
    m[task + at.TASK_LEFT] -= done
    if m[task + at.TASK_KIND] == at.WORK:
        note_item(m, INTERRUPTED, task, m[incident + at.INCIDENT_ID])
    else:
        note_task(m, REQUEST_INTERRUPTED, task, m[incident + at.INCIDENT_ID])
    let_go(m, task)
    wait_for(m, team, task)


@compiled
def rank(m: Memory, team: int, task: int) -> int:
    """Return how a team's order ranks a task among those of its kind; the smallest goes first."""
    order = m[team + at.TEAM_ORDER]
    if order == at.PRIORITY:
        return m[task + at.TASK_RANK]
    if order == at.SHORTEST:
        return m[task + at.TASK_LEFT]
    if order == at.NEWEST:
        return -m[task + at.TASK_QUEUED]
    if order == at.FAIR_SHARE and m[task + at.TASK_SHARE] >= 0:
        share = m[team + at.TEAM_SHARES] + m[task + at.TASK_SHARE]
        given = m[share + at.SHARE]
        return m[share + at.SHARE_SERVED] * at.MILLION // given if given > 0 else at.NEVER
    return 0


@compiled
def is_before(m: Memory, team: int, one: int, other: int) -> bool:
    """Return whether a team takes one waiting task before another: by group, by its order, by waiting, by name."""
    group = (m[one + at.TASK_KIND] != at.REPAIR) * 2 - m[one + at.TASK_STARTED]
    groups = (m[other + at.TASK_KIND] != at.REPAIR) * 2 - m[other + at.TASK_STARTED]
    if group != groups:
        return group < groups
    ranked, against = rank(m, team, one), rank(m, team, other)
    if ranked != against:
        return ranked < against
    if m[one + at.TASK_QUEUED] != m[other + at.TASK_QUEUED]:
        return m[one + at.TASK_QUEUED] < m[other + at.TASK_QUEUED]
    if m[one + at.TASK_TIE] != m[other + at.TASK_TIE]:
        return m[one + at.TASK_TIE] < m[other + at.TASK_TIE]
    return m[one + at.TASK_KIND] < m[other + at.TASK_KIND]


@compiled
def may_start(m: Memory, team: int, task: int, closed: int) -> bool:
    """Return whether a waiting task may be taken up now: by the hours, and by the limits of work in progress."""
    if m[task + at.TASK_KIND] == at.REPAIR:
        return closed == 0 or m[task + at.TASK_ELAPSED] > 0
    if closed:
        return False
    if m[task + at.TASK_STARTED] > 0 or m[task + at.TASK_KIND] == at.REQUEST:
        return True
    stage = m[task + at.ITEM_STAGE]
    if m[team + at.TEAM_LIMIT] >= 0 and m[team + at.TEAM_WIP] >= m[team + at.TEAM_LIMIT]:
        return False
    return m[stage + at.STAGE_LIMIT] < 0 or m[stage + at.STAGE_WIP] < m[stage + at.STAGE_LIMIT]


@compiled
def chosen(m: Memory, team: int, closed: int, only_repairs: int) -> int:
    """Return the waiting task that a team takes next; -1 where there is none."""
    best, task = at.NONE, m[team + at.TEAM_HEAD]
    while task >= 0:
        fits = (only_repairs == 0 or m[task + at.TASK_KIND] == at.REPAIR) and may_start(m, team, task, closed)
        if fits and (best < 0 or is_before(m, team, task, best)):
            best = task
        task = m[task + at.TASK_NEXT]
    return best


@compiled
def free_slot(m: Memory, team: int) -> int:
    """Return the slot of the first person of a team who is free; -1 where all are busy."""
    for slot in range(m[team + at.TEAM_SLOTS], m[team + at.TEAM_SLOTS] + m[team + at.TEAM_PEOPLE]):
        if m[slot] < 0:
            return slot
    return at.NONE


@compiled
def yields(m: Memory, one: int, other: int) -> bool:
    """Return whether one running task is interrupted rather than another: least urgent, then the latest started."""
    if m[one + at.TASK_RANK] != m[other + at.TASK_RANK]:
        return m[one + at.TASK_RANK] > m[other + at.TASK_RANK]
    if m[one + at.TASK_SINCE] != m[other + at.TASK_SINCE]:
        return m[one + at.TASK_SINCE] > m[other + at.TASK_SINCE]
    return m[one + at.TASK_TIE] > m[other + at.TASK_TIE]


@compiled
def interrupted_first(m: Memory, team: int) -> int:
    """Return the running task of a team that is interrupted for a repair; -1 where all are repairs."""
    least = at.NONE
    for slot in range(m[team + at.TEAM_SLOTS], m[team + at.TEAM_SLOTS] + m[team + at.TEAM_PEOPLE]):
        task = m[slot]
        if task >= 0 and m[task + at.TASK_KIND] != at.REPAIR and (least < 0 or yields(m, task, least)):
            least = task
    return least


@compiled
def give(m: Memory, team: int, closed: int) -> bool:
    """Give one waiting task to a person; return whether there was a task and a person for it."""
    slot = free_slot(m, team)
    if slot < 0 and m[team + at.TEAM_REPAIRS] == 0:
        return False
    task = chosen(m, team, closed, slot < 0)
    if task < 0:
        return False
    if slot < 0:
        called = interrupted_first(m, team)
        if called < 0:
            return False
        slot = m[called + at.TASK_SLOT]
        interrupt(m, team, called, m[task + at.TASK_OWNER])
    start(m, team, slot, task)
    return True


@compiled
def dispatch(m: Memory, team: int) -> None:
    """Give waiting tasks to people as long as both are there; out of hours, look again when the team opens."""
    m[team + at.TEAM_PENDING] = m[at.NOW]
    opens = opening(m, m[team + at.TEAM_CALENDAR], m[at.NOW])
    closed = 1 if opens > m[at.NOW] else 0
    while m[team + at.TEAM_HEAD] >= 0 and give(m, team, closed):
        continue
    if closed and m[team + at.TEAM_HEAD] >= 0 and m[team + at.TEAM_WAKES] != opens:
        m[team + at.TEAM_WAKES] = opens
        plan(m, opens, at.DISPATCH, m[team + at.TEAM_ID], team, 0)
    m[team + at.TEAM_PENDING] = at.NONE
