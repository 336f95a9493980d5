"""Tag names are read as the versions that people mean by them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.facts.version import parse

SHAPES = [
    ("v1.2.3", "", (1, 2, 3), False),
    ("1.2", "", (1, 2), False),
    ("release-1.2.3", "", (1, 2, 3), False),
    ("release/1.2.3", "", (1, 2, 3), False),
    ("rel/3.3", "", (3, 3), False),
    ("REL_14_2", "", (14, 2), False),
    ("curl-8_1_0", "curl", (8, 1, 0), False),
    ("@scope/pkg@1.2.3", "@scope/pkg", (1, 2, 3), False),
    ("pkg/v1.2.3", "pkg", (1, 2, 3), False),
    ("pkg-v1.2.3", "pkg", (1, 2, 3), False),
    ("jenkins-2.345", "jenkins", (2, 345), False),
    ("go1.21.3", "go", (1, 21, 3), False),
    ("n4.4", "n", (4, 4), False),
    ("swift-5.1-RELEASE", "swift", (5, 1), False),
    ("5.4.0.Final", "", (5, 4, 0), False),
    ("3.2.0.RELEASE", "", (3, 2, 0), False),
    ("1.0rc1", "", (1, 0), True),
    ("1.0-rc.1", "", (1, 0), True),
    ("2.0.0-next.3", "", (2, 0, 0), True),
    ("20230101", "", (20230101,), False),
    ("2023.1.0", "", (2023, 1, 0), False),
    ("v3", "", (3,), False),
    ("v1.2.3+build5", "", (1, 2, 3), False),
    ("llvmorg-17.0.1", "llvmorg", (17, 0, 1), False),
    ("python3-lib-1.2.3", "python3-lib", (1, 2, 3), False),
    ("base64-0.13.0", "base64", (0, 13, 0), False),
    ("sha2-0.10.1-rc.1", "sha2", (0, 10, 1), True),
    ("1.2.3-alpha.1+x", "", (1, 2, 3), True),
    ("v6.6-rc1", "", (6, 6), True),
    ("4.0.0b1", "", (4, 0, 0), True),
    ("1.0.0.dev1", "", (1, 0, 0), True),
    ("1.0.post1", "", (1, 0), False),
    ("1.2.3-SNAPSHOT", "", (1, 2, 3), True),
    ("v1.0.0-canary.1234567", "", (1, 0, 0), True),
    ("v2.0.0-anything.else", "", (2, 0, 0), True),
    ("2024-01-15", "", (20240115,), False),
    ("release-2024-01-15-2", "", (20240115, 2), False),
    ("VER-2-13-2", "", (2, 13, 2), False),
    ("OpenSSL_1_1_1w", "OpenSSL", (1, 1, 1, 23), False),
    ("nightly-2024-01-01", "nightly", (20240101,), True),
    ("RELEASE.2024-01-15T05-22-38Z", "", (20240115, 52238), False),
    ("deploy/20240115T0522Z", "deploy", (20240115, 52200), False),
    ("deploy-20240115052238", "deploy", (20240115052238,), False),
    ("deploy-20240115", "deploy", (20240115,), False),
    ("2024_01_15_05_22", "", (20240115, 52200), False),
    ("2024w03", "", (2024, 3), False),
    ("2024-Q3", "", (2024, 3), False),
    ("portal-2024.q1.5-ga1", "portal", (2024, 1, 5), False),
    ("2012H2", "", (2012, 2), False),
    ("20240115-3f2a1b9", "", (20240115,), False),
    ("prod-20240115.052238-3f2a1b9", "prod", (20240115, 52238), False),
    ("1.2.3-3f2a1b9", "", (1, 2, 3), True),
    ("v1.2-5-g3f2a1b9", "", (1, 2), True),
    ("1.2.3+3f2a1b9", "", (1, 2, 3), False),
    ("release-20240115b", "", (20240115,), True),
    ("20240115a", "", (20240115,), True),
    ("hotfix-1.2.4", "", (1, 2, 4), False),
    ("hotfix/app-1.2.4", "app", (1, 2, 4), False),
    ("ios-1.2.3(456)", "ios", (1, 2, 3), False),
    ("1.0-HF2", "", (1, 0), False),
    ("1.0pl3", "", (1, 0), False),
    ("2024c", "", (2024, 3), False),
    ("v.1.2", "", (1, 2), False),
    ("lib2to3-1.0", "lib2to3", (1, 0), False),
    ("app-9.4.31.v20240115", "app", (9, 4, 31), False),
    ("1.2.10-temp.0", "", (1, 2, 10), True),
    ("1.2.0-incubating", "", (1, 2, 0), False),
    ("1.2.0-rc1-ee", "", (1, 2, 0), True),
    ("rc-1.2.0", "rc", (1, 2, 0), True),
    ("app-beta/1.2.0", "app-beta", (1, 2, 0), True),
    ("staging/v1.2.0", "staging", (1, 2, 0), True),
    ("v1.2.0-staging", "", (1, 2, 0), True),
    ("v1.2.0-prod", "", (1, 2, 0), False),
    ("qa-1.2.0", "qa", (1, 2, 0), True),
    ("prod/v1.2.0", "prod", (1, 2, 0), False),
    ("app-test/1.2.0", "app-test", (1, 2, 0), False),
    ("debian/1%2.3.4-1", "debian", (2, 3, 4), False),
    ("debian/2.9.2+dfsg-1_bpo9+1", "debian", (2, 9, 2), False),
    ("debian/1.0_rc1-1", "debian", (1, 0), True),
    ("ubuntu/1.2-0ubuntu1.3", "ubuntu", (1, 2), False),
    ("v0.99.7d", "", (0, 99, 7), False),
    ("openssl-1.0.2u", "openssl", (1, 0, 2), False),
    ("1.0.1ubuntu2.24", "", (1, 0, 1), False),
    ("1.3_rc1ubuntu1", "", (1, 3), True),
    ("v2.14.el7", "", (2, 14), False),
    ("1.1_exp14", "", (1, 1), True),
    ("rel/commons-io-2.11.0", "commons-io", (2, 11, 0), False),
    ("Release/web@1.2", "web", (1, 2), False),
    ("releases/v1.2", "", (1, 2), False),
    ("app-1.2.3-358.6.el8", "app", (1, 2, 3), False),
    ("ubuntu/22.1-14-g2e17a0d6-0ubuntu1_21.10.1", "ubuntu", (22, 1), False),
    ("ubuntu/25.3_2g890873f5-0ubuntu1", "ubuntu", (25, 3), False),
    ("debian/1.2-3-g1c795b90-1deb10", "debian", (1, 2), False),
    ("ubuntu/0.7.7_bzr1154-0ubuntu1", "ubuntu", (0, 7, 7), False),
    ("debian/1.2_git20200101.1234abc-1", "debian", (1, 2), False),
    ("debian/1.2_rc1_svn345-1.1", "debian", (1, 2), True),
    ("libgit2-1.2-3", "libgit2", (1, 2), False),
]


@pytest.mark.parametrize(("tag", "base", "numbers", "is_pre"), SHAPES, ids=[s[0] for s in SHAPES])
def test_a_tag_is_read_as_people_mean_it(tag: str, base: str, numbers: tuple[int, ...], is_pre: bool) -> None:
    found = parse(tag)
    assert found is not None
    assert (found.base, found.numbers, found.is_pre, found.is_counter) == (base, numbers, is_pre, False)


@pytest.mark.parametrize(
    "tag", ["latest", "stable", "", "v", "1.2.x", "1.2x", "lib-3d", "v1.2.3-4-gabcdef", "1." + "1" * 15, "1" * 201]
)
def test_a_name_without_a_version_is_none(tag: str) -> None:
    assert parse(tag) is None


@pytest.mark.parametrize("tag", ["builds/12", "release-candidate-5", "vim9", "nov2022"])
def test_a_word_and_one_number_is_a_counter(tag: str) -> None:
    found = parse(tag)
    assert found is not None
    assert found.is_counter


def test_a_word_and_a_hash_tell_no_number() -> None:
    found, numbered = parse("deploy-3f2a1b9"), parse("build-17-3f2a1b9")
    assert found is not None
    assert (found.base, found.numbers, found.is_counter) == ("deploy", (), True)
    assert numbered is not None
    assert (numbered.base, numbered.numbers, numbered.is_counter) == ("build", (17,), True)
    assert parse("3f2a1b9c") is None
    word = parse("app-facade2")
    assert word is not None
    assert (word.base, word.numbers) == ("app-facade", (2,))


def test_the_series_is_major_and_minor() -> None:
    found = parse("v1.2.3")
    assert found is not None
    assert found.series == "1.2"


HOSTILE = (
    "a" + "1" * 199,
    ("_" + "1" * 12) * 15,
    "1." * 100,
    "-1" * 100,
    "a1-" * 66,
    "1_1" + "1" * 150 + "!",
    "v1.2-" + "a." * 90,
    "1-1" + ".el1" * 45 + "!",
    "1.1" + "-1ubuntu1" * 20 + "!",
    "2024-01-01T01" * 14 + "!",
)


@pytest.mark.parametrize("tag", HOSTILE)
def test_a_hostile_name_is_read_quickly(tag: str) -> None:
    start = time.perf_counter()
    parse(tag)
    assert time.perf_counter() - start < 0.2


@given(st.text(max_size=220))
def test_no_name_is_too_odd(tag: str) -> None:
    found = parse(tag)
    assert found is None or found.numbers
