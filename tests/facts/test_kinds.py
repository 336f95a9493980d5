"""A kind says what several columns say, whatever stands in them, and however many there are."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.facts.kinds import kinds

ROWS = st.lists(
    st.tuples(
        st.none() | st.text(max_size=2),
        st.none() | st.sampled_from(["a", "b"]),
        st.booleans(),
        st.none() | st.integers(0, 40),
    ),
    max_size=20,
)


@pytest.mark.parametrize("most", [7, 2**16 - 1])
@settings(max_examples=30, deadline=None)
@given(rows=ROWS)
def test_a_kind_is_the_list_of_what_the_columns_say(most: int, rows: list[tuple[object, ...]]) -> None:
    texts, codes, flags, numbers = zip(*rows, strict=True) if rows else [()] * 4
    columns = {
        "text": pa.chunked_array([pa.array(texts[:3], pa.string()), pa.array(texts[3:], pa.string())]),
        "code": pa.array(codes, pa.string()).dictionary_encode(),
        "flag": pa.array(flags, pa.bool_()),
        "number": pa.array(numbers, pa.int64()),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamgauge.facts.kinds._MANY", most)
        found = kinds(pa.table(columns), tuple(columns))
    assert [tuple(json.loads(kind)) for kind in found.to_pylist()] == rows
    assert len(found.dictionary) == len(set(rows))
