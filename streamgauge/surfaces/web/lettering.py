"""How much room text takes in a drawing, where no browser measures it: texts are wrapped and cut to fit."""

import unicodedata

from streamgauge.surfaces.harmless import one_line

CUT = "…"
_LETTERS = {
    0.35: " 'ijl", 0.40: ",./:;IJ\\|", 0.45: "-f", 0.50: "!()[]_`rt", 0.55: '"*', 0.60: "?csz", 0.65: "Lx",
    0.70: "0123456789$EFTaekovy", 0.75: "CPSYZbdghnpqu{}", 0.80: "ABKRVX", 0.85: "#+<=>DGHNU^~", 0.90: "&OQ", 0.95: "w",
    1.00: "@M…", 1.05: "%m", 1.15: "W",
}  # fmt: skip
"""Widths, as parts of the size, of the letters of a wide and bold face (DejaVu Sans Bold): most others are narrower."""
_EM = {letter: em for em, letters in _LETTERS.items() for letter in letters}
_SMALL, _CAPITAL, _FULL = 0.80, 1.25, 1.25


def width(text: str, size: float) -> float:
    """Return the width of `text` in bold sans-serif letters of `size`, estimated rather too wide than too narrow."""
    return sum(_em(character) * size for character in text)


def lines(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """Return `text` in at most `most` lines no wider than `room`; what does not fit ends in an ellipsis."""
    whole = " ".join(one_line(text).split())
    found: list[str] = []
    start = end = 0
    while end < len(whole) and len(found) < most:
        start = end + (whole[end] == " ")
        end = start + _end_of_line(whole[start:], room, size)
        found.append(whole[start:end].rstrip())
    if end < len(whole):
        found[-1] = _cut(whole[start:], room, size)
    return tuple(found)


def _end_of_line(text: str, room: float, size: float) -> int:
    """Return where the first line ends: after the last word that fits, or within a word that is too long for any."""
    fits = _fitting(text, room, size)
    if fits == len(text):
        return fits
    space = max(text.rfind(mark, 0, fits + 1) for mark in (" ", "-", "_", "/"))
    if space <= 0:
        return max(1, fits)
    return space if text[space] == " " else min(space + 1, max(1, fits))


def _cut(text: str, room: float, size: float) -> str:
    return text[: max(1, _fitting(text, room - width(CUT, size), size))].rstrip() + CUT


def _fitting(text: str, room: float, size: float) -> int:
    """Return how many characters fit."""
    taken = 0.0
    for place, character in enumerate(text):
        taken += _em(character) * size
        if taken > room:
            return place
    return len(text)


def _em(character: str) -> float:
    if character in _EM:
        return _EM[character]
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _FULL
    return _CAPITAL if character.isupper() else _SMALL
