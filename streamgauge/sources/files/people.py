"""People in files become pseudonyms, and addresses in any text too, before anything is kept."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files import given_names
from streamgauge.sources.files.columns import Coded
from streamgauge.sources.pseudonym import ADDRESS, Pseudonyms

FIELDS = frozenset(
    {"actor", "assignee", "author", "co_authors", "committer", "owner", "person", "reporter", "respondent"}
    | {"reviewer", "user"}
)
"""Fields of records that hold people."""
_PSEUDONYM = re.compile(r"p-[0-9a-f]{16}")
_LOOKED_AT = 500
_MOSTLY, _KNOWN = 0.7, 0.25


def person(text: str, names: Pseudonyms) -> str:
    """Return the pseudonym of a person; what is one already stays."""
    return text if _PSEUDONYM.fullmatch(text) else names.of(text)


def are_named(values: pa.Array) -> bool:
    """Return whether the values of a column are mostly people: addresses, or full names many of which are common.

    The first distinct values are looked at. A single given name without another is no sign of people.
    """
    texts = [text for text in values.slice(0, _LOOKED_AT).to_pylist() if text]
    addressed = sum(1 for text in texts if "@" in text and ADDRESS.fullmatch(text))
    named = [text for text in texts if given_names.is_full(text)]
    if not texts or addressed + len(named) < _MOSTLY * len(texts):
        return False
    return addressed + sum(map(given_names.is_known, named)) >= _KNOWN * len(texts)


def are_hidden(values: pa.ChunkedArray) -> bool:
    """Return whether there are values, and all are pseudonyms."""
    return len(values) > 0 and bool(pc.all(pc.match_substring_regex(values, f"^{_PSEUDONYM.pattern}$")).as_py())


def masked(text: str, names: Pseudonyms) -> str:
    """Return a text whose addresses are pseudonyms: keys that hold one stay apart from each other."""
    return ADDRESS.sub(lambda found: names.of(found[0]), text) if "@" in text else text


def hidden(column: Coded, names: Pseudonyms, *, personal: bool) -> Coded:
    """Return a column of texts as it may be kept."""
    if personal:
        return column.mapped([person(text, names) for text in column.values.to_pylist()])
    touched = pc.match_substring(column.values, "@")
    if not pc.any(touched).as_py():
        return column
    cleaned = [masked(text, names) for text in column.values.filter(touched).to_pylist()]
    return column.mapped(pc.replace_with_mask(column.values, touched, pa.array(cleaned, pa.string())))


def veiled(texts: pa.Array) -> pa.Array:
    """Return values that were not understood as they may be kept: no letter stays, in case they name somebody."""
    return pc.utf8_slice_codeunits(pc.replace_substring_regex(texts, r"\p{L}", "x"), 0, 60)
