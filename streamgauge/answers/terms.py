"""The terms on which one release line is answered: its facts' row, the window, the policy."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from streamgauge.answers.request import Request
from streamgauge.answers.service_delivery import Window
from streamgauge.answers.subject import Subject
from streamgauge.company import Service, Thresholds, globs
from streamgauge.company.zone import local
from streamgauge.facts.lines import PROXY
from streamgauge.lake import View
from streamgauge.metrics.observations import Scope

_LINES = """
SELECT l.line_id, l.repository, l.service, l.release_line, l.rule, l.proxy, l.head, l.failure_rules, l.unmeasurable,
       l.notes, c.newest_at
FROM lines AS l
LEFT JOIN (
  SELECT repository, max(committed_at) AS newest_at FROM commits
  WHERE repository IN (SELECT repository FROM lines WHERE line_id IN (SELECT unnest($lines)))
  GROUP BY repository) AS c
  ON c.repository = l.repository
WHERE l.line_id IN (SELECT unnest($lines))
"""
_TIMES = """
SELECT line_id, deployed_at FROM deployments
WHERE line_id IN (SELECT unnest($lines)) AND left_out IS NULL AND kind IN ('normal', 'hotfix', 'config')
ORDER BY line_id, deployed_at
"""


@dataclass(frozen=True, kw_only=True)
class LineTerms:
    """One release line with everything that its measures depend on. Instants are UTC."""

    scope: Scope
    repository: str
    service: str
    release_line: str
    rule: str
    proxy: str
    head: str | None
    failure_rules: tuple[str, ...]
    unmeasurable: str | None
    notes: tuple[str, ...]
    thresholds: Thresholds
    zone: str
    times: tuple[datetime, ...]
    paths: tuple[str, ...] = ()
    """The service's own files in a repository that holds several; without any, all of them."""
    newest_at: datetime | None = None
    """When the newest commit of the repository was made."""
    has_siblings: bool = False
    """Whether its service has other release lines in the same answer."""

    @property
    def has_releases(self) -> bool:
        """Whether anything was ever released, up to the end of what is known."""
        return bool(self.times)

    @property
    def has_head(self) -> bool:
        """Whether the repository has a commit to speak of."""
        return self.head is not None

    @property
    def is_merge_proxy(self) -> bool:
        """Whether merges stand for deployments."""
        return self.proxy == PROXY

    @property
    def is_past(self) -> bool:
        """Whether the window ended before now, or before the day asked about."""
        return self.scope.until <= self.scope.known_at

    @property
    def first_at(self) -> datetime | None:
        """When the first deployment of all was."""
        return self.times[0] if self.times else None

    @property
    def end(self) -> datetime:
        """The end of the window, not later than what is known."""
        return min(self.scope.until, self.scope.known_at)

    @property
    def end_day(self) -> date:
        """The day after the last day of the window, in the company's zone."""
        end = self.end.astimezone(ZoneInfo(self.zone))
        whole = (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
        return end.date() if whole else end.date() + timedelta(days=1)

    @property
    def release_days(self) -> list[date]:
        """The local days of deployments before the end."""
        zone = ZoneInfo(self.zone)
        return [t.astimezone(zone).date() for t in self.times if t < self.end]

    @property
    def hot_since(self) -> datetime:
        """Where the span of hot spots begins."""
        return self.end - timedelta(days=self.thresholds.hot_spot_days)

    @property
    def own_files(self) -> str:
        """The regular expression for the paths of the service's files."""
        return globs.regular_expression(self.paths, anywhere=False) if self.paths else r"[\s\S]*"

    @property
    def generated_files(self) -> str:
        """The regular expression for the paths of files whose lines do not count."""
        return globs.regular_expression(self.thresholds.generated, anywhere=True)

    @property
    def window(self) -> Window:
        """The window with its length; without a beginning it begins with the first deployment before its end."""
        return window_of(self.scope, self.first_at, self.zone)


def window_of(scope: Scope, first: datetime | None, zone: str) -> Window:
    """Return the window of a question as a zone's clocks show it, with its length.

    Without a beginning it begins with the `first` thing that is in it.
    """
    since = scope.since or (first if first is not None and first < scope.until else None)
    days = (scope.until - since).total_seconds() / 86400 if since else None
    return Window(since=since and local(since, zone), until=local(scope.until, zone), days=days)


def next_midnight(now: datetime, zone: str) -> datetime:
    """Return the end of the local day of `now`, in UTC: where a window ends when nobody said."""
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)


def terms(view: View, request: Request, subjects: Sequence[Subject], now: datetime) -> list[LineTerms]:
    """Return the terms of the subjects' release lines, in their order; two statements, however many there are."""
    keys = [key for subject in subjects for key in subject.line_ids]
    times: dict[str, list[datetime]] = {key: [] for key in keys}
    for row in view.rows(_TIMES, {"lines": keys}):
        if request.as_of is None or row["deployed_at"] < request.as_of:
            times[row["line_id"]].append(row["deployed_at"].astimezone(UTC))
    rows = {row["line_id"]: row for row in view.rows(_LINES, {"lines": keys})}
    known_at = request.as_of or now
    today = next_midnight(known_at, request.company.zone)
    until = min(request.until or today, request.as_of or today, today)
    span = _Span(until, known_at, _ahead(request, today))
    return [line for one in subjects for line in _of_subject(request, one, span, rows, times)]


@dataclass(frozen=True)
class _Span:
    """Where the window ends, whose knowledge counts, and what there is to say of that."""

    until: datetime
    known_at: datetime
    notes: tuple[str, ...]


def _of_subject(
    request: Request,
    subject: Subject,
    span: _Span,
    rows: Mapping[str, dict[str, Any]],
    times: Mapping[str, Sequence[datetime]],
) -> Iterator[LineTerms]:
    mine = {key: rows[key] for key in subject.line_ids if key in rows}
    lines_of = Counter(row["service"] for row in mine.values())
    policies = {service.name: service for service in subject.services}
    for key, row in mine.items():
        policy = policies.get(row["service"])
        yield LineTerms(
            scope=_scope(request, policy, key, span.until, span.known_at),
            repository=row["repository"],
            service=row["service"],
            release_line=row["release_line"],
            rule=row["rule"],
            proxy=row["proxy"],
            head=row["head"],
            failure_rules=tuple(row["failure_rules"]),
            unmeasurable=row["unmeasurable"],
            notes=(*row["notes"], *subject.notes, *span.notes),
            thresholds=request.company.thresholds,
            zone=request.company.zone,
            times=tuple(times[key]),
            paths=policy.paths if policy else (),
            newest_at=row["newest_at"],
            has_siblings=lines_of[row["service"]] > 1,
        )


def _ahead(request: Request, today: datetime) -> tuple[str, ...]:
    if request.until is None or request.until <= today:
        return ()
    return ("The end that was asked for lies in the future; the window ends with today.",)


def _scope(request: Request, service: Service | None, key: str, until: datetime, known_at: datetime) -> Scope:
    clock = request.lead_time_from or (service.lead_time_from if service else "authored")
    merges = request.include_merges if request.include_merges is not None else bool(service and service.include_merges)
    return Scope(
        line_id=key,
        slice=key,
        since=request.since,
        until=until,
        known_at=known_at,
        from_committed=clock == "committed",
        include_merges=merges,
        leave_out_reverts=bool(service and "reverts" in service.leave_out),
        leave_out_bots=bool(service and "bots" in service.leave_out),
    )
