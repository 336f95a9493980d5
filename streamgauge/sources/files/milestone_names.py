"""What columns of dates are called that tell when an item came to a status, in several languages and tools."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from streamgauge.sources.files import nested_names, vocabulary
from streamgauge.sources.files.vocabulary import bare

NEWEST = ""
"""Stands for a column that dates the newest state, whichever it is."""
_NAMES: Mapping[str, str] = {
    "Committed": "committed, committed date, commitment date, accepted, accepted date, accepted at",
    "Started": "started, started date, started at, started on, start date, date started, activated, activated date,"
    " activated at, actual start, actual start date, actual start time,"
    " work started, in progress date, in progress since, begun,"
    " gestartet, gestartet am, begonnen, begonnen am, startdatum, aktiviert, aktiviert am, débuté le, commencé,"
    " commencé le, date de début, iniciado, fecha de inicio, iniziato, data di inizio, início, data de início",
    "Resolved": "resolved, resolved date, resolved at, resolved on, resolved time, resolution date, date resolved,"
    " solved, solved date, solved at, solved on, date solved, gelöst, gelöst am,"
    " behoben, behoben am, lösungsdatum, résolu, résolu le, date de résolution, resuelto, fecha de resolución,"
    " risolto, data di risoluzione, resolvido, résolue, resuelta, risolta, resolvida, решено, дата решения, 解決日",
    "Closed": "closed, closed date, closed at, closed on, closed time, close date, date closed, done on,"
    " done, done date, done at, completed,"
    " completed date, completed at, completed on, completion date, date completed, finished, finished date, finished"
    " at, finish date, end date, actual end, actual end date, actual end time, actual finish,"
    " geschlossen, geschlossen am, erledigt,"
    " erledigt am, abgeschlossen, abgeschlossen am, beendet am, enddatum, fermé, fermé le, terminé, terminé le, date de"
    " fin, date de fermeture, cerrado, fecha de cierre, finalizado, fecha de fin, chiuso, data di chiusura, completato,"
    " fechado, concluído, data de conclusão, abschlussdatum, schließdatum, fermée, terminée, cerrada, finalizada,"
    " chiusa, completata, fechada, concluída, закрыто, дата закрытия, 完了日",
    "Released": "released, released date, released at, release date, deployed, deployed at, deployed date",
    "Cancelled": "cancelled, canceled, cancelled date, canceled date, cancelled at, canceled at, abgebrochen am",
    NEWEST: "state since, status since, statesince, state change date, state changed, status changed, status changed"
    " date, status category changed, status change date, statuscategorychangedate, last status change, in state since,"
    " last transition, last transition date, statusänderung, status seit, zustand seit",
}
_ENTERS = re.compile(
    r"(?:(?:date|time|when|first|last)\s)*(?:entered|moved to|transitioned to|changed to|reached)\s(?P<before>.+)"
    r"|(?P<behind>.+)\s(?:entered|reached)(?:\s(?:date|time|at|on))?",
    re.IGNORECASE,
)
_NO_STATUS = frozenset(
    (
        *("date", "time", "at", "on", "by", "in", "status", "state", "first", "last", "value", "name", "when"),
        *("id", "iid", "key", "number", "url", "project", "board"),
    )
)
"""What is entered or reached without being a status."""
_OTHER = (
    *("updated", "modified", "changed", "due", "target", "plan", "planned", "deadline", "viewed", "birth", "exported"),
    *("estimate", "expected", "baseline", "sprint", "iteration", "fällig", "termin", "aktualisiert"),
    *(
        "geändert",
        "geplant",
        "modifié",
        "échéance",
        "prévu",
        "actualizado",
        "vencimiento",
        "previsto",
        "scadenza",
        "aggiornato",
    ),
)


@cache
def _by_name() -> Mapping[str, str]:
    return {bare(name): status for status, names in _NAMES.items() for name in names.split(",")}


def milestone(column: str) -> str | None:
    """Return the status that an item comes to at the date of a column so called; null where none is known.

    `% Done` is no date.
    """
    if "%" in column:
        return None
    known_as = _by_name().get(bare(nested_names.short(column)))
    return _entered(column) if known_as is None else known_as


def _entered(column: str) -> str | None:
    """Return the status that a column such as `Entered In Progress` or `In Progress Entered Date` names, else null."""
    found = _ENTERS.fullmatch(" ".join(nested_names.short(column).replace("_", " ").split()))
    status = found and (found["before"] or found["behind"])
    return status if status and bare(status) not in _NO_STATUS else None


def is_other_date(column: str) -> bool:
    """Return whether a column is called like a date that is no change of status: a plan, or the last edit."""
    return any(bare(word) in bare(column) for word in _OTHER)


@dataclass(frozen=True)
class Milestone:
    """A column of dates: `status` is what an item came to then, null where only its newest state is dated."""

    column: str
    status: str | None


def known(columns: Sequence[str]) -> tuple[Milestone, ...]:
    """Return the columns that are called like dates of changes of status, in the order of the table."""
    found = ((column, milestone(column)) for column in nested_names.undisplayed(columns))
    return tuple(Milestone(column, status or None) for column, status in found if status is not None)


def stages(columns: Sequence[str]) -> tuple[Milestone, ...]:
    """Return columns of dates as the stages of a table that has one column a stage and none for the state."""
    named = {one.column: one.status for one in known(columns)}
    last = Counter(nested_names.parts(column)[-1] for column in columns)
    return tuple(
        Milestone(column, stage if stage.isalpha() else named.get(column) or stage)
        for column, stage in ((column, _stage(column, last)) for column in columns)
        if not _tells_of_another(column) and not is_other_date(column) and (column not in named or named[column])
    )


def _stage(column: str, last: Mapping[str, int]) -> str:
    """Return what a column calls its stage: the last part of a path where no other has it, else all in words."""
    if entered := _entered(column):
        return entered
    path = nested_names.parts(column)
    return path[-1] if last[path[-1]] == 1 else " ".join(path)


def _tells_of_another(column: str) -> bool:
    """Return whether a date is a part of something else, or says when a thing was made, under a path to it."""
    path = nested_names.parts(column)
    return "." in column and (bare(path[-1]) in _made() or any(bare(part) in _OTHER_THINGS for part in path[:-1]))


_OTHER_THINGS = frozenset(
    ("parent", "epic", "project", "milestone", "version", "comment", "user", "author", "creator")
) | {"assignee", "reporter"}


@cache
def _made() -> frozenset[str]:
    return frozenset(name for field in ("created_at", "due_at") for name in vocabulary.names(field, is_log=False))
