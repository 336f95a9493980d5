"""A company without a file has defaults, and every judgement among them is told."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, fields

import pytest

from streamgauge.company import Company, Thresholds, default
from streamgauge.company.file import schema


def test_the_default_company_has_no_services_and_the_stated_thresholds() -> None:
    """The defaults are those of the definitions."""
    company = default()
    assert (company.name, company.zone, company.services) == (None, "UTC", ())
    kept = company.thresholds
    assert (kept.hotfix_days, kept.revert_days, kept.maturity_days) == (7.0, 7.0, 7.0)
    assert (kept.minimum_n_rate, kept.minimum_n_duration) == (20, 10)
    assert (kept.frequency_window_days, kept.new_service_days, kept.hot_spot_days) == (90, 28, 365)
    assert (kept.shown_releases, kept.lines_budget) == (12, 5000)


def test_a_company_does_not_change() -> None:
    """A loaded company can be shared, and is a key of caches."""
    company = default()
    assert hash(company) == hash(Company())
    with pytest.raises(FrozenInstanceError):
        company.zone = "Europe/Berlin"  # type: ignore[misc]


def test_every_threshold_has_a_sentence_and_every_number_a_unit() -> None:
    """The docs of the thresholds can be made from the schema."""
    described = schema()["$defs"]["Thresholds"]["properties"]
    assert list(described) == [f.name for f in fields(Thresholds)]
    for name, told in described.items():
        assert told["description"].endswith("."), name
        assert "default" in told, name
        assert name == "generated" or told["x-unit"], name


def test_the_default_company_costs_no_heavy_import() -> None:
    """A run without a company file imports neither pydantic nor a YAML parser."""
    heavy = "{'pydantic', 'ruamel.yaml'}"
    code = f"import sys, streamgauge.company as c; c.default(); print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
