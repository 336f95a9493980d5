"""The list of changes that each row of JSON holds, whatever its tool calls it: where it stands, and what tells what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamgauge.sources.files import flat, repeating, vocabulary
from streamgauge.sources.files.lifecycles import are_marks
from streamgauge.sources.files.nested_names import parts
from streamgauge.sources.files.payloads.payload import objects
from streamgauge.sources.files.sheet import Sheet
from streamgauge.sources.files.vocabulary import bare

_CALLED = frozenset(
    (
        *("history", "histories", "changelog", "changelogs", "changes", "events", "activities", "activity", "log"),
        *("transitions", "timeline", "timelineitems", "audit", "audits", "auditlog", "auditlogs", "logs", "moves"),
        *("updates", "revisions", "stages", "statuses", "states", "statushistory", "statehistory", "statuschanges"),
        *("statechanges", "statustransitions", "statetransitions", "stagehistory", "actions", "steps", "trace"),
        *("workflowhistory", "columnhistory", "listhistory", "issuehistory", "verlauf", "historie", "historique"),
        *("historial", "storico", "eventos", "événements", "ereignisse", "journals", "journal"),
    )
)
"""What lists of changes are called."""
_OF_STATES = frozenset(("stages", "statuses", "states"))
_OF_STEPS = frozenset(("events", "activities", "steps", "trace", "ereignisse", "eventos", "événements"))
"""Lists of things that bear the name of a state, or of what was done."""
_LISTS = ("nodes", "edges", "items", "values", "data", "results", "entries", "histories", "activities", "events")
"""Last parts that only hold the list of what they are part of."""
_OF_DIARIES = frozenset(("labeled", "subscribed", "mentioned", "referenced", "cross-referenced", "head_ref_deleted"))
"""What only a list of all that happened to an issue tells of."""
ENDS = frozenset(("closed", "reopened", "merged"))
"""What of such a list is a change of status."""
_BEGUN = frozenset(("entered", "enteredat", "from", "since", "startat", "begunat"))
_LOOKED_AT = 200


@dataclass(frozen=True, kw_only=True)
class History:
    """A column of lists of changes: the names, with dots, of what each change tells within it.

    `field` is null where all changes are of the status; `former_value` where nothing tells what that was; `key` where
    changes have no key. `is_event` says that each tells what was done, and not which state was come to; `is_diary`
    that the list tells of all that ever happened to an issue, of which only what ends it and opens it again is kept.
    `mark` holds words that tell the start of a step from its end; `start` when each began, of which `at` is the end.
    """

    column: str
    at: str
    value: str
    former_value: str | None = None
    field: str | None = None
    key: str | None = None
    is_event: bool = False
    is_diary: bool = False
    mark: str | None = None
    start: str | None = None


def history_in(sheet: Sheet) -> History | None:
    """Return the list of changes in the rows of a sheet, by the first of them; null where there is none."""
    if not sheet.form.startswith("json"):
        return None
    called = [column for column in sheet.columns if _is_called_so(column)]
    if not called:
        return None
    table = sheet.peek(_LOOKED_AT).table
    found = (history_of(column, table[column].to_pylist()) for column in called)
    return next((one for one in found if one is not None), None)


def _is_called_so(column: str) -> bool:
    path = [bare(part) for part in parts(column)]
    while len(path) > 1 and path[-1] in _LISTS and path[-1] not in _CALLED:
        path.pop()
    return path[-1] in _CALLED


def history_of(column: str, texts: Sequence[str | None]) -> History | None:
    """Return what the changes of a column tell where; null where they tell of no change at a time."""
    names = tuple(dict.fromkeys(name for text in texts for change in objects(text) for name in flat.flat(change)))
    if not names:
        return None
    if {"items", "created"} <= set(names):
        return History(column=column, at="created", value="items")
    told = vocabulary.guessed(("field", "value", "former_value"), names, is_log=False)
    free = [name for name in names if name not in told.values()]
    time = _time(free)
    if time is None:
        return None
    key = vocabulary.guessed(("id",), [name for name in free if name != time], is_log=False).get("id")
    if "value" in told and ("field" in told or "former_value" in told):
        field, former = told.get("field"), told.get("former_value")
        return History(column=column, at=time, key=key, value=told["value"], field=field, former_value=former)
    free = [name for name in names if name not in (time, key)]
    activity = vocabulary.guessed(("activity",), free, is_log=True).get("activity") or _named(column, free)
    if activity is None:
        return None
    rows = [row for text in texts for row in map(flat.flat, objects(text))]
    if _OF_DIARIES & {row.get(activity) for row in rows}:
        return History(column=column, at=time, key=key, value=activity, is_diary=True)
    if vocabulary.is_state(activity) or bare(parts(column)[-1]) in _OF_STATES:
        return History(column=column, at=_start(names, activity) or time, key=key, value=activity)
    mark = next((name for name in free if name != activity and are_marks(row.get(name) for row in rows)), None)
    start = _start(names, activity) if mark is None else None
    start = None if start == time else start
    return History(column=column, at=time, key=key, value=activity, is_event=True, mark=mark, start=start)


def _start(names: Sequence[str], activity: str) -> str | None:
    """Return what tells when each thing of a list began."""
    free = [name for name in names if name != activity]
    found = vocabulary.guessed(("start",), free, is_log=True).get("start")
    return found or next((name for name in free if bare(name) in _BEGUN), None)


def _named(column: str, names: Sequence[str]) -> str | None:
    """Return what names each thing of a list of states or of steps."""
    return "name" if "name" in names and bare(parts(column)[-1]) in _OF_STATES | _OF_STEPS else None


def _time(names: Sequence[str]) -> str | None:
    """Return what tells when a change was."""
    found = vocabulary.guessed(("at",), names, is_log=True) or vocabulary.guessed(("happened_at",), names, is_log=False)
    return next(iter(found.values()), None) or repeating.time_called(names)


def changes(text: str | None, history: History) -> Iterator[tuple[int, flat.Flat]]:
    """Give the changes of a list with their numbers from 1 on, the earliest first where the list begins at its end."""
    found = [flat.flat(one) for one in objects(text)]
    times = [row.get(history.at) or "" for row in found]
    yield from enumerate(reversed(found) if times and times[0] > times[-1] else found, 1)
