"""Raw answers of further tools for work and for incidents, and what is to be read of each."""

from typing import Any

from tests.sources.files.answers_of_delivery import Thing, at, when
from tests.sources.files.answers_of_operation import millis


def clickup(number: int, **more: Any) -> Thing:
    """Return a task of ClickUp."""
    task = {"id": f"86a{number}", "custom_id": None, "name": "Mend the crane", "status": {"status": "in progress"}}
    task |= {"date_created": str(millis(1)), "date_closed": None, "date_done": None, "tags": [{"name": "bug"}]}
    task |= {"creator": {"id": 4, "username": "Ada Example"}, "assignees": [{"id": 4, "username": "Ada Example"}]}
    return task | {"priority": {"priority": "high"}, "points": 3, "url": "https://example.com", "due_date": None} | more


CLICKUP_TASKS = {
    "tasks": [
        clickup(1, custom_id="Q-1", status={"status": "complete", "type": "closed"}, date_closed=str(millis(4))),
        clickup(2, priority=None, points=None, tags=None, creator=None),
    ],
    "last_page": True,
}
CLICKUP_ITEMS = [
    {"id": "86a2", "status": "in progress", "priority": None, "created_at": when(1), "labels": []},
    {"id": "Q-1", "status": "complete", "priority": "high", "estimate": 3.0, "labels": ["bug"]},
]
ASANA_TASKS = {
    "data": [
        {
            "gid": str(number),
            "name": "Mend the crane",
            "completed": is_done,
            "completed_at": at(4) if is_done else None,
            "created_at": at(1),
            "memberships": [{"section": {"name": section}}] if section else [],
            "assignee": {"gid": "77", "name": "Ada Example"},
            "due_on": "2025-03-09",
            "resource_subtype": "default_task",
        }
        for number, is_done, section in ((1, True, "Doing"), (2, False, "Doing"), (3, False, None))
    ],
    "next_page": None,
}
ASANA_ITEMS = [
    {"id": "1", "status": "Completed", "created_at": when(1), "due_at": when(9, 0)},
    {"id": "2", "status": "Doing", "type": "default_task"},
    {"id": "3", "status": "Open", "title": "Mend the crane"},
]
SHORTCUT_STORIES = [
    {
        "id": number,
        "name": "Mend the crane",
        "story_type": "bug",
        "workflow_state_id": 500,
        "created_at": at(1),
        "started_at": at(2) if number < 3 else None,
        "completed_at": at(4) if number < 2 else None,
        "moved_at": at(5),
        "labels": [{"name": "urgent", "id": 3}],
        "estimate": 2,
        "app_url": "https://example.com",
    }
    for number in (1, 2, 3)
]
STORIES = [
    {"id": "1", "status": "Completed", "type": "bug", "labels": ["urgent"], "estimate": 2.0},
    {"id": "2", "status": "Started", "created_at": when(1)},
    {"id": "3", "status": "Unstarted"},
]
STATUSPAGE_INCIDENTS = {
    "page": {"id": "p"},
    "incidents": [
        {
            "id": f"s{number}",
            "name": "Crane down",
            "status": "resolved",
            "impact": "major",
            "shortlink": "https://example.com/s",
            "created_at": at(1),
            "started_at": at(1, 8),
            "monitoring_at": at(1, 10),
            "resolved_at": at(1, 11) if number == 1 else None,
            "scheduled_for": at(2) if number == 3 else None,
            "components": [{"id": "c", "name": "quay"}] if number == 1 else [],
            "incident_updates": [{"status": "resolved", "created_at": at(1, 11)}],
        }
        for number in (1, 2, 3)
    ],
}
PAGE_INCIDENTS = [
    {
        "id": "s1",
        "service": "quay",
        "severity": "major",
        "impact_started_at": when(1, 8),
        "detected_at": when(1),
        "mitigated_at": when(1, 10),
        "resolved_at": when(1, 11),
    },
    {"id": "s2", "service": None, "resolved_at": None, "url": "https://example.com/s"},
]


def incident_io(number: int, mode: str, **times: str) -> Thing:
    """Return an incident of incident.io."""
    values = [
        {"incident_timestamp": {"name": name.replace("_", " ").capitalize()}, "value": {"value": moment}}
        for name, moment in times.items()
    ]
    incident = {"id": f"01{number}", "reference": f"INC-{number}", "name": "Crane down", "mode": mode}
    incident |= {"created_at": at(number), "severity": {"name": "Major"}, "incident_timestamp_values": values}
    return incident | {"incident_status": {"name": "Closed", "category": "closed"}, "permalink": "https://example.com"}


INCIDENT_IO = {
    "incidents": [
        incident_io(
            1, "standard", reported_at=at(1, 8), accepted_at=at(1, 9), fixed_at=at(1, 10), resolved_at=at(1, 11)
        ),
        incident_io(2, "standard"),
        incident_io(3, "test"),
    ],
    "pagination_meta": {"page_size": 25},
}
IO_INCIDENTS = [
    {
        "id": "INC-1",
        "detected_at": when(1, 8),
        "acknowledged_at": when(1),
        "mitigated_at": when(1, 10),
        "resolved_at": when(1, 11),
        "is_false_alarm": False,
    },
    {"id": "INC-2", "detected_at": when(2), "resolved_at": None, "severity": "Major"},
]
