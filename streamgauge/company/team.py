"""Teams: how many people they are, when they work, and how much they take on. Members are never named."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from streamgauge.company.calendar import Calendar
from streamgauge.company.law import STRICT, between, named


@dataclass(frozen=True, kw_only=True)
class Team:
    """One team, as the tools name it; capitals make no difference."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, named("name of a team")]
    """What it is called in the tools."""
    members: Annotated[int, between(1, 10_000, "people")] | None = None
    """How many people have at least half of their time for it."""
    calendar: Calendar | None = None
    """When it works, where that differs from the company's calendar."""
