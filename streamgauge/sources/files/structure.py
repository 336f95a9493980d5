"""Finds where the rows of a block of delimited text begin and end, from its quotes and line ends alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from streamgauge.sources.files.dialect import Dialect

_NEW_LINE, _RETURN = 10, 13
Places = npt.NDArray[np.int64]
Signs = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The rows of a block: it is cut at `cut`, and `lines` physical lines lie before that.

    `starts` are the lines (from 0) at which its rows begin, null where each line is a row; `is_split` says whether some
    quoted value holds a line end. Where `starts` is null, `line_by_line` tells which lines are empty.
    """

    cut: int
    lines: int
    starts: Places | None
    is_split: bool

    def begins(self, line: int, rows: int) -> Places:
        """Return the physical lines at which the rows begin, when the block begins at `line`."""
        return line + (np.arange(rows, dtype=np.int64) if self.starts is None else self.starts)


def structure_of(block: bytes, dialect: Dialect) -> Structure | None:
    """Return the structure of a block up to its last whole row; null where its quotes are not those of a clean file.

    Clean means: each quote that opens follows a separator, a line end or a quote; each that closes precedes one. Then
    counting them tells what is inside of quotes. Whoever returns null here has the block read with care instead.
    """
    if b"\0" in block or (dialect.escape and dialect.escape.encode() in block):
        return None
    quote = dialect.quote.encode()
    if len(quote) > 1 or len(dialect.delimiter.encode()) > 1:
        return None
    if quote and quote in block:
        return _quoted(block, quote[0], ord(dialect.delimiter))
    if _has_lone_returns(block):
        return line_by_line(block)
    lines = int(np.count_nonzero(np.frombuffer(block, np.uint8) == _NEW_LINE))
    return Structure(cut=block.rfind(b"\n") + 1, lines=lines, starts=None, is_split=False)


def _has_lone_returns(block: bytes) -> bool:
    return b"\r" in block and block.count(b"\r") != block.count(b"\r\n")


def line_by_line(block: bytes | memoryview) -> Structure:
    """Return the structure of a block without quotes, empty lines told apart from rows."""
    signs = np.frombuffer(block, np.uint8)
    ends = line_ends(signs)
    cut = int(ends[-1]) if len(ends) else 0
    return Structure(cut=cut, lines=len(ends), starts=_filled(signs, ends, np.arange(len(ends))), is_split=False)


def line_ends(signs: Signs) -> Places:
    """Return the places after each line end: a new line, or a return that no new line follows.

    A return at the very end does not count yet, for a new line may follow it in the next block.
    """
    return np.flatnonzero(_ends(signs)) + 1


def _ends(signs: Signs) -> Mask:
    """Return which signs end a line."""
    ends: Mask = signs == _NEW_LINE
    returns = np.flatnonzero(signs[:-1] == _RETURN)
    ends[returns[signs[returns + 1] != _NEW_LINE]] = True
    return ends


def _filled(signs: Signs, ends: Places, starts: Places) -> Places:
    """Return the lines at which rows begin: `starts`, without those that are empty. `ends` are after each line."""
    begins = np.concatenate([[0], ends[:-1]])[starts] if len(ends) else starts
    first = signs[begins]
    found: Places = starts[(first != _NEW_LINE) & (first != _RETURN)]
    return found


def _quoted(block: bytes, quote: int, delimiter: int) -> Structure | None:
    signs = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(signs == quote)
    ends = line_ends(signs) if _has_lone_returns(block) else np.flatnonzero(signs == _NEW_LINE) + 1
    inside = (np.searchsorted(quotes, ends) & 1).astype(np.bool_)
    lines = int(np.flatnonzero(~inside)[-1:].sum()) + 1 if len(ends) and not inside.all() else 0
    cut = int(ends[lines - 1]) if lines else 0
    if not _is_clean(signs, quotes[: np.searchsorted(quotes, cut)], delimiter):
        return None
    inside, ends = inside[:lines], ends[:lines]
    if not inside.any():
        return Structure(cut=cut, lines=lines, starts=None, is_split=False)
    starts = np.flatnonzero(np.concatenate([[True], ~inside[:-1]]))
    return Structure(cut=cut, lines=lines, starts=_filled(signs, ends, starts), is_split=True)


def _is_clean(signs: Signs, quotes: Places, delimiter: int) -> bool:
    """Return whether each opening quote follows, and each closing one precedes, what bounds a value."""
    if not len(quotes):
        return True
    bounds = np.zeros(256, np.bool_)
    bounds[[int(signs[quotes[0]]), delimiter, _NEW_LINE, _RETURN]] = True
    before, after = quotes[::2] - 1, quotes[1::2] + 1
    if before[0] < 0:
        before = before[1:]
    is_clean = bounds[signs[before]].all() and bounds[signs.take(after, mode="clip")].all()
    return bool(is_clean)
