"""All records of a company, kind by kind."""

from collections.abc import Iterator

from streamgauge.examples import work
from streamgauge.examples.builds import builds
from streamgauge.examples.code import Code
from streamgauge.examples.delivery import Delivery
from streamgauge.examples.operation import Operation
from streamgauge.examples.pulls import Pulls
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import Batch
from streamgauge.examples.trunk import Trunk

ROWS_AT_ONCE = 400_000
"""No batch has more rows than this."""


def records(scene: Scene) -> Iterator[Batch]:
    """Give the records of a scene, each batch with at most ROWS_AT_ONCE rows, none of them empty."""
    for kind, whole in _whole(scene):
        for first in range(0, whole.num_rows, ROWS_AT_ONCE):
            yield kind, whole.slice(first, ROWS_AT_ONCE)


def _whole(scene: Scene) -> Iterator[Batch]:
    trunk = Trunk(scene)
    code = Code(scene, trunk)
    yield from work.items(scene)
    yield from work.transitions(scene)
    yield from code.commits()
    yield from code.branches()
    yield from code.tags()
    yield from code.diffstats()
    pulls = Pulls(scene, code)
    yield from pulls.requests()
    yield from pulls.reviews()
    yield from pulls.contents()
    yield from builds(scene, code, pulls)
    delivery = Delivery(scene, trunk)
    for part in (delivery.deployments, delivery.change_requests, delivery.exposures):
        yield from part()
    operation = Operation(scene, delivery)
    yield from operation.incidents()
    yield from operation.alerts()
    yield from operation.service_levels()
    yield from operation.postmortems()
    yield from operation.actions()
