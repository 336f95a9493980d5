"""Reads the observations of metrics as plain numbers, and sums them up: over the window, and month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake import View
from streamgauge.metrics.grouped import Floats, Groups, Numbers, grouped, in_pairs
from streamgauge.metrics.metric import FINISHED_ITEMS, WEIGHTED, Finished, Metric, Shape
from streamgauge.metrics.observations import (
    ANY,
    WITH_SCOPE,
    Place,
    Scope,
    Summary,
    named,
    opening,
    parameters,
    within_window,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = np.iinfo(np.int64).min
_QUARTER = 900_000_000
"""A quarter of an hour in microseconds: months begin with one in every zone of today."""
_MEDIANS = (Shape.MEDIAN, Shape.RECOVERY)
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Month:
    """The counted observations of one slice in one calendar month: how many, their sum and their median.

    Only a metric that is a median has one.
    """

    slice: str
    bucket: str
    n: int
    total: float
    median: float | None
    weight: float
    """Sum of the weights; of anything but a ratio, how many there are."""


@dataclass(frozen=True)
class Observed:
    """The observations of one metric, column by column: counted ones, and how many were left out for which reason.

    `of` is the place of each one's slice among `slices`; `at` when it was, in microseconds since 1970 in UTC, the
    smallest number where nobody knows; `values` are NaN where there is none. `censored` and `weights` are empty where
    the metric has none.
    """

    shape: Shape
    slices: tuple[str, ...]
    of: Numbers
    at: Numbers
    values: Floats
    weights: Floats
    censored: Flags
    left_out: tuple[dict[str, int], ...]
    """By the place of the slice."""

    @cached_property
    def by_slice(self) -> tuple[Numbers, ...]:
        """The places of each slice's observations."""
        if len(self.slices) == 1:
            return (np.arange(len(self.at)),)
        order = np.argsort(self.of, kind="stable")
        ends = np.searchsorted(self.of[order], np.arange(1, len(self.slices)))
        return tuple(np.split(order, ends))

    def summaries(self) -> dict[str, Summary]:
        """Return the summary of each slice."""
        found = zip(self.slices, self.by_slice, self.left_out, strict=True)
        return {name: self._summary(places, left) for name, places, left in found}

    def _summary(self, places: Numbers, left_out: dict[str, int]) -> Summary:
        mine = slice(None) if len(places) == len(self.at) else places
        at, known = self.at[mine], ~np.isnan(self.values[mine])
        kept = slice(None) if known.all() else known
        values: Floats = self.values[mine][kept]
        weights: Floats = self.weights[mine][kept] if len(self.weights) else self.weights
        censored: Flags = self.censored[mine][kept] if len(self.censored) else self.censored
        if len(weights):
            order = in_pairs(values, weights)
            values, weights = values[order], weights[order]
        elif censored.any():
            order = np.lexsort((censored, values))
            values, censored = values[order], censored[order]
        else:
            values = np.sort(values)
        times = at[at != _NEVER]
        return Summary(
            n=len(at),
            values=values,
            censored=tuple(censored.tolist()) if censored.any() else (),
            left_out=left_out,
            oldest=_instant(times.min()) if len(times) else None,
            newest=_instant(times.max()) if len(times) else None,
            weights=weights,
        )

    def months(self, zone: str) -> list[Month]:
        """Return the months that have observations of each slice, oldest first."""
        dated = self.at != _NEVER
        if not dated.any():
            return []
        mine = slice(None) if dated.all() else np.flatnonzero(dated)
        of, values = self.of[mine], self.values[mine]
        first, places = _months(self.at[mine], zone)
        span = int(places.max()) + 1
        keys = (of * span + places).astype(np.int32)
        counts = np.bincount(keys)
        there = np.flatnonzero(counts)
        totals, medians = self._told(keys, values, len(counts))
        weights = counts.astype(np.float64)
        if self.shape in WEIGHTED:
            weights = _spread(grouped(keys, self.weights[mine]), len(counts), "sums")
        return [
            Month(
                slice=self.slices[key // span],
                bucket="{:04d}-{:02d}".format(*_named(first + key % span)),
                n=int(counts[key]),
                total=float(totals[key]),
                median=None if medians is None or np.isnan(medians[key]) else float(medians[key]),
                weight=float(weights[key]),
            )
            for key in there.tolist()
        ]

    def _told(self, keys: npt.NDArray[np.int32], values: Floats, n: int) -> tuple[Floats, Floats | None]:
        """Return the sum of each group, and its median where the metric is one.

        Shares and counts are sums of whole numbers, which are exact in any order; others are added in their order.
        """
        if self.shape not in (*_MEDIANS, *WEIGHTED):
            exact: Floats = np.bincount(keys, weights=np.nan_to_num(values), minlength=n).astype(np.float64, copy=False)
            return exact, None
        groups = grouped(keys, values)
        medians = _spread(groups, n, "medians") if self.shape in _MEDIANS else None
        return _spread(groups, n, "sums"), medians


def _spread(groups: Groups, n: int, what: str) -> Floats:
    """Return the sums or medians by key; where a key has no values 0, or no number."""
    found = np.full(n, np.nan if what == "medians" else 0.0)
    found[groups.keys] = groups.percentiles(0.5) if what == "medians" else groups.sums()
    return found


def observed(view: View, metrics: Sequence[Metric], scopes: Sequence[Scope], place: Place = ANY) -> dict[str, Observed]:
    """Return by metric its observations in the window.

    What metrics take from finished flow items is read in one pass over these; every other metric is a statement.
    """
    slices = tuple(dict.fromkeys(scope.slice for scope in scopes))
    said = parameters(scopes) | named(place)
    together = [metric for metric in metrics if isinstance(metric.sql, Finished)]
    found: dict[str, Observed] = {}
    if together:
        table = view.query(_of_finished(together, several=len(slices) > 1), said)
        found = {metric.name: _columns(metric.shape, table, slices, n) for n, metric in enumerate(together)}
    for metric in metrics:
        if metric.name not in found:
            table = view.query(_alone(metric, *(("slice",) if len(slices) > 1 else ())), said)
            found[metric.name] = _columns(metric.shape, table, slices, 0)
    return {metric.name: found[metric.name] for metric in metrics}


def _of_finished(metrics: Sequence[Metric], *, several: bool) -> str:
    taken = []
    for n, metric in enumerate(metrics):
        sql = metric.sql
        if isinstance(sql, Finished):
            taken += [f"CAST({sql.value} AS DOUBLE) AS value_{n}", f"{sql.left_out} AS left_out_{n}"]
            taken += [f"CAST({sql.weight} AS DOUBLE) AS weight_{n}"] if sql.weight else []
    return f"""{WITH_SCOPE}
SELECT {"scope.slice, " if several else ""}unix_micros(f.finished_at) AS at, {", ".join(taken)}
{FINISHED_ITEMS} AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until"""


def _alone(metric: Metric, *slices: str) -> str:
    """Return the statement for one metric; `slices` are the columns that cut its observations, where there are any."""
    taken = ["unix_micros(o.observed_at) AS at", "CAST(o.value AS DOUBLE) AS value_0", "o.left_out AS left_out_0"]
    taken += [f"o.{name}" for name in slices]
    taken += ["CAST(o.weight AS DOUBLE) AS weight_0"] if metric.shape in WEIGHTED else []
    taken += ["o.censored AS censored_0"] if metric.shape is Shape.RECOVERY else []
    return f"""{opening(metric.given)}
SELECT {", ".join(taken)}
{within_window(metric, f"({metric.sql.strip()})")}"""


def _steps(metric: Metric, *, several: bool) -> str:
    """Return the statement for what came and went at any time before the end, of a metric that is an inventory."""
    return f"""{WITH_SCOPE}
SELECT {"o.slice, " if several else ""}unix_micros(o.observed_at) AS at, CAST(o.value AS DOUBLE) AS value_0,
       o.left_out AS left_out_0
FROM ({(metric.series or "").strip()}) AS o
JOIN (SELECT DISTINCT slice, until FROM scope) AS scope ON scope.slice = o.slice
WHERE o.left_out IS NULL AND o.observed_at < scope.until"""


def _columns(shape: Shape, table: pa.Table, slices: tuple[str, ...], n: int) -> Observed:
    """Return the n-th metric of a table."""
    of = np.zeros(0, np.int64)
    if len(slices) > 1:
        of = pc.index_in(table["slice"], pa.array(slices, table["slice"].type)).to_numpy().astype(np.int64)
    return _cut(shape, table, slices, of, n)


def _cut(shape: Shape, table: pa.Table, slices: tuple[str, ...], of: Numbers, n: int) -> Observed:
    reasons = table[f"left_out_{n}"]
    left_out = _left_out(reasons, of, len(slices))
    counted = None
    if reasons.null_count < len(reasons):
        counted = reasons.is_null().to_numpy()

    def column(name: str) -> npt.NDArray[Any]:
        if name not in table.column_names:
            return np.empty(0)
        plain = (pc.fill_null(table[name], _NEVER) if name == "at" else table[name]).to_numpy()
        found: npt.NDArray[Any] = plain if counted is None else plain[counted]
        return found

    at = column("at").astype(np.int64, copy=False)
    return Observed(
        shape=shape,
        slices=slices,
        of=np.zeros(len(at), np.int64) if not len(of) else of if counted is None else of[counted],
        at=at,
        values=column(f"value_{n}").astype(np.float64, copy=False),
        weights=column(f"weight_{n}").astype(np.float64, copy=False),
        censored=column(f"censored_{n}").astype(np.bool_, copy=False),
        left_out=left_out,
    )


def _left_out(reasons: pa.ChunkedArray, of: Numbers, slices: int) -> tuple[dict[str, int], ...]:
    """Return by slice how many were left out for each reason."""
    found: tuple[dict[str, int], ...] = tuple({} for _ in range(slices))
    if reasons.null_count == len(reasons):
        return found
    told = np.flatnonzero(reasons.is_valid().to_numpy())
    codes = reasons.drop_null().combine_chunks().dictionary_encode()
    names = codes.dictionary.to_pylist()
    places = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    keys = places if not len(of) else of[told] * len(names) + places
    for key, count in enumerate(np.bincount(keys).tolist()):
        if count:
            place, name = divmod(key, len(names))
            found[place][names[name]] = count
    return found


def summarise(view: View, metric: Metric, scopes: Sequence[Scope], place: Place = ANY) -> dict[str, Summary]:
    """Return the summary of each slice for one metric, compared with what `place` says where it is of an item."""
    return summaries(view, [metric], scopes, place)[metric.name]


def summaries(
    view: View, metrics: Sequence[Metric], scopes: Sequence[Scope], place: Place = ANY
) -> dict[str, dict[str, Summary]]:
    """Return by metric the summary of each slice."""
    return {name: seen.summaries() for name, seen in observed(view, metrics, scopes, place).items()}


def summaries_of_places(view: View, metric: Metric, scopes: Sequence[Scope], place: Place) -> dict[Place, Summary]:
    """Return by place the summary of a metric that is of places: of that one, or of all there are."""
    table = view.query(_alone(metric, "place", "towards"), parameters(scopes) | named(place))
    names, froms = _coded(table["place"])
    others, tos = _coded(table["towards"])
    keys, of = np.unique(froms * len(others) + tos, return_inverse=True)
    places = tuple(Place(name=names[key // len(others)], towards=others[key % len(others)]) for key in keys.tolist())
    if not places:
        return {}
    seen = _cut(metric.shape, table, tuple(map(repr, places)), of, 0)
    return dict(zip(places, seen.summaries().values(), strict=True))


def _coded(column: pa.ChunkedArray) -> tuple[list[str | None], Numbers]:
    """Return the different values of a column, null among them, and the place of each row's."""
    codes = column.cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    return codes.dictionary.to_pylist(), codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def by_month(
    view: View,
    metrics: Sequence[Metric],
    scopes: Sequence[Scope],
    zone: str,
    seen: Mapping[str, Observed] | None = None,
) -> dict[str, list[Month]]:
    """Return by metric the months (in `zone`) that have counted observations, oldest first.

    `seen` are observations that were read before.
    """
    plain = [metric for metric in metrics if metric.series is None]
    known = observed(view, plain, scopes) if seen is None else seen
    slices = tuple(dict.fromkeys(scope.slice for scope in scopes))
    found = {}
    for metric in metrics:
        mine = known.get(metric.name)
        if metric.series is not None:
            steps = view.query(_steps(metric, several=len(slices) > 1), parameters(scopes))
            mine = _columns(metric.shape, steps, slices, 0)
        found[metric.name] = mine.months(zone) if mine is not None else []
    return found


def _months(at: Numbers, zone: str) -> tuple[int, Numbers]:
    """Return the first month that is touched, counted from year 0, and how many months later each instant is."""
    first, last = (_instant(moment).astimezone(ZoneInfo(zone)) for moment in (at.min(), at.max()))
    start, end = (moment.year * 12 + moment.month - 1 for moment in (first, last))
    begins = [datetime(*_named(month), 1, tzinfo=ZoneInfo(zone)) for month in range(start + 1, end + 1)]
    limits = np.array([(moment - _EPOCH) // timedelta(microseconds=1) for moment in begins], np.int64)
    quarters = at // _QUARTER
    least = int(quarters.min())
    span = int(quarters.max()) - least + 1
    if span > len(at) or (limits % _QUARTER).any():
        return start, np.searchsorted(limits, at, side="right")
    table = np.searchsorted(limits, (np.arange(span) + least) * _QUARTER, side="right")
    return start, table[quarters - least]


def _named(month: int) -> tuple[int, int]:
    return month // 12, month % 12 + 1


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(micros))
