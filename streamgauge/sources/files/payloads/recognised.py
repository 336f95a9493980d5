"""A sheet that is a raw answer of a tool, as a sheet of the fields of a record."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from streamgauge.sources.files import flat, kinds
from streamgauge.sources.files.mapping import Rules
from streamgauge.sources.files.payloads import PAYLOADS
from streamgauge.sources.files.payloads.payload import Payload, each, first
from streamgauge.sources.files.payloads.rows_of import rows_of
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet

FORMS = ("json", "json lines")
"""How the answers of interfaces are written."""


def recognised(sheet: Sheet, rules: Rules) -> tuple[Sheet, Rules]:
    """Return a raw answer as a sheet whose columns are fields, and the rules with its kind; anything else as it is.

    Where a user names columns or another kind, the sheet stays as it is.
    """
    if sheet.form not in FORMS or rules.columns or rules.attributes:
        return sheet, rules
    payload = next((one for one in PAYLOADS if one.fits(sheet.columns)), None)
    if payload is None or rules.kind not in (None, payload.makes.__name__, payload.makes.table):
        return sheet, rules
    return _translated(sheet, payload), replace(rules, kind=payload.makes.__name__)


def _translated(sheet: Sheet, payload: Payload) -> Sheet:
    rows, lines, bad = rows_of(sheet)
    found = list(_fields(rows, payload))
    if payload.by:
        lost = f"names no '{payload.by}'"
        bad += tuple(BadRow(line=lines[n], reason=lost) for n, row in enumerate(rows) if not row.get(payload.by))
    told = (name for _, row in found for name, text in row.items() if text is not None)
    there = dict.fromkeys(told if found else kinds.given(payload.makes))
    made = flat.batch([row for _, row in found], [lines[place] for place, _ in found], tuple(there), bad)

    def read(size: int) -> Iterator[Batch]:  # noqa: ARG001 - all of it is in memory
        yield made

    notes = (*sheet.notes, f"It is read as {payload.title}.", *filter(None, (payload.note,)))
    return replace(sheet, columns=tuple(there), notes=notes, read=read)


def _fields(rows: Sequence[flat.Flat], payload: Payload) -> Iterator[tuple[int, flat.Flat]]:
    """Give the place of the first row of each thing, and the fields of what is told of it."""
    scopes = [first(row, *payload.scope) for row in rows]
    is_of_several = len({scope for scope in scopes if scope}) > 1
    for of_one in each(rows, payload.by) if payload.by else ([place] for place in range(len(rows))):
        row = rows[of_one[0]]
        plain = {name: first(row, *columns) for name, columns in payload.fields.items()}
        told = payload.read([rows[place] for place in of_one])
        for more in told if isinstance(told, list) else [told]:
            made = {**plain, **more}
            if is_of_several and made.get("id"):
                made["id"] = f"{scopes[of_one[0]]}#{made['id']}"
            yield of_one[0], made
