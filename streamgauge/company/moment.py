"""Days and instants as people write them into a company file."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from streamgauge.company.law import shortened

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?")


def problem(text: str) -> str | None:
    """Return what is wrong with a day or an instant, or null."""
    try:
        if _WRITTEN.fullmatch(text):
            instant(text, "UTC")
            return None
    except (ValueError, OverflowError):
        pass
    return f"{shortened(text)} is no day or instant. Allowed: 2026-03-05, 2026-03-05 14:00 or 2026-03-05T14:00+01:00."


def instant(text: str, zone: str) -> datetime:
    """Return the instant (UTC) of a text that has no `problem`; a day begins at midnight, both in `zone` by default."""
    told = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    return (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
