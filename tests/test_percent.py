"""Shares as percentages."""

import pytest

from streamgauge.percent import percent


@pytest.mark.parametrize(
    ("share", "digits", "said"), [(0.85, 0, "85 %"), (0.1234, 1, "12.3 %"), (0.0, 0, "0 %"), (1.0, 1, "100.0 %")]
)
def test_a_share_is_written_with_its_sign_apart(share: float, digits: int, said: str) -> None:
    assert percent(share, digits) == said
