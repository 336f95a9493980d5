"""A containment: a smaller thing is inside a larger one, as its tool says."""

from typing import ClassVar

from streamgauge.records.record import Record


class Contains(Record, frozen=True, kw_only=True):
    """A change in a pull request, a commit in a release or deployment. `id` is made of both ends."""

    table: ClassVar[str] = "contains"
    whole_kind: str
    """`pull request`, `release`, `deployment` or `build`."""
    whole: str
    """Id of the larger thing."""
    part_kind: str
    """`commit`, `pull request` or `item`."""
    part: str
    """Id of the smaller thing."""
