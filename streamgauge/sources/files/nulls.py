"""Which texts of a cell stand for nothing."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

USUAL = (
    "",
    "?",
    "-",
    "–",
    "—",
    "NULL",
    "null",
    "Null",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "None",
    "none",
    "nil",
    "NaN",
    "nan",
)
"""Tokens that mean null wherever they are all that a cell holds."""


def emptied(texts: pa.Array, more: Iterable[str] = (), *, usual: Iterable[str] = USUAL) -> pa.Array:
    """Return the texts without blanks at their ends, null where all that is left is a token for nothing.

    Of a column of keys only what is empty is `usual`: there is no telling a key `NA` from nothing.
    """
    bare = pc.utf8_trim_whitespace(texts)
    tokens = pa.array(["", *usual, *(token.strip() for token in more)], bare.type)
    return pc.if_else(pc.is_in(bare, value_set=tokens), pa.scalar(None, bare.type), bare)
