"""How runs end, in one vocabulary: the words of many tools for a success, a failure, and what is neither."""

_WORDS: dict[str, tuple[str, ...]] = {
    "success": ("success", "succeeded", "successful", "passed", "pass", "ok", "green", "stable", "done", "complete"),
    "failure": ("failure", "failed", "fail", "error", "errored", "red", "broken", "unstable", "partiallysucceeded"),
    "timeout": ("timeout", "timed out", "timedout"),
    "startup failure": ("startup failure", "startup failed"),
    "cancelled": ("cancelled", "canceled", "aborted", "abort", "stopped", "killed"),
    "skipped": ("skipped", "neutral", "stale", "superseded", "not built", "not started", "action required", "manual"),
}
FAILURES = ("failure", "timeout", "startup failure")
"""The outcomes that count as a failure of a run (definitions 3.3)."""
FAILED = f"IN ({', '.join(repr(word) for word in FAILURES)})"
"""The same as a condition on an outcome of ours."""


def outcome_of(column: str) -> str:
    """Return the expression for an outcome in our words; `column` is our own SQL. Null where a tool says nothing."""
    told = f"replace(lower(trim({column})), '_', ' ')"
    cases = " ".join(
        f"WHEN {told} IN ({', '.join(repr(word) for word in words)}) THEN '{name}'" for name, words in _WORDS.items()
    )
    return f"CASE {cases} ELSE {told} END"
