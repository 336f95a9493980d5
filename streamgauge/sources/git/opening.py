"""What one git tells of a repository at first: where it is, what its references name, and its mailmap."""

import os
import re
from dataclasses import dataclass

from streamgauge.sources.git.program import attempt, fault

# What git does not know it prints as it is, which tells apart what it says. The last two may be missing.
_PLACE, _OBJECTS, _HEAD = "--place", "--objects-named", "--head-named"
_ASKED = (
    *("--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir", _PLACE, "--show-cdup"),
    *(_OBJECTS, "--branches", "--remotes", "--tags", _HEAD, "HEAD", "HEAD:.mailmap"),
)
_HASH = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a repository was when it was opened.

    `folder` is its git folder. `top` is that of the work tree as seen from inside of it, None outside. `objects` are
    those that references name, tags that are objects themselves as such. `head` is the commit that HEAD stands for and
    `mailmap` the blob that this commit has for one; empty where there is none.
    """

    bare: bool
    shallow: bool
    folder: str
    top: str | None
    objects: frozenset[str]
    head: str
    mailmap: str


def opening(path: str) -> Opening:
    """Return what git says of the repository at a real path; raises the error that fits its words when it fails."""
    done = attempt(path, "rev-parse", *_ASKED)
    said, is_whole, named = os.fsdecode(done.stdout).rpartition(f"\n{_HEAD}\n")
    if not is_whole:
        raise fault(path, done.stderr)
    head, mailmap = (name if _HASH.fullmatch(name) else "" for name in [*named.split("\n"), "", ""][:2])
    said, _, objects = said.rpartition(f"\n{_OBJECTS}")
    said, _, up = said.rpartition(f"\n{_PLACE}")
    bare, shallow, folder = said.split("\n", 2)
    return Opening(
        bare=bare == "true",
        shallow=shallow == "true",
        folder=os.path.realpath(folder),
        top=os.path.realpath(os.path.join(path, up[1:])) if up and not up[1:].replace("../", "") else None,
        objects=frozenset(objects.split()),
        head=head,
        mailmap=mailmap,
    )
