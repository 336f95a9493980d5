"""Reads the observations of metrics as plain numbers, and sums them up: over the window, and month by month."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.lake import View
from streamgauge.metrics.columns import Kept, window
from streamgauge.metrics.grouped import Numbers
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
from streamgauge.metrics.observed import NEVER, Candidates, Counted, Month, Observed

_AT = f"coalesce(unix_micros({{at}}), {NEVER}) AS at"
_IN_WINDOW = " AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until"


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Where a table holds what a metric takes."""

    left_out: str = "left_out"
    value: str = "value"
    weight: str | None = None
    censored: str | None = None


Reader = Callable[[], Observed]
"""What gives the observations of one metric."""


def observed(
    view: View,
    metrics: Sequence[Metric],
    scopes: Sequence[Scope],
    place: Place = ANY,
    known: Callable[[Metric], Reader | None] | None = None,
) -> dict[str, Observed]:
    """Return by metric its observations in the window; what is `known` already is not read."""
    found = {metric.name: read() for metric, read in observing(view, metrics, scopes, place, known)}
    return {metric.name: found[metric.name] for metric in metrics}


def observing(
    view: View,
    metrics: Sequence[Metric],
    scopes: Sequence[Scope],
    place: Place = ANY,
    known: Callable[[Metric], Reader | None] | None = None,
) -> Iterator[tuple[Metric, Reader]]:
    """Give each metric, as soon as the engine has read it, with what gives its observations in the window.

    That is work outside of the engine: another thread may do it, one for all metrics. What metrics take from finished
    flow items is read in one pass over these, at first; every other one is a statement. What is `known` already is
    not read at all.
    """
    if known is not None:
        told = [(metric, read) for metric in metrics if (read := known(metric)) is not None]
        yield from told
        metrics = [metric for metric in metrics if metric not in dict(told)]
    slices = tuple(dict.fromkeys(scope.slice for scope in scopes))
    said = parameters(scopes) | named(place)
    together = [metric for metric in metrics if isinstance(metric.sql, Finished)]
    if together:
        sql, columns = _of_finished(together, several=len(slices) > 1)
        taken = _reader(view.query(sql, said), slices)
        yield from ((metric, partial(taken, metric.shape, columns[metric.name])) for metric in together)
    for metric in metrics:
        if metric not in together:
            table = view.query(_alone(metric, *(("slice",) if len(slices) > 1 else ())), said)
            yield metric, partial(_read, table, slices, metric)


def kept_reader(
    view: View, metrics: Sequence[Metric], scopes: Sequence[Scope], kept: Kept
) -> Callable[[Metric], Reader | None]:
    """Return what gives the observations in the window of a few metrics about finished items, of one slice.

    What they take from all of these items is kept, in the order of their ends: the next window is a part of it.
    """
    sql, columns = _of_finished(metrics, several=False, bounded=False)
    with kept.lock:
        if sql not in kept.things:
            table = view.query(sql, parameters(scopes))
            kept.things[sql] = table.take(pa.array(np.argsort(table["at"].to_numpy(), kind="stable")))
    risen: pa.Table = kept.things[sql]
    first, last = np.searchsorted(risen["at"].to_numpy(), window(scopes[0])).tolist()
    taken = _reader(risen.slice(first, max(0, last - first)), (scopes[0].slice,))

    def known(metric: Metric) -> Reader | None:
        return partial(taken, metric.shape, columns[metric.name]) if metric.name in columns else None

    return known


def _read(table: pa.Table, slices: tuple[str, ...], metric: Metric) -> Observed:
    return _reader(table, slices)(metric.shape, _alone_columns(metric))


def _of_finished(metrics: Sequence[Metric], *, several: bool, bounded: bool = True) -> tuple[str, dict[str, _Columns]]:
    """Return the statement for what metrics take from finished items, each different thing once, and where it is."""
    names: dict[str, str] = {}

    def column(sql: str) -> str:
        return names.setdefault(sql, f"taken_{len(names)}")

    found = {}
    for metric in metrics:
        sql = metric.sql
        if isinstance(sql, Finished):
            found[metric.name] = _Columns(
                left_out=column(sql.left_out),
                value=column(_number(sql.value)),
                weight=column(_number(sql.weight)) if sql.weight else None,
            )
    taken = ", ".join(f"{sql} AS {name}" for sql, name in names.items())
    text = f"""{WITH_SCOPE}
SELECT {"scope.slice, " if several else ""}{_AT.format(at="f.finished_at")}, {taken}
{FINISHED_ITEMS}{_IN_WINDOW if bounded else ""}"""
    return text, found


def _number(sql: str) -> str:
    return f"CAST({sql} AS DOUBLE)"


def _alone(metric: Metric, *slices: str) -> str:
    """Return the statement for one metric; `slices` are the columns that cut its observations, where there are any."""
    columns = _alone_columns(metric)
    taken = [_AT.format(at="o.observed_at"), f"{_number('o.value')} AS value", "o.left_out"]
    taken += [f"o.{name}" for name in slices]
    taken += [f"{_number('o.weight')} AS weight"] if columns.weight else []
    taken += ["coalesce(o.censored, FALSE) AS censored"] if columns.censored else []
    return f"""{opening(metric.given)}
SELECT {", ".join(taken)}
{within_window(metric, f"({metric.sql.strip()})")}"""


def _alone_columns(metric: Metric) -> _Columns:
    weight = "weight" if metric.shape in WEIGHTED else None
    return _Columns(weight=weight, censored="censored" if metric.shape is Shape.RECOVERY else None)


def _steps(metric: Metric, *, several: bool) -> str:
    """Return the statement for what came and went at any time before the end, of a metric that is an inventory."""
    return f"""{WITH_SCOPE}
SELECT {"o.slice, " if several else ""}{_AT.format(at="o.observed_at")},
       {_number("o.value")} AS value, o.left_out
FROM ({(metric.series or "").strip()}) AS o
JOIN (SELECT DISTINCT slice, until FROM scope) AS scope ON scope.slice = o.slice
WHERE o.left_out IS NULL AND o.observed_at < scope.until"""


def _reader(
    table: pa.Table, slices: tuple[str, ...], of: Numbers | None = None
) -> Callable[[Shape, _Columns], Observed]:
    """Return what gives the observations in columns of a table; `of` says of which slice each row is.

    Each column is read once, however many metrics take it.
    """
    if of is None:
        of = np.zeros(0, np.int64)
        if len(slices) > 1:
            of = pc.index_in(table["slice"], pa.array(slices, table["slice"].type)).to_numpy().astype(np.int64)
    candidates = Candidates(slices, of, table["at"].to_numpy())

    @cache
    def counted(name: str) -> Counted:
        reasons = table[name]
        mask = reasons.is_null().to_numpy() if reasons.null_count < len(reasons) else None
        return Counted(candidates, mask, _left_out(reasons, of, len(slices)))

    @cache
    def column(name: str | None) -> Any:
        return np.empty(0) if name is None else table[name].to_numpy()

    def taken(shape: Shape, columns: _Columns) -> Observed:
        return Observed(
            shape=shape,
            counted=counted(columns.left_out),
            values=column(columns.value),
            weights=column(columns.weight),
            censored=column(columns.censored).astype(np.bool_, copy=False),
        )

    return taken


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
    names, froms = coded(table["place"])
    others, tos = coded(table["towards"])
    keys, of = np.unique(froms * len(others) + tos, return_inverse=True)
    places = tuple(Place(name=names[key // len(others)], towards=others[key % len(others)]) for key in keys.tolist())
    if not places:
        return {}
    seen = _reader(table, tuple(map(repr, places)), of)(metric.shape, _alone_columns(metric))
    return dict(zip(places, seen.summaries().values(), strict=True))


def coded(column: pa.ChunkedArray) -> tuple[list[str | None], Numbers]:
    """Return the different values of a column, null among them, and the place of each row's."""
    codes = column.cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    return codes.dictionary.to_pylist(), codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def by_month(
    view: View,
    metrics: Sequence[Metric],
    scopes: Sequence[Scope],
    zone: str,
) -> dict[str, list[Month]]:
    """Return by metric the months (in `zone`) that have counted observations, oldest first."""
    plain = [metric for metric in metrics if metric.series is None]
    known = observed(view, plain, scopes)
    slices = tuple(dict.fromkeys(scope.slice for scope in scopes))
    found = {}
    for metric in metrics:
        mine = known.get(metric.name)
        if metric.series is not None:
            steps = view.query(_steps(metric, several=len(slices) > 1), parameters(scopes))
            mine = _reader(steps, slices)(metric.shape, _Columns())
        found[metric.name] = mine.months(zone) if mine is not None else []
    return found
