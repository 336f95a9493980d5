"""Limits on work in progress: how much a team, a stage, or a team within a stage takes on at a time."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from streamgauge.company.law import STRICT, between, named


@dataclass(frozen=True, kw_only=True)
class WipLimit:
    """The most items that may be under way at a time; without a team of all teams, without a stage in all stages."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    limit: Annotated[int, between(1, 100_000, "items")]
    """How many items; blocked ones count."""
    team: Annotated[str, named("name of a team")] | None = None
    """The team that has them."""
    stage: Annotated[str, named("name of a stage")] | None = None
    """The stage that they are in."""
