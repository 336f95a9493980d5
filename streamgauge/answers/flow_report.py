"""How work flows: the answer that terminal, page and JSON show alike."""

from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.joined import Joined
from streamgauge.answers.service_delivery import Measure, Point, Window


@dataclass(frozen=True, kw_only=True)
class AboutWork:
    """What every answer about work says of itself: whose work, the sentence to read first, and what was assumed.

    `datasets` are measured together; a null `team`, `type` or value `stream` is all of them. `lake_version` is the
    handle of the snapshot that was read.
    """

    datasets: tuple[str, ...]
    team: str | None
    type: str | None
    stream: str | None
    message: str
    notes: tuple[str, ...]
    made_at: datetime
    lake_version: str
    streamgauge_version: str


@dataclass(frozen=True, kw_only=True)
class StateShare:
    """What share of the flow time of finished work was spent in one state: active, waiting or unmapped."""

    state: str
    share_of_time: float
    hours: float


@dataclass(frozen=True, kw_only=True)
class TypeShare:
    """How many finished items are of one type, and what share of all; `low` and `high` are its 95 % interval.

    A null `type` is that of items without one.
    """

    type: str | None
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class KindShare:
    """The flow distribution: how many finished items are of one kind, and what share of all that are of any.

    `kind` is feature, defect, risk or debt; a null one stands for items whose type is of no kind, which have no share.
    `low` and `high` are the 95 % interval; `share_of_active_time` is the same by the hours of work.
    """

    kind: str | None
    n: int
    share: float | None
    low: float | None
    high: float | None
    share_of_active_time: float | None


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """How much a team, a stage, or a team within a stage has under way; a null one stands for all of them.

    `limit` is that on work in progress, `said_by` the company file or by the size of the team; null without one.
    `state` is `ok`, `over`, or `never binding` where the limit was hardly ever used of late.
    """

    team: str | None
    stage: str | None
    items: int
    limit: int | None
    said_by: str | None
    share_of_limit: float | None
    over_by: int | None
    state: str | None
    share_of_time_at_limit: float | None


@dataclass(frozen=True, kw_only=True)
class TeamLoad:
    """On how many initiatives a team works at a time, and over how many it really spreads its work.

    `is_too_many` says that it is on more than the company file allows for; null without work under way.
    """

    team: str
    initiatives: int | None
    effective: float | None
    is_too_many: bool | None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The service level expectation: `share` of the work is done within `hours`, by the last `days` days.

    The smallest span that at least that share of the sample kept. `hours` is null on small samples, and
    `null_reason` says so.
    """

    share: float
    hours: float | None
    days: int
    n: int
    null_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Little's law over the window, exact (`load` = `arrivals` * `presence`) and as a check of stability.

    `load` is the average number of items under way, by the area under its curve; `arrivals` how many were under way at
    any time, a day; `presence` the average hours each of them was so within the window: their product is the load in
    any data that are whole, and `is_exact` says that it is. `throughput` is finished items a day, `cycle_hours` their
    average time. `ratio` is load / throughput over the cycle time: from 0.8 to 1.25 the flow is `stable` (both are
    thresholds). `debt_hours` is how much longer the open work takes than the finished tells; null without finished
    work.

    What the check assumes, measured: `starts_per_end` (items begun for each that ended), `cancel_share` of those that
    ended, `load_change` (items under way at the end less those at the start, over the load), and `age_slope`, by how
    many hours the mean age of open work grows a day (Theil-Sen).
    """

    load: float
    arrivals: float
    presence_hours: float
    throughput: float
    cycle_hours: float | None
    ratio: float | None
    debt_hours: float | None
    stable: bool | None
    is_exact: bool
    starts_per_end: float | None
    cancel_share: float | None
    load_change: float | None
    age_slope: float | None


@dataclass(frozen=True, kw_only=True)
class Queueing:
    """What waiting would be at a share of busy time, by Kingman's formula: to explain utilisation, never a forecast.

    `wait_hours` = busy / (1 - busy) * (`arrival_cv2` + `service_cv2`) / 2 * `service_hours`: squared coefficients of
    variation of the time between starts and of the time of work, and its mean, over the `n` items of the window.
    """

    busy: float
    n: int
    arrival_cv2: float | None
    service_cv2: float | None
    service_hours: float | None
    wait_hours: float | None


@dataclass(frozen=True, kw_only=True)
class CumulativeLine:
    """One boundary of the stream: how many items had reached this stage, or one behind it, by the end of each day.

    Lines never fall and never cross. The last, `done or cancelled`, counts what left.
    """

    stage: str
    arrivals: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CumulativeFlow:
    """Cumulative flow by day, in the company's zone: `days` with one number for each of them in every list.

    `started` and `ended` (done or cancelled) are the items of that day, `under_way` those at its end;
    `under_way_by_kind` the same by kind, each item being what it was on that day.
    """

    days: tuple[str, ...]
    lines: tuple[CumulativeLine, ...]
    started: tuple[int, ...]
    ended: tuple[int, ...]
    under_way: tuple[int, ...]
    under_way_by_kind: dict[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Unmapped:
    """A status that is not understood, and how many rows of the history tell of it, those that repeat it among them."""

    status: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class DataQuality:
    """What the numbers rest on: statuses that nobody mapped, rows that could not be read, what is missing or gone.

    Of the work asked for, `left_truncated` items began before what the tool tells. The others are of the datasets,
    whosever work it is: `vanished` items are gone from their tool; `joined` ones stand in two tools.
    """

    unmapped: tuple[Unmapped, ...]
    bad_rows: int
    left_truncated: int
    vanished: int
    joined: tuple[Joined, ...]


@dataclass(frozen=True, kw_only=True)
class FlowReport(AboutWork):
    """How work flows, over the datasets asked for together. Every surface shows exactly these fields."""

    window: Window
    as_of: datetime | None
    measures: tuple[Measure, ...]
    series: tuple[Point, ...]
    states: tuple[StateShare, ...]
    distribution: tuple[TypeShare, ...]
    kinds: tuple[KindShare, ...]
    under_way: tuple[UnderWay, ...]
    teams: tuple[TeamLoad, ...]
    expectation: Promise
    balance: Balance | None
    queueing: Queueing | None
    cumulative: CumulativeFlow | None
    data_quality: DataQuality
