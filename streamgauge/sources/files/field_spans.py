"""Tables that say what a field of a thing was, from when until when, such as the metric instances of ServiceNow."""

from collections.abc import Sequence

from streamgauge.sources.files.vocabulary import bare

_NAMES = {
    "field": "definition, metric definition, metric",
    "value": "value",
    "happened_at": "start, start time, started",
    "until": "end, end time, ended",
    "item": "number, inc number, incident number, task number, incident, task, document id, id, inc id, task id",
}
"""What the columns are called, the likeliest first, some with `mi` before it. Who measures tells of ends too."""
_PREFIX = "mi"


def columns_of(columns: Sequence[str]) -> dict[str, str]:
    """Return the column of each field of a transition in such a table; nothing where it is none."""
    called = {bare(name).removeprefix(_PREFIX): name for name in reversed(columns)}
    found = {
        field: next((called[name] for one in names.split(",") if (name := bare(one)) in called), None)
        for field, names in _NAMES.items()
    }
    told = {field: column for field, column in found.items() if column is not None}
    return {field: told[field] for field in told if field != "until"} if len(told) == len(_NAMES) else {}
