"""Visits: how long each item stayed in each status, what that status meant then, and where it went next."""

import pyarrow as pa

from streamgauge.records.record import UTC_INSTANT

VISITS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("ordinal", pa.int64()),
        pa.field("status", pa.string()),
        pa.field("state", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("place", pa.int64()),
        pa.field("phase", pa.string()),
        pa.field("team", pa.string()),
        pa.field("entered_at", UTC_INSTANT),
        pa.field("left_at", UTC_INSTANT),
        pa.field("blocked_hours", pa.float64()),
        pa.field("next_status", pa.string()),
        pa.field("next_state", pa.string()),
        pa.field("next_stage", pa.string()),
        pa.field("next_team", pa.string()),
        pa.field("is_return", pa.bool_()),
        pa.field("is_inferred", pa.bool_()),
    ]
)
"""One row per stay of an item in a status, `[entered_at, left_at)`; `left_at` is null for the status that it has now.

A status that is entered again while it holds is no new visit; one that is to be ignored is as if it were not. `team` is
who owned the item at the entry. What is only blocked stays in the stage where it was. `blocked_hours` is how much of
the stay it was flagged as blocked (up to when it was left, or to the last thing known). `is_return` says that it came
back to a stage before the furthest one so far. `is_inferred` says that no history tells of the entry, only what the
item says now.
"""

STATUSES = """
SELECT DISTINCT t.value AS status, {type} AS type
FROM (SELECT item, value FROM transitions
      WHERE source = $source AND repository = $repository AND field = 'status' AND value IS NOT NULL
      UNION SELECT item, former_value FROM transitions
      WHERE source = $source AND repository = $repository AND field = 'status' AND former_value IS NOT NULL
      UNION SELECT id, status FROM items
      WHERE source = $source AND repository = $repository AND status IS NOT NULL) AS t
LEFT JOIN (SELECT id, type FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = t.item
ORDER BY 1, 2
"""
"""The statuses that items of one dataset ever had."""

_TOLD = """
SELECT item, value AS status, happened_at, coalesce(sequence, 0) AS sequence, id, team, lifecycle, FALSE AS is_inferred
FROM transitions
WHERE source = $source AND repository = $repository AND field = 'status' AND value IS NOT NULL
"""
# Where a log marks the start and the end of work, its own word counts: between them work is in hand, after the end it
# waits for the next start. A completion without a start stands for both; a mark that is not known is a plain entry.
_STARTED = """
SELECT item, status, happened_at, sequence, id, team, lifecycle, is_inferred,
       CASE WHEN mark = 'complete' AND nth <= starts THEN 'completed' WHEN mark = 'complete' THEN 'entry' ELSE mark END
         AS mark
FROM (
  SELECT t.*, row_number() OVER (PARTITION BY item, status, mark ORDER BY happened_at, sequence, id) AS nth,
         sum(CASE WHEN mark = 'start' THEN 1 ELSE 0 END) OVER (PARTITION BY item, status) AS starts
  FROM (SELECT *, CASE WHEN lower(lifecycle) IN ('start', 'begin', 'resume') THEN 'start'
                       WHEN lower(lifecycle) IN ('complete', 'end', 'completed', 'suspend') THEN 'complete'
                       WHEN lower(lifecycle) IN ('schedule', 'assign', 'reassign') THEN 'schedule'
                       WHEN lower(lifecycle) IN ('withdraw', 'ate_abort', 'pi_abort') THEN 'given up'
                       ELSE 'entry' END AS mark
        FROM told) AS t
) AS m WHERE mark <> 'given up'
"""
_FIRST = """
SELECT i.id AS item, coalesce(f.former_value, CASE WHEN f.item IS NULL THEN i.status END) AS status,
       i.created_at AS happened_at, -1 AS sequence, '' AS id, CAST(NULL AS STRING) AS team,
       CAST(NULL AS STRING) AS lifecycle, f.item IS NULL AS is_inferred
FROM items AS i
LEFT JOIN (SELECT item, min_by(former_value, happened_at) AS former_value, min(happened_at) AS happened_at
           FROM transitions
           WHERE source = $source AND repository = $repository AND field = 'status' GROUP BY item) AS f
  ON f.item = i.id
WHERE i.source = $source AND i.repository = $repository AND i.created_at IS NOT NULL
  AND (f.item IS NULL OR i.created_at < f.happened_at)
"""

SAYS_BLOCKED = """coalesce(lower({value}) NOT IN
  ('', 'false', 'no', '0', 'none', 'unblocked', 'unflagged'), FALSE)"""
"""Whether the value of a flag says that an item is blocked."""
BLOCKED = f"""
SELECT item, happened_at AS since,
       lead(happened_at) OVER (PARTITION BY item ORDER BY happened_at, sequence, id) AS until,
       {SAYS_BLOCKED.replace("{value}", "value")} AS is_blocked
FROM transitions
WHERE source = $source AND repository = $repository AND field IN ('flag', 'blocked')
"""
"""The spans in which an item carried a flag that says that it is blocked."""

_TEAMS = """
SELECT item, value AS team, happened_at AS since,
       lead(happened_at) OVER (PARTITION BY item ORDER BY happened_at, sequence, id) AS until
FROM transitions WHERE source = $source AND repository = $repository AND field = 'team'
"""


# What is only scheduled waits, whatever its name says.
_VISITS = f"""
WITH told AS ({_TOLD}), {{started}}
happened AS (
  SELECT * FROM {{told}}
  UNION ALL SELECT *, 'entry' AS mark FROM ({_FIRST}) AS f WHERE status IS NOT NULL),
meant AS (
  SELECT e.item, e.status, e.happened_at, e.sequence, e.id, coalesce(e.team, i.team) AS team, e.team AS acting_team,
         e.is_inferred, CASE WHEN e.mark = 'schedule' THEN 'waiting'
                             WHEN e.mark = 'completed' AND m.state IN ('active', 'unmapped') THEN 'waiting'
                             WHEN e.mark = 'start' AND m.state = 'unmapped' THEN 'active' ELSE m.state END AS state,
         m.stage, m.place, m.phase
  FROM happened AS e
  LEFT JOIN (SELECT id, type, team FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = e.item
  JOIN meanings AS m ON m.line_id = $line AND m.status = e.status {{same_type}}
    AND e.happened_at >= m.since AND e.happened_at < m.until
  WHERE m.state <> 'ignore'),
entered AS (
  SELECT * FROM (
    SELECT item, status, happened_at, sequence, id, team, acting_team, is_inferred, state, phase,
           CASE WHEN place IS NULL AND stage = 'Blocked' THEN coalesce(lag(stage) OVER told_so, stage) ELSE stage END
             AS stage,
           CASE WHEN place IS NULL AND stage = 'Blocked' THEN lag(place) OVER told_so ELSE place END AS place,
           lag(status) OVER told_so AS former_status, lag(state) OVER told_so AS former_state
    FROM meant WINDOW told_so AS (PARTITION BY item ORDER BY happened_at, sequence, id)) AS f
  WHERE status IS DISTINCT FROM former_status OR state IS DISTINCT FROM former_state),
owned AS (
  SELECT e.item, e.status, e.happened_at, e.sequence, e.id, e.state, e.stage, e.place, e.phase, e.is_inferred,
         coalesce(e.acting_team, t.team, e.team) AS team
  FROM entered AS e
  LEFT JOIN ({_TEAMS}) AS t
    ON t.item = e.item AND t.since <= e.happened_at AND (t.until IS NULL OR e.happened_at < t.until)),
stays AS (
  SELECT *, row_number() OVER stay AS ordinal, lead(happened_at) OVER stay AS left_at,
         lead(status) OVER stay AS next_status, lead(state) OVER stay AS next_state,
         lead(stage) OVER stay AS next_stage,
         lead(team) OVER stay AS next_team,
         coalesce(place < max(CASE WHEN state <> 'cancelled' THEN place END) OVER (
           PARTITION BY item ORDER BY happened_at, sequence, id
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS is_return
  FROM owned WINDOW stay AS (PARTITION BY item ORDER BY happened_at, sequence, id)),
flagged AS (
  SELECT s.item, s.ordinal,
         sum(unix_micros(least(coalesce(s.left_at, $known_at), coalesce(b.until, $known_at)))
             - unix_micros(greatest(s.happened_at, b.since))) / 3.6e9 AS hours
  FROM stays AS s JOIN (SELECT * FROM ({BLOCKED}) AS f WHERE is_blocked) AS b
    ON b.item = s.item AND b.since < coalesce(s.left_at, $known_at) AND coalesce(b.until, $known_at) > s.happened_at
  GROUP BY s.item, s.ordinal)
SELECT $line AS line_id, s.item, s.ordinal, s.status, s.state, s.stage, s.place, s.phase, s.team,
       s.happened_at AS entered_at, s.left_at, coalesce(f.hours, 0.0) AS blocked_hours,
       s.next_status, s.next_state, s.next_stage, s.next_team, s.is_return, s.is_inferred
FROM stays AS s LEFT JOIN flagged AS f ON f.item = s.item AND f.ordinal = s.ordinal
"""


def statement(*, has_lifecycle: bool, by_type: bool) -> str:
    """Return the statement that yields the visits of one dataset, in the columns of VISITS, from its records.

    `has_lifecycle` says that work is marked with its start and its end, `by_type` that a status depends on the type.
    """
    parts = {
        "{started}": f"started AS ({_STARTED})," if has_lifecycle else "",
        "{told}": "started" if has_lifecycle else "(SELECT *, 'entry' AS mark FROM told) AS plain",
        "{same_type}": "AND m.type IS NOT DISTINCT FROM i.type" if by_type else "",
    }
    sql = _VISITS
    for place, text in parts.items():
        sql = sql.replace(place, text)
    return sql
