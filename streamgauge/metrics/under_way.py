"""The work that is under way at the end of the window, and what of it cannot go on."""

from streamgauge.facts.flags import FIELDS, raised
from streamgauge.metrics.blocks import BLOCKS
from streamgauge.metrics.metric import HIGHER_LEVEL, PRESENT, WANTED_ITEM

LATE = f"""late AS (
  SELECT f.* FROM {PRESENT} AS f
  WHERE f.line_id IN (SELECT unnest($line_ids)) AND (f.left_at IS NULL OR f.left_at >= $late))"""
"""What has not ended before `$late`, an instant that is not after the end of any window: so much less than all items
that it is held, for the windows of many questions."""

_OPEN = f"""open AS (
  SELECT scope.slice, f.*, least(scope.until, scope.known_at) AS moment
  FROM late AS f JOIN scope ON scope.line_id = f.line_id
  WHERE {{start}}f.began_at < least(scope.until, scope.known_at)
    AND (f.ended_at IS NULL OR f.ended_at >= least(scope.until, scope.known_at))
    AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL)"""
UNDER_WAY_OR_OLD = _OPEN.format(start="")
"""The flow items that are under way at the end of the window, also those whose start nobody recorded."""
UNDER_WAY = _OPEN.format(start="NOT f.left_truncated AND ")
"""The flow items that are under way at the end of the window, and whose start is known."""


def present(under_way: str) -> str:
    """Return the tables `open`, as `under_way` says it, and `present`: the status and team that each then has.

    It is its last one, where it came to that before.
    """
    return f"""{under_way},
present AS (
  SELECT line_id, item, status, stage, state, team, entered_at FROM open WHERE entered_at < moment
  UNION ALL
  SELECT o.line_id, o.item, v.status, v.stage, v.state, CASE WHEN h.item IS NULL THEN v.team ELSE o.team END,
         v.entered_at
  FROM open AS o JOIN visits AS v ON v.line_id = o.line_id AND v.item = o.item
    AND v.entered_at < o.moment AND v.left_at >= o.moment
  LEFT JOIN (SELECT DISTINCT line_id, item FROM held) AS h ON h.line_id = o.line_id AND h.item = o.item
  WHERE o.entered_at >= o.moment)"""


AT_PRESENT = present(UNDER_WAY)
"""The flow items that are under way, with the status that each is in."""

_CHANGED = """
  SELECT c.* FROM flag_changes AS c JOIN open AS o ON o.line_id = c.line_id AND o.item = c.item
    AND c.happened_at < o.moment"""
# What is done or cancelled blocks nobody any more. Who may block is looked up first and by itself: an engine that knows
# little of the items could begin with all pairs of one line.
HELD_UP = f"""late_items AS (SELECT DISTINCT line_id, item FROM late),
told_as AS (
  SELECT o.line_id, o.item, d.source, d.dataset, o.item AS name
  FROM late_items AS o JOIN datasets AS d ON d.line_id = o.line_id
  UNION ALL
  SELECT o.line_id, o.item, s.other_source, s.other_dataset, s.other_item
  FROM late_items AS o JOIN same_items AS s ON s.line_id = o.line_id AND s.item = o.item AND s.is_home),
flag_changes AS (
  SELECT a.line_id, a.item, concat(t.field, ' ', t.source, ' ', t.repository) AS flag, t.happened_at, t.sequence, t.id,
         t.value
  FROM told_as AS a JOIN transitions AS t ON t.source = a.source AND t.repository = a.dataset AND t.item = a.name
    AND t.field IN {FIELDS}),
{BLOCKS},
late_blocks AS (
  SELECT o.line_id, o.item, l.linked_at, l.unlinked_at, l.blocker_line_id, l.blocker
  FROM late_items AS o JOIN blocks AS l ON l.line_id = o.line_id AND l.item = o.item),
late_blockers AS (
  SELECT k.line_id, k.item, k.linked_at, k.unlinked_at, b.item AS blocker, b.team, b.created_at,
         coalesce(b.finished_at, b.cancelled_at) AS ended_at
  FROM late_blocks AS k JOIN flow_items AS b ON b.line_id = k.blocker_line_id AND b.item = k.blocker)"""
"""What may hold up these items at any time: the changes of their flags, and the items that block them."""

STOPPED = f"""{present(UNDER_WAY_OR_OLD)},
flags AS (
  SELECT line_id, item, max(CASE WHEN is_blocked AND NOT was_blocked THEN since END) AS since,
         bool_or(is_blocked AND until IS NULL) AS is_flagged
  FROM ({raised(_CHANGED, "line_id, item")}) AS f GROUP BY line_id, item),
blocking AS (
  SELECT o.line_id, o.item, count(*) AS n, min(coalesce(b.linked_at, o.started_at)) AS since,
         collect_list(b.blocker) AS blockers, collect_list(b.team) AS teams
  FROM open AS o JOIN late_blockers AS b ON b.line_id = o.line_id AND b.item = o.item
    AND (b.linked_at IS NULL OR b.linked_at < o.moment) AND (b.unlinked_at IS NULL OR b.unlinked_at >= o.moment)
    AND b.created_at < o.moment AND (b.ended_at IS NULL OR b.ended_at >= o.moment)
  GROUP BY o.line_id, o.item),
waiting_statuses AS (
  SELECT DISTINCT status FROM meanings WHERE line_id IN (SELECT line_id FROM scope) AND is_held),
stopped AS (
  SELECT o.slice, o.item, o.title, o.team, coalesce(p.status, o.status) AS status, o.moment,
         o.started_at, o.left_truncated,
         CASE WHEN l.n > 0 THEN 'waits for an item' WHEN f.is_flagged THEN 'flagged'
              WHEN w.status IS NOT NULL THEN 'status' END AS reason,
         CASE WHEN f.is_flagged THEN f.since WHEN l.n > 0 THEN greatest(l.since, o.started_at) ELSE p.entered_at END
           AS since,
         l.blockers, l.teams
  FROM open AS o LEFT JOIN present AS p ON p.line_id = o.line_id AND p.item = o.item
  LEFT JOIN flags AS f ON f.line_id = o.line_id AND f.item = o.item
  LEFT JOIN blocking AS l ON l.line_id = o.line_id AND l.item = o.item
  LEFT JOIN waiting_statuses AS w ON w.status = p.status)"""
"""Each of them with why it cannot go on and since when, at the latest; `reason` is null where it can."""
