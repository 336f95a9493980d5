"""How code becomes something that users have: the answer that terminal and JSON show alike."""

from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.flow_report import AboutWork
from streamgauge.answers.service_delivery import Measure, Point, Window


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One phase of the lead time of the delivered pull requests: coding, pickup, review, merge or release.

    `share_of_time` are its hours over those of all phases, which together are the lead time. `hours` are summed over
    `n` pull requests; a phase that one did not have (nobody reviewed it) adds nothing.
    """

    phase: str
    share_of_time: float
    hours: float
    n: int


@dataclass(frozen=True, kw_only=True)
class SizeShare:
    """How many merged pull requests change so many lines, and what share of all; `low` and `high` are its interval.

    `lines` is the range in words ("1-10"); the ranges are DORA's.
    """

    lines: str
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class OpenPullRequest:
    """A pull request that is open at the end of the window, and what it waits for.

    `state` is draft, "waits for review", "in review" or approved; `state_hours` is for how long already.
    """

    repository: str
    pull_request: str
    title: str | None
    age_hours: float
    state: str
    state_hours: float
    url: str | None


@dataclass(frozen=True, kw_only=True)
class RepositoryCode:
    """How the pull requests and runs of one repository go, over the same window.

    With fewer than four contributors (`null_reason` says so) a repository's numbers would be about persons: they are
    null. `merged` and `runs` are the cases behind them.
    """

    repository: str
    service: str | None
    merged: int
    lead_time_p50_hours: float | None
    pickup_p50_hours: float | None
    unreviewed_share: float | None
    runs: int
    build_success_rate: float | None
    flake_rate: float | None
    null_reason: str | None


@dataclass(frozen=True, kw_only=True)
class CodeQuality:
    """What the numbers rest on.

    `machines` are pull requests of machines, which count nowhere; `impossible` ones have instants that contradict each
    other; of `without_commits` no commit is known; `start_clamped` ones begin with their creation,
    because a commit's time cannot be true; `without_item` are merged ones that name no work item of the lake.
    `deliveries` says what stands for a delivery: "deployments", "releases", both, or null where none is known.
    """

    machines: int
    impossible: int
    without_commits: int
    start_clamped: int
    without_item: int
    deliveries: str | None


@dataclass(frozen=True, kw_only=True)
class CodeReport(AboutWork):
    """How pull requests and pipelines go, over the repositories asked for together; `datasets` are their names.

    Every surface shows exactly these fields. `open` holds the oldest of the `open_total` open pull requests,
    `repositories` those with most merged pull requests first.
    """

    window: Window
    as_of: datetime | None
    measures: tuple[Measure, ...]
    series: tuple[Point, ...]
    phases: tuple[Phase, ...]
    sizes: tuple[SizeShare, ...]
    open: tuple[OpenPullRequest, ...]
    open_total: int
    repositories: tuple[RepositoryCode, ...]
    data_quality: CodeQuality
