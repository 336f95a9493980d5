"""The four sheets of an object-centric event log (OCEL 2.0), whatever kind of file it came in."""

from collections.abc import Callable, Iterator

from streamgauge.sources.files import flat, header
from streamgauge.sources.files.opening import Content
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet

ID, TYPE, TIME = "ocel:id", "ocel:type", "ocel:time"
EVENT, SOURCE, OBJECT, QUALIFIER = "ocel:event", "ocel:source", "ocel:object", "ocel:qualifier"
FIELD, VALUE = "ocel:field", "ocel:value"
OWN = {
    "events": (ID, TYPE, TIME),
    "objects": (ID, TYPE),
    "relations": (EVENT, SOURCE, OBJECT, QUALIFIER),
    "changes": (ID, TYPE, FIELD, VALUE, TIME),
}
"""The columns that each sheet always has; events and objects have one more for each attribute."""
_ROWS = 20_000
Rows = Callable[[str], Iterator[flat.Flat | BadRow]]


def sheets(content: Content, form: str, rows: Rows, attributes: dict[str, list[str]], note: str) -> Iterator[Sheet]:
    """Give the four sheets; `rows` gives the rows of one, `attributes` the names that events and objects have."""
    for name, own in OWN.items():
        columns, said = header.unique([*own, *attributes.get(name, [])])
        keys = [*own, *(key(one) for one in attributes.get(name, []))]
        if len(columns) > content.limits.columns:
            raise content.bad(f"{len(columns):,} columns", advice=f"At most {content.limits.columns:,} are read.")
        yield Sheet(
            file=content.file,
            member=content.member,
            name=name,
            form=form,
            columns=columns,
            notes=(note, *said),
            read=_reader(rows, name, keys, columns),
        )


def key(attribute: str) -> str:
    """Return under which key a row holds an attribute, so that none is mistaken for a column of the log's own."""
    return f"attribute {attribute}"


def _reader(rows: Rows, name: str, keys: list[str], columns: tuple[str, ...]) -> Callable[[int], Iterator[Batch]]:
    def read(size: int) -> Iterator[Batch]:
        most = min(_ROWS, max(size // 256, 1))
        good, lines, bad = list[flat.Flat](), list[int](), list[BadRow]()
        for ordinal, row in enumerate(rows(name), 1):
            if isinstance(row, BadRow):
                bad.append(BadRow(line=ordinal, reason=row.reason, columns_found=row.columns_found))
            else:
                good.append(row)
                lines.append(ordinal)
            if len(good) + len(bad) >= most:
                yield _named(flat.batch(good, lines, keys, bad), columns)
                good, lines, bad = [], [], []
        yield _named(flat.batch(good, lines, keys, bad), columns)

    return read


def _named(batch: Batch, columns: tuple[str, ...]) -> Batch:
    return Batch(table=batch.table.rename_columns(list(columns)), line=batch.line, bad=batch.bad)
