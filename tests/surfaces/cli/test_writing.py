"""Answers in files."""

import os
from pathlib import Path

import pytest

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli import writing


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure half-way leaves the former file and nothing beside it."""
    target = tmp_path / "report.json"
    writing.write("first", str(target))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space") as told:
        writing.write("second", str(target))
    assert told.value.filename == str(target)
    assert target.read_text(encoding="utf-8") == "first"
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_new_file_is_readable_as_others_are(tmp_path: Path) -> None:
    """A file gets the permissions of the user's mask, a replaced one keeps its own; a link stays a link."""
    mask = os.umask(0o022)
    try:
        writing.write("x", str(tmp_path / "new"))
    finally:
        os.umask(mask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o644
    (tmp_path / "new").chmod(0o600)
    (tmp_path / "link").symlink_to("new")
    writing.write("y", str(tmp_path / "link"))
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new").read_text(encoding="utf-8") == "y"


def test_a_place_that_cannot_be_is_refused_early(tmp_path: Path) -> None:
    """A folder, or a file in a folder that is not there, is an error before the work."""
    for target in (str(tmp_path), str(tmp_path / "none" / "x"), ""):
        with pytest.raises(BadOption):
            writing.check("--out", target)
    for fine in (None, "-", str(tmp_path / "x"), "/dev/null"):
        writing.check("--out", fine)


def test_a_device_is_written_to(tmp_path: Path) -> None:
    """What is no ordinary file is not replaced."""
    writing.write("x", "/dev/null")
    assert not Path("/dev/null").is_file()
    if Path("/dev/full").exists():
        with pytest.raises(OSError, match="No space"):
            writing.write("x", "/dev/full")


def test_any_text_can_be_written(tmp_path: Path) -> None:
    """A lone surrogate, which a file name can hold, is written out."""
    writing.write("a\udcffb", str(tmp_path / "x"))
    assert (tmp_path / "x").read_text(encoding="utf-8") == r"a\udcffb"


def test_a_place_in_which_no_file_can_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("tempfile.mkstemp", gone)
    with pytest.raises(BadOption, match="No file can be made in"):
        writing.write("x", str(tmp_path / "page.html"))
