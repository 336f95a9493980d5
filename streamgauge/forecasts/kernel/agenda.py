"""What happens next and what happened: a heap of the one, a log of the other."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.kernel.compiled import Memory, compiled


@compiled
def precedes(m: Memory, one: int, other: int) -> bool:
    """Return whether one entry of the heap comes before another: by instant, kind, tie, then token."""
    if m[one] != m[other]:
        return m[one] < m[other]
    if m[one + 1] != m[other + 1]:
        return m[one + 1] < m[other + 1]
    if m[one + 2] != m[other + 2]:
        return m[one + 2] < m[other + 2]
    return m[one + 3] < m[other + 3]


@compiled
def swap(m: Memory, one: int, other: int) -> None:
    """Let two entries of the heap change places."""
    for column in range(at.HEAP_WIDTH):
        m[one + column], m[other + column] = m[other + column], m[one + column]


@compiled
def plan(m: Memory, when: int, kind: int, tie: int, address: int, token: int) -> None:
    """Put into the heap what is to happen; what lies beyond the end is left out, since nobody will see it."""
    if when >= m[at.UNTIL]:
        return
    place = m[at.HEAP_SIZE]
    m[at.HEAP_SIZE] = place + 1
    here = m[at.HEAP] + place * at.HEAP_WIDTH
    m[here], m[here + 1], m[here + 2], m[here + 3] = when, kind * at.KIND + tie, address, token
    while place > 0:
        above = (place - 1) // 2
        one, other = m[at.HEAP] + place * at.HEAP_WIDTH, m[at.HEAP] + above * at.HEAP_WIDTH
        if not precedes(m, one, other):
            break
        swap(m, one, other)
        place = above


@compiled
def drop_first(m: Memory) -> None:
    """Take the first entry out of the heap."""
    size = m[at.HEAP_SIZE] - 1
    m[at.HEAP_SIZE] = size
    base = m[at.HEAP]
    swap(m, base, base + size * at.HEAP_WIDTH)
    place = 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and precedes(m, base + (below + 1) * at.HEAP_WIDTH, base + below * at.HEAP_WIDTH):
            below += 1
        if not precedes(m, base + below * at.HEAP_WIDTH, base + place * at.HEAP_WIDTH):
            break
        swap(m, base + below * at.HEAP_WIDTH, base + place * at.HEAP_WIDTH)
        place = below


@compiled
def note(m: Memory, event: int, item: int, stage: int, team: int, person: int, other: int, visit: int) -> None:
    """Write one event to the log, where one is kept."""
    if m[at.LOG_MOST] == 0:
        return
    here = m[at.LOG] + m[at.LOG_SIZE] * at.LOG_WIDTH
    m[at.LOG_SIZE] += 1
    m[here], m[here + 1], m[here + 2], m[here + 3] = m[at.NOW], event, item, stage
    m[here + 4], m[here + 5], m[here + 6], m[here + 7] = team, person, other, visit


@compiled
def item_number(m: Memory, item: int) -> int:
    """Return the number of an item, from its address."""
    return (item - m[at.ITEMS]) // at.ITEM_WIDTH


@compiled
def note_item(m: Memory, event: int, item: int, other: int) -> None:
    """Write what happened to an item where it stands, and who of the stage's team has it."""
    stage, slot = m[item + at.ITEM_STAGE], m[item + at.TASK_SLOT]
    number, team, person = at.NONE, at.NONE, at.NONE
    if m[at.LOG_MOST] == 0:
        return
    if stage >= 0:
        number = m[stage + at.STAGE_ID]
        if m[stage + at.STAGE_TEAM] >= 0:
            team = m[m[stage + at.STAGE_TEAM] + at.TEAM_ID]
    if slot >= 0:
        person = slot - m[m[stage + at.STAGE_TEAM] + at.TEAM_SLOTS]
    visit = m[item + at.ITEM_VISIT] if stage >= 0 else at.NONE
    note(m, event, item_number(m, item), number, team, person, other, visit)
