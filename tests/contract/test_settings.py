"""Every setting and every threshold keeps the contract: its default, what is allowed, and a sentence on its page."""

from dataclasses import fields

import pytest

from streamgauge.company import Thresholds
from streamgauge.company.file import schema
from streamgauge.settings import SETTINGS, Setting
from tests.contract.listed import words_of

THRESHOLDS = schema()["$defs"]["Thresholds"]["properties"]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_named_for_us_and_stands_on_its_page(setting: Setting) -> None:
    assert setting.name.startswith("STREAMGAUGE_")
    assert f"| `{setting.name}` | {setting.type} | {setting.default} | {setting.docs} |" in words_of("settings.md")


@pytest.mark.parametrize("name", [field.name for field in fields(Thresholds)])
def test_a_threshold_has_a_default_and_words_and_stands_on_its_page(name: str) -> None:
    assert "default" in THRESHOLDS[name]
    assert THRESHOLDS[name]["description"]
    assert f"| `{name}` |" in words_of("settings.md")
