"""What happened, in one vocabulary for all tools: the list of record kinds."""

from streamgauge.records.action import Action
from streamgauge.records.alert import Alert
from streamgauge.records.allocation import Allocation
from streamgauge.records.assessment_answer import AssessmentAnswer
from streamgauge.records.attribute import Attribute
from streamgauge.records.branch import Branch
from streamgauge.records.build import Build
from streamgauge.records.change_request import ChangeRequest
from streamgauge.records.commit import Commit, Trailer
from streamgauge.records.commitment import Commitment
from streamgauge.records.contains import Contains
from streamgauge.records.cost import Cost
from streamgauge.records.deployment import Deployment
from streamgauge.records.diffstat import Diffstat, FileChange
from streamgauge.records.exposure import Exposure
from streamgauge.records.feedback import Feedback
from streamgauge.records.gate_decision import Criterion, GateDecision
from streamgauge.records.hypothesis import Hypothesis
from streamgauge.records.incident import Incident
from streamgauge.records.item import Item
from streamgauge.records.link import Link
from streamgauge.records.measurement import Measurement
from streamgauge.records.outcome_review import OutcomeReview
from streamgauge.records.postmortem import Postmortem
from streamgauge.records.pull_request import PullRequest
from streamgauge.records.record import Record, schema
from streamgauge.records.release import Release
from streamgauge.records.review import Review
from streamgauge.records.rewriting import Rewriting
from streamgauge.records.service_level import ServiceLevel
from streamgauge.records.sign_off import SignOff
from streamgauge.records.survey_response import SurveyResponse
from streamgauge.records.transition import Transition
from streamgauge.records.usage import Usage

KINDS: tuple[type[Record], ...] = (
    # work
    Item,
    Transition,
    Link,
    # code
    Branch,
    Commit,
    Diffstat,
    Rewriting,
    PullRequest,
    Review,
    Contains,
    # delivery
    Build,
    Deployment,
    Release,
    Exposure,
    # operation
    Incident,
    ChangeRequest,
    ServiceLevel,
    Alert,
    # outcome
    Usage,
    SurveyResponse,
    Feedback,
    Measurement,
    # money
    Cost,
    Allocation,
    # decisions
    Commitment,
    GateDecision,
    SignOff,
    Postmortem,
    Action,
    Hypothesis,
    OutcomeReview,
    AssessmentAnswer,
)
"""Every kind of record, by family."""

__all__ = [
    "KINDS",
    "Action",
    "Alert",
    "Allocation",
    "AssessmentAnswer",
    "Attribute",
    "Branch",
    "Build",
    "ChangeRequest",
    "Commit",
    "Commitment",
    "Contains",
    "Cost",
    "Criterion",
    "Deployment",
    "Diffstat",
    "Exposure",
    "Feedback",
    "FileChange",
    "GateDecision",
    "Hypothesis",
    "Incident",
    "Item",
    "Link",
    "Measurement",
    "OutcomeReview",
    "Postmortem",
    "PullRequest",
    "Record",
    "Release",
    "Review",
    "Rewriting",
    "ServiceLevel",
    "SignOff",
    "SurveyResponse",
    "Trailer",
    "Transition",
    "Usage",
    "schema",
]
