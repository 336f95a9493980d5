"""Regular expressions that can run away are told from those that only look like it."""

import pytest

from streamgauge.company.ambiguity import is_explosive


@pytest.mark.parametrize(
    "expression",
    [
        r"v?\d+(\.\d+)+",
        r"(\d+[a-z]+)+",
        r"([a-z]+-)*v\d+(\.\d+){1,3}",
        r"(?:[\w-]+/)?v\d+.*",
        r"v[^/]+(/[^/]+)*",
        r"(\S+@)?\d+(\.\d+){2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?",
        r"(?i)(rc|beta)?\d*(?!x)(?P<a>\W)(?P=a)(?(a)b|c)",
        r".*-.*",
        r"(a++)b",
        "jenkins-\\d+\\.\\d+(\\.\\d+)?",
        "(é|x)*",
        "",
    ],
)
def test_an_expression_that_reads_a_text_in_one_way_is_fine(expression: str) -> None:
    """Repeats with something fixed between them are no danger, nested or not."""
    assert not is_explosive(expression)


@pytest.mark.parametrize(
    "expression",
    [
        r"(a+)+",
        r"(a*)*b",
        r"(\d+\.\d+)+",
        r"(\w+-?)*",
        r"v(\d+\.?)+",
        r"(?:a|b|ab)*",
        r"(x+x+)+y",
        r"([^a]+[^b]+)+",
        r"(\D|[^é])+(\d|\w\s?)*",
        r"(a{1,100}){1,100}",
        ".*.*.*.*",
        ".*" * 100,
        "(" + ".*|" * 60 + "a)*",
    ],
)
def test_an_expression_that_reads_a_text_in_many_ways_is_found(expression: str) -> None:
    """Repeats that can share one text take exponential time, or time to a high power."""
    assert is_explosive(expression)
