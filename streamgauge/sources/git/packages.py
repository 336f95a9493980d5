"""Finds the folders of the packages that a repository holds: where what stands before a version in a tag is at home."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.sources.git.program import run

_LONGEST = 1 << 18
_ENTRY = re.compile(rb"\d+ blob ([0-9a-f]+)\t(.*)", re.DOTALL)
_SIZE = re.compile(r"([0-9a-f]+) blob (\d+)")
_PUB = re.compile(r"""(?m)^name:[ \t]*["']?([\w.-]+)""")


@dataclass(frozen=True)
class Tree:
    """The folders of one commit, those of packages, and by a package's name those whose manifest gives it."""

    folders: frozenset[str]
    packages: frozenset[str]
    named: Mapping[str, tuple[str, ...]]

    def find(self, package: str) -> str | None:
        """Return the folder of a package, null where there is none, or several that may be meant.

        It is the folder of that path, as Go's modules are tagged, where a package lies there; else the one whose
        manifest has the name, with what stands before a `/` or without; else any folder of that path. Of several with
        the name the one nearest to the root is meant: others are examples of its use.
        """
        if package in self.packages:
            return package
        for name in (_plain(package), f"*/{_plain(package)}"):
            found = self.named.get(name, ())
            least = min((folder.count("/") for folder in found), default=0)
            near = [folder for folder in found if folder.count("/") == least]
            if near:
                return near[0] if len(near) == 1 and near[0] else None
        return package if package in self.folders else None


def folders(path: str, wanted: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the folders of packages in the repository at `path`, by their names; none for those without a folder.

    `wanted` has for each package the commits to look in: a package that moved has several folders. Raises what git's
    faults are raised as.
    """
    trees: dict[str, Tree] = {}
    names: dict[str, tuple[str, ...]] = {}
    found = {}
    for package, commits in wanted.items():
        for commit in commits:
            if commit not in trees:
                trees[commit] = _tree(path, commit, names)
        places = dict.fromkeys(trees[commit].find(package) for commit in commits)
        if mine := tuple(place for place in places if place):
            found[package] = mine
    return found


def _tree(path: str, commit: str, names: dict[str, tuple[str, ...]]) -> Tree:
    """Read one commit; `names` holds what manifests, by their blobs, are known to give, and takes more."""
    inner: set[str] = set()
    packages: set[str] = set()
    manifests: dict[str, str] = {}
    for line in run(path, "ls-tree", "-r", "-z", commit).split(b"\0"):
        if entry := _ENTRY.fullmatch(line):
            name = entry[2].decode("utf-8", "replace")
            folder, _, file = name.rpartition("/")
            inner.add(folder)
            if file in _MARKS or file in _MANIFESTS:
                packages.add(folder)
            if file in _MANIFESTS:
                manifests[name] = entry[1].decode()
    _learn(path, {blob: file.rpartition("/")[2] for file, blob in manifests.items()}, names)
    named: dict[str, dict[str, None]] = defaultdict(dict)
    for file, blob in manifests.items():
        for name in names.get(blob, ()):
            named[name][file.rpartition("/")[0]] = None
    places = {name: tuple(folders) for name, folders in named.items()}
    return Tree(frozenset(_with_parents(inner)), frozenset(packages - {""}), places)


def _with_parents(folders: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        above = folder
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def _learn(path: str, manifests: Mapping[str, str], names: dict[str, tuple[str, ...]]) -> None:
    """Add to `names` what manifests (the names of files by their blobs) give that are not known yet."""
    new = sorted(blob for blob in manifests if blob not in names)
    if not new:
        return
    asked = "".join(f"{blob}\n" for blob in new).encode()
    sizes = dict(_SIZE.findall(run(path, "cat-file", "--batch-check", stdin=asked).decode()))
    small = [blob for blob in new if int(sizes.get(blob, _LONGEST)) < _LONGEST]
    names.update(dict.fromkeys(new, ()))
    if not small:
        return
    content = run(path, "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in small).encode())
    at = 0
    for blob in small:
        at = content.index(b"\n", at) + 1
        text = content[at : at + int(sizes[blob])].decode("utf-8", "replace")
        at += int(sizes[blob]) + 1
        names[blob] = _keys(_name(_MANIFESTS[manifests[blob]], text))


def _name(read: Callable[[str], object], text: str) -> str | None:
    try:
        name = read(text)
    except (ValueError, RecursionError):  # no JSON, no TOML, or nested without end
        return None
    return name if isinstance(name, str) else None


def _keys(name: str | None) -> tuple[str, ...]:
    """Return what a package may be asked for as: its name, and without what stands before a `/` behind a sign."""
    if not name:
        return ()
    plain = _plain(name)
    return (plain, f"*/{plain.rpartition('/')[2]}") if "/" in plain else (plain,)


def _plain(name: str) -> str:
    """Return a name as registries compare it: capitals, and which of `-`, `_` and `.` stands, do not matter."""
    return re.sub(r"[-_.]+", "-", name.casefold())


def _in(table: object, *keys: str) -> Any:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _json(text: str) -> object:
    return _in(json.loads(text), "name")


def _cargo(text: str) -> object:
    return _in(tomllib.loads(text), "package", "name")


def _python(text: str) -> object:
    table = tomllib.loads(text)
    return _in(table, "project", "name") or _in(table, "tool", "poetry", "name")


def _pub(text: str) -> object:
    found = _PUB.search(text)
    return found and found[1]


_MANIFESTS: dict[str, Callable[[str], object]] = {
    "package.json": _json,
    "composer.json": _json,
    "Cargo.toml": _cargo,
    "pyproject.toml": _python,
    "pubspec.yaml": _pub,
}
"""The files that name the package in their folder, each with what reads the name."""
_MARKS = ("go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "setup.py", "setup.cfg", "mix.exs", "Package.swift")
"""The files that make their folder a package, and do not tell its name as a tag does."""
