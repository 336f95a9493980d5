"""Reads the facts that a map looks at, many pieces side by side; also ahead, while the question is still worked out."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from streamgauge.lake import Lake, Snapshot, engines, heap, limits
from streamgauge.lake.pieces import Piece
from streamgauge.metrics.columns import handoffs, items, passages, visits
from streamgauge.metrics.columns.batches import Register
from streamgauge.metrics.columns.narrow import Terms

FACTS = ("flow_items", "passages", "handoffs", "visits")
BYTES_A_RECORD = 90
"""What the plain columns of these facts take, by record that they are made of."""


def read(pieces: Mapping[str, Sequence[Piece]], terms: Terms | None, threads: int) -> dict[str, Any]:
    """Return some of FACTS as plain columns, to be told apart on these terms; visits not without the flow items.

    Of flow items that is what was read.
    """
    passed, teams, stayed, found = passages.told(), Register(), visits.told(), dict[str, Any]()
    readers: dict[str, Any] = {
        "flow_items": partial(items.read, terms=terms),
        "passages": partial(passages.read, terms=terms, told=passed),
        "handoffs": partial(handoffs.read, terms=terms, teams=teams),
    }
    with ThreadPoolExecutor(threads) as beside:
        coming = {name: beside.map(reads, pieces[name]) for name, reads in readers.items() if name in pieces}
        if "flow_items" in coming:
            found["flow_items"] = items.read_of(coming["flow_items"])
        if "visits" in pieces:
            flow_items: items.Read = found["flow_items"]
            higher = flow_items.things.of(flow_items.at["is_higher"])
            coming["visits"] = beside.map(visits.reader(higher, stayed), pieces["visits"])
        if "handoffs" in coming:
            found["handoffs"] = handoffs.handoffs(coming["handoffs"], terms, teams)
        if "passages" in coming:
            found["passages"] = passages.passages(coming["passages"], terms, passed)
        if "visits" in coming:
            found["visits"] = visits.visits(coming["visits"], stayed)
    return found


@dataclass(frozen=True)
class Ahead:
    """What is being read of all work in a snapshot."""

    snapshot: str
    coming: Future[tuple[frozenset[str], dict[str, Any]]]

    def of(self, snapshot: str | None, lines: Sequence[str]) -> dict[str, Any]:
        """Return the facts of these datasets in a snapshot, once they are read; nothing where others were read."""
        if snapshot != self.snapshot:
            return {}
        read_lines, found = self.coming.result()
        return found if read_lines == frozenset(lines) else {}


def ahead(lake: Lake, snapshot: Snapshot, beside: Executor) -> Ahead | None:
    """Begin to read the facts of all work in a snapshot; None where there is an engine elsewhere to be asked."""
    if not engines.is_in_process():
        return None
    return Ahead(snapshot.id, beside.submit(_read_all, lake, snapshot))


def _read_all(lake: Lake, snapshot: Snapshot) -> tuple[frozenset[str], dict[str, Any]]:
    """Return the datasets and their facts; nothing of what is read with little memory, or not at all."""
    pieces = lake.pieces(snapshot, FACTS)
    rows = sum(piece.rows for piece in pieces["visits"])
    if engines.are_few(rows) or rows * BYTES_A_RECORD > limits.BYTES_OF_COLUMNS or not pieces["flow_items"]:
        return frozenset(), {}
    with heap.keeping():
        return frozenset(piece.line for piece in pieces["flow_items"]), read(pieces, None, limits.threads())
