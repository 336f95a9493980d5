"""Text from tools is harmless and holds no secrets when it is shown."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.surfaces.harmless import cell, masked, one_line, safe


@given(st.text(st.characters(exclude_categories=[])))
def test_no_control_character_comes_through(text: str) -> None:
    """Whatever a tool says, no control, direction or surrogate character reaches the terminal."""
    shown = safe(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\n\t\u200c\u200d"]
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: https://joe:pass@host/x", "fatal: https://***@host/x"),
        ("https://u:p@ss@host/x", "https://***@host/x"),
        ("https://u:a/b@host/x", "https://***@host/x"),
        ("https://only-a-token@host/x", "https://***@host/x"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=***"),
        ("s3://b/p?X-Amz-Signature=abc&x=1", "s3://b/p?X-Amz-Signature=***&x=1"),
        ("found ghp_0123456789abcdef", "found ***"),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    """Passwords in addresses and things that look like tokens do not come through."""
    assert masked(text) == shown


@pytest.mark.parametrize("text", ["ssh://git@host/x", "http://localhost:9000/b@v2", "v2.0 of harbour", "a@example.org"])
def test_what_is_no_secret_stays(text: str) -> None:
    """Ordinary addresses and text are shown as they are."""
    assert safe(text) == text


@pytest.mark.parametrize("piece", ["a-a.", "token", "https://", "://a:b:c:", "authorization:", "bearer "])
def test_long_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """No pattern runs away."""
    start = time.perf_counter()
    safe(piece * 20_000)
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " =", "\n-", "＝"])
def test_a_cell_of_our_own_csv_is_never_a_formula(sign: str) -> None:
    shown = cell(f"{sign}cmd|' /c calc'!A1")
    assert shown.startswith("'")
    assert "cmd|" in shown


@pytest.mark.parametrize("text", ["", "plain", "-5", "+3.25", "-1,5", "1e-5", "a=b", "x-y", "a@b"])
def test_a_cell_that_is_no_formula_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_cell_holds_no_control_characters() -> None:
    assert cell("a\x1b[31mb\x00") == "a\\x1b[31mb\\x00"
