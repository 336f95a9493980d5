"""A branch: a moving name for the newest commit of a line of work."""

from typing import ClassVar

from streamgauge.records.record import Record


class Branch(Record, frozen=True, kw_only=True):
    """A branch head. `id` is the full reference name; the id `HEAD` is what the repository shows by default."""

    table: ClassVar[str] = "branches"
    commit: str
    """Hash of the commit that it points to."""
    target: str | None
    """For `HEAD`: the branch that it stands for, null when detached."""
