"""One question about work: the facts brought up to date, the terms on which it is asked, and what every answer says."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from streamgauge import __version__
from streamgauge.answers.code_facts import rehearse, renew
from streamgauge.answers.first_read import show_first_read
from streamgauge.answers.flow_terms import FlowRequest, FlowTerms, first_asked, terms
from streamgauge.company import Company
from streamgauge.company.zone import local
from streamgauge.errors import BadOption
from streamgauge.facts import flow
from streamgauge.facts.off_tool import before
from streamgauge.lake import Lake, View, heap
from streamgauge.metrics import FLOW
from streamgauge.metrics.columns import Asked, Kept, asked_of, by_day, first_of, keeps, work_of, work_read
from streamgauge.metrics.columns.ahead import Ahead, ahead
from streamgauge.metrics.columns.by_day import Advances
from streamgauge.metrics.columns.cases import wanted
from streamgauge.metrics.columns.work_read import Rows
from streamgauge.metrics.measured import Reader, kept_reader
from streamgauge.metrics.metric import WANTED_ITEM, Finished, Metric
from streamgauge.metrics.observations import parameters
from streamgauge.metrics.under_way import LATE

# What only a map, or an insight, looks at is loaded where these are asked for.
if TYPE_CHECKING:
    from streamgauge.insights import Ground
    from streamgauge.metrics.columns.columns import Columns

_WANTED = wanted(metric.sql for metric in FLOW if isinstance(metric.sql, Finished))
"""What the metrics about flow take from each finished item."""


@dataclass(frozen=True)
class Question:
    """What an answer is made from: a view whose facts are up to date, and the terms."""

    view: View
    asked: FlowTerms
    lake_version: str
    now: datetime
    company: Company = field(default_factory=Company)
    shared: dict[Hashable, Any] = field(default_factory=dict)
    """What insights worked out that answers on the same terms share."""
    columns: "Columns | None" = None
    """The facts about flow as plain columns; None where statements are to be asked."""
    work: Asked | None = None
    """The flow items as plain columns, for what all metrics about flow take from them; None for statements."""
    kept: Kept | None = None
    """Where what is read of all work is kept for the next question; None where statements are to be asked."""

    @property
    def about(self) -> dict[str, Any]:
        """What the answer says of itself, but for its message: the fields of AboutWork."""
        return {
            "datasets": self.asked.datasets,
            "team": self.asked.scope.team,
            "type": self.asked.scope.type,
            "stream": self.asked.scope.stream,
            "notes": self.asked.notes,
            "made_at": self.now,
            "lake_version": self.lake_version,
            "streamgauge_version": __version__,
        }

    def known(self, metric: Metric) -> Callable[[Metric], Reader | None] | None:
        """Return what gives the observations of a metric about finished items; None for statements."""
        return None if self.kept is None else kept_reader(self.view, [metric], self.asked.scopes, self.kept)

    @property
    def ground(self) -> "Ground":
        """What insights may look at: the same work in the same window."""
        from streamgauge.insights import Ground

        asked = self.asked
        since = asked.scope.since
        return Ground(self.view, asked.scopes, asked.end, asked.zone, since, self.company, self.shared, self.columns)


@contextmanager
def question(
    lake: Lake,
    request: FlowRequest,
    now: datetime | None = None,
    *,
    by_columns: bool = False,
    by_work: bool = False,
) -> Iterator[Question]:
    """Give what an answer is made from; raises BadOption where the lake holds no work, or not what is asked for.

    `by_columns` is for what asks so much of all facts that they are read as plain columns; `by_work` for what asks the
    flow items for most of the metrics about flow.
    """
    now = now or datetime.now(UTC)
    with ThreadPoolExecutor(max_workers=1) as beside, ExitStack() as stack:
        if by_work:
            stack.enter_context(heap.holding())
        coming = _read_ahead(lake, request, beside, by_columns=by_columns, by_work=by_work)
        view, notes = stack.enter_context(_up_to_date(lake, request))
        view.always(WANTED_ITEM, unless=("teams", "types", "streams"))
        known = None
        if by_work and _is_of_all(request):
            known = partial(_first_of_items, lake, view, request, coming.items)
        elif by_columns and not _is_narrowed(request):
            known = partial(_first_of_map, lake, view, request, coming.of_map)
        asked = terms(view, request, now, known)
        if asked is None and request.as_of is not None:
            day = local(request.as_of, request.company.zone)
            raise BadOption(f"No work is known of before {day:%Y-%m-%d}.", advice="Name a later day.")
        if asked is None:
            advice = "Bring some in: `streamgauge import FILE`, such as an export of a board or an event log."
            raise BadOption("The lake holds no work items yet.", advice=advice)
        asked = replace(asked, notes=(*notes, *asked.notes))
        version = view.snapshot or "none"
        shared = _shared(lake, version, request, asked)
        kept = _kept(lake, view, request, asked.line_ids)
        is_kept = keeps(view, asked.scopes)
        columns = _columns(view, asked, kept, coming.of_map) if by_columns else None
        work = asked_of(view, asked.scopes, kept, _WANTED, coming.days) if by_work else None
        if request.as_of is None and columns is None and work is None and (by_work or not is_kept):
            view.keep("flow_items", at_once=by_work)
        yield Question(view, asked, version, now, request.company, shared, columns, work, kept if is_kept else None)


class _Coming(NamedTuple):
    """What is read of all work while the question is still worked out; each is null where it is not wanted."""

    items: Ahead[Rows] | None = None
    days: Ahead[Advances] | None = None
    of_map: Ahead[dict[str, Any]] | None = None


def _read_ahead(lake: Lake, request: FlowRequest, beside: Executor, *, by_columns: bool, by_work: bool) -> _Coming:
    """Begin to read facts of all work, where none of the snapshot were read before."""
    snapshot = lake.snapshot() if by_columns or by_work else None
    if snapshot is None or lake.columns.holds(snapshot.id) or not _is_of_all(request):
        return _Coming()
    reading = partial(ahead, lake, snapshot, beside)
    items = reading(work_read.FACTS, partial(work_read.read_all, _WANTED)) if by_work else None
    if _is_narrowed(request):
        return _Coming(items)
    days = reading(by_day.FACTS, partial(by_day.read_all, request.company.zone)) if by_work else None
    if not by_columns:
        return _Coming(items, days)
    from streamgauge.metrics.columns import map_read

    return _Coming(items, days, reading(map_read.FACTS, map_read.read_all))


def _first_of_items(
    lake: Lake, view: View, request: FlowRequest, items: Ahead[Rows] | None, lines: list[str]
) -> datetime | None:
    """Return when the first of all work began, by what is read of its items."""
    kept = _kept(lake, view, request, lines)
    work = work_of(view, lines, kept, _WANTED, coming=items)
    return first_asked(view, lines) if work is None else first_of(work.items.at)


def _first_of_map(
    lake: Lake, view: View, request: FlowRequest, facts: Ahead[dict[str, Any]] | None, lines: list[str]
) -> datetime | None:
    """Return when the first of all work began, by what is read for the map."""
    known = _kept(lake, view, request, lines).things
    found = known if facts is None else facts.of(view.snapshot, lines) or known
    return first_of(found["flow_items"].at) if "flow_items" in found else first_asked(view, lines)


def _is_narrowed(request: FlowRequest) -> bool:
    return not _is_of_all(request) or any((request.team, request.type))


def _is_of_all(request: FlowRequest) -> bool:
    """Return whether a question takes all items there are now, if only to find those of a team or type among them."""
    return not any((request.dataset, request.stream, request.as_of))


def _columns(view: View, asked: FlowTerms, kept: Kept, coming: Ahead[dict[str, Any]] | None) -> "Columns | None":
    from streamgauge.metrics.columns.columns import columns_of

    return columns_of(view, asked.scopes, kept, coming)


def _kept(lake: Lake, view: View, request: FlowRequest, line_ids: Sequence[str]) -> Kept:
    """Return what was read as plain columns for former questions of the same snapshot, to be added to."""
    if request.as_of is not None or view.snapshot is None:
        return Kept()
    lines = tuple(line_ids)
    known: Any = lake.columns.recall(view.snapshot, lines)
    kept = Kept() if known is None else known
    if known is None:
        lake.columns.keep(view.snapshot, lines, kept)
    return kept


def _shared(lake: Lake, version: str, request: FlowRequest, asked: FlowTerms) -> dict[Hashable, Any]:
    """Return what questions of the same request share that are asked of the same snapshot at the same moment."""
    terms_of = ("shared", request, asked.scopes)
    known: Any = lake.memory.recall(version, terms_of)
    found: dict[Hashable, Any] = {} if known is None else known
    if known is None:
        lake.memory.keep(version, terms_of, found)
    return found


@contextmanager
def _up_to_date(lake: Lake, request: FlowRequest) -> Iterator[tuple[View, tuple[str, ...]]]:
    """Give a view whose facts about flow are up to date, or those that follow from what was known on a past day.

    What is to be said of that stands beside it.
    """
    if request.as_of is not None:
        with lake.view(as_of=request.as_of) as past:
            notes = show_first_read(lake, past, request.as_of)
            company = before(request.company, request.as_of)
            shelf = rehearse(past, company, request.as_of)
            flow.refresh(shelf, flow.datasets(past), company)
            yield past, notes
        return
    renew(lake, request.company)
    with lake.view() as view:
        stale = flow.stale(view, request.company)
    if stale:
        with lake.writing() as writer:
            with writer.view() as view:
                stale = flow.stale(view, request.company)
            flow.refresh(writer, stale, request.company)
            writer.publish({})
    with lake.view() as view:
        yield view, ()


def hold_late(view: View, asked: FlowTerms) -> dict[str, object]:
    """Hold the work that has not ended long ago, and return the parameters of statements that look at it.

    It is little beside all, and serves the questions of all windows that end no earlier than what is told.
    """
    said = parameters(asked.scopes) | {"late": asked.late}
    view.hold(f"WITH {LATE}", ("late",), said)
    return said
