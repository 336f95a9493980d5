"""What an insight may look at: a view of the lake at one moment, on the terms of a question."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.lake import View
from streamgauge.metrics.columns import at_or_none, window
from streamgauge.metrics.columns.columns import Columns
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM
from streamgauge.metrics.observations import Scope, parameters
from streamgauge.metrics.walked import stays_at_end

RECENT_DAYS, RECENT_ITEMS = 180, 500
_MOST_KEPT = 64
T = TypeVar("T")
_BACK = f"""WITH scope AS ({SCOPE})
SELECT f.finished_at AS at FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND f.started_at IS NOT NULL AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
  AND (scope.since IS NULL OR f.finished_at >= scope.since) AND f.finished_at < scope.until
ORDER BY f.finished_at DESC LIMIT 1 OFFSET {RECENT_ITEMS - 1}
"""
_FIRST = f"""WITH scope AS ({SCOPE})
SELECT min(f.started_at) AS first FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id WHERE {WANTED_ITEM}
"""


@dataclass(frozen=True)
class Ground:
    """A view and the terms of a question. `scopes` are the datasets of work that are asked for; there may be none.

    Instants are UTC. `asked` is the beginning of the window, null for all history; `end` its end, not later than what
    is known.
    """

    view: View
    scopes: tuple[Scope, ...]
    end: datetime
    zone: str
    asked: datetime | None = None
    company: Company = field(default_factory=Company)
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What more than one insight needs, computed once."""
    shared: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What is small, and also serves the next question on the same terms, by what it is and of which scopes."""
    columns: Columns | None = field(default=None, repr=False, compare=False)
    """The facts about flow of all datasets that are asked for as plain columns; None where statements are asked."""

    @property
    def team(self) -> str | None:
        """The team whose work is asked about; null for all."""
        return self.scopes[0].team if self.scopes else None

    @cached_property
    def said(self) -> dict[str, object]:
        """The values that bind a statement over the whole window."""
        return parameters(self.scopes) | {"end": self.end, "zone": self.zone}

    @cached_property
    def since(self) -> datetime:
        """Where the recent past begins: 180 days ago, earlier until 500 items are finished, never before the window."""
        key = ("since", self.scopes)
        if key not in self.shared:
            self.shared[key] = self._since()
        found: datetime = self.shared[key]
        return found

    def _since(self) -> datetime:
        first = self._first
        start = self.asked or first
        if start is None:
            return self.end
        found = self._back
        back = self.end - timedelta(days=RECENT_DAYS)
        return max(start, min(back, found) if found else start)

    @property
    def _back(self) -> datetime | None:
        """When the last item but so many of the window was finished."""
        if self.columns is not None:
            return at_or_none(self.columns.items.back(self.columns.counted, RECENT_ITEMS, *window(self.scopes[0])))
        found = self.view.rows(_BACK, self.said)
        return found[0]["at"] if found else None

    @cached_property
    def recent(self) -> dict[str, object]:
        """The values that bind a statement over the recent past; `$start` and `$stop` are its ends in microseconds."""
        scopes = [replace(scope, since=self.since) for scope in self.scopes]
        ends = {"start": round(self.since.timestamp() * 1e6), "stop": round(self.end.timestamp() * 1e6)}
        return parameters(scopes) | {"end": self.end, "zone": self.zone, "recent": self.since, "days": self.days} | ends

    def back(self, days: float) -> datetime:
        """Return the instant so many days before the end, not before the window."""
        found = self.end - timedelta(days=days)
        return found if self.asked is None else max(found, self.asked)

    def streams(self) -> tuple[tuple[dict[str, str], "Ground"], ...]:
        """Return each stream of work by itself with its name, or all of it without: value streams, else datasets.

        A question about one team, stream or dataset is about one stream.
        """
        if not self.scopes or self.team or self.scopes[0].stream:
            return (({}, self),)
        named = [one.name for one in self.company.value_streams]
        if named:
            return tuple(({"stream": name}, self._of_stream(name)) for name in named)
        if len(self.scopes) == 1:
            return (({}, self),)
        names = {row["line_id"]: row["dataset"] for row in self.view.rows("SELECT line_id, dataset FROM datasets")}
        return tuple(({"dataset": names[s.line_id]}, replace(self, scopes=(s,), columns=None)) for s in self.scopes)

    def _of_stream(self, name: str) -> "Ground":
        return replace(self, scopes=tuple(replace(scope, stream=name) for scope in self.scopes), columns=None)

    @property
    def days(self) -> float:
        """How many days the recent past has."""
        return (self.end - self.since).total_seconds() / 86_400

    def lasting(self, name: str, work: Callable[[], T], *terms: Hashable) -> T:
        """Return what follows from the recent past and these terms alone, as it was worked out before if it was.

        In plain columns it is kept for every window that begins before the recent past does.
        """
        scopes = tuple(replace(scope, since=self.since) for scope in self.scopes)
        kept = self.shared if self.columns is None else self.columns.recent
        key = (name, scopes, self.end, terms)
        if key in kept:
            known: T = kept[key]
            return known
        found = work()
        if kept is not self.shared and len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = found
        return found

    def rows(self, sql: str, **more: object) -> list[dict[str, Any]]:
        """Return the rows of a statement over the recent past; `{stays}` are those at the end of the window."""
        return self.view.rows(sql.replace("{stays}", self._stays) if "{stays}" in sql else sql, self.recent | more)

    def table(self, sql: str, more: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a statement over the recent past as an Arrow table."""
        return self.view.query(sql, self.recent | dict(more or {}))

    @cached_property
    def _stays(self) -> str:
        if "stays" not in self.shared:
            self.shared["stays"] = stays_at_end(self.view, self.said)
        found: str = self.shared["stays"]
        return found

    @cached_property
    def _first(self) -> datetime | None:
        if not self.scopes:
            return None
        if self.columns is not None:
            return at_or_none(self.columns.items.first(self.columns.wanted))
        first: datetime | None = self.view.rows(_FIRST, self.said)[0]["first"]
        return first
