"""Measures how often the rule for the bottleneck is right: streams whose true constraint is known, fifty seeds each."""

from collections.abc import Iterator

from bench.figure import Figure
from bench.ground import Ground
from streamgauge.insights.constraint import bottleneck, candidates
from tests.kit.tandem import Shape, play, seen

SEEDS = range(50)
CONSTRAINED = (
    *(
        Shape(name=f"overloaded, {k} stages, gap {gap:.0%}", stages=k, items=1_000, load=1.1, gap=gap)
        for k in (2, 3, 5, 7)
        for gap in (0.2, 0.4)
    ),
    *(
        Shape(name=f"stable at 95 %, {k} stages, gap {gap:.0%}", stages=k, items=1_000, load=0.95, gap=gap)
        for k in (3, 5)
        for gap in (0.25, 0.4)
    ),
    *(
        Shape(name=f"always {6 * k} under way, {k} stages, gap {gap:.0%}", stages=k, load=1.0, gap=gap, held=6 * k)
        for k in (3, 5)
        for gap in (0.2, 0.4)
    ),
    *(Shape(name=f"batches of {b}, gap 30 %", load=1.1, gap=0.3, batch=b) for b in (5, 10)),
    *(
        Shape(name=f"another one until {t:.0%} of the items", items=800, load=1.4, gap=0.45, turn=t, former=0.95)
        for t in (0.4, 0.5)
    ),
    *(Shape(name=f"played out, {n} items", items=n, load=1.2, gap=0.3, drained=True) for n in (300, 1_000)),
)
ALIKE = (
    *(
        Shape(name=f"none: {k} stages at {load:.0%}", stages=k, items=n, load=load)
        for k, n in ((2, 1_000), (3, 400), (5, 1_000))
        for load in (0.4, 0.6, 0.8, 0.9)
    ),
    *(Shape(name=f"none: batches of {b}", load=0.7, batch=b) for b in (5, 10)),
    *(Shape(name=f"none: always {6 * k} under way", stages=k, load=1.0, held=6 * k) for k in (2, 3, 5)),
)


def insights(ground: Ground) -> Iterator[Figure]:
    """Give for each shape how often its constraint is missed, or one is claimed where there is none."""
    seeds = range(2) if ground.commits else SEEDS  # a made-up size asks for a short run
    missed = false = 0
    for shape in (*CONSTRAINED, *ALIKE):
        wrong = sum(_is_wrong(shape, seed) for seed in seeds)
        missed, false = missed + wrong * bool(shape.gap), false + wrong * (not shape.gap)
        name = f"bottleneck {'missed' if shape.gap else 'claimed'}: {shape.name}"
        # A single shape of fifty seeds may miss by chance what holds on average.
        yield Figure(name=name, ours=wrong / len(seeds), unit="", against=f"of {len(seeds)} seeds", limit=0.12)
    yield Figure(
        name="bottleneck missed",
        ours=missed / len(CONSTRAINED) / len(seeds),
        unit="",
        against="of all streams",
        limit=0.05,
    )
    yield Figure(
        name="bottleneck claimed", ours=false / len(ALIKE) / len(seeds), unit="", against="where none is", limit=0.05
    )


def _is_wrong(shape: Shape, seed: int) -> bool:
    played = play(shape, seed)
    found = bottleneck(candidates(seen(played)))
    true = None if played.constraint is None else f"S{played.constraint}"
    return (found.stage if found else None) != true
