"""Yes and no in the words of the usual languages."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

YES = ("true", "t", "yes", "y", "1", "1.0", "on", "x", "ja", "j", "wahr", "oui", "o", "vrai", "sí", "si", "s",
       "verdadero", "sim", "verdadeiro", "vero", "tak", "waar", "✓", "✔")  # fmt: skip
NO = ("false", "f", "no", "n", "0", "0.0", "off", "nein", "falsch", "non", "faux", "falso", "não", "nao", "nie",
      "nee", "onwaar", "✗", "✘")  # fmt: skip


def read(column: pa.ChunkedArray) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """Return the booleans of a column, null where there is none, and which values are neither yes nor no."""
    if pa.types.is_boolean(column.type):
        return column.combine_chunks(), np.zeros(len(column), bool)
    words = pc.utf8_lower(column.cast(pa.string()).combine_chunks())
    yes, no = (pc.is_in(words, value_set=pa.array(known)) for known in (YES, NO))
    strange = pc.and_(words.is_valid(), pc.invert(pc.or_(yes, no)))
    return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_())), np.asarray(strange)
