"""Reads a JSON document: an array of objects element by element, or the arrays of objects inside of one object."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from streamgauge.sources.files import flat
from streamgauge.sources.files.encoding import Encoding, blocks, encoding_of
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BLOCK, BadRow, Batch, Sheet

Element = tuple[int, Any]
_DECODER = json.JSONDecoder(parse_float=Decimal)
_ROWS = 20_000
_DEPTH = 3
_SPACE = " \t\r\n"
_ADVICE = "Check it with any JSON tool, or export it again."


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give a sheet for the array, or for each array of objects within the object; an object without is one row."""
    encoding = encoding_of(content, options.encoding)
    if content.head(4096).decode(encoding.codec, "replace").lstrip("\ufeff" + _SPACE).startswith("["):
        yield _sheet(content, content.stem, lambda size: _elements(content, encoding, size), (encoding.note,))
        return
    document = _document(content, encoding)
    arrays = dict(_arrays(document, "", _DEPTH))
    for key, array in arrays.items():
        aside = [name for name in document if name != key.partition(".")[0]]
        said = f"Read from '{key}'." + (f" Beside it, and not read: {', '.join(aside[:8])}." if aside else "")
        name = content.stem if len(arrays) == 1 else f"{content.stem}.{key}"
        yield _sheet(content, name, _ordinals(array), (encoding.note, said))
    if not arrays:
        yield _sheet(content, content.stem, _ordinals([document]), (encoding.note, "One object, read as one row."))


def _ordinals(array: list[Any]) -> Callable[[int], Iterator[Element]]:
    return lambda size: iter(enumerate(array, 1))  # noqa: ARG005 - all of it is in memory


def _sheet(content: Content, name: str, elements: Callable[[int], Iterator[Element]], notes: tuple[str, ...]) -> Sheet:
    names = flat.Names(content)
    for _, value in elements(BLOCK):
        if isinstance(value, dict):
            names.see(flat.flat(value))
    columns = names.columns()

    def read(size: int) -> Iterator[Batch]:
        return _batches(elements(size), columns)

    return Sheet(
        file=content.file, member=content.member, name=name, form="json", columns=columns, notes=notes, read=read
    )


def _batches(elements: Iterator[Element], columns: tuple[str, ...]) -> Iterator[Batch]:
    rows, lines, bad = list[flat.Flat](), list[int](), list[BadRow]()
    for line, value in elements:
        if isinstance(value, dict):
            rows.append(flat.flat(value))
            lines.append(line)
        else:
            bad.append(BadRow(line=line, reason="not a JSON object"))
        if len(rows) + len(bad) >= _ROWS:
            yield flat.batch(rows, lines, columns, bad)
            rows, lines, bad = [], [], []
    yield flat.batch(rows, lines, columns, bad)


def _document(content: Content, encoding: Encoding) -> Mapping[str, Any]:
    text = content.whole()[encoding.mark :].decode(encoding.codec, "replace")
    try:
        found = _DECODER.decode(text)
    except RecursionError:
        raise content.bad("the JSON is nested too deeply", advice=_ADVICE) from None
    except json.JSONDecodeError as fault:
        raise content.bad("not valid JSON", line=fault.lineno, advice=_ADVICE) from None
    return found if isinstance(found, dict) else {"value": found}


def _arrays(value: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Give the arrays that hold objects, by the names that lead there; the outermost of them only."""
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield before + key, inner
        elif isinstance(inner, dict) and depth:
            yield from _arrays(inner, f"{before}{key}.", depth - 1)


def _elements(content: Content, encoding: Encoding, size: int) -> Iterator[Element]:
    """Give the elements of an array with the lines at which they begin. Raises BadFile where it is not valid."""
    text, line, place = "", 1, 0
    with content.open() as stream:
        coming = _texts(blocks(stream, encoding, size))
        text = next(coming, "")
        place = text.index("[") + 1
        line += text.count("\n", 0, place)
        is_end = False
        while True:
            begin = _skipped(text, place, ",")
            line += text.count("\n", place, begin)
            place = begin
            found = _element(text, place, is_end=is_end)
            if found is not None and text[place : place + 1] == "]":
                return
            if found is not None:
                value, end = found
                yield line, value
                line, place = line + text.count("\n", place, end), end
                continue
            if is_end or len(text) - place > content.limits.record:
                raise content.bad("not valid JSON, or an element that is too long", line=line, advice=_ADVICE)
            more = next(coming, None)
            text, place, is_end = text[place:] + (more or ""), 0, more is None


def _texts(coming: Iterator[bytes]) -> Iterator[str]:
    """Give blocks of UTF-8 as text; a sign that is cut in two waits for its other half."""
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")("replace")
    for block in coming:
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _skipped(text: str, place: int, also: str) -> int:
    while place < len(text) and (text[place] in _SPACE or text[place] in also):
        place += 1
    return place


def _element(text: str, place: int, *, is_end: bool) -> tuple[Any, int] | None:
    """Return the element that begins at a place, and where it ends; null where it is not whole or not valid."""
    if text[place : place + 1] == "]":
        return None, place
    try:
        value, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None
    return (value, end) if end < len(text) or is_end else None
