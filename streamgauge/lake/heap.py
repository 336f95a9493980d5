"""Keeps little memory, or much of it: what allocators hold of what was freed, no other one can take."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import pyarrow as pa

_LARGE, _KEPT, _KEPT_MEANWHILE = 32 * 1024 * 1024, 64 * 1024 * 1024, 1024 * 1024 * 1024
"""What is larger comes from the system each time (as much as the GNU C library allows); so much is kept for later."""
_LOCK, _HOLDING = Lock(), list[int]()
"""Who holds memory now."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""The names that the GNU C library has for these."""


@contextmanager
def holding() -> Iterator[None]:
    """Let the C library keep meanwhile what is freed for what is taken next: the system clears each page anew."""
    with _LOCK:
        _HOLDING.append(_KEPT_MEANWHILE)
        _keep(_KEPT_MEANWHILE)
    try:
        yield
    finally:
        with _LOCK:
            _HOLDING.pop()
            if not _HOLDING:  # who is the last of several threads
                _keep(_KEPT)


@contextmanager
def keeping() -> Iterator[None]:
    """Do the same, and let Arrow take its memory from the C library meanwhile, so that one serves the other."""
    with _by_the_c_library(), holding():
        yield


@contextmanager
def sparing() -> Iterator[None]:
    """Let Arrow take its memory from the C library meanwhile, which keeps less of it; give back in the end."""
    try:
        with _by_the_c_library():
            yield
    finally:
        give_back()


@contextmanager
def _by_the_c_library() -> Iterator[None]:
    """Let Arrow take its memory from the C library meanwhile."""
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


def _keep(size: int) -> None:
    """Let the C library keep so many bytes that are freed, also of large pieces."""
    if (choose := _of_c_library("mallopt")) is not None:
        choose(_MMAP_THRESHOLD, _LARGE)
        choose(_TRIM_THRESHOLD, size)


def give_back() -> None:
    """Give back to the system what Arrow and the C library hold for later; what is in use stays as it is."""
    pa.default_memory_pool().release_unused()
    if (trim := _of_c_library("malloc_trim")) is not None:
        trim(0)


@cache
def _of_c_library(name: str) -> Any:
    """Return a function of the GNU C library, None elsewhere."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
