"""Reads facts about items piece by piece beside the engine, for who takes all rows as they are stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.lake.row_groups import neighbours, reading
from streamgauge.lake.tables import GENERATION, LINE

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

_ITEM = "item"


@dataclass(frozen=True, eq=False)
class Renewed:
    """The items of a line whose facts were renewed, and by which writing last."""

    items: pa.Array
    by: np.ndarray


@dataclass(frozen=True, eq=False)
class Piece:
    """Neighbouring rows of one line of a fact."""

    address: str
    line: str
    path: str
    about: "FileMetaData"
    groups: Sequence[int]
    renewed: Renewed | None
    """The items of which a later writing tells; None where there is none."""

    @property
    def rows(self) -> int:
        """How many rows it has, those too that are gone."""
        return sum(self.about.row_group(group).num_rows for group in self.groups)

    def read(
        self, columns: Sequence[str], *, coded: Sequence[str] = (), by_item: bool = False
    ) -> list[tuple[pa.RecordBatch, npt.NDArray[np.bool_] | None]]:
        """Return these columns batch by batch, and which rows are gone, for a later writing tells of their items.

        Those that are `coded` hold text in codes; None for a batch of which no row is gone. The batches of a piece are
        the same however often it is read. `by_item` says that hardly any item has several rows, so that to tell which
        rows are gone their names are not read in codes. Raises the faults of the lake.
        """
        import pyarrow.parquet as pq

        by = self._written_by
        wanted = () if self.renewed is None else (_ITEM,) if by is not None else (_ITEM, GENERATION.name)
        more = [name for name in wanted if name not in columns]
        codes = [*coded, *(() if by_item else {*more} & {_ITEM})]
        with reading(self.address):
            file = pq.ParquetFile(self.path, metadata=self.about, read_dictionary=codes, memory_map=True)
            found = file.read_row_groups(list(self.groups), columns=[*columns, *more], use_threads=False)
        for place, field in enumerate(found.schema):
            if pa.types.is_dictionary(field.type) and field.name not in codes:  # who wrote the file held it in codes
                found = found.set_column(place, field.name, found.column(place).cast(field.type.value_type))
        batches: list[pa.RecordBatch] = found.to_batches()
        if self.renewed is None:
            return [(batch, None) for batch in batches]
        return [(batch.select(list(columns)), self._gone(batch, by)) for batch in batches]

    @property
    def _written_by(self) -> int | None:
        """The writing that all rows are of, None where they are of several."""
        said = _writings(self.about, self.groups)
        ends = {end for one in said for end in ((one.min, one.max) if one is not None and one.has_min_max else (None,))}
        return ends.pop() if len(ends) == 1 else None

    def _gone(self, batch: pa.RecordBatch, by: int | None) -> npt.NDArray[np.bool_] | None:
        """Return which rows a later writing than theirs tells of, which is `by` where it is the same one for all."""
        import pyarrow.compute as pc

        assert self.renewed is not None
        item = batch.column(_ITEM)
        in_codes = pa.types.is_dictionary(item.type)
        place = pc.index_in(item.dictionary if in_codes else item, value_set=self.renewed.items).fill_null(-1)
        until = np.append(self.renewed.by, -1)[np.asarray(place)]
        if until.max(initial=-1) <= (-1 if by is None else by):
            return None
        is_gone: npt.NDArray[np.bool_]
        if by is None:
            is_gone = (until[np.asarray(item.indices)] if in_codes else until) > batch.column(GENERATION.name)
        else:
            is_gone = (until > by)[np.asarray(item.indices)] if in_codes else until > by
        return is_gone


def pieces(
    address: str, paths: Sequence[str], renewed: Sequence[str], lines: Sequence[str] | None = None
) -> Iterator[Piece]:
    """Give the pieces of some or all lines of a fact that is stored in files, one line after the other.

    `renewed` are the files that tell which items were renewed.
    """
    import pyarrow.parquet as pq

    for line in dict.fromkeys(map(_line_of, paths)) if lines is None else lines:
        with reading(address):
            later = _renewed([path for path in renewed if _line_of(path) == line])
            files = [(path, pq.read_metadata(path)) for path in paths if _line_of(path) == line]
        for path, about in files:
            for groups in neighbours(about):
                yield Piece(address, line, path, about, groups, later if _is_older(about, groups, later) else None)


def _renewed(paths: Sequence[str]) -> Renewed:
    """Return the items that were renewed, by the last writing that did."""
    import pyarrow.parquet as pq

    if not paths:
        return Renewed(pa.array([], pa.string()), np.zeros(0, np.int64))
    columns = [_ITEM, GENERATION.name]
    told_of = pa.concat_tables([pq.read_table(path, columns=columns, partitioning=None) for path in paths])
    last = told_of.group_by(_ITEM).aggregate([(GENERATION.name, "max")])
    return Renewed(last[_ITEM].combine_chunks(), np.asarray(last[f"{GENERATION.name}_max"]))


def _is_older(about: "FileMetaData", groups: Sequence[int], renewed: Renewed) -> bool:
    """Return whether a later writing may tell of rows of these row groups."""
    newest = int(renewed.by.max(initial=-1))
    return any(one is None or not one.has_min_max or one.min < newest for one in _writings(about, groups))


def _writings(about: "FileMetaData", groups: Sequence[int]) -> list[Any]:
    """Return what is told of the least and the last writing of rows of these row groups, None where nothing is."""
    place = about.schema.names.index(GENERATION.name)
    return [about.row_group(group).column(place).statistics for group in groups]


def _line_of(path: str) -> str:
    """Return the line that the folder of a file names."""
    return Path(path).parent.name.removeprefix(f"{LINE.name}=")
