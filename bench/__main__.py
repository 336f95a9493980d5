"""Runs benchmarks by name and prints a table; ends with 1 where a limit is broken."""

import argparse
import compileall
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.clock import ROOT, cores
from bench.company import company
from bench.directly_follows import directly_follows
from bench.facts import facts
from bench.figure import Figure
from bench.files import files
from bench.flow import flow
from bench.ground import SYNTHETIC, Ground, clone
from bench.history import history, lines
from bench.insights import insights
from bench.intake import intake
from bench.perceval import perceval
from bench.report import report
from bench.simulation import simulation
from bench.start import start
from bench.truths import truths

BENCHMARKS: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "start": start,
    "history": history,
    "lines": lines,
    "perceval": perceval,
    "facts": facts,
    "files": files,
    "report": report,
    "company": company,
    "truths": truths,
    "insights": insights,
    "simulation": simulation,
    "intake": intake,
    "flow": flow,
    "directly-follows": directly_follows,
}
REPOSITORY = "STREAMGAUGE_BENCH_REPOSITORY"
_ROW = "{:<36} {:>12}  {:<18} {:>12} {:>8}  {:<10} {}"


def main(words: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return 1 where a limit is broken."""
    asked = _asked(words)
    compileall.compile_dir(ROOT / "streamgauge", quiet=2)  # as an installation does
    with TemporaryDirectory(prefix="streamgauge-bench-") as folder:
        place = clone(Path(folder), asked.repository, asked.commits)
        ground = Ground(folder=Path(folder), clone=place, commits=asked.commits, times=asked.times)
        print(_machine(place, asked.repository), "", sep="\n")
        print(_ROW.format("what", "ours", "against", "peer", "ratio", "limit", "within"))
        figures = [_said(figure) for name in asked.name or BENCHMARKS for figure in BENCHMARKS[name](ground)]
    return int(any(figure.is_within is False for figure in figures))


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"which benchmarks: {', '.join(BENCHMARKS)}; none: all")
    parser.add_argument("--repository", default=os.environ.get(REPOSITORY), help="a clone to run on; it is only read")
    parser.add_argument("--commits", type=int, help=f"made-up history (default {SYNTHETIC:,}; facts 1,000,000)")
    parser.add_argument("--times", type=int, help="how often each act is timed")
    asked = parser.parse_args(words)
    if unknown := set(asked.name) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {unknown.pop()}; there are {', '.join(BENCHMARKS)}")
    return asked


def _machine(place: Path, repository: str | None) -> str:
    """Return what a reader has to know about the machine and the repository."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    count = ["git", "-C", str(place), "rev-list", "--count", "HEAD", "--branches", "--tags"]
    commits = int(subprocess.run(count, capture_output=True, text=True, check=True).stdout)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    name = Path(repository).resolve().name if repository else "synthetic repository"
    return (
        f"{platform.system()} {platform.machine()}, {cores()} cores{load}, Python {platform.python_version()}, {git}\n"
        f"{name}: {commits:,} commits"
    )


def _said(figure: Figure) -> Figure:
    """Print a figure as one row of the table, as soon as it is there."""
    sign = "" if figure.peer is None and not figure.is_faster else ("≥ " if figure.is_faster else "≤ ")
    limit = f"{sign}{figure.limit:g}" if sign else f"{figure.limit:g} {figure.unit}"
    within = {True: "yes", False: "NO", None: figure.missing}[figure.is_within]
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else "-"
    row = (figure.name, _amount(figure.ours, figure.unit), figure.against, _amount(figure.peer, figure.unit), ratio)
    print(_ROW.format(*row, limit, within), flush=True)
    return figure


def _amount(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:,.{0 if value >= 1000 else 3}f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
