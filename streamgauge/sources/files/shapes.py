"""Groups texts by their shape: the same signs at the same places, whatever the digits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LONGEST = 64
"""A text of more bytes has no shape that anybody asks for."""
MOST = 2000
"""Of one chunk so many shapes are told apart; a column of more holds no dates."""

AT_ONCE = 16_384
"""So many texts are best looked at together: they fit into a core's own memory."""

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_FOLD = np.arange(256, dtype=np.uint8)
_FOLD[48:58] = 48
_MIX = np.random.default_rng().integers(1, 1 << 63, size=LONGEST // 8, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


@dataclass(frozen=True)
class Group:
    """Texts of one shape: `shape` with every digit as 0, `rows` where they stand, `signs` one row of bytes a text."""

    shape: str
    rows: Places
    signs: Bytes


def groups(texts: pa.Array) -> Iterator[Group]:
    """Give the shapes of a string array, nulls and overlong texts left out; those past `MOST` are not given."""
    starts, lengths, data = _laid_out(texts)
    given = 0
    for length in np.unique(lengths):
        if not 0 < length <= LONGEST:
            continue
        rows = np.flatnonzero(lengths == length)
        signs = _signs(data, starts[rows], int(length))
        for group in _of_one_length(rows, signs):
            given += 1
            if given > MOST:
                return
            yield group


def _signs(data: Bytes, starts: Places, length: int) -> Bytes:
    """Return one row of bytes a text; where they lie side by side nothing is copied."""
    if starts[-1] - starts[0] == length * (len(starts) - 1):
        return data[starts[0] : starts[-1] + length].reshape(-1, length)
    gathered: Bytes = data[starts[:, None] + np.arange(length)]
    return gathered


def _laid_out(texts: pa.Array) -> tuple[Places, Places, Bytes]:
    """Return where each text starts, how many bytes it has (0 for a null), and the bytes."""
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    _, ends, data = texts.buffers()
    offsets = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.diff(offsets)
    if texts.null_count:
        lengths = np.where(np.asarray(texts.is_null()), 0, lengths)
    return offsets[:-1], lengths, np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)


def _of_one_length(rows: Places, signs: Bytes) -> Iterator[Group]:
    folded = _FOLD[signs]
    if (folded == folded[0]).all():
        yield Group(_text(folded[0]), rows, signs)
        return
    found = pa.array(_hashed(folded)).dictionary_encode()
    codes = np.asarray(found.indices)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    for members in sorted(np.split(order, ends[:-1]), key=len, reverse=True):
        yield Group(_text(folded[members[0]]), rows[members], signs[members])


def _hashed(folded: Bytes) -> Any:
    """Return a number for each row that differs, all but surely, where the bytes differ."""
    width = -folded.shape[1] % 8
    words = np.ascontiguousarray(np.pad(folded, ((0, 0), (0, width)))).view(np.uint64)
    words = (words ^ (words >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    words ^= words >> np.uint64(29)
    return (words * _MIX[: words.shape[1]]).sum(axis=1, dtype=np.uint64)


def _text(signs: Bytes) -> str:
    return signs.tobytes().decode("utf-8", "replace")
