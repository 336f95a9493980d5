"""Cuts a long statement into steps: Spark writes every table of a WITH out again wherever it is named, and those too
that it is made from, so that a chain of them grows beyond all memory before any row is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST = 24
"""How many tables a statement may have when all are written out; a longer one is cut."""
_PREFIX = "step_"
_HEAD = re.compile(r"\s*WITH\s+", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z_]\w*)\s+AS\s*\(")
_NEXT = re.compile(r"\s*,")
_SIGN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[()]")


@dataclass(frozen=True)
class Table:
    """A table of a WITH: its name, and the statement that makes it."""

    name: str
    body: str


def steps(sql: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return what is to be made before a statement, each with the name of its view, and what is then left of it.

    A table that is named more than once is made before, in the order of the statement. What is short stays whole.
    """
    tables, rest = _parted(sql)
    texts = [table.body for table in tables] + [rest]
    if sum(_copies(tables, texts)) <= MOST:
        return (), sql
    made: list[tuple[str, str]] = []
    known: list[Table] = []
    for nth, table in enumerate(tables):
        if sum(_named(table.name, text) for text in texts[nth + 1 :]) > 1:
            made.append((_PREFIX + table.name, _with(known, table.body)))
            known.append(Table(table.name, f"SELECT * FROM {_PREFIX}{table.name}"))
        else:
            known.append(table)
    return tuple(made), _with(known, rest)


def _parted(sql: str) -> tuple[list[Table], str]:
    """Return the tables of the WITH that a statement begins with, and what follows them."""
    tables: list[Table] = []
    head = _HEAD.match(sql)
    at = head.end() if head else 0
    while head and (named := _NAME.match(sql, at)):
        end = _closed(sql, named.end())
        tables.append(Table(named[1], sql[named.end() : end]))
        at = end + 1
        if (more := _NEXT.match(sql, at)) is None:
            break
        at = more.end()
    return tables, sql[at:]


def _closed(sql: str, at: int) -> int:
    """Return where the parenthesis closes that was opened before a place."""
    depth = 1
    for sign in _SIGN.finditer(sql, at):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if depth == 0:
            return sign.start()
    return len(sql)


def _copies(tables: Sequence[Table], texts: Sequence[str]) -> list[int]:
    """Return how often each table stands in the statement when all are written out."""
    copies = [1] * len(texts)
    for nth in reversed(range(len(tables))):
        later = range(nth + 1, len(texts))
        copies[nth] = sum(copies[n] * _named(tables[nth].name, texts[n]) for n in later)
    return copies[:-1]


def _named(name: str, text: str) -> int:
    return len(re.findall(rf"\b(?:FROM|JOIN)\s+{name}\b", text))


def _with(known: Sequence[Table], rest: str) -> str:
    """Return a statement with those of the tables before it that it needs."""
    needed = list(_needed(known, rest))
    said = ", ".join(f"{table.name} AS ({table.body})" for table in reversed(needed))
    return f"WITH {said}\n{rest}" if said else rest


def _needed(known: Sequence[Table], rest: str) -> Iterator[Table]:
    texts = [rest]
    for table in reversed(known):
        if any(_named(table.name, text) for text in texts):
            texts.append(table.body)
            yield table
