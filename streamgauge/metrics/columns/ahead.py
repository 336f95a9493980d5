"""Reads facts about flow beside the engine while the question is still worked out."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from streamgauge.lake import Lake, Snapshot, engines
from streamgauge.lake.pieces import Piece

Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Ahead(Generic[Facts]):
    """What is being read of all work in a snapshot."""

    snapshot: str
    coming: Future[tuple[frozenset[str], Facts | None]]

    def of(self, snapshot: str | None, lines: Sequence[str]) -> Facts | None:
        """Return the facts of these datasets in a snapshot, once they are read; None where others were, or nothing."""
        if snapshot != self.snapshot:
            return None
        read_lines, found = self.coming.result()
        return found if read_lines == frozenset(lines) else None


def ahead(
    lake: Lake,
    snapshot: Snapshot,
    beside: Executor,
    facts: Sequence[str],
    read: Callable[[Mapping[str, Sequence[Piece]]], Facts | None],
) -> Ahead[Facts] | None:
    """Begin to read facts of all work in a snapshot, flow items first; None where there is an engine elsewhere to ask.

    `read` makes something of their pieces, or nothing where these are not to be read so.
    """
    if not engines.is_in_process():
        return None

    def found() -> tuple[frozenset[str], Facts | None]:
        pieces = lake.pieces(snapshot, facts)
        return frozenset(piece.line for piece in pieces[facts[0]]), read(pieces) if pieces[facts[0]] else None

    return Ahead(snapshot.id, beside.submit(found))
