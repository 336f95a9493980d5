"""Faults of disks, object stores and engines, told in Streamgauge's own errors and without any secret."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from streamgauge.errors import (
    DamagedLake,
    DiskFull,
    EngineFailed,
    ForeignLake,
    LakeLocked,
    NoPermission,
    StoreUnreachable,
    StreamgaugeError,
)
from streamgauge.lake.secrets import scrubbed
from streamgauge.lake.spark_failures import of_spark

_BY_NUMBER: dict[int, type[StreamgaugeError]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EACCES: NoPermission,
    errno.EPERM: NoPermission,
    errno.EROFS: NoPermission,
    errno.ENOENT: DamagedLake,
}
# The engines tell a fault of the system only in words; the first match counts.
_BY_WORDS: tuple[tuple[str, type[StreamgaugeError]], ...] = (
    (r"no space left|os error 28\b|disk quota|os error 122\b|failed to write.*space", DiskFull),
    (r"nosuchbucket", ForeignLake),
    (
        r"permission denied|os error 13\b|read-only file system|access ?denied|403 forbidden|unauthori[sz]ed",
        NoPermission,
    ),
    (r"invalidaccesskey|signaturedoesnotmatch", NoPermission),
    (r"error sending request|timed ?out|slow ?down|dns error|after \d+ retries|503 service", StoreUnreachable),
    (r"169\.254\.169\.254|credential", StoreUnreachable),
)
_STORAGE_FAULTS = ("deltalake", "_internal", "obstore")
_ADVICE: dict[type[StreamgaugeError], str] = {
    DiskFull: "Free some room or choose another place with --lake, then run again; nothing that was kept is lost.",
    NoPermission: "Give this user the right to read and write there, or choose another place with --lake.",
    ForeignLake: "Create the bucket, or choose another place with --lake.",
    StoreUnreachable: "Check the network, AWS_ENDPOINT_URL and the AWS_* credentials, then run the same command again.",
    DamagedLake: "Run `streamgauge lake verify` to see what is damaged. "
    "A lake is filled again from its sources: move this one away and run again.",
    LakeLocked: "Run the same command again.",
    EngineFailed: "Let it have more than it may take now with STREAMGAUGE_MEMORY=8GiB or the like, "
    "or ask for less: one team, one type, or a window.",
}
_SAYS: dict[type[StreamgaugeError], str] = {
    DiskFull: "No room is left on the disk of the lake",
    NoPermission: "The lake may not be read or written",
    ForeignLake: "There is no such bucket for the lake",
    StoreUnreachable: "The object store of the lake does not answer",
    DamagedLake: "Files of the lake are missing or unreadable",
    LakeLocked: "Another process changed the lake at the same time",
    EngineFailed: "The query engine has no room left for this question",
}


@contextmanager
def told(address: str) -> Iterator[None]:
    """Turn faults of storage and of Spark inside the block into errors of the tree; other faults pass as they are."""
    try:
        yield
    except StreamgaugeError:
        raise
    except Exception as fault:
        of_engine = of_spark(fault)
        if of_engine is not None:
            raise of_engine from None
        kind = _kind(fault)
        if kind is None:
            raise
        raise failure(kind, address, str(fault)) from None


def failure(kind: type[StreamgaugeError], address: str, detail: str = "") -> StreamgaugeError:
    """Return the error of that kind for a lake, with the first line of the detail, secrets taken out."""
    first = scrubbed(detail.strip().splitlines()[0])[:300] if detail.strip() else ""
    return kind(f"{_SAYS[kind]}: {scrubbed(address)}" + (f" ({first})" if first else "") + ".", advice=_ADVICE[kind])


def _kind(fault: Exception) -> type[StreamgaugeError] | None:
    """Return which error a fault is, none when it is not one of storage or of room."""
    if type(fault).__name__ == "OutOfMemoryException":
        return EngineFailed
    if isinstance(fault, OSError) and fault.errno in _BY_NUMBER:
        return _BY_NUMBER[fault.errno]
    if not _of_storage(fault):
        return None
    words = f"{type(fault).__name__} {fault}".lower()
    for pattern, kind in _BY_WORDS:
        if re.search(pattern, words):
            return kind
    return LakeLocked if type(fault).__name__ == "CommitFailedError" else DamagedLake


def _of_storage(fault: Exception) -> bool:
    """Whether storage is at fault, and not the statement or the rows that were given."""
    kind = type(fault)
    if isinstance(fault, OSError):
        return True
    if kind.__name__ == "SchemaMismatchError":
        return False
    if kind.__module__.split(".")[0] in _STORAGE_FAULTS:
        return True
    duck = kind.__module__.lstrip("_").startswith("duckdb")
    return duck and (kind.__name__ == "IOException" or "parquet" in str(fault).lower())
