"""What the name of a file, or of a table in one, says: which dataset it is of, and of which day."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

_SUFFIX = re.compile(
    r"(?i)\.(csv|tsv|tab|txt|jsonl?|ndjson|parquet|xlsx?|xlsm|xes|jsonocel|xmlocel|sqlite3?|db|gz|zip|bz2)$"
)
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?:[T_-]?([0-2]\d)[-:_h]?([0-5]\d)(?:[-:_]?[0-5]\d)?)?(?!\d)"
)
_GERMAN_DAY = re.compile(r"(?<!\d)([0-3]\d)[-_.]([01]\d)[-_.]((?:19|20)\d\d)(?!\d)")
_COPY = re.compile(r"(?i)[ _-]*(\(\d+\)|copy|kopie|copie|copia)\s*$")
_RUBBISH = re.compile(r"^[\W_]+|[\W_]+$")


def dataset(file_name: str) -> str:
    """Return the dataset that a file is an export of: its name without suffixes, dates and marks of copies."""
    bare = stem(file_name)
    short = _COPY.sub("", _GERMAN_DAY.sub("", _DAY.sub("", bare)))
    short = re.sub(r"[\s_.-]{2,}", "-", _RUBBISH.sub("", short))
    return short if re.search(r"[^\W\d_]", short) else bare


def parts(names: Sequence[str]) -> list[str]:
    """Return what each table of one file is called within its dataset; `names` are their places in the file.

    Suffixes, dates and marks of copies go, but where two tables would then be called the same without being of several
    days. Which other tables there are changes no name.
    """
    bare = ["/".join(filter(None, map(_undated, name.split("/")))) for name in names]
    days = [day_of(name) for name in names]
    alike = Counter(zip(bare, days, strict=True))
    return [
        short if alike[short, day] == 1 else "/".join(stem(part) for part in name.split("/") if part)
        for name, short, day in zip(names, bare, days, strict=True)
    ]


def _undated(part: str) -> str:
    """Return a folder or table without date and suffix; nothing where it is called by a day alone."""
    return "" if day_of(part) is not None and dataset(part) == stem(part) else dataset(part)


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
