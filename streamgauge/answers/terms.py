"""The terms on which one release line is answered: its facts' row, the window, the policy."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from streamgauge.answers.request import Request
from streamgauge.answers.service_delivery import Window
from streamgauge.answers.subject import Subject
from streamgauge.company import Service, Thresholds, globs
from streamgauge.facts.refresh import PROXY
from streamgauge.lake import View
from streamgauge.metrics.observations import Scope

_LINES = """
SELECT l.line_id, l.repository, l.service, l.release_line, l.rule, l.proxy, l.head, l.failure_rules, l.unmeasurable,
       l.notes, c.newest_at
FROM lines AS l
LEFT JOIN (SELECT repository, max(committed_at) AS newest_at FROM commits GROUP BY repository) AS c
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
        local = self.end.astimezone(ZoneInfo(self.zone))
        whole = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
        return local.date() if whole else local.date() + timedelta(days=1)

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
        """The window with its length; it begins with the first deployment where no beginning was asked for."""
        since = self.scope.since or self.first_at
        days = (self.scope.until - since).total_seconds() / 86400 if since else None
        return Window(since=since, until=self.scope.until, days=days)


def next_midnight(now: datetime, zone: str) -> datetime:
    """Return the end of the local day of `now`, in UTC: where a window ends when nobody said."""
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)


def terms(view: View, request: Request, subject: Subject, now: datetime) -> list[LineTerms]:
    """Return the terms of a subject's release lines, in its order."""
    line_ids = list(subject.line_ids)
    times: dict[str, list[datetime]] = {key: [] for key in line_ids}
    known_at = request.as_of or now
    for row in view.rows(_TIMES, {"lines": line_ids}):
        if request.as_of is None or row["deployed_at"] < request.as_of:
            times[row["line_id"]].append(row["deployed_at"].astimezone(UTC))
    rows = {row["line_id"]: row for row in view.rows(_LINES, {"lines": line_ids})}
    lines_of = Counter(row["service"] for row in rows.values())
    policies = {service.name: service for service in subject.services}
    zone = request.company.zone
    today = next_midnight(known_at, zone)
    until = min(request.until or today, request.as_of or today, today)
    return [
        LineTerms(
            scope=_scope(request, policies.get(rows[key]["service"]), key, until, known_at),
            repository=rows[key]["repository"],
            service=rows[key]["service"],
            release_line=rows[key]["release_line"],
            rule=rows[key]["rule"],
            proxy=rows[key]["proxy"],
            head=rows[key]["head"],
            failure_rules=tuple(rows[key]["failure_rules"]),
            unmeasurable=rows[key]["unmeasurable"],
            notes=(*rows[key]["notes"], *subject.notes, *_ahead(request, today)),
            thresholds=request.company.thresholds,
            zone=zone,
            times=tuple(times[key]),
            paths=policies[rows[key]["service"]].paths if rows[key]["service"] in policies else (),
            newest_at=rows[key]["newest_at"],
            has_siblings=lines_of[rows[key]["service"]] > 1,
        )
        for key in line_ids
        if key in rows
    ]


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
