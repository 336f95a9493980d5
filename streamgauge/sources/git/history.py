"""Fetches commits: one streaming pass over git's own log, people replaced by pseudonyms before anything leaves."""

import re
from collections.abc import Iterator, Sequence
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.git.program import run, stream
from streamgauge.sources.pseudonym import ADDRESS, Pseudonyms, is_bot

_FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%ad%x00%cE%x00%cd%x00%B"
_WIDTH = 8
_BLOCK = 24 << 20
# Possessive throughout: a hostile message must not make the search go back and forth.
_PERSON = re.compile(r"(?m)^([A-Za-z][A-Za-z-]*+: *+)[^\n<>]*+<([^\n<>@]*+@[^\n<>]*+)>")
_NAMED = re.compile(r"(?mi)^([a-z][a-z-]*-by: *+)(?!p-[0-9a-f]{16}\b)([^\n]*\S)")
_MAY_NAME = r"@|-[Bb][Yy]: "
RAW = pa.schema(
    [(name, pa.string()) for name in ("id", "parents", "author", "authored", "committer", "committed", "message")]
    + [("is_bot", pa.bool_())]
)
"""A raw commit: what git printed, addresses replaced. `parents` are separated by spaces, times as `seconds +hhmm`."""


def fetch(path: str, tips: Sequence[str], known: Sequence[str], names: Pseudonyms) -> Iterator[pa.Table]:
    """Give raw commits that `tips` reach and `known` do not, in batches, as git prints them (children mostly first).

    Raises BrokenRepository when git stops half-way; batches given before that are true all the same.
    """
    wanted = [*tips, *(f"^{commit}" for commit in known)]
    arguments = ["log", "-z", "--date=raw", f"--format={_FORMAT}", "--ignore-missing", "--stdin"]
    with stream(path, arguments, wanted) as output:
        for fields in _records(output):
            yield _raw(fields, names)


def vanished(path: str, known: Sequence[str], tips: Sequence[str]) -> list[str] | None:
    """Return commits that `known` reach and `tips` no longer do; None where git lost some, so a full look is due."""
    present = run(path, "cat-file", "--batch-check=%(objecttype)", stdin="".join(f"{k}\n" for k in known).encode())
    if b"missing" in present:
        return None
    wanted = "".join(f"{k}\n" for k in known) + "".join(f"^{t}\n" for t in tips)
    return run(path, "rev-list", "--stdin", stdin=wanted.encode()).decode().split()


def reachable(path: str, tips: Sequence[str]) -> list[str]:
    """Return all commits that `tips` reach."""
    return run(path, "rev-list", "--stdin", stdin="".join(f"{t}\n" for t in tips).encode()).decode().split()


def _records(output: IO[bytes]) -> Iterator[list[list[str]]]:
    """Cut the stream into whole records; return the columns of each block. One that git broke off is not given."""
    rest: list[bytes] = []
    while block := output.read(_BLOCK):
        rest.append(block)
        fields = b"".join(rest).split(b"\0")
        whole = (len(fields) - 1) // _WIDTH * _WIDTH
        rest = [b"\0".join(fields[whole:])]
        if whole:
            yield _columns(fields[:whole])


def _columns(fields: list[bytes]) -> list[list[str]]:
    try:
        texts = b"\0".join(fields).decode().split("\0")
    except UnicodeDecodeError:
        texts = [text(field) for field in fields]
    return [texts[i::_WIDTH] for i in range(_WIDTH)]


def text(raw: bytes) -> str:
    """Return bytes of unknown encoding as text: UTF-8 where they are that, else the Western code page of old tools."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _raw(columns: list[list[str]], names: Pseudonyms) -> pa.Table:
    ids, parents, author_names, authors, authored, committers, committed, messages = columns
    return pa.table(
        {
            "id": ids,
            "parents": parents,
            "author": [names.of(a) for a in authors],
            "authored": authored,
            "committer": [names.of(c) for c in committers],
            "committed": committed,
            "message": _masked(pa.array(messages, pa.string()), names),
            "is_bot": [is_bot(n, a) for n, a in zip(author_names, authors, strict=True)],
        },
        schema=RAW,
    )


def _masked(messages: pa.Array, names: Pseudonyms) -> pa.Array:
    """Replace people in trailers, with an address or without, by pseudonyms, and every other address by a mark."""
    touched = pc.match_substring_regex(messages, _MAY_NAME)
    if not pc.any(touched).as_py():
        return messages

    def clean(message: str) -> str:
        for people in (_PERSON, _NAMED):
            message = people.sub(lambda m: m[1] + names.of(m[2]), message)
        return ADDRESS.sub("(address)", message)

    cleaned = [clean(m) for m in messages.filter(touched).to_pylist()]
    return pc.replace_with_mask(messages, touched, pa.array(cleaned, pa.string()))


def pack(raw: pa.Table) -> pa.Array:
    """Return each raw commit as one JSON text, as the lake keeps it."""
    rows = zip(*(raw[name].to_pylist() for name in RAW.names), strict=True)
    return pa.array([msgspec.json.encode(row).decode() for row in rows], pa.string())


def unpack(payloads: pa.Array) -> pa.Table:
    """Return raw commits again from what `pack` made."""
    rows = [msgspec.json.decode(payload) for payload in payloads.to_pylist()]
    columns = list(zip(*rows, strict=True)) or [()] * len(RAW)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, RAW, strict=True)], schema=RAW)
