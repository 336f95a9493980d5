"""A survey response: one answer to one question."""

from datetime import datetime
from typing import ClassVar

from streamgauge.records.record import Record


class SurveyResponse(Record, frozen=True, kw_only=True):
    """One answer. `id` is the tool's key of it."""

    table: ClassVar[str] = "survey_responses"
    survey: str
    """Key of the survey."""
    question: str
    """Key of the question."""
    kind: str | None
    """`nps`, `csat`, `ces` or the company's own word."""
    score: float | None
    """The answer as a number."""
    lowest: float | None
    """Lowest number of the scale."""
    highest: float | None
    """Highest number of the scale."""
    respondent: str | None
    """Pseudonym of who answered."""
    account: str | None
    """Key of the customer's account."""
    feature: str | None
    """Name of the feature that was asked about."""
    submitted_at: datetime
    """When it was given."""
