"""Raw answers of tools for work and operation, and what is to be read of each."""

from datetime import timedelta
from typing import Any

from tests.sources.files.answers_of_delivery import Thing, at, when


def called(kind: str, name: str, key: str = "P1") -> Thing:
    return {"id": key, "type": f"{kind}_reference", "summary": name, "html_url": "https://example.com"}


def pagerduty_incident(number: int, status: str, **more: Any) -> Thing:
    incident = {"id": f"Q{number}", "incident_number": number, "title": "Crane down", "status": status}
    incident |= {"created_at": at(number), "urgency": "high", "service": called("service", "quay")}
    incident |= {"last_status_change_at": at(number, 12), "teams": [called("team", "Tide")], "priority": None}
    incident |= {"assignments": [{"at": at(number), "assignee": called("user", "Ada Example")}], "acknowledgements": []}
    return incident | more


PAGERDUTY_INCIDENTS = {
    "incidents": [
        pagerduty_incident(1, "resolved"),
        pagerduty_incident(2, "acknowledged", acknowledgements=[{"at": at(2, 11)}, {"at": at(2, 10)}, {"at": None}]),
        pagerduty_incident(3, "triggered", teams=[], service=called("service", "wharf")),
    ],
    "limit": 25,
    "offset": 0,
    "more": False,
    "total": None,
}
INCIDENTS = [
    {"id": "Q1", "detected_at": when(1), "resolved_at": when(1, 12), "service": "quay", "team": "Tide"},
    {"id": "Q2", "acknowledged_at": when(2, 10), "resolved_at": None, "urgency": "high"},
    {"id": "Q3", "acknowledged_at": None, "resolved_at": None, "team": None, "service": "wharf"},
]
PAGERDUTY_ANALYSIS = {
    "data": [
        {
            "id": f"Q{number}",
            "incident_number": number,
            "service_name": "quay",
            "team_name": "Tide",
            "created_at": f"2025-03-0{number}T09:00:00",
            "resolved_at": None,
            "seconds_to_first_ack": seconds,
            "urgency": "high",
            "priority_name": None,
            "description": "Crane down",
            "seconds_to_resolve": None,
        }
        for number, seconds in ((1, 90), (2, None))
    ],
    "more": False,
    "limit": 100,
    "first": "a",
    "last": "b",
}
ANALYSED = [
    {"id": "Q1", "detected_at": when(1), "acknowledged_at": when(1) + timedelta(seconds=90), "service": "quay"},
    {"id": "Q2", "acknowledged_at": None, "resolved_at": None, "team": "Tide"},
]


def entry(incident: str, kind: str, day: int, hour: int) -> Thing:
    one = {"id": f"R{incident}{day}{hour}{kind}", "type": f"{kind}_log_entry", "created_at": at(day, hour)}
    one |= {"incident": called("incident", "Crane down", incident), "service": called("service", "quay")}
    return one | {"agent": called("user", "Ada Example"), "channel": {"type": "web_ui"}, "teams": []}


PAGERDUTY_LOG = {
    "log_entries": [
        entry("Q1", "resolve", 1, 12),
        entry("Q1", "acknowledge", 1, 11),
        entry("Q2", "reopen", 3, 9),
        entry("Q1", "notify", 1, 10),
        entry("Q1", "acknowledge", 1, 10),
        entry("Q1", "trigger", 1, 9),
        entry("Q2", "resolve", 2, 10),
        entry("Q2", "trigger", 2, 9),
    ],
    "limit": 100,
    "offset": 0,
    "more": False,
}
LOGGED = [
    {"id": "Q1", "detected_at": when(1), "acknowledged_at": when(1, 10), "resolved_at": when(1, 12)},
    {"id": "Q2", "detected_at": when(2), "acknowledged_at": None, "resolved_at": None, "status": "triggered"},
]
DATADOG_INCIDENTS = {
    "data": [
        {
            "type": "incidents",
            "id": "00-1",
            "attributes": {
                "title": "Crane down",
                "detected": at(1, 10),
                "created": at(1, 11),
                "resolved": at(1, 13),
                "customer_impact_scope": "",
                "customer_impact_start": at(1),
                "customer_impact_end": at(1, 12),
                "fields": {
                    "services": {"type": "autocomplete", "value": ["quay", "wharf"]},
                    "teams": {"type": "autocomplete", "value": None},
                    "state": {"type": "dropdown", "value": "resolved"},
                    "severity": {"type": "dropdown", "value": "SEV-1"},
                },
            },
        }
    ],
    "meta": {"pagination": {"offset": 0}},
}
DATADOG_MADE = [
    {
        "id": "00-1",
        "impact_started_at": when(1),
        "detected_at": when(1, 10),
        "mitigated_at": when(1, 12),
        "resolved_at": when(1, 13),
        "service": "quay",
        "team": None,
        "severity": "SEV-1",
        "status": "resolved",
    }
]


def youtrack_issue(number: int, state: str, **more: Any) -> Thing:
    """Return an issue with the fields that a project defines."""
    fields = [
        {"name": "State", "value": {"name": state, "$type": "StateBundleElement"}},
        {"name": "Type", "value": {"name": "Bug"}},
        {"name": "Story points", "value": 5},
        {"name": "Assignee", "value": {"login": "ada-l", "name": "Ada Example"}},
        {"name": "Subsystem", "value": []},
        {"name": "Fix versions", "value": [{"name": "1.2"}]},
    ]
    issue = {"id": f"2-{number}", "idReadable": f"Q-{number}", "summary": "Mend the crane", "customFields": fields}
    issue |= {"created": millis(number), "resolved": None, "tags": [{"name": "urgent"}], "$type": "Issue"}
    return issue | {"reporter": {"login": "ada-l", "fullName": "Ada Example"}} | more


def millis(day: int) -> int:
    """Return nine o'clock of a day of the month in milliseconds since 1970."""
    return int(when(day).timestamp()) * 1000


def youtrack_change(number: int, issue: int, day: int, field: str, was: str | None, now: str | None) -> Thing:
    """Return what happened to one field of an issue."""
    change = {"id": f"3-{number}", "timestamp": millis(day), "author": {"login": "ada-l"}, "field": {"name": field}}
    change |= {"removed": [{"name": was}] if was else [], "added": [{"name": now}] if now else []}
    return change | {"target": {"id": f"2-{issue}", "idReadable": f"Q-{issue}"}}


YOUTRACK_ISSUES = [
    youtrack_issue(1, "Fixed", resolved=millis(5)),
    youtrack_issue(2, "Open", customFields=[], tags=None),
]
ISSUES = [
    {"id": "Q-1", "status": "Fixed", "type": "Bug", "estimate": 5.0, "labels": ["urgent"], "created_at": when(1)},
    {"id": "Q-2", "status": None, "type": None, "estimate": None, "labels": [], "title": "Mend the crane"},
]
YOUTRACK_CHANGES = [
    youtrack_change(1, 1, 2, "State", "Open", "In Progress"),
    youtrack_change(2, 1, 3, "Assignee", None, "Ada Example"),
    youtrack_change(3, 2, 4, "State", "In Progress", None),
]
CHANGES = [
    {"id": "3-1", "item": "Q-1", "field": "status", "former_value": "Open", "value": "In Progress"},
    {"id": "3-2", "item": "Q-1", "field": "Assignee", "happened_at": when(3)},
    {"id": "3-3", "item": "Q-2", "field": "status", "value": None, "happened_at": when(4)},
]


def gitlab_event(number: int, issue: int, day: int, **more: Any) -> Thing:
    """Return an event of an issue of GitLab."""
    event = {"id": number, "user": {"id": 1, "username": "ada-l", "name": "Ada Example"}, "created_at": at(day)}
    return event | {"resource_type": "Issue", "resource_id": issue} | more


def labelled(number: int, issue: int, day: int, action: str, name: str | None) -> Thing:
    """Return a label that came to an issue of GitLab, or went; one that was deleted since has no name."""
    return gitlab_event(number, issue, day, action=action, label={"id": 3, "name": name} if name else None)


GITLAB_STATES = [
    gitlab_event(1, 51, 2, state="closed", source_commit=None),
    gitlab_event(2, 51, 3, state="reopened"),
]
OF_ISSUES = [
    {"id": "state-1", "item": "51", "field": "status", "value": "closed", "happened_at": when(2)},
    {"id": "state-2", "item": "51", "field": "status", "value": "opened", "happened_at": when(3)},
]
GITLAB_LABELS = [
    labelled(1, 51, 1, "add", "workflow::in dev"),
    labelled(2, 52, 1, "add", "bug"),
    labelled(3, 51, 2, "remove", "workflow::in dev"),
    labelled(4, 51, 2, "add", "workflow::review"),
    labelled(5, 51, 3, "remove", "workflow::review"),
    labelled(6, 52, 3, "remove", "priority::1"),
    labelled(7, 52, 4, "add", None),
]
LABELS = [
    {"id": "label-1", "item": "51", "field": "status", "value": "in dev", "happened_at": when(1)},
    {"id": "label-2", "item": "52", "field": "label", "value": "bug"},
    {"id": "label-4", "item": "51", "field": "status", "value": "review", "happened_at": when(2)},
    {"id": "label-5", "item": "51", "field": "status", "value": "opened", "former_value": "review"},
    {"id": "label-6", "item": "52", "field": "label priority", "value": None, "former_value": "1"},
]
GITHUB_EVENTS = [
    {"id": n, "event": word, "created_at": at(n), "actor": {"login": "ada-l"}, "issue": {"number": 4, "title": "x"}}
    for n, word in enumerate(("labeled", "closed", "mentioned", "reopened"), 1)
]
ENDS = [
    {"id": "2", "item": "4", "field": "status", "value": "closed", "happened_at": when(2)},
    {"id": "4", "item": "4", "field": "status", "value": "open", "happened_at": when(4)},
]


def github_issue(number: int, **more: Any) -> Thing:
    """Return an issue of GitHub."""
    issue = {"number": number, "id": 800 + number, "title": "Mend the crane", "state": "closed", "created_at": at(1)}
    issue |= {"closed_at": at(number), "labels": [{"name": "bug"}], "user": {"login": "ada-l"}, "assignee": None}
    issue |= {"html_url": f"https://example.com/{number}", "comments_url": "https://example.com/c", "assignees": []}
    return issue | {"repository_url": "https://api.example.com/repos/fleet/quay", "state_reason": "completed"} | more


GITHUB_ISSUES = [
    github_issue(2, type={"name": "Bug"}, assignees=[{"login": "ada-l"}]),
    github_issue(3, state_reason="not_planned"),
    github_issue(4, state="open", closed_at=None, state_reason=None, labels=[]),
    github_issue(5, pull_request={"url": "https://api.example.com/pulls/5"}),
]
GITHUB_ITEMS = [
    {"id": "2", "status": "closed", "labels": ["bug"], "type": "Bug", "url": "https://example.com/2"},
    {"id": "3", "status": "not planned", "created_at": when(1), "type": None},
    {"id": "4", "status": "open", "labels": [], "assignee": None},
]
CLI_ISSUES = [
    {
        "number": 7,
        "title": "Mend the crane",
        "state": "CLOSED",
        "stateReason": "COMPLETED",
        "createdAt": at(1),
        "closedAt": at(3),
        "labels": [{"name": "bug"}],
        "assignees": [{"login": "ada-l"}],
        "author": {"login": "ada-l", "is_bot": False},
        "url": "https://example.com/7",
    }
]
CLI_ITEMS = [{"id": "7", "status": "closed", "labels": ["bug"], "created_at": when(1), "url": "https://example.com/7"}]
