"""A past day is answered from what was known then."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from streamgauge.answers.delivery import deliver
from streamgauge.answers.proving import prove
from streamgauge.answers.request import Request
from streamgauge.answers.service_delivery import DeliveryReport, ServiceDelivery
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from streamgauge.sync import Synced, sync
from tests.kit.repository import HOUR, Repository, day


def read(lake: Lake, *paths: Path) -> tuple[Synced, ...]:
    """Sync repositories and return what became of them."""
    return sync(lake, Request(paths=tuple(map(str, paths)), lines="none"), Silent())


def known(lake: Lake, subjects: tuple[Synced, ...], moment: datetime) -> DeliveryReport:
    """Return the report as known at a moment."""
    paths = tuple(one.path for one in subjects)
    return deliver(lake, Request(paths=paths, lines="none", as_of=moment), subjects)


def numbers(found: ServiceDelivery) -> ServiceDelivery:
    """Return a service without what only a later look at the same day changes."""
    return replace(found, as_of=None)


def test_between_two_syncs_the_first_answer_stands(tmp_path: Path) -> None:
    """Tags that were moved, deleted or added later do not change what was known before."""
    repo, other = Repository(tmp_path / "repo"), Repository(tmp_path / "other")
    commits = [repo.commit(f"c{n}", at=day(n)) for n in range(6)]
    for number, at in (("1.0.0", 1), ("1.1.0", 3), ("1.1.1", 4)):
        repo.tag(number, commits[at], at=day(at) + HOUR)
    other.commit(at=day(1))
    other.tag("2.0.0", at=day(1) + HOUR)
    lake = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    before = read(lake, repo.path, other.path)
    moment = datetime.now(UTC)
    then = known(lake, before, moment)

    repo.drop_tag("1.1.1")
    repo.commit("later", at=day(7))
    repo.tag("1.2.0", at=day(7) + HOUR)
    after = read(lake, repo.path, other.path)

    assert [r.name for r in then.services[0].releases] == ["1.0.0", "1.1.0", "1.1.1"]
    assert [r.name for r in known(lake, after, datetime.now(UTC)).services[0].releases] == ["1.0.0", "1.1.0", "1.2.0"]
    again = known(lake, after, moment)
    assert list(map(numbers, again.services)) == list(map(numbers, then.services))


def test_a_past_number_opens_into_the_records_of_then(tmp_path: Path) -> None:
    """The proof of a past day shows what was known then: a change that was not released yet is not in it."""
    repo = Repository(tmp_path / "repo")
    first = repo.commit("first", at=day(1))
    repo.tag("1.0.0", first, at=day(1) + HOUR)
    lake = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    read(lake, repo.path)
    moment = datetime.now(UTC)
    repo.commit("second", at=day(2))
    repo.tag("1.1.0", at=day(2) + HOUR)
    subjects = read(lake, repo.path)
    past = Request(paths=(str(repo.path),), lines="none", as_of=moment)
    proof = prove(lake, past, subjects, metric="change_lead_time", service="repo")
    assert [record.id for record in proof.records] == [first]
    assert proof.shown + sum(part.n for part in proof.left_out) == proof.total == 1
