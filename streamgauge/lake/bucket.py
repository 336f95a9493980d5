"""A lake in a bucket of an object store; its files never change, so each is copied to this machine once."""

import os
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from streamgauge import settings
from streamgauge.errors import BadOption
from streamgauge.lake import bucket_lease
from streamgauge.lake.secrets import scrubbed
from streamgauge.lake.store import DataFile, Lease

if TYPE_CHECKING:
    from obstore.store import S3Store

_ADDRESS = re.compile(r"s3://[A-Za-z0-9._-]+(?:/[\w.=+@~-]+)+", re.ASCII)
"""Other signs stand for something in an address, and each library that is handed it takes them in its own way."""
RETRIES = 4
"""How often a request is tried again, with growing pauses, before the store is said to be away."""
_AT_ONCE = 8
_CHUNK = 8 << 20
_SECONDS_COPIES_STAY = 24 * 3600.0


class BucketStore:
    """Files of a lake under one prefix; the access comes from the usual `AWS_*` settings."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        bucket, _, prefix = self.address.removeprefix("s3://").partition("/")
        if not _ADDRESS.fullmatch(self.address):
            wrong = f"The lake address '{scrubbed(address)}' is not understood."
            raise BadOption(wrong, advice="Give s3://bucket/prefix, of letters, digits and - _ . / = + @ ~ alone.")
        self.options: dict[str, str] | None = _options()
        self._objects = _objects(bucket, prefix)

    def uri(self, table: str) -> str:
        """Return the table's address."""
        return f"{self.address}/{table}"

    def read(self, name: str) -> bytes | None:
        """Return the content of an object, none when it is absent."""
        import obstore

        try:
            return bytes(obstore.get(self._objects, name).bytes())
        except FileNotFoundError:
            return None

    def create(self, name: str, content: bytes) -> bool:
        """Write an object that is not there yet; of several makers at once one wins."""
        import obstore
        from obstore.exceptions import AlreadyExistsError

        try:
            obstore.put(self._objects, name, content, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def holds_anything(self) -> bool:
        """Whether there is an object that the making of a lake did not leave."""
        import obstore

        made = {"lake.json", "pseudonym.key", bucket_lease.NAME}
        batches = obstore.list(self._objects, chunk_size=10)
        return any(entry["path"] not in made for batch in batches for entry in batch)

    def names(self, folder: str) -> list[str]:
        """Return the names of the tables in a folder."""
        import obstore

        found = obstore.list_with_delimiter(self._objects, prefix=f"{folder}/")
        return [prefix.rstrip("/") for prefix in found["common_prefixes"]]

    def local(self, table: str, files: Sequence[DataFile], lake_id: str) -> list[str]:
        """Return the path of each file's copy in the user's cache, fetched where it is missing or cut short."""
        root = settings.cache_folder(os.environ) / "files" / lake_id / table
        copies = [root / file.path for file in files]
        missing = [
            (file, copy)
            for file, copy in zip(files, copies, strict=True)
            if not copy.exists() or copy.stat().st_size != file.size
        ]
        if missing:
            _forget(root, {copy.name for copy in copies})
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda pair: self._fetch(table, *pair), missing))
        return [str(copy) for copy in copies]

    def size(self, table: str, path: str) -> int | None:
        """Return the bytes of an object, none when it is absent."""
        import obstore

        with suppress(FileNotFoundError):
            return int(obstore.head(self._objects, f"{table}/{path}")["size"])
        return None

    def lease(self, patience: float) -> AbstractContextManager[Lease]:
        """Hold the lease object, which others may take when its holder stopped renewing it."""
        return bucket_lease.hold(self._objects, self.address, patience)

    def _fetch(self, table: str, file: DataFile, copy: Path) -> None:
        """Copy one object; a copy gets its name only when it is whole, so another process never reads half of it."""
        import obstore

        copy.parent.mkdir(parents=True, exist_ok=True)
        draft = copy.with_name(f".{copy.name}.{os.getpid()}")
        try:
            with draft.open("wb") as out:
                for chunk in obstore.get(self._objects, f"{table}/{file.path}").stream(min_chunk_size=_CHUNK):
                    out.write(chunk)
            draft.replace(copy)
        finally:
            draft.unlink(missing_ok=True)


def _forget(root: Path, needed: set[str]) -> None:
    """Remove copies that the table needs no more, once no view made before can still be reading them."""
    old = time.time() - _SECONDS_COPIES_STAY
    for copy in root.rglob("*.parquet"):
        with suppress(FileNotFoundError):
            if copy.name not in needed and copy.stat().st_mtime < old:
                copy.unlink()


def _options() -> dict[str, str]:
    """Return the environment's settings for the store, with retries that end before a user gives up."""
    given = {name.lower(): value for name, value in os.environ.items() if name.startswith("AWS_")}
    return {"max_retries": str(RETRIES), "retry_timeout": "60s", **given}


def _objects(bucket: str, prefix: str) -> "S3Store":
    from obstore.store import S3Store

    return S3Store(bucket, prefix=prefix, retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=60)})
