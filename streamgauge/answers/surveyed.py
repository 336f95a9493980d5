"""What receivers said of the work that stages hand on, where the company file tells of a survey (definitions 4.1)."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from streamgauge.answers.flow_terms import FlowTerms
from streamgauge.answers.stream_map import Stage
from streamgauge.company import AccuracySurvey
from streamgauge.company.accuracy_survey import newest
from streamgauge.percent import percent

Surveys = Mapping[str, AccuracySurvey]


def surveys(asked: FlowTerms) -> Surveys:
    """Return by stage in small letters the survey that counts in the window of a question."""
    last_day = (asked.end - timedelta(microseconds=1)).astimezone(ZoneInfo(asked.zone)).date()
    return newest(asked.company.accuracy_surveys, asked.scope.stream, last_day)


def of_stage(found: Surveys, stage: str | None) -> AccuracySurvey | None:
    """Return the survey about the work of a stage; None where events tell."""
    return found.get((stage or "").casefold())


def notes(found: Surveys, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    """Return what to say of each stage that a survey tells of."""
    return tuple(
        f"That {percent(one.share)} of what {stage.stage} hands on is complete and accurate, its receivers said "
        f"({one.answers:,} answer{'' if one.answers == 1 else 's'}, {one.asked:%Y-%m-%d})."
        for stage in stages
        if (one := of_stage(found, stage.stage)) is not None
    )
