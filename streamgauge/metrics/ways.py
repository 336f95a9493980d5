"""The way of each finished item, with what is left out of the map and why: what proofs of the map look at."""

from streamgauge.metrics.metric import GIVEN_UP, HIGHER_LEVEL, WANTED_ITEM

_ENDED = "coalesce(f.finished_at, CASE WHEN d.by_activity THEN f.cancelled_at END)"
WAYS = f"""ways AS (
  SELECT scope.slice, f.line_id, f.item, f.episode, f.title, f.started_at, {_ENDED} AS ended_at, f.active_hours,
         f.waiting_hours, f.unmapped_hours, d.by_activity, d.has_marks,
         coalesce({HIGHER_LEVEL}, CASE
           WHEN f.left_truncated THEN 'begun before what the tool tells'
           WHEN f.started_at IS NULL THEN 'done without having been started' END) AS left_out
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  WHERE {_ENDED} IS NOT NULL AND {WANTED_ITEM}
    AND (scope.since IS NULL OR {_ENDED} >= scope.since) AND {_ENDED} < scope.until),
steps AS (
  SELECT w.slice, w.episode, w.title, w.ended_at, w.by_activity, w.has_marks, w.left_out, v.line_id, v.item, v.ordinal,
         v.status, v.state, v.stage, v.place, v.team, v.entered_at, v.left_at, v.blocked_hours, v.next_stage,
         v.is_return, v.is_unclear, w.started_at, lag(v.stage) OVER way AS former_stage,
         lag(v.status) OVER way AS former_status,
         lag(v.state) OVER way AS former_state,
         (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS hours
  FROM visits AS v JOIN ways AS w ON w.line_id = v.line_id AND w.item = v.item
    AND (w.started_at IS NULL OR v.entered_at >= w.started_at)
    AND (v.entered_at < w.ended_at OR w.by_activity AND v.entered_at = w.ended_at)
  WINDOW way AS (PARTITION BY v.line_id, v.item, w.episode ORDER BY v.ordinal)),
stays AS (
  SELECT slice, stage, line_id, item, episode, min(title) AS title, min(ended_at) AS ended_at,
         min(left_out) AS left_out,
         sum(CASE WHEN state = 'active' THEN hours - blocked_hours ELSE 0 END) AS active,
         sum(CASE WHEN state = 'active' THEN blocked_hours WHEN state IN ('new', 'waiting') THEN hours ELSE 0 END)
           AS waiting,
         sum(hours) AS hours, bool_or(state = 'active' AND hours IS NOT NULL) AS has_active,
         bool_or(has_marks OR state IN ('new', 'waiting', 'active') AND hours IS NOT NULL) AS is_known,
         max(left_at) AS left_at, min(started_at) AS started_at, bool_or(state IN ('waiting', 'active')) AS is_work
  FROM steps WHERE by_activity OR state NOT IN ('done', 'cancelled')
  GROUP BY slice, stage, line_id, item, episode)"""
"""`ways` are the items that ended in the window, `steps` their visits from start to end, `stays` an item in a stage.

`left_out` is why an item is not on the map, null where it is. The last activity of a log has no end, so no hours.
"""

TOUCHED = f"""{WAYS},
touched AS (
  SELECT c.slice, t.stage, t.line_id, t.item, t.ordinal, t.status, t.touched_hours, c.title, c.ended_at,
         coalesce(c.left_out, CASE WHEN t.touched_hours IS NULL THEN 'its start or its end is not marked' END)
           AS left_out
  FROM touches AS t
  JOIN (SELECT slice, line_id, item, min(title) AS title, max(ended_at) AS ended_at,
               CASE WHEN NOT bool_or(left_out IS NULL) THEN min(left_out) END AS left_out
        FROM ways GROUP BY slice, line_id, item) AS c ON c.line_id = t.line_id AND c.item = t.item
  WHERE t.stage IS NOT NULL)"""
"""The pieces of work at a stage of which a log marks start and end."""

NOTHING_MORE = "CAST(NULL AS STRING) AS towards, CAST(NULL AS STRING) AS release"
"""The columns of an observation at one place that say nothing."""


def of_stays(value: str, left_out: str = "NULL") -> str:
    """Return the statement for a number of each item in each stage; both are our own SQL over a row `s` of `stays`."""
    return f"""
SELECT s.slice, s.stage AS place, {NOTHING_MORE}, s.ended_at AS observed_at, {value} AS value, s.item AS evidence,
       s.title AS detail, coalesce(s.left_out, {left_out}) AS left_out
FROM stays AS s
"""


HANDED = f"""{WAYS},
entries AS (
  SELECT *, bool_or(is_unclear) OVER (PARTITION BY slice, line_id, item, episode, entry) AS is_unclear_there
  FROM (SELECT *, sum(CASE WHEN stage IS DISTINCT FROM former_stage THEN 1 ELSE 0 END)
                    OVER (PARTITION BY slice, line_id, item, episode ORDER BY ordinal) AS entry FROM steps) AS s),
handed AS (
  SELECT slice, former_stage AS stage, line_id, item, ended_at, left_out,
         concat('handed on to ', stage, CASE WHEN is_unclear_there THEN ', which asked back' ELSE '' END) AS detail,
         CASE WHEN next_is_back OR is_unclear_there THEN CAST(0 AS DOUBLE) ELSE CAST(1 AS DOUBLE) END AS value
  FROM (SELECT *, lead(is_return) OVER (PARTITION BY slice, line_id, item, episode ORDER BY ordinal) AS next_is_back
        FROM entries WHERE stage IS DISTINCT FROM former_stage) AS e
  WHERE former_stage IS NOT NULL AND NOT is_return
  UNION ALL
  SELECT slice, max_by(stage, ordinal), line_id, item, min(ended_at), min(left_out), 'done for good', CAST(1 AS DOUBLE)
  FROM steps GROUP BY slice, line_id, item, episode)"""
"""What each stage handed on; `value` is 0 where the receiver sent it back or asked back before it handed it on.
"""

PASSED = f"""{WAYS},
owned AS (
  SELECT *, by_activity AND NOT has_marks AS is_told_late, lag(team) OVER way AS former_team,
         coalesce(CASE WHEN place IS NULL
                       THEN ordinal = min(ordinal) OVER (PARTITION BY line_id, item, episode, stage)
                       ELSE place > max(place) OVER (
                         PARTITION BY line_id, item, episode ORDER BY ordinal
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END, FALSE) AS is_onward
  FROM steps WHERE team IS NOT NULL WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY ordinal)),
turns AS (
  SELECT *, sum(CASE WHEN team IS DISTINCT FROM former_team THEN 1 ELSE 0 END)
              OVER (PARTITION BY line_id, item, episode ORDER BY ordinal) AS turn
  FROM owned),
had AS (
  SELECT slice, line_id, item, episode, turn, min(title) AS title, min(ended_at) AS ended_at,
         min(left_out) AS left_out, min(team) AS team, min(entered_at) AS received_at, max(entered_at) AS last_at,
         bool_or(is_told_late) AS is_told_late, min_by(is_onward, ordinal) AS is_onward,
         nullif(min_by(coalesce(place, -1), ordinal), -1) AS place,
         coalesce(min(CASE WHEN state = 'active' THEN entered_at END),
                  max(CASE WHEN state = 'waiting' THEN left_at END), min(entered_at)) AS accepted_at
  FROM turns GROUP BY slice, line_id, item, episode, turn),
passed AS (
  SELECT *, CASE WHEN is_bounced THEN (unix_micros(accepted_again_at) - unix_micros(given_back_at)) / 3.6e9 END
              AS loop_hours,
         (unix_micros(accepted_at) - unix_micros(begun_at)) / 3.6e9 AS wait_hours
  FROM (SELECT slice, line_id, item, episode, title, ended_at, left_out, team, accepted_at,
               lag(team) OVER way AS sender,
               CASE WHEN is_told_late THEN coalesce(lag(last_at) OVER way, received_at) ELSE received_at END
                 AS begun_at,
               coalesce(NOT lead(is_onward) OVER way AND NOT coalesce(lead(place) OVER way > place, FALSE)
                          AND lead(team) OVER way = lag(team) OVER way, FALSE)
                 OR coalesce(lead(had_before) OVER way AND lead(place) OVER way < place, FALSE) AS is_bounced,
               lead(received_at) OVER way AS given_back_at,
               accepted_again_at
        FROM (SELECT *, lag(turn) OVER own IS NOT NULL AS had_before, lead(accepted_at) OVER own AS accepted_again_at
              FROM had WINDOW own AS (PARTITION BY line_id, item, episode, team ORDER BY turn)) AS h
        WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY turn)) AS p
  WHERE sender IS NOT NULL)"""
"""Every handoff from a team to another: how long it waited until the receiver began, and whether it came back.

In a log of activities work waits from the sender's last to the receiver's first; elsewhere from when the receiver owns
it. `loop_hours` is from when it was given back until the receiver worked on it again; null where it did not."""


def of_handoffs(value: str, left_out: str = "NULL") -> str:
    """Return the statement for a number of each handoff; both are our own SQL over a row `p` of `passed`."""
    return f"""
SELECT p.slice, p.sender AS place, p.team AS towards, CAST(NULL AS STRING) AS release, p.ended_at AS observed_at,
       {value} AS value, p.item AS evidence, p.title AS detail, coalesce(p.left_out, {left_out}) AS left_out
FROM passed AS p
"""


CASES = f"""asked AS (
  SELECT scope.slice, f.line_id, f.item, min(f.title) AS title, min(scope.since) AS since, min(scope.until) AS until,
         bool_or(d.is_log) AS is_log, bool_or(f.left_truncated) AS left_truncated,
         CASE WHEN bool_or(d.is_log) THEN min(f.first_at) ELSE min(f.started_at) END AS started_at,
         max(f.entered_at) AS last_at,
         CASE WHEN max_by(f.finished_at IS NOT NULL OR d.is_log AND {GIVEN_UP}, f.episode)
              THEN CASE WHEN bool_or(d.is_log) THEN max(f.entered_at)
                        ELSE max(coalesce(f.finished_at, f.started_at)) END END AS ended_at,
         max_by({GIVEN_UP}, f.episode) AS is_cancelled, sum(f.returns) AS returns,
         CASE WHEN NOT bool_or({HIGHER_LEVEL} IS NULL) THEN min({HIGHER_LEVEL}) END AS too_high
  FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id JOIN datasets AS d ON d.line_id = f.line_id
  WHERE {WANTED_ITEM} GROUP BY scope.slice, f.line_id, f.item),
cases AS (
  SELECT *, (unix_micros(ended_at) - unix_micros(started_at)) / 3.6e9 AS hours,
         coalesce(too_high, CASE WHEN left_truncated THEN 'begun before what the tool tells'
                                 WHEN started_at IS NULL THEN 'done without having been started' END) AS left_out
  FROM asked WHERE ended_at IS NOT NULL AND (since IS NULL OR ended_at >= since) AND ended_at < until)"""
"""`asked` are the items, each with all its episodes as one; `cases` those that ended in the window.

A case goes from its first start to its last end; of a log of events from the first one to the last, and what ends as
cancelled is a case too.
"""

TRACED = f"""{CASES},
traced AS (
  SELECT slice, line_id, item, title, ended_at, left_out FROM cases
  UNION
  SELECT slice, line_id, item, title, last_at, too_high FROM asked AS a
  WHERE is_log AND (since IS NULL OR last_at >= since) AND last_at < until
    AND NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.line_id = a.line_id AND c.item = a.item)),
pieces AS (
  SELECT v.line_id, v.item, v.ordinal, v.status
  FROM visits AS v JOIN datasets AS d ON d.line_id = v.line_id AND NOT d.has_marks
  UNION ALL
  SELECT line_id, item, ordinal, status FROM touches),
paths AS (
  SELECT t.slice, t.line_id, t.item, min(t.title) AS title, min(t.ended_at) AS ended_at, min(t.left_out) AS left_out,
         string_agg(p.status, $mark ORDER BY p.ordinal) AS path
  FROM pieces AS p JOIN traced AS t ON t.line_id = p.line_id AND t.item = p.item
  GROUP BY t.slice, t.line_id, t.item)"""
"""The way of each case from its first status to its last; of a log of events that of every item, ended or not."""


def of_cases(value: str) -> str:
    """Return the statement for a number of each case; our own SQL over a row `c` of `cases`."""
    return f"""
SELECT c.slice, c.ended_at AS observed_at, {value} AS value, c.item AS evidence, CAST(NULL AS STRING) AS release,
       c.title AS detail, c.left_out
FROM cases AS c
"""


WAITED = f"""{WAYS},
told AS (
  SELECT *, CASE WHEN state = 'waiting' AND former_state = 'active' AND status = former_status
                 THEN coalesce(next_stage, stage) ELSE stage END AS at_stage
  FROM steps WHERE state IN ('waiting', 'active')),
waits AS (
  SELECT slice, at_stage AS stage, line_id, item, episode, min(title) AS title, min(ended_at) AS ended_at,
         min(left_out) AS left_out,
         sum(CASE WHEN state = 'active' THEN blocked_hours ELSE coalesce(hours, 0.0) END) AS hours
  FROM told GROUP BY slice, at_stage, line_id, item, episode)"""
"""How long each item waited at each stage; where a log marks the end of work, what then waits is before the next."""
OF_WAITS = f"""
SELECT w.slice, w.stage AS place, {NOTHING_MORE}, w.ended_at AS observed_at, w.hours AS value, w.item AS evidence,
       w.title AS detail, w.left_out
FROM waits AS w
"""
"""The statement for the waiting of each item at each stage."""

MOVED = f"""{CASES},
moves AS (
  SELECT v.line_id, v.item, v.status, v.next_status, v.left_at AS moved_at, v.next_is_return,
         (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS wait_hours
  FROM visits AS v JOIN datasets AS d ON d.line_id = v.line_id AND NOT d.has_marks WHERE v.next_status IS NOT NULL
  UNION ALL
  SELECT line_id, item, status, next_status, next_at, next_is_return, wait_hours
  FROM touches WHERE next_status IS NOT NULL)"""
"""Each time that one status directly followed another, of all items, open ones too."""


def of_moves(left_out: str = "NULL") -> str:
    """Return the statement for how long work stayed before each move; our own SQL over a row `m` of `moves`."""
    return f"""
SELECT a.slice, m.status AS place, m.next_status AS towards, CAST(NULL AS STRING) AS release,
       m.moved_at AS observed_at, m.wait_hours AS value, m.item AS evidence,
       CASE WHEN m.next_is_return THEN concat('back; ', coalesce(a.title, '')) ELSE a.title END AS detail,
       coalesce(a.too_high, {left_out}) AS left_out
FROM moves AS m JOIN asked AS a ON a.line_id = m.line_id AND a.item = m.item
"""
