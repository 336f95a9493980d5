"""Every worked example about flow comes out of the command line, from the files of a company made by hand."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.command import here
from tests.kit import works

DAY = 24.0
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Give what asks a command about one value stream of the company."""
    place = tmp_path_factory.mktemp("works")
    items, moves, company = works.write(place)
    for file, kind in ((items, "Item"), (moves, "Transition")):
        ran = here("import", file, "--as", kind, "--dataset", "works", "--lake", place / "lake")
        assert ran.code == 0, ran.err

    def asked(command: str, stream: str, *words: str) -> dict[str, Any]:
        where = ("--lake", place / "lake", "--company", company, "--format", "json")
        ran = here(*command.split(), *where, "--stream", stream, *words)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = json.loads(ran.out)
        return found

    return asked


def measures(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {measure["metric"]: measure for measure in answer["measures"]}


def at(day: float) -> str:
    return works.moment(day)


def test_t2_1(ask: Ask) -> None:
    """Flow time 8 d, active 3, waiting 5, efficiency 37.5 %; first active to done 6 d."""
    answer = ask("flow", "one")
    found = measures(answer)
    assert (found["flow_time"]["value"], found["cycle_time"]["value"]) == (8 * DAY, 6 * DAY)
    assert {s["state"]: s["hours"] for s in answer["states"]} == {"active": 72, "waiting": 120, "unmapped": 0}
    assert found["flow_efficiency"]["value"] == 0.375


def test_t2_2(ask: Ask) -> None:
    """Within the grace 11 d, once, on the 13th; reopened later, 8 d stand on the 10th and a new episode begins."""
    again = measures(ask("flow", "within grace"))
    assert (again["flow_time"]["value"], again["flow_velocity"]["n"]) == (11 * DAY, 1)
    assert measures(ask("flow", "within grace", "--until", at(11)))["flow_velocity"]["n"] == 0
    first = ask("flow", "after grace", "--until", at(20))
    assert (measures(first)["flow_time"]["value"], measures(first)["flow_velocity"]["n"]) == (8 * DAY, 1)
    second = measures(ask("flow", "after grace", "--since", at(20)))
    assert (second["flow_time"]["value"], second["flow_velocity"]["n"]) == (2 * DAY, 1)


def test_t2_3(ask: Ask) -> None:
    """L = 1.70 = 0.4 * 4.25 exactly; L / TH = 5.67 d against 4.0 d: debt 1.67 d, ratio 1.42, not stable."""
    law = ask("flow", "law", "--since", at(0), "--until", at(10))["balance"]
    assert law["load"] == pytest.approx(1.70, abs=1e-12)
    assert law["arrivals"] * law["presence_hours"] / DAY == pytest.approx(law["load"], abs=1e-12)
    assert (law["throughput"], law["cycle_hours"]) == (pytest.approx(0.3), pytest.approx(4 * DAY))
    assert law["debt_hours"] == pytest.approx(5 / 3 * DAY)
    assert (round(law["ratio"], 2), law["stable"]) == (1.42, False)


def test_t2_4(ask: Ask) -> None:
    """P50 3.5 d, P85 6.95 d, P95 10.75 d; 8 d are promised; an item of 6 d: 80 % were quicker, 50 % to keep it."""
    answer = ask("flow", "cycles", "--until", at(21))
    shown = measures(answer)["flow_time"]["percentiles"]
    assert [shown[p] / DAY for p in ("p50", "p85", "p95")] == pytest.approx([3.5, 6.95, 10.75])
    assert (answer["expectation"]["hours"], answer["expectation"]["n"]) == (8 * DAY, 10)
    (item,) = ask("aging", "cycles", "--until", at(21))["items"]
    assert (item["age_hours"], item["percentile"], item["chance"]) == (6 * DAY, 0.8, pytest.approx(0.5))


def test_t2_5(ask: Ask) -> None:
    """55, 25, 7.5 and 12.5 % of 40; every number opens into its items."""
    answer = ask("flow", "mix")
    assert {k["kind"]: k["share"] for k in answer["kinds"]} == {
        "feature": 0.55,
        "defect": 0.25,
        "risk": 0.075,
        "debt": 0.125,
    }
    assert measures(answer)["debt_share"]["value"] == 0.125
    proof = ask("why debt_share", "mix", "--limit", "all")
    assert (proof["value"], proof["n"], len(proof["records"])) == (0.125, 40, 40)


def test_t2_8(ask: Ask) -> None:
    """Ratio of sums: 2 of 12."""
    assert measures(ask("flow", "sums"))["flow_efficiency"]["value"] == pytest.approx(2 / 12)


def test_t0_3(ask: Ask) -> None:
    """In progress it is what it was on the day; finished what it was then, whatever it is called later."""
    days = {"defect": ("2026-07-05", "2026-07-06"), "story": ("2026-07-05", "2026-07-10")}
    loads = {
        kind: [measures(ask("flow", "retyped", "--type", kind, "--until", day))["flow_load"]["n"] for day in asked]
        for kind, asked in days.items()
    }
    assert loads == {"defect": [1, 0], "story": [0, 1]}
    whole = ask("flow", "retyped", "--until", "2026-07-20")
    assert {k["kind"]: k["n"] for k in whole["kinds"]} == {"feature": 1, "defect": 0, "risk": 0, "debt": 0}
    assert [(t["type"], t["n"]) for t in whole["distribution"]] == [("story", 1)]


def test_a_stream_that_is_not_there_is_named_with_the_nearest(ask: Ask) -> None:
    with pytest.raises(AssertionError, match="Did you mean 'law'"):
        ask("flow", "lawn")


@pytest.mark.parametrize("command", ["map", "aging", "blocked"])
def test_every_answer_knows_the_stream(ask: Ask, command: str) -> None:
    assert ask(command, "Within Grace")["stream"] == "within grace"
