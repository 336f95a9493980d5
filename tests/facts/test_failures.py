"""Failures are inferred by two rules within their windows, and not at all where neither can speak."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from streamgauge.company import Thresholds
from streamgauge.facts.failures import Inference, Repair, Shipment, infer

START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = Thresholds()


def ship(name: str, day: float) -> Shipment:
    return Shipment(name, START + timedelta(days=day), tuple(int(n) for n in name.split(".")))


def revert(failed: str, by: str, day: float) -> Repair:
    return Repair(failed, by, START + timedelta(days=day), f"{by} reverts")


def found(inference: Inference) -> dict[str, str]:
    return {r.failed: r.by for r in inference.repairs}


MINORS = [ship(f"1.{n}.0", 30 * n) for n in range(10)]


@pytest.mark.parametrize(("days", "fails"), [(0, False), (0.01, True), (7, True), (7.0001, False), (20, False)])
def test_a_patch_within_the_window_mends_the_release_before_it(days: float, fails: bool) -> None:
    inference = infer([*MINORS, ship("1.9.1", 270 + days)], [], False, TERMS)
    assert found(inference) == ({"1.9.0": "1.9.1"} if fails else {})
    assert inference.unmeasurable is None
    assert len(inference.rules) == 1


@pytest.mark.parametrize(("days", "fails"), [(0, True), (7, True), (7.0001, False)])
def test_a_revert_within_the_window_marks_the_release(days: float, fails: bool) -> None:
    inference = infer([*MINORS, ship("2.0", 400 + days)], [revert("1.9.0", "2.0", 270 + days)], True, TERMS)
    assert found(inference) == ({"1.9.0": "2.0"} if fails else {})
    assert len(inference.rules) == 2


def test_the_windows_are_the_companys() -> None:
    later = [*MINORS, ship("1.9.1", 280)]
    assert not infer(later, [], False, TERMS).repairs
    assert infer(later, [], False, Thresholds(hotfix_days=10)).repairs


def test_a_failure_is_mended_by_the_last_of_its_repairs_and_each_of_them_is_rework() -> None:
    inference = infer([*MINORS, ship("1.9.1", 275)], [revert("1.9.0", "1.9.5", 273)], True, TERMS)
    assert found(inference) == {"1.9.0": "1.9.1"}
    assert [repair.by for repair in inference.repairs] == ["1.9.5", "1.9.1"]


def test_a_day_has_patches_where_the_day_alone_came_before() -> None:
    """Where each of them is counted from 1 on, as build tools do, the number tells of no patch."""
    days = [ship(f"{20260101 + 100 * n}", 30 * n) for n in range(5)]
    assert found(infer([*days, ship("20260501.1", 121), ship("20260501.2", 122)], [], False, TERMS)) == {
        "20260501": "20260501.1",
        "20260501.1": "20260501.2",
    }
    builds = [ship(f"{20260101 + n}.{k}", n + k / 10) for n in range(5) for k in (1, 2)]
    assert infer([*days[1:], *builds], [], False, TERMS).repairs == ()
    assert "no patch number" in str(infer(builds, [], False, TERMS).unmeasurable)


def test_of_several_builds_of_a_version_the_last_before_its_patch_is_mended() -> None:
    """As packagers number them (1.9.0-1, 1.9.0-2), also long after later versions."""
    builds = [replace(ship("1.9.0", 270 + days), name=f"1.9.0-{n}") for n, days in enumerate((0, 4, 300), 1)]
    inference = infer([*MINORS[:-1], *builds, ship("1.9.1", 276)], [], False, TERMS)
    assert found(inference) == {"1.9.0-2": "1.9.1"}


def test_a_failed_hotfix_is_a_failure_of_its_own() -> None:
    inference = infer([*MINORS, ship("1.9.1", 271), ship("1.9.2", 272)], [], False, TERMS)
    assert found(inference) == {"1.9.0": "1.9.1", "1.9.1": "1.9.2"}


def test_the_first_patch_follows_a_release_of_two_numbers_too() -> None:
    assert found(infer([ship("1.4", 0), ship("1.4.1", 1), *MINORS[5:]], [], False, TERMS)) == {"1.4": "1.4.1"}


def test_a_skipped_patch_number_mends_nothing() -> None:
    assert not infer([*MINORS, ship("1.9.2", 271)], [], False, TERMS).repairs


def test_a_patch_dated_before_what_it_mends_mends_nothing() -> None:
    assert not infer([*MINORS, ship("1.9.1", 269)], [], False, TERMS).repairs


def test_patches_that_are_the_routine_tell_nothing() -> None:
    inference = infer([ship(f"1.0.{n}", 2 * n) for n in range(20)], [], False, TERMS)
    assert not inference.repairs
    assert inference.unmeasurable is not None
    assert "patch versions are its routine" in inference.unmeasurable


def test_slow_patches_that_are_the_routine_still_tell() -> None:
    slow = [ship(f"1.0.{n}", 30 * n) for n in range(10)]
    assert found(infer([*slow, ship("1.0.10", 271)], [], False, TERMS)) == {"1.0.9": "1.0.10"}


def test_reverts_still_tell_where_patches_do_not() -> None:
    shipments = [ship(f"1.0.{n}", 2 * n) for n in range(20)]
    inference = infer(shipments, [revert("1.0.3", "1.0.4", 8)], True, TERMS)
    assert found(inference) == {"1.0.3": "1.0.4"}
    assert inference.unmeasurable is None


def test_versions_without_patch_number_and_no_revert_are_not_measurable() -> None:
    inference = infer([ship(f"{n}.0", n) for n in range(9)], [], False, TERMS)
    assert inference.unmeasurable is not None
    assert inference.unmeasurable.startswith("not measurable: its versions have no patch number")


def test_a_revert_of_what_is_no_release_is_ignored() -> None:
    assert not infer(MINORS, [revert("0.1", "1.9.0", 1)], True, TERMS).repairs


def test_nothing_released_is_not_measurable() -> None:
    assert infer([], [], False, TERMS).unmeasurable is not None
