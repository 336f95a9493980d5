"""Looks into many texts at once: one search through all their bytes, in place of one per text."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def decoded(raw: bytes) -> str:
    """Return bytes of unknown encoding as text: UTF-8 where they are that, else the Western code page of old tools."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def split(content: bytes, marks: npt.NDArray[np.int64]) -> pa.BinaryArray:
    """Return what stands between separators of one byte, and the separators themselves as every other element.

    `marks` are their places, in order. So the bytes are not moved: in Arrow an element begins where the last one ended.
    """
    bounds = np.empty(2 * len(marks) + 2, np.int32)
    bounds[0], bounds[1:-1:2], bounds[2:-1:2], bounds[-1] = 0, marks, marks + 1, len(content)
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), pa.py_buffer(content)])


def places(content: bytes, sign: bytes) -> npt.NDArray[np.int64]:
    """Return every place at which one byte stands."""
    return np.flatnonzero(np.frombuffer(content, np.uint8) == sign[0])


def strings(raw: pa.BinaryArray) -> pa.StringArray:
    """Return bytes of unknown encoding as texts; null stays null."""
    try:
        return raw.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if value is None else decoded(value) for value in raw.to_pylist()], pa.string())


def spans(texts: pa.Array) -> tuple[bytes, npt.NDArray[np.int32]]:
    """Return the bytes of all texts behind each other, and where each begins; the last number is where all end."""
    if not len(texts):
        return b"", np.zeros(1, np.int32)
    _, bounds, content = texts.buffers()
    starts = np.frombuffer(bounds, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(memoryview(content)[starts[0] : starts[-1]]) if content else b"", starts - starts[0]


def joined(content: bytes, starts: npt.NDArray[np.int32]) -> pa.StringArray:
    """Return the texts again of which these are the spans."""
    buffers = [None, pa.py_buffer(starts.astype(np.int32)), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(starts) - 1, buffers)


def find(content: bytes, mark: bytes) -> npt.NDArray[np.int64]:
    """Return every place at which a mark stands."""
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return np.array(found, np.int64)


def holding(mark: bytes, content: bytes, starts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the ordinals of the texts that hold a mark."""
    return np.unique(np.searchsorted(starts, find(content, mark), "right") - 1)


def lists(lengths: npt.NDArray[np.integer[Any]], values: pa.Array) -> pa.ListArray:
    """Return lists of these lengths, filled with the values in order."""
    bounds = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=bounds[1:])
    return pa.ListArray.from_arrays(pa.array(bounds), values)
