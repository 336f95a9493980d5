"""Reads JSON lines: one object a line, nested objects flattened, a line that is no object kept aside."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from streamgauge.sources.files import flat, pages
from streamgauge.sources.files.encoding import SAMPLE, Encoding, blocks, encoding_of
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BLOCK, BadRow, Batch, Sheet

_DECODE = msgspec.json.Decoder(float_hook=Decimal).decode


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give the one sheet of a file of JSON lines; reads it once to learn its columns."""
    encoding = encoding_of(content, options.encoding)
    path = _path(content, encoding)
    names = flat.Names(content)
    for rows, _, _ in _parts(content, encoding, BLOCK, path):
        for row in rows:
            names.see(row)
    columns = names.columns()

    def read(size: int) -> Iterator[Batch]:
        for rows, lines, bad in _parts(content, encoding, size, path):
            yield flat.batch(rows, lines, columns, bad)

    yield Sheet(
        file=content.file,
        member=content.member,
        name=".".join(filter(None, (content.stem, path))),
        form="json lines",
        columns=columns,
        notes=(encoding.note, _told(path)),
        read=read,
    )


def _told(path: str | None) -> str:
    what = "One JSON object a line" if path is None else f"A page a line, of which '{path}' is read"
    return f"{what}; nested objects became columns with dots, lists JSON text."


def _path(content: Content, encoding: Encoding) -> str | None:
    """Return the path to the list in each line, by the first that is an object; null where lines are no pages."""
    for numbered in _lines(content, encoding, SAMPLE):
        for _, line in numbered:
            try:
                found = _decoded(line) if line.strip() and line is not _TOO_LONG else None
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                return pages.path_of(found)
    return None


def _parts(
    content: Content, encoding: Encoding, size: int, path: str | None
) -> Iterator[tuple[list[flat.Flat], list[int], list[BadRow]]]:
    """Give the rows of each block with their lines, and the lines that are no rows."""
    for numbered in _lines(content, encoding, size):
        rows, lines, bad = list[flat.Flat](), list[int](), list[BadRow]()
        for number, line in numbered:
            if not line.strip():
                continue
            long = f"goes on for more than {content.limits.record:,} bytes"
            for one in _rows(line, path) if line is not _TOO_LONG else (long,):
                if isinstance(one, str):
                    bad.append(BadRow(line=number, reason=one))
                else:
                    rows.append(one)
                    lines.append(number)
        yield rows, lines, bad


_TOO_LONG = b"(too long)"


def _lines(content: Content, encoding: Encoding, size: int) -> Iterator[Iterator[tuple[int, bytes]]]:
    """Give lines with their numbers, block by block; one that is too long as `_TOO_LONG`."""
    number, rest, is_skipping = 1, b"", False
    with content.open() as stream:
        for block in blocks(stream, encoding, size):
            *whole, tail = block.split(b"\n")
            if whole:
                whole[0] = _TOO_LONG if is_skipping else rest + whole[0]
                yield enumerate(whole, number)
                number, rest, is_skipping = number + len(whole), tail, False
            elif not is_skipping:
                rest += tail
            if len(rest) > content.limits.record:
                rest, is_skipping = b"", True
        if rest or is_skipping:
            yield iter([(number, _TOO_LONG if is_skipping else rest)])


def _rows(line: bytes, path: str | None) -> Iterator[flat.Flat | str]:
    """Give what a line holds as rows, or the words for why it is none."""
    try:
        found = _decoded(line)
    except RecursionError:
        yield "nested too deeply"
        return
    except ValueError:
        yield "not valid JSON"
        return
    for one in [found] if path is None else pages.held(found, path):
        yield flat.flat(one) if isinstance(one, dict) else "not a JSON object"


def _decoded(line: bytes) -> Any:
    try:
        return _DECODE(line)
    except ValueError:  # what Python writes (NaN, half signs) is not all valid
        return json.loads(line.decode("utf-8", "replace"), parse_float=Decimal)
