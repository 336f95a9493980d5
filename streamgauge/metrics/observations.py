"""Runs a metric's statement: the summary, the months and the records of one question, written once for all metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from streamgauge.lake import View
from streamgauge.metrics.metric import SCOPE, WEIGHTED, Better, Metric, Of, Shape
from streamgauge.metrics.statistics import Arranged, Floats, Interval, arranged, ratio_interval, total


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The terms on which one release line is asked. Instants are UTC; the window is `[since, until)`.

    Lines with the same `slice` are measured as one (a value stream). `known_at` is the moment whose knowledge counts.
    """

    line_id: str
    slice: str
    until: datetime
    known_at: datetime
    since: datetime | None = None
    from_committed: bool = False
    include_merges: bool = False
    leave_out_reverts: bool = False
    leave_out_bots: bool = False
    team: str | None = None
    type: str | None = None
    stream: str | None = None
    from_stage: str | None = None
    to_stage: str | None = None
    initiative_days: float = 14.0
    unlinked_share: float = 0.2

    @property
    def is_narrowed(self) -> bool:
        """Whether only the work of a team, of a type or of a value stream is asked for."""
        return (self.team, self.type, self.stream) != (None, None, None)


class Values(Protocol):
    """The values that count, and what they come to."""

    @property
    def taken(self) -> Floats:
        """The values, in no order."""

    @property
    def arranged(self) -> Arranged:
        """The values at those places of their order that a median, its interval or a percentile looks at."""

    @property
    def total(self) -> float:
        """Their sum, rounded once."""

    def ratio(self, *, is_share: bool) -> Interval:
        """Return the ratio of their sum and that of their weights, with its interval."""

    def mean(self) -> Interval:
        """Return their mean, with its interval."""


@dataclass(frozen=True, eq=False)
class Plain:
    """Values that are there one by one, with their weights where they have some."""

    taken: Floats
    weights: Floats = field(default_factory=lambda: np.array([]))

    @cached_property
    def arranged(self) -> Arranged:
        """See Values."""
        return arranged(self.taken)

    @property
    def total(self) -> float:
        """See Values."""
        return total(self.taken)

    def ratio(self, *, is_share: bool) -> Interval:
        """See Values."""
        return ratio_interval(self.taken, self.weights, is_share=is_share)

    def mean(self) -> Interval:
        """See Values."""
        return ratio_interval(self.taken, np.ones(len(self.taken)), is_share=False)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the observations of one slice come to: how many count, their values, and how many were left out.

    `n` exceeds the number of values only in an inventory, by what has no readable time and so no age. Where some are
    `censored` the values rise, and of each it says whether it is.
    """

    n: int
    of: Values
    censored: tuple[bool, ...]
    left_out: dict[str, int]
    oldest: datetime | None
    newest: datetime | None

    @property
    def taken(self) -> Floats:
        """The values, in no order."""
        return self.of.taken

    @property
    def arranged(self) -> Arranged:
        """The values at those places of their order that a median, its interval or a percentile looks at."""
        return self.of.arranged

    @cached_property
    def values(self) -> Floats:
        """The values in their order."""
        return np.sort(self.taken)


_WINDOW = """(o.observed_at IS NULL
       OR ((scope.since IS NULL OR o.observed_at >= scope.since) AND o.observed_at < scope.until))"""
WITH_SCOPE = f"WITH scope AS ({SCOPE.strip()})"
"""What every statement about metrics begins with."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a number is of, by name: a stage, a way, an item, or from the one to the other. Null is any.

    Of an item `age` and `promise` are the hours that finished work is compared with.
    """

    name: str | None = None
    towards: str | None = None
    age: float | None = None
    promise: float | None = None


ANY = Place()
_PLACED = """
  AND ($place IS NULL OR o.place = $place) AND ($towards IS NULL OR o.towards = $towards)"""


def opening(given: str) -> str:
    """Return what a statement begins with: the terms of the question, and the tables `given` with them."""
    return f"{WITH_SCOPE},\n{given.strip()}" if given else WITH_SCOPE


def is_placed(metric: Metric) -> bool:
    """Return whether the rows of a metric say which place each is of."""
    return metric.of not in (None, Of.ITEM)


def statement(metric: Metric) -> str:
    """Return the statement that yields every candidate of a metric in the window, counted or left out."""
    censored = "o.censored" if metric.shape is Shape.RECOVERY else "FALSE AS censored"
    weight = "o.weight" if metric.shape in WEIGHTED else "CAST(1 AS DOUBLE) AS weight"
    left_out = "o.left_out, o.place, o.towards" if is_placed(metric) else "o.left_out"
    return f"""{opening(metric.given)},
observations AS (
{metric.sql.strip()}
)
SELECT o.slice, o.observed_at, o.value, o.evidence, o.release, o.detail, {censored}, {weight}, {left_out}
{within_window(metric, "observations")}"""


def within_window(metric: Metric, observations: str) -> str:
    """Return the FROM of the candidates `o` of a metric that are in the window; `observations` is our own SQL."""
    # An inventory is what lies there at the end, however long ago it came; its own statement looks to the end.
    window = "TRUE" if metric.shape is Shape.INVENTORY else _WINDOW
    return f"""FROM {observations} AS o
JOIN (SELECT DISTINCT slice, since, until FROM scope) AS scope ON scope.slice = o.slice
WHERE {window}{_PLACED if is_placed(metric) else ""}"""


MARK = "\x1f"
"""What stands between the steps of a way."""


def named(place: Place) -> dict[str, object]:
    """Return the values that narrow a statement to a place."""
    return {"place": place.name, "towards": place.towards, "age": place.age, "promise": place.promise, "mark": MARK}


def parameters(scopes: Sequence[Scope]) -> dict[str, object]:
    """Return the values bound into SCOPE, and the `end` of the window: not later than what is known.

    `late` is the instant before which work has ended that nobody need look at, as none of it is there at the end.
    """
    end = min((min(s.until, s.known_at) for s in scopes), default=None)
    return {
        "line_ids": [s.line_id for s in scopes],
        "slices": [s.slice for s in scopes],
        "since": [s.since for s in scopes],
        "until": [s.until for s in scopes],
        "known_at": [s.known_at for s in scopes],
        "end": end,
        "late": end,
        "from_committed": [s.from_committed for s in scopes],
        "include_merges": [s.include_merges for s in scopes],
        "leave_out_reverts": [s.leave_out_reverts for s in scopes],
        "leave_out_bots": [s.leave_out_bots for s in scopes],
        "teams": [s.team for s in scopes],
        "types": [s.type for s in scopes],
        "streams": [s.stream for s in scopes],
        "from_stages": [s.from_stage for s in scopes],
        "to_stages": [s.to_stage for s in scopes],
        "initiative_days": [s.initiative_days for s in scopes],
        "unlinked_shares": [s.unlinked_share for s in scopes],
    }


def records(
    view: View,
    metric: Metric,
    scopes: Sequence[Scope],
    *,
    worst: str,
    limit: int | None,
    zone: str,
    place: Place = ANY,
) -> dict[str, list[dict[str, Any]]]:
    """Return by slice the records behind a number, counted ones first, `worst` (DESC or ASC) value first.

    At most `limit` of the counted and as many of the left out; `month` is where each counts in the series, in `zone`.
    """
    found: dict[str, list[dict[str, Any]]] = {scope.slice: [] for scope in scopes}
    said = parameters(scopes) | named(place) | {"limit": limit, "zone": zone}
    for row in view.rows(_listed(metric, "slice", worst), said):
        found[row["slice"]].append(row)
    return found


def records_of_places(
    view: View, metric: Metric, scopes: Sequence[Scope], place: Place, *, limit: int | None, zone: str
) -> dict[Place, list[dict[str, Any]]]:
    """Return by place the records behind a number that is of places, of each as `records` does."""
    found: dict[Place, list[dict[str, Any]]] = {}
    said = parameters(scopes) | named(place) | {"limit": limit, "zone": zone}
    for row in view.rows(_listed(metric, "place, towards", worst_first(metric)), said):
        found.setdefault(Place(name=row["place"], towards=row["towards"]), []).append(row)
    return found


def worst_first(metric: Metric) -> str:
    """Return the order in which the worst record comes first: DESC or ASC."""
    return "ASC" if metric.better is Better.HIGHER else "DESC"


def _listed(metric: Metric, of: str, worst: str) -> str:
    """Return the statement that numbers the candidates of each place or slice, and gives the first of them."""
    order = "DESC" if worst == "DESC" else "ASC"
    return f"""SELECT *, date_trunc('month', from_utc_timestamp(observed_at, $zone)) AS month FROM (
  SELECT *, row_number() OVER (
    PARTITION BY {of}, left_out IS NULL ORDER BY value {order} NULLS LAST, observed_at DESC, evidence) AS nth
  FROM ({statement(metric)})
) WHERE $limit IS NULL OR nth <= $limit ORDER BY {of}, left_out IS NOT NULL, nth"""
