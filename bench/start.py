"""The start of the command, which every use pays for."""

from collections.abc import Iterator
from statistics import median

from bench.clock import seconds, streamgauge
from bench.figure import Figure
from bench.ground import Ground


def start(ground: Ground) -> Iterator[Figure]:
    """Give the median time of `streamgauge --help`."""
    streamgauge("--help")
    times = [seconds(lambda: streamgauge("--help")) for _ in range(ground.times or 10)]
    yield Figure(name="streamgauge --help", ours=median(times), against="time", limit=0.3)
