"""Instants as whole numbers."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(instant: datetime) -> int:
    """Return microseconds since 1970 in UTC; raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone; give an instant in UTC.")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(micros: int) -> datetime:
    """Return the instant so many microseconds after the beginning of 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=int(micros))
