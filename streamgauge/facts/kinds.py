"""Kinds: what several columns of a fact say together, as one text, by which very many rows are counted at once."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts.ways import NONE, Numbers, coded

_Said = tuple[npt.NDArray[Any], Sequence[Any]]
_MANY = 2**16 - 1
"""So many combinations are told apart by numbers of two bytes, without looking which of them there are."""


def kinds(rows: pa.Table, which: Sequence[str]) -> pa.DictionaryArray:
    """Return of each row the JSON list of what these columns say, in codes.

    They are of text, flags, or whole numbers of which there are few, none below 0.
    """
    numbers, told = _together([_said(rows[name]) for name in which])
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array([json.dumps(one) for one in told], pa.string()))


def _said(column: pa.ChunkedArray) -> _Said:
    """Return a number for each row, and what each number says."""
    if pa.types.is_boolean(column.type):
        return np.asarray(pc.fill_null(column, False)), (False, True)
    if pa.types.is_integer(column.type):
        values = np.asarray(pc.fill_null(column, NONE))
        return values + 1, [None, *range(int(values.max(initial=NONE)) + 1)]
    names, codes = coded(column, np.int32)
    return codes + 1, [None, *names.to_pylist()]


def _together(columns: Sequence[_Said]) -> tuple[npt.NDArray[np.int32], list[tuple[Any, ...]]]:
    """Return a number for what the columns of each row say, and what these numbers say."""
    numbers: npt.NDArray[Any] = np.zeros(len(columns[0][0]), np.uint16)
    told: list[tuple[Any, ...]] = [()]
    names: list[Sequence[Any]] = []
    for codes, values in columns:
        if _cells(told, names) * len(values) > _MANY:
            if names:
                (numbers, told), names = _there(numbers, told, names), []
            numbers = numbers.astype(np.int64 if len(told) * len(values) > _MANY else np.uint16)
        numbers *= numbers.dtype.type(len(values))
        numbers += codes.astype(numbers.dtype, copy=False)
        names.append(values)
    return _there(numbers, told, names)


def _cells(told: Sequence[Any], names: Sequence[Sequence[Any]]) -> int:
    return int(np.prod([len(told), *map(len, names)]))


def _there(
    numbers: npt.NDArray[Any], told: Sequence[tuple[Any, ...]], names: Sequence[Sequence[Any]]
) -> tuple[npt.NDArray[np.int32], list[tuple[Any, ...]]]:
    """Return what there is of all combinations."""
    cells = _cells(told, names)
    if cells <= _MANY:
        keys: Numbers = np.flatnonzero(np.bincount(numbers))
        table = np.zeros(cells, np.int32)
        table[keys] = np.arange(len(keys))
        numbers = table[numbers]
    else:
        keys, numbers = np.unique(numbers, return_inverse=True)
    first, *others = np.unravel_index(keys, (len(told), *map(len, names)))
    columns = [map(values.__getitem__, part.tolist()) for values, part in zip(names, others, strict=True)]
    found = [
        before + more
        for before, more in zip(map(told.__getitem__, first.tolist()), zip(*columns, strict=True), strict=True)
    ]
    return numbers.astype(np.int32, copy=False), found
