"""Large made-up histories: as plain numbers for work on facts, or as a repository written by `git fast-import`."""

import hashlib
import random
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.kit.git import environment
from tests.kit.repository import START

MINUTE = 60
ZONES = (b"+0000", b"+0100", b"-0800", b"+0530")


@dataclass(frozen=True, slots=True)
class Change:
    """One commit of a synthetic history, by number; times in Unix seconds, a release's name where it has a tag."""

    number: int
    parents: tuple[int, ...]
    authored: int
    committed: int
    release: str | None


def changes(commits: int, *, release_every: int = 200, merge_every: int = 8, seed: int = 1) -> Iterator[Change]:
    """Yield a history, parents first: a main line, side branches of three commits merged into it, and releases.

    The same arguments give the same history, and more commits only make it longer. `merge_every` below 5 gives a
    straight line.
    """
    dice = random.Random(seed)
    main, side = -1, -1
    for number in range(commits):
        committed = START + number * 7 * MINUTE
        authored = committed - dice.randrange(20 * 24 * 60) * MINUTE * (dice.random() < 0.5)
        on_side = _on_side(number, merge_every)
        parents = _parents(main, side, number % merge_every, merge_every)
        main, side = (main, number) if on_side else (number, side)
        release = f"v1.{number // release_every}" if number % release_every == release_every - 1 else None
        yield Change(number, parents, authored, committed, release)


def _on_side(number: int, merge_every: int) -> bool:
    return merge_every > 4 and 1 <= number % merge_every <= 3


def _parents(main: int, side: int, place: int, merge_every: int) -> tuple[int, ...]:
    if main < 0:
        return ()
    if merge_every > 4 and place in (2, 3):
        return (side,)
    return (main, side) if merge_every > 4 and place == 4 else (main,)


def name(number: int) -> str:
    """Return a stand-in for the hash of a commit, 40 hexadecimal digits, where no repository is written."""
    return hashlib.sha1(str(number).encode()).hexdigest()


def repository(
    path: Path,
    commits: int,
    *,
    release_every: int = 200,
    merge_every: int = 8,
    files: bool = True,
    seed: int = 1,
) -> Path:
    """Return a bare repository with that history; without `files` no commit changes a file, which is quicker.

    Calling it again on the same path with more commits adds only what is new.
    """
    if not path.exists():
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True, env=environment())
    words = _all_words(changes(commits, release_every=release_every, merge_every=merge_every, seed=seed), files=files)
    tip = max(n for n in range(max(0, commits - 5), commits) if not _on_side(n, merge_every))
    end = b"reset refs/heads/main\nfrom :%d\n\nreset refs/heads/building\nfrom %s\n\ndone\n" % (tip + 1, b"0" * 40)
    command = ["git", "-C", str(path), "fast-import", "--quiet", "--force", "--done"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment()) as importer:
        assert importer.stdin is not None
        importer.stdin.writelines(words)
        importer.stdin.write(end)
    if importer.returncode:
        raise subprocess.CalledProcessError(importer.returncode, command)
    return path


def _all_words(history: Iterable[Change], *, files: bool) -> Iterator[bytes]:
    return (_words(change, files=files) for change in history)


def _words(change: Change, *, files: bool) -> bytes:
    """Return the commands of fast-import that make one commit and its tag."""
    number, mark = change.number, change.number + 1
    zone = ZONES[number % len(ZONES)]
    text = b"Change %d (#%d)\n\nPROJ-%d: some words about the change.\n" % (number, number, number % 997)
    who = b"Person %d <p%d@example.org>" % (number % 40, number % 40)
    lines = [
        b"reset refs/heads/building" if not change.parents else b"",
        b"commit refs/heads/building\nmark :%d" % mark,
        b"author %s %d %s" % (who, change.authored, zone),
        b"committer %s %d %s" % (who, change.committed, zone),
        b"data %d\n%s" % (len(text), text),
        *(b"%s :%d" % (word, p + 1) for word, p in zip((b"from", b"merge"), change.parents, strict=False)),
    ]
    if files:
        body = b"".join(b"line %d of %d\n" % (k, number) for k in range(number % 12 + 1))
        lines.append(b"M 100644 inline part-%d/file-%d.txt\ndata %d\n%s" % (number % 20, number % 300, len(body), body))
    if change.release:
        tag = b"tag %s\nfrom :%d\ntagger %s %d +0000" % (change.release.encode(), mark, who, change.committed + MINUTE)
        lines += [tag, b"data 7\nRelease"]
    return b"\n".join(line.rstrip(b"\n") for line in lines if line) + b"\n"
