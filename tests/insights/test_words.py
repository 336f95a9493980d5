"""Findings name amounts as a reader says them."""

import pytest

from streamgauge.insights.words import hours


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 minutes"),
        (1 / 60, "1 minute"),
        (0.5, "30 minutes"),
        (1, "1.0 hours"),
        (47.9, "47.9 hours"),
        (48, "2.0 days"),
        (24 * 99.94, "99.9 days"),
        (24 * 99.96, "100 days"),
        (24 * 173, "173 days"),
        (24 * 1234.5, "1,234 days"),
    ],
)
def test_spans(value: float, said: str) -> None:
    assert hours(value) == said
