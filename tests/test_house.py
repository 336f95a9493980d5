"""The house rules that a reader would remark on twice: names, sizes, words, and what may lie in the tree."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EMPTY_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home/(?!someone)\w+|Users/(?!someone)\w+|opt/\w+)/"),
    "an open end": re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b"),
    "a package registry": re.compile(
        r"(pypi|pythonhosted|registry\.npmjs|mirrors?)\.(org|com|io)|--index-url|--find-links"
    ),
    "a test that is switched off": re.compile(r"@?pytest\.(mark\.)?skip\b(?!if)"),
}
FUNCTION_LINES, FILE_LINES = 50, 450


def short(path: Path) -> str:
    """Return a file's path from the top of the project."""
    return path.relative_to(ROOT).as_posix()


def project_files() -> list[Path]:
    """Return the files of the project: what git tracks, and what is new and not ignored; without git, all not made."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        made = re.compile(r"(^|/)(\.(?!ci/|git\w|editorconfig)|__pycache__/|htmlcov/|dist/|build/|report\.html$)")
        return sorted(path for path in ROOT.rglob("*") if path.is_file() and not made.search(short(path)))
    return sorted(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


FILES = project_files()
PYTHON = [path for path in FILES if path.suffix == ".py"]


def text_of(path: Path) -> str:
    """Return the text of a file; empty for a binary one."""
    raw = path.read_bytes()
    return "" if b"\0" in raw[:8000] else raw.decode("utf-8", "replace")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give the name and the lines of body, without the docstring, of each function of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            yield (
                f"{short(path)}:{node.lineno} {node.name}",
                (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0,
            )


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds_what_does_not_belong_in_it(what: str) -> None:
    files = [path for path in FILES if path.suffix != ".lock" and path != Path(__file__)]
    numbered = ((path, n, line) for path in files for n, line in enumerate(text_of(path).splitlines(), 1))
    found = [f"{short(path)}:{n}: {line.strip()[:120]}" for path, n, line in numbered if FORBIDDEN[what].search(line)]
    assert found == []


def test_locks_name_versions_and_hashes_only() -> None:
    locks = [path for path in FILES if path.suffix == ".lock"]
    lines = {line.split(" ;")[0].rstrip(" \\") for path in locks for line in path.read_text("utf-8").splitlines()}
    pattern = re.compile(r"    --hash=sha256:[0-9a-f]{64}|[\w.\-]+(\[[\w,\-]+\])?==[\w.+!]+")
    assert sorted(line for line in lines if line and not pattern.fullmatch(line)) == []


def test_no_file_is_named_for_nothing() -> None:
    assert [short(path) for path in PYTHON if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES] == []


def test_files_are_short() -> None:
    long = {short(path): n for path in PYTHON if (n := len(path.read_text("utf-8").splitlines())) > FILE_LINES}
    assert long == {}


def test_functions_are_short() -> None:
    long = {name: lines for path in PYTHON for name, lines in functions(path) if lines > FUNCTION_LINES}
    assert long == {}


def test_every_module_opens_with_a_sentence() -> None:
    silent = [short(p) for p in PYTHON if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def test_files_named_alike_lie_in_folders_named_alike() -> None:
    """A test of `streamgauge/lake/view.py` is found under `tests/lake/`."""
    folders = {p.name for p in (ROOT / "streamgauge").rglob("*") if p.is_dir()}
    known = folders | {"tests", "contract", "docs", "end_to_end", "kit", "oracle", "real", "bench"}
    assert {p.parent.name for p in PYTHON if p.name.startswith("test_")} - known == set()
