"""From exported tables of a forge to the answer about code, through the command line alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streamgauge.metrics import CODE
from streamgauge.surfaces.document import schema
from tests.end_to_end.command import here
from tests.kit.repository import Repository, day

PULLS = """id,title,author,first_commit_at,created_at,ready_at,merged_at,merge_commit,added_lines,deleted_lines
7,Tickets,ann,2026-03-02 09:00,2026-03-02 12:00,2026-03-02 17:00,2026-03-04 12:00,m7,90,10
8,Printer,ben,2026-03-02 09:00,2026-03-02 10:00,,2026-03-02 11:00,m8,3,1
9,Another font,ann,2026-03-03 09:00,2026-03-03 10:00,,,,40,0
"""
REVIEWS = """id,pull_request,reviewer,state,submitted_at,comments
1,7,ben,commented,2026-03-03 11:00,2
2,7,ben,approved,2026-03-04 10:00,0
"""
DEPLOYMENTS = """id,service,environment,tier,kind,outcome,commit,finished_at
1,shop,live,production,normal,success,m7,2026-03-05 12:00
"""


def runs() -> str:
    """Return T3.3: fifty runs, and before four of the successes a first attempt that failed on the same commit."""
    outcomes = ["success"] * 40 + ["failure"] * 6 + ["cancelled"] * 3 + ["skipped"]
    lines = ["id,pipeline,branch,commit,attempt,queued_at,started_at,finished_at,outcome"]
    for n, outcome in enumerate(outcomes):
        day, flaky = f"2026-02-{1 + n % 28:02d}", n < 4
        minute = f"{day} {8 + n // 28:02d}"
        if flaky:
            lines.append(f"{n}-1,ci,side,c{n},1,{minute}:00,{minute}:01,{minute}:05,failure")
        lines.append(f"{n},ci,side,c{n},{2 if flaky else 1},{minute}:10,{minute}:12,{minute}:22,{outcome}")
    # T3.4: the default branch fails twice and is green again fifty minutes after it broke first.
    for at, outcome in (("10:00", "failure"), ("10:20", "failure"), ("10:50", "success")):
        lines.append(f"main-{at},nightly,main,d{at},1,2026-03-01 09:30,2026-03-01 09:31,2026-03-01 {at},{outcome}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake with the tables above, imported one after the other."""
    place = tmp_path_factory.mktemp("code")
    tables = {"PullRequest": PULLS, "Review": REVIEWS, "Deployment": DEPLOYMENTS, "Build": runs()}
    for kind, text in tables.items():
        (place / f"{kind}.csv").write_text(text, encoding="utf-8")
        more = ["--dataset", "shop"] if kind != "Review" else []
        more += ["--set", "state=merged"] if kind == "PullRequest" else []
        ran = here("import", place / f"{kind}.csv", "--as", kind, *more, "--lake", place / "lake")
        assert ran.code == 0, ran.err
    return place / "lake"


def answer(*words: str | Path) -> dict[str, Any]:
    """Return the document that a command writes; fails the test where the command fails."""
    ran = here(*words, "--format", "json")
    assert ran.code == 0, ran.err
    read: dict[str, Any] = json.loads(ran.out)
    return read


@pytest.fixture(scope="module")
def whole(lake: Path) -> dict[str, Any]:
    """Return the answer about all of it."""
    return answer("code", "--lake", lake)


def records(lake: Path, metric: str, *options: str) -> Sequence[tuple[str, float]]:
    """Return the counted records of a number, with their values."""
    proof = answer("why", metric, "--lake", lake, "--limit", "all", *options)
    return [(record["id"], record["value"]) for record in proof["records"] if record["left_out"] is None]


def test_t3_1_phases_sum_to_the_lead_time(lake: Path, whole: dict[str, Any]) -> None:
    """T3.1: 8, 18, 23, 2 and 24 hours are 75; from the first review to the merge 25."""
    found = {m["metric"]: m for m in whole["measures"]}
    names = ("pickup_time", "review_time", "release_wait", "pull_request_lead_time", "review_to_merge_time")
    assert [found[name]["value"] for name in names] == [18, 23, 24, 75, 25]
    assert dict(records(lake, "coding_time"))["shop#7"] == 8
    assert dict(records(lake, "merge_time")) == {"shop#7": 2, "shop#8": 1}


def test_the_phases_are_shares_of_the_whole(whole: dict[str, Any]) -> None:
    phases = {p["phase"]: p for p in whole["phases"]}
    assert {name: p["hours"] for name, p in phases.items()} == {
        "coding": 8, "pickup": 18, "review": 23, "merge": 2, "release": 24,
    }  # fmt: skip
    assert sum(p["share_of_time"] for p in phases.values()) == pytest.approx(1)


def test_what_nobody_reviewed_has_its_own_number(whole: dict[str, Any]) -> None:
    found = {m["metric"]: m for m in whole["measures"]}
    assert (found["unreviewed_share"]["value"], found["unreviewed_share"]["n"]) == (0.5, 2)
    assert (found["review_depth"]["value"], found["pull_request_size"]["n"]) == (4, 2)
    assert [(x["reason"], x["n"]) for x in found["pickup_time"]["left_out"]] == [("nobody reviewed it", 1)]
    assert found["merged_not_delivered"]["n"] == found["open_pull_requests"]["n"] == 1


def test_t3_3_success_and_flakes(lake: Path) -> None:
    """T3.3: 40 of 46 pass, 87.0 % (74.3 to 93.9); 4 of 46 flake, 8.7 %. March has the runs of T3.4 only."""
    found = {m["metric"]: m for m in answer("code", "--lake", lake, "--until", "2026-03-01")["measures"]}
    success, flakes, first = (found[n] for n in ("build_success_rate", "flake_rate", "first_attempt_success_rate"))
    assert (success["n"], success["value"]) == (46, pytest.approx(40 / 46))
    assert (success["low"], success["high"]) == (pytest.approx(0.743, abs=5e-4), pytest.approx(0.939, abs=5e-4))
    assert (flakes["n"], flakes["value"]) == (46, pytest.approx(4 / 46))
    assert (first["n"], first["value"]) == (46, pytest.approx(36 / 46))
    assert found["build_duration"]["value"] == pytest.approx(1 / 6)
    assert found["time_to_fix_red"]["null_reason"].startswith("no data")


def test_t3_4_time_to_fix_red(lake: Path) -> None:
    """T3.4: broken at 10:00 and again at 10:20, green at 10:50: 50 minutes."""
    assert records(lake, "time_to_fix_red") == [("shop main-10:00", pytest.approx(50 / 60))]
    (share,) = records(lake, "red_time_share", "--since", "2026-03-01", "--until", "2026-03-02")
    assert share == ("shop nightly", pytest.approx(50 / 60))


def test_the_document_fits_its_schema_and_the_text_says_the_same(lake: Path, whole: dict[str, Any]) -> None:
    Draft202012Validator(schema("code")).validate(whole)
    text = here("code", "--lake", lake).out
    assert "Half of the changes reach their users within 3.1 days" in text
    assert "1 of 2 went in without a review" in text
    assert "shop#9" in text


@pytest.mark.parametrize("metric", [m.name for m in CODE])
def test_why_opens_every_number_about_code(lake: Path, whole: dict[str, Any], metric: str) -> None:
    """What is shown and what is left out are all there is, and the value is that of the answer."""
    proof = answer("why", metric, "--lake", lake, "--limit", "all")
    told = {m["metric"]: m for m in whole["measures"]}[metric]
    assert (proof["value"], proof["n"]) == (told["value"], told["n"])
    assert proof["shown"] + sum(left["n"] for left in proof["left_out"]) == proof["total"] == len(proof["records"])


def test_as_of_a_day_before_anything_was_known_there_is_nothing(lake: Path) -> None:
    ran = here("code", "--lake", lake, "--as-of", "2020-01-01")
    assert ran.code != 0
    assert "no pull requests" in ran.err


def test_t3_2_churn_is_read_from_a_clone_on_request(tmp_path: Path) -> None:
    """T3.2: 200 lines changed, 30 replace lines younger than 21 days: 15 %. A second reading changes nothing."""
    repo = Repository(tmp_path / "clone")
    old, young = [f"old {n}\n" for n in range(300)], [f"young {n}\n" for n in range(30)]
    repo.commit(files={"a": "".join(old)}, at=day(0))
    repo.commit(files={"a": "".join(old + young)}, at=day(40))
    repo.commit(files={"a": "".join([f"new {n}\n" for n in range(170)] + old[170:] + ["mended\n"] * 30)}, at=day(50))
    asked = ("code", "--churn", repo.path, "--since", "2024-02-19", "--lake", tmp_path / "lake")
    first, again = answer(*asked), answer(*asked)
    (churn,) = [m for m in first["measures"] if m["metric"] == "code_churn"]
    assert (churn["value"], churn["n"]) == (0.15, 1)
    assert first["lake_version"] == again["lake_version"]
    assert "15 % of the changed lines" in first["message"]
    proof = answer("why", "code_churn", "--since", "2024-02-19", "--lake", tmp_path / "lake")
    assert (proof["record_unit"], [record["value"] for record in proof["records"]]) == ("lines", [30])
