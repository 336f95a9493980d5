"""The Makefile lists its targets from its own comments, and takes paths as they are."""

import re
import shutil
import subprocess
from importlib.util import cache_from_source
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TARGETS = ("setup", "report", "demo", "test", "docs", "format", "bench", "lock", "clean", "help")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def made(*words: str) -> str:
    """Return what `make WORDS` prints."""
    return subprocess.run(
        ["make", "--no-print-directory", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def test_help_lists_every_target_with_its_words() -> None:
    assert set(re.findall(r"^  make (\S+) +\S", made("help"), re.MULTILINE)) == set(TARGETS)


def test_make_alone_shows_the_help() -> None:
    assert made() == made("help")


def test_a_path_with_spaces_stays_one_path() -> None:
    line = next(line for line in made("-n", "report", "REPO=my clones/it's here").splitlines() if " report " in line)
    assert '"$REPO"' in line
    assert "my clones" not in line


@pytest.mark.parametrize("script", [".ci/environment", ".ci/run"])
def test_scripts_are_well_formed_and_may_be_run(script: str) -> None:
    shell = (ROOT / script).read_text("utf-8").splitlines()[0].rsplit("/", 1)[-1].split()[-1]
    subprocess.run([shell, "-n", script], cwd=ROOT, check=True)
    assert (ROOT / script).stat().st_mode & 0o111


def test_the_code_is_compiled_when_the_environment_is_made() -> None:
    """Where Python keeps no compiled modules each command would compile all of them, for half of its time."""
    assert '"$venv/bin/python" -m compileall -q streamgauge' in (ROOT / ".ci/environment").read_text("utf-8")
    assert Path(cache_from_source(str(ROOT / "streamgauge/__init__.py"))).exists()
