"""The terminal: how wide it is, which characters it knows, whether anyone watches."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from streamgauge.progress import Progress, Silent
from streamgauge.surfaces.cli.sparkline import ASCII_BARS, BARS

if TYPE_CHECKING:
    from rich.console import Console

    from streamgauge.surfaces.cli.sheet import Sheet

PAGE_WIDTH = 100
_TYPOGRAPHY = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "·": "|", "→": "->", "≥": ">=", "≤": "<=", "×": "x", "’": "'", "‘": "'"}
    | {"“": '"', "”": '"', "•": "*", "✓": "ok", "✗": "x", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True)
class Glyphs:
    """The characters that may be used."""

    unicode: bool

    @property
    def bars(self) -> str:
        """The bars of a sparkline, from zero to the largest."""
        return BARS if self.unicode else ASCII_BARS

    def text(self, text: str) -> str:
        """Return `text` in characters that can be shown; what has no near match is written out."""
        return text if self.unicode else text.translate(_TYPOGRAPHY).encode("ascii", "backslashreplace").decode("ascii")


def prepare_streams() -> None:
    """Make stdout and stderr write out what their encoding lacks, where they would raise."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - a closed stream takes everything
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def glyphs(stream: TextIO | None = None) -> Glyphs:
    """Return the characters that `stream` (stdout by default) can take."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return Glyphs(unicode=encoding.lower().replace("-", "").replace("_", "").startswith("utf"))


def console(*, no_color: bool = False) -> "Console":
    """Return a console on stdout: colours only on a terminal that wants them, nothing in the text interpreted."""
    from streamgauge.surfaces.cli.sheet import Screen

    return Screen(no_color=no_color or None, highlight=False, markup=False, emoji=False, soft_wrap=False)


def page() -> tuple["Console", io.StringIO]:
    """Return a console without colours or styles, and the text that collects what is printed on it."""
    from rich.console import Console

    kept = io.StringIO()
    plain = Console(file=kept, width=PAGE_WIDTH, color_system=None, highlight=False, markup=False, emoji=False)
    return plain, kept


def sheet(*, no_color: bool = False) -> "Sheet":
    """Return a page on stdout."""
    from streamgauge.surfaces.cli.sheet import Sheet

    return Sheet(console(no_color=no_color), glyphs())


def print_json(value: Any) -> None:
    """Write a value to stdout as JSON."""
    from streamgauge.surfaces.document import plain, text

    sys.stdout.write(text(plain(value)))


@contextmanager
def watched(wanted: bool | None) -> Iterator[Progress]:
    """Give progress that is shown on stderr where that is a terminal and it is not unwanted; silent elsewhere."""
    if wanted is False or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Silent()
        return
    from streamgauge.surfaces.cli.bar import Bar

    with Bar() as bar:
        yield bar
