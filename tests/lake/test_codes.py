"""Text in codes is the same text, as given, as kept, and as spelled out."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from streamgauge.lake.codes import shaped, spelled_out
from tests.lake.rows import SHIPPED, day, lake_at

LINES = pa.array(["aa", None, "bb", "aa"])


def coded(column):
    return pa.chunked_array([column[:2].dictionary_encode(), column[2:].dictionary_encode()])


def test_a_table_takes_its_shape_and_text_stays_in_codes():
    columns = pa.schema([pa.field("n", pa.int64()), pa.field("name", pa.string())])
    found = shaped(pa.table({"name": coded(LINES), "n": pa.array([1, 2, 3, 4], pa.int32()), "more": LINES}), columns)
    assert found.column_names == ["n", "name"]
    assert pa.types.is_dictionary(found["name"].type)
    assert found["n"].type == pa.int64()
    assert spelled_out(found).equals(pa.table({"n": [1, 2, 3, 4], "name": LINES}, schema=columns))


def test_codes_of_something_else_are_cast():
    columns = pa.schema([pa.field("n", pa.int64())])
    numbers = pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int32()), pa.array([7, 8], pa.int32()))
    assert shaped(pa.table({"n": numbers}), columns).to_pydict() == {"n": [8, 7]}
    with pytest.raises(ValueError, match="Failed to parse"):
        shaped(pa.table({"n": coded(LINES)}), columns)


@pytest.mark.parametrize("is_there", [False, True])
def test_facts_in_codes_are_kept_as_text(tmp_path, is_there):
    lake, text = lake_at(tmp_path), pa.array(["aa", "aa", "aa"])
    rows = {"line_id": text, "change": pa.array(["x", None, "y"]), "deployed_at": pa.array([day(0)] * 3)}
    codes = pa.table({name: column.dictionary_encode() for name, column in rows.items()})
    with lake.writing() as writer:
        if is_there:
            writer.replace_facts("shipped", ["aa"], pa.table(rows).slice(0, 1))
        writer.replace_facts("shipped", ["aa"], codes)
        writer.append_facts("shipped", codes)
        writer.publish({})
    with lake.view() as view:
        shown = view.query("SELECT line_id, change, deployed_at FROM shipped ORDER BY change")
    assert shown["change"].to_pylist() == [None, None, "x", "x", "y", "y"]
    stored = pa.schema(DeltaTable(str(tmp_path / "facts" / "shipped")).schema())
    assert [stored.field(name).type for name in SHIPPED.names] == SHIPPED.types
