"""A delivery report says what happened, month by month, with no number where there is no data."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.delivery import deliver
from streamgauge.answers.headline import span
from streamgauge.answers.proving import prove
from streamgauge.answers.request import Request
from streamgauge.answers.service_delivery import DeliveryReport, Measure, ServiceDelivery
from streamgauge.company import Company
from streamgauge.errors import BadOption
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.metrics import DELIVERY
from streamgauge.progress import Silent
from streamgauge.sync import sync
from tests.kit import histories, places
from tests.kit.repository import HOUR, Repository, day

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 20, tzinfo=UTC)


def report(path: Path, lake: Path, now: datetime = NOW, **terms: Any) -> DeliveryReport:
    opened = Lake.open(str(lake), create=True, facts=FACTS)
    request = Request(paths=(str(path),), lines="none", **terms)
    return deliver(opened, request, sync(opened, request, Silent()), now)


def service(path: Path, **terms: Any) -> ServiceDelivery:
    (found,) = report(path, path.with_name("lake"), **terms).services
    return found


def by_name(found: ServiceDelivery) -> dict[str, Measure]:
    return {m.metric: m for m in found.measures}


def series(found: ServiceDelivery, metric: str) -> dict[str, tuple[float | None, int]]:
    return {p.bucket: (p.value, p.n) for p in found.series if p.metric == metric}


def quiet(path: Path) -> Path:
    """Releases in January and April, none between."""
    repo = Repository(path)
    for number in (1, 20, 100):
        repo.commit(at=day(number))
        repo.tag(f"v1.{number}.0", at=day(number) + HOUR)
    return repo.path


def test_months_without_a_release_are_there(tmp_path: Path) -> None:
    found = service(quiet(tmp_path / "repo"))
    months = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]
    assert series(found, "deployment_frequency") == dict(
        zip(months, [(2, 2), (0, 0), (0, 0), (1, 1), (0, 0), (0, 0)], strict=True)
    )
    assert series(found, "change_lead_time") == dict(
        zip(months, [(1, 2), (None, 0), (None, 0), (1, 1), (None, 0), (None, 0)], strict=True)
    )
    assert {p.metric for p in found.series} == {m.name for m in DELIVERY}


def test_the_months_are_those_of_the_companys_zone(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    repo.commit(at=day(30))
    repo.tag("v1.0.0", at=day(31) - 30 * 60)
    berlin = service(repo.path, company=Company(zone="Europe/Berlin"))
    assert next(iter(series(berlin, "deployment_frequency"))) == "2024-02"
    assert next(iter(series(service(repo.path), "deployment_frequency"))) == "2024-01"


def test_the_window_chooses_deployments_by_their_time(tmp_path: Path) -> None:
    since, until = datetime(2024, 1, 10, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    found = service(quiet(tmp_path / "repo"), since=since, until=until)
    assert [r.name for r in found.releases] == ["v1.20.0"]
    assert list(series(found, "deployment_frequency")) == ["2024-01", "2024-02"]
    assert by_name(found)["deployment_frequency"].value == pytest.approx(1 / 51)


def test_a_window_before_the_first_release_does_not_begin_after_its_end(tmp_path: Path) -> None:
    found = service(quiet(tmp_path / "repo"), until=datetime(2023, 1, 1, tzinfo=UTC))
    assert (found.window.since, found.window.days) == (None, None)


def test_what_waited_before_the_window_still_waits(tmp_path: Path) -> None:
    repo = histories.linear(tmp_path / "repo")
    found = service(repo.path, since=datetime(2024, 5, 1, tzinfo=UTC))
    assert found.undeployed.n == by_name(found)["undeployed_changes"].value == 2
    assert found.undeployed.oldest_at is not None


class TestNoData:
    """Nothing is null with a reason, never 0."""

    def test_an_empty_repository_says_that_it_is_empty(self, tmp_path: Path) -> None:
        found = service(places.empty(tmp_path / "repo"))
        assert found.message == "repo has no commits yet."
        assert {m.value for m in found.measures} == {None}
        assert all(m.null_reason for m in found.measures)
        assert (found.series, found.releases) == ((), ())

    def test_a_value_or_a_reason_never_both_nor_neither(self, tmp_path: Path) -> None:
        for make in (histories.linear, histories.branchy, histories.reverts, histories.bots):
            path = make(tmp_path / make.__name__ / "repo").path
            for measure in service(path).measures:
                assert (measure.value is None) == (measure.null_reason is not None)

    def test_what_cannot_be_inferred_is_not_measurable_and_why(self, tmp_path: Path) -> None:
        found = by_name(service(histories.linear(tmp_path / "repo").path))
        for name in ("change_fail_rate", "failed_deployment_recovery_time", "deployment_rework_rate"):
            assert found[name].value is None
            assert str(found[name].null_reason).startswith("not measurable: its versions have no patch number")

    def test_a_window_without_releases_says_so(self, tmp_path: Path) -> None:
        found = service(quiet(tmp_path / "repo"), since=datetime(2024, 5, 1, tzinfo=UTC))
        assert found.message == "repo has no release in this window; no commit waits for one."
        assert by_name(found)["change_lead_time"].null_reason == "no data: nothing counts in this window"
        assert by_name(found)["deployment_frequency"].value == 0


def test_small_samples_have_no_band_and_say_how_small(tmp_path: Path) -> None:
    found = by_name(service(quiet(tmp_path / "repo")))
    lead = found["change_lead_time"]
    assert (lead.n, lead.band, lead.low, lead.band_note) == (3, None, None, "insufficient data: 3 of 10")


def test_the_message_comes_first(tmp_path: Path) -> None:
    found = service(histories.reverts(tmp_path / "repo").path)
    assert found.message.startswith("repo ships a release every ")
    assert "3 of 11 releases had to be mended soon after" in found.message


def test_the_only_line_in_which_commits_wait_is_named(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    for number in range(3):
        repo.commit(at=day(140 + number))
        repo.tag(f"core-1.{number}.0", at=day(140 + number))
    repo.commit(at=day(145))
    for number in range(3):
        repo.commit(at=day(146 + number))
        repo.tag(f"web-1.{number}.0", at=day(146 + number))
    message = report(repo.path, tmp_path / "lake").message
    assert message.endswith("days. Of them commits wait for one in repo · core (4) alone.")


def test_of_one_failure_no_half_is_told(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    for number, at in enumerate((0, 1, 30, 60)):
        repo.commit(at=day(at))
        repo.tag(("v1.0.0", "v1.0.1", "v1.1.0", "v1.2.0")[number], at=day(at))
    assert "1 of 4 releases had to be mended soon after, within 24 hours." in service(repo.path).message


def test_of_one_release_none_is_told(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    repo.commit(at=day(0))
    repo.tag("v1.0.0", at=day(1))
    assert service(repo.path).message.endswith("to be in one. That release did not have to be mended soon after.")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "0 minutes"),
        (1 / 60, "1 minute"),
        (1.5, "90 minutes"),
        (2, "2.0 hours"),
        (47, "47 hours"),
        (48, "2.0 days"),
        (2400, "100 days"),
    ],
)
def test_spans_are_in_the_unit_of_a_person(hours: float, words: str) -> None:
    assert span(hours) == words


def test_a_failing_repository_stands_beside_the_others(tmp_path: Path) -> None:
    opened = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    paths = (str(quiet(tmp_path / "repo")), str(tmp_path / "nothing"))
    request = Request(paths=paths, lines="none")
    found = deliver(opened, request, sync(opened, request, Silent()), NOW)
    assert [s.service for s in found.services] == ["repo"]
    assert [f.path for f in found.failures] == [paths[1]]


def test_a_past_day_is_answered_as_known_then(tmp_path: Path) -> None:
    repo = histories.reverts(tmp_path / "repo")
    at = datetime.fromtimestamp(day(14) + 2 * HOUR, UTC)
    found = service(repo.path, as_of=at)
    assert [r.name for r in found.releases] == ["v1.0.0", "v1.1.0"]
    assert [r.verdict for r in found.releases] == ["ok", "pending"]


class TestProof:
    """A number opens into the records behind it."""

    def test_a_month_of_a_proof_is_the_point_of_the_series(self, tmp_path: Path) -> None:
        path = histories.reverts(tmp_path / "repo").path
        found = service(path)
        opened = Lake.open(str(tmp_path / "lake"), facts=FACTS)
        request = Request(paths=(str(path),), lines="none", until=datetime(2024, 6, 2, tzinfo=UTC))
        subjects = sync(opened, request, Silent())
        for point in found.series:
            if point.bucket in ("2024-01", "2024-03"):
                proof = prove(opened, request, subjects, metric=point.metric, service="repo", bucket=point.bucket)
                assert (point.metric, proof.n, proof.value) == (point.metric, point.n, point.value)
                assert proof.shown + sum(e.n for e in proof.left_out) == proof.total

    @pytest.mark.parametrize(
        ("asked", "near"),
        [
            ({"metric": "change_lead_tme"}, "change_lead_time"),
            ({"service": "rep"}, "repo"),
            ({"bucket": "2024-13"}, "2025-03"),
        ],
    )
    def test_an_unknown_name_is_told_with_the_nearest(self, asked: dict[str, str], near: str, tmp_path: Path) -> None:
        opened = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
        request = Request(paths=(str(quiet(tmp_path / "repo")),), lines="none")
        terms: dict[str, Any] = {"metric": "change_lead_time", "service": "repo"} | asked
        with pytest.raises(BadOption) as raised:
            prove(opened, request, sync(opened, request, Silent()), **terms)
        assert near in raised.value.advice


def old_begin(path: Path) -> Path:
    """Twenty changes before the first tag, and four after it; a second line that ended two years ago."""
    repo = Repository(path)
    for number in range(20):
        repo.commit(f"Early {number}", at=day(number))
    repo.tag("lib-0.1", at=day(19.1))
    repo.tag("v1.0", at=day(800))
    for number in range(4):
        repo.commit(f"Late {number}", at=day(801 + number))
        repo.tag(f"v1.{number + 1}", at=day(801.1 + number))
    return repo.path


def test_a_first_release_that_carries_most_of_all_is_told_with_the_way_to_leave_it_out(tmp_path: Path) -> None:
    path = old_begin(tmp_path / "repo")
    found = {entry.release_line: entry for entry in report(path, tmp_path / "lake", LATER).services}
    (said,) = [note for note in found["releases"].notes if note.startswith("The first release of all, v1.0")]
    assert "carries 20 of 24 changes" in said
    assert "--since 2026-03-12" in said
    assert all(
        any(note.startswith("Every commit of the repository counts in each") for note in entry.notes)
        for entry in found.values()
    )
    later = report(path, tmp_path / "lake", LATER, since=datetime(2026, 3, 12, tzinfo=UTC)).services
    assert not any(note.startswith("The first release") for entry in later for note in entry.notes)


def test_a_line_that_ended_is_told_apart_from_those_in_which_changes_wait(tmp_path: Path) -> None:
    path = old_begin(tmp_path / "repo")
    assert report(path, tmp_path / "lake", LATER).message == (
        "1 of 2 release lines had a release in the last 30 days, 1 none for a year. In the others nothing is known to"
        " wait."
    )
    assert (
        "1 none in the whole window"
        in report(path, tmp_path / "lake", LATER, since=datetime(2026, 1, 1, tzinfo=UTC)).message
    )
