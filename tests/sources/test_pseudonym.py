"""Pseudonyms are stable under one key and tell nothing; machines are known by their marks; addresses are found."""

import time

import pytest

from streamgauge.sources.pseudonym import ADDRESS, Pseudonyms, is_bot

KEY = b"k" * 32


def test_one_address_has_one_pseudonym_whatever_its_case_and_blanks() -> None:
    names = Pseudonyms(KEY)
    assert names.of("Ann@Example.org ") == names.of("ann@example.org") == Pseudonyms(KEY).of("ann@example.org")


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(KEY).of("ann@example.org") != Pseudonyms(b"x" * 32).of("ann@example.org")


def test_a_pseudonym_has_a_fixed_shape_even_for_nobody_and_half_a_character() -> None:
    for address in ("", "ann@example.org", "\ud800@x", "x" * 10_000):
        name = Pseudonyms(KEY).of(address)
        assert len(name) == 18
        assert name.startswith("p-")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate-bot", "x@example.org"),
        ("Someone", "release-bot@example.org"),
        ("pre-commit-ci", ""),
        ("GitHub Actions", "github-actions@github.com"),
        ("Hosted Weblate", "hosted@weblate.org"),
    ],
)
def test_machines_are_known(name: str, address: str) -> None:
    assert is_bot(name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ann Abbott", "abbott@example.org"),
        ("Bothilde", "bothilde@example.org"),
        ("Cy", "cy@snyk.io"),
        ("Di", "di@codecov.io"),
        ("", ""),
    ],
)
def test_people_are_no_machines_even_if_their_firm_makes_some(name: str, address: str) -> None:
    assert not is_bot(name, address)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask joe@example.org.", "ask *."),
        ("o'brien+x=y@a.b-c.de", "*"),
        ("user@[127.0.0.1]", "*"),
        ('"joe doe"@example.org', "*"),
        ("ünï@exämple.org", "*"),
        ("<joe@host>", "<*>"),
        ("release @scope/pkg@1.2.3", "release @scope/pkg@1.2.3"),
        ("use actions/checkout@v4", "use actions/checkout@v4"),
        ("@mention and a @ b", "@mention and a @ b"),
    ],
)
def test_addresses_are_masked_and_versions_are_not(text: str, masked: str) -> None:
    assert ADDRESS.sub("*", text) == masked


@pytest.mark.parametrize("text", ["x" * 500_000 + " @", "a@b." * 100_000, "<" + "a" * 500_000 + "@", "a." * 250_000])
def test_a_hostile_text_is_searched_in_linear_time(text: str) -> None:
    start = time.perf_counter()
    ADDRESS.sub("*", text)
    assert time.perf_counter() - start < 5
