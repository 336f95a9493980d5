"""Keeps little memory: what allocators hold of what was freed, no other one can take."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pyarrow as pa


@contextmanager
def sparing() -> Iterator[None]:
    """Let Arrow take its memory from the C library meanwhile, which keeps less of it; give back in the end."""
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)
        give_back()


def give_back() -> None:
    """Give back to the system what Arrow and the C library hold for later; what is in use stays as it is."""
    pa.default_memory_pool().release_unused()
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Any:
    """Return the function of the GNU C library for it, None elsewhere."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
