"""The value stream map: where work waits, stage by stage, and what it comes back from."""

from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.flow_report import AboutWork
from streamgauge.answers.service_delivery import Window
from streamgauge.insights.constraint import Candidate


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the stream, over the items finished in the window that went through it.

    `is_placed` says that its place among the stages is known; else it stands where items usually come to it.
    All hours are elapsed, medians over those items, null where no status tells: `process_time` is time in statuses
    that are worked on (an upper bound: it holds what idles there), `queue_before` waiting in the stage before and
    between, `lead_time` all that passed in it; its working hours are those of the team that had the item, null without
    a calendar. Where a log marks start and end of work, `process_time` is the time in hand of an item at the stage,
    and `touch_time` that of one piece of work. `complete_and_accurate` is the share of what this stage handed on that
    neither came back nor was blocked for want of clarification there; null where nothing was handed on. Where the
    company file tells of a survey it is what receivers said, and `surveyed` how many. `queue` is how many items wait in
    it now, `handovers` how often the team that owns the work changed on the way into or within it.
    """

    stage: str
    is_placed: bool
    phase: str | None
    items: int
    process_time_p50_hours: float | None
    touch_time_p50_minutes: float | None
    queue_before_p50_hours: float | None
    lead_time_p50_hours: float | None
    lead_time_p50_working_hours: float | None
    process_time_total_hours: float
    queue_before_total_hours: float
    lead_time_total_hours: float
    complete_and_accurate: float | None
    surveyed: int | None
    handed_on: int
    queue: int
    handovers: int


@dataclass(frozen=True, kw_only=True)
class Edge:
    """How often one status directly followed another in the window, over all items, open ones too.

    `wait` is the median time from the entry into the one to that into the other; where a log marks start and end of
    work, from the end of the one to the start of the other, 0 where that was earlier, null where no end is told. Doing
    the same again in a log of events is an edge from a status to itself. `is_return` says that most of these went back.
    """

    from_: str
    to: str
    count: int
    wait_p50_hours: float | None
    is_return: bool


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way that items went, from their first status to their last, and how many went it."""

    path: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Variants:
    """How many different ways there are, and the commonest: of items that ended, of a log of events of all."""

    count: int
    top: tuple[Variant, ...]


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """Work that went from one team to another: how often, how long it waited until the receiver began, what came back.

    `friction_hours` = n * mean wait + bounced * mean rework loop (first return until accepted again), in item hours;
    `is_small` says that fewer than ten handoffs are behind it.
    """

    from_: str
    to: str
    n: int
    wait_p50_hours: float
    wait_mean_hours: float
    bounced: int
    rework_mean_hours: float
    friction_hours: float
    is_small: bool


@dataclass(frozen=True, kw_only=True)
class Conformance:
    """How well the finished work of a value stream fits the stages agreed on, one after the other.

    A stage that is missing or too much costs 1. `trace_fitness` is the mean over items of 1 - cost / greatest cost,
    `log_fitness` the same of the sums. Of `n` items so many went exactly the agreed way (`fitting`), `skipped` a stage,
    went `backward`, or were in a stage that nobody agreed on (`unknown`).
    """

    stream: str
    agreed: tuple[str, ...]
    n: int
    trace_fitness: float
    log_fitness: float
    fitting: int
    skipped: int
    backward: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Cases:
    """How many items ended in the window, and how long they took from their first start to their last end.

    An item that was reopened is one case. In a log of events it goes from its first one to its last, and the
    `cancelled` ones count.
    """

    n: int
    cancelled: int
    duration_p50_hours: float | None
    duration_p85_hours: float | None
    duration_p95_hours: float | None


@dataclass(frozen=True, kw_only=True)
class StreamMap(AboutWork):
    """The map of the work of these datasets. Every surface shows exactly these fields.

    `activity_ratio` is the sum of process time over the sum of lead time of the stages, `flow_efficiency` the same of
    whole items. `rolled_complete_and_accurate` multiplies the stages' shares, `first_pass_yield` is the share of items
    that never went back. `bottleneck` is null unless the signals agree; `candidates` are there in any case.
    """

    window: Window
    as_of: datetime | None
    stages: tuple[Stage, ...]
    activity_ratio: float | None
    flow_efficiency: float | None
    rolled_complete_and_accurate: float | None
    first_pass_yield: float | None
    edges: tuple[Edge, ...]
    variants: Variants
    bottleneck: Candidate | None
    candidates: tuple[Candidate, ...]
    handoffs: tuple[Handoff, ...]
    conformance: tuple[Conformance, ...]
    cases: Cases
