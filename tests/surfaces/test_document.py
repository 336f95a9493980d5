"""The JSON document and its schema."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from jsonschema import Draft202012Validator

from streamgauge.surfaces.document import ANSWERS, SCHEMAS, document, plain, schema
from tests.surfaces.cli.conftest import HARBOUR, HOSTILE, MEASURES, Failure, hostile, proof_of, report_of


@pytest.mark.parametrize("name", list(ANSWERS))
def test_the_schema_in_the_package_is_that_of_the_answer(name: str) -> None:
    """The schema file follows the dataclass, and is a valid schema."""
    kept = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(kept)
    assert kept == schema(name), "run `make docs`"


@pytest.mark.parametrize("services", [(), (HARBOUR,), (HARBOUR, hostile())])
def test_a_report_fits_its_schema(services: tuple[object, ...]) -> None:
    """Any report is valid, also an empty or a hostile one."""
    made = document(report_of(*services, failures=[Failure(path="a\udcff", error=HOSTILE)]))  # type: ignore[arg-type]
    formats = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema("delivery"), format_checker=formats).validate(json.loads(made))
    assert made.isascii()
    assert not set("\x1b\x7f") & set(made)


def test_a_proof_fits_its_schema() -> None:
    """A proof is valid too."""
    Draft202012Validator(schema("proof")).validate(json.loads(document(proof_of())))


def test_the_keys_that_others_rely_on_are_there() -> None:
    """Keys keep their names: they are a promise."""
    made = json.loads(document(report_of(HARBOUR)))
    service = made["services"][0]
    assert {"service", "release_line", "measures", "series", "releases", "undeployed"} <= set(service)
    assert {"message", "notes", "window", "proxy", "rule"} <= set(service)
    lead = service["measures"][1]
    keys = "metric value unit n low high percentiles band edition null_reason provisional left_out"
    assert set(f"{keys} label asks score band_note caveats better percentile_unit".split()) == set(lead)
    assert set(lead["percentiles"]) == {"p50", "p75", "p85", "p90", "p95"}
    assert lead["left_out"] == [{"reason": "merge commit", "n": 1688}]
    assert set(service["series"][0]) == {"bucket", "metric", "value", "n", "provisional"}
    assert {"name", "at", "commits", "changes", "lead_time_p50_hours", "verdict", "kind", "why"} <= set(
        service["releases"][0]
    )
    assert service["undeployed"] == {"n": 68, "oldest_at": "2025-09-01T08:00:00Z"}
    assert [m["metric"] for m in service["measures"]] == [m.metric for m in MEASURES]


def test_instants_are_utc_with_z_and_numbers_finite() -> None:
    """An instant in another zone becomes UTC; a number that is none becomes null."""
    east = datetime(2025, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert plain({"at": east, "value": float("nan"), "more": (float("inf"), 1.5)}) == {
        "at": "2025-02-28T23:00:00Z",
        "value": None,
        "more": [None, 1.5],
    }


def test_failures_hold_no_secret() -> None:
    """What a tool said of an address with a password is masked."""
    made = document(report_of(failures=[Failure(path="x", error="cannot read https://joe:pw@host/")]))
    assert "joe:pw" not in made


def test_nothing_is_lost() -> None:
    """Every field of the answer is in the document."""
    answer = replace(HARBOUR, as_of=HARBOUR.window.until)
    made = json.loads(document(report_of(answer)))["services"][0]
    assert set(made) == set(answer.__dataclass_fields__)
