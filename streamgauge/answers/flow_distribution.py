"""What was finished: by type, and by the four kinds of flow items (definitions 2.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from streamgauge.answers.flow_report import KindShare, TypeShare
from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.company import KINDS
from streamgauge.lake import View
from streamgauge.metrics import statistics
from streamgauge.metrics.columns import Asked
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import parameters

_FINISHED = f"""WITH scope AS ({SCOPE})
SELECT f.type, f.kind, count(*) AS n, sum(in_micros(f.active_hours)) / 3.6e9 AS active
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
GROUP BY f.type, f.kind ORDER BY n DESC, f.type
"""


def distribution(
    view: View, asked: FlowTerms, work: Asked | None
) -> tuple[tuple[TypeShare, ...], tuple[KindShare, ...]]:
    """Return how many finished items are of each type, and of each of the four kinds."""
    rows = view.rows(_FINISHED, parameters(asked.scopes)) if work is None else work.by_type_and_kind()
    total = sum(row["n"] for row in rows)
    return tuple(_type(row, total) for row in rows), tuple(_kinds(rows))


def _type(row: Mapping[str, Any], total: int) -> TypeShare:
    low, high = statistics.wilson(row["n"], total) or (0.0, 1.0)
    return TypeShare(type=row["type"], n=row["n"], share=row["n"] / total, low=low, high=high)


def _kinds(rows: list[dict[str, Any]]) -> Iterator[KindShare]:
    of_any = sum(row["n"] for row in rows if row["kind"])
    active = sum(row["active"] for row in rows if row["kind"])
    for kind in KINDS if of_any else ():
        n = sum(row["n"] for row in rows if row["kind"] == kind)
        low, high = statistics.wilson(n, of_any) or (None, None)
        hours = sum(row["active"] for row in rows if row["kind"] == kind)
        worked = hours / active if active else None
        yield KindShare(kind=kind, n=n, share=n / of_any, low=low, high=high, share_of_active_time=worked)
    if rest := sum(row["n"] for row in rows if not row["kind"]):
        yield KindShare(kind=None, n=rest, share=None, low=None, high=None, share_of_active_time=None)
