"""A release: a name given to one state of the code, meant for its users."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Release(Record, frozen=True, kw_only=True):
    """A tag that names a commit; which tags count as releases is decided later, by release line. `id` is its name."""

    table: ClassVar[str] = "releases"
    commit: str
    """Hash of the commit that it names, annotated tags followed to their end."""
    released_at: datetime | None
    """Tagger time of an annotated tag, else the commit's committer time; null where the tag object bears none."""
    annotated: bool
    """Whether the tag is an object of its own."""
