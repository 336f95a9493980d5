"""Every kind of record keeps the contract: a table, words for each field, and a column for each value."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from docs import words
from streamgauge.records import KINDS, Record, schema
from tests.contract.listed import defined, words_of

SHARED = {field.name for field in msgspec.structs.fields(Record)}
BY_TYPE: dict[pa.DataType, Any] = {
    pa.string(): "ü",
    pa.int64(): -3,
    pa.float64(): 0.5,
    pa.bool_(): True,
    pa.timestamp("us", tz="UTC"): datetime(2026, 3, 28, 8, 0, 0, 1, tzinfo=UTC),
}


def sample(kind: pa.DataType) -> Any:
    """Return a value of an Arrow type."""
    if pa.types.is_list(kind):
        return [sample(kind.value_type)]
    if pa.types.is_struct(kind):
        return {field.name: sample(field.type) for field in kind}
    return BY_TYPE[kind]


def test_every_record_kind_in_the_folder_is_on_the_list() -> None:
    kinds = defined("streamgauge.records", lambda thing: isinstance(thing, type) and issubclass(thing, Record))
    assert {k for k in kinds if k is not Record} == set(KINDS)


def test_tables_are_named_once() -> None:
    assert len({kind.table for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestRecord:
    """What each kind keeps."""

    def test_its_table_is_a_plain_word(self, kind: type[Record]) -> None:
        assert kind.table.isidentifier()
        assert kind.table == kind.table.lower()

    def test_it_says_what_its_id_is(self, kind: type[Record]) -> None:
        assert "`id` is" in words.doc(kind) or "the id" in words.doc(kind)

    def test_each_of_its_fields_has_words(self, kind: type[Record]) -> None:
        own = {field.name for field in msgspec.structs.fields(kind)} - SHARED
        assert own == set(words.field_words(kind))

    def test_a_value_for_each_field_survives_arrow(self, kind: type[Record]) -> None:
        row = {field.name: sample(field.type) for field in schema(kind)}
        written = pa.Table.from_pylist([row], schema=schema(kind)).to_pylist()[0]
        record = msgspec.convert(written, kind)
        assert msgspec.to_builtins(record, builtin_types=(datetime,)) == row

    def test_fields_that_may_be_null_are_null_in_arrow(self, kind: type[Record]) -> None:
        row = {field.name: sample(field.type) for field in schema(kind)}
        free = [f.name for f in msgspec.structs.fields(kind) if type(None) in getattr(f.type, "__args__", ())]
        written = pa.Table.from_pylist([row | dict.fromkeys(free)], schema=schema(kind)).to_pylist()[0]
        assert [getattr(msgspec.convert(written, kind), name) for name in free] == [None] * len(free)

    def test_its_page_tells_of_it(self, kind: type[Record]) -> None:
        page = words_of("records.md")
        assert f"## {kind.__name__}\n" in page
        assert f"Table `{kind.table}`" in page
