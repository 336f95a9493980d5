"""Proofs of numbers about work as the pages show them."""

import shlex
from collections.abc import Iterator, Sequence

from streamgauge.answers.proof import Proof
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web.page import ProofView


def proof_views(proofs: Sequence[Proof], terms: Sequence[str]) -> tuple[ProofView, ...]:
    """Return each proof with an id of its own; `terms` are the options of the question that it answers."""
    return tuple(_views(proofs, terms))


def _views(proofs: Sequence[Proof], terms: Sequence[str]) -> Iterator[ProofView]:
    for proof in proofs:
        records = tuple((record, record.bucket or "") for record in proof.records)
        words = ("streamgauge", "why", proof.metric, *map(one_line, terms), "--limit", "all")
        yield ProofView(
            key=f"proof-{proof.metric}",
            back=f"tile-{proof.metric}",
            proof=proof,
            records=records,
            percentile_unit=proof.record_unit or proof.unit,
            record_unit=proof.record_unit,
            buckets=tuple(sorted({bucket for _, bucket in records if bucket}, reverse=True)),
            command=shlex.join(words),
            statement=None,
        )


__all__ = ["ProofView", "proof_views"]
