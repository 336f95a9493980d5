"""From the memory of a simulation to a history in columns."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from streamgauge.forecasts import dates
from streamgauge.forecasts import layout as at
from streamgauge.forecasts.history import Event, History
from streamgauge.forecasts.image import Image
from streamgauge.forecasts.memory import Numbers
from streamgauge.forecasts.model import Model

if TYPE_CHECKING:
    import pyarrow as pa

HAPPENED, EVENT, ITEM, STAGE, TEAM, PERSON, OTHER, VISIT = range(at.LOG_WIDTH)
_OF_SYSTEM = (Event.RELEASE_MADE, Event.INCIDENT_BEGAN, Event.DETECTED, Event.RESTORED)
Part = dict[str, npt.NDArray[Any]]


def items_of(m: Numbers) -> Numbers:
    """Return the rows of all items, as a view into the memory."""
    base, count = int(m[at.ITEMS]), int(m[at.ITEM_COUNT])
    return m[base : base + count * at.ITEM_WIDTH].reshape(count, at.ITEM_WIDTH)


class Teller:
    """Collects the log of one history as it fills, in narrow columns, and tells the history at its end."""

    def __init__(self, model: Model, image: Image) -> None:
        self._model, self._image = model, image
        self._parts: list[Part] = []
        self._system: list[Numbers] = []

    def drain(self, m: Numbers) -> int:
        """Take over what the log holds, empty it, and return how many events there were."""
        count, base = int(m[at.LOG_SIZE]), int(m[at.LOG])
        log = m[base : base + count * at.LOG_WIDTH].reshape(count, at.LOG_WIDTH)
        system = np.isin(log[:, EVENT], _OF_SYSTEM)
        self._system.append(log[system])
        log[system, PERSON] = log[system, VISIT] = at.NONE
        names = (("item", ITEM), ("stage", STAGE), ("team", TEAM), ("person", PERSON), ("other", OTHER))
        part: Part = {name: log[:, column].astype(np.int32) for name, column in (*names, ("visit", VISIT))}
        self._parts.append({"happened": log[:, HAPPENED].copy(), "event": log[:, EVENT].astype(np.int8), **part})
        m[at.LOG_SIZE] = 0
        return count

    def history(self, m: Numbers) -> History:
        """Return the history, once all of the log was taken over."""
        import pyarrow as pa

        image, items = self._image, items_of(m)
        kept = items[:, at.ITEM_STATE] != at.UNKNOWN
        kept[: image.named] = True
        system = np.concatenate(self._system)
        return History(
            start=image.start,
            until=image.until,
            streams=image.streams,
            stages=image.stages,
            teams=image.teams,
            services=image.services,
            classes=image.classes,
            events=pa.concat_tables([self._events(part, kept, items[:, at.ITEM_STREAM]) for part in self._parts]),
            items=self._items(m, np.flatnonzero(kept)),
            releases=_releases(system),
            incidents=self._incidents(system),
        )

    def _events(self, part: Part, kept: npt.NDArray[np.bool_], streams: Numbers) -> "pa.Table":
        """Return one part of the events, with items counted among those that are told of, and their streams."""
        import pyarrow as pa

        number = np.append(np.cumsum(kept) - 1, at.NONE).astype(np.int32)
        stream = np.append(streams, at.NONE).astype(np.int32)[part["item"]]
        held = part["event"] == Event.HELD
        part["other"][held] = number[part["other"][held]]
        part["item"] = number[part["item"]]
        first = {name: part[name] for name in ("happened", "event", "item")}
        return pa.table({**first, "stream": stream} | {name: part[name] for name in part if name not in first})

    def _items(self, m: Numbers, kept: Numbers) -> "pa.Table":
        """Return the table of items."""
        import pyarrow as pa

        items, start = items_of(m)[kept], self._image.start
        due = {item.name: dates.since(start, item.due) for item in self._model.items if item.due is not None}
        names = [self._image.items[n] for n in kept]
        services = (items[:, at.ITEM_SERVICE] - m[at.SERVICES]) // at.SERVICE_WIDTH
        return pa.table(
            {
                "name": names,
                "class": m[items[:, at.ITEM_CLASS] + at.CLASS_ID].astype(np.int32),
                "stream": items[:, at.ITEM_STREAM].astype(np.int32),
                "service": np.where(items[:, at.ITEM_SERVICE] < 0, at.NONE, services).astype(np.int32),
                "size": items[:, at.ITEM_SIZE] / at.MILLION,
                "arrival": items[:, at.ITEM_ARRIVAL],
                "due": np.array([due.get(name, at.NONE) for name in names], dtype=np.int64),
                "priority": items[:, at.TASK_RANK].astype(np.int32),
                "finished": items[:, at.ITEM_FINISHED],
                "column": kept,
            }
        )

    def _incidents(self, system: Numbers) -> "pa.Table":
        """Return the table of incidents."""
        import pyarrow as pa

        began = system[system[:, EVENT] == Event.INCIDENT_BEGAN]
        detected = system[system[:, EVENT] == Event.DETECTED]
        restored = system[system[:, EVENT] == Event.RESTORED]
        return pa.table(
            {
                "service": began[:, PERSON].astype(np.int32),
                "team": began[:, TEAM].astype(np.int32),
                "release": began[:, VISIT].astype(np.int32),
                "began": began[:, HAPPENED],
                "detected": _spread(len(began), detected, HAPPENED),
                "restored": _spread(len(began), restored, HAPPENED),
                "hotfix": _spread(len(began), restored, VISIT).astype(np.int32),
            }
        )


def _spread(length: int, rows: Numbers, column: int, by: int = OTHER) -> Numbers:
    """Return a column of rows at the places that another column names; -1 where no row is for a place."""
    found = np.full(length, at.NONE, dtype=np.int64)
    found[rows[:, by]] = rows[:, column]
    return found


def _releases(system: Numbers) -> "pa.Table":
    """Return the table of releases; they were numbered as they came."""
    import pyarrow as pa

    made = system[system[:, EVENT] == Event.RELEASE_MADE]
    made = made[np.argsort(made[:, OTHER], kind="stable")]
    began = system[(system[:, EVENT] == Event.INCIDENT_BEGAN) & (system[:, VISIT] >= 0)]
    mended = system[(system[:, EVENT] == Event.RESTORED) & (system[:, VISIT] >= 0)]
    return pa.table(
        {
            "service": made[:, PERSON].astype(np.int32),
            "stage": made[:, STAGE].astype(np.int32),
            "made": made[:, HAPPENED],
            "items": made[:, VISIT].astype(np.int32),
            "incident": _spread(len(made), began, OTHER, by=VISIT).astype(np.int32),
            "repairs": _spread(len(made), mended, OTHER, by=VISIT).astype(np.int32),
        }
    )
