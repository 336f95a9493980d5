"""Reads a JSON document: an array of objects element by element, one thing, or the arrays of objects inside of one."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from streamgauge.sources.files import flat, pages
from streamgauge.sources.files.encoding import Encoding, blocks, encoding_of
from streamgauge.sources.files.one_thing import thing_in
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import BLOCK, BadRow, Batch, Sheet

Element = tuple[int, Any]
_DECODER = json.JSONDecoder(parse_float=Decimal)
_ROWS = 20_000
_SPACE = " \t\r\n"
_ADVICE = "Check it with any JSON tool, or export it again."


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give a sheet for the array, or for each array of objects within the object; an object that has none is a row."""
    encoding = encoding_of(content, options.encoding)
    if content.head(4096).decode(encoding.codec, "replace").lstrip("\ufeff" + _SPACE).startswith("["):
        elements = lambda size: pages.unfolded(_elements(content, encoding, size))  # noqa: E731
        yield _sheet(content, content.stem, elements, (encoding.note,))
        return
    document, *others = _documents(content, encoding)
    if not others and (failure := pages.failure(document)):
        wrong = f"it is no export: an interface answered that it failed ({failure[:200]})"
        raise content.bad(wrong, advice="Look at the question, its address and its rights, and ask again.")
    if others:
        path = pages.path_of(document)
        what = "a row" if path is None else f"a page, of which '{path}' is read"
        said = f"{len(others) + 1:,} JSON values stand in the file, one after another; each is {what}."
        rows = [value for _, value in pages.unfolded(enumerate([document, *others], 1))]
        yield _sheet(content, _called(content, path), _ordinals(rows), (encoding.note, said))
        return
    if one := thing_in(document):
        yield _single(content, encoding, *one)
        return
    arrays = dict(_arrays(document, "", pages.depth(document))) or _empty(document)
    for key, array in arrays.items():
        aside = [name for name in document if name != key.partition(".")[0]]
        said = f"Read from '{key}'." + (f" Beside it, and not read: {', '.join(aside[:8])}." if aside else "")
        is_page = pages.path_of(document) == key
        name = _called(content, key if is_page or len(arrays) > 1 else None)
        found = _sheet(content, name, _ordinals(array), (encoding.note, said))
        yield found if is_page else replace(found, within=key)
    if not arrays:
        yield _single(content, encoding, "", document)


def _empty(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the list of a page that holds nothing, by the name that leads there; nothing where it is no page."""
    path = pages.path_of(document)
    return {} if path is None else {path: []}


def _single(content: Content, encoding: Encoding, path: str, value: Mapping[str, Any]) -> Sheet:
    said = f"One object, '{path}', read as one row." if path else "One object, read as one row."
    return _sheet(content, _called(content, path or None), _ordinals([value]), (encoding.note, said))


def _called(content: Content, path: str | None) -> str:
    """Return the name of a table: that of its file, and where it stands in it."""
    return ".".join(filter(None, (content.stem, path)))


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


def _documents(content: Content, encoding: Encoding) -> list[Mapping[str, Any]]:
    """Return the JSON values of a file, which mostly is one. Raises BadFile where one is not valid, with its line."""
    text = content.whole()[encoding.mark :].decode(encoding.codec, "replace")
    found, place = list[Mapping[str, Any]](), _skipped(text, 0, ",")
    while place < len(text) or not found:
        try:
            value, place = _DECODER.raw_decode(text, place)
        except RecursionError:
            raise content.bad("the JSON is nested too deeply", advice=_ADVICE) from None
        except json.JSONDecodeError as fault:
            raise content.bad("not valid JSON", line=fault.lineno, advice=_ADVICE) from None
        found.append(value if isinstance(value, dict) else {"value": value})
        place = _skipped(text, place, ",")
    return found


def _arrays(value: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Give the arrays that hold objects, by the names that lead there; the outermost of them only."""
    for key, inner in value.items():
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield before + key, inner
        elif isinstance(inner, dict) and depth:
            yield from _arrays(inner, f"{before}{key}.", depth - 1)


def _elements(content: Content, encoding: Encoding, size: int) -> Iterator[Element]:
    """Give the elements of one list, or of several that follow each other, with the lines at which they begin.

    Raises BadFile where they are not valid, or something else follows.
    """
    with content.open() as stream:
        walk = _Walk(content, _texts(blocks(stream, encoding, size)))
        walk.enter()
        while True:
            if walk.sign() == "]":
                walk.leave()
                if not walk.sign():
                    return
                walk.enter()
            else:
                line = walk.line
                yield line, walk.value()


class _Walk:
    """A place in a text that comes in parts: `line` is where it stands."""

    def __init__(self, content: Content, coming: Iterator[str]) -> None:
        self.content, self.coming = content, coming
        self.text, self.place, self.line, self.is_end = next(coming, ""), 0, 1, False

    def enter(self) -> None:
        """Step into a list. Raises BadFile where none begins."""
        if self.sign() != "[":
            wrong = "the list ends here, and something that is no list follows"
            raise self.content.bad(wrong, line=self.line, advice=_ADVICE)
        self.place += 1

    def leave(self) -> None:
        """Step over the end of a list."""
        self.place += 1

    def sign(self) -> str:
        """Return the next sign that is neither space nor a comma; nothing at the end."""
        while True:
            self._go(_skipped(self.text, self.place, ",\ufeff"))
            if self.place < len(self.text) or self.is_end:
                return self.text[self.place : self.place + 1]
            self._more()

    def value(self) -> Any:
        """Return the value that begins here, and step over it. Raises BadFile where it is not valid."""
        while (found := _element(self.text, self.place, is_end=self.is_end)) is None:
            if self.is_end or len(self.text) - self.place > self.content.limits.record:
                wrong = "not valid JSON, or an element that is too long"
                raise self.content.bad(wrong, line=self.line, advice=_ADVICE)
            self._more()
        self._go(found[1])
        return found[0]

    def _go(self, place: int) -> None:
        self.line += self.text.count("\n", self.place, place)
        self.place = place

    def _more(self) -> None:
        more = next(self.coming, None)
        self.text, self.place, self.is_end = self.text[self.place :] + (more or ""), 0, more is None


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
    try:
        value, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None
    return (value, end) if end < len(text) or is_end else None
