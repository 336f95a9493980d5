"""Answers how services deliver, and proves each number of that answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from streamgauge import __version__
from streamgauge.answers import months as monthly
from streamgauge.answers import own_files
from streamgauge.answers.as_known import facts_as_known
from streamgauge.answers.choice import of_service
from streamgauge.answers.headline import headline, joint_headline
from streamgauge.answers.hot_spots import HotSpots, hot_spots
from streamgauge.answers.measures import measure
from streamgauge.answers.releases import releases
from streamgauge.answers.request import Request
from streamgauge.answers.service_delivery import (
    DeliveryReport,
    Failure,
    Point,
    Release,
    ServiceDelivery,
    Undeployed,
    Year,
)
from streamgauge.answers.subject import Subject
from streamgauge.answers.terms import LineTerms, terms
from streamgauge.answers.years import years
from streamgauge.lake import Lake, View
from streamgauge.metrics import DELIVERY
from streamgauge.metrics.measured import by_month, summaries
from streamgauge.metrics.observations import Summary
from streamgauge.metrics.observed import Month

_STALE_DAYS = 30
_LARGE_BEGIN = 0.25
"""Where the first release carries more than this share of all changes, the times before it colour the lead time."""
_READ_OFTEN = ("deployments", "shipped", "undeployed")
Choice = Callable[[list[LineTerms]], list[LineTerms]]


def deliver(lake: Lake, request: Request, subjects: Sequence[Subject], now: datetime | None = None) -> DeliveryReport:
    """Return how each release line of the subjects delivers; failures of sources stand beside what could be read."""
    now = now or datetime.now(UTC)
    snapshot = lake.snapshot()
    with opened(lake, request, subjects, now) as (view, lines):
        services = _services(view, lines) if lines else ()
    return DeliveryReport(
        message=joint_headline(services),
        services=services,
        failures=tuple(Failure(path=s.path, error=str(s.failure)) for s in subjects if s.failure is not None),
        made_at=now,
        lake_version=snapshot.id if snapshot else "none",
        streamgauge_version=__version__,
    )


def release_lines(
    lake: Lake, request: Request, subjects: Sequence[Subject], now: datetime | None = None
) -> list[tuple[str, str | None]]:
    """Return the release lines that a report would show, each with its service before it."""
    with _known(lake, request, subjects, now or datetime.now(UTC)) as (_, lines):
        return [(line.service, line.release_line) for line in lines]


@contextmanager
def opened(
    lake: Lake, request: Request, subjects: Sequence[Subject], now: datetime, choose: Choice | None = None
) -> Iterator[tuple[View, list[LineTerms]]]:
    """Give the view that a question reads, and the lines that it is about.

    They are those of the request's service, where it names one, and of these what `choose` leaves. The view shows
    today's facts, or those that follow from what was known on a past day. Raises BadOption for an unknown service.
    """
    with _known(lake, request, subjects, now) as (view, known):
        asked = request.service is not None or request.line is not None
        named = of_service(known, request.service, request.line) if asked else known
        lines = named if choose is None else choose(named)
        if request.as_of is None:
            view.narrow(_READ_OFTEN, [line.scope.line_id for line in lines])
        yield view, lines


@contextmanager
def _known(
    lake: Lake, request: Request, subjects: Sequence[Subject], now: datetime
) -> Iterator[tuple[View, list[LineTerms]]]:
    if request.as_of is None:
        with lake.view() as view:
            yield view, terms(view, request, subjects, now)
        return
    with facts_as_known(lake, request, subjects) as (past, then):
        yield past, terms(past, request, then, now)


def _services(view: View, lines: Sequence[LineTerms]) -> tuple[ServiceDelivery, ...]:
    scopes = [line.scope for line in lines]
    found = summaries(view, DELIVERY, scopes)
    points = _points(view, lines)
    shown = own_files.show(view, lines)
    shipped, spots, yearly = releases(view, lines, shown), hot_spots(view, lines, shown), years(view, lines)
    return tuple(
        _service(
            line,
            {name: by_line[line.scope.slice] for name, by_line in found.items()},
            points[line.scope.slice],
            yearly[line.scope.slice],
            shipped[line.scope.line_id],
            spots[line.scope.line_id],
        )
        for line in lines
    )


def _points(view: View, lines: Sequence[LineTerms]) -> dict[str, tuple[Point, ...]]:
    found: dict[str, list[Point]] = {line.scope.slice: [] for line in lines}
    months = by_month(view, DELIVERY, [line.scope for line in lines], lines[0].zone)
    for metric in DELIVERY:
        mine: dict[str, list[Month]] = {key: [] for key in found}
        for row in months[metric.name]:
            mine[row.slice].append(row)
        for line in lines:
            found[line.scope.slice] += monthly.series(metric, mine[line.scope.slice], line)
    return {key: tuple(points) for key, points in found.items()}


def _service(
    line: LineTerms,
    found: Mapping[str, Summary],
    points: tuple[Point, ...],
    yearly: tuple[Year, ...],
    shipped: tuple[Release, ...],
    spots: HotSpots,
) -> ServiceDelivery:
    measures = {m.name: measure(m, found[m.name], line, line.window) for m in DELIVERY}
    waiting = found["undeployed_changes"]
    oldest = waiting.oldest.astimezone(UTC) if waiting.oldest else None
    undeployed = Undeployed(n=waiting.n if line.has_head else None, oldest_at=oldest)
    return ServiceDelivery(
        service=line.service,
        release_line=line.release_line if line.has_head or line.has_releases else None,
        message=headline(line, measures, undeployed, len(shipped)),
        proxy=line.proxy,
        rule=line.rule,
        window=line.window,
        as_of=line.scope.known_at if line.scope.until == line.scope.known_at else None,
        head=line.head,
        measures=tuple(measures.values()),
        series=points,
        years=yearly,
        releases=shipped,
        undeployed=undeployed,
        hot_spots=spots[0],
        hot_spots_basis=spots[1],
        notes=(*line.notes, *_observed(line, found), *_begun(line, shipped)),
    )


def _begun(line: LineTerms, shipped: Sequence[Release]) -> Iterator[str]:
    """Give that the first release of all carries much of what counts, where it does: nobody waited for it so long."""
    changes = sum(release.changes for release in shipped)
    if line.is_merge_proxy or len(shipped) < 2 or shipped[0].at != line.first_at:
        return
    first = shipped[0]
    if first.changes > _LARGE_BEGIN * changes:
        yield (
            f"The first release of all, {first.name}, carries {first.changes:,} of {changes:,} changes: all that was"
            f" there before it counts as waiting for it. --since {first.at + timedelta(days=1):%Y-%m-%d} leaves it out."
        )


def _observed(line: LineTerms, found: Mapping[str, Summary]) -> Iterator[str]:
    """Give what the numbers themselves say about the quality of the source."""
    negative = found["change_lead_time"].left_out.get("NEGATIVE_DURATION", 0)
    if negative:
        what = "1 change is" if negative == 1 else f"{negative:,} changes are"
        yield f"{what} dated after the release that first contains it (clock skew), and left out of lead time."
    stale = line.newest_at is not None and line.newest_at < line.end - timedelta(days=_STALE_DAYS)
    if stale and line.newest_at is not None:
        yield (
            f"The newest commit in this clone is of {line.newest_at:%Y-%m-%d}: if work goes on, fetch first, for what"
            " is missing counts as silence."
        )
    if any(t > line.scope.known_at + timedelta(days=1) for t in line.times):
        yield "Some releases are dated in the future."
    if line.has_siblings and not line.paths:
        yield (
            "Every commit of the repository counts in each of its release lines, whatever it touches."
            " `streamgauge init` drafts a company file in which each package with a folder counts what touches that."
        )
    if line.is_merge_proxy and line.has_head:
        yield "No tag is a release: commits of the default branch stand in. Nothing says when users got them."
