"""Looking into many texts at once finds what a look into each of them finds."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.sources.git import texts

TEXTS = st.lists(st.text("ab@\n-:yü", max_size=12), max_size=8)


@given(parts=st.lists(st.binary(max_size=6).map(lambda part: part.replace(b"\0", b"")), min_size=1, max_size=9))
def test_parts_stand_between_the_separators(parts: list[bytes]) -> None:
    content = b"\0".join(parts)
    found = texts.split(content, texts.places(content, b"\0")).to_pylist()
    assert found[::2] == parts
    assert set(found[1::2]) <= {b"\0"}


@given(given=TEXTS, skipped=st.integers(0, 3))
def test_spans_are_those_of_the_texts_even_in_a_slice(given: list[str], skipped: int) -> None:
    content, starts = texts.spans(pa.array(given, pa.string()).slice(skipped))
    wanted = [text.encode() for text in given[skipped:]]
    assert [content[a:b] for a, b in pairwise(starts)] == wanted
    assert texts.joined(content, starts).to_pylist() == given[skipped:]


@given(given=TEXTS, mark=st.sampled_from(["@", "-", "ab", "\n", "ü", "aa"]))
def test_a_mark_is_found_in_each_text_that_holds_it(given: list[str], mark: str) -> None:
    content, starts = texts.spans(pa.array(given, pa.string()))
    inside = [n for n, text in enumerate(given) if mark in text]
    assert set(inside) <= set(texts.holding(mark.encode(), content, starts).tolist())
    places = [at for at in range(len(content)) if content.startswith(mark.encode(), at)]
    assert texts.find(content, mark.encode()).tolist() == places


def test_bytes_of_another_encoding_are_read_as_western_and_null_stays_null() -> None:
    assert texts.strings(pa.array([b"gr\xfc\xdfe", None, "grüße".encode()])).to_pylist() == ["grüße", None, "grüße"]


@pytest.mark.parametrize("lengths", [[], [0], [2, 0, 1]])
def test_lists_have_the_lengths_asked_for(lengths: list[int]) -> None:
    made = texts.lists(np.array(lengths, np.int64), pa.array(range(sum(lengths)), pa.int64())).to_pylist()
    assert [len(one) for one in made] == lengths
    assert [value for one in made for value in one] == list(range(sum(lengths)))
