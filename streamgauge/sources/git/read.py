"""Reads raw commits into records: pure, column by column."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Commit, schema

# Old converters wrote zones of too many digits; the seconds are right all the same.
_INSTANT = r"^(?P<seconds>\d{1,11}) (?P<sign>[+-])(?P<hours>\d{2,9})(?P<minutes>\d{2})$"
_REVERTS = re.compile(r"(?i)\breverts commits? ([0-9a-f]{7,64}\b(?:(?:,? and |,? |,?\n)[0-9a-f]{7,64}\b)*)")
_PICKED = re.compile(r"(?i)\(cherry picked from commit ([0-9a-f]{7,64})\)")
_HASH = re.compile(r"[0-9a-f]{7,64}")
_KEY = re.compile(
    r"\b(?!(?:UTF|SHA|ISO|CVE|RFC|PEP|AES|RSA|MD|CWE|GHSA|GPL|LGPL|BSD|MIT|X)-)[A-Z][A-Z0-9]{1,9}-\d{1,7}\b"
)
_TRAILERS = schema(Commit).field("trailers").type.value_type
_TRAILER = re.compile(r"^([A-Za-z][A-Za-z0-9-]*): (.*)$")
_PSEUDONYM = re.compile(r"p-[0-9a-f]{16}\b")
_PULLS = (
    r"^Merge pull request #(?P<n>\d{1,9})\b",
    r"^Merged PR (?P<n>\d{1,9})\b",
    r"^Pull request #(?P<n>\d{1,9})\b",
    r"\(#(?P<n>\d{1,9})\)\s*$",
    r"\(pull request #(?P<n>\d{1,9})\)",
    r"(?m)^See merge request \S*!(?P<n>\d{1,9})\s*$",
)


def read(raw: pa.Table, *, repository: str, recorded_at: datetime, boundary: frozenset[str] = frozenset()) -> pa.Table:
    """Return Commit records (Arrow, in the schema of the kind) for raw commits; instants are UTC.

    `boundary` names the commits whose parents a shallow clone cut away. Text that is no instant reads as null.
    """
    n = raw.num_rows
    raw = raw.combine_chunks()
    message = raw["message"].combine_chunks() if n else pa.array([], pa.string())
    authored_at, authored_offset = _instants(raw["authored"])
    committed_at, committed_offset = _instants(raw["committed"])
    columns: dict[str, Any] = {
        "source": _same("git", n),
        "repository": _same(repository, n),
        "id": raw["id"],
        "recorded_at": _same(recorded_at, n),
        "deleted": _same(False, n),
        "url": pa.nulls(n, pa.string()),
        "parents": _words(raw["parents"]),
        "is_truncated": pc.is_in(raw["id"], value_set=pa.array(sorted(boundary), pa.string())),
        "authored_at": authored_at,
        "authored_offset_minutes": authored_offset,
        "committed_at": committed_at,
        "committed_offset_minutes": committed_offset,
        "author": raw["author"],
        "committer": raw["committer"],
        "co_authors": _each(message, r"(?mi)^co-authored-by: ", _co_authors),
        "is_bot": raw["is_bot"],
        "subject": _subject(message),
        "reverts": _each(message, r"(?i)\breverts commits? [0-9a-f]", _reverts),
        "cherry_picked_from": _each(message, r"(?i)cherry picked from commit", _PICKED.findall),
        "issue_keys": _each(message, r"\b[A-Z][A-Z0-9]{1,9}-\d", _keys),
        "pull_requests": _pulls(message),
        "trailers": _each(message, r"(?m)^[A-Za-z][A-Za-z0-9-]*: ", _trailers, _TRAILERS),
    }
    kind = schema(Commit)
    return pa.table([columns[field.name].cast(field.type) for field in kind], schema=kind)


def _same(value: object, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), n)


def _instants(texts: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return the instants (UTC) and the zones' offsets in minutes; both null where the text is not git's form."""
    parts = pc.extract_regex(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, _INSTANT)
    seconds = pc.struct_field(parts, "seconds").cast(pa.int64())
    minutes = pc.add(
        pc.multiply(pc.struct_field(parts, "hours").cast(pa.int64()), 60),
        pc.struct_field(parts, "minutes").cast(pa.int64()),
    )
    signed = pc.if_else(pc.equal(pc.struct_field(parts, "sign"), "-"), pc.negate(minutes), minutes)
    return pc.multiply(seconds, 1_000_000).cast(pa.timestamp("us", "UTC")), signed


def _subject(message: pa.Array) -> pa.Array:
    first = pc.list_element(pc.split_pattern(pc.utf8_ltrim_whitespace(message), "\n", max_splits=1), 0)
    return pc.utf8_slice_codeunits(first, 0, 500)


def _words(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), pa.scalar([], pa.list_(pa.string())), pc.split_pattern(texts, " "))


def _each(
    message: pa.Array, mark: str, find: Callable[[str], list[Any]], kind: pa.DataType | None = None
) -> pa.ListArray:
    """Run `find` on the messages that hold `mark` (a quick look by the engine), give an empty list for the others."""
    holds = pc.match_substring_regex(message, mark)
    found = [find(text) for text in message.filter(holds).to_pylist()]
    lengths = np.zeros(len(message), dtype=np.int32)
    lengths[holds.to_numpy(zero_copy_only=False)] = [len(one) for one in found]
    return _lists(lengths, pa.array([value for one in found for value in one], kind or pa.string()))


def _lists(lengths: npt.NDArray[Any], values: pa.Array) -> pa.ListArray:
    """Return lists of these lengths, filled with the values in order."""
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32()), values)


def _reverts(message: str) -> list[str]:
    return list(dict.fromkeys(h for group in _REVERTS.findall(message.lower()) for h in _HASH.findall(group)))


def _keys(message: str) -> list[str]:
    return list(dict.fromkeys(_KEY.findall(message)))


def _trailers(message: str) -> list[dict[str, str]]:
    """Return the trailers: lines `Key: value` of the last paragraph, when at least one of its lines is such."""
    before, _, last = message.rstrip().rpartition("\n\n")
    if not before or ": " not in last:
        return []
    found = filter(None, map(_TRAILER.match, last.split("\n")))
    return [{"key": m[1], "value": m[2].strip()[:500]} for m in found]


def _co_authors(message: str) -> list[str]:
    named = (_PSEUDONYM.match(t["value"]) for t in _trailers(message) if t["key"].lower() == "co-authored-by")
    return list(dict.fromkeys(m[0] for m in named if m))


def _pulls(message: pa.Array) -> pa.ListArray:
    """Return the number of the pull or merge request that a message names as its own, at most one."""
    subject = _subject(message)
    number = pa.nulls(len(message), pa.string())
    for pattern in _PULLS:
        where = message if pattern.startswith("(?m)") else subject
        number = pc.coalesce(number, pc.struct_field(pc.extract_regex(where, pattern), "n"))
    return _lists(number.is_valid().to_numpy(zero_copy_only=False), number.drop_null().cast(pa.int64()))
