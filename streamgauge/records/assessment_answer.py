"""An assessment answer: how one respondent judges one criterion of maturity."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class AssessmentAnswer(Record, frozen=True, kw_only=True):
    """One answer. `id` is its key."""

    table: ClassVar[str] = "assessment_answers"
    assessment: str
    """Key of the assessment and its round."""
    framework: str
    """Name and version of the framework."""
    dimension: str
    """Dimension, practice or objective."""
    criterion: str
    """Key of the criterion."""
    team: str | None
    """Name of the team or value stream that is judged."""
    respondent: str | None
    """Pseudonym of who answered."""
    level: float | None
    """The level given, on the framework's scale; null for not known."""
    evidence: str | None
    """Where the evidence is."""
    answered_at: datetime
    """When."""
