"""The folder of a package is the one that says so itself, and none where it may be several."""

from pathlib import Path

import pytest

from streamgauge.sources.git.packages import folders
from tests.kit import damaged
from tests.kit.repository import Repository

FILES = {
    "package.json": '{"name": "whole"}',
    "packages/core/package.json": '{"name": "@tide/core"}',
    "examples/a/b/package.json": '{"name": "@tide/core"}',
    "crates/net/Cargo.toml": '[package]\nname = "tide_net"\n',
    "py/web/pyproject.toml": '[project]\nname = "Tide.Web"\n',
    "py/old/pyproject.toml": '[tool.poetry]\nname = "tide-old"\n',
    "php/composer.json": '{"name": "tide/php"}',
    "app/pubspec.yaml": "name: tide_app # ours\n",
    "cmd/quay/go.mod": "module example.org/tide/cmd/quay/v2\n",
    "elsewhere/package.json": '{"name": "cmd/quay"}',
    "docs/index.md": "# Docs\n",
    "twice/a/package.json": '{"name": "both"}',
    "twice/b/package.json": '{"name": "both"}',
    "odd/a/package.json": '{"name": ["no", "name"]}',
    "odd/b/package.json": "{" * 100_000,
    "odd/c/Cargo.toml": "[package\n",
    "odd/d/package.json": '{"name": "large"}' + " " * (1 << 18),
    "odd/e/package.json": b'{"name": "\xff"}',
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("packages") / "repo")
    made.commit(files=FILES)
    return made


@pytest.mark.parametrize(
    ("package", "folder"),
    [
        ("@tide/core", "packages/core"),
        ("core", "packages/core"),
        ("tide-net", "crates/net"),
        ("tide_web", "py/web"),
        ("tide-old", "py/old"),
        ("tide/php", "php"),
        ("tide_app", "app"),
        ("cmd/quay", "cmd/quay"),
        ("docs", "docs"),
        ("both", None),
        ("whole", None),
        ("nobody", None),
        ("large", None),
        ("@other/core", None),
    ],
)
def test_a_package_is_where_its_manifest_or_path_is(repo: Repository, package: str, folder: str | None) -> None:
    assert folders(str(repo.path), {package: ["HEAD"]}) == ({package: (folder,)} if folder else {})


def test_a_package_that_moved_has_both_folders(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    name = '{"name": "tide"}'
    before = repo.commit(files={"lib/tide/package.json": name})
    repo.commit(files={"lib/tide/package.json": None, "packages/tide/package.json": name})
    assert folders(str(repo.path), {"tide": ["HEAD", before], "none": []}) == {"tide": ("packages/tide", "lib/tide")}


def test_what_a_clone_misses_names_nothing(tmp_path: Path) -> None:
    path = damaged.missing_blob(tmp_path / "repo")
    assert folders(str(path), {"nobody": ["HEAD"]}) == {}
