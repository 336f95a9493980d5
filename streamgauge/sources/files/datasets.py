"""What the name of a file, or of a table in one, says: which dataset it is of, and of which day."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

_SUFFIX = re.compile(
    r"(?i)\.(csv|tsv|tab|txt|jsonl?|ndjson|parquet|xlsx?|xlsm|xes|jsonocel|xmlocel|sqlite3?|db|gz|zip|bz2)$"
)
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?:[T_-]?([0-2]\d)[-:_h]?([0-5]\d)(?:[-:_]?[0-5]\d)?)?(?!\d)"
)
_GERMAN_DAY = re.compile(r"(?<!\d)([0-3]\d)[-_.]([01]\d)[-_.]((?:19|20)\d\d)(?!\d)")
_PERIODS = tuple(
    re.compile(rf"(?i)(?<![^\W_a-z]){one}(?![^\W_a-z])")
    for one in (
        r"(?P<year>(?:19|20)\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])",
        r"(?P<month>0[1-9]|1[0-2])[-_.](?P<year>(?:19|20)\d\d)",
        r"(?P<year>(?:19|20)\d\d)[-_. ]?Q(?P<quarter>[1-4])",
        r"Q(?P<quarter>[1-4])[-_. ]?(?P<year>(?:19|20)\d\d)",
        r"(?P<year>(?:19|20)\d\d)[-_. ]?W(?P<week>[0-5]\d)",
    )
)
_COPY = re.compile(r"(?i)[ _-]*(\(\d+\)|copy|kopie|copie|copia)\s*$")
_RUBBISH = re.compile(r"^[\W_]+|[\W_]+$")


def dataset(file_name: str) -> str:
    """Return the dataset that a file is an export of: its name without suffixes, dates and marks of copies."""
    bare = stem(file_name)
    short = _GERMAN_DAY.sub("", _DAY.sub("", bare))
    for period in _PERIODS:
        short = period.sub("", short)
    short = _COPY.sub("", short)
    short = re.sub(r"[\s_.-]{2,}", "-", _RUBBISH.sub("", short))
    return short if re.search(r"[^\W\d_]", short) else bare


def parts(names: Sequence[str]) -> list[str]:
    """Return what each table of one file is called within its dataset; `names` are their places in the file.

    Suffixes, dates and marks of copies go, but where two tables would then be called the same without being of several
    days or months. Which other tables there are changes no name.
    """
    bare = ["/".join(filter(None, map(_undated, name.split("/")))) for name in names]
    times = [(day_of(name), time_of(name)) for name in names]
    alike = Counter(zip(bare, times, strict=True))
    return [
        short if alike[short, time] == 1 else "/".join(stem(part) for part in name.split("/") if part)
        for name, short, time in zip(names, bare, times, strict=True)
    ]


def _undated(part: str) -> str:
    """Return a folder or table without date and suffix; nothing where it is called by a day or a month alone."""
    return "" if time_of(part) != (None, None) and dataset(part) == stem(part) else dataset(part)


def stem(file_name: str) -> str:
    """Return a file's name without its suffixes."""
    while _SUFFIX.search(file_name) and _SUFFIX.sub("", file_name):
        file_name = _SUFFIX.sub("", file_name)
    return file_name


def day_of(file_name: str) -> datetime | None:
    """Return the day, with the time where it is there, that a file's name gives, without a zone; null for none."""
    found, german = _DAY.search(file_name), _GERMAN_DAY.search(file_name)
    try:
        if found:
            year, month, day, hour, minute = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the caller knows the zone
        if german:
            whole = date(int(german[3]), int(german[2]), int(german[1]))
            return datetime(whole.year, whole.month, whole.day)  # noqa: DTZ001
    except ValueError:
        return None
    return None


def time_of(file_name: str) -> tuple[datetime | None, datetime | None]:
    """Return since when and until when a file tells what happened, by its name, without a zone; null for unknown.

    A week, month or quarter is a piece. A day, or a moment, only says until when: most tools export all since ever.
    """
    if (day := day_of(file_name)) is not None:
        return None, day if day.hour or day.minute else day + timedelta(days=1)
    found = next(filter(None, (period.search(file_name) for period in _PERIODS)), None)
    if found is None:
        return None, None
    said = {name: int(value) for name, value in found.groupdict().items()}
    year = said["year"]
    if "week" in said:
        try:
            monday = datetime.fromisocalendar(year, said["week"], 1)
        except ValueError:
            return None, None
        return monday, monday + timedelta(days=7)
    last = said.get("month") or 3 * said["quarter"]
    first = last if "month" in said else last - 2
    return datetime(year, first, 1), datetime(year + last // 12, last % 12 + 1, 1)  # noqa: DTZ001
