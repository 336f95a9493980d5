"""Reads the facts that a map looks at, many pieces side by side."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from streamgauge.lake import engines, heap, limits
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


def read_all(pieces: Mapping[str, Sequence[Piece]]) -> dict[str, Any] | None:
    """Return all of FACTS as plain columns; None of what is read with little memory, or not at all."""
    rows = sum(piece.rows for piece in pieces["visits"])
    if engines.are_few(rows) or rows * BYTES_A_RECORD > limits.BYTES_OF_COLUMNS:
        return None
    with heap.keeping():
        return read(pieces, None, limits.threads())
