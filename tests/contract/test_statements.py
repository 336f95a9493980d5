"""Every statement keeps the contract: it is written in words that both engines know."""

import re

import pytest

from streamgauge.lake.dialect import spelled
from streamgauge.metrics import METRICS
from tests.contract.listed import modules

_HEAD = r"(?:(?!\b(?:SELECT|FROM)\b)[^;])*?"
STRANGE = {
    "QUALIFY": re.compile(r"\bQUALIFY\b"),
    "a cast with colons": re.compile(r"::"),
    "a generated series": re.compile(r"\b(generate_series|range)\("),
    "a name of DuckDB alone": re.compile(r"\b(epoch_\w+|list_\w+|strftime|strptime|array_agg|quantile\w*|ILIKE)\b"),
    "the length of a list by DuckDB's name": re.compile(r"\blen\("),
    "a window that adds to a named one": re.compile(r"\bOVER \(\w+ (?:ORDER|ROWS|RANGE)\b"),
    "several lists unrolled in one SELECT": re.compile(rf"SELECT{_HEAD}unnest\({_HEAD}unnest\("),
    "an order by the aggregate of a column that is renamed": re.compile(r"ORDER BY (?:min|max)\("),
}  # fmt: skip


def statements() -> dict[str, str]:
    """Return every statement that stands at the top of a module, by its name."""
    found = {}
    for package in ("streamgauge.facts", "streamgauge.metrics", "streamgauge.answers"):
        for module in modules(package):
            for name, value in vars(module).items():
                if isinstance(value, str) and re.search(r"\bSELECT\b[\s\S]*\bFROM\b", value):
                    found[f"{module.__name__}.{name}"] = value
    return found | {metric.name: metric.sql for metric in METRICS}


@pytest.mark.parametrize("strange", STRANGE)
def test_no_statement_says_what_only_one_engine_knows(strange: str) -> None:
    assert [name for name, sql in statements().items() if STRANGE[strange].search(sql)] == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("x = $name AND y = '$name ''TIMESTAMPTZ'", "x = :name AND y = '$name ''TIMESTAMPTZ'"),
        ("CAST(a AS TIMESTAMPTZ), CAST(NULL AS DOUBLE[])", "CAST(a AS TIMESTAMP_LTZ), CAST(NULL AS ARRAY<DOUBLE>)"),
        ("unnest($lines)", "explode(:lines)"),
        ("0.5, 3.6e9, 1, t.x1", "0.5D, 3.6e9, 1, t.x1"),
        ("string_agg(s.a, $mark ORDER BY s.b)", "string_agg(s.a, :mark) WITHIN GROUP (ORDER BY s.b)"),
        ("max_by(team, f(a, g(b)))", "max_by(team, CASE WHEN team IS NOT NULL THEN f(a, g(b)) END)"),
    ],
)
def test_a_statement_is_spelled_for_spark(said: str, meant: str) -> None:
    assert spelled(said) == meant
