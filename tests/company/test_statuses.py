"""Statuses are understood by their names, in several languages; what is not recognised is not guessed."""

import pytest

from streamgauge.company.statuses import understood

KNOWN = {
    ("new", "Backlog"): "New, Backlog, Open, Neu, Ouvert, Abierto, Icebox, To Triage",
    (
        "waiting",
        "Ready",
    ): "To Do, ToDo, Ready, Selected for Development, À faire, Zu erledigen, Reopened",
    (
        "active",
        "Development",
    ): "In Progress, IN_PROGRESS, InProgress, Doing, In Arbeit, En cours, In Dev",
    ("waiting", "Development"): "Ready for Dev, Dev Done, Ready to implement",
    ("active", "Review"): "In Review, Code Review, 3. In Review, PR Review, Peer Review",
    ("waiting", "Review"): "Ready for Review, Waiting for code review, Needs Review",
    ("active", "Test"): "Testing, In QA, QA, Im Test, Verification",
    ("waiting", "Test"): "Ready for QA, Waiting for test, QA Done, To be tested",
    ("waiting", "Acceptance"): "Waiting for approval, Ready for UAT",
    ("waiting", "Release"): "Ready to deploy, Ready for release, Waiting for deployment, Ready for production",
    (
        "done",
        "Done",
    ): "Done, DONE!, Closed, Resolved, ✅ Done, Erledigt, Terminé, Closed Complete, Live",
    ("cancelled", "Cancelled"): "Cancelled, Won't Fix, Won’t do, Duplicate, Abgelehnt, Not planned, Rejected",
    (
        "waiting",
        "Blocked",
    ): "Blocked, On Hold, Waiting for customer, Awaiting User Info, Pending vendor, Wartet, NeedInfo, In Rückfrage",
}
MORE = {
    "active": "Actif, Aktiv, Activo, Ativo, Pågår, Under arbeid, Käynnissä, Devam ediyor, 作業中, 진행 중",
    "waiting": "À tester, Pendiente de aprobación, Tested, Reviewed, 待测试, レビュー待ち, Готово к тестированию",
    "done": "Clôturé, Zrobione, Färdig, Lukket, Valmis, Hotovo, 완료",
    "new": "Ny, Öppen, Avoin, Yeni, Proposé, Nowe",
    "cancelled": "Closed Skipped, Closed Incomplete, Entfernt, Supprimé, Avbruten",
}
NAMES = [(name, *meant) for meant, names in KNOWN.items() for name in names.split(", ")]


@pytest.mark.parametrize(("name", "state", "stage"), NAMES)
def test_a_usual_name_is_understood(name: str, state: str, stage: str) -> None:
    found = understood(name)
    assert found is not None
    assert (found.state, found.stage) == (state, stage)


@pytest.mark.parametrize(
    ("name", "state"), [(name, state) for state, names in MORE.items() for name in names.split(", ")]
)
def test_a_name_of_another_tool_or_language_is_understood(name: str, state: str) -> None:
    found = understood(name)
    assert found is not None
    assert found.state == state


@pytest.mark.parametrize("name", ["Take in charge ticket", "Frobnicate", "-100", "?", "", "T06", "Phase 2"])
def test_what_is_not_recognised_is_not_guessed(name: str) -> None:
    assert understood(name) is None


def test_a_status_with_its_reason_is_told_by_the_reason() -> None:
    accepted, queued = understood("Accepted/In Progress"), understood("Queued-Awaiting Assignment")
    assert accepted is not None
    assert queued is not None
    assert (accepted.state, queued.state) == ("active", "waiting")


def test_a_hostile_name_takes_no_time_to_speak_of() -> None:
    assert understood("waiting for " * 5000) is not None or understood("ready " * 5000) is None


def test_what_is_blocked_has_no_place_of_its_own() -> None:
    found = understood("Blocked")
    assert found is not None
    assert found.place is None
