"""Progress on the terminal."""

import io
import sys

import pytest
from rich.console import Console

from streamgauge.progress import Silent
from streamgauge.surfaces.cli.bar import Bar
from streamgauge.surfaces.cli.terminal import watched


def test_nobody_watches_a_pipe() -> None:
    """Progress is silent where stderr is no terminal, even when it is asked for."""
    with watched(None) as progress:
        assert isinstance(progress, Silent)
    with watched(True) as progress:
        progress.step("reading", 1, 2)
        assert isinstance(progress, Silent)


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there is a bar, unless it is unwanted or the terminal is dumb."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with watched(None) as progress:
        assert isinstance(progress, Bar)
    with watched(False) as progress:
        assert isinstance(progress, Silent)
    monkeypatch.setenv("TERM", "dumb")
    with watched(None) as progress:
        assert isinstance(progress, Silent)


def test_steps_are_shown_and_harmless() -> None:
    """Each step has its line, with its numbers; a hostile name cannot write to the terminal."""
    kept = io.StringIO()
    with Bar(Console(file=kept, force_terminal=True, width=100, color_system=None)) as bar:
        bar.step("harbour: commits \x07[red]", 1, None)
        bar.step("harbour: commits \x07[red]", 5, 10)
        bar.step("harbour: lines", 2, 3)
    assert "\x07" not in kept.getvalue()
    assert "harbour: lines" in kept.getvalue()
