"""Changed files and lines are what git counts, whatever the paths are called."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from streamgauge.errors import BrokenRepository
from streamgauge.records import Diffstat, schema
from streamgauge.sources.git import lines
from streamgauge.sources.git.texts import decoded as text
from tests.kit import damaged, histories, hostile, places
from tests.kit.repository import Repository
from tests.sources.git.reading import NOW


def fetch(repo: Repository, *, has_lines: bool = True) -> dict[str, list[dict[str, Any]]]:
    """Return the changed files of every commit, by subject."""
    wanted = repo.text("rev-list", "--no-merges", "--reverse", "--all").splitlines()
    tables = list(lines.fetch(str(repo.path), wanted, repository="r", recorded_at=NOW, has_lines=has_lines))
    rows = [row for table in tables for row in table.to_pylist()]
    assert all(table.schema == schema(Diffstat) for table in tables)
    assert [row["id"] for row in rows] == wanted
    assert {row["has_lines"] for row in rows} == {has_lines}
    return {repo.text("log", "-1", "--format=%s %h", row["id"]): row["files"] for row in rows}


def one(found: dict[str, list[dict[str, Any]]], subject: str) -> list[tuple[Any, ...]]:
    (files,) = [files for name, files in found.items() if name.rpartition(" ")[0] == subject]
    return [tuple(f.values()) for f in files]


@pytest.mark.parametrize(
    "make",
    [hostile.files_of_all_kinds, hostile.signs, histories.branchy, histories.two_roots],
    ids=lambda f: f.__name__,
)
def test_each_commit_has_the_files_and_lines_that_git_counts(make: Any, tmp_path: Path) -> None:
    repo = make(tmp_path / "repo")
    for name, files in fetch(repo).items():
        sha = name.rpartition(" ")[2]
        said = repo.git("show", "-z", "--format=", "--numstat", "--no-renames", sha).split(b"\0")
        paths = {text(token.split(b"\t", 2)[2]) for token in said if token}
        assert {p for f in files for p in (f["path"], f["renamed_from"]) if p} == paths


class TestKinds:
    """Each kind of change."""

    @pytest.fixture
    def found(self, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
        return fetch(hostile.files_of_all_kinds(tmp_path / "repo"))

    def test_a_plain_rename_counts_no_line(self, found: Any) -> None:
        assert one(found, "Rename") == [("renamed.txt", "a.txt", 0, 0)]

    def test_a_changed_rename_counts_its_changed_lines(self, found: Any) -> None:
        assert one(found, "Rename and change") == [("other/{c}.txt", "dir/c.txt", 0, 1)]

    def test_a_binary_file_has_no_lines(self, found: Any) -> None:
        assert one(found, "Binary") == [("b.bin", None, None, None)]

    def test_a_submodule_is_one_line(self, found: Any) -> None:
        assert ("module", None, 1, 1) in one(found, "Submodule moves")

    def test_an_empty_commit_has_no_files(self, found: Any) -> None:
        assert one(found, "Nothing") == []

    def test_the_first_commit_adds_all_its_files(self, found: Any) -> None:
        assert len(one(found, "Add")) == 4
        assert ("empty", None, 0, 0) in one(found, "Add")


def test_names_alone_have_the_same_paths_and_no_lines(tmp_path: Path) -> None:
    for make in (hostile.files_of_all_kinds, hostile.signs):
        repo = make(tmp_path / make.__name__)
        counted, named = fetch(repo), fetch(repo, has_lines=False)
        plain = {n: [(f["path"], f["renamed_from"]) for f in files] for n, files in counted.items()}
        assert {n: [(f["path"], f["renamed_from"]) for f in files] for n, files in named.items()} == plain
        assert {f["added"] for files in named.values() for f in files} == {None}


def test_names_need_no_contents_and_lines_do(tmp_path: Path) -> None:
    path = damaged.missing_blob(tmp_path / "repo")
    repo = Repository.__new__(Repository)
    repo.path = path
    assert len(fetch(repo, has_lines=False)) == 14
    with pytest.raises(BrokenRepository):
        fetch(repo)


def test_names_of_what_moved_need_no_contents(tmp_path: Path) -> None:
    """Where contents are missing git cannot tell that a changed file has moved: both paths are named."""
    source = Repository(tmp_path / "source")
    text = "".join(f"line {n}\n" for n in range(50))
    source.commit("Add", files={"a/one.txt": text})
    moved = source.commit("Move", files={"a/one.txt": None, "b/two.txt": f"{text}more\n"})
    repo = Repository.__new__(Repository)
    repo.path = places.without_contents(source, tmp_path / "repo")
    found = fetch(repo, has_lines=False)
    assert [(f["path"], f["renamed_from"]) for f in found[f"Move {moved[:7]}"]] == [
        ("a/one.txt", None),
        ("b/two.txt", None),
    ]


def test_what_misses_no_content_is_given_before_what_does_is_told(tmp_path: Path) -> None:
    repo = Repository.__new__(Repository)
    repo.path = damaged.missing_blob(tmp_path / "repo")
    wanted = repo.text("rev-list", "HEAD").splitlines()
    tables: list[pa.Table] = []
    with pytest.raises(BrokenRepository):
        tables.extend(lines.fetch(str(repo.path), wanted, repository="r", recorded_at=NOW))
    assert [row for table in tables for row in table["id"].to_pylist()] == [*wanted[:5], *wanted[7:]]


def test_where_all_contents_are_missing_it_is_not_asked_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repository.__new__(Repository)
    repo.path = places.partial(tmp_path / "repo")
    wanted = repo.text("rev-list", "--no-merges", "HEAD").splitlines()
    monkeypatch.setattr(lines, "_MOST_FAULTS", 2)
    faults: list[BrokenRepository] = []
    assert list(lines._readable(str(repo.path), wanted, True, faults)) == []
    assert len(faults) == 3 < len(wanted)


def test_ranges_come_in_the_order_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_LONGEST_RANGE", 3)
    fetch(histories.linear(tmp_path / "repo"))


def test_a_merge_has_no_files_of_its_own(tmp_path: Path) -> None:
    repo = histories.branchy(tmp_path / "repo")
    merge = repo.text("rev-list", "--merges", "-1", "HEAD")
    (table,) = lines.fetch(str(repo.path), [merge], repository="r", recorded_at=NOW)
    assert table["files"].to_pylist() == [[]]


def test_hashes_of_64_digits_are_read(tmp_path: Path) -> None:
    repo = Repository.__new__(Repository)
    repo.path = places.sha256(tmp_path / "repo")
    for has_lines in (True, False):
        assert all(len(files) == 1 for files in fetch(repo, has_lines=has_lines).values())


def test_no_commits_give_no_rows(tmp_path: Path) -> None:
    repo = histories.linear(tmp_path / "repo")
    assert list(lines.fetch(str(repo.path), [], repository="r", recorded_at=NOW)) == []


@pytest.mark.parametrize("has_lines", [True, False])
def test_paths_that_look_like_counts_and_hashes_are_paths(has_lines: bool, tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    names = ["1\t2\t", "-\t-\t", "0" * 40, "3\t4\tx", "\t", "a\t", "R100", "last"]
    body = "".join(f"line {n}\n" for n in range(40))
    repo.commit("Add", files={names[0]: body, "other": "x\n"})
    moves = list(pairwise(names))
    for number, (old, new) in enumerate(moves):
        repo.commit(f"Move {number}", files={old: None, new: body, "other": f"{number}\n"})
    found = fetch(repo, has_lines=has_lines)
    none, one_line = (0, 1) if has_lines else (None, None)
    for number, (old, new) in enumerate(moves):
        wanted = {(new, old, none, none), ("other", None, one_line, one_line)}
        assert set(one(found, f"Move {number}")) == wanted


def test_ranges_are_all_commits_in_order_and_one_core_needs_few() -> None:
    commits = [str(n) for n in range(25_000)]
    for side_by_side in (1, 2, 4):
        ranges = lines._ranges(commits, side_by_side)
        assert [commit for part in ranges for commit in part] == commits
        assert max(map(len, ranges)) <= 10_000
    assert len(lines._ranges(commits, 1)) == 3
    assert [len(part) for part in lines._ranges(commits[:1000], 2)] == [250] * 4
