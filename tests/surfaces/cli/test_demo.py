"""`streamgauge demo` fills a lake of its own, reports on it, and leaves it as it is when it is asked again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers.brought import brought
from streamgauge.answers.delivery import deliver
from streamgauge.answers.proving import prove_all
from streamgauge.answers.request import Request
from streamgauge.facts import FACTS
from streamgauge.lake import Lake
from streamgauge.lake.duck import Duck
from streamgauge.surfaces.cli.app import run
from streamgauge.sync import held

SMALL = ("demo", "--seed", "3", "--teams", "3", "--months", "4")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert run([*SMALL, "--lake", str(folder / "lake"), "--ledger", str(folder / "ledger.jsonl")]) == 0
    return folder


@pytest.fixture
def ask(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)

    def asking(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*words, "--lake", str(place / "lake")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asking


def test_it_says_who_they_are_what_there_is_and_what_to_ask_next(ask: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = ask(*SMALL)
    assert code == 0
    assert "Tidewren Ferries is invented" in out
    assert "Records:" in out
    assert "pull requests" in out
    assert "fail rate" in out
    assert "streamgauge why change_lead_time" in out
    assert "streamgauge report --lake" in out


def test_a_second_run_changes_nothing(place: Path, ask: Callable[..., tuple[int, str, str]]) -> None:
    before = Lake.open(str(place / "lake"), facts=FACTS).snapshot()
    assert ask(*SMALL)[0] == 0
    assert Lake.open(str(place / "lake"), facts=FACTS).snapshot() == before


def test_another_company_does_not_go_into_the_same_lake(ask: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = ask("demo", "--seed", "4", "--teams", "3", "--months", "4")
    assert code == 2
    assert "holds something else already" in err


def test_its_lake_is_sound(ask: Callable[..., tuple[int, str, str]]) -> None:
    assert ask("lake", "verify")[0] == 0


def test_the_report_of_its_lake_needs_no_clone(ask: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = ask("report", "--format", "json")
    assert (code, err) == (0, "")
    services = json.loads(out)["services"]
    assert len(services) == 8
    assert {service["window"]["until"] for service in services} == {"2025-12-01T00:00:00Z"}
    assert all(service["release_line"] for service in services)


def test_each_number_of_its_lake_opens_into_its_proof(ask: Callable[..., tuple[int, str, str]]) -> None:
    services = json.loads(ask("report", "--format", "json")[1])["services"]
    busiest = max(services, key=lambda service: len(service["releases"]))["service"]
    code, out, _ = ask("why", "change_lead_time", "--service", busiest)
    assert code == 0
    assert "Formula" in out


def test_a_past_day_is_answered_with_what_was_known_then(ask: Callable[..., tuple[int, str, str]]) -> None:
    def deployments(*words: str) -> int:
        services = json.loads(ask("report", "--format", "json", *words)[1])["services"]
        return sum(m["n"] for s in services for m in s["measures"] if m["metric"] == "deployment_frequency")

    assert 0 < deployments("--as-of", "2025-10-01") < deployments()


def test_the_ledger_is_written_where_it_was_asked_for(place: Path) -> None:
    truths = [json.loads(line) for line in (place / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert {"id", "kind", "place", "from", "to", "size", "evidence", "score", "is_planted"} == set(truths[0])


def test_no_invented_name_reaches_the_lake(place: Path) -> None:
    with Lake.open(str(place / "lake"), facts=FACTS).view() as view:
        people = view.rows(
            """SELECT DISTINCT author AS who FROM commits UNION SELECT assignee FROM items
               UNION SELECT reporter FROM items
               UNION SELECT actor FROM transitions UNION SELECT reviewer FROM reviews UNION SELECT "user" FROM usage
               UNION SELECT respondent FROM survey_responses UNION SELECT person FROM sign_offs"""
        )
    named = {row["who"] for row in people} - {None}
    assert len(named) > 20
    assert [who for who in named if not who.startswith("p-") or len(who) != 18] == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the statements that the engine was given, as they come."""
    found: list[str] = []
    for act in ("query", "hold"):
        original = getattr(Duck, act)

        def counted(engine: Duck, *words: Any, original: Callable[..., Any] = original) -> Any:
            found.append(next(word for word in words if "SELECT" in word))
            return original(engine, *words)

        monkeypatch.setattr(Duck, act, counted)
    return found


@pytest.mark.parametrize("answer", [deliver, lambda *words: prove_all(*words, limit=5)], ids=["deliver", "prove_all"])
def test_a_report_of_many_services_asks_as_much_as_that_of_one(
    place: Path, asked: list[str], answer: Callable[..., Any]
) -> None:
    lake = Lake.open(str(place / "lake"), facts=FACTS)
    given = brought(lake)
    assert given is not None
    request = Request(until=given.until, company=given.company)
    subjects = held(lake, request)
    largest = max(subjects, key=lambda subject: len(subject.line_ids))
    one = replace(largest, line_ids=largest.line_ids[:1])
    numbers = []
    for some in ([one], subjects):
        fresh = Lake.open(str(place / "lake"), facts=FACTS)  # a view keeps small answers for the next question
        asked.clear()
        answer(fresh, request, some)
        numbers.append(len(asked))
    assert (len(subjects), len(largest.line_ids)) > (1, 1)
    assert numbers[0] == numbers[1]


def test_the_first_sentence_counts_what_the_services_say(ask: Callable[..., tuple[int, str, str]]) -> None:
    made = json.loads(ask("report", "--format", "json")[1])
    until = datetime.fromisoformat(made["services"][0]["window"]["until"])
    newest = [max((datetime.fromisoformat(r["at"]) for r in s["releases"]), default=None) for s in made["services"]]
    lately = sum(at is not None and until - at <= timedelta(days=30) for at in newest)
    waiting = {s["service"]: s["undeployed"]["n"] for s in made["services"]}
    assert made["message"].startswith(f"{lately} of 8 release lines had a release in the last 30 days")
    most = max(waiting, key=lambda name: waiting[name])
    assert f"In {sum(map(bool, waiting.values()))} of them commits wait for one, most in {most} (" in made["message"]
    assert ask("report")[1].startswith(made["message"][:40])


def test_one_service_of_many_is_shown_by_its_name(ask: Callable[..., tuple[int, str, str]]) -> None:
    every = json.loads(ask("report", "--format", "json")[1])["services"]
    for whole in every[:2]:
        made = json.loads(ask("report", "--service", whole["service"], "--format", "json")[1])
        assert made["services"] == [whole]
        assert made["message"] == whole["message"]
    code, _, err = ask("report", "--service", every[0]["service"] + "x")
    assert code == 2
    assert f"Did you mean '{every[0]['service']}'?" in err
    assert ask("report", "--line", "none such")[0] == 2


def test_a_past_day_of_all_services_is_that_of_each(place: Path) -> None:
    lake = Lake.open(str(place / "lake"), facts=FACTS)
    given = brought(lake)
    assert given is not None
    request = Request(until=given.until, as_of=given.until - timedelta(days=40), company=given.company)
    subjects = held(lake, request)
    together = deliver(lake, request, subjects, given.until).services
    apart = [service for one in subjects for service in deliver(lake, request, [one], given.until).services]
    assert list(together) == apart
    assert {service.as_of for service in apart} == {request.as_of}


def test_nothing_is_said_of_what_waited_where_no_default_branch_was_known_yet(
    place: Path, ask: Callable[..., tuple[int, str, str]]
) -> None:
    """A lake that learned of its branches at the end knows releases of a past day, but not what waited then."""
    lake = Lake.open(str(place / "lake"), facts=FACTS)
    given = brought(lake)
    assert given is not None
    past = ("--as-of", f"{given.until - timedelta(days=40):%Y-%m-%d}")
    found = json.loads(ask("report", *past, "--format", "json")[1])["services"][0]
    assert found["releases"]
    assert found["release_line"] is not None
    assert "no commits" not in found["message"]
    waiting = next(m for m in found["measures"] if m["metric"] == "undeployed_changes")
    assert (waiting["value"], waiting["null_reason"]) == (None, "no data: the default branch is not known")
    assert found["undeployed"] == {"n": None, "oldest_at": None}
    for terms in (past, (*past, "--service", found["service"])):
        assert "Nothing waits" not in ask("report", *terms)[1]
