"""Words that stand for nothing become null, in any case and with space around them."""

import pyarrow as pa

from streamgauge.sources.files.tokens import without

VALUES = ["?", " n/a ", "N/A", "", "  ", "New", None, "-", "a-b"]


def test_tokens_become_null_and_nothing_else_does() -> None:
    found = without(pa.chunked_array([VALUES, ["?"]]), ["?", "n/A", "", "-"])
    assert found.to_pylist() == [None, None, None, None, None, "New", None, None, "a-b", None]


def test_without_tokens_a_column_stays_as_it_is() -> None:
    assert without(pa.array(VALUES), []).to_pylist() == VALUES
    assert without(pa.array([], pa.string()), ["?"]).to_pylist() == []
    assert without(pa.array([1, 2]), ["1"]).to_pylist() == [1, 2]
