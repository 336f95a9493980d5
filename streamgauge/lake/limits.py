"""What the lake may use of the machine; what a person may change of it is a setting."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from streamgauge import settings

FILES_WORTH_MERGING = 50
"""A table with more files than this is merged at the end of a run: each file costs every reader an opening."""
ROWS_AT_ONCE = 2_500_000
"""Facts of more records than this are computed in parts: several windows over all at once would not fit into memory."""
ROWS_OF_FEW = 80_000
"""Of no more records than that so many at a time are enough: it takes more time, which there is, and little memory."""
ROWS_APART = 20_000_000
"""Of more records each part lies in files of its own: up to so many, to read all for each part costs less."""
ROWS_PLAIN = 12_500_000
"""So many are computed at once where they need no windows of the engine, but are sorted outside of it."""
ROWS_BESIDE = 5_000_000
"""So many are computed at a time where they were read beside the engine: parts cost little, memory much."""
BYTES_BESIDE = 100
"""So much memory one of them takes, with what is made of some of them at a time; all may take half of what is there."""
ROWS_OF_PIECE = 250_000
"""Of the rows in memory so many are worked on at a time by each thread: their columns stay near the processor."""
ROWS_IN_MEMORY = 3_000_000
"""A fact of more rows is read from its files at each question: of flow items so many take about a gigabyte."""
BYTES_OF_COLUMNS = 1024 * 1024 * 1024
"""So much of a snapshot's facts is kept as plain columns for the next question; of a lake that holds more, none is."""
BYTES_TOLD = 256 * 1024
"""An answer of an engine that is no larger is kept for who asks the same of the same snapshot."""
ROWS_OF_GROUP = 122_880
"""Rows of a row group: few enough that two threads share the reading of a table."""
FILES_AT_ONCE = 2
"""Large facts are cut into so many files, which are written side by side."""
BYTES_WAITING = 512 * 1024 * 1024
"""So much of facts may wait to be written; who computes faster than the disk takes is held up."""
DAYS_KEPT = 30
"""Files that no current version needs stay this long, for readers that still hold a former snapshot."""


_MOST_THREADS = 4
_LEAST_GIBIBYTES, _SHARE = 2, 4
_LITTLE, _FREED = "256MiB", "1MiB"
_ALLOWED = Path("/sys/fs/cgroup/memory.max")
"""How many bytes a container may take, where this process is in one; `max` where nobody says."""


def memory() -> str:
    """Return the engine's share of the memory that this process may have: a quarter, at least 2 GiB."""
    return f"{max(_LEAST_GIBIBYTES, _allowed() // 2**30 // _SHARE)}GiB"


def rows_beside() -> int:
    """Return how many records may be read beside the engine; more are better worked through in files, part by part."""
    return max(_LEAST_GIBIBYTES * 2**30, _allowed() // 2) // BYTES_BESIDE


def _allowed() -> int:
    """Return how many bytes of memory this process may have, 0 where nobody says."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # a system that does not tell
        there = 0
    with suppress(ValueError, OSError):
        there = min(there, int(_ALLOWED.read_text()))
    return there


def engine() -> dict[str, str | bool | int | float | list[str]]:
    """Return the engine's configuration: its share of the machine, and no extension fetched at run time."""
    chosen = settings.read()
    share: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "memory_limit": chosen.memory or memory(),
        "temp_directory": str(Path(tempfile.gettempdir(), f"streamgauge-{os.getpid()}")),
    }
    return share if chosen.threads is None else {**share, "threads": chosen.threads}


def threads() -> int:
    """Return how many threads are worth having for work outside of the engine."""
    return settings.read().threads or min(_MOST_THREADS, os.cpu_count() or 1)


def sparing() -> dict[str, str]:
    """Return what the engine is to keep to where little memory is to be taken: in all, and freed but not given back."""
    freed = dict.fromkeys(("allocator_flush_threshold", "allocator_bulk_deallocation_flush_threshold"), _FREED)
    return {"memory_limit": settings.read().memory or _LITTLE, **freed}
