"""How the kernel is compiled: its rules as they are first needed, its entry once and then from the user's cache."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.core import config as _config

from streamgauge.errors import BadOption
from streamgauge.settings import cache_folder

Memory = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

config: Any = _config  # its values are set as it is loaded, so that no type names them
_MEMORY, _FLOATS = numba.int64[::1], numba.float64[::1]


def compiled(function: F) -> F:
    """Return a rule of the kernel, compiled together with the entry that uses it."""
    rule: Any = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("F", rule)


def entry(function: F) -> F:
    """Return an entry of the kernel, over a memory and its floating-point numbers, that lets other threads run.

    It is compiled once and then read from Streamgauge's folder in the user's cache, under the digest of all rules:
    numba itself would only look at the file of the entry. Where nothing can be written there, each process compiles anew.
    """
    folder, before = _folder(), config.CACHE_DIR
    made: Any = None
    try:
        if folder:
            config.CACHE_DIR = folder
        keep = bool(folder or before)
        made = numba.njit([numba.int64(_MEMORY, _FLOATS)], nogil=True, error_model="numpy", cache=keep)(function)
    finally:
        config.CACHE_DIR = before
    return cast("F", made)


def _folder() -> str:
    """Return where this version of the rules is kept; empty where nothing can be, or the user chose a place."""
    if config.CACHE_DIR:
        return ""
    try:
        folder = cache_folder(os.environ) / "compiled" / _digest()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, BadOption):
        return ""
    return str(folder) if os.access(folder, os.W_OK) else ""


def _digest() -> str:
    """Return a digest of the rules and of where things lie in the memory."""
    here = Path(__file__).parent
    texts = [path.read_bytes() for path in (*sorted(here.glob("*.py")), here.parent / "layout.py")]
    return hashlib.blake2b(b"\0".join(texts), digest_size=8).hexdigest()
