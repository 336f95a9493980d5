"""Keeps what was parsed of an XES log, packed, so that its XML is parsed once however often its tables are read."""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

import pyarrow as pa

from streamgauge.sources.files.xes_parser import Attributes, Case, Log

_IN_MEMORY = 64 << 20
"""So many bytes are kept in memory."""
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True)
class Rows:
    """Cases or events with their attributes as text, null where one has none of that name.

    `own` (one value a row) says of a case whether its beginning is in a part before, of an event the place of its case
    among those of this part, from 0.
    """

    own: pa.Array
    attributes: pa.RecordBatch

    def __len__(self) -> int:
        return len(self.own)

    def text(self, key: str) -> pa.Array:
        """Return what each has under a key."""
        place = self.attributes.schema.get_field_index(key)
        return self.attributes.column(place) if place >= 0 else pa.nulls(len(self), pa.string())


class Packed:
    """Parts of a log in their order, in memory as long as they are small, else in a file that no one else sees."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="streamgauge-")  # noqa: SIM115
        self._places: list[tuple[int, int]] = []
        weakref.finalize(self, self._file.close)

    def put(self, cases: Sequence[Case], log: Log) -> None:
        """Keep a part; `log` knows all keys that its cases and events have."""
        rest = pa.array([case.is_rest for case in cases], pa.bool_())
        of_case = pa.array([place for place, case in enumerate(cases) for _ in case.events], pa.int32())
        events = [event for case in cases for event in case.events]
        self._write(rest, [case.attributes for case in cases], log.of_cases)
        self._write(of_case, events, log.of_events)

    def _write(self, own: pa.Array, rows: list[Attributes], keys: Iterable[str]) -> None:
        columns = [own, *(pa.array([row.get(key) for row in rows], pa.string()) for key in keys)]
        batch = pa.record_batch(columns, names=["", *keys])
        packed = pa.BufferOutputStream()
        with pa.ipc.new_stream(packed, batch.schema, options=_OPTIONS) as stream:
            stream.write_batch(batch)
        self._places.append((self._file.tell(), self._file.write(packed.getvalue())))

    def cases(self) -> Iterator[Rows]:
        """Give the cases of each part."""
        return map(self._read, self._places[::2])

    def parts(self) -> Iterator[tuple[Rows, Rows]]:
        """Give the cases and the events of each part."""
        return zip(self.cases(), map(self._read, self._places[1::2]), strict=True)

    def _read(self, place: tuple[int, int]) -> Rows:
        start, size = place
        self._file.seek(start)
        batch = pa.ipc.open_stream(self._file.read(size)).read_next_batch()
        own, *attributes = batch.columns
        return Rows(own, pa.RecordBatch.from_arrays(attributes, names=batch.schema.names[1:]))
