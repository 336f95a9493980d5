"""Chance by key: a draw depends on what it is for, never on what was drawn before (splitmix64, Steele et al. 2014).

The same item draws the same work in two variants of a model, whatever else happens in them.
"""

import math

import numpy as np

from streamgauge.forecasts import layout as at
from streamgauge.forecasts.kernel.compiled import Floats, Memory, compiled

# What a draw is for.
(
    WORK,
    ROUTE,
    BLOCKS,
    BLOCKS_AT,
    BLOCKED_FOR,
    ASKS,
    ASKED_WORK,
    COMES,
    CLASS,
    SERVICE,
    SIZE,
    CANCELS,
    CANCELS_AFTER,
    REOPENS,
    REOPENS_AFTER,
    FAILS,
    DETECTED,
    REPAIRED,
    ROLLS_BACK,
) = range(1, 20)

_STEP, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@compiled
def mixed(state: np.uint64, word: int) -> np.uint64:
    """Return the next state after a word: one step of splitmix64."""
    z = (state ^ np.uint64(word)) + _STEP
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@compiled
def bits(m: Memory, purpose: int, key: int, turn: int) -> int:
    """Return 53 even bits for this purpose, key and turn."""
    state = mixed(mixed(mixed(np.uint64(m[at.SEED]), purpose), key), turn)
    return int(state >> _11)


@compiled
def even(m: Memory, purpose: int, key: int, turn: int) -> float:
    """Return an even number strictly between 0 and 1."""
    return (bits(m, purpose, key, turn) + 0.5) / at.CERTAIN


@compiled
def unit(m: Memory, purpose: int, key: int, turn: int) -> float:
    """Return an exponential number of mean 1."""
    return -math.log(even(m, purpose, key, turn))


@compiled
def normal(m: Memory, purpose: int, key: int, turn: int) -> float:
    """Return a standard normal number (Box and Muller); uses this turn and one far away."""
    radius = math.sqrt(2.0 * unit(m, purpose, key, turn))
    return radius * math.cos(2.0 * math.pi * even(m, purpose, key, turn + (1 << 40)))


@compiled
def gamma(m: Memory, shape: float, purpose: int, key: int, turn: int) -> float:
    """Return a gamma number of this shape and scale 1 (Marsaglia and Tsang, 2000)."""
    lift = 1.0
    if shape < 1.0:
        lift = even(m, purpose, key, turn + (1 << 41)) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    attempt = turn
    while True:
        attempt += 1 << 42
        x = normal(m, purpose, key, attempt)
        v = (1.0 + x / math.sqrt(9.0 * d)) ** 3
        if v > 0.0 and math.log(even(m, purpose, key, attempt + (1 << 41))) < x * x / 2.0 + d - d * v + d * math.log(v):
            return d * v * lift


@compiled
def seconds(m: Memory, f: Floats, spread: int, purpose: int, key: int, turn: int) -> float:
    """Return one draw of a duration, in seconds."""
    shape, first = m[spread + at.SPREAD_SHAPE], m[spread + at.SPREAD_NUMBERS]
    if shape == at.FIXED:
        return f[first]
    if shape == at.EXPONENTIAL:
        return f[first] * unit(m, purpose, key, turn)
    if shape == at.LOGNORMAL:
        return f[first] * math.exp(f[first + 1] * normal(m, purpose, key, turn))
    if shape == at.GAMMA:
        return f[first] / f[first + 1] * gamma(m, f[first + 1], purpose, key, turn)
    drawn = int(even(m, purpose, key, turn) * m[spread + at.SPREAD_COUNT])
    return f[first + drawn]


@compiled
def whole(length: float) -> int:
    """Return a length in whole seconds, at most some thirty million years."""
    return int(min(length, 1e15) + 0.5)
