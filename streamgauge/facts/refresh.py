"""Brings the facts of one repository's release lines up to date, redoing only what changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from streamgauge.company import Service, Thresholds
from streamgauge.facts import deployments, other_tags, release_lines
from streamgauge.facts.ancestry import NOBODY
from streamgauge.facts.deployments import DEPLOYMENTS
from streamgauge.facts.failures import Inference
from streamgauge.facts.inside import inside
from streamgauge.facts.lines import LINES, PROXY
from streamgauge.facts.release_lines import Entry, Line, Tag
from streamgauge.facts.shelf import Shelf
from streamgauge.facts.shipped import (
    HIDDEN,
    NOTHING,
    POOL,
    SHIPPED,
    UNDEPLOYED,
    UNSHIPPED,
    Done,
    Pool,
    divide,
    is_beside,
)
from streamgauge.lake import View
from streamgauge.lake.instants import micros

RULES = 19
"""Raised where other facts follow from the same records, or other words are said of them."""
FORM = hashlib.sha256(repr((LINES, DEPLOYMENTS, SHIPPED, UNDEPLOYED, RULES)).encode()).hexdigest()[:8]
"""What the facts look like, and by which rules they were made; facts of another form are made anew."""

_BESIDE = (
    "Releases are made beside the default branch: a change that was ported to where one was made counts there, and"
    " waits here all the same."
)
_TAGS = """
SELECT r.id AS name, r.commit, r.released_at AS released_at, c.committed_at AS committed_at
FROM releases AS r LEFT JOIN commits AS c ON c.repository = r.repository AND c.id = r.commit
WHERE r.repository = $repository ORDER BY r.id
"""
_HEAD = "SELECT commit, target FROM branches WHERE repository = $repository AND id = 'HEAD'"
_STORED = """
SELECT deployment, commit, deployed_at, commits, is_cut FROM deployments
WHERE line_id = $line AND left_out IS NULL ORDER BY ordinal
"""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Whose lines are refreshed, by which choice of releases, and on which state of the repository."""

    repository: str
    service: Service
    patterns: tuple[str, ...]
    thresholds: Thresholds
    basis: str
    identity: str
    notes: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """What the facts are marked with when they rest on this state."""
        return stamp(self.basis)

    @property
    def digest(self) -> str:
        """What of the terms is built into the facts, beside the state of the repository."""
        return digest(self.service, self.thresholds)


def digest(service: Service, thresholds: Thresholds) -> str:
    """Return a mark of all that is built into the facts of a service, beside the state of its repository."""
    parts = (service.paths, thresholds.hotfix_days, thresholds.revert_days)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def stamp(basis: str) -> str:
    """Return the mark of facts that rest on a state of a repository, in the form of this version."""
    return f"{basis}-{FORM}"


def tags_of(view: View, repository: str) -> list[Tag]:
    """Return the tags of a repository, in the order of their names."""
    return [
        Tag(r["name"], r["commit"], r["released_at"] or r["committed_at"], r["committed_at"], r["released_at"] is None)
        for r in view.rows(_TAGS, {"repository": repository})
    ]


def wanted(view: View, terms: Terms) -> list[tuple[str, Line]]:
    """Return the lines that the terms ask for, each with its key; the default branch's commits where no tag counts."""
    tags = tags_of(view, terms.repository)
    lines = release_lines.find(tags, terms.service, terms.patterns)
    if not lines and not terms.service.releases:
        lines = (
            Line(
                "merges",
                "each commit on the first-parent line of the default branch, for no tag is a release",
                (),
                PROXY,
            ),
        )
    others = None if terms.patterns else other_tags.told(tags, lines)
    said = [(others, release_lines.late(line), release_lines.untimed(line)) for line in lines]
    lines = tuple(replace(line, notes=tuple(filter(None, notes))) for line, notes in zip(lines, said, strict=True))
    return list({line.id(terms.repository, terms.service.name, terms.digest): line for line in lines}.items())


def is_fresh(view: View, terms: Terms) -> list[str] | None:
    """Return the keys of the asked-for lines, in order; None where one of them is not up to date."""
    lines = wanted(view, terms)
    return None if _stale(view, terms, lines) else [key for key, _ in lines]


def refresh(writer: Shelf, terms: Terms) -> list[str]:
    """Bring the asked-for lines up to date and return their keys, in order. Where nothing changed, write nothing."""
    with writer.view() as view:
        lines = wanted(view, terms)
        stale = _stale(view, terms, lines)
        if stale:
            work = _Work(writer, view, terms)
            for key, line in stale:
                work.compute(key, line)
            work.write()
    return [key for key, _ in lines]


def _stale(view: View, terms: Terms, lines: Sequence[tuple[str, Line]]) -> list[tuple[str, Line]]:
    basis = {r["line_id"]: r["basis"] for r in view.rows("SELECT line_id, basis FROM lines")}
    return [(key, line) for key, line in lines if basis.get(key) != terms.stamp]


class _Work:
    """The stale lines of one repository: computed one by one, written together."""

    def __init__(self, writer: Shelf, view: View, terms: Terms) -> None:
        self.writer, self.view, self.terms = writer, view, terms
        self.identities = {r["line_id"]: r["identity"] for r in view.rows("SELECT line_id, identity FROM lines")}
        head = view.rows(_HEAD, {"repository": terms.repository})
        self.head: str = head[0]["commit"] if head else ""
        self.head_name: str | None = (head[0]["target"] if head else None) or self.head or None
        self.inside = inside(view, terms.repository, terms.service.paths)
        self.whole: Pool | None = None
        self.fresh: list[pa.Table] = []
        self.added: list[pa.Table] = []
        self.left: list[pa.Table] = []
        self.lines: list[tuple[str, Line, pa.Table]] = []
        self.renewed: list[str] = []

    def compute(self, key: str, line: Line) -> None:
        """Divide the commits among the line's releases: all of them, or only those that no earlier release shipped."""
        before = (
            self.view.query(_STORED, {"line": key}) if self.identities.get(key) == stamp(self.terms.identity) else None
        )
        pool = None
        if line.proxy == PROXY:
            pool = self._whole()
            line = replace(line, entries=self._merges(pool))
        counted = [e for e in line.entries if e.left_out is None]
        done = _extends(before, counted)
        if pool is None or done:
            pool = self._unshipped(key) if done else self._whole()
        former = self._former(key, done) if done else NOTHING
        shipped, left, sizes = self._divide(pool, key, counted[done:], former)
        if done and before is not None:
            sizes = pa.concat_tables([before.select(["commits", "is_cut"]), sizes])
            self.added.append(shipped)
        else:
            self.fresh.append(shipped)
            self.renewed.append(key)
        if is_beside(pool, left, [e.tag.commit for e in counted]):
            line = replace(line, notes=(*line.notes, _BESIDE))
        self.left.append(left)
        self.lines.append((key, line, sizes))

    def _former(self, key: str, releases: int) -> Done:
        """Return what is known of the releases that stand as before."""
        (row,) = self.view.rows(HIDDEN, {"repository": self.terms.repository, "line": key})
        return Done(releases) if row["before"] is None else Done(releases, micros(row["before"]))

    def _divide(
        self, pool: Pool, key: str, counted: Sequence[Entry], done: Done
    ) -> tuple[pa.Table, pa.Table, pa.Table]:
        numbers = pool.ancestry.numbers([*(e.tag.commit for e in counted), self.head])
        names = pa.array([e.tag.name for e in counted], pa.string())
        times = pa.array([e.tag.at for e in counted], SHIPPED.field("deployed_at").type)
        named = pa.table({"deployment": names, "deployed_at": times})
        return divide(pool, key, named.combine_chunks(), numbers[:-1], numbers[-1], done)

    def _whole(self) -> Pool:
        if self.whole is None:
            self.whole = Pool(self.view.query(POOL, {"repository": self.terms.repository}), self.inside)
        return self.whole

    def _unshipped(self, key: str) -> Pool:
        return Pool(self.view.query(UNSHIPPED, {"repository": self.terms.repository, "line": key}), self.inside)

    def _merges(self, pool: Pool) -> tuple[Entry, ...]:
        """Return the first-parent line of the default branch as if each of its commits were a release."""
        (start,) = pool.ancestry.numbers([self.head])
        if start == NOBODY:
            return ()
        chain = pool.commits.select(["id", "committed_at"]).take(pa.array(pool.ancestry.first_parents(start)[::-1]))
        tags = (Tag(r["id"][:12], r["id"], r["committed_at"], r["committed_at"]) for r in chain.to_pylist())
        return tuple(Entry(t, None, None if t.at else release_lines.UNDATED) for t in tags)

    def write(self) -> None:
        """Write what was computed: shipped and undeployed first, for the verdicts rest on them."""
        keys = [key for key, _, _ in self.lines]
        if self.renewed:
            self.writer.replace_facts("shipped", self.renewed, pa.concat_tables(self.fresh))
        if any(t.num_rows for t in self.added):
            self.writer.append_facts("shipped", pa.concat_tables(self.added))
        self.writer.replace_facts("undeployed", keys, pa.concat_tables(self.left).cast(UNDEPLOYED))
        with self.writer.view() as view:
            judged = [(row, self._judge(view, row)) for row in self.lines]
        tables = [deployments.table(key, line.entries, sizes, found) for (key, line, sizes), found in judged]
        self.writer.replace_facts("deployments", keys, pa.concat_tables(tables))
        rows = [self._row(key, line, found) for (key, line, _), found in judged]
        self.writer.replace_facts("lines", keys, pa.Table.from_pylist(rows, schema=LINES))

    def _judge(self, view: View, row: tuple[str, Line, pa.Table]) -> Inference:
        key, line, _ = row
        reverts = deployments.repairs(view.rows(deployments.REVERTS, {"line": key}))
        return deployments.judge(line.entries, reverts, self.terms.thresholds)

    def _row(self, key: str, line: Line, found: Inference) -> dict[str, Any]:
        return {
            "line_id": key,
            "repository": self.terms.repository,
            "service": self.terms.service.name,
            "release_line": line.name,
            "rule": line.rule,
            "chosen_by": line.chosen_by,
            "terms": self.terms.digest,
            "proxy": line.proxy,
            "head": self.head_name,
            "failure_rules": list(found.rules),
            "unmeasurable": found.unmeasurable,
            "notes": [*self.terms.notes, *line.notes],
            "basis": self.terms.stamp,
            "identity": stamp(self.terms.identity),
        }


def _extends(before: pa.Table | None, counted: Sequence[Entry]) -> int:
    """Return how many releases stand as before; 0 where one of those changed, so that all has to be done again."""
    if before is None or before.num_rows > len(counted):
        return 0
    old = zip(*(before[c].to_pylist() for c in ("deployment", "commit", "deployed_at")), strict=True)
    new = ((e.tag.name, e.tag.commit, e.tag.at) for e in counted)
    return before.num_rows if all(a == b for a, b in zip(old, new)) else 0  # noqa: B905
