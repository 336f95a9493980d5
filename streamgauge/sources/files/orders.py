"""Whether the day, the month or the year stands first in a column of dates: one order for all of it, or a refusal."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.sources.files import clock_times, layouts
from streamgauge.sources.files.clock_times import GOOD
from streamgauge.sources.files.layouts import DAY_FIRST, MONTH_FIRST, ORDERS, YEAR_FIRST, Layout
from streamgauge.sources.files.shapes import AT_ONCE, Bytes, groups

Places = npt.NDArray[np.int64]
OTHER = {DAY_FIRST: MONTH_FIRST, MONTH_FIRST: DAY_FIRST}
"""The order that a date is in where it is not in this one."""
EITHER = ""
"""The order of a column in which every value is the same day with the day in front as with the month."""
_CONTRARY_SHARE = 0.01


class UnclearDates(Exception):
    """A column has no order of day and month that its values prove.

    `words` end a sentence about the column; `readings` show what a value may mean, by order.
    """

    def __init__(self, words: str, readings: dict[str, str]) -> None:
        super().__init__(words)
        self.words, self.readings = words, readings


class AmbiguousDates(UnclearDates):
    """Every value of the column reads well in several orders; `example` with its `readings` by order shows it."""

    def __init__(self, example: str, readings: dict[str, str]) -> None:
        several = " or ".join(f"{day} ({order})" for order, day in readings.items())
        super().__init__(f"'{example}' may be {several}, and no value of the column settles it", readings)
        self.example = example


class MixedDates(UnclearDates):
    """Some values of the column can only have the day first, others only the month: `examples` by order show it."""

    def __init__(self, examples: dict[str, str], counts: dict[str, int], readings: dict[str, str]) -> None:
        proofs = [
            f"'{examples[order]}' can only be {day} ({order}, as {counts[order]:,} values)"
            for order, day in readings.items()
        ]
        super().__init__(f"{' and '.join(proofs)}, so that nobody knows what the other values mean", readings)
        self.examples = examples


@dataclass
class _Evidence:
    """What a column says: how many values are no date in an order, and how many are one with the day, or the month, in
    front only; the first value of each kind, and the first that is another day in each order.
    """  # fmt: skip

    seen: int = 0
    differing: tuple[int, str] | None = None
    all_dotted: bool = True
    wrong: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    proofs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OTHER, 0))
    proof: dict[str, str] = field(default_factory=dict)

    def look(self, signs: Bytes, found: Layout, places: Places) -> None:
        """Take the texts of one layout, which stand at these places of the column, into account."""
        good = {order: _are_dates(signs, found, order) for order in ORDERS}
        for order, mask in good.items():
            self.wrong[order] += int((~mask).sum())
        for order, other in OTHER.items():
            alone = np.flatnonzero(good[order] & ~good[other])
            self.proofs[order] += len(alone)
            if len(alone):
                self.proof.setdefault(order, _text(signs[alone[0]]))
        if self.differing is None or places[0] < self.differing[0]:
            here = _first_differing(signs, found)
            if here is not None and (self.differing is None or places[here] < self.differing[0]):
                self.differing = int(places[here]), _text(signs[here])
        self.all_dotted &= found.dotted
        self.seen += len(signs)

    def order(self, elsewhere: str | None) -> str:
        """Return the order; raises UnclearDates."""
        day, month = self.wrong[DAY_FIRST], self.wrong[MONTH_FIRST]
        # Two numbers for a year in front are rare: only a column that is half wrong otherwise is taken so.
        if min(day, month) * 2 >= self.seen and self.wrong[YEAR_FIRST] < min(day, month):
            return YEAR_FIRST
        most, least = sorted(self.proofs, key=lambda order: -self.proofs[order])
        if self.proofs[least] > _CONTRARY_SHARE * sum(self.proofs.values()):
            raise MixedDates(self.proof, self.proofs, {order: shown(self.proof[order], order) for order in OTHER})
        return most if self.proofs[most] else self._unproven(elsewhere)

    def _unproven(self, elsewhere: str | None) -> str:
        """Return the order of a column whose values settle nothing; nobody writes the month first between dots."""
        if self.all_dotted:
            return DAY_FIRST
        if elsewhere is not None:
            return elsewhere
        if self.differing is None:
            return EITHER
        example = self.differing[1]
        raise AmbiguousDates(example, {order: shown(example, order) for order in OTHER})


def proven(column: pa.ChunkedArray) -> str | None:
    """Return the order of day and month that the values of a column prove; null where they prove none, or both."""
    evidence = _evidence(column)
    try:
        return evidence.order(None) if any(evidence.proofs.values()) else None
    except MixedDates:
        return None


def decided(column: pa.ChunkedArray, elsewhere: str | None = None) -> str:
    """Return the order of a column that its values prove, or, where they prove none, the one found `elsewhere`;
    `EITHER` where it makes no difference, as in 02/02/2026.

    At most one in a hundred of the values that prove an order may prove the contrary: they are typing errors. Raises
    MixedDates where more do, AmbiguousDates where none proves anything.
    """
    return _evidence(column).order(elsewhere)


def _evidence(column: pa.ChunkedArray) -> _Evidence:
    evidence = _Evidence()
    for signs, found, places in _open_groups(column):
        evidence.look(signs, found, places)
    return evidence


def shown(text: str, order: str) -> str:
    """Return the day that a text means in an order, as `05 March 2026`; "no date" where it means none."""
    for group in groups(pa.array([text])):
        found = layouts.layout(group.shape)
        if found is not None and found.may_be(ORDERS[order]):
            micros, faults = clock_times.micros(group.signs, found.ordered(ORDERS[order]))
            if faults[0] == GOOD:
                return f"{pa.scalar(int(micros[0]), pa.timestamp('us')).as_py():%d %B %Y}"
    return "no date"


def _first_differing(signs: Bytes, found: Layout) -> int | None:
    """Return which text is the first that is another day with the day in front than with the month."""
    if not all(found.may_be(ORDERS[order]) for order in OTHER):
        return None
    (day, day_faults), (month, month_faults) = (clock_times.micros(signs, found.ordered(ORDERS[one])) for one in OTHER)
    differs = (day != month) & (day_faults == GOOD) & (month_faults == GOOD)
    return int(np.argmax(differs)) if differs.any() else None


def _are_dates(signs: Bytes, found: Layout, order: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    letters = ORDERS[order]
    if not found.may_be(letters):
        return np.zeros(len(signs), np.bool_)
    return np.asarray(clock_times.micros(signs, found.ordered(letters))[1] == GOOD)


def _open_groups(column: pa.ChunkedArray) -> Iterator[tuple[Bytes, Layout, Places]]:
    before = 0
    for chunk in column.chunks:
        texts = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        for first in range(0, len(texts), AT_ONCE):
            for group in groups(texts.slice(first, AT_ONCE)):
                found = layouts.layout(group.shape)
                if found is not None and found.open:
                    yield group.signs, found, group.rows + (before + first)
        before += len(texts)


def _text(signs: Bytes) -> str:
    return signs.tobytes().decode("utf-8", "replace").strip()
