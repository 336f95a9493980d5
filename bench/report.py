"""The second report of a repository, start-up included: nothing new, and a hundred new commits."""

from collections.abc import Iterator
from statistics import median

from bench.clock import seconds, streamgauge
from bench.figure import Figure
from bench.ground import Ground, grow

NEW = 100


def report(ground: Ground) -> Iterator[Figure]:
    """Give the median time of a whole `streamgauge report` once the lake holds the repository."""
    times = ground.times or 5
    words = ("report", str(ground.clone), "--lake", str(ground.folder / "report"))
    streamgauge(*words)
    same = [seconds(lambda: streamgauge(*words)) for _ in range(times)]
    yield Figure(name="second report", ours=median(same), against="time", limit=1.5)
    grown = []
    for _ in range(times):
        grow(ground.clone, NEW)
        grown.append(seconds(lambda: streamgauge(*words)))
    yield Figure(name=f"second report, {NEW} new commits", ours=median(grown), against="time", limit=2.0)
