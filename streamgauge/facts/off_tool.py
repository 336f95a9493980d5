"""Steps outside of the tools, which the company file tells of: stays like those that a tool tells of."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from streamgauge.company import Company, OffTool
from streamgauge.facts.reading import Reading
from streamgauge.records.record import UTC_INSTANT

OFF_TOOL = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("state", pa.string()),
        pa.field("phase", pa.string()),
        pa.field("team", pa.string()),
        pa.field("entered_at", UTC_INSTANT),
        pa.field("left_at", UTC_INSTANT),
    ]
)
"""One row per step outside of the tools that the company file tells of an item by its key, in each dataset that may
have the item.

`left_at` is null where no end is told: the step lasts until the tool tells of another status. In `visits` the status of
such a step is its stage, marked as entered by hand.
"""

ENTERED_BY_HAND = " (entered by hand)"
"""What the status of such a step ends with."""

_STEPS = pa.schema(
    [
        pa.field("nth", pa.int64()),
        pa.field("pattern", pa.string()),
        *OFF_TOOL,
        pa.field("place", pa.int64()),
        pa.field("status", pa.string()),
    ]
)
# Of two steps of an item that run into each other, as patterns may, the one that names the item counts, then the first.
_SETTLED = """
offered AS (
  SELECT k.item, s.nth, s.status, s.state, s.stage, s.place, s.phase, s.entered_at, s.left_at, s.team,
         max(k.team) AS team_then
  FROM told_by_tools AS k JOIN off_tool_steps AS s ON s.item = k.item GROUP BY ALL
  UNION ALL
  SELECT k.item, s.nth, s.status, s.state, s.stage, s.place, s.phase, s.entered_at, s.left_at, s.team,
         max(k.team) AS team_then
  FROM told_by_tools AS k JOIN off_tool_steps AS s
    ON s.pattern IS NOT NULL AND k.item LIKE s.pattern ESCAPE '^' AND k.happened_at <= s.entered_at
  GROUP BY ALL
  HAVING max_by(k.state, unix_micros(k.happened_at) * 1000 + least(k.sequence, 999))
         IN ('waiting', 'active', 'unmapped')),
settled AS (
  SELECT o.item, o.status, o.state, o.stage, o.place, o.phase, o.entered_at, o.left_at, o.team, o.team_then
  FROM offered AS o ANTI JOIN offered AS b
    ON b.item = o.item AND b.nth < o.nth
    AND (b.entered_at = o.entered_at
         OR b.entered_at < o.entered_at AND o.entered_at < coalesce(b.left_at, b.entered_at)
         OR o.entered_at < b.entered_at AND b.entered_at < coalesce(o.left_at, o.entered_at)))"""
_STAYS = """
SELECT item, status, entered_at, 0, 'by hand', coalesce(team, team_then), team, '{mark}', FALSE, FALSE, stage, place,
       phase, FALSE, state
FROM settled"""
# What the tool tells meanwhile counts from the end of the step on; what it never told of before waits until it does.
_AFTER = """
kept AS (
  SELECT k.* FROM told_by_tools AS k ANTI JOIN settled AS s
    ON {overruled} AND s.item = k.item
    AND (k.happened_at = s.entered_at OR k.happened_at > s.entered_at AND k.happened_at < s.left_at)),
ending AS (
  SELECT s.item, s.status, s.stage, s.place, s.phase, s.team, s.team_then, s.left_at
  FROM settled AS s ANTI JOIN settled AS n
    ON n.item = s.item AND (n.entered_at = s.left_at OR n.entered_at < s.left_at AND s.left_at < n.left_at)
  WHERE s.left_at IS NOT NULL),
followed AS (
  SELECT e.item, e.left_at, e.status AS status_off, e.stage AS stage_off, e.place AS place_off, e.phase AS phase_off,
         e.team_then, k.status, k.happened_at, k.team, k.acting_team, k.mark, k.is_inferred, k.stage, k.place, k.phase,
         k.is_held, k.state,
         row_number() OVER (PARTITION BY e.item, e.left_at ORDER BY k.happened_at DESC, k.sequence DESC, k.id DESC)
           AS nth
  FROM ending AS e LEFT JOIN told_by_tools AS k ON {overruled} AND k.item = e.item AND k.happened_at <= e.left_at),
known AS (
  SELECT item, status, happened_at, sequence, id, team, acting_team, mark, is_inferred, is_event, stage, place, phase,
         is_held, state
  FROM kept
  UNION ALL {stays}
  UNION ALL
  SELECT item, coalesce(status, 'after ' || status_off), left_at, 0, 'by hand', coalesce(team, team_then), acting_team,
         coalesce(mark, 'entry'), coalesce(is_inferred, FALSE), FALSE,
         CASE WHEN status IS NULL THEN stage_off ELSE stage END,
         CASE WHEN status IS NULL THEN place_off ELSE place END,
         CASE WHEN status IS NULL THEN phase_off ELSE phase END,
         coalesce(is_held, FALSE), coalesce(state, 'waiting')
  FROM followed WHERE nth = 1 AND happened_at IS DISTINCT FROM left_at)"""
_MARKED = """
known AS (
  SELECT item, status, happened_at, sequence, id, team, acting_team, mark, is_inferred, is_event, stage, place, phase,
         is_held, state
  FROM told_by_tools
  UNION ALL {stays}
  UNION ALL
  SELECT item, status, left_at, 0, 'by hand', coalesce(team, team_then), team, 'complete', FALSE, FALSE, stage, place,
         phase, FALSE, state
  FROM settled WHERE left_at IS NOT NULL)"""
FIRST_NAME = "told_by_tools"
"""What the rows `known` of a dataset are called before these steps are among them."""


def joined(how: Reading) -> str:
    """Return the part of a statement that puts the steps `off_tool_steps` among the rows `told_by_tools`, as `known`.

    `how` is how the rows are read. Where they are events of activities, what was done before is not done again after
    a step: the item waits. Where a log marks starts and ends, the step is one more piece of work beside the others.
    """
    whole = f"{_SETTLED},{_MARKED if how.has_marks else _AFTER}"
    whole = whole.replace("{stays}", _STAYS).replace("{mark}", "start" if how.has_marks else "entry")
    return whole.replace("{overruled}", "FALSE" if how.by_activity else "TRUE")


def patterns(company: Company) -> tuple[OffTool, ...]:
    """Return the steps that name no single item."""
    return tuple(step for step in company.off_tool if step.pattern is not None)


def named(line_id: str, dataset: str, company: Company) -> pa.Table:
    """Return the rows of OFF_TOOL of a dataset: the steps that the company file tells of single items."""
    rows = [_row(line_id, step, company.zone) for step in _of(dataset, company) if step.pattern is None]
    return pa.Table.from_pylist(rows, schema=OFF_TOOL)


def steps(line_id: str, dataset: str, company: Company, meant: pa.Table) -> pa.Table:
    """Return the steps of a dataset as `off_tool_steps`; places and phases are those of the stages in `meant`."""
    known = {row["stage"]: row for row in meant.to_pylist()}
    mine = sorted(_of(dataset, company), key=lambda step: step.pattern is not None)
    rows = [
        _row(line_id, step, company.zone)
        | {
            "nth": nth,
            "pattern": step.pattern,
            "item": step.item if step.pattern is None else None,
            "status": f"{step.stage}{ENTERED_BY_HAND}",
            "place": known.get(step.stage, {}).get("place"),
            "phase": step.phase or known.get(step.stage, {}).get("phase"),
        }
        for nth, step in enumerate(mine)
    ]
    return pa.Table.from_pylist(rows, schema=_STEPS)


def before(company: Company, as_of: datetime) -> Company:
    """Return the company with those of its steps that had begun at a time."""
    return replace(company, off_tool=tuple(s for s in company.off_tool if s.span(company.zone)[0] <= as_of))


def _of(dataset: str, company: Company) -> tuple[OffTool, ...]:
    return tuple(step for step in company.off_tool if step.dataset in (None, dataset))


def _row(line_id: str, step: OffTool, zone: str) -> dict[str, Any]:
    entered_at, left_at = step.span(zone)
    told: dict[str, Any] = {"line_id": line_id, "item": step.item, "stage": step.stage, "state": step.state}
    return told | {"phase": step.phase, "team": step.team, "entered_at": entered_at, "left_at": left_at}
