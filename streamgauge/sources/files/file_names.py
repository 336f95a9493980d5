"""Persons in the names of files, folders and sheets: `Export_Jane_Doe.csv` and `jane.doe.csv` name somebody."""

import re
from collections.abc import Iterator

from streamgauge.sources.files import datasets, given_names
from streamgauge.sources.files.people import masked
from streamgauge.sources.files.vocabulary import bare, is_word_of_work
from streamgauge.sources.pseudonym import Pseudonyms

_WORD = re.compile(r"[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ](?:[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]*(?![^\W\d_A-ZÀ-Þ]))")
_BETWEEN = re.compile(r"[ _.-]?")
_TURNED = re.compile(r",[ _]?")
_OTHER_WORDS = """
export import report extract dump backup list data file copy final draft new old all open closed done backlog board
sprint kanban history log audit weekly daily monthly january february march april may june july august september october
november december csv json xlsx xls xml zip table sheet overview summary config bericht auszug daten liste tabelle
übersicht woche monat rapport données informe lista datos dati
jan feb mar apr jun jul aug sep sept oct nov dec week month quarter year day
sale region office package dataset template build run metric figure stat number budget invoice payment
"""
_OTHER = frozenset(bare(word) for word in _OTHER_WORDS.split())


def unnamed(name: str, names: Pseudonyms) -> str:
    """Return the name of a file, folder or sheet as it may be kept: addresses and full names are pseudonyms.

    A full name is a common given name with the family name behind it (or before it, with a comma): both begin with a
    capital, or a point joins them as in a login. The pseudonym is that of the person in the files themselves. A given
    name alone, or one that is not common, is not recognised.
    """
    text = masked(name, names)
    stem = datasets.stem(text)
    pieces, end = [], 0
    for start, stop, person in _persons(stem):
        pieces += [stem[end:start], names.of(person)]
        end = stop
    return "".join(pieces) + stem[end:] + text[len(stem) :]


def _persons(text: str) -> Iterator[tuple[int, int, str]]:
    """Give where each full name stands, and the name with the given one in front."""
    words, number = list(_WORD.finditer(text)), 0
    while number + 1 < len(words):
        first, second = words[number], words[number + 1]
        between = text[first.end() : second.start()]
        given, family = (second, first) if _TURNED.fullmatch(between) else (first, second)
        number += 1
        if _is_person(given[0], family[0], between):
            number += 1
            is_open = given is first and (between == "-" or given_names.is_given(family[0]))
            more = "- _." if is_open else "-"
            while number < len(words) and _goes_on(text[words[number - 1].end() : words[number].end()], more):
                number += 1
            end = words[number - 1].end()
            rest = text[family.start() : end] if given is first else family[0]
            yield first.start(), end, f"{given[0]}{'-' if between == '-' else ' '}{rest}"


def _is_person(given: str, family: str, between: str) -> bool:
    if not (_BETWEEN.fullmatch(between) or _TURNED.fullmatch(between)) or not given_names.is_given(given):
        return False
    if len(family) < 2 or _is_of_work(family):
        return False
    return (given[0].isupper() and family[0].isupper()) or between == "."


def _goes_on(piece: str, marks: str) -> bool:
    """Return whether a mark and a word go on with the name before them, as `-Landrut` behind `Meyer` does."""
    return piece[0] in marks and piece[1:2].isupper() and len(piece) > 2 and not _is_of_work(piece[1:])


def _is_of_work(word: str) -> bool:
    return is_word_of_work(word) or bare(word) in _OTHER or bare(word).removesuffix("s") in _OTHER
