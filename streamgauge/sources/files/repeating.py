"""Tables that are event logs by what they hold: a column of keys names the same things again and again."""

from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import vocabulary
from streamgauge.sources.files.nested_names import parts
from streamgauge.sources.files.person_words import names_people
from streamgauge.sources.files.sheet import Sheet
from streamgauge.sources.files.vocabulary import bare

_LOOKED_AT = 5000
_AGAIN, _SOME = 0.05, 3
_CASES = (
    "item, item key, issue, ticket key, case ref, trace, task id, job id, card, story, story id, feature id, work item,"
    " user story, reference, ref, ref no, session id, entity id, entity, subject id, order, request, job, bug, bug id,"
    " id, key, uid, uuid, identifier, cas, zaak, sak, bestellung, kennung, schlüssel, nummer, nr, identifiant,"
    " référence, identificador, referencia, codice, 案件, 订单号, 编号, 番号"
)
_TREATED = (
    "patient, patient id, patient no, mrn, candidate, candidate id, applicant, applicant id, student, student id,"
    " pupil, lead, lead id, contact id, member id, participant, participant id, patientennummer, bewerbernummer,"
    " matrikelnummer"
)
"""People whose case it is, and not those who work on it."""
_ENDS = ("id", "key", "no", "nr", "number", "ref", "num", "code")
_ACTIVITIES = (
    "status name, state name, stage name, workflow state, workflow status, workflow step, phase, event description,"
    " act, handling, treatment, to stage, new stage, to phase, new phase, to column, to list,"
    " to, to string, to value, new value, board list, kanban column, current status, current state, zielstatus"
)
_TOLD = ("name", "description", "desc", "text", "label", "title", "code", "bezeichnung")
"""What may stand behind a name of an activity."""
_TIMES = (
    "finish, final time, finished, complete, completed, ended, finish time, finish date, closed, entered, entered at,"
    " entered on, entered date, date entered, entered time, entry time, entry date, enter time, enter date,"
    " status start, status start date, status entered, begin date, state change date, status change date,"
    " transition time, status time, action date, action time, moved on, move date, valid from, effective from, from,"
    " since, von, seit, log time, logged at, recorded at, received at, timestamp utc, time utc, event dt, dt,"
    " horodatage, tijd, dato, uhrzeit"
)

_OTHER_DATES = ("created_at", "due_at", "resolved_at", "closed_at")
"""What dates may tell of the item of a row, whatever happened to it."""


def keys(sheet: Sheet) -> tuple[str, ...]:
    """Return the columns of which values stand in several rows as those of keys do, by the first rows."""
    table = sheet.peek(_LOOKED_AT).table
    return tuple(name for name in sheet.columns if _repeats(table[name]))


def is_unique(sheet: Sheet, column: str, least: int = _SOME) -> bool:
    """Return whether the first rows, of which there are so many at least, name another thing each."""
    values = sheet.peek(_LOOKED_AT).table[column]
    return len(values) >= least and int(pc.count_distinct(values).as_py()) == len(values)


def _repeats(column: pa.ChunkedArray) -> bool:
    """Return whether one in twenty rows at least names what another one names, and several things are named."""
    if not (pa.types.is_string(column.type) or pa.types.is_integer(column.type)):
        return False
    there = column.filter(pc.is_valid(column))
    if pa.types.is_string(there.type):
        there = there.filter(pc.not_equal(pc.utf8_trim_whitespace(there), ""))
    distinct = int(pc.count_distinct(there).as_py())
    return 1 < distinct <= (1 - _AGAIN) * len(there)


def log(columns: Sequence[str], *, dated: Callable[[], Sequence[str]], repeated: Sequence[str]) -> dict[str, str]:
    """Return the columns of case, activity and time of a log, by all that they may be called; some may be lacking.

    A case is a column that is called like one, else one of which values repeat. `dated` are the columns of dates, asked
    for where no name tells the time.
    """
    found = vocabulary.guessed(("case", "activity", "at"), columns, is_log=True)
    if len(found) < 3 and (inner := _inner(columns)):
        told = vocabulary.guessed([one for one in ("case", "activity", "at") if one not in found], inner, is_log=True)
        found |= {field: inner[name] for field, name in told.items() if inner[name] not in found.values()}
    free = [name for name in columns if name not in found.values()]
    for field, names in (("at", _TIMES), ("activity", _ACTIVITIES)):
        if field not in found and (column := _called(names, free)):
            found[field] = column
            free.remove(column)
    more = {"activity": next(filter(vocabulary.is_state, free), None) or _told(free), "at": _time(free, dated)}
    for field, column in more.items():
        if field not in found and column is not None and column in free:
            found[field] = column
            free.remove(column)
    if "case" not in found and (column := _case([name for name in free if name in repeated], free)):
        found["case"] = column
    return found


def _inner(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns that are parts of something else, by their last name, where only one is called so."""
    lasts = [(parts(column)[-1], column) for column in columns if len(parts(column)) > 1]
    there = [*columns, *(last for last, _ in lasts)]
    return {last: column for last, column in lasts if there.count(last) == 1}


def time_called(names: Sequence[str]) -> str | None:
    """Return the column that is called like the time of an event, where it is called so in rarer words."""
    return _called(_TIMES, names)


def _called(names: str, free: Iterable[str]) -> str | None:
    there = {bare(name): name for name in reversed(list(free))}
    return next((there[one] for one in map(bare, names.split(",")) if one in there), None)


def _told(free: Sequence[str]) -> str | None:
    """Return the column that is called like an activity but for a word behind that, as `Operation Description`."""
    known = {*vocabulary.names("activity", is_log=True), *map(bare, _ACTIVITIES.split(","))}
    cut = {
        column: next((bare(column).removesuffix(end) for end in _TOLD if bare(column).endswith(end)), "")
        for column in free
    }
    return next((column for column, name in cut.items() if name in known), None)


def _time(free: Sequence[str], dated: Callable[[], Sequence[str]]) -> str | None:
    """Return when an event began, where nothing tells its end; else the only column of dates that tell of no item."""
    if start := vocabulary.guessed(("start",), free, is_log=True):
        return start["start"]
    dates = [name for name in dated() if name in free]
    others = vocabulary.guessed(_OTHER_DATES, dates, is_log=False).values()
    left = [name for name in dates if name not in others]
    return left[0] if len(left) == 1 else None


def _case(repeated: Sequence[str], free: Sequence[str]) -> str | None:
    """Return the column of keys: by what it is called, by how its name ends, or as the only one that is left."""
    others = vocabulary.guessed(("team", "actor", "type", "title", "lifecycle", "start"), free, is_log=True).values()
    left = [name for name in repeated if name not in others and not names_people(name)]
    ending = next((name for name in left if name.casefold().endswith(_ENDS)), None)
    only = left[0] if len(left) == 1 == len(set(free) - set(others)) else None
    return _called(_CASES, left) or ending or only or _called(_TREATED, repeated)
