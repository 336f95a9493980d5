"""`streamgauge why`."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from streamgauge.errors import BadOption
from streamgauge.surfaces.cli import choosing
from tests.surfaces.cli.conftest import HARBOUR, NOT_A_REPOSITORY, Answers, proof_of, report_of

Run = Callable[..., "object"]


def test_a_proof_shows_all_that_a_doubter_needs(run: Run, answers: Answers) -> None:
    """Question, value to the last digit, formula, sum, records with hashes, and the query as it ran."""
    shown = run("why", "change_lead_time", "clone", "--service", "harbour")
    assert shown.code == 0
    for said in (
        "How long does a committed change take to reach users?",
        "Value          95.628 d (2,295.06 h)",
        "95 % interval  92.092 d (2,210.20 h) to 100.079 d (2,401.90 h)",
        "Formula        deployed_at - started_at",
        "Coverage       1 of 1 source read, complete history",
        "Parameters     merges = left out",
        "       1,688 left out: merge commit",
        "counted 3,806 + left out 1,688 = 5,494",
        "Records, worst first: 2 of 3,806",
        "   374.958 d 2025-11-17 00:00 v2.12.0 000000000000 Plan berth 1",
        "merge commit: Plan berth 3",
        "SELECT s.change AS evidence,\n       1 AS value\n",
    ):
        assert said in shown.out


def test_what_the_query_was_given_stands_beside_it(run: Run, answers: Answers) -> None:
    """A reader finds what was asked above, and who runs the query again finds what it takes below it."""
    shown = run("why", "change_lead_time", "clone", "--service", "harbour").out
    assert shown.index("Parameters") < shown.index("Query") < shown.index("What the query was given")
    assert shown.index("$services = harbour") > shown.index("What the query was given")


def test_names_of_records_take_the_room_that_they_need(run: Run, answers: Answers) -> None:
    proof = proof_of()
    records = tuple(replace(record, release="v1-\N{ROCKET}") for record in proof.records)
    answers.proof = lambda *_: replace(proof, records=records)
    assert " v1-\N{ROCKET} 000000000000 " in run("why", "change_lead_time", "clone", "--service", "harbour").out


def test_without_a_path_nothing_is_read_again(run: Run, answers: Answers) -> None:
    """What the lake holds is proven as it was last read; with a path that is read first."""
    run("report", "clone")
    answers.asked.clear()
    run("why", "change-lead-time", "--bucket", "2025-03", "--limit", "all")
    assert answers.asked == ["held", ("change_lead_time", "harbour", "releases", "2025-03", None)]
    answers.asked.clear()
    run("why", "change_lead_time", "clone")
    assert answers.asked[0].paths == ("clone",)
    assert answers.asked[1] == ("change_lead_time", "harbour", "releases", None, 20)


def test_without_a_lake_the_user_learns_how_to_make_one(run: Run) -> None:
    """Asking before anything was read is an error with the next command."""
    shown = run("why", "change_lead_time")
    assert shown.code == 3
    assert "streamgauge report" in shown.err


def test_a_proof_is_json_too(run: Run, answers: Answers) -> None:
    """The document of a proof."""
    made = json.loads(run("why", "change_lead_time", "clone", "--format", "json").out)
    assert (made["document"], made["shown"], made["total"]) == ("proof", 3806, 5494)


def test_a_proof_is_a_page_too(run: Run, answers: Answers) -> None:
    """The page of a proof; of one month there is none, and that is said."""
    assert "<!doctype html>" in run("why", "change_lead_time", "clone", "--format", "html").out.lower()
    assert run("why", "change_lead_time", "clone", "--format", "html", "--bucket", "2025-03").code == 2


def test_a_count_and_a_share_are_shown_in_their_units(run: Run, answers: Answers) -> None:
    """Ages of an inventory are durations, though the number itself is a count."""
    assert "Value          68 commits" in run("why", "undeployed_changes", "clone").out
    assert "P85 166.667 d" in run("why", "undeployed_changes", "clone").out
    assert "Value          10.50 % (provisional)" in run("why", "change_fail_rate", "clone").out
    assert "insufficient data: 3 of 20" in run("why", "deployment_rework_rate", "clone").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("change_lead",), "Did you mean 'change_lead_time'?"),
        (("change_lead_time", "--bucket", "March"), "2025-03"),
        (("change_lead_time", "--limit", "-1"), "all"),
        (("change_lead_time", "clone", "--service", "harbor"), "Did you mean 'harbour'?"),
        (("change_lead_time", "clone", "--line", "lts"), "Allowed: "),
        (("change_lead_time", "--from", "Done"), "--from is of numbers about work items or code, which"),
        (("flow_time", "--service", "harbour"), "--service is of numbers about releases, which 'flow_time' is not."),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """A wrong metric, month, limit, service or line is an error of the one who asks."""
    shown = run("why", *arguments)
    assert shown.code == 2
    assert said in shown.err


def test_a_service_with_several_lines_asks_which(run: Run, answers: Answers) -> None:
    """NAME/LINE or --line choose; NAME alone lists what there is."""
    answers.report = report_of(*(replace(HARBOUR, release_line=line) for line in ("weekly", "lts")))
    shown = run("why", "change_lead_time", "clone", "--service", "harbour")
    assert shown.code == 2
    assert "--service harbour/weekly, --service harbour/lts" in shown.err
    for chosen in (("--service", "harbour/lts"), ("--service", "harbour", "--line", "lts"), ("--line", "lts")):
        assert run("why", "change_lead_time", "clone", *chosen).code == 0
        assert answers.asked[-1][1:3] == ("harbour", "lts")


def test_a_name_with_a_slash_is_a_service_first() -> None:
    """A service whose own name holds a slash is found by that name."""
    known = [("team/app", "releases"), ("team", "app"), ("team", "lts")]
    assert choosing.line("team/app", "releases", known) == ("team/app", "releases")
    assert choosing.line("team/lts", None, known) == ("team", "lts")
    with pytest.raises(BadOption):
        choosing.line(None, None, known)
    with pytest.raises(BadOption):
        choosing.line(None, None, [])


def test_a_service_that_is_not_there_may_have_to_be_read_first() -> None:
    """Its name may be right; those of others are listed once each."""
    known = [("quay", line) for line in ("weekly", "lts")]
    with pytest.raises(BadOption) as raised:
        choosing.line("berth", None, known)
    assert raised.value.wrong == "There is no service 'berth'."
    assert raised.value.advice == (
        "Allowed: quay, quay/lts, quay/weekly. What is missing is read first: streamgauge report PATH"
    )


def test_a_path_that_cannot_be_read_is_an_error(run: Run, answers: Answers) -> None:
    """Nothing is proven of a repository that could not be read."""
    answers.failures = {"quay": NOT_A_REPOSITORY}
    shown = run("why", "change_lead_time", "quay")
    assert (shown.code, shown.out) == (2, "")


def test_hostile_records_are_written_out(run: Run, answers: Answers) -> None:
    """A commit's subject cannot write to the terminal."""
    record = replace(proof_of().records[0], detail="\x1b[2J\nnew", id="v1\x07", release=None, at=None, value=None)
    answers.proof = lambda *_: replace(proof_of(), records=(record,), sql="-- \x1b[1m")
    shown = run("why", "change_lead_time", "clone").out
    assert not set("\x1b\x07") & set(shown)
    assert r"\x1b[2J new" in shown
