"""Flow items: when each piece of work began and ended, and how long it was worked on and waited (definitions 2.0)."""

import pyarrow as pa

from streamgauge.facts.belonging import FAR, SPANS, alone, counted, holds
from streamgauge.records.record import UTC_INSTANT
from streamgauge.records.transition import FIRST_SEEN

FLOW_ITEMS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("episode", pa.int64()),
        pa.field("title", pa.string()),
        pa.field("type", pa.string()),
        pa.field("level", pa.string()),
        pa.field("team", pa.string()),
        pa.field("parent", pa.string()),
        pa.field("created_at", UTC_INSTANT),
        pa.field("first_at", UTC_INSTANT),
        pa.field("started_at", UTC_INSTANT),
        pa.field("first_active_at", UTC_INSTANT),
        pa.field("finished_at", UTC_INSTANT),
        pa.field("cancelled_at", UTC_INSTANT),
        pa.field("status", pa.string()),
        pa.field("state", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("entered_at", UTC_INSTANT),
        pa.field("active_hours", pa.float64()),
        pa.field("waiting_hours", pa.float64()),
        pa.field("unmapped_hours", pa.float64()),
        pa.field("blocked_hours", pa.float64()),
        pa.field("visits", pa.int64()),
        pa.field("returns", pa.int64()),
        pa.field("handoffs", pa.int64()),
        pa.field("reopened", pa.int64()),
        pa.field("left_truncated", pa.bool_()),
        pa.field("has_unmapped", pa.bool_()),
        pa.field("kind", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("to_and_fro", pa.bool_()),
        pa.field("held_hours", pa.float64()),
        pa.field("episodes", pa.int64()),
        pa.field("path", pa.int64()),
        pa.field("teams", pa.int64()),
    ]
)
"""One row per item and episode. Reopened within the grace an item goes on; later, a new `episode` begins.

`created_at` is null of what was there, nobody knows since when, as a snapshot first had it.
`first_at` is the first thing that is told of it, `started_at` the first entry into a status that waits or is worked on,
`finished_at` the last entry into done, `cancelled_at` the same for what was given up; all are null until then. Hours
are those from start to end; of work that is open, those up to the entry of its present status. A flag that says
"blocked" turns work into waiting (`blocked_hours`), and so does a review that nobody has begun. `type` and `team` are
as they were at the end, of open work as they are now. `left_truncated` says that the start lies before what the tool
tells. `has_unmapped` says that a status of its way is not understood. `kind` (feature, defect, risk or debt) and
`streams`, the value streams of the company file, follow from type, team and labels; both are null where none does.
`to_and_fro` says of finished work that a team got it back from one that it had given it to, `held_hours` how long it
was in a status that says blocked, beside `blocked_hours`. `episodes` is how many the item has, `path` a number that
stands for the statuses that it went through in all of them, one after the other: alike only where these are.
`teams` is how many different teams had finished work between its start and its end, 0 where none handed it to another.
"""

_END = f"coalesce(b.finished_at, b.cancelled_at, {FAR})"
# What was done at first and closed later was reopened so long after it was done, not after it was closed.
_MEASURED = f"""runs AS (
  SELECT item, min(entered_at) AS began_at, max(ordinal) + 1 AS ordinal
  FROM (SELECT item, state, ordinal, entered_at, ordinal - row_number() OVER (PARTITION BY item, state ORDER BY ordinal)
                 AS run
        FROM visits WHERE line_id = $line AND state IN ('done', 'cancelled') AND next_state = state) AS r
  GROUP BY item, state, run),
reopened AS (
  SELECT v.item, v.ordinal, unix_micros(v.left_at) - unix_micros(coalesce(r.began_at, v.entered_at)) AS micros
  FROM visits AS v LEFT JOIN runs AS r ON r.item = v.item AND r.ordinal = v.ordinal
  WHERE v.line_id = $line AND v.state IN ('done', 'cancelled') AND v.next_state NOT IN ('done', 'cancelled')),
later AS (
  SELECT item, ordinal + 1 AS ordinal, lead(ordinal) OVER way AS last_ordinal, row_number() OVER way AS episode
  FROM reopened WHERE micros > $grace_micros WINDOW way AS (PARTITION BY item ORDER BY ordinal)),
gone_on AS (
  SELECT item, episode, count(*) AS n
  FROM (SELECT r.item, r.ordinal, count(l.ordinal) AS episode
        FROM reopened AS r LEFT JOIN later AS l ON l.item = r.item AND l.ordinal <= r.ordinal
        WHERE r.micros <= $grace_micros GROUP BY r.item, r.ordinal) AS e
  GROUP BY item, episode),
followed AS (
  SELECT v.item, v.ordinal, v.status, v.state, v.stage, v.team, v.entered_at, v.left_at, v.next_state, v.next_team,
         v.blocked_hours, v.unreviewed_hours, v.is_return, v.is_inferred, coalesce(l.episode, 0) AS episode
  FROM visits AS v LEFT JOIN later AS l
    ON l.item = v.item AND v.ordinal >= l.ordinal AND (l.last_ordinal IS NULL OR v.ordinal <= l.last_ordinal)
  WHERE v.line_id = $line),
told AS (
  SELECT item, episode,
         min(CASE WHEN state IN ('waiting', 'active', 'unmapped') THEN entered_at END) AS started_at,
         min(CASE WHEN state = 'active' THEN entered_at END) AS first_active_at,
         max(CASE WHEN state <> 'done' AND next_state = 'done' THEN left_at END) AS done_at,
         max(CASE WHEN state <> 'cancelled' AND next_state = 'cancelled' THEN left_at END) AS given_up_at,
         max_by(status, ordinal) AS status, max_by(state, ordinal) AS state, max_by(stage, ordinal) AS stage,
         max(entered_at) AS entered_at, max_by(team, ordinal) AS team_now, min(entered_at) AS first_entered_at,
         count(*) AS visits,
         bool_or(is_inferred AND state NOT IN ('new', 'done', 'cancelled')
                 OR is_inferred AND ordinal = 1 AND state IN ('done', 'cancelled')) AS left_truncated,
         bool_or(state = 'unmapped') AS has_unmapped
  FROM followed GROUP BY item, episode),
bounds AS (
  SELECT *, CASE WHEN state = 'done' THEN coalesce(done_at, first_entered_at)
                 WHEN $ends_with_last AND (state = 'unmapped' OR $is_log) AND state <> 'cancelled'
                   AND NOT ($goes_on AND state = 'active') THEN entered_at END
              AS finished_at,
         CASE WHEN state = 'cancelled' THEN coalesce(given_up_at, first_entered_at) END AS cancelled_at
  FROM told),
spent AS (
  SELECT item, episode, state, is_return, CASE WHEN is_within THEN blocked_hours ELSE 0 END AS blocked_hours,
         CASE WHEN is_within THEN unreviewed_hours ELSE 0 END AS unreviewed_hours,
         CASE WHEN is_within THEN (unix_micros(left_at) - unix_micros(entered_at)) / 3.6e9 ELSE 0 END AS hours,
         is_within AND next_team <> team AS is_handoff
  FROM (SELECT v.*, v.entered_at < {_END} AS is_within
        FROM followed AS v JOIN bounds AS b ON b.item = v.item AND b.episode = v.episode
        WHERE v.entered_at >= b.started_at) AS w),
sums AS (
  SELECT item, episode,
         sum(CASE WHEN state = 'active' THEN in_micros(hours - blocked_hours) ELSE 0 END) / 3.6e9 AS active_hours,
         sum(CASE WHEN state = 'unmapped' THEN in_micros(hours - blocked_hours) ELSE 0 END) / 3.6e9 AS unmapped_hours,
         sum(in_micros(CASE WHEN state IN ('active', 'unmapped') THEN blocked_hours ELSE hours END)) / 3.6e9
           AS waiting_hours,
         sum(in_micros(blocked_hours - unreviewed_hours)) / 3.6e9 AS blocked_hours,
         sum(CASE WHEN is_return THEN 1 ELSE 0 END) AS returns,
         sum(CASE WHEN is_handoff THEN 1 ELSE 0 END) AS handoffs
  FROM spent GROUP BY item, episode),
measured AS (
  SELECT b.*, s.active_hours, s.waiting_hours, s.unmapped_hours, s.blocked_hours, s.returns, s.handoffs, n.n AS gone_on
  FROM bounds AS b LEFT JOIN sums AS s ON s.item = b.item AND s.episode = b.episode
  LEFT JOIN gone_on AS n ON n.item = b.item AND n.episode = b.episode)"""
_TOLD = f"""
WITH {{measured}}spans AS ({SPANS})
SELECT $line AS line_id, b.item, {{nth}}CAST(b.episode + 1 AS BIGINT) AS episode, i.title,
       CASE WHEN t.item IS NULL THEN i.type ELSE t.value END AS type, i.level,
       CASE WHEN o.item IS NULL THEN coalesce(b.team_now, i.team) ELSE o.value END AS team, i.parent,
       coalesce(i.created_at, CASE WHEN g.item IS NULL OR b.first_entered_at < g.happened_at
                                   THEN b.first_entered_at END) AS created_at,
       b.first_entered_at AS first_at,
       b.started_at, b.first_active_at, b.finished_at,
       CASE WHEN b.finished_at IS NULL THEN b.cancelled_at END AS cancelled_at,
       b.status, b.state, b.stage, b.entered_at,
       coalesce(b.active_hours, 0.0) AS active_hours, coalesce(b.waiting_hours, 0.0) AS waiting_hours,
       coalesce(b.unmapped_hours, 0.0) AS unmapped_hours, coalesce(b.blocked_hours, 0.0) AS blocked_hours, b.visits,
       CAST(coalesce(b.returns, 0) AS BIGINT) AS returns, CAST(coalesce(b.handoffs, 0) AS BIGINT) AS handoffs,
       CAST(coalesce(b.gone_on, 0) + CASE WHEN b.episode > 0 THEN 1 ELSE 0 END AS BIGINT) AS reopened,
       b.left_truncated, b.has_unmapped
FROM measured AS b
LEFT JOIN (SELECT id, title, type, level, team, parent, created_at FROM items
           WHERE source = $source AND repository = $repository) AS i ON i.id = b.item
LEFT JOIN (SELECT item, happened_at FROM transitions
           WHERE source = $source AND repository = $repository AND field = '{FIRST_SEEN}') AS g ON g.item = b.item
LEFT JOIN spans AS t ON t.item = b.item AND t.field = 'type' AND {holds("t", _END)}
LEFT JOIN spans AS o ON o.item = b.item AND o.field = 'team' AND {holds("o", _END)}
"""
STATEMENT = counted(_TOLD.replace("{measured}", f"{_MEASURED},\n").replace("{nth}", ""), "episode")
"""Yields the flow items of one dataset from its visits.

`$grace_micros` is how long after its end an item may be reopened and still be the same; `$ends_with_last` says that too
little is known of ends, so that the last status is taken for it: in a log of events (`$is_log`) whatever it is, but
not work in hand where marks of ends are to come (`$goes_on`), else where it is not understood.
"""


def of_measured(*, has_streams: bool) -> str:
    """Return the statement for the same from what is `measured` of each item and episode, in this process.

    Each row has the number `nth` of what was measured. `has_streams` says that the company file tells of value streams.
    """
    told = _TOLD.replace("{measured}", "").replace("{nth}", "b.nth, ")
    return counted(told, "episode") if has_streams else alone(told)
