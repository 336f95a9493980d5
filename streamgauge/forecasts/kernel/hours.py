"""Working time and instants: a calendar is a table of the spans in which it is open, with the work before each."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.kernel.compiled import Memory, compiled


@compiled
def last_span(m: Memory, calendar: int, column: int, value: int) -> int:
    """Return the address of the last span whose column is not above a value; -1 where all are."""
    low, high = 0, m[calendar + at.CALENDAR_COUNT]
    spans = m[calendar + at.CALENDAR_SPANS]
    while low < high:
        middle = (low + high) // 2
        if m[spans + middle * at.SPAN_WIDTH + column] <= value:
            low = middle + 1
        else:
            high = middle
    return spans + (low - 1) * at.SPAN_WIDTH if low > 0 else at.NONE


@compiled
def worked(m: Memory, calendar: int, instant: int) -> int:
    """Return the working seconds from the start to an instant."""
    if calendar < 0:
        return instant
    span = last_span(m, calendar, at.SPAN_OPENS, instant)
    if span < 0:
        return 0
    within = min(instant - m[span + at.SPAN_OPENS], m[span + at.SPAN_LENGTH])
    return m[span + at.SPAN_BEFORE] + within


@compiled
def instant_of(m: Memory, calendar: int, work: int) -> int:
    """Return the first instant by which so many working seconds have passed; `NEVER` where the table ends before."""
    if calendar < 0:
        return work
    span = last_span(m, calendar, at.SPAN_BEFORE, work - 1)
    if span < 0:
        return 0
    within = work - m[span + at.SPAN_BEFORE]
    return m[span + at.SPAN_OPENS] + within if within <= m[span + at.SPAN_LENGTH] else at.NEVER


@compiled
def later(m: Memory, calendar: int, instant: int, duration: int) -> int:
    """Return the instant after so many working seconds from another instant."""
    if duration <= 0:
        return instant
    return instant_of(m, calendar, worked(m, calendar, instant) + duration)


@compiled
def opening(m: Memory, calendar: int, instant: int) -> int:
    """Return the instant itself where the calendar is open, else its next opening; `NEVER` where there is none."""
    if calendar < 0:
        return instant
    span = last_span(m, calendar, at.SPAN_OPENS, instant)
    if span >= 0 and instant < m[span + at.SPAN_OPENS] + m[span + at.SPAN_LENGTH]:
        return instant
    spans = m[calendar + at.CALENDAR_SPANS]
    following = span + at.SPAN_WIDTH if span >= 0 else spans
    end = spans + m[calendar + at.CALENDAR_COUNT] * at.SPAN_WIDTH
    return m[following + at.SPAN_OPENS] if following < end else at.NEVER
