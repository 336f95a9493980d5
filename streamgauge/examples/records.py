"""All records of a company, kind by kind."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from streamgauge.examples import decisions, money, outcome, tracker, work
from streamgauge.examples.builds import builds
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import Batch

ROWS_AT_ONCE = 400_000
"""No batch has more rows than this."""


def records(scene: Scene) -> Iterator[Batch]:
    """Give the records of a scene, each batch with at most ROWS_AT_ONCE rows, none of them empty."""
    for kind, parts in groupby(_whole(scene), key=itemgetter(0)):
        yield from ((kind, batch) for batch in _cut(table for _, table in parts))


def _cut(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Put small parts of one kind together, for each that is kept costs a commit of the lake; cut large ones."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        if sum(table.num_rows for table in waiting) >= ROWS_AT_ONCE:
            whole, waiting = pa.concat_tables(waiting), []
            yield from (whole.slice(first, ROWS_AT_ONCE) for first in range(0, whole.num_rows, ROWS_AT_ONCE))
    whole = pa.concat_tables(waiting) if waiting else None
    if whole is not None and whole.num_rows:
        yield whole


def _whole(scene: Scene) -> Iterator[Batch]:
    dressed = Dressed(scene)
    code, pulls, delivery, operation = dressed.code, dressed.pulls, dressed.delivery, dressed.operation
    yield from work.items(scene)
    yield from tracker.items(scene)
    yield from work.transitions(scene)
    yield from tracker.transitions(scene)
    yield from tracker.links(scene)
    yield from code.commits()
    yield from code.branches()
    yield from code.tags()
    yield from code.diffstats()
    yield from pulls.requests()
    yield from pulls.reviews()
    yield from pulls.contents()
    yield from pulls.rewritings()
    yield from builds(scene, code, pulls)
    for part in (delivery.deployments, delivery.change_requests, delivery.exposures):
        yield from part()
    yield from operation.incidents()
    yield from operation.alerts()
    yield from operation.service_levels()
    yield from operation.postmortems()
    yield from operation.actions()
    for of_users in (outcome.usage, outcome.surveys, outcome.feedback, outcome.measurements):
        yield from of_users(scene)
    yield from money.costs(scene)
    yield from money.allocations(scene)
    for decided in (
        decisions.commitments,
        decisions.gates,
        decisions.sign_offs,
        decisions.hypotheses,
        decisions.reviews,
    ):
        yield from decided(scene)
    yield from decisions.assessments(scene)
