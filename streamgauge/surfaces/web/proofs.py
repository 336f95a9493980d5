"""Proofs of numbers about work as the pages show them."""

import shlex
from collections.abc import Iterator, Mapping, Sequence

from streamgauge.answers.proof import Proof
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web.page import ProofView

Links = Mapping[tuple[str, str | None], str]
"""The ids of the proofs, by metric and what each is of; null is the whole."""


def proof_views(
    proofs: Sequence[Proof],
    terms: Sequence[str],
    back: Mapping[str, str] | None = None,
    statements: Mapping[str, Proof] | None = None,
) -> tuple[ProofView, ...]:
    """Return each proof with an id of its own; `terms` are the options of the question that it answers.

    `back` leads from what a number is of to the id that is returned to; of the whole it is the tile of the metric.
    """
    return tuple(_views(proofs, terms, back or {}, {one.sql: key for key, one in (statements or {}).items()}))


def links_of(views: Sequence[ProofView]) -> Links:
    """Return where each number finds its proof."""
    return {(view.proof.metric, view.proof.of): view.key for view in views}


def statements_of(proofs: Sequence[Proof]) -> dict[str, Proof]:
    """Return id -> a proof with its query, of the queries that the proofs of several places share: printed once."""
    shared = {proof.sql: proof for proof in proofs if proof.of is not None}
    return {f"query-{number}": proof for number, proof in enumerate(shared.values(), start=1)}


def _views(
    proofs: Sequence[Proof], terms: Sequence[str], back: Mapping[str, str], statements: Mapping[str, str]
) -> Iterator[ProofView]:
    for number, proof in enumerate(proofs, start=1):
        records = tuple((record, record.bucket or "") for record in proof.records)
        words = ("streamgauge", "why", proof.metric, *proof.which, *terms, "--limit", "all")
        yield ProofView(
            key=f"proof-{proof.metric}" if proof.of is None else f"proof-{proof.metric}-{number}",
            back=back.get(proof.of or proof.metric, f"tile-{proof.metric}"),
            proof=proof,
            records=records,
            percentile_unit=proof.record_unit or proof.unit,
            record_unit=proof.record_unit,
            buckets=tuple(sorted({bucket for _, bucket in records if bucket}, reverse=True)),
            command=shlex.join(map(one_line, words)),
            statement=statements.get(proof.sql) if proof.of is not None else None,
        )


__all__ = ["Links", "ProofView", "links_of", "proof_views", "statements_of"]
