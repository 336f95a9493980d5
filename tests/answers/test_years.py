"""Two years are compared by their single changes, never by their months."""

from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from streamgauge.answers.service_delivery import ServiceDelivery
from tests.answers.test_delivery import NOW, service
from tests.kit.repository import HOUR, Repository, day

LATEST = (datetime(2023, 6, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC))
FORMER = (datetime(2022, 6, 1, tzinfo=UTC), LATEST[0])


def uneven(path: Path) -> tuple[Path, list[tuple[datetime, float]]]:
    """Return a repository with uneven months, and for each change when it was released and after how many hours."""
    repo, shipped = Repository(path), []
    for month in range(-30, 5):
        changes = 1 + (month * 5) % 7
        start = day(30 * month + 1)
        for number in range(changes):
            repo.commit(at=start + number * HOUR)
        wait = 20 + (month * 13) % 50
        tagged = start + wait * HOUR
        repo.tag(f"v1.{month + 31}.0", at=tagged)
        at = datetime.fromtimestamp(tagged, UTC)
        shipped += [(at, float(wait - number)) for number in range(changes)]
    return repo.path, shipped


def expected(shipped: list[tuple[datetime, float]], since: datetime, until: datetime) -> list[float]:
    return sorted(hours for at, hours in shipped if since <= at < until)


def test_each_year_is_the_median_of_its_changes(tmp_path: Path) -> None:
    path, shipped = uneven(tmp_path / "repo")
    found = service(path).years
    for year, (since, until) in zip(found, (LATEST, FORMER), strict=True):
        hours = expected(shipped, since, until)
        assert (year.since, year.until, year.n, year.value) == (since, until, len(hours), median(hours))
        assert year.low is not None
        assert year.high is not None
        assert hours[0] <= year.low <= year.value <= year.high <= hours[-1]


def test_a_year_that_the_window_cuts_is_not_there(tmp_path: Path) -> None:
    path, shipped = uneven(tmp_path / "repo")
    cut: ServiceDelivery = service(path, since=datetime(2022, 9, 1, tzinfo=UTC))
    assert [(y.since, y.n) for y in cut.years] == [(LATEST[0], len(expected(shipped, *LATEST)))]
    assert service(path, since=datetime(2024, 1, 1, tzinfo=UTC)).years == ()
    assert LATEST[1] < NOW
