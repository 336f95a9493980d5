"""Finds what is meant by a name that somebody typed."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def called(said: str, names: Iterable[str]) -> str | None:
    """Return the name that is meant: the one that is written just so, else the first in other capitals; or None."""
    return the_one_called([said], names, lambda name: [name])


def the_one_called(
    said: Sequence[str], things: Iterable[Thing], names: Callable[[Thing], Sequence[str]]
) -> Thing | None:
    """Return the thing of which all `names` are meant, found as `called` finds one; None where there is no such."""
    there = [(list(names(thing)), thing) for thing in things]
    exact = next((thing for words, thing in there if words == list(said)), None)
    alike = (thing for words, thing in there if list(map(_plain, words)) == list(map(_plain, said)))
    return next(alike, None) if exact is None else exact


def _plain(name: str) -> str:
    return name.strip().casefold()
