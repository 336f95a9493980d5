"""Days and times of day in two columns, such as `Start Date` and `Start Time`, as one column of instants."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.sheet import Batch, Sheet
from streamgauge.sources.files.vocabulary import bare

_DAYS = ("date", "datum", "day", "tag", "fecha", "data", "jour", "dia", "dag", "dato", "дата", "日付", "日期")
_TIMES = (
    "time",
    "uhrzeit",
    "zeit",
    "heure",
    "hora",
    "ora",
    "tijd",
    "godzina",
    "tid",
    "klockslag",
    "время",
    "時刻",
    "时间",
)
_TIME = r"^\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?(?:\s?Uhr)?\s*$"
_LOOKED_AT = 500


def joined(sheet: Sheet, *, besides: Collection[str] = ()) -> Sheet:
    """Return the sheet with each time of day put behind the day that it belongs to, which is said; else as it is.

    Two columns belong together where their names differ in nothing but the words for day and time, and the one holds
    days without a time, the other nothing but times. A time that is asked for by itself stands `besides`.
    """
    free = [name for name in sheet.columns if name not in besides]
    if pairs := {day: time for day, time in _pairs(sheet.columns, free).items() if _are_parts(sheet, day, time)}:
        told = [f"'{time}' is the time of day of '{day}': they are read as one." for day, time in pairs.items()]
        left = tuple(name for name in sheet.columns if name not in pairs.values())
        return replace(sheet, columns=left, notes=(*sheet.notes, *told), read=_reader(sheet, pairs, left))
    return sheet


def _pairs(columns: Sequence[str], free: Sequence[str]) -> dict[str, str]:
    days = {rest: name for name in columns for rest in _rests(name, _DAYS)}
    times = {rest: name for name in free for rest in _rests(name, _TIMES)}
    return {days[rest]: times[rest] for rest in days if rest in times and days[rest] != times[rest]}


def _rests(name: str, words: Sequence[str]) -> Iterator[str]:
    """Give what is left of a name without a word for what it holds, at its start or its end."""
    spelled = bare(name)
    for word in map(bare, words):
        if spelled.startswith(word):
            yield spelled.removeprefix(word)
        if spelled.endswith(word):
            yield spelled.removesuffix(word)


def _are_parts(sheet: Sheet, day: str, time: str) -> bool:
    table = sheet.peek(_LOOKED_AT).table
    if not all(pa.types.is_string(kind) for kind in (_spelt(table[day]).type, table[time].type)):
        return False
    days, times = _told(_spelt(table[day])), _told(table[time])
    if not len(days) or not len(times) or not pc.all(pc.match_substring_regex(times, _TIME)).as_py():
        return False
    return not pc.any(pc.match_substring_regex(days, r"\d[:.h]\d{2}[:.]\d{2}|\d:\d{2}")).as_py() or _is_dotted(days)


def _is_dotted(days: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.match_substring_regex(days, r"^\s*\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})\s*$")).as_py())


def _spelt(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the days of a workbook, which are midnights without a zone, as texts; any other column as it is."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is not None:
        return column
    are_days = pc.all(pc.equal(pc.floor_temporal(column, unit="day"), column)).as_py() is not False
    return pc.strftime(column, format="%Y-%m-%d") if are_days else column


def _told(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.filter(pc.match_substring_regex(column, r"\d").fill_null(fill_value=False))


def _reader(sheet: Sheet, pairs: Mapping[str, str], left: Sequence[str]) -> Callable[[int], Iterator[Batch]]:
    def read(size: int) -> Iterator[Batch]:
        for batch in sheet.read(size):
            columns = {name: batch.table[name] for name in left}
            columns |= {day: _instants(_spelt(batch.table[day]), batch.table[time]) for day, time in pairs.items()}
            yield replace(batch, table=pa.table({name: columns[name] for name in left}))

    return read


def _instants(day: pa.ChunkedArray, time: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return days with their times behind them; a day without a time stays a day, a time without a day is nothing."""
    there = pc.and_(pc.not_equal(pc.utf8_trim_whitespace(time), ""), pc.not_equal(pc.utf8_trim_whitespace(day), ""))
    both = pc.binary_join_element_wise(pc.utf8_trim_whitespace(day), pc.utf8_trim_whitespace(time), " ")
    return pc.if_else(there.fill_null(fill_value=False), both, day)
