"""Proves one number about code: the pull requests or runs behind it, what was left out, and the statement."""

from collections.abc import Sequence
from datetime import datetime

from streamgauge.answers.code import measured
from streamgauge.answers.code_question import question
from streamgauge.answers.flow_proof import prove
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.proof import Proof
from streamgauge.lake import Lake
from streamgauge.metrics.metric import Metric


def prove_code(
    lake: Lake,
    request: FlowRequest,
    metric: Metric,
    *,
    bucket: str | None = None,
    limit: int | None = 50,
    now: datetime | None = None,
) -> Proof:
    """Return the proof of one number: of the whole window, or of one month ("2025-03") in the company's zone.

    Raises BadOption where the lake holds no code, or no such repository, team, type or month.
    """
    with question(lake, request, now) as asking:
        return prove(asking.view, asking.asked, metric, measured, read="repositories", bucket=bucket, limit=limit)


def prove_each_code(
    lake: Lake, request: FlowRequest, metrics: Sequence[Metric], *, limit: int | None = 50, now: datetime | None = None
) -> tuple[Proof, ...]:
    """Return the proofs of several numbers over the whole window, each with so many records of each kind."""
    with question(lake, request, now) as asking:
        return tuple(
            prove(asking.view, asking.asked, metric, measured, read="repositories", bucket=None, limit=limit)
            for metric in metrics
        )
