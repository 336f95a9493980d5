"""What a user may say about a file where guessing is not enough, and how much of a file is taken at most."""

from dataclasses import dataclass, field

MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that a hostile file meets. Sizes are bytes, after unpacking; all may be raised by who trusts the file.

    `ratio` (unpacked to packed) counts once more than `grace` came out. `whole` bounds what has to be in memory at
    once: a JSON document that is not an array, a workbook, a Parquet file or a database inside of an archive.
    """

    record: int = 16 * MIB
    columns: int = 4_000
    unpacked: int = 64 * GIB
    ratio: int = 250
    grace: int = 64 * MIB
    members: int = 1_000
    whole: int = GIB
    cells: int = 20_000_000
    depth: int = 64


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is told rather than found; null: find it, and say so in the notes.

    `header` is the physical line of the header, 0 for none. `quote` is one character, empty for none. `escape` is the
    character that takes the next one's meaning away, usually a backslash, empty for none (a quote is doubled).
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header: int | None = None
    limits: Limits = field(default_factory=Limits)
