"""Remembers what was worked out from one snapshot of a lake, for as long as that snapshot is the newest."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

MOST = 128
"""How many things are remembered; the one that was not asked for longest is forgotten first."""


class Memory:
    """Things by the question that they answer, all of one snapshot; in this process only. Safe among threads."""

    def __init__(self, most: int = MOST) -> None:
        self._lock, self._snapshot, self._most = Lock(), "", most
        self._things: OrderedDict[Hashable, object] = OrderedDict()

    def recall(self, snapshot: str, question: Hashable) -> object | None:
        """Return what was kept under a question of this snapshot; none where nothing was, or another is newest."""
        with self._lock:
            if snapshot != self._snapshot or question not in self._things:
                return None
            self._things.move_to_end(question)
            return self._things[question]

    def holds(self, snapshot: str) -> bool:
        """Return whether anything is kept that follows from a snapshot."""
        with self._lock:
            return snapshot == self._snapshot and bool(self._things)

    def keep(self, snapshot: str, question: Hashable, thing: object) -> None:
        """Keep a thing that follows from a snapshot; what followed from another one is forgotten."""
        with self._lock:
            if snapshot != self._snapshot:
                self._snapshot = snapshot
                self._things.clear()
            self._things[question] = thing
            self._things.move_to_end(question)
            while len(self._things) > self._most:
                self._things.popitem(last=False)
