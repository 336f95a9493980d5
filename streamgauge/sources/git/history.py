"""Fetches commits: one streaming pass over git's own log, people replaced by pseudonyms before anything leaves."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from typing import IO

import msgspec
import numpy as np
import pyarrow as pa

from streamgauge.sources.git.program import run, stream
from streamgauge.sources.git.repository import Repository, State
from streamgauge.sources.git.texts import find, joined, places, spans, split, strings
from streamgauge.sources.pseudonym import ADDRESS, Pseudonyms, is_bot

_FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%at %ad%x00%cE%x00%ct %cd%x00%B"
_WIDTH = 8
_FIRST_BLOCK, _BLOCK = 256 << 10, 1 << 20
# Possessive throughout: a hostile message must not make the search go back and forth.
_PERSON = re.compile(r"(?m)^([A-Za-z][A-Za-z-]*+: *+)[^\n<>]*+<([^\n<>@]*+@[^\n<>]*+)>")
_NAMED = re.compile(r"(?mi)^([a-z][a-z-]*-by: *+)(?!p-[0-9a-f]{16}\b)([^\n]*\S)")
RAW = pa.schema(
    [(name, pa.string()) for name in ("id", "parents", "author", "authored", "committer", "committed", "message")]
    + [("is_bot", pa.bool_())]
)
"""A raw commit: what git printed, addresses replaced. `parents` are separated by spaces, times as `seconds +hhmm`."""


def fetch(
    path: str, tips: Sequence[str], known: Sequence[str], names: Pseudonyms, *, mailmap: str = ""
) -> Iterator[pa.Table]:
    """Give raw commits that `tips` reach and `known` do not, in batches, as git prints them (children mostly first).

    `mailmap` names the blob that a bare repository has for one: git would look for it itself, and fail where a partial
    clone lacks the tree. Raises BrokenRepository when git stops half-way; batches given before are true all the same.
    """
    if not tips:  # without any, git would take HEAD
        return
    with _log(path, [*tips, *(f"^{commit}" for commit in known)], mailmap) as output:
        yield from _tables(output, names)


def whole(repository: Repository, names: Pseudonyms) -> tuple[State, Iterator[pa.Table]]:
    """Return what the references say now, and all raw commits that they reach, as `fetch` gives them.

    git begins with what they named when the repository was opened, and they are listed meanwhile. Where they name
    something else by now, it begins anew.
    """
    ahead = _ahead(repository, names)
    next(ahead)
    state, opened = repository.state(), repository.opened
    if opened.objects and opened.objects == state.objects and opened.head in ("", state.head):
        return state, (table for table in ahead if table is not None)
    ahead.close()
    mailmap = state.mailmap if repository.bare else ""
    return state, fetch(repository.path, state.tips, (), names, mailmap=mailmap)


def _ahead(repository: Repository, names: Pseudonyms) -> Generator[pa.Table | None, None, None]:
    """Give nothing as soon as git runs, then the raw commits."""
    opened = repository.opened
    if not opened.objects:  # without any, git would take HEAD
        yield None
        return
    mailmap = opened.mailmap if opened.bare else ""
    with _log(repository.path, [*sorted(opened.objects), *filter(None, [opened.head])], mailmap) as output:
        yield None
        yield from _tables(output, names)


def _log(path: str, wanted: Sequence[str], mailmap: str) -> AbstractContextManager[IO[bytes]]:
    arguments = [
        "-c",
        f"mailmap.blob={mailmap}",
        "log",
        "-z",
        "--date=format:%z",
        f"--format={_FORMAT}",
        "--ignore-missing",
        "--stdin",
    ]
    return stream(path, arguments, wanted)


def _tables(output: IO[bytes], names: Pseudonyms) -> Iterator[pa.Table]:
    clean = cleaner(names)
    for records in _records(output):
        yield _raw(_columns(records), names, clean)


def vanished(path: str, known: Sequence[str], tips: Sequence[str]) -> list[str] | None:
    """Return commits that `known` reach and `tips` no longer do; None where git lost some, so a full look is due."""
    present = run(path, "cat-file", "--batch-check=%(objecttype)", stdin="".join(f"{k}\n" for k in known).encode())
    if b"missing" in present:
        return None
    wanted = "".join(f"{k}\n" for k in known) + "".join(f"^{t}\n" for t in tips)
    return run(path, "rev-list", "--stdin", stdin=wanted.encode()).decode().split()


def reachable(path: str, tips: Sequence[str]) -> list[str]:
    """Return all commits that `tips` reach."""
    given = "".join(f"{t}\n" for t in tips).encode()
    return run(path, "rev-list", "--stdin", stdin=given).decode().split() if tips else []


def _records(output: IO[bytes]) -> Iterator[bytes]:
    """Cut the stream into whole records, many at a time. One that git broke off is not given."""
    rest = b""
    for block in _blocks(output):
        rest += block
        marks = rest.count(b"\0")
        if marks >= _WIDTH:
            whole, *parts = rest.rsplit(b"\0", marks % _WIDTH + 1)
            rest = b"\0".join(parts)
            yield whole


def _blocks(output: IO[bytes]) -> Iterator[bytes]:
    """Give the stream in blocks; git writes on while we work, and little is left to do when it ends.

    Each block holds at least a share of all before it, so that a long history comes in few.
    """
    read = 0
    while block := output.read(min(_BLOCK, max(_FIRST_BLOCK, read // 2))):
        read += len(block)
        yield block


def _columns(records: bytes) -> list[pa.Array]:
    fields = split(records, places(records, b"\0"))
    with suppress(pa.ArrowInvalid):  # one look for all; where a text is no UTF-8, each column sees to itself
        fields = fields.cast(pa.string())
    first = np.arange(0, len(fields), 2 * _WIDTH)
    return [strings(fields.take(pa.array(first + 2 * i))) for i in range(_WIDTH)]


def _raw(columns: Sequence[pa.Array], names: Pseudonyms, clean: Callable[[bytes], bytes]) -> pa.Table:
    import pyarrow.compute as pc  # costs as much as a look at a history that did not change

    ids, parents, author_names, authors, authored, committers, committed, messages = columns
    both = pc.binary_join_element_wise(author_names, authors, "\0")
    return pa.table(
        {
            "id": ids,
            "parents": parents,
            "author": _each_once(authors, names.of, pa.string()),
            "authored": authored,
            "committer": _each_once(committers, names.of, pa.string()),
            "committed": committed,
            "message": _masked(messages, clean),
            "is_bot": _each_once(both, lambda pair: is_bot(*pair.split("\0")), pa.bool_()),
        },
        schema=RAW,
    )


def _each_once(values: pa.Array, act: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """Return what `act` makes of the values; it is asked once for each of the few distinct ones."""
    distinct = values.dictionary_encode()
    return pa.array([act(value) for value in distinct.dictionary.to_pylist()], kind).take(distinct.indices)


def _masked(messages: pa.Array, clean: Callable[[bytes], bytes]) -> pa.Array:
    """Return messages with each line cleaned that may name somebody; the others are not even looked at."""
    content, starts = spans(messages)
    hits = np.sort(np.concatenate([places(content, b"@"), find(content.lower(), b"-by:")]))
    rows = np.searchsorted(starts, hits, "right") - 1
    grown = np.zeros(len(starts), np.int64)
    pieces, done = [], 0
    for at, row, first, last in zip(*(a.tolist() for a in (hits, rows, starts[rows], starts[rows + 1])), strict=True):
        if at < done:  # another mark on the line before
            continue
        begin = max(content.rfind(b"\n", first, at) + 1, first)
        end = content.find(b"\n", at, last)
        end = last if end < 0 else end
        line = clean(content[begin:end])
        pieces += [content[done:begin], line]
        grown[row + 1] += len(line) - (end - begin)
        done = end
    return joined(b"".join([*pieces, content[done:]]), starts + np.cumsum(grown))


def cleaner(names: Pseudonyms) -> Callable[[bytes], bytes]:
    """Return what puts pseudonyms for the people in a line's trailer, with an address or without, and a mark for every
    other address.
    """

    @lru_cache(maxsize=10_000)  # the same people stand in trailer after trailer
    def clean(raw: bytes) -> bytes:
        line = raw.decode()
        for people, mark in ((_PERSON, "<"), (_NAMED, "-by:")):
            if mark in line.lower():
                line = people.sub(lambda m: m[1] + names.of(m[2]), line)
        return (ADDRESS.sub("(address)", line) if "@" in line else line).encode()

    return clean


def pack(raw: pa.Table) -> pa.Array:
    """Return each raw commit as one JSON text, as the lake keeps it."""
    rows = zip(*(raw[name].to_pylist() for name in RAW.names), strict=True)
    return pa.array([msgspec.json.encode(row).decode() for row in rows], pa.string())


def unpack(payloads: pa.Array) -> pa.Table:
    """Return raw commits again from what `pack` made."""
    rows = [msgspec.json.decode(payload) for payload in payloads.to_pylist()]
    columns = list(zip(*rows, strict=True)) or [()] * len(RAW)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, RAW, strict=True)], schema=RAW)
