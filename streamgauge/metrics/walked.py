"""The way of each finished item, by stage and status by status: what the value stream map and the insights look at."""

from collections.abc import Mapping
from datetime import datetime

from streamgauge.lake import View
from streamgauge.metrics.metric import HIGHER_LEVEL, SCOPE, WANTED_ITEM

CHOSEN = f"""WITH scope AS ({SCOPE}),
ended AS (
  SELECT f.*, d.by_activity, d.has_marks,
         coalesce(f.finished_at, CASE WHEN d.by_activity THEN f.cancelled_at END) AS ended_at
  FROM flow_items AS f JOIN datasets AS d ON d.line_id = f.line_id),
chosen AS (
  SELECT f.line_id, f.item, f.episode, f.by_activity, f.has_marks, f.started_at, f.ended_at, f.active_hours,
         f.waiting_hours, f.unmapped_hours
  FROM ended AS f JOIN scope ON scope.line_id = f.line_id
  WHERE f.ended_at IS NOT NULL AND f.started_at IS NOT NULL AND NOT f.left_truncated
    AND {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (scope.since IS NULL OR f.ended_at >= scope.since) AND f.ended_at < scope.until)
"""
"""The items that ended in the window and whose start is known."""
WALKED = f"""{CHOSEN.rstrip()},
walked AS (
  SELECT c.episode, c.by_activity, c.has_marks, v.*, lag(v.stage) OVER way AS former_stage,
         (unix_micros(v.left_at) - unix_micros(v.entered_at)) / 3.6e9 AS hours
  FROM visits AS v JOIN chosen AS c ON c.line_id = v.line_id AND c.item = v.item AND v.entered_at >= c.started_at
    AND (v.entered_at < c.ended_at OR c.by_activity AND v.entered_at = c.ended_at)
  WINDOW way AS (PARTITION BY v.line_id, v.item, c.episode ORDER BY v.ordinal))
"""
"""The way of each item that was finished in the window, from its start to its end; of a log of activities with its last
activity, whose `hours` are null, and with the items that ended as cancelled."""

PASSED = f"""WITH scope AS ({SCOPE}),
passed AS (
  SELECT f.* FROM passages AS f JOIN scope ON scope.line_id = f.line_id
  WHERE {WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL
    AND (scope.since IS NULL OR f.ended_at >= scope.since) AND f.ended_at < scope.until)
"""
"""What each of them did in each stage that it went through."""

LAST_STAYS = """(
    SELECT line_id, item, status, stage, state, entered_at, CAST(NULL AS TIMESTAMPTZ) AS left_at
    FROM flow_items WHERE episode = episodes)"""
"""The stay that each item is in since it came there last, as a stay among visits."""
_LAST_ENTRY = "SELECT max(entered_at) AS at FROM flow_items"


def stays_at_end(view: View, said: Mapping[str, object]) -> str:
    """Return where to look for the stays at the end of the window: among the last ones where nothing came after it."""
    last, end = view.rows(_LAST_ENTRY)[0]["at"], said["end"]
    return LAST_STAYS if last is not None and isinstance(end, datetime) and last < end else "visits"


AT_END = "v.entered_at < $end AND (v.left_at IS NULL OR v.left_at >= $end)"
"""That a stay, called v, is the one in which its item is at the end of the window."""

GOES_ON = """(v.left_at IS NOT NULL OR v.line_id NOT IN (
    SELECT line_id FROM datasets WHERE ends_with_last AND is_log))"""
"""That a stay, called v, may go on: where the last status of each item is taken for its end, nothing waits in it."""


# Where a log marks the end of work, what then waits is before the next stage.
AT = """CASE WHEN v.state = 'waiting' AND v.former_state = 'active' AND v.status = v.former_status
              THEN coalesce(v.next_stage, v.stage) ELSE v.stage END"""


def only_wanted(rows: str, *, narrowed: bool) -> str:
    """Return the JOIN that keeps of `rows`, which have a `line_id` and an `item`, those of the work that is asked for.

    Where a question is not `narrowed` to a team, a type or a stream that is all but the work of a higher level, which
    is little to look for.
    """
    kept, given = ("SEMI", f"{WANTED_ITEM} AND {HIGHER_LEVEL} IS NULL") if narrowed else ("ANTI", _IS_HIGHER)
    return f"""{kept} JOIN (
    SELECT f.line_id, f.item FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id WHERE {given}) AS asked_for
  ON asked_for.line_id = {rows}.line_id AND asked_for.item = {rows}.item"""


_IS_HIGHER = f"{HIGHER_LEVEL} IS NOT NULL"
