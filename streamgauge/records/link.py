"""A link: one work item stands in a relation to another."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Link(Record, frozen=True, kw_only=True):
    """A relation between two things. `id` is the tool's key of the link, else made of both ends and its kind."""

    table: ClassVar[str] = "links"
    kind: str
    """`blocks`, `parent`, `relates`, `causes`, `duplicates`, `clones`, `implements`, or `same` for one piece of work
    in two tools; read from `item` to `other`."""
    item: str
    """Id of the item that it goes from."""
    other: str
    """Id of the item that it goes to."""
    other_source: str | None
    """The tool of the other end, where it is another one."""
    linked_at: datetime | None
    """When the link was made."""
    unlinked_at: datetime | None
    """When it was taken away; null while it stands."""
