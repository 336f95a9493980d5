"""Releases and what comes of them: a release may fail; an incident is detected, repaired by its team, and ends."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event
from streamgauge.forecasts.kernel import chance
from streamgauge.forecasts.kernel.agenda import note, plan
from streamgauge.forecasts.kernel.chance import bits, even, seconds, whole
from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled
from streamgauge.forecasts.kernel.hours import later
from streamgauge.forecasts.kernel.teams import let_go, note_task, wait_for

RELEASE_MADE, INCIDENT_BEGAN, DETECTED = int(Event.RELEASE_MADE), int(Event.INCIDENT_BEGAN), int(Event.DETECTED)
REPAIR_FINISHED, RESTORED = int(Event.REPAIR_FINISHED), int(Event.RESTORED)


@compiled
def row(m: Memory) -> int:
    """Return the address of a row of the pool that is free."""
    if m[at.POOL_NEXT] < 0:
        return at.NONE
    taken = m[at.POOL_NEXT]
    m[at.POOL_NEXT] = m[taken + at.TASK_NEXT]
    m[at.POOL_FREE] -= 1
    return taken


@compiled
def hand_back(m: Memory, taken: int) -> None:
    """Free a row of the pool; its token stays, so that what was planned for it no longer holds."""
    m[taken + at.TASK_NEXT] = m[at.POOL_NEXT]
    m[at.POOL_NEXT] = taken
    m[at.POOL_FREE] += 1


@compiled
def drawn(m: Memory, f: Floats, spread: int, team: int, purpose: int, key: int) -> int:
    """Return the instant at which a duration that begins now ends, in the hours of a team unless it is elapsed."""
    length = whole(seconds(m, f, spread, purpose, key, 0))
    calendar = at.NONE if m[spread + at.SPREAD_ELAPSED] else m[team + at.TEAM_CALENDAR]
    return later(m, calendar, m[at.NOW], length)


@compiled
def begin_incident(m: Memory, f: Floats, service: int, release: int) -> None:
    """Let an incident of a service begin; `release` is its cause, or -1."""
    incident, team = row(m), m[service + at.SERVICE_TEAM]
    number, turn = m[at.INCIDENTS_MADE], m[service + at.SERVICE_INCIDENTS]
    m[at.INCIDENTS_MADE] += 1
    m[service + at.SERVICE_INCIDENTS] += 1
    m[incident + at.INCIDENT_ID], m[incident + at.INCIDENT_SERVICE] = number, service
    m[incident + at.TASK_TIE] = turn
    note(m, INCIDENT_BEGAN, at.NONE, at.NONE, m[team + at.TEAM_ID], m[service + at.SERVICE_ID], number, release)
    key = m[service + at.SERVICE_KEY] + turn
    plan(m, drawn(m, f, m[service + at.SERVICE_DETECTION], team, chance.DETECTED, key), at.DETECT, number, incident, 0)


@compiled
def detect(m: Memory, f: Floats, incident: int) -> None:
    """Call people of the owning team, each for the same work, before all else that they have."""
    service = m[incident + at.INCIDENT_SERVICE]
    team, spread = m[service + at.SERVICE_TEAM], m[service + at.SERVICE_REPAIR]
    note(m, DETECTED, at.NONE, at.NONE, m[team + at.TEAM_ID], at.NONE, m[incident + at.INCIDENT_ID], at.NONE)
    key = m[service + at.SERVICE_KEY] + m[incident + at.TASK_TIE]
    length = whole(seconds(m, f, spread, chance.REPAIRED, key, 0))
    m[incident + at.INCIDENT_OPEN] = m[service + at.SERVICE_PEOPLE]
    for _ in range(m[service + at.SERVICE_PEOPLE]):
        task = row(m)
        m[task + at.TASK_KIND], m[task + at.TASK_TEAM], m[task + at.TASK_OWNER] = at.REPAIR, team, incident
        m[task + at.TASK_LEFT], m[task + at.TASK_ELAPSED] = length, m[spread + at.SPREAD_ELAPSED]
        m[task + at.TASK_RANK], m[task + at.TASK_TIE] = at.NONE, m[incident + at.INCIDENT_ID]
        m[task + at.TASK_STARTED], m[task + at.TASK_SLOT], m[task + at.TASK_SHARE] = 0, at.NONE, at.NONE
        wait_for(m, team, task)


@compiled
def next_release(m: Memory) -> int:
    """Return the number of a release that is about to be made."""
    m[at.RELEASES_MADE] += 1
    return m[at.RELEASES_MADE] - 1


@compiled
def note_release(m: Memory, service: int, stage: int, items: int, number: int) -> None:
    """Write that a release of a service was made; a hotfix has no stage and no items."""
    team, where = m[m[service + at.SERVICE_TEAM] + at.TEAM_ID], at.NONE
    if stage >= 0:
        where = m[stage + at.STAGE_ID]
    note(m, RELEASE_MADE, at.NONE, where, team, m[service + at.SERVICE_ID], number, items)


@compiled
def release(m: Memory, f: Floats, service: int, stage: int, items: int, number: int) -> None:
    """Make a release of so many items, which may fail."""
    note_release(m, service, stage, items, number)
    turn = m[service + at.SERVICE_RELEASES]
    m[service + at.SERVICE_RELEASES] += 1
    sound = 1.0 - m[service + at.SERVICE_FAILURE] / at.CERTAIN
    sound *= (1.0 - m[service + at.SERVICE_GROWTH] / at.CERTAIN) ** (items - 1)
    if even(m, chance.FAILS, m[service + at.SERVICE_KEY] + turn, 0) < 1.0 - sound:
        begin_incident(m, f, service, number)


@compiled
def restore(m: Memory, incident: int) -> None:
    """End an incident by a rollback or by a hotfix release, which does not fail itself."""
    service, hotfix = m[incident + at.INCIDENT_SERVICE], at.NONE
    team = m[service + at.SERVICE_TEAM]
    key = m[service + at.SERVICE_KEY] + m[incident + at.TASK_TIE]
    if bits(m, chance.ROLLS_BACK, key, 0) >= m[service + at.SERVICE_ROLLBACK]:
        hotfix = next_release(m)
        note_release(m, service, at.NONE, 0, hotfix)
    note(m, RESTORED, at.NONE, at.NONE, m[team + at.TEAM_ID], at.NONE, m[incident + at.INCIDENT_ID], hotfix)
    hand_back(m, incident)


@compiled
def repaired(m: Memory, task: int) -> None:
    """Let a person be done with a repair; the last one ends the incident."""
    note_task(m, REPAIR_FINISHED, task, at.NONE)
    incident = m[task + at.TASK_OWNER]
    let_go(m, task)
    hand_back(m, task)
    m[incident + at.INCIDENT_OPEN] -= 1
    if m[incident + at.INCIDENT_OPEN] == 0:
        restore(m, incident)
