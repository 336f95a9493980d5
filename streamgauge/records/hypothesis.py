"""A hypothesis: what a change is believed to improve, for whom, by how much, and why."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class Hypothesis(Record, frozen=True, kw_only=True):
    """One hypothesis. `id` is its key; it is locked at the first gate, and later edits are versions."""

    table: ClassVar[str] = "hypotheses"
    initiative: str | None
    """Id of the initiative that tests it."""
    problem: str | None
    """The problem, addresses masked."""
    segment: str | None
    """For which users."""
    change: str | None
    """What is changed."""
    because: str | None
    """Why that should help."""
    primary_metric: str | None
    """Key of the one metric that decides."""
    direction: str | None
    """`up` or `down`."""
    baseline: float | None
    """Value of the metric before."""
    target: float | None
    """Value that is aimed at."""
    worthwhile: float | None
    """Smallest effect that would be worth the effort, in the metric's unit."""
    guardrails: list[str]
    """Keys of metrics that must not get worse."""
    method: str | None
    """`experiment`, `staged rollout`, `before and after`, `difference in differences`, `interrupted time series`,
    `synthetic control` or `qualitative`."""
    feature: str | None
    """Name of the feature, or key of the flag, that exposes the change."""
    confidence: float | None
    """How sure its owners were before, 0 to 1."""
    stated_at: datetime
    """When it was stated."""
    locked_at: datetime | None
    """When it was locked."""
    decide_at: datetime | None
    """When it is to be decided."""
    status: str | None
    """`draft`, `locked`, `running`, `decided` or `dropped`."""
