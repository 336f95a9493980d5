"""Queues: doubly linked lists of tasks, whose head and tail are two cells beside each other."""

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.kernel.compiled import Memory, compiled


@compiled
def join(m: Memory, queue: int, task: int) -> None:
    """Put a task at the end of a queue."""
    last = m[queue + 1]
    m[task + at.TASK_QUEUE], m[task + at.TASK_NEXT], m[task + at.TASK_PREVIOUS] = queue, at.NONE, last
    m[task + at.TASK_QUEUED] = m[at.NOW]
    if last >= 0:
        m[last + at.TASK_NEXT] = task
    else:
        m[queue] = task
    m[queue + 1] = task


@compiled
def quit_queue(m: Memory, task: int) -> None:
    """Take a task out of the queue that it is in, wherever it stands there."""
    queue, following, previous = m[task + at.TASK_QUEUE], m[task + at.TASK_NEXT], m[task + at.TASK_PREVIOUS]
    if previous >= 0:
        m[previous + at.TASK_NEXT] = following
    else:
        m[queue] = following
    if following >= 0:
        m[following + at.TASK_PREVIOUS] = previous
    else:
        m[queue + 1] = previous
    m[task + at.TASK_QUEUE] = at.NONE
