"""The terms on which flow is answered: which datasets, which window, whose work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from streamgauge.answers import by_hand, joined, unheard_of
from streamgauge.answers.called import called
from streamgauge.answers.service_delivery import Window
from streamgauge.answers.terms import next_midnight, window_of
from streamgauge.company import Company, Thresholds
from streamgauge.company.zone import local
from streamgauge.errors import BadOption
from streamgauge.facts.flow import EACH_DATASET
from streamgauge.lake import View
from streamgauge.metrics import FLOW, Metric
from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import Scope, parameters

SLICE = "flow"
_SILENT = timedelta(days=30)
_JUST_AFTER = timedelta(microseconds=1)
_VALUES = """
SELECT {field} AS value FROM flow_items WHERE line_id IN (SELECT unnest($lines)) AND {field} IS NOT NULL
UNION SELECT {field} FROM held WHERE line_id IN (SELECT unnest($lines)) AND {field} IS NOT NULL
"""
_STAGES = """
SELECT DISTINCT stage AS name FROM visits WHERE line_id IN (SELECT unnest($lines)) AND stage IS NOT NULL
UNION SELECT DISTINCT status FROM meanings WHERE line_id IN (SELECT unnest($lines)) ORDER BY name
"""
_PARENTS = "SELECT parent FROM flow_items WHERE line_id IN (SELECT unnest($lines)) AND parent IS NOT NULL LIMIT 1"
_UNMAPPED = """
SELECT DISTINCT status FROM meanings WHERE state = 'unmapped' AND line_id IN (SELECT unnest($lines)) ORDER BY status
"""
_FIRST = f"""
SELECT min(coalesce(f.started_at, f.finished_at)) AS first FROM flow_items AS f
WHERE f.line_id IN (SELECT unnest($lines)) AND {HIGHER_LEVEL} IS NULL
"""
_FIRST_WANTED = f"""WITH scope AS ({SCOPE})
SELECT min(first) AS first FROM (
  SELECT f.began_at AS first FROM {PRESENT} AS f JOIN scope ON scope.line_id = f.line_id
  WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  UNION ALL
  SELECT f.finished_at FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.started_at IS NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL) AS wanted
"""


@dataclass(frozen=True, kw_only=True)
class FlowRequest:
    """One question about flow. Instants are UTC; null means no bound. `dataset` is a name, null for all there are.

    `from_stage` and `to_stage` are the points between which cycle time is asked for; `busy` is the share of time for
    which waiting is to be explained.
    """

    dataset: str | None = None
    team: str | None = None
    type: str | None = None
    stream: str | None = None
    from_stage: str | None = None
    to_stage: str | None = None
    busy: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    company: Company = field(default_factory=Company)


@dataclass(frozen=True, kw_only=True)
class FlowTerms:
    """The datasets that are asked for, measured as one, with everything that their numbers depend on."""

    scopes: tuple[Scope, ...]
    datasets: tuple[str, ...]
    notes: tuple[str, ...]
    zone: str
    company: Company
    has: frozenset[str]
    """What there is of all that metrics may need."""
    first_at: datetime | None
    """When the first work of these datasets was begun, or ended, where nothing tells its start."""
    wanted_at: datetime | None
    """When the first of what is asked for was under way, or ended, where nothing tells its start."""
    told_at: datetime | None = None
    """Of when the last thing is that the tools told of."""

    @property
    def thresholds(self) -> Thresholds:
        """The judgements that enter."""
        return self.company.thresholds

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics about flow for which there is what they need."""
        return tuple(metric for metric in FLOW if metric.needs is None or metric.needs in self.has)

    @property
    def scope(self) -> Scope:
        """The terms that all datasets share."""
        return self.scopes[0]

    @property
    def line_ids(self) -> list[str]:
        """The keys of the datasets in the facts."""
        return [scope.line_id for scope in self.scopes]

    @property
    def has_releases(self) -> bool:
        """Whether anything was ever begun, so that a month without an end is a true zero."""
        return self.first_at is not None

    @property
    def end(self) -> datetime:
        """The end of the window, not later than what is known."""
        return min(self.scope.until, self.scope.known_at)

    @property
    def late(self) -> datetime:
        """An instant that is not after the end, and the same of all windows that end later than what is told."""
        return min(self.end, self.told_at or self.end)

    @property
    def window(self) -> Window:
        """The window with its length; where no beginning was asked for, it begins with the first work that is."""
        return window_of(self.scope, self.wanted_at or self.first_at, self.zone)


def terms(
    view: View, request: FlowRequest, now: datetime, first_of: Callable[[list[str]], datetime | None] | None = None
) -> FlowTerms | None:
    """Return the terms of a question; None where the lake holds no work items.

    The window ends with the last thing that a tool told of, or today where work goes on. `first_of` knows when the
    first work of datasets began; else the engine is asked. Raises BadOption for a dataset, team, type or value stream
    that is not there, with the nearest name.
    """
    if not (rows := view.rows(EACH_DATASET)):
        return None
    chosen = [row for row in rows if request.dataset in (None, row["dataset"])]
    if not chosen:
        raise BadOption.unknown("dataset", request.dataset or "", {row["dataset"] for row in rows})
    lines = [row["line_id"] for row in chosen]
    first_of = first_of or _begun(view, lines)
    team, kind = team_and_type(view, _VALUES, request, lines)
    stream, points = stream_of(request), _points(view, request, lines)
    known_at, told = request.as_of or now, [row["known_at"] for row in chosen]
    last, ended, today = known_until(request, known_at, [*told, by_hand.last_told(request.company, known_at)])
    until = min(request.until or ended, request.as_of or today, today)
    notes = [*unheard_of.said(view, request.company), *(note for row in chosen for note in row["notes"])]
    strange = [row["status"] for row in view.rows(_UNMAPPED, {"lines": lines})]
    notes += _strange(strange, marked=all(row["has_marks"] for row in chosen))
    names = [row["dataset"] for row in chosen]
    notes += [*joined.said(view, lines, names), *by_hand.said(view, request.company, lines)]
    notes += silence(request, ended, today, last)
    notes += [_dateless(row["dataset"]) for row in chosen if row["known_at"] is None]
    has, first = frozenset(_had(view, request, lines)), first_of(lines)
    notes += _empty(first and local(first, request.company.zone), until)
    scopes = tuple(
        Scope(
            line_id=line,
            slice=SLICE,
            since=request.since,
            until=until,
            known_at=min(known_at, last + _JUST_AFTER) if request.until is None and ended < today else known_at,
            team=team,
            type=kind,
            stream=stream,
            from_stage=points[0],
            to_stage=points[1],
            initiative_days=request.company.thresholds.initiative_days,
            unlinked_share=request.company.thresholds.unlinked_share,
        )
        for line in lines
    )
    narrowed = scopes[0].is_narrowed and request.since is None
    return FlowTerms(
        scopes=scopes,
        datasets=tuple(names),
        notes=tuple(dict.fromkeys(notes)),
        zone=request.company.zone,
        company=request.company,
        has=has,
        first_at=first,
        wanted_at=view.rows(_FIRST_WANTED, parameters(scopes))[0]["first"] if narrowed else first,
        told_at=max(filter(None, told), default=None),
    )


def _begun(view: View, lines: list[str]) -> Callable[[list[str]], datetime | None]:
    """Return what says when the first work began, by a statement that is begun now, beside others."""
    view.begin("flow_items", _FIRST, {"lines": lines})
    return partial(first_asked, view)


def first_asked(view: View, lines: Sequence[str]) -> datetime | None:
    """Return when the first work of datasets was begun, or ended, where nothing tells its start, by the statement."""
    found: datetime | None = view.rows(_FIRST, {"lines": list(lines)})[0]["first"]
    return found


def _empty(first: datetime | None, until: datetime) -> tuple[str, ...]:
    """Return what to say of a window that ends before anything was begun."""
    if first is None or first < until:
        return ()
    return (f"The window ends before the first work that is known began, on {first:%Y-%m-%d}: there is nothing in it.",)


def _dateless(dataset: str) -> str:
    """Return what to say of a dataset whose items have no date at all."""
    return f"No item of '{dataset}' has a date, so nothing is known of how they flow: bring in their history too."


def _strange(statuses: Sequence[str], *, marked: bool) -> tuple[str, ...]:
    """Return what to say of statuses that are not understood, where starts and ends of work are `marked` or not."""
    if not statuses:
        return ()
    which = ", ".join(one_status[:60] for one_status in statuses[:5]) + (" and more" if len(statuses) > 5 else "")
    one = len(statuses) == 1
    said = "1 status is not understood" if one else f"{len(statuses):,} statuses are not understood"
    if marked:
        return (f"{said}; only marks of start and end tell when work was in hand: {which}.",)
    return (f"{said} and {'counts' if one else 'count'} neither as work nor as waiting: {which}.",)


def silence(request: FlowRequest, ended: datetime, today: datetime, last: datetime) -> tuple[str, ...]:
    """Return what to say of a window that ends before today, or of which nothing is known."""
    said = f"The last thing that is known happened on {local(last, request.company.zone):%Y-%m-%d}"
    if request.since is not None and last < request.since:
        return (f"{said}, before this window begins.",)
    if request.until is not None or ended == today:
        return ()
    return (f"{said}; without --until the window ends with that day, and what was not done by then is under way.",)


def known_until(
    request: FlowRequest, known_at: datetime, told: Sequence[datetime | None]
) -> tuple[datetime, datetime, datetime]:
    """Return the last moment that was told of, the end of a window for which nobody says one, and the end of today.

    The window ends with the day of what was told last where tools are silent since long, else with today; so does
    one that begins later than what was told last.
    """
    today = next_midnight(known_at, request.company.zone)
    last = max(filter(None, told), default=known_at)
    ended = next_midnight(last, request.company.zone)
    is_over = known_at - last > _SILENT and (request.since is None or request.since < ended)
    return last, ended if is_over else today, today


def team_and_type(view: View, values: str, request: FlowRequest, lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the team and the type that are meant, whatever their capitals; `values` gives those of a `{field}`."""
    return _known(view, values, "team", request.team, lines), _known(view, values, "type", request.type, lines)


def _known(view: View, values: str, name: str, said: str | None, lines: Sequence[str]) -> str | None:
    if said is None:
        return None
    names = {row["value"] for row in view.rows(values.replace("{field}", name), {"lines": list(lines)})}
    found = called(said, sorted(names))
    if found is None:
        raise BadOption.unknown(name, said, names)
    return found


def stream_of(request: FlowRequest) -> str | None:
    """Return the value stream of the company file that is meant, whatever its capitals."""
    if request.stream is None:
        return None
    names = [stream.name for stream in request.company.value_streams]
    found = called(request.stream, names)
    if found is None and not names:
        raise BadOption(
            f"There is no value stream '{request.stream}'.",
            advice="Name them under `value_streams` in the company file.",
        )
    if found is None:
        raise BadOption.unknown("value stream", request.stream, names)
    return found


def _points(view: View, request: FlowRequest, lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the two stages, or statuses, between which cycle time is asked for."""
    if request.from_stage is None or request.to_stage is None:
        if request.from_stage or request.to_stage:
            raise BadOption("--from and --to belong together.", advice="Name a stage or a status for each of them.")
        return None, None
    names = [row["name"] for row in view.rows(_STAGES, {"lines": list(lines)})]
    return _named(request.from_stage, names), _named(request.to_stage, names)


def _named(said: str, names: Sequence[str]) -> str:
    found = called(said, names)
    if found is None:
        raise BadOption.unknown("stage", said, names)
    return found


def _had(view: View, request: FlowRequest, lines: Sequence[str]) -> Iterator[str]:
    """Give what there is of all that metrics may need."""
    company = request.company
    if company.calendars():
        yield "calendar"
    if company.wip_limits or any(team.members for team in company.teams):
        yield "WIP limit"
    if view.rows(_PARENTS, {"lines": list(lines)}):
        yield "parent of an item"
    if any(stream.agreed for stream in company.value_streams):
        yield "agreed process of a value stream"
    if request.from_stage:
        yield "--from and --to"


def local_day(moment: datetime, zone: str) -> str:
    """Return the day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()
