"""Words that stand for nothing, such as `?` and `N/A`, made null."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc


def without(column: pa.ChunkedArray | pa.Array, tokens: Iterable[str]) -> pa.ChunkedArray | pa.Array:
    """Return a column of text with null wherever a value, without space around it and in any case, is a token.

    An empty token stands for cells that are empty or blank. Columns of other types come back as they are.
    """
    if not pa.types.is_string(column.type):
        return column
    wanted = pa.array(sorted({token.strip().casefold() for token in tokens}), pa.string())
    distinct = column.dictionary_encode() if len(column) else column
    if not len(column) or len(wanted) == 0:
        return column
    chunks = distinct.chunks if isinstance(distinct, pa.ChunkedArray) else [distinct]
    made = [_replaced(chunk, wanted) for chunk in chunks]
    return pa.chunked_array(made, pa.string()) if isinstance(column, pa.ChunkedArray) else made[0]


def _replaced(chunk: pa.DictionaryArray, wanted: pa.Array) -> pa.Array:
    """Return the values of one chunk; each distinct one is looked at once."""
    folded = pa.array([value.strip().casefold() for value in chunk.dictionary.to_pylist()], pa.string())
    kept = pc.if_else(pc.is_in(folded, value_set=wanted), pa.scalar(None, pa.string()), chunk.dictionary)
    return kept.take(chunk.indices)
