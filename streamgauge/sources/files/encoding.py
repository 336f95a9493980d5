"""Finds out in which encoding a text is written, and turns it into UTF-8 block by block."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from streamgauge.sources.files import vocabulary
from streamgauge.sources.files.opening import Content, Stream, read_fully

SAMPLE = 1 << 20
_LINES = 4
_OTHERS = ("gb18030", "shift_jis", "euc_jp", "euc_kr", "big5", "cp1251", "koi8_r", "cp1250", "cp1253")
"""Encodings of texts that are neither Western nor UTF-8, tried where the bytes are not the latter."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_AS_LATIN_1 = "streamgauge-as-latin-1"


def _as_latin_1(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("latin-1"), fault.end


codecs.register_error(_AS_LATIN_1, _as_latin_1)


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """An encoding, the length of the mark before the text, and whether a user or a mark says so, or we guess."""

    codec: str
    mark: int = 0
    is_sure: bool = True
    note: str


def encoding_of(content: Content, given: str | None) -> Encoding:
    """Return the encoding of a text. Raises BadFile where the one that is asked for does not exist."""
    head = content.head(SAMPLE)
    if given is not None:
        return _given(content, head, given)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec=codec, mark=len(mark), note=f"Encoding {codec}, said by the file's byte order mark.")
    if codec := _wide(head):
        return Encoding(codec=codec, is_sure=False, note=f"Encoding {codec}, assumed from zero bytes; no mark says so.")
    if all(_is_utf_8(part) for part in (head, *_further(content))):
        return Encoding(codec="utf-8", is_sure=False, note="Encoding utf-8.")
    if codec := _of_known_words(head):
        note = f"Encoding {codec}, assumed from the words of the first lines. `encoding` names another."
        return Encoding(codec=codec, is_sure=False, note=note)
    note = "Encoding cp1252 (Western European), assumed: the bytes are not valid UTF-8. `encoding` names another."
    return Encoding(codec="cp1252", is_sure=False, note=note)


def _of_known_words(head: bytes) -> str:
    """Return the encoding in which the first lines hold most words that columns are called by; none if it is cp1252."""
    first = b"\n".join(head.split(b"\n", _LINES)[:_LINES])
    found = {codec: _known_words(first, codec) for codec in ("cp1252", *_OTHERS)}
    likeliest = max(found, key=lambda codec: found[codec])
    return likeliest if found[likeliest] > found["cp1252"] else ""


def _known_words(text: bytes, codec: str) -> int:
    try:
        words = re.split(r"\W+", text.decode(codec))
    except UnicodeDecodeError:
        return 0
    return sum(
        len(word) * (not word.isascii() and _is_long(word) and vocabulary.is_word_of_work(word)) for word in words
    )


def _is_long(word: str) -> bool:
    """Return whether a word is long enough for its script not to be known by chance."""
    spelt = vocabulary.bare(word)
    return len(spelt) > (3 if spelt.isascii() else 1)


def _given(content: Content, head: bytes, given: str) -> Encoding:
    try:
        codec = codecs.lookup(given).name
        "".encode(codec)
    except (LookupError, ValueError):
        raise content.bad(
            f"there is no encoding '{given}'", advice="Usual ones: utf-8, cp1252, latin-1, utf-16, cp1250, shift_jis."
        ) from None
    mark = next((mark for mark, name in _MARKS if head.startswith(mark) and _agree(name, codec)), b"")
    if codec in {"utf-16", "utf-32", "utf-8-sig"}:
        codec = {codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF32_BE: "utf-32-be"}.get(
            mark, {"utf-8-sig": "utf-8"}.get(codec, f"{codec}-le")
        )
    return Encoding(codec=codec, mark=len(mark), note=f"Encoding {codec}, as asked for.")


def _agree(of_mark: str, codec: str) -> bool:
    return of_mark.startswith(codec.removesuffix("-sig"))


def _wide(head: bytes) -> str:
    """Return the codec of a text of two bytes a sign: every second byte of Western text is then zero."""
    even, odd = head[: 1 << 16 : 2], head[1 : 1 << 16 : 2]
    if len(odd) < 2:
        return ""
    zeros = (even.count(0) / len(even), odd.count(0) / len(odd))
    codec = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    is_likely = max(zeros) > 0.4 and min(zeros) < 0.1
    return codec if is_likely and not _CONTROL.search(head[: 1 << 16].decode(codec, "replace")) else ""


def _further(content: Content) -> Iterator[bytes]:
    """Give samples from the middle and the end, where one can go there cheaply; each from a line's beginning."""
    if content.path is None:
        return
    with content.open() as stream:
        size = stream.seek(0, 2)  # type: ignore[attr-defined]
        for place in (size // 2, size - SAMPLE // 4):
            if place > SAMPLE:
                stream.seek(place)  # type: ignore[attr-defined]
                yield read_fully(stream, SAMPLE // 4).partition(b"\n")[2]


def _is_utf_8(part: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(part)
    except UnicodeDecodeError:
        return False
    return True


def blocks(stream: Stream, encoding: Encoding, size: int) -> Iterator[bytes]:
    """Give a text in blocks of about so many bytes of UTF-8, without its mark; what is said to be UTF-8 as it is."""
    read_fully(stream, encoding.mark)
    if encoding.codec == "utf-8":
        while block := read_fully(stream, size):
            yield block
        return
    errors = _AS_LATIN_1 if encoding.codec == "cp1252" else "replace"
    decoder = codecs.getincrementaldecoder(encoding.codec)(errors)
    while block := read_fully(stream, size):
        yield decoder.decode(block).encode("utf-8", "replace")
    if rest := decoder.decode(b"", final=True):
        yield rest.encode("utf-8", "replace")


def mended(block: bytes, *, strictly: bool) -> tuple[bytes, list[int]]:
    """Return a block as valid UTF-8, and which of its lines (from 0) were not.

    Such a line is read as cp1252; with `strictly`, what is not UTF-8 in it becomes the sign for that.
    """
    lines, odd = block.splitlines(keepends=True), []
    for place, line in enumerate(lines):
        if not _is_whole_utf_8(line):
            odd.append(place)
            text = line.decode("utf-8", "replace") if strictly else line.decode("cp1252", _AS_LATIN_1)
            lines[place] = text.encode()
    return b"".join(lines), odd


def _is_whole_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
