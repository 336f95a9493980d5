"""What is under way and how old it is; and what is blocked, by what."""

from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.flow_report import AboutWork, Promise


@dataclass(frozen=True, kw_only=True)
class AgeingItem:
    """One item under way. `age_hours` runs from its start, `stage_age_hours` from its present entry into the stage.

    `age_working_hours` is the age within the working hours of the team that has it; null without a calendar.
    `percentile` is the share of finished items that took no longer; `chance` that it still keeps the service level
    expectation, null without one. `pace` names the highest band of its stage (P50, P70, P85, P95) that its age is
    beyond, null below all of them or where too few items left the stage.
    """

    item: str
    title: str | None
    type: str | None
    team: str | None
    status: str
    stage: str
    state: str
    started_at: datetime
    age_hours: float
    age_working_hours: float | None
    stage_age_hours: float
    percentile: float | None
    chance: float | None
    pace: str | None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How old finished items were when they left a stage: hours at the 50th, 70th, 85th and 95th percentile."""

    stage: str
    n: int
    p50_hours: float
    p70_hours: float
    p85_hours: float
    p95_hours: float


@dataclass(frozen=True, kw_only=True)
class Ageing(AboutWork):
    """The work that is under way, oldest first. Every surface shows exactly these fields.

    `under_way` counts all of it; `total` those among it whose start is known, so that they have an age.
    """

    at: datetime
    items: tuple[AgeingItem, ...]
    total: int
    under_way: int
    paces: tuple[Pace, ...]
    expectation: Promise


@dataclass(frozen=True, kw_only=True)
class BlockedItem:
    """One item under way that cannot go on, since when, and what for.

    `reason` is `flagged`, `status` (its status says that it waits for something) or `waits for an item`; `blockers` are
    the items that block it and are not done, with the teams that own them in `waits_for_teams`.
    """

    item: str
    title: str | None
    team: str | None
    status: str
    reason: str
    since: datetime
    blocked_hours: float
    blockers: tuple[str, ...]
    waits_for_teams: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BlockedReport(AboutWork):
    """What is blocked now, longest first, and how much of all flow time blocking took. Every surface shows these."""

    at: datetime
    items: tuple[BlockedItem, ...]
    total: int
    under_way: int
    finished_blocked_hours: float
    finished_blocked_share: float | None
