"""Which insights a company does not want to hear of for now, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from streamgauge.company.law import STRICT, named


@dataclass(frozen=True, kw_only=True)
class Silence:
    """An insight that is not shown, everywhere or in one place; that it is silenced is always said."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    insight: Annotated[str, named("name of an insight")]
    """The insight, by the name that `streamgauge insights` shows, such as `bottleneck`."""
    reason: Annotated[str, named("reason")]
    """Why it is silenced; shown beside it."""
    place: Annotated[str, named("place")] | None = None
    """Only where a finding is about this team, stage, service or repository; without one, everywhere."""
    until: date | None = None
    """The first day on which it is shown again; without one, it stays silenced."""

    def covers(self, insight: str, places: Mapping[str, str], day: date) -> bool:
        """Return whether it silences a finding of an insight about some places on a day."""
        if insight.casefold() != self.insight.strip().casefold() or (self.until is not None and day >= self.until):
            return False
        names = {name.casefold() for name in places.values()}
        return self.place is None or self.place.strip().casefold() in names
