"""Which kind of record a table most likely holds: by what it is called, and by columns that only one kind has."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from streamgauge.records import KINDS, Record
from streamgauge.sources.files import kinds, vocabulary
from streamgauge.sources.files.vocabulary import bare

_CALLED: Mapping[str, str] = {
    kinds.EVENT_LOG: "event log, log, audit log, audit, events, ereignisse",
    "Item": "issue, item, work item, ticket, story, user story, task, bug, defect, feature, epic, vorgang, aufgabe",
    "Transition": "transition, changelog, change log, status change, state change, issue history, status history",
    "Link": "link, issue link, relationship, relation, dependency, dependencies",
    "Commit": "commit",
    "PullRequest": "pull request, merge request, pull, pr, mr",
    "Review": "review, pull request review, code review",
    "Build": "build, pipeline, workflow run, run, pipeline run, job, ci run",
    "Deployment": "deployment, deploy, rollout",
    "Release": "release",
    "Exposure": "exposure, flag exposure, rollout step",
    "Incident": "incident, outage, störung, störungen",
    "ChangeRequest": "change request, change, rfc",
    "ServiceLevel": "service level, slo, sli",
    "Alert": "alert, alarm",
    "Usage": "usage, usage event, product event",
    "SurveyResponse": "survey response, survey, survey answer, response",
    "Feedback": "feedback",
    "Measurement": "measurement, metric, kpi",
    "Cost": "cost, billing, expense, kosten",
    "Allocation": "allocation, staffing",
    "Commitment": "commitment",
    "GateDecision": "gate decision, gate",
    "SignOff": "sign off, signoff, approval",
    "Postmortem": "postmortem, post mortem",
    "Action": "action, action item, follow up",
    "Hypothesis": "hypothesis, hypotheses, experiment",
    "OutcomeReview": "outcome review",
    "AssessmentAnswer": "assessment answer, assessment",
}
PART = "part"
"""Stands for a table of parts of other things, or of things that are no record, such as comments or accounts."""
_PARTS = frozenset(
    (
        *("comment", "label", "note", "assignee", "account", "user", "diff", "worklog", "block", "field", "reviewer"),
        *("member", "attachment", "author", "participant", "watcher", "mapping", "people", "person", "employee"),
    )
)
_PEOPLE = frozenset(("account", "user", "member", "reviewer", "author", "participant", "people", "person", "employee"))
_MARKS: Mapping[str, tuple[tuple[str, ...], int, str]] = {
    "PullRequest": (("source_branch", "target_branch", "merge_commit", "merged_at"), 3, ""),
    "Commit": (("authored_at", "committed_at", "committer", "subject"), 4, ""),
    "Deployment": (("environment", "outcome", "commit", "finished_at"), 4, ""),
    "Build": (("outcome", "started_at", "finished_at", "duration", "branch", "commit", "queued_at"), 4, "outcome"),
    "Transition": (("item", "field", "value", "former_value"), 4, ""),
    "Incident": (("detected_at", "acknowledged_at", "resolved_at", "severity", "urgency"), 4, "acknowledged_at"),
}
"""Fields by whose columns a kind is known, how many of them it takes, and which it takes in any case."""
_SAYS = dict.fromkeys(("Item", "Incident"), ("title", "status", "type", "severity")) | {"Action": ("title", "status")}
"""Fields of which a table of a weak kind has one at least: a type of action is also that of what a tool did."""
_WEAK = frozenset(("Item", "Incident", "Action"))
"""Kinds of which nearly every table has all that is needed, so that a name alone is no proof."""
_WORD = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-ZÄÖÜ]+(?![a-zäöüß])")


def by_name(names: Sequence[str]) -> str:
    """Return the kind that a table is called by, or that its file is; the first name that says one counts."""
    return next((kind for name in names if (kind := _called(name)[0])), "")


def ends_so(names: Sequence[str]) -> bool:
    """Return whether the name that says a kind ends with it, and does not have it in its midst by chance."""
    return next((at_end for kind, at_end in map(_called, names) if kind), False)


@cache
def _called(name: str) -> tuple[str, bool]:
    """Return the kind that the last known words of a name stand for, or that it is a part; and whether it ends so."""
    words = [word.casefold() for word in _WORD.findall(name)]
    for end in range(len(words), 0, -1):
        for start in range(max(end - 3, 0), end):
            if kind := _phrases().get(bare("".join(words[start:end]))):
                return kind, end == len(words)
        if words[end - 1].removesuffix("s") in _PARTS:
            return PART, end == len(words)
    return "", False


@cache
def _phrases() -> Mapping[str, str]:
    found: dict[str, str] = {}
    own = {kind.__name__: f"{kind.__name__}, {kind.table}" for kind in KINDS}
    for kind, names in (*own.items(), *_CALLED.items()):
        for name in names.split(", "):
            found |= dict.fromkeys((bare(name), bare(name) + "s", bare(name) + "es", bare(name)[:-1] + "ies"), kind)
    return found


def are_people(names: Sequence[str]) -> bool:
    """Return whether a table is called by people, such as `users`, by the last word of one of its names."""
    last = [words[-1].casefold().removesuffix("s") for name in names if (words := _WORD.findall(name))]
    return bool(_PEOPLE & set(last))


def fits(kind: type[Record], columns: Sequence[str]) -> bool:
    """Return whether a table has a column for all that a record of a kind must have."""
    given = kinds.given(kind)
    found = vocabulary.guessed(given, columns, is_log=False)
    if kind.__name__ in _WEAK and not set(_SAYS[kind.__name__]) & set(found):
        return False
    natural = kinds.NATURAL.get(kind.__name__, ())
    return all(name in found for name in given if kinds.is_needed(kind, name)) and (
        not natural or "id" in found or bool(set(natural) & set(found))
    )


def by_columns(columns: Sequence[str], *, besides: str = "") -> type[Record] | None:
    """Return the kind that alone has such columns, null where none has.

    `besides` is the kind that the table is called by: what is called a deployment is no build, whatever it has.
    """
    for name, (marks, enough, needed) in _MARKS.items():
        kind = kinds.named(name)
        assert kind is not None
        found = vocabulary.guessed((*kinds.given(kind), "duration"), columns, is_log=False)
        told = {mark for mark in marks if mark in found}
        if len(told) < enough or (needed and needed not in told) or (name, besides) == ("Build", "Deployment"):
            continue
        if name == "Deployment" or fits(kind, columns):
            return kind
    return None


def is_weak(kind: str) -> bool:
    """Return whether a name alone does not prove a kind, for nearly every table would do."""
    return kind in _WEAK


def kind_of(name: str) -> type[Record] | None:
    """Return the kind of record of exactly this name, null where there is none."""
    return next((kind for kind in KINDS if kind.__name__ == name), None)
