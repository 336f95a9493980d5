"""Recognises the totals that reports put below a table, so that they are no rows of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from streamgauge.sources.files.header import kind
from streamgauge.sources.files.sheet import BadRow, Batch

TOTAL = "total row"
_AT_MOST = 3
_WORDS = re.compile(
    r"[\"'\s]*(?:grand[ -]total|sub[ -]?total|totals?|sum|summe|gesamt(?:summe)?|insgesamt|total(?:e|es)? g[eé]n[eé]ral"
    r"|totale|totaal|suma|somme|итого|всего|合計|总计|\(?\d+ rows?(?: (?:selected|affected|returned))?\)?)\b[\"'\s:)]*",
    re.IGNORECASE,
)


def speaks_of_a_total(text: str) -> bool:
    """Return whether a text begins with a word for a total."""
    return _WORDS.match(text) is not None


def is_total(cells: Sequence[str | None]) -> bool:
    """Return whether a row is a total: its first filled cell is a word for one, the others are numbers or empty."""
    filled = [cell for cell in cells if cell and cell.strip()]
    if not filled or not _WORDS.fullmatch(filled[0]):
        return False
    return all(kind(cell) == "number" for cell in filled[1:])


def closing(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give batches as they come; totals among the last rows of all are kept aside as bad rows."""
    held: Batch | None = None
    for batch in batches:
        if held is None or not batch.table.num_rows:
            held = batch if held is None else replace(held, bad=held.bad + batch.bad, notes=held.notes + batch.notes)
        else:
            yield held
            held = batch
    if held is not None:
        yield _without_totals(held)


def _without_totals(batch: Batch) -> Batch:
    rows = batch.table.num_rows
    last = batch.table.slice(max(rows - _AT_MOST, 0)).to_pylist()
    totals = 0
    while totals < len(last) and is_total([_text(cell) for cell in last[-1 - totals].values()]):
        totals += 1
    if not totals:
        return batch
    keep = rows - totals
    found = [BadRow(line=n, reason=TOTAL, columns_found=batch.table.num_columns) for n in batch.line[keep:].to_pylist()]
    return replace(batch, table=batch.table.slice(0, keep), line=batch.line.slice(0, keep), bad=(*batch.bad, *found))


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)
