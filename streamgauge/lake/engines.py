"""Chooses the engine that the settings name."""

from streamgauge import settings
from streamgauge.lake import limits
from streamgauge.lake.engine import Engine

_MOST_PARTS = limits.FILES_WORTH_MERGING // limits.FILES_AT_ONCE - 1


def engine() -> Engine:
    """Return an engine for one view; raises EngineMissing, EngineUnreachable where Spark is asked for."""
    chosen = settings.read().engine
    if chosen == settings.IN_PROCESS:
        from streamgauge.lake.duck import Duck

        return Duck()
    from streamgauge.lake.spark import Spark

    return Spark(chosen)


def is_in_process() -> bool:
    """Whether the engine works in this process, so that what it yields need not come over a wire."""
    return settings.read().engine == settings.IN_PROCESS


def parts(rows: int, *, is_plain: bool = False) -> int:
    """Return in how many parts so many rows are best worked through: in one where a cluster spreads the work itself.

    `is_plain` says that the engine only reads them.
    """
    if not is_in_process():
        return 1
    of_many = limits.ROWS_PLAIN if is_plain else limits.ROWS_AT_ONCE
    return max(1, -(-rows // (limits.ROWS_OF_FEW if are_few(rows) else of_many)))


def parts_beside(rows: int) -> int:
    """Return the same for rows that were read beside the engine; each part makes files of its own, so not too many."""
    return max(1, min(_MOST_PARTS, -(-rows // limits.ROWS_BESIDE)))


def are_few(rows: int) -> bool:
    """Return whether so many rows are worked through with little memory, though there is room for all of them."""
    return rows <= limits.ROWS_AT_ONCE


def are_read_beside(rows: int) -> bool:
    """Return whether so many rows are worth reading beside the engine, and their columns fit into memory."""
    return not are_few(rows) and rows <= limits.rows_beside()
