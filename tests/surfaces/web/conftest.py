"""An invented company's reports, the same on every run: one line, three, thirty, none, and hostile text."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median, quantiles

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
from streamgauge.surfaces.web.report import render
from tests.kit import work_pages
from tests.kit.hostile_words import HOSTILE

UNTIL = datetime(2025, 11, 18, 12, tzinfo=UTC)
MADE_AT = datetime(2025, 11, 18, 12, 5, tzinfo=UTC)
LAKE, OURS = "00000412", "0.1.0"
METRICS = {
    "deployment_frequency": ("How often do we put change in front of users?", "deployments/day", "higher"),
    "time_between_deployments": ("How long do users wait for the next release?", "hours", "lower"),
    "change_lead_time": ("How long does a committed change take to reach users?", "hours", "lower"),
    "change_fail_rate": ("What share of deployments needs immediate intervention?", "share", "lower"),
    "failed_deployment_recovery_time": ("How long until a failed deployment is mended?", "hours", "lower"),
    "deployment_rework_rate": ("What share of deployments was unplanned repair?", "share", "lower"),
    "revert_share": ("What share of changes takes an earlier one back?", "share", "lower"),
    "batch_size": ("How many changes does one deployment carry?", "changes", "lower"),
    "undeployed_changes": ("How much finished work waits for a release?", "commits", "lower"),
}
LAST = Year(since=UNTIL - timedelta(days=382), until=UNTIL - timedelta(days=17), value=45.0, low=40.0, high=50.0, n=310)
YEARS = (LAST, replace(LAST, since=LAST.since - timedelta(days=365), until=LAST.since, value=90.0, low=80.0, high=99.0))
AGES = Percentiles(p50=240.0, p75=600.0, p85=960.0, p90=1100.0, p95=1224.0)
SQL = """WITH counted AS (
  SELECT s.change AS evidence, (unix_micros(s.deployed_at) - unix_micros(s.started_at)) / 3.6e9 AS value
  FROM shipped AS s WHERE s.line_id = $line AND s.deployed_at >= $since AND s.deployed_at < $until AND NOT s.is_merge
)
SELECT percentile(value, 0.5) AS value FROM counted"""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report with its proofs."""

    report: DeliveryReport
    proofs: tuple[Proof, ...]


def _releases(rng: random.Random, *, months: int, per_month: float, names: str) -> tuple[Release, ...]:
    at, made = UNTIL - timedelta(days=months * 30.4), []
    while True:
        progress = 1 - (UNTIL - at).days / max(1, months * 30.4)
        at += timedelta(days=rng.expovariate(per_month * (0.5 + progress) / 30.4))
        if at >= UNTIL:
            return tuple(made)
        number, failed = len(made), rng.random() < 0.11
        changes = max(0, round(rng.lognormvariate(2.2, 1.1)))
        lead = rng.lognormvariate(5.4 - 1.9 * progress, 0.8) if changes else None
        late = (UNTIL - at).days < 7
        verdict = "pending" if late else "failed" if failed else "ok"
        hotfix = bool(made) and made[-1].verdict == "failed"
        why = (
            f"{names}{number + 1} followed within 26 hours and reverts one of its changes"
            if verdict == "failed"
            else None
        )
        made.append(
            Release(
                name=f"{names}{number}",
                at=at,
                commit=f"{rng.getrandbits(160):040x}",
                commits=changes + rng.randrange(6),
                changes=changes,
                lead_time_p50_hours=lead,
                verdict=verdict,
                kind="hotfix" if hotfix else "normal",
                why=why,
                lines_added=changes * rng.randrange(9, 60),
                lines_deleted=changes * rng.randrange(4, 30),
            )
        )


def _buckets(first: datetime) -> list[str]:
    year, number, found = first.year, first.month, []
    while (year, number) <= (UNTIL.year, UNTIL.month):
        found.append(f"{year}-{number:02d}")
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return found


def _series(releases: tuple[Release, ...], rng: random.Random) -> tuple[Point, ...]:
    points = []
    for bucket in _buckets(releases[0].at):
        inside = [release for release in releases if f"{release.at:%Y-%m}" == bucket]
        judged = [release for release in inside if release.verdict in ("ok", "failed")]
        leads = [release.lead_time_p50_hours for release in inside if release.lead_time_p50_hours]
        failed = sum(release.verdict == "failed" for release in judged)
        young = bucket == f"{UNTIL:%Y-%m}"
        values = (
            ("deployment_frequency", float(len(inside)), len(inside)),
            ("change_lead_time", median(leads) if leads else None, sum(release.changes for release in inside)),
            ("change_fail_rate", failed / len(judged) if judged else None, len(judged)),
            ("undeployed_changes", float(rng.randrange(4, 90)), 0),
        )
        points += [
            Point(bucket=bucket, metric=metric, value=value, n=n, provisional=young) for metric, value, n in values
        ]
    return tuple(points)


def _spread(values: list[float]) -> Percentiles | None:
    if len(values) < 2:
        return None
    cuts = quantiles(values, n=100, method="inclusive")
    return Percentiles(p50=cuts[49], p75=cuts[74], p85=cuts[84], p90=cuts[89], p95=cuts[94])


def _measure(metric: str, value: float | None, n: int, **more: object) -> Measure:
    asks, unit, better = METRICS[metric]
    plain = Measure(
        metric=metric,
        label=metric.replace("_", " "),
        asks=asks,
        value=value,
        unit=unit,
        better=better,
        n=n,
        low=None,
        high=None,
        percentiles=None,
        percentile_unit=None,
        band=None,
        score=None,
        edition=None,
        band_note=None,
        null_reason=None if value is not None else "no releases",
        provisional=False,
        left_out=(),
        caveats=(),
    )
    given = {"percentile_unit": unit} if more.get("percentiles") else {}
    return replace(plain, **given | more)  # type: ignore[arg-type]


RULE = "Inferred: a revert of one of its changes, or a hotfix release within 7 days."


def _measures(releases: tuple[Release, ...], days: float) -> tuple[Measure, ...]:
    return (*_speed(releases, days), *_stability(releases), *_stock(releases))


def _speed(releases: tuple[Release, ...], days: float) -> tuple[Measure, ...]:
    lead = _spread([release.lead_time_p50_hours for release in releases if release.lead_time_p50_hours])
    gap = _spread([(b.at - a.at) / timedelta(hours=1) for a, b in pairwise(releases)])
    n, changes = len(releases), sum(release.changes for release in releases)
    left_out = [("merge commits", changes // 9), ("made by a bot", 31), ("negative span", 2)]
    return (
        _measure(
            "deployment_frequency",
            n / days,
            n,
            band="once per week to once per month",
            score=3,
            edition="DORA six-point scale, 2025",
            caveats=("A release tag stands for a deployment (proxy).",),
        ),
        _measure(
            "time_between_deployments", gap and gap.p50, max(n - 1, 0), percentiles=gap, low=gap and gap.p50 * 0.8
        ),
        _measure(
            "change_lead_time",
            lead and lead.p50,
            changes,
            percentiles=lead,
            low=lead and lead.p50 * 0.91,
            high=lead and lead.p50 * 1.12,
            label="change lead time, from author time, without merge commits",
            band="medium",
            edition="DORA 2024",
            left_out=tuple(LeftOut(reason=reason, n=n) for reason, n in left_out),
        ),
    )


def _stability(releases: tuple[Release, ...]) -> tuple[Measure, ...]:
    judged = [release for release in releases if release.verdict in ("ok", "failed")]
    n, failed = len(judged), sum(release.verdict == "failed" for release in judged)
    return (
        _measure(
            "change_fail_rate",
            failed / n if n else None,
            n,
            low=0.042 if n else None,
            high=0.24 if n else None,
            provisional=True,
            caveats=(RULE,),
            band_note=None if n >= 20 else f"insufficient data: {n} of 20",
        ),
        _measure(
            "failed_deployment_recovery_time",
            None,
            failed,
            null_reason=f"insufficient data: {min(failed, 4)} of 10",
            caveats=(RULE,),
        ),
        _measure("deployment_rework_rate", failed / len(releases), len(releases), caveats=(RULE,)),
    )


def _stock(releases: tuple[Release, ...]) -> tuple[Measure, ...]:
    batch = _spread([float(release.changes) for release in releases])
    rewritten = "not measurable: messages of this repository are rewritten on import"
    return (
        _measure("revert_share", None, 0, null_reason=rewritten),
        _measure("batch_size", batch and batch.p50, len(releases), percentiles=batch),
        _measure("undeployed_changes", 68.0, 68, percentiles=AGES, percentile_unit="hours"),
    )


def _delivery(
    seed: int, service: str, line: str | None, *, months: int = 60, per_month: float = 2.0
) -> ServiceDelivery:
    rng = random.Random(seed)
    releases = _releases(rng, months=months, per_month=per_month, names=f"{line or 'v'}{'@1.' if line else '1.'}")
    measures = _measures(releases, months * 30.4)
    return ServiceDelivery(
        service=service,
        release_line=line,
        message=f"{service} releases about twice a month; half of all changes reach users within "
        f"{(measures[2].value or 0) / 24:.1f} days, four times faster than three years ago.",
        proxy="release tags of the repository",
        rule="Releases are the tags that match v?N.N.N; pre-releases do not count.",
        window=Window(since=releases[0].at, until=UNTIL, days=months * 30.4),
        as_of=None,
        head="3f" * 20,
        measures=measures,
        series=_series(releases, rng),
        years=YEARS,
        releases=releases,
        undeployed=Undeployed(n=68, oldest_at=UNTIL - timedelta(days=51)),
        hot_spots=tuple(
            HotSpot(path=f"src/lantern/{name}.py", commits=140 - 13 * i, lines=9000 - 811 * i if i != 3 else None)
            for i, name in enumerate(("routing/planner", "customs/declaration", "berths", "api/quotes", "ledger"))
        ),
        hot_spots_basis="Over the 812 commits whose files were read.",
        notes=(
            "The clone is complete: 5,494 commits, the oldest of 12 April 2019.",
            "3 tags point at no commit and were ignored.",
        ),
    )


def _proof(delivery: ServiceDelivery, measure: Measure, rng: random.Random) -> Proof:
    records = [
        Evidence(
            id=f"{rng.getrandbits(160):040x}",
            at=release.at - timedelta(hours=release.lead_time_p50_hours or 0),
            bucket=f"{release.at:%Y-%m}",
            release=release.name,
            value=(release.lead_time_p50_hours or 1.0) * (1.0 if measure.unit == "hours" else 0.01),
            detail=f"Plan berths for {release.name} by tide, not by arrival",
            left_out=None,
        )
        for release in delivery.releases
    ]
    counted = sorted(records, key=lambda record: -(record.value or 0))[:50]
    outside = [replace(record, left_out=part.reason, value=None) for part in measure.left_out for record in records[:3]]
    n = measure.n
    return Proof(
        service=delivery.service,
        release_line=delivery.release_line,
        metric=measure.metric,
        of=None,
        which=(),
        bucket=None,
        sum=None,
        label=measure.label,
        question=measure.asks,
        formula="median over changes of (time of the first release that contains it - author time)",
        source="Streamgauge definition 1.2; DORA 2024",
        value=measure.value,
        unit=measure.unit,
        record_unit=measure.percentile_unit or (None if measure.unit in {"share", "deployments/day"} else measure.unit),
        n=n,
        low=measure.low,
        high=measure.high,
        percentiles=measure.percentiles,
        null_reason=measure.null_reason,
        provisional=measure.provisional,
        coverage="1 of 1 source read, complete history",
        parameters=(("since", "2020-11-18"), ("until", "2025-11-18"), ("merges", "left out")),
        caveats=measure.caveats,
        shown=n,
        left_out=measure.left_out,
        total=n + sum(part.n for part in measure.left_out),
        records=(*counted, *outside),
        sql=f"-- {measure.metric}\n{SQL}",
    )


def _made(services: tuple[ServiceDelivery, ...], failures: tuple[Failure, ...] = ()) -> Made:
    rng = random.Random(11)
    proofs = tuple(_proof(delivery, measure, rng) for delivery in services for measure in delivery.measures)
    said = " ".join(service.message for service in services)
    report = DeliveryReport(
        message=said, services=services, failures=failures, made_at=MADE_AT, lake_version=LAKE, streamgauge_version=OURS
    )
    return Made(report=report, proofs=proofs)


def one() -> Made:
    """Return the report of one line with five years of history."""
    return _made((_delivery(3, "Lanternport", None),))


def three() -> Made:
    """Return three lines, one of them slow, and a source that failed."""
    lines = tuple(
        _delivery(i, "Lanternport", name, per_month=rate)
        for i, (name, rate) in enumerate((("weekly", 4.3), ("lts", 0.4), ("edge", 9.0)))
    )
    return _made(
        lines,
        (Failure(path="clones/harbour-bells", error="git says that objects are missing.\nRun git fsck in the clone."),),
    )


def thirty() -> Made:
    """Return a monorepo of thirty packages."""
    names = ("berth", "crane", "tide", "quay", "ledger", "customs", "pilot", "tug", "buoy", "lamp")
    return _made(
        tuple(
            _delivery(
                i, "lantern-monorepo", f"@lantern/{names[i % 10]}-{i // 10}", months=14 + i, per_month=0.6 + i % 7
            )
            for i in range(30)
        )
    )


def empty() -> Made:
    """Return an empty repository: measures without a value, no release, no series."""
    measures = tuple(_measure(metric, None, 0, null_reason="the repository has no commits") for metric in METRICS)
    bare = replace(
        _delivery(5, "Lanternport", None),
        message="Lanternport has no commits yet, so there is nothing to measure.",
        window=Window(since=None, until=UNTIL, days=None),
        head=None,
        measures=measures,
        **dict.fromkeys(("series", "years", "releases"), ()),  # type: ignore[arg-type]
        undeployed=Undeployed(n=0, oldest_at=None),
        hot_spots=(),
        hot_spots_basis=None,
        notes=("The repository is empty.",),
    )
    return _made((bare,))


def nothing() -> Made:
    """Return a run in which no source could be read."""
    return _made((), (Failure(path="clones/harbour-bells", error="not a git repository"),))


def hostile() -> Made:
    """Return a report in which every text that a tool gives is hostile."""
    plain = _delivery(8, HOSTILE[1], HOSTILE[0], months=24)
    text = " ".join(HOSTILE)
    releases = tuple(
        replace(r, name=f"{HOSTILE[i % 8]}{i}", why=text, verdict="failed") for i, r in enumerate(plain.releases)
    )
    measures = tuple(
        replace(
            m,
            label=text,
            caveats=HOSTILE,
            null_reason=text if m.value is None else None,
            left_out=(LeftOut(reason=text, n=3),),
        )
        for m in plain.measures
    )
    service = replace(
        plain,
        message=text,
        proxy=text,
        rule=text,
        measures=measures,
        releases=releases,
        notes=HOSTILE,
        hot_spots=tuple(HotSpot(path=word, commits=3, lines=None) for word in HOSTILE),
        hot_spots_basis=text,
    )
    made = _made(
        (service, replace(service, release_line=HOSTILE[4])), tuple(Failure(path=word, error=text) for word in HOSTILE)
    )
    proofs = tuple(
        replace(
            p,
            coverage=text,
            parameters=(("tags", text),),
            sql=f"-- {text}",
            records=tuple(
                replace(e, release=text, detail=HOSTILE[i % 8], id=HOSTILE[i % 8]) for i, e in enumerate(p.records)
            ),
        )
        for p in made.proofs
    )
    return Made(report=replace(made.report, lake_version=text), proofs=proofs)


CASES: dict[str, Callable[[], Made]] = {
    "one": one,
    "three": three,
    "thirty": thirty,
    "empty": empty,
    "nothing": nothing,
    "hostile": hostile,
}


@pytest.fixture(scope="session")
def made() -> dict[str, Made]:
    """Every case, made once."""
    return {name: make() for name, make in CASES.items()}


@pytest.fixture(scope="session")
def pages(made: dict[str, Made]) -> dict[str, str]:
    """Every case as the text of its HTML file."""
    return {name: render(case.report, case.proofs) for name, case in made.items()}


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> work_pages.Made:
    """A lake with work, and every page about it."""
    return work_pages.made(tmp_path_factory.mktemp("work") / "lake")
