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
    wanted = pa.array(sorted({token.strip().lower() for token in tokens}), pa.string())
    is_token = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(column)), value_set=wanted)
    return pc.if_else(is_token, pa.scalar(None, pa.string()), column)
