"""`streamgauge report`."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from streamgauge.errors import BrokenRepository
from tests.surfaces.cli.conftest import (
    HARBOUR,
    HOSTILE,
    MESSAGE,
    NOT_A_REPOSITORY,
    RELEASES,
    Answers,
    Failure,
    hostile,
    report_of,
)

Run = Callable[..., "object"]


def test_one_line_fits_on_one_screen(run: Run, answers: Answers) -> None:
    """The message comes first, the way to the proof last, and all of it on one screen of 80 columns."""
    shown = run("report", "clone")
    lines = shown.out.splitlines()
    assert (shown.code, shown.err) == (0, "")
    assert len(lines) <= 44
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("harbour releases about once a month")
    assert lines[-1] == "Open any number: streamgauge why change_lead_time --service harbour"


@pytest.mark.parametrize(
    "line",
    [
        r"Change lead time +95\.6 d +92\.1–100 +3,806 ▂▂ ▃▃ ▄▄",
        r"    low \(DORA 2024\) · 85 % up to 436 d · from author time, without merge",
        r"Deployment frequency +1\.00/month +60 ▅█▁▅█▁",
        r"Deployment rework rate +insufficient data: 3 of 20",
        r"Change fail rate +10\.5 % +5\.00–21\.0 +57",
        r"Batch size +41 +20–64 +60",
        r"2025-08-10    v2\.10\.0 +50 +41\.9 d  failed \(v2\.11\.0 followed",
        r"2025-09-09    v2\.11\.0 +51 +46\.1 d  ok hotfix",
        r"68 commits wait for a release, the oldest since 2025-09-01 \(77 days\)\.",
        r" +90 commits +1,200 lines src/berths/plan\.py",
        r"• Failures are inferred from reverts",
    ],
)
def test_what_the_terminal_says(run: Run, line: str) -> None:
    """Values come in human units with interval, n, band with edition, and series with gaps."""
    assert re.search("^" + line, run("report", "clone").out, re.MULTILINE)


def test_no_path_means_the_current_folder(run: Run, answers: Answers) -> None:
    """Without a path and a company file the current folder is read."""
    run("report")
    assert answers.asked[0].paths == (".",)


def test_no_path_means_the_repositories_of_the_company_file(run: Run, answers: Answers, tmp_path: Path) -> None:
    """Without a path the company file in the current folder says which repositories are read."""
    Path("streamgauge.yaml").write_text("services:\n  - name: harbour\n    repository: clone\n", encoding="utf-8")
    run("report")
    assert answers.asked[0].paths == (str(tmp_path / "here" / "clone"),)


def test_options_become_the_question(run: Run, answers: Answers) -> None:
    """Every option of the selection reaches the answers."""
    run(
        "report",
        "a",
        "b",
        "a",
        "--since",
        "2024-01-01",
        "--until",
        "2025-01-01",
        "--as-of",
        "2025-06-01T12:00Z",
        "--releases",
        r"v\d+",
        "--releases",
        "w.*",
        "--lead-time-from",
        "committed",
        "--include-merges",
        "--lines",
        "none",
    )
    asked = answers.asked[0]
    assert asked.paths == ("a", "b")
    assert [m.isoformat()[:16] for m in (asked.since, asked.until, asked.as_of)] == [
        "2024-01-01T00:00",
        "2025-01-01T00:00",
        "2025-06-01T12:00",
    ]
    assert asked.releases == (r"v\d+", "w.*")
    assert (asked.lead_time_from, asked.include_merges, asked.lines) == ("committed", True, "none")
    assert "lines" not in answers.asked


def test_lines_are_read_after_the_first_look(run: Run, answers: Answers) -> None:
    """The first numbers do not wait for lines; hot spots come when those are read."""
    answers.lines_read = 3000
    shown = run("report", "clone")
    assert answers.asked[-1] == "lines"
    assert shown.out.count("Change lead time") == 1
    assert shown.out.count("src/berths/plan.py") == 1


def test_several_lines_are_told_apart(run: Run, answers: Answers) -> None:
    """With up to three lines each has its screen, and the proof is asked for by NAME/LINE."""
    weekly = replace(HARBOUR, release_line="weekly", releases=RELEASES[:2])
    answers.report = report_of(replace(HARBOUR, release_line="lts"), weekly)
    shown = run("report", "clone").out
    assert shown.count("Change lead time") == 2
    assert "harbour/weekly · all history to 2025-11-17" in shown
    assert shown.splitlines()[-1].endswith("--service harbour/lts")


def test_many_lines_are_a_table(run: Run, answers: Answers) -> None:
    """With more than three lines each is a row, that with most releases first, and at most 25 are shown."""
    frequency = HARBOUR.measures[0]
    services = [
        replace(HARBOUR, service=f"quay-{i}", measures=(replace(frequency, n=i), *HARBOUR.measures[1:]))
        for i in range(30)
    ]
    answers.report = report_of(*services)
    answers.lines_read = 5000
    shown = run("report", "clone")
    lines = shown.out.splitlines()
    assert lines[:3] == [MESSAGE, "", "30 release lines, most releases first"]
    assert re.match(r"quay-29 +1\.00/month +95\.6 d +10\.5 % +68 2025-10-09", lines[4])
    assert "\n• 3 of 63 tags are in no release line, such as nightly.\n" in shown.out  # true of all, so said once
    assert "and 5 more: --service NAME shows one" in shown.out
    assert lines[-1].endswith("--service quay-29")
    assert max(map(len, lines)) <= 80
    assert "lines" not in answers.asked


def test_rates_below_each_other_have_one_unit(run: Run, answers: Answers) -> None:
    """It is that of the middle one, so that a column can be read down."""
    frequency = HARBOUR.measures[0]
    services = [
        replace(
            HARBOUR, service=f"quay-{i}", measures=(replace(frequency, value=v), *HARBOUR.measures[1:]), notes=(f"{v}",)
        )
        for i, v in enumerate((0.7, 0.04, 0.035, 0.001))
    ]
    answers.report = report_of(*services)
    shown = run("report", "clone").out
    assert re.findall(r"\S+/month", shown) == ["21.3/month", "1.22/month", "1.07/month", "0.03/month"]
    assert re.findall("• .*", shown) == ["• Failures are inferred from reverts and hotfix releases."]


def test_how_failures_are_told_is_said_of_many_lines_too(run: Run, answers: Answers) -> None:
    """What holds for each line that has the number is said; where rules differ, that they do."""
    rates = [m for m in HARBOUR.measures if m.metric == "change_fail_rate"]
    others = [m for m in HARBOUR.measures if m.metric != "change_fail_rate"]
    unknown = replace(rates[0], value=None, null_reason="not measurable", caveats=())
    proxy = [replace(m, caveats=("Proxy: release tags stand for deployments.",)) for m in others]
    services = [replace(HARBOUR, service=f"quay-{i}", measures=(*proxy, rates[0])) for i in range(4)]
    services += [replace(HARBOUR, service="quay-9", measures=(*proxy, unknown))]
    answers.report = report_of(*services)
    said = re.findall("• .*", run("report", "clone").out)
    assert said[1:] == [
        "• Proxy: release tags stand for deployments.",
        "• Failures are inferred from reverts and hotfix releases.",
    ]
    recorded = replace(HARBOUR, service="quay-8", measures=(*proxy, replace(rates[0], caveats=())))
    answers.report = report_of(*services, recorded)
    assert re.findall("• .*", run("report", "clone").out)[2].startswith(
        "• Failures are inferred, or recorded, by other"
    )


def test_lines_in_which_something_else_stands_for_deployments_are_named(run: Run, answers: Answers) -> None:
    services = [replace(HARBOUR, service=f"quay-{i}", proxy="release tags") for i in range(4)]
    services += [replace(HARBOUR, service=f"mole-{i}", proxy="merges to the default branch") for i in range(2)]
    answers.report = report_of(*services)
    said = "In mole-0 and 1 more, merges to the default branch stand for deployments, not release tags"
    assert said in " ".join(run("report", "clone").out.split())
    answers.report = report_of(*services[:4])
    assert "stand for deployments, not" not in run("report", "clone").out


def test_the_lines_of_one_service_are_told_by_their_own_names(run: Run, answers: Answers) -> None:
    """In a monorepo the service is said once; of a long name the end stays, which says more."""
    names = ("tide", "@lantern/a-package-with-a-very-long-name-indeed", "pilot", "tug")
    answers.report = report_of(*(replace(HARBOUR, release_line=name) for name in names))
    lines = run("report", "clone").out.splitlines()
    assert lines[2] == "4 release lines of harbour, most releases first"
    assert lines[4].startswith("…h-a-very-long-name-indeed ")
    assert lines[-1].endswith("--service harbour/@lantern/a-package-with-a-very-long-name-indeed")


def test_a_path_that_fails_does_not_stop_the_others(run: Run, answers: Answers) -> None:
    """A failure is shown in the report and on stderr; exit code 1 says that a part failed."""
    answers.failures = {"quay": NOT_A_REPOSITORY}
    shown = run("report", "clone", "quay")
    assert shown.code == 1
    assert shown.err == "error: 'quay' holds no git repository.\nName the folder of a clone.\n"
    assert "Not read: quay: 'quay' holds no git repository." in shown.out
    assert "Change lead time" in shown.out


def test_when_all_paths_fail_the_error_sets_the_exit_code(run: Run, answers: Answers) -> None:
    """With nothing to show there is no report, and the code is that of the error, or 1 where they differ."""
    answers.failures = {"quay": NOT_A_REPOSITORY, "pier": BrokenRepository("Objects are missing.")}
    alone = run("report", "quay", "--format", "json")
    assert (alone.code, alone.out) == (2, "")
    assert run("report", "pier").code == 3
    assert run("report", "quay", "pier").code == 1


def test_json_goes_to_stdout_alone(run: Run, answers: Answers) -> None:
    """The document is all that stdout holds."""
    shown = run("report", "clone", "--format", "json")
    assert json.loads(shown.out)["services"][0]["service"] == "harbour"
    assert shown.err == ""


def test_one_run_writes_all_three(run: Run, answers: Answers) -> None:
    """The terminal report, the page and the document come out of one run."""
    shown = run("report", "clone", "--html", "report.html", "--json", "report.json")
    assert "Change lead time" in shown.out
    assert Path("report.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["document"] == "delivery"


def test_a_text_file_has_no_colour_and_no_escape(run: Run, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report in a file is plain text, even where colours are forced on the terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run("report", "clone", "--out", "report.txt").out == ""
    text = Path("report.txt").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "Change lead time" in text


def test_hostile_text_is_written_out(run: Run, answers: Answers) -> None:
    """Control sequences and directions in what tools say are shown, never sent; markup means nothing."""
    answers.report = report_of(hostile(), failures=[Failure(path=HOSTILE, error=HOSTILE)])
    for arguments in ((), ("--format", "json"), ("--out", "-")):
        shown = run("report", HOSTILE, *arguments)
        assert not set("\x1b\x07\x9b\u202e") & set(shown.out + shown.err)
    assert "[bold]b[/bold] :smile:" in run("report", "x").out


def test_names_take_the_room_that_they_need(run: Run, answers: Answers) -> None:
    """A picture, and a letter of Chinese, is two cells wide."""
    for name in ("v1.0-\N{ROCKET}", "\N{ROCKET}1.0", "\u7248\u672c1.0"):
        releases = tuple(replace(one, name=name) for one in HARBOUR.releases)
        answers.report = report_of(replace(HARBOUR, releases=releases))
        assert f" {name} " in run("report", "clone").out


def test_where_no_tag_is_a_release_nothing_is_called_released(run: Run, answers: Answers) -> None:
    idle = replace(HARBOUR, undeployed=replace(HARBOUR.undeployed, n=0, oldest_at=None))
    for proxy, where in (("release tags", "released"), ("merges to the default branch", "on the default branch")):
        answers.report = report_of(replace(idle, proxy=proxy))
        assert f"Nothing waits: every change is {where}." in run("report", "clone").out


def test_an_empty_answer_is_no_crash(run: Run, answers: Answers) -> None:
    """A line without releases, series or values is told in words."""
    bare = replace(
        HARBOUR, releases=(), series=(), measures=(), hot_spots=(), notes=(), rule="", message="No commits yet."
    )
    answers.report = report_of(replace(bare, undeployed=replace(bare.undeployed, n=0, oldest_at=None)))
    shown = run("report", "clone")
    assert "No commits yet." in shown.out
    assert "No release in this span." in shown.out
    answers.report = report_of()
    assert run("report", "clone").code == 0


def test_a_terminal_without_unicode_gets_ascii(run: Run, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the encoding knows only ASCII, so does the report."""
    from streamgauge.surfaces.cli import terminal

    monkeypatch.setattr(terminal, "glyphs", lambda: terminal.Glyphs(unicode=False))
    answers.report = report_of(replace(HARBOUR, message="größer → besser…"))
    shown = run("report", "clone").out
    assert shown.isascii()
    assert r"gr\xf6\xdfer -> besser..." in shown
    assert "=#_=#_" in shown
