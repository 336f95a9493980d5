"""How work goes here: what each status of a tool means, in states, stages and phases (definitions 2.0 and 12)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company.law import STRICT, named

State = Literal["new", "waiting", "active", "done", "cancelled", "ignore"]
Phase = Literal["discovery", "planning", "development", "readiness", "release"]


@dataclass(frozen=True, kw_only=True)
class Status:
    """What one status of a tool means."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    status: Annotated[str, named("status")]
    """The status in the tool's own words; capitals and spaces at the ends make no difference."""
    state: State
    """Whether work is not committed to, waits, is worked on, is done or given up; `ignore` is as if it were not."""
    stage: Annotated[str, named("name of a stage")] | None = None
    """The stage of the value stream that it belongs to; without one, the status is its own stage."""
    phase: Phase | None = None
    """The phase that the stage belongs to."""
    clarification: bool | None = None
    """Whether work waits in it for clarification of what came in; without it, its name may say so. What waits so in no
    stage of its own stays in the one where it was."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """The meaning of statuses from a day on; stages are in the order in which the list first names them."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    since: date | None = None
    """The first day on which it holds, until a later one does; without one, from the beginning."""
    types: tuple[Annotated[str, named("type of item")], ...] = ()
    """Types of items that it holds for; without any, all those that none from the same day names."""
    statuses: tuple[Status, ...] = ()
    """What each status means. A status that is not here is understood by its name, and that is said."""
