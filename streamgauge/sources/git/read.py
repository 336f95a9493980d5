"""Reads raw commits into records: pure, column by column."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.records import Commit, schema
from streamgauge.sources.git.texts import holding, lists, spans

# Old converters wrote zones of too many digits; the seconds are right all the same.
_INSTANT = r"^(?P<seconds>\d{1,11}) (?P<sign>[+-])(?P<hours>\d{2,9})(?P<minutes>\d{2})$"
_USUAL = len("1700000000 +0000")
_REVERTS = re.compile(r"(?i)\breverts commits? ([0-9a-f]{7,64}\b(?:(?:,? and |,? |,?\n)[0-9a-f]{7,64}\b)*)")
_PICKED = re.compile(r"(?i)\(cherry picked from commit ([0-9a-f]{7,64})\)")
_HASH = re.compile(r"[0-9a-f]{7,64}")
# Begins with the letter itself, which is quick to find; what stands before is looked at only then.
_KEY = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z0-9]{1,9}-\d{1,7}\b")
_NO_KEY = re.compile(r"(?:UTF|SHA|ISO|CVE|RFC|PEP|AES|RSA|MD|CWE|GHSA|GPL|LGPL|BSD|MIT|X)-")
_TRAILERS = schema(Commit).field("trailers").type.value_type
_TRAILER = re.compile(r"(?m)^([A-Za-z][A-Za-z0-9-]*): (.*)$")
_PSEUDONYM = re.compile(r"p-[0-9a-f]{16}\b")
_LONG = len("p-0123456789abcdef")
_PULLS = (
    (b"Merge pull request #", r"^Merge pull request #(?P<n>\d{1,9})\b"),
    (b"Merged PR ", r"^Merged PR (?P<n>\d{1,9})\b"),
    (b"Pull request #", r"^Pull request #(?P<n>\d{1,9})\b"),
    (b"(#", r"\(#(?P<n>\d{1,9})\)\s*$"),
    (b"(pull request #", r"\(pull request #(?P<n>\d{1,9})\)"),
    (b"See merge request ", r"(?m)^See merge request \S*!(?P<n>\d{1,9})\s*$"),
)
"""The forms in which tools name a pull or merge request, each with what it cannot be without."""


def read(raw: pa.Table, *, repository: str, recorded_at: datetime, boundary: frozenset[str] = frozenset()) -> pa.Table:
    """Return Commit records (Arrow, in the schema of the kind) for raw commits; instants are UTC.

    `boundary` names the commits whose parents a shallow clone cut away. Text that is no instant reads as null.
    """
    n = raw.num_rows
    raw = raw.combine_chunks()
    messages = _Messages(raw["message"].combine_chunks() if n else pa.array([], pa.string()))
    trailers = messages.search(messages.matching(r"\n[A-Za-z][A-Za-z0-9-]*: "), _trailers)
    instants, offsets = _instants(pa.chunked_array([*raw["authored"].chunks, *raw["committed"].chunks], pa.string()))
    columns: dict[str, Any] = {
        "source": _same("git", n),
        "repository": _same(repository, n),
        "id": raw["id"],
        "recorded_at": _same(recorded_at, n),
        "deleted": _same(False, n),
        "url": pa.nulls(n, pa.string()),
        "parents": _words(raw["parents"]),
        "is_truncated": pc.is_in(raw["id"], value_set=pa.array(sorted(boundary), pa.string())),
        "authored_at": instants[:n],
        "authored_offset_minutes": offsets[:n],
        "committed_at": instants[n:],
        "committed_offset_minutes": offsets[n:],
        "author": raw["author"],
        "committer": raw["committer"],
        "co_authors": messages.column(_co_authors(trailers, messages.holding(b"co-authored-by"))),
        "is_bot": raw["is_bot"],
        "subject": messages.subjects,
        "reverts": messages.column(messages.search(messages.holding(b"reverts commit"), _reverts)),
        "cherry_picked_from": messages.column(
            messages.search(messages.holding(b"cherry picked from commit"), _PICKED.findall)
        ),
        "issue_keys": messages.column(messages.search(messages.with_numbers(), _keys)),
        "pull_requests": messages.pulls(),
        "trailers": messages.column(trailers, _TRAILERS),
    }
    kind = schema(Commit)
    return pa.table([_as(field.type, columns[field.name]) for field in kind], schema=kind)


def _as(kind: pa.DataType, values: Any) -> Any:
    return values if values.type == kind else values.cast(kind)


def _same(value: object, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), n)


def _instants(texts: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return the instants (UTC) and the zones' offsets in minutes; both null where the text is not git's form."""
    texts = pa.concat_arrays(texts.chunks) if isinstance(texts, pa.ChunkedArray) else texts
    seconds, minutes = _usual_instants(texts) or _any_instants(texts)
    return pc.multiply(seconds, 1_000_000).cast(pa.timestamp("us", "UTC")), minutes


def _usual_instants(texts: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """Read seconds and minutes where each text has ten digits, a space, a sign and four digits; else give nothing."""
    content, starts = spans(texts)
    if not len(texts) or (np.diff(starts) != _USUAL).any():
        return None
    signs = np.frombuffer(content, np.uint8).reshape(-1, _USUAL)
    digits = signs[:, [*range(10), *range(12, 16)]].astype(np.int64) - ord("0")
    minus = signs[:, 11] == ord("-")
    if (
        not ((digits >= 0) & (digits <= 9)).all()
        or not ((signs[:, 10] == ord(" ")) & (minus | (signs[:, 11] == ord("+")))).all()
    ):
        return None
    seconds, minutes = digits[:, :10] @ 10 ** np.arange(9, -1, -1), digits[:, 10:] @ [600, 60, 10, 1]
    return pa.array(seconds), pa.array(np.where(minus, -minutes, minutes))


def _any_instants(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    parts = pc.extract_regex(texts, _INSTANT)
    seconds = pc.struct_field(parts, "seconds").cast(pa.int64())
    minutes = pc.add(
        pc.multiply(pc.struct_field(parts, "hours").cast(pa.int64()), 60),
        pc.struct_field(parts, "minutes").cast(pa.int64()),
    )
    return seconds, pc.if_else(pc.equal(pc.struct_field(parts, "sign"), "-"), pc.negate(minutes), minutes)


def _words(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), pa.scalar([], pa.list_(pa.string())), pc.split_pattern(texts, " "))


class _Messages:
    """Many messages, and what is found in them. A search runs on those that hold its mark: the others hold nothing."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts
        self._content, self._starts = spans(texts)
        self._lowered = self._content.lower()
        self.subjects = _subjects(texts)

    def holding(self, mark: bytes) -> list[int]:
        """Return the rows of messages that hold a mark, which is in lower case, in any case."""
        return holding(mark, self._lowered, self._starts).tolist() if mark in self._lowered else []

    def matching(self, pattern: str) -> list[int]:
        """Return the rows of messages in which a pattern stands."""
        found = pc.match_substring_regex(self.texts, pattern)
        return np.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist()

    def with_numbers(self) -> list[int]:
        """Return the rows of messages in which a `-` joins a capital letter or digit with a digit."""
        signs = np.frombuffer(self._content, np.uint8)
        at = np.flatnonzero(signs[1:-1] == ord("-"))
        before, after = signs[at], signs[at + 2]
        is_digit = (before >= ord("0")) & (before <= ord("9"))
        is_capital = (before >= ord("A")) & (before <= ord("Z"))
        at = at[(is_digit | is_capital) & (after >= ord("0")) & (after <= ord("9"))]
        rows: list[int] = np.unique(np.searchsorted(self._starts, at, "right") - 1).tolist()
        return rows

    def search(self, rows: list[int], act: Callable[[str], list[Any]]) -> dict[int, list[Any]]:
        """Return what `act` finds, by the row, in some of the messages."""
        return dict(zip(rows, map(act, self.texts.take(pa.array(rows)).to_pylist()), strict=True)) if rows else {}

    def column(self, found: dict[int, list[Any]], kind: pa.DataType | None = None) -> pa.ListArray:
        """Return a list for each message: what was found in it, in most of them nothing."""
        lengths = np.zeros(len(self.texts), dtype=np.int32)
        if found:
            lengths[list(found)] = [len(one) for one in found.values()]
        return lists(lengths, pa.array([value for one in found.values() for value in one], kind or pa.string()))

    def pulls(self) -> pa.ListArray:
        """Return the number of the pull or merge request that a message names as its own, at most one."""
        number = pa.nulls(len(self.texts), pa.string())
        for mark, pattern in _PULLS:
            if mark in self._content:
                where = self.texts if pattern.startswith("(?m)") else self.subjects
                number = pc.coalesce(number, pc.struct_field(pc.extract_regex(where, pattern), "n"))
        return lists(number.is_valid().to_numpy(zero_copy_only=False), number.drop_null().cast(pa.int64()))


def _subjects(messages: pa.Array) -> pa.Array:
    first = pc.list_element(pc.split_pattern(pc.utf8_ltrim_whitespace(messages), "\n", max_splits=1), 0)
    return pc.utf8_slice_codeunits(first, 0, 500)


def _reverts(message: str) -> list[str]:
    return list(dict.fromkeys(h for group in _REVERTS.findall(message.lower()) for h in _HASH.findall(group)))


def _keys(message: str) -> list[str]:
    return list(dict.fromkeys(key for key in _KEY.findall(message) if not _NO_KEY.match(key)))


def _trailers(message: str) -> list[tuple[str, str]]:
    """Return the trailers: lines `Key: value` of the last paragraph, when at least one of its lines is such."""
    before, _, last = message.rstrip().rpartition("\n\n")
    if not before or ": " not in last:
        return []
    return [(key, value.strip()[:500]) for key, value in _TRAILER.findall(last)]


def _co_authors(trailers: dict[int, list[tuple[str, str]]], rows: list[int]) -> dict[int, list[str]]:
    """Return the pseudonyms of whom some messages' trailers name as co-authors, by the row."""
    found = {}
    for row in rows:
        named = [value for key, value in trailers.get(row, ()) if key.lower() == "co-authored-by"]
        found[row] = list(dict.fromkeys(value[:_LONG] for value in named if _PSEUDONYM.match(value)))
    return found
