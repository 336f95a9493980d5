"""What the page shows, composed from the answers: nothing here is computed anew, only chosen and put in order."""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from streamgauge.answers.proof import Evidence, Proof
from streamgauge.answers.service_delivery import DeliveryReport, Failure, Measure, Release, ServiceDelivery
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.web.charts import charts
from streamgauge.surfaces.web.drawing import draw
from streamgauge.surfaces.web.plot import DESK, DESK_WIDE, PHONE, Drawn

LINES_WITH_CHARTS = 6
RELEASES_KEPT, RELEASES_OF_BRIEF = 300, 12
# With many lines each proof shows its worst few records; the command beside them lists all.
RECORDS_OF_MANY, RECORDS_OF_BRIEF = 25, 5
PULSE_MONTHS = 36
GROUPS = (
    ("How often and how fast", ("deployment_frequency", "time_between_deployments", "change_lead_time")),
    ("How safely", ("change_fail_rate", "failed_deployment_recovery_time", "deployment_rework_rate")),
    ("How much at once, how much waits", ("batch_size", "undeployed_changes", "revert_share")),
)
FLAGS = (("infer", "inferred"), ("proxy", "proxy"))


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart as drawn for a desk and for a phone, with its words; `wide` fills the row."""

    chart: Drawn
    desk: Markup
    phone: Markup
    wide: bool


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One measure with its own id, and the id of its proof, if there is one."""

    measure: Measure
    key: str
    proof: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tiles that answer one question together."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, kw_only=True)
class ProofView:
    """One proof as shown: `records` with the month each counts in (maybe fewer than the proof has).

    `record_unit` is the unit of a record's value (null: it only counts, or, for a share, is a yes or no).
    `back` is the id of its tile, `statement` the id of its query where queries are printed once for all lines.
    """

    key: str
    back: str
    proof: Proof
    records: tuple[tuple[Evidence, str], ...]
    percentile_unit: str
    record_unit: str | None
    buckets: tuple[str, ...]
    command: str
    statement: str | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One release line: `full` ones stand open and have charts.

    `short` is its name within the page, `pulse` holds (month, releases) for the summary, `command` opens a proof.
    """

    key: str
    title: str
    short: str
    full: bool
    delivery: ServiceDelivery
    groups: tuple[Group, ...]
    pictures: tuple[Picture, ...]
    releases: tuple[Release, ...]
    pulse: tuple[tuple[str, int], ...]
    proofs: tuple[ProofView, ...]
    command: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the template prints.

    `service` is set where all lines are of one; `statements` leads from an id to a query that many proofs share.
    """

    title: str
    message: str
    service: str | None
    lines: tuple[Line, ...]
    failures: tuple[Failure, ...]
    statements: Mapping[str, str]
    made_at: datetime
    lake_version: str
    streamgauge_version: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a line stands on the page, and how much of it is shown.

    `records` is how many of each kind a proof shows (null: all), `alone` whether the page has but one service.
    """

    number: int
    full: bool
    records: int | None
    statements: Mapping[str, str]
    alone: bool

    @property
    def key(self) -> str:
        """Return the id of the line's section."""
        return f"line-{self.number}"


def compose(report: DeliveryReport, proofs: Sequence[Proof]) -> Page:
    """Return the page of a report, with every chart drawn; proofs of a single month are left aside."""
    whole = {(proof.service, proof.release_line, proof.metric): proof for proof in proofs if proof.bucket is None}
    many = len(report.services) > LINES_WITH_CHARTS
    statements = _statements(whole.values()) if many else {}
    places = _places(report.services, statements, many=many)
    return Page(
        title=_title(report.services),
        message=report.message,
        service=_only_service(report.services),
        lines=tuple(_line(place, line, whole) for place, line in zip(places, report.services, strict=True)),
        failures=report.failures,
        statements={key: sql for sql, key in statements.items()},
        made_at=report.made_at,
        lake_version=report.lake_version,
        streamgauge_version=report.streamgauge_version,
    )


def _statements(proofs: Iterable[Proof]) -> dict[str, str]:
    """Return query -> id: with many lines the same query is printed once, not in every proof."""
    distinct = dict.fromkeys(proof.sql for proof in proofs)
    return {sql: f"query-{number}" for number, sql in enumerate(distinct, start=1)}


def _places(services: Sequence[ServiceDelivery], statements: Mapping[str, str], *, many: bool) -> list[Place]:
    by_activity = sorted(range(len(services)), key=lambda number: -len(services[number].releases))
    active = frozenset(by_activity[:LINES_WITH_CHARTS])
    kept = RECORDS_OF_MANY if many else None
    alone = _only_service(services) is not None
    return [
        Place(
            number=number + 1,
            full=number in active,
            records=kept if number in active else RECORDS_OF_BRIEF,
            statements=statements,
            alone=alone,
        )
        for number in range(len(services))
    ]


def _title(services: Sequence[ServiceDelivery]) -> str:
    names = list(dict.fromkeys(delivery.service for delivery in services))
    if len(names) > 3:
        return f"{len(names)} services"
    return ", ".join(names) or "nothing yet"


def _only_service(services: Sequence[ServiceDelivery]) -> str | None:
    names = {delivery.service for delivery in services}
    return names.pop() if len(names) == 1 else None


def _line(place: Place, delivery: ServiceDelivery, whole: Mapping[tuple[str, str | None, str], Proof]) -> Line:
    line = (delivery.service, delivery.release_line)
    found = [(m, whole[*line, m.metric]) for m in delivery.measures if (*line, m.metric) in whole]
    links = {measure.metric: f"proof-{place.number}-{index}" for index, (measure, _) in enumerate(found, start=1)}
    newest = sorted(delivery.releases, key=lambda release: release.at, reverse=True)
    title = " · ".join(dict.fromkeys(part for part in (delivery.service, delivery.release_line) if part))
    return Line(
        key=place.key,
        title=title,
        short=(delivery.release_line or title) if place.alone else title,
        full=place.full,
        delivery=delivery,
        groups=grouped(GROUPS, delivery.measures, lambda measure: _tile(place, measure, links)),
        pictures=_pictures(delivery, links) if place.full else (),
        releases=tuple(newest[: RELEASES_KEPT if place.full else RELEASES_OF_BRIEF]),
        pulse=_pulse(delivery),
        proofs=tuple(_proof(place, proof, key=links[measure.metric]) for measure, proof in found),
        command=_command("change_lead_time", delivery.service, delivery.release_line),
    )


def grouped(
    parts: Iterable[tuple[str, tuple[str, ...]]], measures: Iterable[Measure], tile: Callable[[Measure], Tile]
) -> tuple[Group, ...]:
    """Return the measures as tiles by their titles; what stands under none of them comes last."""
    known = {measure.metric: measure for measure in measures}
    titled = {metric for _, metrics in parts for metric in metrics}
    others = tuple(metric for metric in known if metric not in titled)
    groups = (
        Group(title=title, tiles=tuple(tile(known[metric]) for metric in metrics if metric in known))
        for title, metrics in (*parts, ("More", others))
    )
    return tuple(group for group in groups if group.tiles)


def plain_tile(measure: Measure, links: Mapping[str, str]) -> Tile:
    """Return the tile of a measure of which a page has but one."""
    flags = ("provisional",) if measure.provisional else ()
    return Tile(measure=measure, key=f"tile-{measure.metric}", proof=links.get(measure.metric), flags=flags)


def _tile(place: Place, measure: Measure, links: Mapping[str, str]) -> Tile:
    words = " ".join((measure.label, *measure.caveats)).lower()
    flags = tuple(flag for word, flag in FLAGS if word in words) + (("provisional",) if measure.provisional else ())
    return Tile(measure=measure, key=f"{place.key}-{measure.metric}", proof=links.get(measure.metric), flags=flags)


def _pictures(delivery: ServiceDelivery, links: Mapping[str, str]) -> tuple[Picture, ...]:
    found = charts(delivery, links)
    odd = len(found) % 2 == 1
    return tuple(picture(chart, wide=odd and place == 0) for place, chart in enumerate(found))


def picture(chart: Drawn, *, wide: bool) -> Picture:
    """Return a chart as drawn for a desk and for a phone."""
    label = f"{chart.headline}. {chart.note}"
    return Picture(
        chart=chart,
        desk=draw(chart.specification(DESK_WIDE if wide else DESK), label=label, style_class="desk"),
        phone=draw(chart.specification(PHONE), label=label, style_class="phone"),
        wide=wide,
    )


def _pulse(delivery: ServiceDelivery) -> tuple[tuple[str, int], ...]:
    points = (point for point in delivery.series if point.metric == "deployment_frequency")
    return tuple(sorted((point.bucket, int(point.value or 0)) for point in points)[-PULSE_MONTHS:])


def _proof(place: Place, proof: Proof, *, key: str) -> ProofView:
    counted = [record for record in proof.records if record.left_out is None]
    outside = [record for record in proof.records if record.left_out is not None]
    kept = (*counted[: place.records], *outside[: place.records])
    records = tuple((record, record.bucket or "") for record in kept)
    return ProofView(
        key=key,
        back=f"{place.key}-{proof.metric}",
        proof=proof,
        records=records,
        percentile_unit=proof.record_unit or proof.unit,
        record_unit=proof.record_unit,
        buckets=tuple(sorted({bucket for _, bucket in records if bucket}, reverse=True)),
        command=_command(proof.metric, proof.service, proof.release_line),
        statement=place.statements.get(proof.sql),
    )


def _command(metric: str, service: str, line: str | None) -> str:
    """Return what to type to see every record of a number."""
    chosen = ("--service", service, *(("--line", line) if line else ()))
    return f"streamgauge why {metric} {shlex.join(one_line(word) for word in chosen)} --limit all"
