"""What a careless question must not do to the facts."""

from pathlib import Path

from streamgauge.answers.delivery import deliver
from streamgauge.answers.request import Request
from streamgauge.answers.soundness import unsound
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.progress import Silent
from streamgauge.sync import sync
from tests.kit.repository import DAY, HOUR, Repository, day


def released(path: Path) -> Repository:
    """Return a repository with five releases of one commit each."""
    repo = Repository(path)
    for number in range(5):
        repo.commit(at=day(number))
        repo.tag(f"v1.{number}.0", at=day(number) + HOUR)
    return repo


def test_a_pattern_given_twice_is_one_release_line(tmp_path: Path) -> None:
    """The same --releases twice doubles nothing, and leaves a sound lake."""
    repo = released(tmp_path / "repo")
    lake = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    request = Request(paths=(str(repo.path),), releases=("v1.*", "v1.*"), lines="none")
    (found,) = deliver(lake, request, sync(lake, request, Silent())).services
    assert len(found.releases) == 5
    assert next(m.n for m in found.measures if m.metric == "change_lead_time") == 5
    assert unsound(lake) == []


def test_an_absurd_tag_date_is_left_out_and_counted(tmp_path: Path) -> None:
    """A tag dated decades before its own commit is no release of that day."""
    repo = released(tmp_path / "repo")
    repo.tag("v2.0.0", repo.commit("last", at=day(9)), at=day(9) - 54 * 365 * DAY)
    lake = Lake.open(str(tmp_path / "lake"), create=True, facts=FACTS)
    request = Request(paths=(str(repo.path),), lines="none")
    (found,) = deliver(lake, request, sync(lake, request, Silent())).services
    assert len(found.releases) == 5
    frequency = next(m for m in found.measures if m.metric == "deployment_frequency")
    assert [(part.reason, part.n) for part in frequency.left_out] == [
        ("dated more than a year before its own commit", 1)
    ]
