"""Tells of which kind a file is: by its content first, by its name only where the content leaves it open."""

import json
import re

from streamgauge.sources.files.encoding import SAMPLE, blocks, encoding_of
from streamgauge.sources.files.opening import GZIP, ZIP, Content

_FIRST_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_DECLARED = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s+)*", re.DOTALL)
_OBJECTS = re.compile(r"<(?:object-types|event-types|objects|events)\b|<global\s+scope=[\"']object[\"']")
_JSON_LINES = (".jsonl", ".ndjson", ".jsonlines")
_KINDS = ((b"PAR1", "parquet"), (b"SQLite format 3\0", "ocel sqlite"))
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)", "Save it as .xlsx or CSV."),
    (GZIP, "an archive within an archive", "Unpack the outer one, then import what it holds."),
    (b"%PDF", "a PDF document", "Export the table behind it, as CSV or Excel."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it, or pack it as zip or gzip."),
    (b"BZh", "a bzip2 file", "Unpack it, or pack it as zip or gzip."),
    (b"\xfd7zXZ", "an xz file", "Unpack it, or pack it as zip or gzip."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "Unpack it, or pack it as zip or gzip."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack it as zip or gzip."),
)
_UNPACK = "Unpack the outer one, then import what it holds."
_KNOWN = (
    "Read are: CSV, TSV, JSON, JSON lines, Parquet, Excel (.xlsx), XES, OCEL (JSON, SQLite, CSV); gzip and zip of them."
)


def form_of(content: Content, encoding: str | None = None) -> str:
    """Return the kind of a file: "text", "json", "json lines", "xes", "ocel json", "ocel sqlite", "parquet" or "xlsx".

    Raises BadFile for what is none of them, with what to do about it.
    """
    head = content.head(SAMPLE)
    if not head:
        raise content.bad("the file is empty", advice="Export it again; a table has at least a header.")
    for mark, form in _KINDS:
        if head.startswith(mark):
            return form
    if head.startswith(ZIP):
        return _workbook(content)
    _refuse(content, head)
    return _of_text(content, encoding)


def _refuse(content: Content, head: bytes) -> None:
    for mark, what, advice in _REFUSED:
        if head.startswith(mark):
            raise content.bad(f"it is {what}", advice=advice)
    if head[257:262] == b"ustar":
        raise content.bad("it is a tar archive", advice="Unpack it, or pack its files as zip.")


def _workbook(content: Content) -> str:
    """Return "xlsx" for a workbook, which is an archive of its own; any other archive within one is refused."""
    from streamgauge.sources.files.workbook import is_workbook

    if is_workbook(content):
        return "xlsx"
    raise content.bad("it is an archive within an archive", advice=_UNPACK)


def _of_text(content: Content, told: str | None) -> str:
    with content.open() as stream:
        text = next(blocks(stream, encoding_of(content, told), SAMPLE), b"").decode("utf-8", "replace")
    if text[:4096].count("\0") > len(text[:4096]) // 10:
        raise content.bad("it is no text, and of no kind that is known", advice=_KNOWN)
    body = text.lstrip()
    if not body:
        raise content.bad("the file is empty", advice="Export it again; a table has at least a header.")
    if body.startswith("<"):
        return _of_markup(content, body)
    if body.startswith(("{", "[")):
        return _of_json(content, body)
    return "text"


def _of_markup(content: Content, body: str) -> str:
    rest = body[_DECLARED.match(body).end() :]  # type: ignore[union-attr]
    element = _FIRST_ELEMENT.match(rest)
    name = element[1] if element else ""
    if name == "log" and _OBJECTS.search(rest):
        advice = "Export it as OCEL 2.0 in JSON or SQLite, or convert it with any tool of process mining."
        raise content.bad("it is an object-centric event log (OCEL) in XML", advice=advice)
    if name == "log":
        return "xes"
    if name.lower() == "html":
        raise content.bad(
            "it is a web page",
            advice="Perhaps a login page came instead of the export. Fetch it again, as CSV or Excel.",
        )
    if element is None:
        return "text"
    advice = "Of XML, only XES event logs (element 'log') are read. Export it as CSV, JSON or Excel."
    raise content.bad(f"it is XML with the outermost element '{name}'", advice=advice)


def _of_json(content: Content, body: str) -> str:
    """Return whether JSON stands line by line, or is one document, or is no JSON at all."""
    lines = [line for line in body.splitlines()[:3] if line.strip()]
    if content.name.lower().endswith(_JSON_LINES) or (len(lines) > 1 and _are_objects(lines[:1])):
        return "json lines"
    if body.startswith("{"):
        return _document(body) if _begins_like_json(body) else "text"
    return "json" if _begins_like_json(body) else "text"


def _document(body: str) -> str:
    """Return "ocel json" where the names at the beginning are those of an object-centric log."""
    return (
        "ocel json"
        if re.search(r'"(?:objectTypes|eventTypes|ocel:(?:global-\w+|events|objects))"\s*:', body)
        else "json"
    )


def _are_objects(lines: list[str]) -> bool:
    try:
        return all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _begins_like_json(body: str) -> bool:
    """Return whether the first signs can only be JSON: an object or array with what may follow its bracket."""
    return re.match(r"\{\s*(?:\"|\}|$)|\[\s*(?:[\[{\"\]]|-?\d|true|false|null|$)", body) is not None
