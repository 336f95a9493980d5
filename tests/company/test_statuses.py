"""Statuses are understood by their names, in several languages; what is not recognised is not guessed."""

from typing import Literal
from unicodedata import normalize

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
    "active": "Actif, Aktiv, Activo, Ativo, Pågår, Under arbeid, Käynnissä, Devam ediyor, 作業中, 진행 중, 테스트 중, "
    "処理中, Working on it, Bug fixing, W recenzji, İncelemede, QA Review, Technical Review, Security Review",
    "waiting": "In queue, Ready to start, Changes requested, Third party, "
    "À tester, Pendiente de aprobación, Tested, Reviewed, 待测试, レビュー待ち, Готово к тестированию",
    "done": "Launched, 処理済み, Clôturé, Zrobione, Färdig, Lukket, Valmis, Hotovo, 완료",
    "new": "Ny, Öppen, Avoin, Yeni, Proposé, Nowe, Unstarted, バックログ, Бэклог, 백로그",
    "cancelled": "Closed - Duplicate, Closed/Rejected, Closed (Cancelled), RESOLVED WONTFIX, Done: Obsolete, "
    "Works for me, Closed as not reproducible, Closed Skipped, Closed Incomplete, Entfernt, Supprimé, Avbruten",
}
SCRIPTS = {
    "cancelled": "İptal, İPTAL EDİLDİ, Törölve, Zamietnuté, Скасовано, Ακυρώθηκε, ملغى, בוטל, Dibatalkan, Đã hủy, "
    "ยกเลิก, रद्द, 已拒絕, Rejected by PO",
    "done": "TAMAMLANDI, Çözüldü, Kész, Finalizat, Виконано, Завершено, Završeno, Ολοκληρώθηκε, مكتمل, הושלם, "
    "Selesai, Hoàn thành, เสร็จสิ้น, पूर्ण, Fullført, Tehty, 已關閉, Released to Prod",
    "active": "Yapılıyor, Folyamatban, În lucru, V řešení, W toku, В роботі, Σε εξέλιξη, قيد التنفيذ, בתהליך, "
    "Sedang dikerjakan, Đang làm, กำลังดำเนินการ, प्रगति में, 處理中, 測試中, На проверке, C) In Progress",
    "waiting": "Selected for Dev, QA failed, Ready 4 QA, Ready4Release, De făcut, До виконання, לביצוע, Cần làm, 待辦, "
    "På vent, On Ice, Várakozik, Čaká na zákazníka, Σε αναμονή, Menunggu persetujuan, Chờ duyệt, ระงับ",
    "new": "Not Started, Új, Deschis, Otvorené, Відкрито, Νέο, جديد, חדש, Baru, Mới, ใหม่, नया, 未開始",
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


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("state", "names"), SCRIPTS.items())
def test_names_in_more_scripts_are_understood_however_their_signs_are_written(
    state: str, names: str, form: Literal["NFC", "NFD"]
) -> None:
    found = {name: understood(normalize(form, name)) for name in names.split(", ")}
    assert {name: one and one.state for name, one in found.items()} == dict.fromkeys(found, state)


@pytest.mark.parametrize("name", ["Take in charge ticket", "Frobnicate", "-100", "?", "", "T06", "Phase 2"])
def test_what_is_not_recognised_is_not_guessed(name: str) -> None:
    assert understood(name) is None


def test_what_became_of_a_thing_is_its_status() -> None:
    told = {
        "Ticket Created": "new",
        "Ticket Assigned": "waiting",
        "Work Started": "active",
        "Work Resumed": "active",
        "Ticket On Hold": "waiting",
        "Incident resolved": "done",
        "Case is closed": "done",
        "Issue Reopened": "waiting",
    }
    found = {name: understood(name) for name in told}
    assert {name: one and one.state for name, one in found.items()} == told
    names = ("Work Completed", "Case accepted", "Ticket review", "Order closed", "Ticket", "Case Manager Review")
    assert [understood(name) for name in names] == [None] * len(names)


def test_a_deal_that_is_lost_is_not_done_and_one_that_is_won_is() -> None:
    lost = "Lost, Closed Lost, Closed - Lost, ClosedLost, Closed Lost to Rival, Deal lost, Opportunity Lost, Verloren"
    won = "Won, Closed Won, Closed - Won, closed_won, Deal won, Opportunity Won, Gewonnen, Gagné"
    for state, names in (("cancelled", lost), ("done", won)):
        found = {name: understood(name) for name in names.split(", ")}
        assert {name: one and one.state for name, one in found.items()} == dict.fromkeys(found, state)


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
