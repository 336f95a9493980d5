"""Handoffs between teams: how long work waits until the receiver begins, how often it comes back (definitions 4.3)."""

from collections.abc import Mapping
from typing import Any

from streamgauge.answers.stream_map import Handoff
from streamgauge.lake import View

# In a log of activities work waits from the sender's last to the receiver's first; elsewhere from when the receiver
# owns it. The receiver has accepted with its first work on the item, or where no status says so, at the handoff itself.
# Bounced is what the receiver gave back to the sender; the loop runs until the receiver has it again and works on it.
_HANDOFFS = """{walked},
owned AS (
  SELECT line_id, item, episode, ordinal, team, state, entered_at, left_at,
         by_activity AND NOT has_marks AS is_told_late, lag(team) OVER way AS former_team,
         coalesce(CASE WHEN place IS NULL THEN ordinal = min(ordinal) OVER (PARTITION BY line_id, item, episode, stage)
                       ELSE place > max(place) OVER (
                         PARTITION BY line_id, item, episode ORDER BY ordinal
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END, FALSE) AS is_onward
  FROM walked WHERE team IS NOT NULL WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY ordinal)),
turns AS (
  SELECT *, sum(CASE WHEN team IS DISTINCT FROM former_team THEN 1 ELSE 0 END)
              OVER (PARTITION BY line_id, item, episode ORDER BY ordinal) AS turn
  FROM owned),
held AS (
  SELECT line_id, item, episode, turn, min(team) AS team, min(entered_at) AS received_at,
         max(entered_at) AS last_at, bool_or(is_told_late) AS is_told_late,
         min_by(is_onward, ordinal) AS is_onward,
         coalesce(min(CASE WHEN state = 'active' THEN entered_at END),
                  max(CASE WHEN state = 'waiting' THEN left_at END), min(entered_at)) AS accepted_at
  FROM turns GROUP BY line_id, item, episode, turn),
passed AS (
  SELECT line_id, item, episode, turn, team, accepted_at,
         CASE WHEN is_told_late THEN coalesce(lag(last_at) OVER way, received_at) ELSE received_at END AS received_at,
         lag(team) OVER way AS sender, CASE WHEN NOT lead(is_onward) OVER way THEN lead(team) OVER way END AS back_to,
         lead(received_at) OVER way AS given_back_at,
         lead(team, 2) OVER way AS team_after, lead(accepted_at, 2) OVER way AS accepted_again_at
  FROM held WINDOW way AS (PARTITION BY line_id, item, episode ORDER BY turn))
SELECT sender, team AS receiver, count(*) AS n,
       percentile((unix_micros(accepted_at) - unix_micros(received_at)) / 3.6e9, 0.5) AS wait_median,
       avg((unix_micros(accepted_at) - unix_micros(received_at)) / 3.6e9) AS wait_mean,
       sum(CASE WHEN back_to = sender THEN 1 ELSE 0 END) AS bounced,
       avg(CASE WHEN back_to = sender AND team_after = team
                THEN (unix_micros(accepted_again_at) - unix_micros(given_back_at)) / 3.6e9 END) AS loop_mean
FROM passed WHERE sender IS NOT NULL GROUP BY sender, team
"""
_HANDOVERS = """{walked}
SELECT stage, count(*) AS n
FROM (SELECT stage, team, lag(team) OVER (PARTITION BY line_id, item, episode ORDER BY ordinal) AS former_team
      FROM walked WHERE team IS NOT NULL) AS w
WHERE team <> former_team GROUP BY stage
"""
_FEW = 10


def handoffs(view: View, walked: str, said: Mapping[str, object]) -> tuple[Handoff, ...]:
    """Return every pair of teams between which work went, the one with most friction first."""
    found = [_handoff(row) for row in view.rows(_HANDOFFS.replace("{walked}", walked), said)]
    return tuple(sorted(found, key=lambda h: (-h.friction_hours, h.from_, h.to)))


def handovers(view: View, walked: str, said: Mapping[str, object]) -> dict[str, int]:
    """Return by stage how often the team that owns the work changed on the way into the stage or within it."""
    return {row["stage"]: row["n"] for row in view.rows(_HANDOVERS.replace("{walked}", walked), said)}


def _handoff(row: Mapping[str, Any]) -> Handoff:
    bounced, loop = int(row["bounced"]), row["loop_mean"] or 0.0
    return Handoff(
        from_=row["sender"],
        to=row["receiver"],
        n=row["n"],
        wait_p50_hours=row["wait_median"],
        wait_mean_hours=row["wait_mean"],
        bounced=bounced,
        rework_mean_hours=loop,
        friction_hours=friction(row["n"], row["wait_mean"], bounced, loop),
        is_small=row["n"] < _FEW,
    )


def friction(n: int, wait_mean: float, bounced: int, rework_mean: float) -> float:
    """Return the friction of a handoff in item hours: means, not medians, because the total matters."""
    return n * wait_mean + bounced * rework_mean
