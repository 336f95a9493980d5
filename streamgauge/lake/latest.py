"""Statements that show the newest version of each thing, without carrying wide columns through a sort."""

from collections.abc import Sequence
from datetime import datetime

from streamgauge.lake.instants import micros

KEY = ("source", "repository", "id")
"""What names one thing."""


def history(stored: str, columns: Sequence[str], as_of: datetime | None) -> str:
    """Return the statement for all versions known at an instant; `columns` are expressions of our own."""
    return f"SELECT {', '.join(columns)} FROM {stored} WHERE {_known(as_of)}"


def everything(stored: str, columns: Sequence[str]) -> str:
    """Return the statement for all rows of a table that has no versions."""
    return f"SELECT {', '.join(columns)} FROM {stored}"


def not_renewed(stored: str, columns: Sequence[str], renewed: str) -> str:
    """Return the statement for the rows of a fact about items, but for those that a later writing renewed."""
    return (
        f"SELECT {', '.join(columns)} FROM {stored} AS s "
        f"ANTI JOIN {renewed} AS r ON r.item = s.item AND r.line_id = s.line_id AND r.generation > s.generation"
    )


def newest(
    stored: str, columns: Sequence[str], as_of: datetime | None, *, again: bool, with_deleted: bool = False
) -> str:
    """Return the statement for the newest version of each thing, tombstones left out, or with what they are of.

    Where no thing has two versions it is a plain scan. Else the places of the superseded versions are found from the
    key columns alone, and only they are kept out. Of two versions learned at one instant the greater hash wins, so
    that the order of arrival never matters.
    """
    kept = f"ANTI JOIN ({_superseded(stored, as_of)}) AS superseded USING (lake_place) " if again else ""
    is_there = "" if with_deleted else "NOT deleted AND "
    return f"SELECT {', '.join(columns)} FROM {stored} {kept}WHERE {is_there}{_known(as_of)}"


def _superseded(stored: str, as_of: datetime | None) -> str:
    key = ", ".join(KEY)
    return (
        f"SELECT lake_place FROM (SELECT lake_place, row_number() OVER (PARTITION BY {key} "
        f"ORDER BY recorded_at DESC, content_hash DESC) AS rank FROM {stored} "
        f"SEMI JOIN (SELECT {key} FROM {stored} WHERE again) AS several USING ({key}) "
        f"WHERE {_known(as_of)}) AS ranked WHERE rank > 1"
    )


def _known(as_of: datetime | None) -> str:
    """Return the condition on `recorded_at`; a whole number is the only thing that gets into the text."""
    if as_of is None:
        return "true"
    return f"recorded_at <= timestamp_micros({micros(as_of)})"
