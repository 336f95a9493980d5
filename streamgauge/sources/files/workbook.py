"""Reads the worksheets of an Excel workbook (.xlsx), after a look at what a hostile one would do to memory."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any, TypeVar

import pyarrow as pa

from streamgauge.errors import BadFile
from streamgauge.sources.files import header
from streamgauge.sources.files.archive import WORKBOOK, check, opened_archive
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import Batch, Sheet
from streamgauge.sources.files.totals import closing

T = TypeVar("T")
_PART = 8 << 20
_LONGEST = 1 << 20
_TAG = rb"<(?:[\w.-]{1,40}:)?(?:c|row)\s"
_CELL = re.compile(
    _TAG + rb"(?:(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?\s)??r\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']([^<>]*+)"
)
_BEGINS = re.compile(_TAG)
_ROWS = 50_000
_SAMPLE = 200
_DAMAGED = "Open it in a spreadsheet program and save it again, or export it as CSV."
Row = Sequence[Any]


def is_workbook(content: Content) -> bool:
    """Return whether an archive is a workbook."""
    with BytesIO(content.whole()) as data, opened_archive(data, content) as archive:
        return WORKBOOK in archive.namelist()


def sheets(content: Content, options: Options) -> Iterator[Sheet]:
    """Give each worksheet that holds anything. Raises BadFile where the workbook is damaged, locked or hostile."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    data = content.whole()
    _inspect(data, content)
    book = _safely(lambda: CalamineWorkbook.from_filelike(BytesIO(data)), content)
    found = 0
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet:
            rows = _safely(partial(_rows, book, about.name), content)
            if rows:
                found += 1
                notes = () if about.visible == SheetVisibleEnum.Visible else ("The worksheet is hidden.",)
                yield _sheet(content, options, about.name, rows, notes)
    if not found:
        raise content.bad("no worksheet holds anything", advice="Export it again; a table has at least a header.")


def _inspect(data: bytes, content: Content) -> None:
    """Raise BadFile where the workbook unpacks to too much, defines entities, or has cells too far apart."""
    with opened_archive(BytesIO(data), content) as archive:
        check(archive.infolist(), content, packed=len(data))
        for entry in archive.infolist():
            try:
                _inspect_member(archive, entry, content)
            except BadFile:
                raise
            except Exception:  # noqa: BLE001 - damaged members fail in more ways than zipfile names
                raise content.bad(f"part {entry.filename} is damaged", advice=_DAMAGED) from None


def _inspect_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: Content) -> None:
    rows = columns = 0
    tail = b""
    with archive.open(entry) as stream:
        while part := stream.read(_PART):
            seen = tail + part
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or seen[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise content.bad(f"part {entry.filename} defines entities", advice=_DAMAGED)
            places = {(letters, int(number)) for letters, number, rest in _CELL.findall(seen) if rest[-1:] != b"/"}
            rows = max(rows, max((number for _, number in places), default=0))
            columns = max(columns, max((_column(letters) for letters in {one for one, _ in places}), default=0))
            tail = seen[max(seen.rfind(b"<"), 0) :]
            if len(tail) > _LONGEST:
                if _BEGINS.match(tail):
                    raise content.bad(f"part {entry.filename} has a cell without an end", advice=_DAMAGED)
                tail = b""
    if rows * columns > content.limits.cells:
        raise content.bad(
            f"part {entry.filename} spans {rows:,} rows and {columns:,} columns",
            advice=f"At most {content.limits.cells:,} cells are read. Delete stray cells, or export it as CSV.",
        )


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters, 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _safely(act: Callable[[], T], content: Content) -> T:
    from python_calamine import CalamineError, PasswordError

    try:
        return act()
    except PasswordError:
        raise content.bad("the workbook has a password", advice="Save it without one, then import it.") from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise content.bad("the workbook is damaged", advice=_DAMAGED) from None
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # what Rust throws is no Exception
            raise
        raise content.bad("the workbook is damaged", advice=_DAMAGED) from None


def _rows(book: Any, name: str) -> list[tuple[int, Row]]:
    """Return the rows of a worksheet that hold anything, with their numbers."""
    sheet = book.get_sheet_by_name(name)
    numbered = enumerate(sheet.to_python(skip_empty_area=False), 1)
    return [(number, row) for number, row in numbered if any(cell not in ("", None) for cell in row)]


def _sheet(content: Content, options: Options, name: str, rows: list[tuple[int, Row]], notes: tuple[str, ...]) -> Sheet:
    told = None if options.header is None else _place(rows, options.header, content)
    head = header.find([[_text(cell) or "" for cell in row] for _, row in rows[:_SAMPLE]], told=told)
    below = rows[head.skip :]
    table = pa.table(
        [_array([row[place] for _, row in below]) for place in range(len(head.columns))], names=list(head.columns)
    )
    line = pa.array([number for number, _ in below], pa.int64())

    def parts() -> Iterator[Batch]:
        for start in range(0, max(table.num_rows, 1), _ROWS):
            yield Batch(table=table.slice(start, _ROWS), line=line.slice(start, _ROWS))

    where = (f"Header at row {rows[head.skip - 1][0]:,}.",) if head.skip else ()
    return Sheet(
        file=content.file,
        member=f"{content.member}/{name}" if content.member else name,
        within=name,
        name=name,
        form="xlsx",
        columns=head.columns,
        notes=(*notes, *where, *head.notes),
        read=lambda size: closing(parts()),  # noqa: ARG005 - all of it is in memory
    )


def _place(rows: list[tuple[int, Row]], wanted: int, content: Content) -> int:
    if wanted <= 0:
        return -1
    for place, (number, _) in enumerate(rows):
        if number == wanted:
            return place
    raise content.bad(f"row {wanted:,} is empty", advice="`header` is the number of a row, from 1; 0: there is none.")


def _array(cells: list[Any]) -> pa.Array:
    """Return the cells of a column, of their own type where all have the same, else as text."""
    values = [None if cell == "" else cell for cell in cells]
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {dt.datetime, dt.date}:
        return pa.array([_instant(value) for value in values], pa.timestamp("us"))
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds and kinds <= {int, float}:
        whole = all(value is None or (float(value).is_integer() and abs(value) < 2**53) for value in values)
        return pa.array(
            [int(v) if whole and v is not None else v for v in values], pa.int64() if whole else pa.float64()
        )
    return pa.array([_text(value) for value in values], pa.string())


def _instant(value: dt.date | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a worksheet knows no zone


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else str(cell)
