"""Patterns of tag names are compiled, short, and cannot run away."""

import pytest

from streamgauge.company import pattern
from streamgauge.errors import BadOption


def test_a_good_pattern_matches_whole_names() -> None:
    """The compiled pattern is the reader's, to be matched against a whole name."""
    tags = pattern.tags_pattern(r"v?\d+(\.\d+)+")
    assert tags.fullmatch("v1.2.3")
    assert not tags.fullmatch("v1.2.3-rc1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v(", "at position 2"),
        ("*", "nothing to repeat at position 1"),
        ("", "0 characters"),
        ("x" * 201, "201 characters"),
        ("(a+)+", "for ever"),
        ("a{99999999999999999999}", "repeats too often"),
        ("(" * 99 + ")" * 98, "at position 1"),
    ],
)
def test_a_bad_pattern_says_why(text: str, words: str) -> None:
    """The error says what is wrong and where."""
    assert words in str(pattern.problem(text))
    with pytest.raises(BadOption):
        pattern.tags_pattern(text)


def test_a_pattern_with_an_uncertain_future_is_taken_as_it_is() -> None:
    """What Python only warns of is no mistake."""
    assert pattern.problem("[[a]x") is None
