"""Which column becomes which field: said by the user, else guessed by its name, and always shown."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from streamgauge.errors import BadOption
from streamgauge.records import Item, Record, Transition
from streamgauge.sources.files import field_spans, kinds, milestone_names, recognition, repeating, vocabulary
from streamgauge.sources.files.histories import History
from streamgauge.sources.files.milestone_names import Milestone
from streamgauge.sources.files.person_words import are_people

LOG_NEEDS = ("case", "activity", "at")
_EXACT = ("xes", "ocel json", "ocel sqlite", "ocel csv")
_REVISIONS = frozenset(("rev", "revision", "revisionnumber", "revisao", "revisione", "revisie", "ревизия"))
_ITEM_ONLY = ("id", "status", "url")
_NO_LOGS = frozenset(
    (
        *(recognition.PART, "Commit", "PullRequest", "Review", "Build", "Deployment", "Release", "Contains"),
        *("Exposure", "Link", "Usage", "Measurement", "ServiceLevel", "Alert", "Allocation"),
    )
)
"""What tables are called that hold no events of other things, though the same key may stand in several rows."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a user says about a table: columns and constants by field, attributes of items, how values are written."""

    kind: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    zone: str | None = None
    nulls: tuple[str, ...] = ()
    merge_repeats: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a look at the first rows tells: the columns that hold dates, those that mark start and end of work, and
    those of keys of which each stands in several rows; whether a column names another thing in each of them, of which
    there are some, or however few there are (`alone`); and the list of changes that each row holds.
    """

    dated: Callable[[], Sequence[str]] = tuple
    marked: Callable[[], Sequence[str]] = tuple
    repeated: Callable[[], Sequence[str]] = tuple
    unique: Callable[[str], bool] = lambda _: False
    alone: Callable[[str], bool] = lambda _: False
    history: Callable[[], History | None] = lambda: None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one sheet is read: `kind` is null for an event log; `guessed` are the fields that nobody named a column for.

    `merge_repeats` says that consecutive events of one case with the same value are one. `milestones` are columns of
    dates that tell of changes of an item's status. `of_people` says that each row is a person.
    """

    kind: type[Record] | None
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    attributes: Mapping[str, str]
    guessed: frozenset[str]
    unused: tuple[str, ...]
    merge_repeats: bool = False
    notes: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    of_people: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """The columns that name things and what was done to them: whatever stands there is meant."""
        if self.kind is None:
            fields: Iterable[str] = ("case", "activity", "event")
        else:
            kind, natural = self.kind, kinds.NATURAL.get(self.kind.__name__, ())
            fields = (name for name in self.columns if kinds.is_needed(kind, name) or name in ("id", *natural))
        return frozenset(self.columns[name] for name in fields if name in self.columns)

    @property
    def kind_name(self) -> str:
        """The name of what is made."""
        return kinds.EVENT_LOG if self.kind is None else self.kind.__name__


def planned(
    columns: Sequence[str],
    rules: Rules,
    *,
    form: str = "csv",
    called: Sequence[str] = (),
    look: Look | None = None,
) -> Plan:
    """Return how a table with these columns is read; raises BadOption that says what is missing or unknown.

    `called` are the names of the table and its file; `look` tells what columns hold, where no name tells it.
    """
    look = look or Look()
    template = _template(columns) if rules.kind is None and not rules.columns else None
    kind = template or (kinds.named(rules.kind) if rules.kind else _guessed_kind(columns, form, called, look))
    fields = _fields(kind)
    said = {_field(name, fields): _column(column, columns) for name, column in rules.columns.items()}
    constants = {_field(name, fields): value for name, value in rules.constants.items()}
    attributes = {name: _column(column, columns) for name, column in rules.attributes.items()}
    if attributes and "attributes" not in fields:
        raise BadOption("Only items have attributes of their own.", advice="Leave --item-attribute out.")
    open_fields = [name for name in fields if name not in said and name not in constants]
    free = [column for column in columns if column not in said.values()]
    spans = field_spans.columns_of(free) if kind is Transition else {}
    if kind is None and form not in _EXACT:
        guessed = _guessed_log(open_fields, free, look)
    elif spans:
        guessed = {name: column for name, column in spans.items() if name in open_fields}
    else:
        guessed = vocabulary.guessed(open_fields, free, is_log=kind is None)
        guessed |= _key_beside_history(open_fields, free, guessed, look) if kind is Item else {}
    found = {**said, **guessed}
    used = {*found.values(), *attributes.values()}
    dates = _milestones(kind, {*found, *constants}, [one for one in columns if one not in used], look.dated)
    used |= {one.column for one in dates}
    plan = Plan(
        kind=kind,
        columns={name: found[name] for name in fields if name in found},
        constants=constants,
        attributes=attributes,
        guessed=frozenset(guessed),
        unused=tuple(column for column in columns if column not in used),
        merge_repeats=_merges(found.get("activity", ""), rules),
        notes=_told_by_rows(guessed) if kind is None and form not in _EXACT else (),
        milestones=dates,
        of_people=kind is not None and (are_people(columns) or recognition.are_people(called)),
    )
    _complete(plan, columns)
    return plan


def _template(columns: Sequence[str]) -> type[Record] | None:
    """Return what a table holds whose columns are exactly what somebody writes down, null where that is not so."""
    return kinds.written_out(tuple(columns)) or (Transition if field_spans.columns_of(columns) else None)


def _guessed_log(fields: Sequence[str], free: Sequence[str], look: Look) -> dict[str, str]:
    """Return the likely columns of a log: first of what each must have, and a lifecycle by what it holds."""
    needed = [name for name in LOG_NEEDS if name in fields]
    told = {name: column for name, column in _of_revisions(free).items() if name in needed}
    if told:
        rest = [name for name in free if name not in told.values()]
        return told | _guessed_log([one for one in fields if one not in told], rest, look)
    marks = [name for name in look.marked() if name in free] if "lifecycle" in fields else []
    others = [name for name in free if name not in marks]
    found = _needed(needed, others, look)
    if len(found) < len(needed):
        found, marks = _needed(needed, free, look), []
    rest = [name for name in free if name not in (*found.values(), *marks)]
    more = vocabulary.guessed([name for name in fields if name not in needed], rest, is_log=True)
    if "former" in more and not vocabulary.is_reached(found.get("activity", "")):
        del more["former"]
    if marks and "start" not in more:
        more["lifecycle"] = marks[0]
    return found | more


def _needed(fields: Sequence[str], columns: Sequence[str], look: Look) -> dict[str, str]:
    """Return the likely columns of what each log must have: by their names, else by what they hold too."""
    found = vocabulary.guessed(fields, columns, is_log=True)
    if len(found) < len(fields):
        by_rows = repeating.log(columns, dated=look.dated, repeated=look.repeated())
        found |= {name: column for name, column in by_rows.items() if name in fields and name not in found}
    return found


def _key_beside_history(
    fields: Sequence[str], free: Sequence[str], guessed: Mapping[str, str], look: Look
) -> dict[str, str]:
    """Return what names an item that has a history, where it is called as the case of a log is."""
    if "id" in guessed or "id" not in fields or look.history() is None:
        return {}
    found = vocabulary.guessed(("case",), [name for name in free if name not in guessed.values()], is_log=True)
    return {"id": found["case"]} if found else {}


def _told_by_rows(guessed: Mapping[str, str]) -> tuple[str, ...]:
    """Say which column is taken for the case that is not called like one."""
    column = guessed.get("case")
    if column is None or vocabulary.guessed(("case",), (column,), is_log=True):
        return ()
    return (f"'{column}' names the same thing in several rows, so each row is an event of it.",)


def _fields(kind: type[Record] | None) -> tuple[str, ...]:
    if kind is not None:
        return kinds.given(kind)
    more = (name for name in kinds.given(Item) if name not in (*_ITEM_ONLY, *vocabulary.ROLES))
    return (*vocabulary.ROLES, *more)


def _milestones(
    kind: type[Record] | None, there: set[str], free: Sequence[str], dated: Callable[[], Sequence[str]]
) -> tuple[Milestone, ...]:
    """Return which of the free columns of items tell of changes of status: known ones, or a column for each stage."""
    if kind is not Item:
        return ()
    if "status" in there:
        return milestone_names.known(free)
    return milestone_names.stages([one for one in dated() if one in free])


def _guessed_kind(columns: Sequence[str], form: str, called: Sequence[str], look: Look) -> type[Record] | None:
    """Return what a table most likely holds, null for an event log; raises BadOption where that is not clear."""
    if form == "xes" or form.startswith("ocel"):
        return None
    name = recognition.by_name(called)
    named = recognition.kind_of(name)
    fits = named is not None and recognition.fits(named, columns)
    if fits and not recognition.is_weak(name):
        return named
    if named in (None, Item, Transition) and _is_with_history(columns, look):
        return Item
    return _guessed_otherwise(columns, name, called, look)


def _guessed_otherwise(columns: Sequence[str], name: str, called: Sequence[str], look: Look) -> type[Record] | None:
    """Return what a table most likely holds that no name proves, null for an event log."""
    named = recognition.kind_of(name)
    fits = named is not None and recognition.fits(named, columns)
    log = vocabulary.guessed(LOG_NEEDS, columns, is_log=True) | _of_revisions(columns)
    if set(LOG_NEEDS) == set(log) and (_has_revisions(columns) or not _looks_like_items(columns)):
        return Item if _is_made_once(log, columns, look) else None
    marked = recognition.by_columns(columns, besides=name)
    if marked is not None and not (fits and recognition.is_weak(marked.__name__)):
        return marked
    is_other = name in _NO_LOGS and (name != recognition.PART or recognition.ends_so(called))
    if not is_other and _is_log_by_rows(columns, look):
        return None
    if fits or (named is not None and not recognition.is_weak(name) and recognition.ends_so(called)):
        return named
    if name != recognition.PART and (_looks_like_items(columns) or _has_stages(columns, look.dated)):
        return Item
    shown = ", ".join(f"'{column}'" for column in list(columns)[:20])
    if name != recognition.PART and (title := _title_without_key(columns)):
        raise BadOption(
            f"The table looks like work items, but no column holds a key that names each of them: {shown}.",
            advice=f"Export the key too; or take names for keys, where no two are alike: --as item --map id='{title}'.",
        )
    raise BadOption(
        f"What the table holds is not clear from its columns: {shown}.",
        advice="Say --as KIND (`streamgauge records` lists them), or --as event-log with --case, --activity, --at.",
    )


def _is_with_history(columns: Sequence[str], look: Look) -> bool:
    """Whether each row holds a list of what happened to it, and no other row names the same thing."""
    if look.history() is None:
        return False
    key = vocabulary.guessed(("id",), columns, is_log=False) or vocabulary.guessed(("case",), columns, is_log=True)
    return next(iter(key.values()), None) not in (None, *look.repeated())


def _is_log_by_rows(columns: Sequence[str], look: Look) -> bool:
    """Whether a key stands in several rows of a table, beside what was done or a state and a time."""
    repeated = look.repeated()
    key = vocabulary.guessed(("id",), columns, is_log=False).get("id")
    if not repeated or (_looks_like_items(columns) and key not in repeated):
        return False
    found = repeating.log(columns, dated=look.dated, repeated=repeated)
    return len(found) == len(LOG_NEEDS) and found["case"] in repeated


def _is_made_once(log: Mapping[str, str], columns: Sequence[str], look: Look) -> bool:
    """Whether each row is a thing with its state now and when it was made, and no event.

    So are the newest revisions of things, as a tool lists them, each of them once.
    """
    if not vocabulary.is_state(log["activity"]):
        return False
    if vocabulary.guessed(("created_at",), (log["at"],), is_log=False):
        return look.unique(log["case"])
    return _has_revisions(columns) and _looks_like_items(columns) and look.alone(log["case"])


def _looks_like_items(columns: Sequence[str]) -> bool:
    """Whether each row seems to be a thing as it stands now: a key, a name, a status or type, and no time of change."""
    found = vocabulary.guessed(("id", "title", "status", "type"), columns, is_log=False)
    return {"id", "title"} <= set(found) and bool({"status", "type"} & set(found))


def _title_without_key(columns: Sequence[str]) -> str | None:
    """Return the column of names of a table that has states and names of things, and no key; null for any other."""
    found = vocabulary.guessed(("id", "title", "status"), columns, is_log=False)
    return found["title"] if set(found) == {"title", "status"} else None


def _has_revisions(columns: Sequence[str]) -> bool:
    """Whether each row seems to be a thing as it was after one change of it: rows of one thing are counted."""
    return bool(_REVISIONS & {vocabulary.bare(column) for column in columns})


def _of_revisions(columns: Sequence[str]) -> dict[str, str]:
    """Return what a table of revisions tells by its name: the state, which no activity stands in for, and the key.

    The key is the case where no column is called like one.
    """
    if not _has_revisions(columns):
        return {}
    found = vocabulary.guessed(("id", "status"), columns, is_log=False)
    told = {"activity": found["status"]} if "status" in found else {}
    if "id" in found and not vocabulary.guessed(("case",), columns, is_log=True):
        told["case"] = found["id"]
    return told


def _has_stages(columns: Sequence[str], dated: Callable[[], Sequence[str]]) -> bool:
    """Whether each row seems to be a thing with a date for each stage, or with those of its making and its end."""
    found = vocabulary.guessed(("id", "created_at", "due_at"), columns, is_log=False)
    if "id" not in found:
        return False
    dates = [one for one in dated() if one not in found.values()]
    is_made = "created_at" in found and found["created_at"] in dated()
    return len(milestone_names.stages(dates)) > 1 or (is_made and bool(milestone_names.known(dates)))


def _field(name: str, fields: Sequence[str]) -> str:
    spelled = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if spelled not in fields:
        raise BadOption.unknown("field", name, fields)
    return spelled


def _column(name: str, columns: Sequence[str]) -> str:
    """Return the column of that name, as it is or as it is likely meant; raises BadOption with the nearest."""
    if name in columns:
        return name
    alike = [column for column in columns if vocabulary.bare(column) == vocabulary.bare(name)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.4)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    shown = ", ".join(f"'{column}'" for column in columns[:40])
    more = f" and {len(columns) - 40} more" if len(columns) > 40 else ""
    raise BadOption(f"There is no column '{name}'.", advice=f"{hint}The columns are {shown}{more}.")


def _merges(activity: str, rules: Rules) -> bool:
    return vocabulary.is_state(activity) if rules.merge_repeats is None else rules.merge_repeats


def _complete(plan: Plan, columns: Sequence[str]) -> None:
    """Raise BadOption where a field without which there is no record has no column."""
    there = {*plan.columns, *plan.constants}
    if plan.kind is None:
        lacking = [name for name in LOG_NEEDS if name not in there]
        options = " ".join(f"--{name} COLUMN" for name in lacking)
    else:
        lacking = [name for name in kinds.given(plan.kind) if kinds.is_needed(plan.kind, name) and name not in there]
        options = " ".join(f"--map {name}=COLUMN" for name in lacking)
        _named_by(plan.kind, there)
    if lacking:
        shown = ", ".join(f"'{column}'" for column in columns[:40])
        raise BadOption(
            f"No column was found for {_listed(lacking)} of {plan.kind_name}.",
            advice=f"Say {options} (or --set FIELD=VALUE for one value in all rows). The columns are {shown}.",
        )


def _named_by(kind: type[Record], there: set[str]) -> None:
    natural = kinds.NATURAL.get(kind.__name__)
    if natural and "id" not in there and not there & set(natural):
        raise BadOption(
            f"Nothing names a record of {kind.__name__}.", advice=f"Say --map id=COLUMN, or map {_listed(natural)}."
        )


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
