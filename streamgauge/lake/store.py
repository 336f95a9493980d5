"""What the lake asks of the place that it lies in: a folder or a bucket."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a table: its path inside the table's folder, its bytes and rows."""

    path: str
    size: int
    rows: int


class Lease(Protocol):
    """The exclusive right to write."""

    def check(self) -> None:
        """Raise LakeLocked when the right is lost."""


class Store(Protocol):
    """A place for a lake; its methods raise the faults of the system as they come."""

    address: str
    options: dict[str, str] | None

    def uri(self, table: str) -> str:
        """Return what the table engine opens."""

    def read(self, name: str) -> bytes | None:
        """Return the content of a small file, none when it is absent."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a small file at once and whole; false when it was already there, which then stays."""

    def holds_anything(self) -> bool:
        """Whether there is something here that the making of a lake did not leave."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the tables in a folder, `raw` say, whether or not a snapshot names them."""

    def local(self, table: str, files: Sequence[DataFile], lake_id: str) -> list[str]:
        """Return a path on this machine for each file, fetched when it is not here yet."""

    def size(self, table: str, path: str) -> int | None:
        """Return the bytes of a file, none when it is absent."""

    def lease(self, patience: float) -> AbstractContextManager[Lease]:
        """Wait up to `patience` seconds for the right to write, and hold it; raises LakeLocked."""
