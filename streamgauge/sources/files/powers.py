"""Numbers with a power of ten: `1.7e9`, and `1.70000E+12` as a spreadsheet writes what it has no room for."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.sources.files import clock_times
from streamgauge.sources.files.clock_times import Whole
from streamgauge.sources.files.shapes import AT_ONCE, Bytes, groups

_POWER = re.compile(r"\s*(?P<n>0)(?:[.,](?P<nf>0{1,17}))?(?P<e>[eE])\+?(?P<x>0{1,2})\s*")
_MOST = 18


@dataclass(frozen=True)
class Power:
    """Where mantissa, its decimals and the exponent stand; `is_rounded` where a spreadsheet wrote it."""

    places: dict[str, tuple[int, int]]
    is_rounded: bool

    @property
    def decimals(self) -> int:
        """How many digits stand behind the mark."""
        return self.places["nf"][1] if "nf" in self.places else 0


def power(shape: str) -> Power | None:
    """Return what the shape of a number with a power of ten holds, null where it is none.

    Programs write a small e and all digits that there are. A large E is that of a spreadsheet, whose digits end where
    its format or column does.
    """
    found = _POWER.fullmatch(shape)
    if found is None:
        return None
    places = {
        name: (len(shape[: found.start(name)].encode()), len(found[name])) for name in ("n", "nf", "x") if found[name]
    }
    return Power(places, found["e"] == "E")


def read(signs: Bytes, found: Power) -> tuple[Whole, np.ndarray, Whole]:
    """Return the whole numbers, what is past the mark, and how many digits are before it (0 where it is no such)."""
    exponent = clock_times.number(signs, found.places["x"])
    digits = clock_times.number(signs, found.places["n"]) * 10**found.decimals
    digits += clock_times.number(signs, found.places.get("nf"))
    shift = np.clip(exponent, 0, _MOST) - found.decimals
    more, less = 10 ** np.maximum(shift, 0), 10 ** np.maximum(-shift, 0)
    whole, rest = np.divmod(digits, less)
    is_good = (exponent <= _MOST) & (digits >= 10**found.decimals) & (whole <= np.iinfo(np.int64).max // more)
    return np.where(is_good, whole * more, 0), rest / less, np.where(is_good, exponent + 1, 0)


def kept_decimals(column: pa.ChunkedArray) -> int:
    """Return how many decimals the numbers keep that a spreadsheet wrote in a column: the most that one of them has."""
    most = 0
    for chunk in column.chunks:
        texts = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        for first in range(0, len(texts), AT_ONCE):
            found = [power(group.shape) for group in groups(texts.slice(first, AT_ONCE))]
            most = max([most, *(one.decimals for one in found if one is not None and one.is_rounded)])
    return most
