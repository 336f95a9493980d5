"""What a log says of the life of an activity: the words of its standard mark start and end, all others are states."""

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records.lifecycle import MARKS, WORDS
from streamgauge.sources.files.columns import Coded, Codes
from streamgauge.sources.files.sheet import Sheet

START, COMPLETE = "start", "complete"
STANDARD = frozenset(
    {
        *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort"),
        *("complete", "autoskip", "manualskip", "unknown"),
    }
)
"""The transitions of the standard lifecycle of XES, in small letters."""
_USUAL = 0.9
_BEGINS, _ENDS = frozenset(MARKS["start"]), frozenset(MARKS["complete"])
_ENDS_MARKED = re.compile(r"(.*\w\W*?)\s*[-+_:|/.( ]\s*(\w+)\)?")
_LOOKED_AT = 1000


def marked(sheet: Sheet) -> tuple[str, ...]:
    """Return the columns that hold nothing but marks of start and end of work, by the first rows.

    Where these hold starts alone, or ends alone, further rows tell: some logs list all starts before all ends.
    """
    table = sheet.peek(_LOOKED_AT).table
    texts = [name for name in sheet.columns if pa.types.is_string(table[name].type)]
    words = {name: _words(table[name]) for name in texts}
    alone = {name: found for name, found in words.items() if found and (found <= _BEGINS or found <= _ENDS)}
    words |= _read_on(sheet, alone)
    return tuple(name for name, found in words.items() if are_marks(found))


def _read_on(sheet: Sheet, words: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the words of these columns, read until each has both a start and another, or a word that is no mark."""
    found = {name: set(known) for name, known in words.items()}
    asked = set(found)
    for batch in sheet.batches() if asked else ():
        for name in asked:
            found[name] |= _words(batch.table[name])
        asked = {name for name in asked if found[name] <= WORDS and not are_marks(found[name])}
        if not asked:
            break
    return found


def _words(column: pa.ChunkedArray) -> set[str]:
    """Return the different words of a column, in small letters; of numbers their digits, which are no marks."""
    texts = (str(one).strip().casefold() for one in pc.unique(column).to_pylist() if one is not None)
    return {text for text in texts if text}


def are_marks(values: Iterable[str | None]) -> bool:
    """Return whether values are nothing but marks of start and end, with a start among them."""
    words = {word.strip().casefold() for word in values if word and word.strip()}
    return bool(words & _BEGINS) and len(words) > 1 and words <= WORDS


def apart(activity: Coded) -> tuple[Coded, Coded] | None:
    """Return activities and their lifecycle where each name ends with a mark, such as `Check-START`; null elsewhere.

    At least one activity must have both a start and an end.
    """
    names = [_ENDS_MARKED.fullmatch(name) for name in activity.values.to_pylist()]
    marks: dict[str, set[str]] = {}
    for name in names:
        if name is None or name[2].casefold() not in WORDS:
            return None
        marks.setdefault(name[1], set()).add(name[2].casefold())
    if not any(words & _BEGINS and words & _ENDS for words in marks.values()):
        return None
    parts = [(name[1], name[2]) for name in names if name is not None]
    return activity.mapped([part[0] for part in parts]), activity.mapped([part[1] for part in parts])


def joined(activity: Coded, lifecycle: Coded) -> tuple[Coded, Coded, int]:
    """Return the activities with the states that a lifecycle names behind a stroke, and the lifecycle without these.

    The third is how many rows that changed. A word such as `completed` is a mark where nearly all of the column are
    marks, and a state where it stands among states.
    """
    words = pc.utf8_lower(lifecycle.values)
    known = pc.is_in(words, value_set=pa.array(sorted(STANDARD)))
    alike = pc.is_in(words, value_set=pa.array(sorted(WORDS)))
    told = lifecycle.codes[lifecycle.codes >= 0]
    if not len(told) or pc.all(known).as_py():
        return activity, lifecycle, 0
    is_usual = pc.fill_null(pc.mean(alike.take(pa.array(told)).cast(pa.int8())), 1).as_py() >= _USUAL
    is_state = ~np.asarray(alike if is_usual else known)
    marked = np.append(is_state, False)[lifecycle.codes]
    kept = lifecycle.mapped(pc.if_else(pa.array(is_state), pa.scalar(None, pa.string()), lifecycle.values))
    return _pairs(activity, lifecycle, np.where(marked, lifecycle.codes, -1)), kept, int(marked.sum())


def _pairs(activity: Coded, lifecycle: Coded, state: Codes) -> Coded:
    """Return each activity, with its state where there is one; worked out once for each pair that there is."""
    width = len(lifecycle.values) + 1
    pairs, codes = np.unique((activity.codes.astype(np.int64) + 1) * width + state + 1, return_inverse=True)
    names = Coded(activity.values, (pairs // width - 1).astype(np.int32)).texts()
    states = Coded(lifecycle.values, (pairs % width - 1).astype(np.int32)).texts()
    both = pc.binary_join_element_wise(names, states, "/")
    return Coded(both, codes.astype(np.int32)).mapped(pc.coalesce(both, names))
