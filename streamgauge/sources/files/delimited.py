"""Reads CSV and its kin: clean blocks by pyarrow at full speed, others with care, line numbers right in both."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from streamgauge.sources.files import careful, empty_rows, ocel_csv, quick
from streamgauge.sources.files.dialect import Shape, shape_of
from streamgauge.sources.files.encoding import blocks, mended
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet
from streamgauge.sources.files.structure import Structure, line_ends, structure_of
from streamgauge.sources.files.totals import closing


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give the one sheet of a delimited text, or the four of an object-centric log in one."""
    shape = shape_of(content, options)

    def read(size: int) -> Iterator[Batch]:
        rows = _Reading(content, shape, is_told=options.encoding is not None).batches(size)
        return closing(empty_rows.left_out(rows))

    sheet = Sheet(
        file=content.file,
        member=content.member,
        name=content.stem,
        form="tsv" if shape.dialect.delimiter == "\t" else "csv",
        columns=shape.columns,
        notes=shape.notes,
        read=read,
    )
    if ocel_csv.is_log(sheet.columns):
        yield from ocel_csv.sheets(content, sheet)
    else:
        yield sheet


class _Reading:
    """One pass over a delimited text. `rest` is the text that is left, `line` the physical line at which it begins."""

    def __init__(self, content: Content, shape: Shape, *, is_told: bool) -> None:
        self.content, self.shape, self.is_told = content, shape, is_told
        self.most = content.limits.record
        self.line, self.rest = shape.first, b""
        self.is_skipping = False

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the rows below the header, from blocks of about so many bytes."""
        with self.content.open() as stream:
            enough = 0  # what is not whole is looked at again only when there is twice as much of it
            for block in _below(blocks(stream, self.shape.encoding, size), self.shape.first - 1):
                self.rest += self._after_long_line(block)
                if len(self.rest) > enough:
                    yield from self._whole_rows()
                    yield from self._without_long_row()
                    enough = 2 * len(self.rest)
            if self.rest:
                yield self._last_rows()

    def _after_long_line(self, block: bytes) -> bytes:
        """Return what of a block lies behind a line that was too long to be kept."""
        if not self.is_skipping:
            return block
        end = line_ends(np.frombuffer(block, np.uint8))[:1].tolist()
        self.is_skipping = not end
        self.line += len(end)
        return block[end[0] :] if end else b""

    def _whole_rows(self) -> Iterator[Batch]:
        """Give the rows that are complete, and keep the text of one that is not."""
        structure = structure_of(self.rest, self.shape.dialect)
        if structure is None:
            yield self._with_care(self.rest)
        elif structure.cut:
            whole, after = memoryview(self.rest)[: structure.cut], self.rest[structure.cut :]
            yield self._clean(whole, structure) or self._with_care(bytes(whole))
            self.rest += after

    def _last_rows(self) -> Batch:
        self.rest += b"" if self.rest.endswith(b"\n") else b"\n"
        structure = structure_of(self.rest, self.shape.dialect)
        if structure is not None and structure.cut == len(self.rest):
            return self._clean(self.rest, structure) or self._with_care(self.rest, is_end=True)
        return self._with_care(self.rest, is_end=True)

    def _clean(self, text: bytes | memoryview, structure: Structure) -> Batch | None:
        """Return the rows of a text of whole rows, null where it is to be read with care."""
        notes: tuple[str, ...] = ()
        form = {"line": self.line, "columns": self.shape.columns, "dialect": self.shape.dialect}
        try:
            batch = quick.read(text, structure, **form)  # type: ignore[arg-type]
        except quick.NotUTF8:
            text, notes = self._valid(bytes(text))
            batch = quick.read(text, structure, **form)  # type: ignore[arg-type]
        if batch is None:
            return None
        self.rest, self.line = b"", self.line + structure.lines
        return Batch(table=batch.table, line=batch.line, bad=batch.bad, notes=notes)

    def _with_care(self, text: bytes, *, is_end: bool = False) -> Batch:
        cut = len(text) if is_end else max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        after = text[cut:]  # it may end within a sign
        text, notes = self._valid(text[:cut])
        width = len(self.shape.columns)
        found = careful.read(text.decode(), line=self.line, width=width, dialect=self.shape.dialect, is_end=is_end)
        self.rest, self.line = found.rest.encode() + after, found.rest_line
        columns = zip(*found.rows, strict=True) if found.rows else [()] * width
        table = pa.table([pa.array(column, pa.string()) for column in columns], names=list(self.shape.columns))
        return Batch(table=table, line=pa.array(found.lines, pa.int64()), bad=tuple(found.bad), notes=notes)

    def _without_long_row(self) -> Iterator[Batch]:
        """Give up on a row that goes on for longer than one may be: it is bad, and what follows is read on."""
        while len(self.rest) > self.most:
            end = line_ends(np.frombuffer(self.rest, np.uint8))[:1].tolist()
            reason = careful.NEVER_CLOSED if end else f"goes on for more than {self.most:,} bytes"
            yield self._only_bad(BadRow(line=self.line, reason=reason))
            self.is_skipping = not end
            self.rest, self.line = self.rest[end[0] :] if end else b"", self.line + len(end)
            yield from self._whole_rows()

    def _only_bad(self, bad: BadRow) -> Batch:
        table = pa.table([pa.array([], pa.string())] * len(self.shape.columns), names=list(self.shape.columns))
        return Batch(table=table, line=pa.array([], pa.int64()), bad=(bad,))

    def _valid(self, text: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Return a text as valid UTF-8, and what was assumed to make it so."""
        try:
            text.decode()
        except UnicodeDecodeError:
            text, odd = mended(text, strictly=self.is_told)
            how = "hold signs that are none" if self.is_told else "were read as cp1252"
            return text, (f"{len(odd):,} lines, the first being {self.line + odd[0]:,}, are not utf-8 and {how}.",)
        return text, ()


def _below(coming: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """Give blocks without so many lines at the top."""
    held = b""
    for block in coming:
        if lines < 0:
            yield block
            continue
        held += block
        ends = line_ends(np.frombuffer(held, np.uint8))
        if len(ends) >= lines:
            yield held[int(ends[lines - 1]) :] if lines else held
            held, lines = b"", -1
