"""What the name of a file, or of a table in one, says: which dataset it is of, and of which day."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

_SUFFIX = re.compile(
    r"(?i)\.(csv|tsv|tab|txt|jsonl?|ndjson|parquet|xlsx?|xlsm|xes|jsonocel|xmlocel|sqlite3?|db|gz|zip|bz2)$"
)
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)"
    r"(?:(?![T_-]?(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d)[T_-]?([0-2]\d)[-:_h]?([0-5]\d)(?:[-:_]?[0-5]\d)?)?(?!\d)"
)
_GERMAN_DAY = re.compile(r"(?<!\d)([0-3]\d)[-_.]([01]\d)[-_.]((?:19|20)\d\d)(?!\d)")
_YEAR, _MONTH, _TO = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0[1-9]|1[0-2])", r"[-_. ]*(?:to|until|bis)?[-_. ]*"
_PERIODS = tuple(
    re.compile(rf"(?i)(?<![^\W_a-z]){one}(?![^\W_a-z])")
    for one in (
        rf"{_YEAR}[-_. ]?(?:KW|CW|W)(?P<week>[0-5]\d)",
        rf"(?:KW|CW|W)[-_. ]?(?P<week>[0-5]\d)[-_. ]?{_YEAR}",
        rf"{_YEAR}[-_. ]?Q(?P<quarter>[1-4])",
        rf"Q(?P<quarter>[1-4])[-_. ]?{_YEAR}",
        rf"{_YEAR}[-_.]?{_MONTH}",
        rf"(?<![a-z]){_MONTH}[-_.]{_YEAR}",
    )
)
_MONTHS = re.compile(
    r"(?i)(?<!\d)(?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])" + _TO + r"(?:19|20)\d\d\1(?:0[1-9]|1[0-2])(?![-_.]?\d)"
)
"""From one month to another: what stands between them is no day."""
_MARK = "\0"
_RANGE = re.compile(f"(?i){_MARK}{_TO}{_MARK}")
Period = tuple[datetime | None, datetime | None]
"""Since when and until when (excluded) something tells what happened; null for what is not known."""
_COPY = re.compile(r"(?i)[ _-]*(\(\d+\)|copy|kopie|copie|copia)\s*$")
_RUBBISH = re.compile(r"^[\W_]+|[\W_]+$")


def dataset(file_name: str) -> str:
    """Return the dataset that a file is an export of: its name without suffixes, dates and marks of copies."""
    bare = stem(file_name)
    short = bare if _MONTHS.search(bare) else _GERMAN_DAY.sub(_MARK, _DAY.sub(_MARK, bare))
    for period in _PERIODS:
        short = period.sub(lambda found: found[0] if _period(found) is None else _MARK, short)
    short = _RANGE.sub("", short).replace(_MARK, "")
    short = _COPY.sub("", short)
    short = re.sub(r"[\s_.-]{2,}", "-", _RUBBISH.sub("", short))
    return short if re.search(r"[^\W\d_]", short) else bare


def parts(names: Sequence[str]) -> list[str]:
    """Return what each table of one file is called within its dataset; `names` are their places in the file.

    Suffixes, dates and marks of copies go, but where two tables would then be called the same without being of several
    days or months. Which other tables there are changes no name.
    """
    bare = ["/".join(filter(None, map(_undated, name.split("/")))) for name in names]
    periods = [period_of(name) for name in names]
    alike = Counter(zip(bare, periods, strict=True))
    return [
        short if alike[short, period] == 1 else "/".join(stem(part) for part in name.split("/") if part)
        for name, short, period in zip(names, bare, periods, strict=True)
    ]


def _undated(part: str) -> str:
    """Return a folder or table without date and suffix; nothing where it is called by a day or a month alone."""
    return "" if any(period_of(part)) and dataset(part) == stem(part) else dataset(part)


def stem(file_name: str) -> str:
    """Return a file's name without its suffixes."""
    while _SUFFIX.search(file_name) and _SUFFIX.sub("", file_name):
        file_name = _SUFFIX.sub("", file_name)
    return file_name


def day_of(file_name: str) -> datetime | None:
    """Return the last day, with the time where it is there, that a file's name gives, without a zone; null for none."""
    return max(_days(file_name), default=None)


def _days(file_name: str) -> list[datetime]:
    if _MONTHS.search(file_name):
        return []
    said = [found.groups("0") for found in _DAY.finditer(file_name)]
    said = said or [(*found.groups()[::-1], "0", "0") for found in _GERMAN_DAY.finditer(file_name)]
    try:
        return [
            datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the caller knows the zone
            for year, month, day, hour, minute in (map(int, parts) for parts in said)
        ]
    except ValueError:
        return []


def period_of(file_name: str) -> Period:
    """Return since when and until when a file tells what happened, by its name, without a zone.

    A week, month or quarter, or the time from one to another or from day to day, is a piece. A day alone, or a moment,
    only says until when: most tools export all since ever.
    """
    if days := _days(file_name):
        first, last = min(days), max(days)
        since = first if first < last else None
        return since, last if last.hour or last.minute else last + timedelta(days=1)
    for period in _PERIODS:
        found = [one for one in map(_period, period.finditer(file_name)) if one is not None]
        if found:
            return min(since for since, _ in found), max(until for _, until in found)
    return None, None


def _period(found: re.Match[str]) -> tuple[datetime, datetime] | None:
    """Return the week, month or quarter of a match; null where there is no such week."""
    said = {name: int(value) for name, value in found.groupdict().items()}
    year = said["year"]
    if "week" in said:
        try:
            monday = datetime.fromisocalendar(year, said["week"], 1)
        except ValueError:
            return None
        return monday, monday + timedelta(days=7)
    last = said.get("month") or 3 * said["quarter"]
    first = last if "month" in said else last - 2
    return datetime(year, first, 1), datetime(year + last // 12, last % 12 + 1, 1)  # noqa: DTZ001
