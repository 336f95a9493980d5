"""Time zones by their IANA names."""

import difflib
from datetime import UTC, datetime, timezone

from streamgauge.company.law import shortened

_NOT_IANA = frozenset({"posix", "right", "posixrules", "localtime", "Factory"})


def problem(name: str) -> str | None:
    """Return what is wrong with the name of a zone, with the nearest match, or null where it is known."""
    from zoneinfo import ZoneInfo, available_timezones

    # UTC needs no zone data, so that a machine without any can still work.
    if name == "UTC":
        return None
    try:
        ZoneInfo(name)
        known = name.split("/", maxsplit=1)[0] not in _NOT_IANA
    except (KeyError, ValueError, OSError):
        known = False
    return None if known else _unknown(name, sorted(available_timezones() - _NOT_IANA))


def local(moment: datetime, name: str) -> datetime:
    """Return a moment as clocks in a zone show it.

    It has the offset that they then have, and not the zone: else a span between two of them would be that of the clocks
    (definitions 0.1).
    """
    from zoneinfo import ZoneInfo

    shown = moment.astimezone(UTC if name == "UTC" else ZoneInfo(name))
    offset = shown.utcoffset()
    return shown.replace(tzinfo=timezone(offset)) if offset else shown.astimezone(UTC)


def _unknown(name: str, zones: list[str]) -> str:
    if not zones:
        return f"{shortened(name)} cannot be looked up: this machine has no time zone data (install tzdata)."
    near = _nearest(name[:100], zones)
    hint = f" Did you mean '{near}'?" if near else ""
    return f"{shortened(name)} is no time zone.{hint} Allowed: IANA names such as UTC, Europe/Berlin, America/New_York."


def _nearest(name: str, zones: list[str]) -> str | None:
    """Return the nearest zone by its whole name or by its place alone, whatever the case."""
    spelled = name.strip().casefold().replace(" ", "_")
    names = {zone.rsplit("/", 1)[-1].casefold(): zone for zone in zones} | {zone.casefold(): zone for zone in zones}
    near = difflib.get_close_matches(spelled, names, n=1, cutoff=0.6)
    return names[near[0]] if near else None
