"""How work flows: the answer that terminal, page and JSON show alike."""

from dataclasses import dataclass
from datetime import datetime

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

    `load` is the average number of items under way; `arrivals` how many were under way at any time, a day;
    `presence` the average hours each of them was so within the window; `throughput` finished items a day;
    `cycle_hours` their average time. `ratio` is load / throughput over the cycle time: from 0.8 to 1.25 the flow is
    `stable`. `debt_hours` is how much longer the open work takes than the finished tells; null without finished work.
    """

    load: float
    arrivals: float
    presence_hours: float
    throughput: float
    cycle_hours: float | None
    ratio: float | None
    debt_hours: float | None
    stable: bool | None


@dataclass(frozen=True, kw_only=True)
class Unmapped:
    """A status that is not understood, and how many rows of the history tell of it."""

    status: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class DataQuality:
    """What the numbers rest on: statuses that nobody mapped, rows that could not be read, what is missing or gone.

    `left_truncated` items began before what the tool tells; `vanished` ones are gone from it.
    """

    unmapped: tuple[Unmapped, ...]
    bad_rows: int
    left_truncated: int
    vanished: int


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
    expectation: Promise
    balance: Balance | None
    data_quality: DataQuality
