"""Text that repeats, held as codes: numbers, and beside them the few texts that they stand for."""

import pyarrow as pa


def shaped(table: pa.Table, columns: pa.Schema) -> pa.Table:
    """Return a table in the shape of these columns; text that is held in codes stays so. Raises ValueError."""
    table = table.select(columns.names)
    kept = [_kept(field, given) for field, given in zip(columns, table.schema.types, strict=True)]
    return table.cast(pa.schema(kept))


def spelled_out(table: pa.Table) -> pa.Table:
    """Return a table without codes, for those who do not know them."""
    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def _kept(field: pa.Field, given: pa.DataType) -> pa.Field:
    return field.with_type(given) if pa.types.is_dictionary(given) and given.value_type == field.type else field
