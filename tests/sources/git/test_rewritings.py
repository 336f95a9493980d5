"""Code churn is what git's own blame says of the replaced lines, and T3.2 comes out as the definitions say."""

import random
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from streamgauge.company import globs
from streamgauge.sources.git.rewritings import IsGenerated, fetch
from tests.kit.repository import Repository, day
from tests.sources.git.reading import NOW

YOUNG = 21 * 86400


def read(repo: Repository, since: datetime | None = None, days: float = 21) -> dict[str, tuple[int, int]]:
    """Return by commit how many lines it changed, and how many of these were young."""
    generated = IsGenerated(globs.regular_expression(("*.lock",), anywhere=True))
    found = fetch(str(repo.path), repository="r", recorded_at=NOW, days=days, since=since, generated=generated)
    return {row.id: (row.changed_lines, row.rewritten_lines) for row in found}


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_t3_2_thirty_of_two_hundred_changed_lines_were_young(tmp_path: Path) -> None:
    """T3.2: 200 lines changed, 30 of them replace lines younger than 21 days: 15 %."""
    repo = Repository(tmp_path / "repo")
    old, young = [f"old {n}" for n in range(300)], [f"young {n}" for n in range(30)]
    repo.commit(files={"a": text(old)}, at=day(0))
    repo.commit(files={"a": text(old + young)}, at=day(40))
    new = [f"new {n}" for n in range(170)]
    last = repo.commit(files={"a": text(new + old[170:] + [f"{line}!" for line in young])}, at=day(50))
    assert read(repo)[last] == (200, 30)
    assert read(repo, days=9)[last] == (200, 0)


def test_what_git_blames_is_what_is_counted(tmp_path: Path) -> None:
    """Random edits of several files, with renames, removals and lines that look like differences."""
    draws = random.Random(5)
    repo = Repository(tmp_path / "repo")
    odd = ("@@ -1 +1 @@", "--- a/x", "+++ b/x", "diff --git a/x b/x", "\\ No newline at end of file", "rename to y")
    files: dict[str, list[str]] = {}
    made: list[str] = []
    for n in range(25):
        changed: dict[str | bytes, str | None] = {}
        name = draws.choice(["a", "b c", "d/é", "e.lock"])
        if name == "b c" and name in files and draws.random() < 0.3:
            changed[name], name = None, "moved"
            files[name] = files.pop("b c")
        lines = files.setdefault(name, [])
        for _ in range(draws.randint(1, 4)):
            place, gone = draws.randint(0, len(lines)), draws.randint(0, 3)
            lines[place : place + gone] = [
                f"{draws.choice(odd)} {n} {draws.random()}" for _ in range(draws.randint(0, 4))
            ]
        changed[name] = text(lines)
        made.append(repo.commit(files=changed, at=day(n * 3.5)))
    found = read(repo)
    assert list(found) == made
    for before, commit in pairwise(made):
        assert found[commit] == _blamed(repo, before, commit), commit


def _blamed(repo: Repository, before: str, commit: str) -> tuple[int, int]:
    """Return the same from `git diff` and `git blame`, file by file."""
    changed = young = 0
    at = int(repo.text("log", "-1", "--format=%ct", commit))
    patch = repo.text("-c", "core.quotePath=false", "diff", "-U0", "-M", before, commit)
    name, side = "", "old"
    for line in patch.split("\n"):
        if line.startswith(("--- a/", "+++ b/")):
            name, side = (line[6:].rstrip("\t") if line[0] == "-" or side == "new" else name), "old"
        elif line == "--- /dev/null":
            side = "new"
        hunk = re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@(?: .*)?", line)
        if hunk is None or name.endswith(".lock"):
            continue
        start, gone, come = int(hunk[1]), int(hunk[2] or 1), int(hunk[3] or 1)
        changed += max(gone, come)
        if gone:
            told = repo.text("blame", "--porcelain", f"-L{start},+{gone}", before, "--", name)
            times: dict[str, int] = {}
            for part in re.finditer(r"^(\w{40}) .*|^committer-time (\d+)", told, re.MULTILINE):
                if part[1]:
                    current = part[1]
                    young += at - times[current] < YOUNG if current in times else 0
                else:
                    times[current] = int(part[2])
                    young += at - times[current] < YOUNG
    return changed, young


def test_a_merge_counts_as_one_change_and_the_window_begins_late(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "repo")
    first = repo.commit(files={"a": "1\n2\n3\n"}, at=day(0))
    side = repo.commit(files={"a": "1\nzwei\n3\n"}, at=day(1))
    repo.switch("main", at=first)
    merge = repo.commit("Merge", files={"a": "1\nzwei\n3\n"}, parents=[first, side], at=day(2))
    last = repo.commit(files={"a": "1\nzwo\n3\n"}, at=day(60))
    assert read(repo) == {first: (3, 0), merge: (1, 1), last: (1, 0)}
    assert list(read(repo, since=datetime.fromtimestamp(day(50), UTC))) == [last]


@pytest.mark.parametrize("setting", ["diff.noprefix=true", "log.showRoot=false", "diff.context=9"])
def test_the_repositorys_own_settings_change_nothing(tmp_path: Path, setting: str) -> None:
    repo = Repository(tmp_path / "repo")
    repo.commit(files={"a": "1\n2\n"}, at=day(0))
    repo.commit(files={"a": "1\ntwo\n"}, at=day(1))
    before = read(repo)
    repo.text("config", *setting.split("="))
    assert read(repo) == before
