"""Conformance: how far the way of each piece of work was from the way that is agreed on (definitions 4.4)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.company.value_stream import ValueStream
from streamgauge.lake import View

CONFORMANCE = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("stream", pa.string()),
        pa.field("item", pa.string()),
        pa.field("episode", pa.int64()),
        pa.field("path", pa.string()),
        pa.field("cost", pa.int64()),
        pa.field("most", pa.int64()),
        pa.field("skipped", pa.int64()),
        pa.field("backward", pa.int64()),
        pa.field("unknown", pa.int64()),
    ]
)
"""One row per finished flow item of a value stream whose stages are agreed on.

`cost` is how many stages must be put in or taken out of its way to make it the agreed one, `most` the cost if nothing
fitted, so that its fitness is 1 - cost / most. `skipped` agreed stages are not on its way, `backward` steps lead to an
earlier stage, `unknown` ones are not agreed on.
"""

MARK = "\x1f"
_JUDGED = pa.schema([field for field in CONFORMANCE if field.name not in ("item", "episode")])
_NAMES = ("cost", "most", "skipped", "backward", "unknown")
# The way goes from stage to stage; before the commitment and after the end there is only what the agreement names.
PATHS = """
SELECT w.item, w.episode, string_agg(w.stage, $mark ORDER BY w.ordinal) AS path
FROM (
  SELECT f.item, f.episode, v.stage, v.ordinal,
         lag(v.stage) OVER (PARTITION BY f.item, f.episode ORDER BY v.ordinal) AS former_stage
  FROM flow_items AS f JOIN visits AS v ON v.line_id = f.line_id AND v.item = f.item
    AND v.entered_at <= f.finished_at AND (f.episode = 1 OR v.entered_at >= f.started_at)
    AND (v.state NOT IN ('new', 'done', 'cancelled') OR array_contains($agreed, v.stage))
  WHERE f.line_id = $line AND f.finished_at IS NOT NULL AND NOT f.left_truncated
    AND array_contains(f.streams, $stream)) AS w
WHERE w.stage IS DISTINCT FROM w.former_stage GROUP BY w.item, w.episode
"""


class _Dataset(Protocol):
    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def line_id(self) -> str:
        """Its key in the facts."""


def conformance(view: View, items: pa.Table, one: _Dataset, company: Company) -> pa.Table:
    """Return the rows of CONFORMANCE for flow items with the visits that a view shows; none without agreed stages."""
    streams = [s for s in company.value_streams if s.agreed and (not s.datasets or one.name in s.datasets)]
    if streams:
        view.register("flow_items", items)
    return pa.concat_tables([CONFORMANCE.empty_table(), *(_compared(view, one.line_id, stream) for stream in streams)])


def _compared(view: View, line_id: str, stream: ValueStream) -> pa.Table:
    """Return the rows of one value stream; each different path is looked at once."""
    said = {"line": line_id, "stream": stream.name, "agreed": list(stream.agreed), "mark": MARK}
    paths = view.query(PATHS, said)
    encoded = paths["path"].combine_chunks().dictionary_encode()
    rows = [
        {"line_id": line_id, "stream": stream.name, "path": path.replace(MARK, " → ")}
        | dict(zip(_NAMES, _judged(path.split(MARK), stream.agreed), strict=True))
        for path in encoded.dictionary.to_pylist()
    ]
    found = pa.Table.from_pylist(rows, schema=_JUDGED).take(encoded.indices)
    for name in ("item", "episode"):
        found = found.append_column(name, paths[name])
    return found.select(CONFORMANCE.names).cast(CONFORMANCE)


def _judged(path: Sequence[str], agreed: Sequence[str]) -> tuple[int, int, int, int, int]:
    """Return cost and greatest cost of an alignment, and how many stages are skipped, gone back to and unknown."""
    places = {stage: place for place, stage in enumerate(agreed)}
    known = [places[stage] for stage in path if stage in places]
    return (
        len(path) + len(agreed) - 2 * _common(path, agreed),
        len(path) + len(agreed),
        len(places.keys() - set(path)),
        sum(later < earlier for earlier, later in pairwise(known)),
        len(path) - len(known),
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence: the stages that may stay as they are."""
    row = [0] * (len(other) + 1)
    for stage in one:
        former = row
        row = [0]
        for i, wanted in enumerate(other):
            row.append(former[i] + 1 if stage == wanted else max(former[i + 1], row[i]))
    return row[-1]
