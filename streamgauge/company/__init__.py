"""The company file: which services there are, where they live, and every judgement as a value that can be changed."""

from streamgauge.company.accuracy_survey import AccuracySurvey
from streamgauge.company.calendar import Calendar
from streamgauge.company.imports import Import
from streamgauge.company.kinds import KINDS, Kind, Kinds
from streamgauge.company.model import Company, ReleaseLine, Service, Thresholds
from streamgauge.company.off_tool import OffTool
from streamgauge.company.process import Process, Status
from streamgauge.company.team import Team
from streamgauge.company.value_stream import ValueStream
from streamgauge.company.wip_limit import WipLimit


def default() -> Company:
    """Return the company of a user who wrote no company file: no services named, the default thresholds."""
    return Company()


__all__ = [
    "KINDS",
    "AccuracySurvey",
    "Calendar",
    "Company",
    "Import",
    "Kind",
    "Kinds",
    "OffTool",
    "Process",
    "ReleaseLine",
    "Service",
    "Status",
    "Team",
    "Thresholds",
    "ValueStream",
    "WipLimit",
    "default",
]
