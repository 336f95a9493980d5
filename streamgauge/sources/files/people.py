"""People in files become pseudonyms, and addresses in any text too, before anything is kept."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.columns import Coded
from streamgauge.sources.pseudonym import ADDRESS, Pseudonyms

FIELDS = frozenset(
    {"actor", "assignee", "author", "co_authors", "committer", "owner", "person", "reporter", "respondent"}
    | {"reviewer", "user"}
)
"""Fields of records that hold people."""
_PSEUDONYM = re.compile(r"p-[0-9a-f]{16}")


def person(text: str, names: Pseudonyms) -> str:
    """Return the pseudonym of a person; what is one already stays."""
    return text if _PSEUDONYM.fullmatch(text) else names.of(text)


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
