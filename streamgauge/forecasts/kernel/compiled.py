"""What a rule of the kernel is: plain Python over one memory, in the small part of it that `machine` turns into code.

A rule takes the memory, perhaps its floating-point numbers, and numbers; it knows `if`, `while`, `for ... in range`,
arithmetic, and other rules. Called as it stands, it is slow and does the same.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np

Word = np.uint64
F = TypeVar("F", bound=Callable[..., Any])


class Memory(Protocol):
    """One array of whole numbers of 64 bits."""

    def __getitem__(self, cell: int, /) -> int: ...
    def __setitem__(self, cell: int, number: int, /) -> None: ...


class Floats(Protocol):
    """One array of floating-point numbers of 64 bits."""

    def __getitem__(self, cell: int, /) -> float: ...
    def __setitem__(self, cell: int, number: float, /) -> None: ...


def compiled(function: F) -> F:
    """Return a function as it is, marked as a rule, so that no other one is compiled by mistake."""
    function.__dict__["is_rule"] = True
    return function
