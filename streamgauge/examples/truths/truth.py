"""One truth about the invented company, as the ledger keeps it and no part of the product reads it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Floats, Ints
from streamgauge.examples.dressed import Dressed

MOST_EVIDENCE = 20
Evidence = tuple[tuple[str, str], ...]
"""Tables with the ids of their records."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is so, where, from when to when (seconds from the start), and how large it is, measured on what happened.

    `is_planted` says that the story put it there, and not chance alone; `score` how a claim is held against it.
    """

    kind: str
    place: Mapping[str, str]
    begins: int
    ends: int
    size: Mapping[str, float]
    evidence: Evidence
    score: str
    is_planted: bool = True

    @property
    def id(self) -> str:
        """What tells it from other truths of the same company."""
        return "/".join([self.kind, *self.place.values(), str(self.begins // 86_400)])


def cited(table: str, ids: pa.Array | Sequence[str]) -> Evidence:
    """Return the first ids of a table as evidence."""
    listed = ids[:MOST_EVIDENCE].to_pylist() if isinstance(ids, pa.Array) else list(ids[:MOST_EVIDENCE])
    return tuple((table, one) for one in listed)


def text(truths: Iterable[Truth], dressed: Dressed) -> str:
    """Return the ledger as JSON lines."""
    start = dressed.scene.world.start
    return "".join(json.dumps(_line(truth, start)) + "\n" for truth in truths)


def _line(truth: Truth, start: datetime) -> dict[str, object]:
    return {
        "id": truth.id,
        "kind": truth.kind,
        "place": dict(truth.place),
        "from": (start + timedelta(seconds=truth.begins)).isoformat(),
        "to": (start + timedelta(seconds=truth.ends)).isoformat(),
        "size": {name: round(float(value), 4) for name, value in truth.size.items()},
        "evidence": [{"table": table, "id": key} for table, key in truth.evidence],
        "score": truth.score,
        "is_planted": truth.is_planted,
    }


def median(values: "Ints | Floats") -> float:
    """Return the median; 0 of nothing."""
    return float(np.median(values)) if len(values) else 0.0


def ratio(later: float, before: float) -> float:
    """Return how many times as large it became; 1 where there was nothing before."""
    return later / before if before else 1.0


def overlap(begins: Ints, ends: Ints, low: int, high: int) -> Ints:
    """Return the seconds that each span has within `[low, high)`."""
    found: Ints = np.maximum(np.minimum(ends, high) - np.maximum(begins, low), 0)
    return found
