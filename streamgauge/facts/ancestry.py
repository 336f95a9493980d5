"""Which release first contains a commit: a walk over parents, linear in commits plus releases."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

NOBODY = -1


class Ancestry:
    """Commits and their parents as numbers. Parents that are not among the commits are cut off."""

    def __init__(self, commits: pa.Array, parents: pa.Array) -> None:
        """Take hashes, and for each commit the list of its parents' hashes."""
        import pyarrow.compute as pc

        self._commits = commits
        offsets = parents.offsets.to_numpy()
        found = pc.fill_null(pc.index_in(parents.flatten(), value_set=commits), NOBODY).to_numpy()
        self._bounds: list[int] = (offsets - offsets[0]).tolist()
        self._parents: list[int] = found.tolist()

    def numbers(self, hashes: Sequence[str]) -> list[int]:
        """Return the numbers of commits by their hash, NOBODY for one that is unknown."""
        import pyarrow.compute as pc

        found = pc.index_in(pa.array(hashes, pa.string()), value_set=self._commits)
        return [int(n) for n in pc.fill_null(found, NOBODY).to_pylist()]

    def claim(self, starts: Sequence[int], owner: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
        """Return, for each commit, the position in `starts` of the first that reaches it, NOBODY where none does.

        Commits that `owner` gives to somebody already stay his, and hide what lies behind them.
        """
        claimed: list[int] = [NOBODY] * len(self._commits) if owner is None else owner.tolist()
        bounds, parents = self._bounds, self._parents
        for position, start in enumerate(starts):
            stack = [start]
            while stack:
                commit = stack.pop()
                if commit >= 0 and claimed[commit] < 0:
                    claimed[commit] = position
                    stack += parents[bounds[commit] : bounds[commit + 1]]
        return np.array(claimed, dtype=np.int64)

    def first_parents(self, start: int) -> list[int]:
        """Return the chain of first parents from `start` back to a root, newest first."""
        chain = []
        while start >= 0:
            chain.append(start)
            bounds = self._bounds
            start = self._parents[bounds[start]] if bounds[start] < bounds[start + 1] else NOBODY
        return chain
