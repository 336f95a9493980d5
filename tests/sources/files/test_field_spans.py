"""A table of what fields of things were, from when until when, tells of changes, and of nobody by name."""

from pathlib import Path

import pytest

from streamgauge.sources.files.field_spans import columns_of
from tests.kit.imports import contents, lake_at, rows, taken

MEASURED = """INC1,Incident State Duration,New,2024-01-02 09:00:00,2024-01-02 10:00:00,3600
INC1,Incident State Duration,In Progress,2024-01-02 10:00:00,2024-01-03 10:00:00,86400
INC1,Assigned to Duration,Berta Anglermann,2024-01-02 10:00:00,2024-01-03 10:00:00,86400
INC1,Assignment Group,Network,2024-01-02 10:00:00,2024-01-03 10:00:00,86400
INC1,Incident State Duration,Closed,2024-01-03 10:00:00,,
INC2,Incident State Duration,On Hold,2024-01-05 09:00:00,,
INC2,Create to Resolve Duration,,2024-01-04 09:00:00,,
"""


@pytest.mark.parametrize(
    "header",
    ["id,definition,value,start,end,duration", "inc_number,mi_definition,mi_value,mi_start,mi_end,mi_duration"],
)
def test_instances_of_metrics_are_changes_of_state_and_team(tmp_path: Path, header: str) -> None:
    lake, file = lake_at(tmp_path / "lake"), tmp_path / "metric_instance.csv"
    file.write_text(f"{header}\n{MEASURED}")
    assert taken(lake, file, said={}).failure is None
    told = rows(lake, "SELECT item, field, value FROM transitions WHERE field IN ('status', 'team') ORDER BY ALL")
    assert told == [
        ("INC1", "status", "Closed"),
        ("INC1", "status", "In Progress"),
        ("INC1", "status", "New"),
        ("INC1", "team", "Network"),
        ("INC2", "status", "On Hold"),
    ]
    assert not any(b"Anglermann" in content for content in contents(tmp_path / "lake"))


def test_a_table_without_ends_or_definitions_is_none() -> None:
    assert columns_of(("id", "definition", "value", "start")) == {}
    assert columns_of(("id", "value", "start", "end")) == {}
