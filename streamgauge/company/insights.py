"""The judgements behind insights: from when on a claim is made. Each is a choice where the field has no standard."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from streamgauge.company.law import STRICT, between


@dataclass(frozen=True, kw_only=True)
class AgeingBeyondPaceTerms:
    """Work beyond the pace of its stage."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    usual_share: Annotated[float, between(0, 1, "of the work")] = 0.15
    """More of the work there than this has to be beyond the pace: by definition 15 % of finished work was."""
    least_items: Annotated[int, between(1, 100_000, "items")] = 5
    """At least so many items are beyond it."""


@dataclass(frozen=True, kw_only=True)
class BottleneckTerms:
    """The signals that a stage is the constraint."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    items: Annotated[int, between(1, 1_000_000, "items")] = 20
    """Fewer items through a stage than this claim nothing."""
    sure: Annotated[float, between(0.5, 1, "of the resamples")] = 0.9
    """The probability from which a stage is taken to hold the most waiting."""
    busiest: Annotated[float, between(0.5, 1, "of the resamples")] = 0.975
    """The probability from which a stage whose limit is known is taken to be the busiest of those."""
    empty: Annotated[float, between(0, 1, "of the time")] = 0.3
    """The share of time with an empty queue from which the next stage is starved."""
    never_empty: Annotated[float, between(0, 1, "of the time")] = 0.1
    """It starves for want of this stage only where this one's own queue is empty less than this share of time."""
    busy: Annotated[float, between(0, 1, "of the limit")] = 0.85
    """The utilisation from which a stage works at its limit."""
    ceiling: Annotated[float, between(0, 1, "of the time")] = 0.9
    """Its limit is known where all of it is in use in at least this share of the time in which work waits."""
    clear: Annotated[float, between(1, 100, "times")] = 2.0
    """Without a known limit, how many times the waiting of any other stage it must hold, and its queue must grow."""
    late: Annotated[float, between(0.05, 1, "of the time")] = 0.3
    """It may hold the most waiting of all that was done, or of what was done in this last part of the time."""


@dataclass(frozen=True, kw_only=True)
class DependencyBlocksTerms:
    """Work of one team that waits for another."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_hours: Annotated[float, between(0, 87_600, "hours")] = 24.0
    """The longest of what waits now has waited for at least so long."""
    least_hours_now: Annotated[float, between(0, 876_000, "hours")] = 72.0
    """All that waits now has waited together for at least so long."""


@dataclass(frozen=True, kw_only=True)
class FlakyDefaultBranchTerms:
    """Pipelines that fail for nothing."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_share: Annotated[float, between(0, 1, "of the states")] = 0.05
    """The lower end of the interval of the share that flakes is at least this."""
    least_runs: Annotated[int, between(1, 1_000_000, "states")] = 30
    """Fewer states of a default branch than this tell nothing."""
    days: Annotated[int, between(1, 3650, "days")] = 120
    """Looked at are so many last days."""


@dataclass(frozen=True, kw_only=True)
class HandoffFrictionTerms:
    """The handoff that costs most."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    sure: Annotated[float, between(0.5, 1, "of the resamples")] = 0.9
    """It costs most in at least this share of resamples."""
    least_handoffs: Annotated[int, between(1, 1_000_000, "handoffs")] = 10
    """Fewer handoffs than this tell nothing."""
    least_share: Annotated[float, between(0, 1, "of the cost")] = 0.2
    """It has at least this share of the cost of all."""
    least_hours: Annotated[float, between(0, 87_600, "hours")] = 1.0
    """It costs each item at least so much."""


@dataclass(frozen=True, kw_only=True)
class MergedWorkWaitsTerms:
    """Merged changes that nobody releases."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_changes: Annotated[int, between(1, 100_000, "changes")] = 5
    """At least so many changes lie unreleased for too long."""
    least_releases: Annotated[int, between(2, 100_000, "releases")] = 5
    """The rhythm of fewer releases than this is not known."""
    least_hours: Annotated[float, between(0, 87_600, "hours")] = 336.0
    """What lies for less than this does not wait for long."""
    times: Annotated[float, between(1, 100, "times")] = 2.0
    """Nor does what lies for less than so many times the usual gap between releases."""


@dataclass(frozen=True, kw_only=True)
class ProviderSlowsDownTerms:
    """A team that others wait longer for than before."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    late_days: Annotated[int, between(1, 3650, "days")] = 28
    """So many last days are held against those before."""
    early_days: Annotated[int, between(1, 3650, "days")] = 180
    """So many days before them are held against them."""
    least_items: Annotated[int, between(2, 100_000, "items")] = 10
    """Fewer items of late than this tell nothing, nor fewer than twice as many before."""
    times: Annotated[float, between(1, 100, "times")] = 1.5
    """It takes at least so many times as long as before."""
    sure: Annotated[float, between(0.5, 1, "of the resamples")] = 0.975
    """It takes longer in at least this share of resamples."""


@dataclass(frozen=True, kw_only=True)
class QueuePilesUpTerms:
    """Work that piles up before a stage."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    chance: Annotated[float, between(0, 0.5, "probability")] = 0.01
    """The growth comes by chance with less than this probability."""
    times: Annotated[float, between(1, 100, "times")] = 1.5
    """So many times as much waits as at first."""
    least_items: Annotated[float, between(0, 100_000, "items")] = 5.0
    """At least so many items more than at first wait."""


@dataclass(frozen=True, kw_only=True)
class RedDefaultBranchTerms:
    """Default branches that stay broken."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    days: Annotated[int, between(1, 3650, "days")] = 90
    """Looked at are so many last days."""
    least_runs: Annotated[int, between(1, 1_000_000, "runs")] = 20
    """Fewer runs than this tell nothing."""
    least_share: Annotated[float, between(0, 1, "of the time")] = 0.1
    """It is broken for at least this share of the time, three times or more."""
    still_hours: Annotated[float, between(0, 87_600, "hours")] = 24.0
    """Or it is broken now, and has been for longer than this."""


@dataclass(frozen=True, kw_only=True)
class ReworkLoopTerms:
    """Work that goes back."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_share: Annotated[float, between(0, 1, "of the items")] = 0.15
    """The lower end of the interval of the share that goes back is at least this."""
    least_items: Annotated[int, between(1, 1_000_000, "items")] = 20
    """Fewer items that reached the stage than this tell nothing."""


@dataclass(frozen=True, kw_only=True)
class StaleDataTerms:
    """Tools that fell silent."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    back_days: Annotated[int, between(1, 36_500, "days")] = 365
    """Looked at are so many last days."""
    least_seen: Annotated[int, between(2, 36_500, "days")] = 30
    """How often a tool tells is known from so many days with a word on."""
    least_days: Annotated[int, between(1, 3650, "days")] = 5
    """A shorter silence than this is a usual one."""
    least_expected: Annotated[float, between(0, 1_000_000, "records")] = 20.0
    """At least so many records are missing by the usual pace."""
    times: Annotated[float, between(1, 100, "times")] = 2.0
    """The silence is so many times as long as any other."""


@dataclass(frozen=True, kw_only=True)
class TooManyInitiativesTerms:
    """Teams on too many initiatives; how many are too many is `thresholds.most_initiatives`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    fortnights: Annotated[int, between(1, 100, "fortnights")] = 8
    """Looked at are so many last fortnights."""
    least_fortnights: Annotated[int, between(1, 100, "fortnights")] = 6
    """In at least so many of them the team worked."""
    often: Annotated[float, between(0, 1, "of the fortnights")] = 0.75
    """In at least this share of them it was on too many."""


@dataclass(frozen=True, kw_only=True)
class UnmappedStatusesTerms:
    """Time in statuses that are not understood."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_share: Annotated[float, between(0, 1, "of the time")] = 0.05
    """At least this share of the time of finished work was spent in them."""


@dataclass(frozen=True, kw_only=True)
class UnreviewedMergesTerms:
    """Merges that nobody reviewed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_share: Annotated[float, between(0, 1, "of the merges")] = 0.15
    """The lower end of the interval of their share is at least this."""
    least_merges: Annotated[int, between(1, 1_000_000, "merges")] = 20
    """Fewer merges than this tell nothing."""


@dataclass(frozen=True, kw_only=True)
class UnstableFlowTerms:
    """Flow that is not stable; what is stable is `thresholds.stable_from` to `thresholds.stable_to`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_items: Annotated[int, between(2, 1_000_000, "items")] = 30
    """Fewer items that ended than this tell nothing."""
    least_days: Annotated[float, between(1, 3650, "days")] = 28.0
    """Nor does a shorter time than this."""


@dataclass(frozen=True, kw_only=True)
class WipOverLimitTerms:
    """More under way than was agreed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    least_share: Annotated[float, between(0, 1, "of the time")] = 0.25
    """The limit was passed for at least this share of the time."""
    least_days: Annotated[float, between(0, 3650, "days")] = 14.0
    """A shorter time than this tells nothing."""


@dataclass(frozen=True, kw_only=True)
class Insights:
    """From when on an insight holds, for each by the name that `streamgauge insights` shows."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    ageing_beyond_pace: AgeingBeyondPaceTerms = field(default_factory=AgeingBeyondPaceTerms)
    """On work beyond the pace of its stage."""
    bottleneck: BottleneckTerms = field(default_factory=BottleneckTerms)
    """On the signals that a stage is the constraint."""
    dependency_blocks: DependencyBlocksTerms = field(default_factory=DependencyBlocksTerms)
    """On work of one team that waits for another."""
    flaky_default_branch: FlakyDefaultBranchTerms = field(default_factory=FlakyDefaultBranchTerms)
    """On pipelines that fail for nothing."""
    handoff_friction: HandoffFrictionTerms = field(default_factory=HandoffFrictionTerms)
    """On the handoff that costs most."""
    merged_work_waits: MergedWorkWaitsTerms = field(default_factory=MergedWorkWaitsTerms)
    """On merged changes that nobody releases."""
    provider_slows_down: ProviderSlowsDownTerms = field(default_factory=ProviderSlowsDownTerms)
    """On a team that others wait longer for than before."""
    queue_piles_up: QueuePilesUpTerms = field(default_factory=QueuePilesUpTerms)
    """On work that piles up before a stage."""
    red_default_branch: RedDefaultBranchTerms = field(default_factory=RedDefaultBranchTerms)
    """On default branches that stay broken."""
    rework_loop: ReworkLoopTerms = field(default_factory=ReworkLoopTerms)
    """On work that goes back."""
    stale_data: StaleDataTerms = field(default_factory=StaleDataTerms)
    """On tools that fell silent."""
    too_many_initiatives: TooManyInitiativesTerms = field(default_factory=TooManyInitiativesTerms)
    """On teams on too many initiatives; how many are too many is `thresholds.most_initiatives`."""
    unmapped_statuses: UnmappedStatusesTerms = field(default_factory=UnmappedStatusesTerms)
    """On time in statuses that are not understood."""
    unreviewed_merges: UnreviewedMergesTerms = field(default_factory=UnreviewedMergesTerms)
    """On merges that nobody reviewed."""
    unstable_flow: UnstableFlowTerms = field(default_factory=UnstableFlowTerms)
    """On flow that is not stable; what is stable is `thresholds.stable_from` to `thresholds.stable_to`."""
    wip_over_limit: WipOverLimitTerms = field(default_factory=WipOverLimitTerms)
    """On more under way than was agreed."""
