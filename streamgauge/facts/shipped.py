"""Shipped and undeployed changes: each commit with the first release that contains it, or with none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streamgauge.facts.ancestry import NOBODY, Ancestry
from streamgauge.records.record import UTC_INSTANT

_CHANGE = [
    pa.field("line_id", pa.string()),
    pa.field("change", pa.string()),
    pa.field("authored_at", UTC_INSTANT),
    pa.field("committed_at", UTC_INSTANT),
    pa.field("is_merge", pa.bool_()),
    pa.field("is_revert", pa.bool_()),
    pa.field("is_bot", pa.bool_()),
    pa.field("is_inside", pa.bool_()),
    pa.field("reverts", pa.list_(pa.string())),
]
UNDEPLOYED = pa.schema(_CHANGE)
"""Commits that the default branch reaches and no release of the line contains."""
SHIPPED = pa.schema(
    [
        *_CHANGE,
        pa.field("deployment", pa.string()),
        pa.field("ordinal", pa.int64()),
        pa.field("deployed_at", UTC_INSTANT),
        pa.field("is_cut", pa.bool_()),
    ]
)
"""Commits of a line with the first release that contains them: by ancestry, never by dates.

`is_inside` says whether a change touches the service's paths; `is_cut` that a shallow clone hides whether an earlier
release shipped the change already: what its own release held before is hidden, or the change is older than a commit
with hidden parents that an earlier release holds, and so may be among their ancestors.
"""

POOL = """
WITH undoing AS (
  SELECT c.id, c.committed_at, c.reverts, regexp_extract(c.subject, '^Revert "(.*)"[^"]*$', 1) AS title
  FROM commits AS c WHERE c.repository = $repository AND (size(c.reverts) > 0 OR starts_with(c.subject, 'Revert "'))
), hashed AS (
  SELECT u.id, c.id AS target
  FROM (SELECT id, unnest(reverts) AS target FROM undoing) AS u
  JOIN commits AS c ON left(c.id, 7) = left(u.target, 7) AND starts_with(c.id, u.target)
  WHERE c.repository = $repository AND c.id <> u.id
), titled AS (
  SELECT u.id, c.id AS target, row_number() OVER (PARTITION BY u.id ORDER BY c.committed_at DESC, c.id) AS place
  FROM undoing AS u
  JOIN (SELECT id, committed_at, subject FROM commits WHERE repository = $repository
        UNION ALL
        SELECT id, committed_at, regexp_replace(subject, ' [(]#[0-9]+[)]$', '') AS subject FROM commits
        WHERE repository = $repository AND subject LIKE '%)') AS c ON c.subject = u.title
  WHERE u.title <> '' AND c.committed_at <= u.committed_at AND c.id <> u.id
    AND NOT EXISTS (SELECT 1 FROM hashed AS h WHERE h.id = u.id)
), undone AS (
  SELECT id, array_sort(collect_list(target)) AS targets
  FROM (SELECT DISTINCT id, target FROM hashed UNION ALL SELECT id, target FROM titled WHERE place = 1) AS t
  GROUP BY id
)
SELECT c.id, c.parents, c.authored_at, c.committed_at, size(c.parents) > 1 AS is_merge,
       u.id IS NOT NULL OR coalesce(starts_with(c.subject, 'Revert "'), FALSE) AS is_revert, c.is_bot,
       coalesce(u.targets, c.reverts) AS reverts, c.is_truncated
FROM commits AS c LEFT JOIN undone AS u ON u.id = c.id
WHERE c.repository = $repository
"""
"""All commits of a repository, as `Pool` takes them.

A commit reverts those of this history that its message names by their hashes, else the newest before it of the subject
that stands in git's own words. A hash that is not in this history makes no revert: messages of merged branches tell of
what was tried and taken back before.
"""

HIDDEN = """
SELECT max(c.committed_at) AS before FROM commits AS c SEMI JOIN shipped AS s ON s.change = c.id AND s.line_id = $line
WHERE c.repository = $repository AND c.is_truncated
"""
"""When the newest commit at the cut of a shallow clone was made, of those that releases of a line hold; else null."""

UNSHIPPED = f"{POOL} AND NOT EXISTS (SELECT 1 FROM shipped AS s WHERE s.line_id = $line AND s.change = c.id)"
"""Only the commits that no release of one line has shipped yet."""


_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Done:
    """What is known of the releases before: how many there are, and before when changes may be hidden behind them.

    `hidden_before` are microseconds UTC; the least of all numbers where nothing is hidden.
    """

    releases: int = 0
    hidden_before: int = int(_NEVER)


NOTHING = Done()


class Pool:
    """Commits to be given to releases, with what the facts keep of them."""

    def __init__(self, commits: pa.Table, inside: pa.Array | None) -> None:
        self.commits = commits.combine_chunks()
        ids = _whole(self.commits["id"])
        self.ancestry = Ancestry(ids, _whole(self.commits["parents"]))
        marks = np.ones(len(ids), dtype=bool) if inside is None else np.asarray(pa.compute.is_in(ids, value_set=inside))
        self._inside = marks
        self._truncated = _whole(self.commits["is_truncated"]).to_numpy(zero_copy_only=False).astype(bool)
        made = _whole(self.commits["committed_at"]).cast(pa.int64())
        self._made = pa.compute.fill_null(made, _NEVER).to_numpy()

    def changes(self, line_id: str, rows: npt.NDArray[np.int64]) -> list[pa.Array]:
        """Return the columns that both facts share, for the commits numbered `rows`."""
        taken = self.commits.take(pa.array(rows))
        columns = {"line_id": pa.repeat(line_id, len(rows)), "change": taken["id"], "is_inside": self._inside[rows]}
        return [columns[f.name] if f.name in columns else taken[f.name] for f in UNDEPLOYED]

    def truncated(self, owner: npt.NDArray[np.int64], releases: int) -> npt.NDArray[np.bool_]:
        """Return which releases own a commit whose parents a shallow clone cut away."""
        cut = np.zeros(releases + 1, dtype=bool)
        cut[owner[self._truncated]] = True
        return cut[:releases]

    def doubtful(self, owner: npt.NDArray[np.int64], releases: int, before: int) -> npt.NDArray[np.bool_]:
        """Return which commits an earlier release than their owner may have held already, behind what is cut away.

        Those are they that were made before a commit at the cut which an earlier release owns; `before` is when the
        newest such commit was made (microseconds UTC) of the releases that were before all of these.
        """
        newest = np.full(releases + 2, _NEVER)
        newest[0] = before
        np.maximum.at(newest, owner[self._truncated] + 1, self._made[self._truncated])
        newest[0] = before  # where nobody's were put
        is_older: npt.NDArray[np.bool_] = self._made < np.maximum.accumulate(newest)[owner]
        return is_older


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def is_beside(pool: Pool, left: pa.Table, releases: Sequence[str]) -> bool:
    """Return whether what is `left` of the default branch goes on from commits none of which is a release itself."""
    import pyarrow.compute as pc

    if not left.num_rows or not releases:
        return False
    waiting = pool.commits.filter(pc.is_in(pool.commits["id"], value_set=_whole(left["change"])))
    parents = pc.list_flatten(_whole(waiting["parents"]))
    before = parents.filter(pc.invert(pc.is_in(parents, value_set=_whole(waiting["id"]))))
    return len(before) > 0 and not pc.any(pc.is_in(before, value_set=pa.array(releases, pa.string()))).as_py()


def divide(
    pool: Pool, line_id: str, releases: pa.Table, starts: Sequence[int], head: int, done: Done = NOTHING
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Give each commit of the pool to the first release that contains it.

    `releases` has the columns deployment and deployed_at, in the order of release; `starts` are their commits, `head`
    the default branch's, and `done` tells of the releases before. Returns the facts shipped and undeployed, and per
    release its `commits` and `is_cut`.
    """
    owner = pool.ancestry.claim([*starts, head])
    n = len(starts)
    rows = np.nonzero((owner != NOBODY) & (owner < n))[0]
    mine = owner[rows]
    cut = pool.truncated(owner, n)
    doubt = pool.doubtful(owner, n, done.hidden_before)[rows]
    is_cut = cut[mine] | doubt
    cut[mine[doubt]] = True
    shipped = pa.table(
        [
            *pool.changes(line_id, rows),
            releases["deployment"].take(pa.array(mine)),
            pa.array(mine + done.releases),
            releases["deployed_at"].take(pa.array(mine)),
            pa.array(is_cut),
        ],
        schema=SHIPPED,
    )
    undeployed = pa.table(pool.changes(line_id, np.nonzero(owner == n)[0]), schema=UNDEPLOYED)
    sizes = np.bincount(mine, minlength=n)
    return shipped, undeployed, pa.table({"commits": pa.array(sizes), "is_cut": pa.array(cut)})
