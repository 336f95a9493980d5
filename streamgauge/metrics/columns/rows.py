"""Which of very many rows a question is about, part by part as they were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from streamgauge.facts.ways import Flags, Numbers

Wholes = npt.NDArray[np.object_]
Sums = TypeVar("Sums", Numbers, Wholes)


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows that a question is about: flags by part.

    What it comes to is summed over the `fewer`: these rows, or the others, which are then taken from all.
    """

    flags: Sequence[Flags]

    @cached_property
    def are_most(self) -> bool:
        """Whether the question is about more than half of all rows."""
        return 2 * sum(int(np.count_nonzero(part)) for part in self.flags) > sum(map(len, self.flags))

    @cached_property
    def fewer(self) -> list[Numbers]:
        """The rows that the question is about, or those that it is not about, whichever are fewer, part by part."""
        return [np.flatnonzero(~part if self.are_most else part) for part in self.flags]

    def out_of(self, whole: Sums, of_fewer: Sums) -> Sums:
        """Return what the rows come to, from what all rows come to and what the fewer do."""
        found: Sums = whole - of_fewer if self.are_most else of_fewer
        return found
