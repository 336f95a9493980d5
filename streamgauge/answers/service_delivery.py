"""How one service delivers: the answer that report, page and JSON show alike."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How many candidates a measure left out for one reason."""

    reason: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Percentiles:
    """Linear percentiles (Hyndman-Fan type 7) of the single observations."""

    p50: float
    p75: float
    p85: float
    p90: float
    p95: float


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One metric over the whole window.

    `low` and `high` are the 95 % interval of `value`. A null `value` has a `null_reason`. `band` is null on
    small samples, and `band_note` says so; `score` is DORA's 1 to 6 category where the band is on that scale.
    `percentile_unit` is the unit of the percentiles: of an inventory they are ages, in hours.
    `label` carries the policy (for lead time: from which instant, which commits). `caveats` are sentences a
    reader must know (inferred, biased, proxy).
    """

    metric: str
    label: str
    asks: str
    value: float | None
    unit: str
    better: str
    n: int
    low: float | None
    high: float | None
    percentiles: Percentiles | None
    percentile_unit: str | None
    band: str | None
    score: int | None
    edition: str | None
    band_note: str | None
    null_reason: str | None
    provisional: bool
    left_out: tuple[LeftOut, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One metric in one calendar month (`bucket`, "2025-03"); a count is 0, a duration or share null without data."""

    bucket: str
    metric: str
    value: float | None
    n: int
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class Year:
    """Median change lead time (hours) over twelve full calendar months, `[since, until)`, with its 95 % interval."""

    since: datetime
    until: datetime
    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, kw_only=True)
class Release:
    """One counted release. `commits` is all that it first contains, `changes` those that count for lead time.

    `verdict` is "ok", "failed", "pending" (too young to tell) or "not measurable"; `kind` is "normal" or
    "hotfix"; `why` says which rule fired. Lines leave generated and vendored files out; null where not read.
    """

    name: str
    at: datetime
    commit: str
    commits: int
    changes: int
    lead_time_p50_hours: float | None
    verdict: str
    kind: str
    why: str | None
    lines_added: int | None
    lines_deleted: int | None


@dataclass(frozen=True, kw_only=True)
class Undeployed:
    """Commits that the default branch has and no release of this line contains; `oldest_at` by commit time.

    `n` is null where the default branch is not known.
    """

    n: int | None
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class HotSpot:
    """A file that many changes touched, over the commits whose files were read."""

    path: str
    commits: int
    lines: int | None


@dataclass(frozen=True, kw_only=True)
class Window:
    """The half-open span `[since, until)` in UTC whose deployments count; `days` is its length."""

    since: datetime | None
    until: datetime
    days: float | None


@dataclass(frozen=True, kw_only=True)
class ServiceDelivery:
    """How one release line of one service delivers. Every surface shows exactly these fields.

    `message` is the one sentence to read first. `proxy` names what stands for deployments, `rule` how the
    line's releases were chosen. `years` are the last twelve full months and the twelve before, newest first,
    each only where the window holds all of it and changes were shipped in it. `notes` are sentences on the
    quality of the source (shallow, broken tags).
    """

    service: str
    release_line: str | None
    message: str
    proxy: str
    rule: str
    window: Window
    as_of: datetime | None
    head: str | None
    measures: tuple[Measure, ...]
    series: tuple[Point, ...]
    years: tuple[Year, ...]
    releases: tuple[Release, ...]
    undeployed: Undeployed
    hot_spots: tuple[HotSpot, ...]
    hot_spots_basis: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A source that could not be read in this run, shown beside what could."""

    path: str
    error: str


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """All that `streamgauge report` answers. `lake_version` is the handle of the snapshot it was read from.

    `message` is the sentence to read first of all services together; of one it is that one's own.
    """

    message: str

    services: tuple[ServiceDelivery, ...]
    failures: tuple[Failure, ...]
    made_at: datetime
    lake_version: str
    streamgauge_version: str
