"""References become records of branches and releases."""

from pathlib import Path

from streamgauge.records import Branch, Release, schema
from streamgauge.sources.git import references
from streamgauge.sources.git.repository import Repository as Opened
from tests.kit import histories, places
from tests.sources.git.reading import NOW


def test_branches_and_head_are_records(tmp_path: Path) -> None:
    repo = histories.branchy(tmp_path / "repo")
    found = references.branches(Opened(str(repo.path)).state(), repository="r", recorded_at=NOW)
    assert found.schema == schema(Branch)
    rows = {row["id"]: row for row in found.to_pylist()}
    assert rows["HEAD"]["target"] == "refs/heads/main"
    assert rows["HEAD"]["commit"] == rows["refs/heads/main"]["commit"] == repo.head()
    assert len(rows) == 5


def test_tags_are_releases_by_their_short_name(tmp_path: Path) -> None:
    found = references.releases(
        Opened(str(histories.monorepo(tmp_path / "repo").path)).state(), repository="r", recorded_at=NOW
    )
    assert found.schema == schema(Release)
    names = found["id"].to_pylist()
    assert {"@scope/core@1.0.0", "web-v2.0.0", "cli/v0.1.0"} <= set(names)
    assert set(found["annotated"].to_pylist()) == {True}


def test_an_empty_repository_has_no_records(tmp_path: Path) -> None:
    state = Opened(str(places.empty(tmp_path / "repo"))).state()
    assert references.branches(state, repository="r", recorded_at=NOW).num_rows == 0
    assert references.releases(state, repository="r", recorded_at=NOW).num_rows == 0
