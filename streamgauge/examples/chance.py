"""Draws by seed and purpose: what is drawn for one purpose does not depend on what was drawn for another."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Chance:
    """A source of draws under one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *purpose: str | int) -> np.random.Generator:
        """Return the generator of one purpose, always at its beginning."""
        words = "/".join(map(str, purpose)).encode()
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, crc32(words)])))

    def one(self, number: int, *purpose: str | int) -> int:
        """Return one of the numbers below `number`."""
        return int(self.of(*purpose).integers(number))

    def between(self, low: float, high: float, *purpose: str | int) -> float:
        """Return a number between two others."""
        return float(self.of(*purpose).uniform(low, high))

    def order(self, number: int, *purpose: str | int) -> list[int]:
        """Return the numbers below `number` in a drawn order."""
        return [int(n) for n in self.of(*purpose).permutation(number)]


def picks(draws: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Return so many positions of `weights`, each as likely as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], draws.random(size), side="right").astype(np.int64)
