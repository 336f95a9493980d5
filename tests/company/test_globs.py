"""File patterns become one regular expression that Python and DuckDB read alike."""

import re

import duckdb
import pytest

from streamgauge.company import globs
from streamgauge.company.model import GENERATED

CASES = [
    ("vendor/**", True, "vendor/a/b.go", True),
    ("vendor/**", True, "api/vendor/b.go", True),
    ("vendor/**", True, "myvendor/b.go", False),
    ("/vendor/**", True, "api/vendor/b.go", False),
    ("*.min.js", True, "a/b.min.js", True),
    ("*.min.js", True, "a/b.js", False),
    ("go.sum", True, "tools/go.sum", True),
    ("go.sum", True, "tools/goxsum", False),
    ("services/api", False, "services/api/main.go", True),
    ("services/api/", False, "services/api/main.go", True),
    ("services/api", False, "services/api2/main.go", False),
    ("services/api", False, "old/services/api/main.go", False),
    ("*.py", False, "a/b.py", False),
    ("src/**/test?.py", False, "src/test1.py", True),
    ("src/**/test?.py", False, "src/a/b/test1.py", True),
    ("**", False, "any/thing", True),
    ("pages/[id].tsx", False, "pages/[id].tsx", True),
    ("a b#c&d", False, "a b#c&d", True),
    ("vendor/**", True, "new\nline/vendor/x", True),
]


@pytest.mark.parametrize(("glob", "anywhere", "path", "holds"), CASES)
def test_a_pattern_matches_whole_paths(glob: str, anywhere: bool, path: str, holds: bool) -> None:
    """A folder stands for all in it, and a name is never matched in part."""
    expression = globs.regular_expression([glob], anywhere=anywhere)
    assert bool(re.fullmatch(expression, path)) is holds
    assert duckdb.execute("SELECT regexp_full_match(?, ?)", [path, expression]).fetchone() == (holds,)


def test_no_pattern_matches_nothing() -> None:
    """An empty list leaves every file in."""
    assert not re.fullmatch(globs.regular_expression([], anywhere=True), "")
    assert not re.fullmatch(globs.regular_expression([], anywhere=True), "a")


def test_the_default_patterns_are_good() -> None:
    """Every default pattern passes the check, and together they know lock files and vendored code."""
    assert [glob for glob in GENERATED if globs.problem(glob)] == []
    expression = globs.regular_expression(GENERATED, anywhere=True)
    for path in (
        "package-lock.json",
        "web/yarn.lock",
        "Cargo.lock",
        "x/node_modules/a/b.js",
        "api/v1/a.pb.go",
        "a.svg",
    ):
        assert re.fullmatch(expression, path), path
    for path in ("src/main.py", "package.json", "distribution/a.py"):
        assert not re.fullmatch(expression, path), path


@pytest.mark.parametrize("glob", ["", "/", " ", "a/../b", "a\\b", "*.{js,ts}", "!a", "a\nb", "x" * 301])
def test_a_bad_pattern_is_refused(glob: str) -> None:
    """What cannot be meant says what is allowed."""
    assert "Allowed" in str(globs.problem(glob))
