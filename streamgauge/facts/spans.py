"""Spans of work that a log marks with a start and an end, and what lay between them."""

SPANS = """
strokes AS (
  SELECT *, CASE WHEN mark IN ('start', 'resume') THEN 1 ELSE -1 END AS step, lag(mark) OVER same AS former_mark,
         sum(CASE WHEN mark = 'start' THEN 1 ELSE 0 END) OVER same AS instance,
         sum(CASE WHEN mark IN ('start', 'resume') THEN -1 ELSE 1 END) OVER same AS surplus
  FROM known WHERE mark NOT IN ('schedule', 'entry')
  WINDOW same AS (PARTITION BY item, status_no ORDER BY happened_at, sequence, id)),
matched AS (
  SELECT *, step = -1 AND surplus > greatest(0, coalesce(max(surplus) OVER (
              PARTITION BY item, status_no ORDER BY happened_at, sequence, id
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS is_alone
  FROM strokes),
counted AS (
  SELECT *, row_number() OVER (PARTITION BY item, status_no, step, is_alone ORDER BY happened_at, sequence, id) AS nth
  FROM matched),
spans AS (
  SELECT o.item, o.meaning, o.status_no, o.happened_at, o.sequence, o.id, o.acting_team, o.state, o.is_held,
         CAST(o.instance AS STRING) AS instance, TRUE AS is_begun, c.happened_at AS completed_at
  FROM counted AS o LEFT JOIN counted AS c
    ON c.item = o.item AND c.status_no = o.status_no AND c.nth = o.nth AND c.step = -1 AND NOT c.is_alone
  WHERE o.step = 1
  UNION ALL
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, state, is_held, id || ' alone', FALSE,
         happened_at
  FROM counted WHERE is_alone AND mark = 'complete' AND former_mark IS DISTINCT FROM 'suspend'
  UNION ALL
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, state, is_held, id || ' alone', FALSE,
         happened_at
  FROM known WHERE mark = 'entry')"""
"""From the rows `known` of a log, the spans in which work was in hand: from a start or resumption to its end.

Of one item and status the first start belongs to the first end after it, the second to the second; an end without a
start stands for both (`is_begun` is false). `completed_at` is null for what has no end. All spans from one start on are
one `instance`.
"""

TIMELINE = """
reached AS (
  SELECT *, max(ended_at) OVER (PARTITION BY item ORDER BY happened_at, sequence, id
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS free_since
  FROM (
    SELECT *, coalesce(completed_at, lead(happened_at) OVER way) AS ended_at, row_number() OVER way AS nth,
           lead(item) OVER way IS NULL AS is_last, lag(meaning) OVER way AS former_meaning,
           lag(status_no) OVER way AS former_status_no,
           CASE WHEN lag(instance) OVER way IS DISTINCT FROM instance THEN lag(status_no) OVER way END AS former_step
    FROM spans WINDOW way AS (PARTITION BY item ORDER BY happened_at, sequence, id)) AS s),
free AS (
  SELECT r.item, r.meaning, r.status_no, r.happened_at, r.id, r.acting_team, r.state, r.is_held, r.is_begun, r.ended_at,
         r.nth, r.is_last, r.former_step, r.former_meaning, r.former_status_no,
         coalesce(r.free_since, CASE WHEN s.scheduled_at < r.happened_at THEN s.scheduled_at END) AS free_at,
         r.state IN ('done', 'cancelled') AND r.former_meaning IS NOT NULL AS is_end
  FROM reached AS r
  LEFT JOIN (SELECT item, min(happened_at) AS scheduled_at FROM known WHERE mark = 'schedule' GROUP BY item) AS s
    ON s.item = r.item),
timeline AS (
  SELECT item, meaning, status_no, greatest(happened_at, free_at) AS happened_at, nth * 4 + 1 AS sequence, id,
         acting_team, FALSE AS is_inferred, TRUE AS is_event, TRUE AS is_step, former_step,
         CASE WHEN is_begun AND state IN ('unmapped', 'new', 'done', 'cancelled') THEN 'active' ELSE state END AS state,
         is_held
  FROM free
  UNION ALL
  SELECT item, CASE WHEN is_end THEN former_meaning ELSE meaning END,
         CASE WHEN is_end THEN former_status_no ELSE status_no END, free_at, nth * 4, id, acting_team, FALSE, TRUE,
         FALSE, CAST(NULL AS INT), 'waiting', is_held AND NOT is_end
  FROM free WHERE free_at < happened_at
  UNION ALL
  SELECT item, meaning, status_no, greatest(ended_at, free_at), nth * 4 + 2, id, acting_team, FALSE, TRUE, FALSE,
         CAST(NULL AS INT), CASE WHEN state IN ('done', 'cancelled') THEN state ELSE 'waiting' END, is_held
  FROM free WHERE is_begun AND ended_at IS NOT NULL AND (is_last OR state IN ('done', 'cancelled'))
  UNION ALL
  SELECT k.item, k.meaning, k.status_no, k.happened_at, k.sequence + 1000000000, k.id, k.acting_team, FALSE, TRUE,
         FALSE, CAST(NULL AS INT), 'waiting', k.is_held
  FROM known AS k LEFT JOIN (SELECT item, max(coalesce(ended_at, happened_at)) AS last_at FROM free GROUP BY item) AS e
    ON e.item = k.item
  WHERE k.mark = 'schedule' AND (e.item IS NULL OR k.happened_at > e.last_at))"""
"""From `spans`, one line of states for each item: in hand, waiting before what comes next, waiting after the last.

Where spans overlap the earlier one counts, so that no time counts twice. The time before an end, such as closing, is
spent waiting where the item was. What is scheduled and never begun waits.
"""
