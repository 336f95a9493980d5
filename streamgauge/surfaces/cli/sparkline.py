"""A series as one line of bars: a gap means no data, the lowest bar a real zero."""

import math
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
ASCII_BARS = "_.:-=+*#"
GAP = " "


def sparkline(values: Sequence[float | None], *, bars: str = BARS) -> str:
    """Return one character a value, from zero to the largest; null is a gap, zero the first bar and nothing else."""
    known = [v for v in values if v is not None]
    top = max(known, default=0.0)
    return "".join(GAP if v is None else _bar(v, top, bars) for v in values)


def _bar(value: float, top: float, bars: str) -> str:
    if value <= 0 or top <= 0:
        return bars[0]
    return bars[min(len(bars) - 1, max(1, math.ceil(value / top * (len(bars) - 1))))]
