"""Reads any file into its sheets: opens it, tells its kind, and asks the reader of that kind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import cast

from streamgauge.errors import BadFile
from streamgauge.sources.files.form import form_of
from streamgauge.sources.files.opening import Content, contents
from streamgauge.sources.files.options import Options
from streamgauge.sources.files.sheet import Batch, Sheet

Reader = Callable[[Content, Options], Iterator[Sheet]]
READERS = {
    "text": "delimited",
    "json": "json_document",
    "json lines": "json_lines",
    "ocel json": "ocel_json",
    "ocel sqlite": "ocel_sqlite",
    "parquet": "parquet",
    "xes": "xes",
    "xlsx": "workbook",
}
"""The module beside this one that reads each kind; imported when such a file comes."""


def tables(path: str, *, options: Options | None = None) -> Iterator[Sheet]:
    """Give the tables of a file: one for a plain file, one or more for each member of an archive, workbook or log.

    Raises BadFile where the file or a member is no table, is damaged, or goes beyond a limit; NoPermission where it may
    not be read.
    """
    options = options or Options()
    found, skipped = contents(path, options.limits)
    notes = (f"{len(skipped)} members hold no table and were left aside.",) if skipped else ()
    for content in found:
        for sheet in reader(form_of(content, options.encoding))(content, options):
            within = "/".join(filter(None, (content.member.replace("\\", "/"), sheet.within)))
            read = partial(_saying_where, sheet.read)
            yield replace(sheet, within=within, notes=(*sheet.notes, *notes), read=read)


def _saying_where(read: Callable[[int], Iterator[Batch]], size: int) -> Iterator[Batch]:
    """Give batches; an error on the way also says up to which line rows were read."""
    last = 0
    try:
        for batch in read(size):
            last = batch.line[-1].as_py() if len(batch.line) else last
            yield batch
    except BadFile as fault:
        raise BadFile(f"{fault.wrong} The last row before that is at line {last:,}.", advice=fault.advice) from None


def reader(form: str) -> Reader:
    """Return what reads a kind of file."""
    module = import_module(f"streamgauge.sources.files.{READERS[form]}")
    return cast(Reader, module.sheets)
