"""What the lake may use of the machine, and how long it waits; each can be set in the environment."""

import os
import tempfile
from pathlib import Path

from streamgauge.errors import BadOption

LEASE_WAIT = "STREAMGAUGE_LEASE_WAIT"
"""Seconds that a writer waits for another one."""
MEMORY = "STREAMGAUGE_MEMORY"
"""Memory that the engine may use before it spills to disk, such as `2GiB`."""
THREADS = "STREAMGAUGE_THREADS"
"""Threads of the engine; as many as there are cores when not set."""
FILES_WORTH_MERGING = 50
"""A table with more files than this is merged at the end of a run: each file costs every reader an opening."""
DAYS_KEPT = 30
"""Files that no current version needs stay this long, for readers that still hold a former snapshot."""


def lease_wait() -> float:
    """Return the seconds to wait for another writer, 300 when not set; raises BadOption."""
    given = os.environ.get(LEASE_WAIT, "300")
    try:
        return float(given)
    except ValueError:
        raise BadOption(f"{LEASE_WAIT} is '{given}'.", advice="Give a number of seconds, such as 300.") from None


def engine() -> dict[str, str | bool | int | float | list[str]]:
    """Return the engine's configuration: its share of the machine, and no extension fetched at run time."""
    chosen: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "memory_limit": os.environ.get(MEMORY, "2GiB"),
        "temp_directory": str(Path(tempfile.gettempdir(), f"streamgauge-{os.getpid()}")),
    }
    threads = os.environ.get(THREADS)
    return {**chosen, "threads": int(threads)} if threads and threads.isdigit() else chosen


def cache_folder() -> Path:
    """Return the user's cache folder of Streamgauge, by the XDG rules."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "streamgauge"
