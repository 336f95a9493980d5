"""Runs a metric's statement: the summary, the months and the records of one question, written once for all metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from streamgauge.lake import View
from streamgauge.metrics.metric import SCOPE, WEIGHTED, Better, Metric, Of, Shape
from streamgauge.metrics.statistics import Floats


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


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What the observations of one slice come to: how many count, their values in order, and how many were left out.

    `n` exceeds the number of `values` only in an inventory, by what has no readable time and so no age.
    """

    n: int
    values: Floats
    censored: tuple[bool, ...]
    left_out: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    weights: Floats = field(default_factory=lambda: np.array([]))
    """Of a ratio the weight of each value, in the order of the values."""


_WINDOW = """(o.observed_at IS NULL
       OR ((scope.since IS NULL OR o.observed_at >= scope.since) AND o.observed_at < scope.until))"""


_WITH_SCOPE = f"WITH scope AS ({SCOPE.strip()})"


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
    return f"{_WITH_SCOPE},\n{given.strip()}" if given else _WITH_SCOPE


def _opening(metrics: Sequence[Metric]) -> str:
    return opening(",\n".join(dict.fromkeys(metric.given.strip() for metric in metrics if metric.given)))


def is_placed(metric: Metric) -> bool:
    """Return whether the rows of a metric say which place each is of."""
    return metric.of not in (None, Of.ITEM)


def statement(metric: Metric) -> str:
    """Return the statement that yields every candidate of a metric in the window, counted or left out."""
    return f"""{opening(metric.given)},
observations AS (
{metric.sql.strip()}
)
{_candidates(metric, "observations")}"""


def _candidates(metric: Metric, observations: str) -> str:
    censored = "o.censored" if metric.shape is Shape.RECOVERY else "FALSE AS censored"
    weight = "o.weight" if metric.shape in WEIGHTED else "CAST(1 AS DOUBLE) AS weight"
    # An inventory is what lies there at the end, however long ago it came; its own statement looks to the end.
    window = "TRUE" if metric.shape is Shape.INVENTORY else _WINDOW
    placed = is_placed(metric)
    left_out = "o.left_out, o.place, o.towards" if placed else "o.left_out"
    return f"""SELECT o.slice, o.observed_at, o.value, o.evidence, o.release, o.detail, {censored}, {weight}, {left_out}
FROM {observations} AS o JOIN (SELECT DISTINCT slice, since, until FROM scope) AS scope ON scope.slice = o.slice
WHERE {window}{_PLACED if placed else ""}"""


MARK = "\x1f"
"""What stands between the steps of a way."""


def named(place: Place) -> dict[str, object]:
    """Return the values that narrow a statement to a place."""
    return {"place": place.name, "towards": place.towards, "age": place.age, "promise": place.promise, "mark": MARK}


def parameters(scopes: Sequence[Scope]) -> dict[str, object]:
    """Return the values bound into SCOPE."""
    return {
        "line_ids": [s.line_id for s in scopes],
        "slices": [s.slice for s in scopes],
        "since": [s.since for s in scopes],
        "until": [s.until for s in scopes],
        "known_at": [s.known_at for s in scopes],
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


def summarise(view: View, metric: Metric, scopes: Sequence[Scope], place: Place = ANY) -> dict[str, Summary]:
    """Return the summary of each slice for one metric."""
    return summaries(view, [metric], scopes, place)[metric.name]


def summaries(
    view: View, metrics: Sequence[Metric], scopes: Sequence[Scope], place: Place = ANY
) -> dict[str, dict[str, Summary]]:
    """Return by metric the summary of each slice; one statement, however many metrics and slices there are."""
    sql = "\nUNION ALL\n".join(
        f"""SELECT '{metric.name}' AS metric, slice, left_out, {_sums(metric)}
FROM ({_candidates(metric, f"({metric.sql.strip()})")}) AS o GROUP BY slice, left_out"""
        for metric in metrics
    )
    table = view.query(f"{_opening(metrics)}\n{sql}", parameters(scopes) | named(place))
    left_out: dict[tuple[str, str], dict[str, int]] = {(m.name, s.slice): {} for m in metrics for s in scopes}
    found: dict[tuple[str, str], Summary] = {}
    keys = zip(*(table[c].to_pylist() for c in ("metric", "slice", "left_out")), strict=True)
    for i, (metric, part, reason) in enumerate(keys):
        if reason is not None:
            left_out[metric, part][reason] = table["n"][i].as_py()
        else:
            found[metric, part] = _summary(table, i, left_out[metric, part])
    return {
        m.name: {s.slice: found.get((m.name, s.slice)) or _nothing(left_out[m.name, s.slice]) for s in scopes}
        for m in metrics
    }


def summaries_of_places(view: View, metric: Metric, scopes: Sequence[Scope], place: Place) -> dict[Place, Summary]:
    """Return by place the summary of a metric that is of places: of that one, or of all there are."""
    sql = f"""{opening(metric.given)}
SELECT place, towards, left_out, {_sums(metric)}
FROM ({_candidates(metric, f"({metric.sql.strip()})")}) AS o GROUP BY place, towards, left_out"""
    table = view.query(sql, parameters(scopes) | named(place))
    left_out: dict[Place, dict[str, int]] = {}
    found: dict[Place, Summary] = {}
    for i, (name, towards, reason) in enumerate(
        zip(*(table[c].to_pylist() for c in ("place", "towards", "left_out")), strict=True)
    ):
        which = Place(name=name, towards=towards)
        reasons = left_out.setdefault(which, {})
        if reason is not None:
            reasons[reason] = table["n"][i].as_py()
        else:
            found[which] = _summary(table, i, reasons)
    return {which: found.get(which) or _nothing(reasons) for which, reasons in left_out.items()}


def _sums(metric: Metric) -> str:
    """Return the columns of a summary: how many, when, and the values in one order."""
    return f"""count(*) AS n,
  min(observed_at) AS oldest, max(observed_at) AS newest, {_list_of("value")} AS counted,
  CASE WHEN bool_or(censored) THEN {_list_of("censored")} END AS open,
  {_list_of("weight") if metric.shape in WEIGHTED else "CAST(NULL AS DOUBLE[])"} AS weights"""


def _summary(table: pa.Table, i: int, left_out: dict[str, int]) -> Summary:
    return Summary(
        n=table["n"][i].as_py(),
        values=_floats(table["counted"][i]),
        censored=tuple(table["open"][i].as_py() or ()),
        left_out=left_out,
        oldest=table["oldest"][i].as_py(),
        newest=table["newest"][i].as_py(),
        weights=_floats(table["weights"][i]),
    )


def _list_of(column: str) -> str:
    """Return the expression for a column of the counted observations, in one order for all columns."""
    ordered = f"list({column} ORDER BY value, censored, weight) FILTER (WHERE value IS NOT NULL)"
    return f"CASE WHEN left_out IS NULL THEN {ordered} END"


def _nothing(left_out: dict[str, int]) -> Summary:
    return Summary(n=0, values=np.array([]), censored=(), left_out=left_out, oldest=None, newest=None)


@dataclass(frozen=True)
class Month:
    """The counted observations of one slice in one calendar month: how many, their sum and their median."""

    slice: str
    bucket: str
    n: int
    total: float
    median: float
    weight: float
    """Sum of the weights; of anything but a ratio, how many there are."""


def by_month(view: View, metrics: Sequence[Metric], scopes: Sequence[Scope], zone: str) -> dict[str, list[Month]]:
    """Return by metric the months (in `zone`) that have counted observations, oldest first."""
    sql = "\nUNION ALL\n".join(
        f"""SELECT '{metric.name}' AS metric, o.slice,
  date_trunc('month', from_utc_timestamp(o.observed_at, $zone)) AS bucket, count(*) AS n,
  sum(o.value) AS total, percentile(o.value, 0.5) AS median,
  {"sum(o.weight)" if metric.shape in WEIGHTED else "CAST(count(*) AS DOUBLE)"} AS weight
FROM ({(metric.series or metric.sql).strip()}) AS o
JOIN (SELECT DISTINCT slice, since, until FROM scope) AS scope ON scope.slice = o.slice
WHERE o.left_out IS NULL AND o.observed_at < scope.until
  AND ({"TRUE" if metric.series else "scope.since IS NULL OR o.observed_at >= scope.since"})
GROUP BY 2, 3"""
        for metric in metrics
    )
    found: dict[str, list[Month]] = {metric.name: [] for metric in metrics}
    said = parameters(scopes) | named(ANY) | {"zone": zone}
    for r in view.rows(f"{_opening(metrics)}\n{sql}\nORDER BY slice, bucket", said):
        bucket = f"{r['bucket'].year:04d}-{r['bucket'].month:02d}"
        found[r["metric"]].append(Month(r["slice"], bucket, r["n"], r["total"], r["median"], r["weight"]))
    return found


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


def _floats(value: pa.ListScalar) -> Floats:
    numbers = value.values.to_numpy(zero_copy_only=False) if value.is_valid else []
    return np.asarray(numbers, dtype=np.float64)
