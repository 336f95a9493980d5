"""The words with which a log marks the start and the end of work, and what else happens to it."""

from collections.abc import Mapping

MARKS: Mapping[str, tuple[str, ...]] = {
    "start": ("start", "begin", "started", "beginn", "début", "inicio", "início", "inizio"),
    "resume": ("resume", "resumed"),
    "complete": (
        *("complete", "end", "completed", "ended", "finish", "finished"),
        *("ende", "beendet", "fin", "fim", "fine"),
    ),
    "suspend": ("suspend", "suspended"),
    "given up": (
        *("withdraw", "withdrawn", "ate_abort", "pi_abort", "abort", "aborted", "fail", "failed"),
        *("cancel", "cancelled", "canceled"),
    ),
    "schedule": (
        *("schedule", "scheduled", "assign", "assigned", "reassign", "reassigned", "enable", "enabled"),
        *("create", "created", "ready", "reserve", "reserved", "release"),
    ),
}
"""What the words of a log's lifecycle column mean, in small letters."""
PLAIN = ("unknown", "autoskip", "manualskip", "skip", "skipped")
"""Words beside these that say nothing of when work began or ended."""
WORDS = frozenset((*(word for words in MARKS.values() for word in words), *PLAIN))
"""All of them, in small letters."""
