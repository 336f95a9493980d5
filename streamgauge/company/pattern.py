"""Patterns of tag names: regular expressions that fit the whole name and cannot run away."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from streamgauge.company.ambiguity import is_explosive
from streamgauge.company.law import shortened
from streamgauge.errors import BadOption

LONGEST = 200
"""The most characters that a pattern may have."""


def problem(text: str) -> str | None:
    r"""Return what is wrong with a pattern of tag names, with the position, or null."""
    if not text or len(text) > LONGEST:
        return f"{shortened(text)} has {len(text)} characters. Allowed: a regular expression of 1 to {LONGEST}."
    try:
        _compiled(text)
        with _quiet():
            explosive = is_explosive(text)
    except re.error as error:
        where = "" if error.pos is None else f" at position {error.pos + 1}"
        return f"{shortened(text)} is no regular expression: {error.msg}{where}."
    except (OverflowError, RecursionError, ValueError):
        return f"{shortened(text)} is no regular expression: it is nested too deeply or repeats too often."
    if explosive:
        return (
            f"{shortened(text)} can take for ever on some tag names: a repeated part can be read in several ways. "
            "Allowed: repeats with something fixed between them, such as v?\\d+(\\.\\d+)+."
        )
    return None


def tags_pattern(text: str) -> re.Pattern[str]:
    """Return the compiled pattern, to be used with `fullmatch`; raises BadOption where `problem` finds one."""
    wrong = problem(text)
    if wrong is not None:
        raise BadOption(f"The pattern of tags {wrong}", advice="It has to match the whole name of a tag.")
    return _compiled(text)


def _compiled(text: str) -> re.Pattern[str]:
    with _quiet():
        return re.compile(text)


@contextmanager
def _quiet() -> Iterator[None]:
    # `re` warns of what a later version may read in another way; that is no news to the reader of a report.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
