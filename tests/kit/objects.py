"""Writes git's loose objects and references byte by byte: no process, and nothing that git would refuse to write."""

import hashlib
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """What a path of a tree holds: git's mode and the hash of the object."""

    mode: str
    sha: str


class Objects:
    """The object store of one repository; `kind` is git's name of its hash, `sha1` or `sha256`."""

    def __init__(self, git_dir: Path, kind: str = "sha1") -> None:
        self.folder = git_dir / "objects"
        self.kind = kind

    def path(self, sha: str) -> Path:
        """Return the file that holds an object while it is loose."""
        return self.folder / sha[:2] / sha[2:]

    def write(self, kind: str, body: bytes) -> str:
        """Return the hash of the object, written if it was not there."""
        whole = f"{kind} {len(body)}".encode() + b"\0" + body
        sha = hashlib.new(self.kind, whole).hexdigest()
        place = self.path(sha)
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            scratch = place.with_name(f"{place.name}.{os.getpid()}")
            scratch.write_bytes(zlib.compress(whole, 1))
            scratch.rename(place)
        return sha

    def tree(self, files: Mapping[bytes, Entry]) -> str:
        """Return the hash of the tree that holds `files`, given by their whole paths."""
        here: dict[bytes, Entry] = {}
        below: dict[bytes, dict[bytes, Entry]] = {}
        for path, entry in files.items():
            head, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(head, {})[rest] = entry
            else:
                here[head] = entry
        here |= {name: Entry("40000", self.tree(inner)) for name, inner in below.items()}
        return self.write("tree", b"".join(_line(name, here[name]) for name in sorted(here, key=_order(here))))


def _order(entries: Mapping[bytes, Entry]) -> Callable[[bytes], bytes]:
    """Return the sort key of git's trees, where a folder is compared as if its name ended in a slash."""
    return lambda name: name + b"/" if entries[name].mode == "40000" else name


def _line(name: bytes, entry: Entry) -> bytes:
    return entry.mode.encode() + b" " + name + b"\0" + bytes.fromhex(entry.sha)
