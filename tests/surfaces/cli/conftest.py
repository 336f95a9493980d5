"""Lantern, an invented company, as the answers would tell of it; and a command line that asks those answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.proof import Evidence, Proof
from streamgauge.answers.service_delivery import (
    DeliveryReport,
    Failure,
    HotSpot,
    LeftOut,
    Measure,
    Percentiles,
    Point,
    Release,
    ServiceDelivery,
    Undeployed,
    Window,
    Year,
)
from streamgauge.company import Service
from streamgauge.errors import NotARepository, StreamgaugeError
from streamgauge.sync import Synced

UNTIL = datetime(2025, 11, 18, tzinfo=UTC)
HOSTILE = "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe \x9b2J [bold]b[/bold] :smile:"


def measure(metric: str, value: float | None, unit: str, **other: Any) -> Measure:
    """Return a measure with the usual things left out."""
    usual: dict[str, Any] = {
        "label": metric.replace("_", " ").capitalize(),
        "asks": "How?",
        "better": "lower",
        "n": 412,
        "low": None,
        "high": None,
        "percentiles": None,
        "percentile_unit": "hours",
        "band": None,
        "score": None,
        "edition": None,
        "band_note": None,
        "null_reason": None,
        "provisional": False,
        "left_out": (),
        "caveats": (),
    }
    return Measure(metric=metric, value=value, unit=unit, **(usual | other))


MEASURES = (
    measure(
        "deployment_frequency",
        0.0329,
        "deployments/day",
        n=60,
        band="once per month to once per six months",
        edition="DORA 2025",
        score=2,
    ),
    measure(
        "change_lead_time",
        2295.0645,
        "hours",
        n=3806,
        low=2210.2,
        high=2401.9,
        band="low",
        edition="DORA 2024",
        label="Change lead time from author time, without merge commits",
        left_out=(LeftOut(reason="merge commit", n=1688),),
        percentiles=Percentiles(p50=2295.0645, p75=5000, p85=10469.7, p90=12000, p95=15000),
    ),
    measure(
        "change_fail_rate",
        0.105,
        "share",
        n=57,
        low=0.05,
        high=0.21,
        provisional=True,
        caveats=("Failures are inferred from reverts and hotfix releases.",),
    ),
    measure("failed_deployment_recovery_time", 31.5, "hours", n=6, low=12.0, high=70.0),
    measure("deployment_rework_rate", None, "share", n=3, null_reason="insufficient data: 3 of 20"),
    measure("time_between_deployments", 692.0, "hours", n=59),
    measure("batch_size", 41.0, "changes", n=60, low=20, high=64, left_out=(LeftOut(reason="history cut", n=1),)),
    measure(
        "undeployed_changes",
        68.0,
        "commits",
        n=68,
        percentiles=Percentiles(p50=900, p75=1000, p85=4000, p90=5000, p95=9000),
    ),
    measure("revert_share", 0.0, "share", n=3806, low=0.0, high=0.001),
)


def month(number: int) -> str:
    """Return the month so many months after 2023-12."""
    return f"{2023 + (number + 11) // 12}-{(number + 11) % 12 + 1:02d}"


SERIES = tuple(
    point
    for i in range(1, 24)
    for point in (
        Point(bucket=month(i), metric="deployment_frequency", value=float(i % 3), n=i % 3, provisional=False),
        Point(
            bucket=month(i), metric="change_lead_time", value=None if i % 3 == 0 else 24.0 * i, n=9, provisional=False
        ),
    )
)
RELEASES = tuple(
    Release(
        name=f"v2.{i}.0",
        at=UNTIL - timedelta(days=400 - 30 * i),
        commit=f"{i:040x}",
        commits=50 + i,
        changes=40 + i,
        lead_time_p50_hours=None if i == 3 else 100.5 * i,
        verdict="failed" if i == 10 else "pending" if i == 12 else "ok",
        kind="hotfix" if i == 11 else "normal",
        why="v2.11.0 followed within 7 days" if i == 10 else None,
        lines_added=900,
        lines_deleted=80,
    )
    for i in range(1, 13)
)
HARBOUR = ServiceDelivery(
    service="harbour",
    release_line="releases",
    message="harbour releases about once a month; half of its changes reach users within 96 days.",
    proxy="release tags",
    rule="tags that are a version, without pre-releases (found automatically)",
    window=Window(since=None, until=UNTIL, days=None),
    as_of=None,
    head="main",
    measures=MEASURES,
    series=SERIES,
    years=(
        Year(
            since=datetime(2024, 11, 1, tzinfo=UTC),
            until=datetime(2025, 11, 1, tzinfo=UTC),
            value=1800.0,
            low=1500.0,
            high=2100.0,
            n=412,
        ),
    ),
    releases=RELEASES,
    undeployed=Undeployed(n=68, oldest_at=datetime(2025, 9, 1, 8, tzinfo=UTC)),
    hot_spots=tuple(
        HotSpot(path=f"src/berths/{name}.py", commits=90 - i, lines=None if i else 1200)
        for i, name in enumerate(("plan", "tide", "crane", "pilot", "tug", "buoy"))
    ),
    hot_spots_basis="the last 365 days",
    notes=("3 of 63 tags are in no release line, such as nightly.",),
)


MESSAGE = "3 of 30 release lines had a release in the last 30 days."


def report_of(*services: ServiceDelivery, failures: Sequence[Failure] = ()) -> DeliveryReport:
    """Return a report of these lines."""
    return DeliveryReport(
        message=MESSAGE,
        services=services,
        failures=tuple(failures),
        made_at=UNTIL,
        lake_version="snapshot-7",
        streamgauge_version="0.1.0",
    )


def hostile() -> ServiceDelivery:
    """Return a line in which every text that a tool gives is hostile."""
    return replace(
        HARBOUR,
        service=HOSTILE,
        release_line=HOSTILE,
        message=HOSTILE,
        rule=HOSTILE,
        proxy=HOSTILE,
        notes=(HOSTILE,),
        releases=tuple(replace(r, name=HOSTILE, why=HOSTILE) for r in RELEASES),
        hot_spots=tuple(replace(h, path=HOSTILE) for h in HARBOUR.hot_spots),
        measures=tuple(replace(m, label=HOSTILE, caveats=(HOSTILE,)) for m in MEASURES),
    )


def proof_of(metric: str = "change_lead_time", service: str = "harbour", line: str | None = "releases") -> Proof:
    """Return the proof of one measure of harbour."""
    number = next(m for m in MEASURES if m.metric == metric)
    records = tuple(
        Evidence(
            id=f"{i:040x}",
            at=UNTIL - timedelta(days=i),
            bucket=f"{UNTIL - timedelta(days=i):%Y-%m}",
            release="v2.12.0",
            value=9000.0 - i,
            detail=f"Plan berth {i}",
            left_out="merge commit" if i > 2 else None,
        )
        for i in range(1, 5)
    )
    return Proof(
        service=service,
        release_line=line,
        metric=metric,
        of=None,
        which=(),
        bucket=None,
        sum=None,
        label=number.label,
        question="How long does a committed change take to reach users?",
        formula="deployed_at - started_at",
        source="definitions 1.2",
        value=number.value,
        unit=number.unit,
        record_unit=number.percentile_unit or number.unit,
        n=number.n,
        low=number.low,
        high=number.high,
        percentiles=number.percentiles,
        null_reason=number.null_reason,
        provisional=number.provisional,
        coverage="1 of 1 source read, complete history",
        parameters=(("merges", "left out"), ("from", "author time"), ("$services", "harbour")),
        caveats=number.caveats,
        shown=number.n,
        left_out=number.left_out,
        total=number.n + sum(reason.n for reason in number.left_out),
        records=records,
        sql="SELECT s.change AS evidence,\n       1 AS value\nFROM shipped AS s",
    )


@dataclass
class Answers:
    """What the layers below will answer, and what they were asked."""

    report: DeliveryReport = field(default_factory=lambda: report_of(HARBOUR))
    failures: dict[str, StreamgaugeError] = field(default_factory=dict)
    proof: Callable[..., Proof] = proof_of
    asked: list[Any] = field(default_factory=list)
    lines_read: int = 0
    fault: BaseException | None = None

    def sync(self, lake: object, request: Any, progress: Any) -> tuple[Synced, ...]:
        self.asked.append(request)
        if self.fault is not None:
            raise self.fault
        return tuple(self._synced(path) for path in request.paths)

    def _synced(self, path: str) -> Synced:
        if path in self.failures:
            return Synced(path=path, failure=self.failures[path])
        harbour = Service(name="harbour", repository=path)
        return Synced(
            path=path,
            repository=path,
            services=(harbour,),
            line_ids=("a1",),
            new_commits=1204,
            unread=("c",) * self.lines_read,
        )

    def held(self, lake: object, request: Any) -> tuple[Synced, ...]:
        self.asked.append("held")
        return (self._synced("harbour"),)

    def read_lines(self, lake: object, request: Any, synced: Sequence[Synced], progress: Any) -> tuple[Synced, ...]:
        self.asked.append("lines")
        return tuple(replace(one, lines_read=self.lines_read) for one in synced)

    def deliver(self, lake: object, request: Any, synced: Sequence[Synced]) -> DeliveryReport:
        wrong = tuple(Failure(path=s.path, error=s.failure.wrong) for s in synced if s.failure is not None)
        return replace(self.report, failures=self.report.failures + wrong)

    def release_lines(self, lake: object, request: Any, synced: object) -> list[tuple[str, str | None]]:
        return [(s.service, s.release_line) for s in self.report.services]

    def prove(
        self,
        lake: object,
        request: Any,
        synced: object,
        *,
        metric: str,
        service: str,
        line: str | None,
        bucket: str | None = None,
        limit: int | None = 50,
    ) -> Proof:
        self.asked.append((metric, service, line, bucket, limit))
        return replace(self.proof(metric, service, line), bucket=bucket)

    def prove_all(
        self, lake: object, request: Any, synced: object, limit: int | None, *, only: Any = None
    ) -> tuple[Proof, ...]:
        return tuple(self.proof(m.metric, s.service, s.release_line) for s in self.report.services for m in s.measures)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Answers:
    """Return answers that stand for the layers below, in an empty current folder with a lake of its own."""
    told = Answers()
    monkeypatch.setattr("streamgauge.answers.delivery.deliver", told.deliver)
    monkeypatch.setattr("streamgauge.answers.delivery.release_lines", told.release_lines)
    monkeypatch.setattr("streamgauge.answers.proving.prove", told.prove)
    monkeypatch.setattr("streamgauge.answers.proving.prove_all", told.prove_all)
    for name in ("sync", "held", "read_lines"):
        monkeypatch.setattr(f"streamgauge.sync.{name}", getattr(told, name))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("STREAMGAUGE_LAKE", str(tmp_path / "lake"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "STREAMGAUGE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return told


@dataclass(frozen=True)
class Outcome:
    """What one command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(answers: Answers, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Return a function that runs one command line in this process."""
    from streamgauge.surfaces.cli.app import run as start

    def running(*arguments: str) -> Outcome:
        code = start(arguments)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return running


NOT_A_REPOSITORY = NotARepository("'quay' holds no git repository.", advice="Name the folder of a clone.")
