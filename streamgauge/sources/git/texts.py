"""Looks into many texts at once: one search through all their bytes, in place of one per text."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def decoded(raw: bytes) -> str:
    """Return bytes of unknown encoding as text: UTF-8 where they are that, else the Western code page of old tools."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def split(content: bytes, separator: bytes) -> pa.BinaryArray:
    """Return the parts between separators of one byte, and the separators themselves as every other element.

    So the bytes are not moved: Arrow wants each element to begin where the one before ends.
    """
    marks = np.flatnonzero(np.frombuffer(content, np.uint8) == separator[0])
    places = np.empty(2 * len(marks) + 2, np.int32)
    places[0], places[1:-1:2], places[2:-1:2], places[-1] = 0, marks, marks + 1, len(content)
    return pa.Array.from_buffers(pa.binary(), len(places) - 1, [None, pa.py_buffer(places), pa.py_buffer(content)])


def spans(texts: pa.Array) -> tuple[bytes, npt.NDArray[np.int32]]:
    """Return the bytes of all texts behind each other, and where each begins; the last number is where all end."""
    if not len(texts):
        return b"", np.zeros(1, np.int32)
    _, places, content = texts.buffers()
    starts = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bytes(memoryview(content)[starts[0] : starts[-1]]) if content else b"", starts - starts[0]


def joined(content: bytes, starts: npt.NDArray[np.int32]) -> pa.StringArray:
    """Return the texts again of which these are the spans."""
    buffers = [None, pa.py_buffer(starts.astype(np.int32)), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(starts) - 1, buffers)


def find(content: bytes, mark: bytes) -> Iterator[int]:
    """Give every place at which a mark stands."""
    at = content.find(mark)
    while at >= 0:
        yield at
        at = content.find(mark, at + 1)


def holding(mark: bytes, content: bytes, starts: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the ordinals of the texts that hold a mark."""
    places = np.fromiter(find(content, mark), np.int64)
    return np.unique(np.searchsorted(starts, places, "right") - 1)
