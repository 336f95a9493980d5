"""What a rule of the kernel is: plain Python over one memory, in the small part of it that `machine` turns into code.

A rule takes the memory, perhaps its floating-point numbers, and numbers; it knows `if`, `while`, `for ... in range`,
arithmetic, and other rules. Called as it stands, it is slow and does the same.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Memory = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Word = np.uint64
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return a function as it is, marked as a rule, so that no other one is compiled by mistake."""
    function.__dict__["is_rule"] = True
    return function
