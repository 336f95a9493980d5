"""What happened, in one vocabulary for all tools: the list of record kinds."""

from streamgauge.records.branch import Branch
from streamgauge.records.commit import Commit, Trailer
from streamgauge.records.diffstat import Diffstat, FileChange
from streamgauge.records.record import Record, schema
from streamgauge.records.release import Release
from streamgauge.records.transition import Transition

KINDS: tuple[type[Record], ...] = (Branch, Commit, Diffstat, Release, Transition)

__all__ = [
    "KINDS",
    "Branch",
    "Commit",
    "Diffstat",
    "FileChange",
    "Record",
    "Release",
    "Trailer",
    "Transition",
    "schema",
]
