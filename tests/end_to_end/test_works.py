"""Every worked example about flow comes out of the command line, from the files of a company made by hand."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streamgauge import settings
from streamgauge.errors import BadOption
from tests.end_to_end.command import here
from tests.kit import works

DAY = 24.0
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Give what asks a command about one value stream of the company."""
    place = tmp_path_factory.mktemp("works")
    items, moves, company = works.write(place)
    files = ((items, "Item"), (moves, "Transition"), (works.write_off_tool(place), "Transition"))
    for file, kind in files:
        ran = here("import", file, "--as", kind, "--dataset", "works", "--lake", place / "lake")
        assert ran.code == 0, ran.err

    cases, case_moves, links = works.write_desk(place)
    for file, kind, dataset in ((cases, "Item", "desk"), (case_moves, "Transition", "desk"), (links, "Link", "works")):
        ran = here("import", file, "--as", kind, "--dataset", dataset, "--lake", place / "lake")
        assert ran.code == 0, ran.err

    def asked(command: str, stream: str, *words: str) -> dict[str, Any]:
        where = ("--lake", place / "lake", "--company", company, "--format", "json")
        ran = here(*command.split(), *where, "--stream", stream, *words)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = json.loads(ran.out)
        return found

    asked.place = place  # type: ignore[attr-defined]
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


def test_t2_3_lines_of_cumulative_flow(ask: Ask) -> None:
    """Four begin and three end; what lies between the lines is what is under way."""
    flow = ask("flow", "law", "--since", at(0), "--until", at(10))["cumulative"]
    begun, gone = flow["lines"][-2]["arrivals"], flow["lines"][-1]["arrivals"]
    assert (flow["started"][:6], flow["ended"][-3:]) == ([1, 1, 1, 0, 0, 1], [1, 0, 0])
    assert (begun[-1], gone[-1]) == (4, 3)
    assert [b - g for b, g in zip(begun, gone, strict=True)] == flow["under_way"]


def test_t2_3_the_debt_opens_into_its_items(ask: Ask) -> None:
    """The debt of 1.67 d is a measure with its proof: one item of four is still open."""
    window = ("--since", at(0), "--until", at(10))
    proof = ask("why flow_debt", "law", *window, "--limit", "all")
    assert (proof["value"], proof["n"]) == (pytest.approx(5 / 3 * DAY), 4)
    assert sum(record["value"] for record in proof["records"]) / 3 == pytest.approx(proof["value"])


def test_t2_6(ask: Ask) -> None:
    """A team of six: limit 5, WIP 8 is 160 %, over by 3; three initiatives at a time are too many."""
    answer = ask("flow", "six", "--until", at(12))
    (six,) = [one for one in answer["under_way"] if one["team"] == "Six"]
    assert (six["items"], six["limit"], six["share_of_limit"], six["over_by"], six["state"]) == (8, 5, 1.6, 3, "over")
    (team,) = answer["teams"]
    assert (team["team"], team["initiatives"], team["is_too_many"]) == ("Six", 3, True)
    assert measures(answer)["initiatives_per_team"]["value"] == 3
    # Active days by initiative up to day 12: A 10 + 9, B 8 + 7 + 6, C 5 + 4 + 3, and the 10 of D long ago.
    shares = [d / 62 for d in (19, 21, 12, 10)]
    assert team["effective"] == pytest.approx(math.exp(-sum(p * math.log(p) for p in shares)))
    (stage,) = [one for one in answer["under_way"] if one["stage"] == "Development" and one["team"] is None]
    assert (stage["limit"], stage["state"], stage["share_of_time_at_limit"]) == (20, "never binding", 0)
    # From day 1 on eight items are ready or in progress: over the limit ever since, and never before.
    assert six["share_of_time_at_limit"] == pytest.approx(11 / 42)


def test_t2_7(ask: Ask) -> None:
    """Kingman with 2 d of work, variation 1 and 1.5: 10 d of waiting at 80 %, 22.5 d at 90 %."""
    for busy, wait in (("0.8", 10), ("0.9", 22.5)):
        said = ask("flow", "queue", "--busy", busy)["queueing"]
        assert (said["service_hours"], said["arrival_cv2"]) == (pytest.approx(2 * DAY), pytest.approx(1))
        assert (said["service_cv2"], said["wait_hours"]) == (pytest.approx(1.5), pytest.approx(wait * DAY))


def test_cycle_time_between_two_points_has_them_in_its_label(ask: Ask) -> None:
    """From the first development to the test: 5 d; the label never says just cycle time."""
    found = measures(ask("flow", "one", "--from", "development", "--to", "Test"))["cycle_time_between"]
    assert (found["value"], found["label"]) == (5 * DAY, "Cycle time between (Development to Test)")
    assert ask("why cycle_time_between", "one", "--from", "Ready", "--to", "Done")["value"] == 8 * DAY


def test_blocked_time_and_ping_pong_are_shares(ask: Ask) -> None:
    """Two of eight days blocked; one of two items went from Tide to Crane and back."""
    assert measures(ask("flow", "one"))["blocked_time_share"]["value"] == 2 / 8
    proof = ask("why ping_pong_share", "ping")
    assert (proof["value"], proof["n"]) == (0.5, 2)


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


def test_kinds_share_the_time_that_was_worked(ask: Ask) -> None:
    """What `kinds` says of the time is what the metrics say, and their records are all the finished work."""
    answer = ask("flow", "mix")
    for kind in answer["kinds"]:
        name = f"{kind['kind']}_time_share"
        assert measures(answer)[name]["value"] == pytest.approx(kind["share_of_active_time"])
        proof = ask(f"why {name}", "mix", "--limit", "all")
        assert (proof["value"], proof["n"]) == (pytest.approx(kind["share_of_active_time"]), len(proof["records"]))
    assert sum(kind["share_of_active_time"] for kind in answer["kinds"]) == pytest.approx(1)


def test_teams_per_item_and_departures_from_a_stage(ask: Ask) -> None:
    """Two teams had each of two items; the item of T2.1, blocked meanwhile, left Development once, for the review."""
    found = measures(ask("flow", "ping"))["teams_per_item"]
    assert (found["value"], found["n"]) == (2, 2)
    proof = ask("why stage_departures", "one", "--stage", "Development", "--limit", "all")
    (record,) = proof["records"]
    assert (record["id"], record["detail"], proof["n"]) == ("ONE-1", "to Review", 1)


def test_t2_8(ask: Ask) -> None:
    """Ratio of sums: 2 of 12. The median of the ratios, 1 of 2 and 1 of 10, is told beside it under its own name."""
    found = measures(ask("flow", "sums"))
    assert found["flow_efficiency"]["value"] == pytest.approx(2 / 12)
    assert (found["item_efficiency"]["value"], found["item_efficiency"]["n"]) == (pytest.approx(0.3), 2)


def test_t4_1(ask: Ask) -> None:
    """Work 4, 16, 2, 8, 1 h of 40, 60, 24, 50, 26 h at the stages: 15.5 %; rolled accuracy 30.8 %; four handoffs."""
    found = ask("map", "mapped")
    columns = ("process_time_p50_hours", "lead_time_p50_hours", "queue_before_p50_hours", "complete_and_accurate")
    work, lead, queue, accurate = ([stage[column] for stage in found["stages"]] for column in columns)
    assert [stage["stage"] for stage in found["stages"]] == list(works.STAGES)
    assert (work, lead, queue) == (
        pytest.approx([4, 16, 2, 8, 1]),
        pytest.approx([40, 60, 24, 50, 26]),
        pytest.approx([36, 44, 22, 42, 25]),
    )
    assert accurate == pytest.approx([0.8, 0.75, 0.9, 0.6, 0.95])
    assert found["activity_ratio"] == pytest.approx(0.155)
    assert found["rolled_complete_and_accurate"] == pytest.approx(0.8 * 0.75 * 0.9 * 0.6 * 0.95)
    assert round(found["rolled_complete_and_accurate"], 3) == 0.308
    forth = [h for h in found["handoffs"] if list(works.STAGES).index(h["from"]) < list(works.STAGES).index(h["to"])]
    assert len(forth) == 4
    assert ask("why activity_ratio", "mapped")["value"] == pytest.approx(0.155)


def test_t4_2(ask: Ask) -> None:
    """1,400, 1,040 and 932 item hours: most friction is from Development to Test."""
    found = ask("map", "handed on")["handoffs"][:3]
    assert [(h["from"], h["to"], h["n"], h["bounced"]) for h in found] == [
        ("Development", "Test", 40, 10),
        ("Analysis", "Development", 40, 16),
        ("Test", "Release", 38, 2),
    ]
    assert [h["wait_mean_hours"] for h in found] == pytest.approx([30, 12, 24])
    assert [h["rework_mean_hours"] for h in found] == pytest.approx([20, 35, 10])
    assert [h["friction_hours"] for h in found] == pytest.approx([1400, 1040, 932])


def test_t4_4(ask: Ask) -> None:
    """A stage where every item waits longest is first with 1.0; of two alike each with about 0.5: no bottleneck."""
    longest, even = ask("map", "longest"), ask("map", "even")
    assert (longest["candidates"][0]["stage"], longest["candidates"][0]["probability"]) == ("Test", 1.0)
    assert [c["probability"] for c in even["candidates"]] == pytest.approx([0.5, 0.5], abs=0.1)
    assert (longest["bottleneck"], even["bottleneck"]) == (None, None)
    assert "no second sign" in longest["message"]


def test_t4_3(ask: Ask) -> None:
    """A-B 9, B-C 12, C-D 10, C-B 3, A-C 1; fitness by item 0.926, of the log 0.918."""
    found = ask("map", "ways")
    stage = {"Analysis": "A", "Development": "B", "Testing": "C", "Acceptance": "D"}
    edges = {
        stage[e["from"]] + stage[e["to"]]: e["count"] for e in found["edges"] if {e["from"], e["to"]} <= set(stage)
    }
    assert edges == {"AB": 9, "BC": 12, "CD": 10, "CB": 3, "AC": 1}
    (fit,) = found["conformance"]
    assert (fit["n"], fit["fitting"], fit["skipped"], fit["backward"], fit["unknown"]) == (10, 6, 1, 3, 0)
    assert (fit["trace_fitness"], fit["log_fitness"]) == (pytest.approx((6 + 2.4 + 6 / 7) / 10), pytest.approx(78 / 85))
    assert (round(fit["trace_fitness"], 3), round(fit["log_fitness"], 3)) == (0.926, 0.918)
    proof = ask("why conformance", "ways")
    assert (proof["value"], proof["n"]) == (pytest.approx(78 / 85), 10)
    assert "Analysis → Test → Acceptance" in {record["detail"] for record in proof["records"]}


def test_what_is_not_understood_comes_with_the_lines_to_add(ask: Ask) -> None:
    found = ask("map", "odd", "--unmapped")
    assert [(one["status"], one["rows"], one["items"]) for one in found["unmapped"]] == [("Frobnicating", 1, 1)]
    assert "status: 'Frobnicating', state: , stage: 'Frobnicating'" in found["lines"]
    assert {one["status"]: one["state"] for one in found["mapped"]}["On hold"] == "waiting"


def test_the_proposed_process_changes_no_number(ask: Ask, tmp_path: Path) -> None:
    """The company file that is drafted from a lake means what the names meant, and loads."""
    place = ask.place  # type: ignore[attr-defined]
    ran = here("init", "--lake", place / "lake", "--out", tmp_path / "drafted.yaml")
    assert ran.code == 0, ran.err
    drafted = (tmp_path / "drafted.yaml").read_text(encoding="utf-8")
    assert "# - {status: 'Frobnicating', state: , stage: 'Frobnicating'}" in drafted
    (tmp_path / "bare.yaml").write_text("zone: UTC\n", encoding="utf-8")
    answers = []
    for file in ("drafted.yaml", "bare.yaml"):
        ran = here("flow", "--lake", place / "lake", "--company", tmp_path / file, "--format", "json")
        answers.append(json.loads(ran.out))
    for key in ("message", "notes", "states", "distribution", "expectation", "balance", "cumulative", "data_quality"):
        assert answers[0][key] == answers[1][key], key
    values = [[(m["metric"], m["n"], pytest.approx(m["value"])) for m in answer["measures"]] for answer in answers]
    assert values[0] == values[1]


def test_skipped_backward_and_cancelled_work_counts_as_it_should(ask: Ask) -> None:
    """No stay is invented for what is skipped; going back is a return; what is given up is no throughput."""
    assert [s["stage"] for s in ask("map", "skipped")["stages"]] == ["Development", "Acceptance"]
    back = ask("map", "backward")
    assert {s["stage"]: s["lead_time_p50_hours"] for s in back["stages"]} == {"Development": 48, "Test": 48}
    assert (back["first_pass_yield"], back["stages"][0]["complete_and_accurate"]) == (0, 0.5)
    ended = ask("flow", "given up", "--until", at(10))
    assert (measures(ended)["cancel_rate"]["value"], measures(ended)["flow_velocity"]["n"]) == (0.5, 1)
    assert (measures(ended)["flow_load"]["n"], ended["balance"]["cancel_share"]) == (0, 0.5)


def test_work_that_began_before_what_the_tool_tells_is_under_way_without_an_age(ask: Ask) -> None:
    found = ask("flow", "cut off", "--until", at(10))
    assert (measures(found)["flow_load"]["n"], measures(found)["work_item_age"]["n"]) == (1, 0)


def test_steps_outside_of_any_tool_are_entered_with_their_dates(ask: Ask) -> None:
    """Nine days, three of them with the lawyers: a table of transitions beside that of the tool."""
    found = measures(ask("flow", "off tool"))
    assert (found["flow_time"]["value"], found["flow_efficiency"]["value"]) == (9 * DAY, pytest.approx(6 / 9))


def test_steps_in_the_company_file_are_stays_like_others(ask: Ask) -> None:
    """Three items of 9, 8 and 7 days, three of them with the lawyers; the pattern is about the two under way then."""
    answer = ask("flow", "by hand")
    found = measures(answer)
    assert (found["flow_time"]["value"], found["flow_efficiency"]["value"]) == (8 * DAY, pytest.approx(21 / 24))
    assert "3 stays of 2 items are entered by hand in the company file (`off_tool`)." in answer["notes"]
    assert "Steps under `off_tool` name items that no dataset has: HAND-9." in answer["notes"]
    drawn = ask("map", "by hand")
    stages = {s["stage"]: (s["items"], s["lead_time_p50_hours"]) for s in drawn["stages"]}
    assert (stages["Legal"], stages["Funding"]) == ((1, 72), (2, 12))
    assert ("Tide", "lawyers", 1) in {(h["from"], h["to"], h["n"]) for h in drawn["handoffs"]}
    records = ask("why flow_efficiency", "by hand")["records"]
    assert {r["id"]: r["value"] / DAY for r in records} == {"HAND-0": 6, "HAND-1": 8, "HAND-2": 7}


def test_one_item_in_two_tools_counts_once_with_the_history_of_both(ask: Ask) -> None:
    """Analysed at the desk, worked on at the board, tested at the desk: eight days, of which none is waiting."""
    answer = ask("flow", "two tools")
    found = measures(answer)
    assert (found["flow_velocity"]["n"], found["flow_time"]["value"]) == (1, 8 * DAY)
    assert found["request_lead_time"]["value"] == 9 * DAY
    assert answer["data_quality"]["joined"] == [{"dataset": "works", "other_dataset": "desk", "items": 1}]
    assert "1 item of 'works' is in 'desk' too: it counts once, with the history of both." in answer["notes"]
    assert [s["stage"] for s in ask("map", "two tools")["stages"]] == ["Analysis", "Ready", "Development", "Test"]
    alone = ask("flow", "two tools", "--dataset", "desk")
    assert measures(alone)["flow_velocity"]["n"] == 0
    assert "1 item of 'desk' counts in 'works', where it is too." in alone["notes"]


def test_the_company_file_says_from_when_on_an_insight_holds(ask: Ask, tmp_path: Path) -> None:
    """Sixteen of forty went back from Development, which is enough by default; --explain shows what is enough."""
    place, found = ask.place, []  # type: ignore[attr-defined]
    for least in (0.15, 0.9):
        said = "" if least == 0.15 else f"insights: {{rework_loop: {{least_share: {least}}}}}\n"
        (tmp_path / "streamgauge.yaml").write_text(works.company() + said, encoding="utf-8")
        where = ("--lake", place / "lake", "--company", tmp_path / "streamgauge.yaml", "--stream", "handed on")
        answer = json.loads(here("insights", "rework_loop", *where, "--format", "json").out)
        assert answer["looked"][0]["terms"] == {"least_share": least, "least_items": 20}
        found.append([one["place"]["to_stage"] for one in answer["findings"]])
        told = " ".join(here("insights", "rework_loop", *where, "--explain").out.split())
        assert f"rework_loop holds by least_share {least}, least_items 20" in told
    assert found == [["Analysis"], []]


def test_the_engine_of_the_company_file_is_asked_unless_the_environment_names_one(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster that the file names is asked; DuckDB answers where the environment says so."""
    place = ask.place  # type: ignore[attr-defined]
    file = tmp_path / "streamgauge.yaml"
    file.write_text("engine: sc://127.0.0.1:9\n", encoding="utf-8")
    monkeypatch.setattr("streamgauge.lake.spark.Spark", lambda address: (_ for _ in ()).throw(BadOption(address)))
    flow = ("flow", "--lake", place / "lake", "--company", file, "--format", "json")
    assert "sc://127.0.0.1:9" in here(*flow).err
    monkeypatch.setenv("STREAMGAUGE_ENGINE", "duckdb")
    assert here(*flow).code == 0
    settings.prefer(None)


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


def test_t0_1(ask: Ask) -> None:
    """Nine to nine over the night in which clocks go forward, twice: 47 hours."""
    assert measures(ask("flow", "night"))["flow_time"]["value"] == 47


def test_t0_2(ask: Ask) -> None:
    """Friday 16:00 to Monday 10:00: 66 hours, of which 2 are worked; only a team with a calendar has such hours."""
    found = measures(ask("flow", "weekend"))
    assert (found["flow_time"]["value"], found["flow_time_working"]["value"]) == (66, 2)
    assert ask("why flow_time_working", "weekend")["unit"] == "working hours"
    (stage,) = ask("map", "weekend")["stages"]
    assert (stage["lead_time_p50_hours"], stage["lead_time_p50_working_hours"]) == (66, 2)
    ages = {
        i["item"]: i["age_working_hours"] for i in ask("aging", "weekend", "--until", "2026-06-08T10:00+02:00")["items"]
    }
    assert ages == {"WEEKEND-1": 2, "WEEKEND-2": None}


def test_a_stream_that_is_not_there_is_named_with_the_nearest(ask: Ask) -> None:
    with pytest.raises(AssertionError, match="Did you mean 'law'"):
        ask("flow", "lawn")


@pytest.mark.parametrize("command", ["map", "aging", "blocked"])
def test_every_answer_knows_the_stream(ask: Ask, command: str) -> None:
    assert ask(command, "Within Grace")["stream"] == "within grace"
