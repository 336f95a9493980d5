"""The glossary has a line for every metric and no other, and every word that a band may bear."""

import re

import pytest

from streamgauge.metrics import METRICS, bands
from tests.contract.listed import words_of

GLOSSARY = words_of("glossary.md")


def test_the_metrics_are_those_of_the_list() -> None:
    assert sorted(re.findall(r"^\| `(\w+)` \|", GLOSSARY, re.MULTILINE)) == sorted(m.name for m in METRICS)


def test_words_of_a_table_stand_in_order_and_once() -> None:
    for part in GLOSSARY.split("\n## ")[1:3]:
        words = [word for word in re.findall(r"^\| ([^|`]+?) \|", part, re.MULTILINE) if word not in {"word", "---"}]
        assert words == sorted(set(words))


@pytest.mark.parametrize("point", bands.FREQUENCY_SCALE)
def test_each_point_of_the_frequency_scale_has_its_words(point: int) -> None:
    assert f"| {point} | {bands.FREQUENCY_SCALE[point]} |" in GLOSSARY


def test_each_cluster_has_its_word() -> None:
    tables = (bands.LEAD_TIME_CLUSTERS, bands.RECOVERY_CLUSTERS, bands.FAIL_RATE_CLUSTERS)
    words = {name for table in tables for edition in table.values() for name, _ in edition} | {bands.INSUFFICIENT}
    assert {word for word in words if f"**{word}**" not in GLOSSARY} == set()
