"""Random repositories for property tests: a graph of commits with dates, and the references of several moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from tests.kit.repository import ANN, BOB, BOT, DAY, HOUR, Repository, day

NAMES = ("v{0}.0", "{0}.1", "v1.{0}", "pkg@2.{0}.0", "v{0}.0-rc1", "nightly-{0}")
PATTERN = r"v?\d+(\.\d+)+"
"""Matches the first three spellings of NAMES, and not the others."""


@dataclass(frozen=True)
class Node:
    """One commit to be: its parents by number (all smaller than its own), its times in Unix seconds."""

    parents: tuple[int, ...]
    authored: int
    committed: int
    author: str
    undoes: int | None


@dataclass(frozen=True)
class Tag:
    """One tag to be: the number of its commit, and the tagger's time where it is annotated."""

    commit: int
    at: int | None


@dataclass(frozen=True)
class Moment:
    """All references at one time: tags by name, and the commits of branches; HEAD prefers `main`."""

    branches: Mapping[str, int]
    tags: Mapping[str, Tag]


@dataclass(frozen=True)
class History:
    """A graph of commits, and the moments at which somebody looks at it."""

    nodes: tuple[Node, ...]
    moments: tuple[Moment, ...]

    def last(self) -> Moment:
        """Return the newest moment."""
        return self.moments[-1]


@st.composite
def histories(draw: st.DrawFn, *, most: int = 14, moments: int = 1) -> History:
    """Draw a history of at most `most` commits; between two moments anything may be added, moved or deleted."""
    number = draw(st.integers(1, most))
    nodes = tuple(_node(draw, n) for n in range(number))
    return History(nodes, tuple(_moment(draw, nodes) for _ in range(moments)))


@st.composite
def growing(draw: st.DrawFn, *, most: int = 14, moments: int = 3) -> History:
    """Draw a history in which later moments only add commits, branches and tags, as most repositories do."""
    number = draw(st.integers(moments, most))
    nodes = tuple(_node(draw, n) for n in range(number))
    found: list[Moment] = []
    branches: dict[str, int] = {}
    tags: dict[str, Tag] = {}
    for step in range(1, moments + 1):
        known = number * step // moments
        branches |= {"main": known - 1}
        drawn = _tags(draw, nodes[:known])
        tags |= {f"{name}.{step}": tag for name, tag in drawn.items()}
        found.append(Moment(dict(branches), dict(tags)))
    return History(nodes, tuple(found))


def _node(draw: st.DrawFn, number: int) -> Node:
    near = list(range(max(0, number - 4), number))
    many = min(len(near), draw(st.sampled_from((1, 1, 1, 1, 2, 2, 3, 0))))
    parents = draw(st.permutations(near))[:many]
    committed = day(number) + draw(st.integers(-2 * DAY, 2 * DAY))
    before = draw(st.sampled_from((0, 60, 5 * HOUR, DAY, 9 * DAY, -HOUR, -3 * DAY)))
    undoes = draw(st.none() | st.integers(0, number - 1)) if number and draw(st.integers(0, 5)) == 0 else None
    return Node(tuple(parents), committed - before, committed, draw(st.sampled_from((ANN, BOB, ANN, BOT))), undoes)


def _moment(draw: st.DrawFn, nodes: tuple[Node, ...]) -> Moment:
    anywhere = st.integers(0, len(nodes) - 1)
    branches = {"main": draw(anywhere)} if draw(st.integers(0, 9)) else {}
    branches |= draw(st.dictionaries(st.sampled_from(("topic", "release/1", "old")), anywhere, max_size=2))
    return Moment(branches or {"topic": draw(anywhere)}, _tags(draw, nodes))


def _tags(draw: st.DrawFn, nodes: tuple[Node, ...]) -> dict[str, Tag]:
    names = st.builds(str.format, st.sampled_from(NAMES), st.integers(0, 5))
    anywhere = st.integers(0, len(nodes) - 1)
    drawn = draw(st.dictionaries(names, st.tuples(anywhere, st.none() | st.integers(-DAY, 5 * DAY)), max_size=6))
    return {name: _tag(nodes, *aim) for name, aim in drawn.items()}


def _tag(nodes: tuple[Node, ...], commit: int, late: int | None) -> Tag:
    return Tag(commit, None if late is None else nodes[commit].committed + late)


class Playback:
    """A history being written to disk, one moment after the other; hashes depend on the history alone."""

    def __init__(self, history: History, path: Path, *, bare: bool = True) -> None:
        self.history = history
        self.repo = Repository(path, bare=bare)
        self.shas: dict[int, str] = {}

    def show(self, moment: Moment) -> Path:
        """Write what `moment` can reach, make its references the only ones, and return the repository's path."""
        for name in [n for n in self.repo.refs if n != "HEAD"]:
            self.repo.drop_ref(name)
        for name, tag in moment.tags.items():
            self.repo.tag(name, self._sha(tag.commit), at=tag.at)
        for name, commit in moment.branches.items():
            self.repo.set_ref(f"refs/heads/{name}", self._sha(commit))
        self.repo.switch("main" if "main" in moment.branches else min(moment.branches))
        return self.repo.path

    def _sha(self, number: int) -> str:
        if number not in self.shas:
            node = self.history.nodes[number]
            parents = [self._sha(p) for p in node.parents]
            undone = f"\n\nThis reverts commit {self._sha(node.undoes)}." if node.undoes is not None else ""
            self.repo.detach(parents[0] if parents else "")
            self.shas[number] = self.repo.commit(
                f"Change {number}{undone}",
                at=node.committed,
                authored=node.authored,
                author=node.author,
                parents=parents,
                files={f"file-{number % 5}.txt": f"{number}\n"},
            )
        return self.shas[number]


def write(history: History, path: Path) -> Path:
    """Return the path of a repository that shows the newest moment of `history`."""
    return Playback(history, path).show(history.last())
