"""Takes the time of acts, in fresh processes tied to a number of cores."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar

from streamgauge.surfaces.cli.frames import leave_out_data_frames

ROOT = Path(__file__).parents[1]
P = ParamSpec("P")
T = TypeVar("T")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act took, in seconds."""
    start = perf_counter()
    act()
    return perf_counter() - start


def least(acts: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Return the least time of each act, in seconds; they take turns, so that what disturbs one disturbs all."""
    rounds = [[seconds(act) for act in acts] for _ in range(times)]
    return [min(of_one) for of_one in zip(*rounds, strict=True)]


def apart(on_cores: int | None, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what an act returns in a fresh process that may use so many cores; null: all of them."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_keep_to, initargs=(on_cores,)) as pool:
        return pool.submit(act, *arguments, **named).result()


def _keep_to(on_cores: int | None) -> None:
    leave_out_data_frames()  # as every command does
    if on_cores is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:on_cores])


def streamgauge(*arguments: str) -> None:
    """Run the command in a process of its own, its output to a pipe as a script would read it."""
    command = [sys.executable, "-m", "streamgauge", *arguments]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
