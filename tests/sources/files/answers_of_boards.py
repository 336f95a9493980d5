"""Raw answers about requests, boards and what is measured of tickets, and what is to be read of each."""

from typing import Any

from tests.sources.files.answers_of_delivery import Thing, at, when
from tests.sources.files.answers_of_operation import millis

ADA = {"accountId": "ada-l", "displayName": "Ada Example", "active": True}


def came(status: str, day: int) -> Thing:
    """Return what Jira tells of a status of a request."""
    return {"status": status, "statusCategory": "NEW", "statusDate": {"iso8601": at(day), "epochMillis": millis(day)}}


def request(key: str, *statuses: Thing, **more: Any) -> Thing:
    """Return a request, with its newest status first."""
    return {
        "issueId": "9",
        "issueKey": key,
        "currentStatus": statuses[0],
        "createdDate": {"iso8601": at(1), "jira": at(1), "epochMillis": millis(1)},
        "reporter": ADA,
        "requestFieldValues": [{"fieldId": "summary", "label": "What?", "value": "Mend the crane"}],
        **more,
    }


JIRA_REQUESTS = {
    "size": 2,
    "isLastPage": True,
    "values": [
        request("Q-1", came("Resolved", 4), status={"values": [came("Resolved", 4), came("Waiting for support", 1)]}),
        request("Q-2", came("Waiting for customer", 3), summary="Mend the quay"),
    ],
}
REQUESTS = [
    {"id": "Q-1", "title": "Mend the crane", "status": "Resolved", "created_at": when(1)},
    {"id": "Q-2", "title": "Mend the quay", "status": "Waiting for customer"},
]


def changed(number: int, field: str, was: str, became: str, created: object) -> Thing:
    """Return a change of Jira."""
    items = [{"field": field, "fromString": was, "toString": became}]
    return {"id": str(number), "author": ADA, "created": created, "items": items}


JIRA_CHANGES = {
    "issueChangeLogs": [
        {
            "issueId": "10001",
            "changeHistories": [
                changed(1, "status", "To Do", "In Progress", millis(2)),
                changed(2, "description", "", "Ask Ada Example", millis(3)),
                changed(3, "assignee", "", "Ada Example", millis(3)),
                changed(4, "Flagged", "", "Impediment", millis(3) // 1000),
                changed(5, "status", "In Progress", "Done", at(4)),
            ],
        },
        {"issueId": "10002", "changeHistories": [changed(6, "status", "To Do", "Done", millis(5))]},
    ],
    "nextPageToken": "x",
}
OF_JIRA = [
    {"id": "10001|change|1|0", "item": "10001", "field": "status", "value": "In Progress", "happened_at": when(2)},
    {"id": "10001|change|4|0", "field": "flag", "value": "Impediment", "happened_at": when(3)},
    {"id": "10001|change|5|0", "former_value": "In Progress", "value": "Done", "happened_at": when(4)},
    {"id": "10002|change|6|0", "item": "10002", "value": "Done", "happened_at": when(5)},
]


def measured(number: int, what: str, value: str) -> Thing:
    """Return a metric instance of ServiceNow whose references are shown."""
    return {
        "sys_id": f"m{number}",
        "id": {"display_value": "Incident: INC0010001", "link": "u"},
        "definition": {"display_value": what, "link": "u"},
        "value": value,
        "start": at(number)[:-1].replace("T", " "),
        "end": "",
        "duration": "1970-01-01 01:00:00",
    }


SERVICENOW_METRICS = {
    "result": [
        measured(1, "Incident State Duration", "New"),
        measured(2, "Assigned to Duration", "Ada Example"),
        measured(3, "Assignment Group", "Network"),
    ]
}
OF_METRICS = [
    {"id": "m1", "item": "INC0010001", "field": "status", "value": "New", "happened_at": when(1)},
    {"id": "m2", "item": "INC0010001"},
    {"id": "m3", "field": "team", "value": "Network"},
]


def on_board(number: int, status: str | None, content: Thing, *moves: Thing, **more: Any) -> Thing:
    """Return an item of a project of GitHub."""
    name = {"name": status, "updatedAt": at(6)} if status else None
    issue = {"__typename": "Issue", "number": number, "title": "Mend the crane", "state": "OPEN", "createdAt": at(1)}
    issue |= {"labels": {"nodes": [{"name": "bug"}]}, "author": {"login": "ada-l"}, "closedAt": None}
    issue |= {"timelineItems": {"nodes": list(moves)}, "assignees": {"nodes": [{"login": "ada-l"}]}}
    return {"id": f"PVTI_{number}", "createdAt": at(2), "fieldValueByName": name, "content": issue | content, **more}


def move(was: str, became: str, day: int) -> Thing:
    """Return a move of an item between the columns of its board."""
    return {"previousStatus": was, "status": became, "createdAt": at(day), "actor": {"login": "ada-l"}}


SIZED = {"fieldValues": {"nodes": [{"number": 3, "field": {"name": "Estimate"}}]}}
GITHUB_PROJECT = {
    "data": {
        "organization": {
            "projectV2": {
                "title": "Quay",
                "items": {
                    "nodes": [
                        on_board(1, "Done", {"state": "CLOSED", "closedAt": at(7)}, move("Todo", "Done", 4), **SIZED),
                        on_board(2, "Doing", {"state": "CLOSED", "closedAt": at(7)}, move("Todo", "Doing", 3)),
                        on_board(3, "Doing", {"state": "CLOSED", "stateReason": "NOT_PLANNED", "closedAt": at(7)}),
                        on_board(4, None, {}),
                        on_board(5, "Todo", {"__typename": "PullRequest"}),
                    ],
                    "pageInfo": {"hasNextPage": False},
                },
            }
        }
    }
}
PROJECT = [
    {"id": "1", "status": "Done", "estimate": 3.0, "labels": ["bug"], "created_at": when(1)},
    {"id": "2", "status": "closed"},
    {"id": "3", "status": "not planned"},
    {"id": "4", "status": "OPEN"},
]
MOVES = [
    ("1", "Todo", "Done", when(4)),
    ("2", "Todo", "Doing", when(3)),
    ("2", "Doing", "closed", when(7)),
    ("3", None, "not planned", when(7)),
]
