"""Infers which releases failed, where only version control speaks: a revert or a hotfix release soon after."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from streamgauge.company import Thresholds

_ROUTINE_SHARE = 0.5
_DAYS = range(1900_01_01, 2200_01_01)
"""Days as versions have them, each as one number."""


@dataclass(frozen=True)
class Shipment:
    """A counted release as the rules see it."""

    name: str
    at: datetime
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Repair:
    """One sign that `failed` needed mending: which release mended it, and by which rule."""

    failed: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Inference:
    """What could be inferred: repairs, oldest first, several of one failure where it took several releases to mend.

    `unmeasurable` says why nothing could be inferred; the rules that were used are in words.
    """

    repairs: tuple[Repair, ...]
    rules: tuple[str, ...]
    unmeasurable: str | None


def infer(shipments: Sequence[Shipment], reverts: Iterable[Repair], has_reverts: bool, terms: Thresholds) -> Inference:
    """Return the repairs found by both rules (definitions 1.3 and 1.5, for plain version control).

    `reverts` are releases that carry the revert of a change shipped before; `has_reverts` says whether this history
    shows reverts at all, without which their absence proves nothing.
    """
    followed = _followed(shipments)
    hotfixes, why_not = _hotfixes(shipments, followed, terms)
    soon = timedelta(days=terms.revert_days)
    at = {s.name: s.at for s in shipments}
    reverted = [r for r in reverts if r.failed in at and r.at - at[r.failed] <= soon]
    rules = []
    if has_reverts:
        rules.append(
            f"a release carries the revert of a change that was released at most {terms.revert_days:g} days before"
        )
    if why_not is None:
        rules.append(f"the next patch version follows within {terms.hotfix_days:g} days")
    unmeasurable = None
    if not rules:
        unmeasurable = f"not measurable: {why_not}, and no released change was ever reverted by name"
    return Inference(tuple(sorted([*reverted, *hotfixes], key=lambda r: (r.at, r.by))), tuple(rules), unmeasurable)


def _followed(shipments: Sequence[Shipment]) -> list[tuple[Shipment, Shipment]]:
    """Return pairs of a release and the patch version next after it (1.4.2 after 1.4.1, 1.4.1 after 1.4 or 1.4.0).

    What is called by its day has patches too, where the day alone came before (2022.05.18.1 after 2022.05.18).

    What came at one instant was copied there together, as from another tool, and mends nothing.
    """
    by_numbers: dict[tuple[int, ...], list[Shipment]] = defaultdict(list)
    for one in sorted(shipments, key=lambda s: s.at):
        by_numbers[one.numbers].append(one)
    pairs = []
    for later in shipments:
        if not _has_patch(later.numbers, by_numbers) or later.numbers[-1] == 0:
            continue
        known = by_numbers.get((*later.numbers[:-1], later.numbers[-1] - 1))
        if known is None and later.numbers[-1] == 1:
            known = by_numbers.get(later.numbers[:-1])
        before = [one for one in known or () if one.at < later.at]
        if before:
            pairs.append((before[-1], later))
    return pairs


def _has_patch(numbers: tuple[int, ...], released: Container[tuple[int, ...]]) -> bool:
    """Return whether the last number counts patches, and not all that is built or released, of a day as of a year."""
    return len(numbers) >= 3 or (len(numbers) == 2 and numbers[0] in _DAYS and numbers[:1] in released)


def _hotfixes(
    shipments: Sequence[Shipment], followed: Sequence[tuple[Shipment, Shipment]], terms: Thresholds
) -> tuple[list[Repair], str | None]:
    """Return repairs by patch versions, and why the rule does not hold here where patches are the routine."""
    released = {s.numbers for s in shipments}
    if not any(_has_patch(s.numbers, released) for s in shipments):
        has_versions = any(s.numbers for s in shipments)
        return [], "its versions have no patch number" if has_versions else "nothing in it has a version"
    soon = timedelta(days=terms.hotfix_days)
    gaps = [(later.at - before.at).total_seconds() for before, later in followed]
    routine = len(followed) > _ROUTINE_SHARE * len(shipments)
    if routine and median(gaps) <= soon.total_seconds():
        return [], f"patch versions are its routine (half of them follow within {terms.hotfix_days:g} days)"
    return [
        Repair(
            before.name, later.name, later.at, f"patch version {later.name} came {_days(later.at - before.at)} after"
        )
        for before, later in followed
        if later.at - before.at <= soon
    ], None


def _days(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"
