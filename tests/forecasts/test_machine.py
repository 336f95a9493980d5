"""The machine code of a rule does what Python does with it, and what it does not know is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled
from streamgauge.forecasts.machine import machine_code

BASE = 5


@compiled
def halved(m: Memory, place: int) -> int:
    """Return a cell, halved and rounded down."""
    return m[place] // 2


@compiled
def is_odd(number: int) -> bool:
    """Return whether a number is odd."""
    return number & 1 == 1


@compiled
def mixture(m: Memory, f: Floats) -> int:
    """Use all that a rule may use."""
    total = 0
    for n in range(m[0] & 15):
        if is_odd(n) and n != 3:
            continue
        total += n if n > 4 else -n
    for n in range(2, 5):
        total -= n**2 > 8
    while total >= 0 and (total < BASE or (total > 1000 and not is_odd(total))):
        total = total * 2 + 7
        if total in (21, 35):
            break
    m[1], m[2] = m[2], m[1] >> 2
    m[3] += (m[1] ^ m[2]) | (1 << 7)
    f[0] *= 1.5 + math.sqrt(abs_of(f[1])) - math.exp(-abs_of(f[0] / 1000)) + math.cos(f[1]) + math.log(2.0) ** 3
    m[4] = max(m[1], total, 3) + min(int(min(abs_of(f[0]), 1e6)), m[2])
    m[5] = int(np.uint64(m[2]) * np.uint64(7) >> np.uint64(3))
    return total + halved(m, 3)


@compiled
def abs_of(number: float) -> float:
    """Return a number without its sign."""
    return number if number >= 0.0 else -number


@compiled
def chained(m: Memory, f: Floats) -> int:
    """Compare twice at once."""
    return 1 if 0 < m[0] < 5 else 0


@compiled
def calling(m: Memory, f: Floats) -> int:
    """Call what is no rule."""
    return abs(m[0])


@compiled
def rounding(m: Memory, f: Floats) -> int:
    """Lose digits in silence."""
    m[0] = f[0]
    return 0


@compiled
def raising(m: Memory, f: Floats) -> int:
    """Raise."""
    raise ValueError


CODE = machine_code(mixture)
NUMBERS = st.integers(-(2**40), 2**40)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(NUMBERS, min_size=6, max_size=6), reals=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_code_and_python_do_the_same(cells: list[int], reals: list[float]) -> None:
    m, f = np.array(cells, dtype=np.int64), np.array(reals)
    other_m, other_f = m.copy(), f.copy()
    with np.errstate(over="ignore"):
        expected = mixture(m, f)
    assert CODE(other_m, other_f) == expected
    assert other_m.tobytes() == m.tobytes()
    assert other_f.tobytes() == f.tobytes()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (chained, "one comparison at a time"),
        (calling, "abs may not be called"),
        (rounding, "a real where a whole is wanted"),
        (raising, "Raise is not known here"),
    ],
)
def test_what_a_rule_may_not_use_is_refused_with_its_line(rule: object, said: str) -> None:
    with pytest.raises(TypeError, match=rf"test_machine, line \d+: .*{said}"):
        machine_code(rule)  # type: ignore[arg-type]
