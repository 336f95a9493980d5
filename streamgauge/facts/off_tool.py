"""Steps outside of the tools, which the company file tells of: stays like those that a tool tells of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from streamgauge.company import Company, OffTool
from streamgauge.facts.meanings import COMPANY, MEANINGS, NEVER, numbered
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
        *(pa.field(name, pa.int32()) for name in ("meaning", "status_no", "after_meaning", "after_status_no")),
    ]
)
# Of two steps of an item that run into each other, as patterns may, the one that names the item counts, then the first.
_SETTLED = """
offered AS (
  SELECT k.item, s.nth, s.meaning, s.status_no, s.after_meaning, s.after_status_no, s.state, s.entered_at, s.left_at,
         s.team, count(*) AS rows
  FROM told_by_tools AS k JOIN off_tool_steps AS s ON s.item = k.item GROUP BY ALL
  UNION ALL
  SELECT k.item, s.nth, s.meaning, s.status_no, s.after_meaning, s.after_status_no, s.state, s.entered_at, s.left_at,
         s.team, count(*) AS rows
  FROM told_by_tools AS k JOIN off_tool_steps AS s
    ON s.pattern IS NOT NULL AND k.item LIKE s.pattern ESCAPE '^' AND k.happened_at <= s.entered_at
  GROUP BY ALL
  HAVING max_by(k.state, unix_micros(k.happened_at) * 1000 + least(k.sequence, 999))
         IN ('waiting', 'active', 'unmapped')),
settled AS (
  SELECT o.item, o.meaning, o.status_no, o.after_meaning, o.after_status_no, o.state, o.entered_at, o.left_at, o.team
  FROM offered AS o ANTI JOIN offered AS b
    ON b.item = o.item AND b.nth < o.nth
    AND (b.entered_at = o.entered_at
         OR b.entered_at < o.entered_at AND o.entered_at < coalesce(b.left_at, b.entered_at)
         OR o.entered_at < b.entered_at AND b.entered_at < coalesce(o.left_at, o.entered_at)))"""
_STAYS = """
SELECT item, meaning, status_no, entered_at, 0, 'by hand', team, '{mark}', FALSE, FALSE, FALSE, state FROM settled"""
# What the tool tells meanwhile counts from the end of the step on; what it never told of before waits until it does.
_AFTER = """
kept AS (
  SELECT k.* FROM told_by_tools AS k ANTI JOIN settled AS s
    ON {overruled} AND s.item = k.item
    AND (k.happened_at = s.entered_at OR k.happened_at > s.entered_at AND k.happened_at < s.left_at)),
ending AS (
  SELECT s.item, s.after_meaning, s.after_status_no, s.left_at
  FROM settled AS s ANTI JOIN settled AS n
    ON n.item = s.item AND (n.entered_at = s.left_at OR n.entered_at < s.left_at AND s.left_at < n.left_at)
  WHERE s.left_at IS NOT NULL),
followed AS (
  SELECT e.item, e.left_at, e.after_meaning, e.after_status_no, k.meaning, k.status_no, k.happened_at, k.acting_team,
         k.mark, k.is_inferred, k.is_held, k.state,
         row_number() OVER (PARTITION BY e.item, e.left_at ORDER BY k.happened_at DESC, k.sequence DESC, k.id DESC)
           AS nth
  FROM ending AS e LEFT JOIN told_by_tools AS k ON {overruled} AND k.item = e.item AND k.happened_at <= e.left_at),
{to} AS (
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, mark, is_inferred, is_event, is_held, state
  FROM kept
  UNION ALL {stays}
  UNION ALL
  SELECT item, coalesce(meaning, after_meaning), coalesce(status_no, after_status_no), left_at, 0, 'by hand',
         acting_team, coalesce(mark, 'entry'), coalesce(is_inferred, FALSE), FALSE, coalesce(is_held, FALSE),
         coalesce(state, 'waiting')
  FROM followed WHERE nth = 1 AND happened_at IS DISTINCT FROM left_at)"""
_MARKED = """
{to} AS (
  SELECT item, meaning, status_no, happened_at, sequence, id, acting_team, mark, is_inferred, is_event, is_held, state
  FROM told_by_tools
  UNION ALL {stays}
  UNION ALL
  SELECT item, meaning, status_no, left_at, 0, 'by hand', team, 'complete', FALSE, FALSE, FALSE, state
  FROM settled WHERE left_at IS NOT NULL)"""
FIRST_NAME = "told_by_tools"
"""What the rows `known` of a dataset are called before these steps are among them."""


def joined(how: Reading, *, to: str) -> str:
    """Return the part of a statement that puts the steps `off_tool_steps` among the rows `told_by_tools`, as `to`.

    `how` is how the rows are read. Where they are events of activities, what was done before is not done again after
    a step: the item waits. Where a log marks starts and ends, the step is one more piece of work beside the others.
    """
    whole = f"{_SETTLED},{_MARKED if how.has_marks else _AFTER}".replace("{to}", to)
    whole = whole.replace("{stays}", _STAYS).replace("{mark}", "start" if how.has_marks else "entry")
    return whole.replace("{overruled}", "FALSE" if how.by_activity else "TRUE")


def patterns(company: Company) -> tuple[OffTool, ...]:
    """Return the steps that name no single item."""
    return tuple(step for step in company.off_tool if step.pattern is not None)


def named(line_id: str, dataset: str, company: Company) -> pa.Table:
    """Return the rows of OFF_TOOL of a dataset: the steps that the company file tells of single items."""
    rows = [_row(line_id, step, company.zone) for step in _of(dataset, company) if step.pattern is None]
    return pa.Table.from_pylist(rows, schema=OFF_TOOL)


def steps(line_id: str, dataset: str, company: Company, meant: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the steps of a dataset as `off_tool_steps`, and what statuses mean (`meant`) with theirs, numbered.

    Each step brings two meanings: its own, and that of the time after it of what the tool never told of before. Places
    and phases are those of its stage in `meant`.
    """
    mine = sorted(_of(dataset, company), key=lambda step: step.pattern is not None)
    known = {row["stage"]: row for row in meant.to_pylist()}
    more = [row for step in mine for row in _meanings(line_id, step, known.get(step.stage, {}))]
    whole = numbered(pa.concat_tables([meant, pa.Table.from_pylist(more, schema=MEANINGS)]))
    rows = []
    for nth, step in enumerate(mine):
        own, after = whole.slice(len(meant) + 2 * nth, 2).select(["meaning", "status_no"]).to_pylist()
        row = {"nth": nth, "pattern": step.pattern, "item": step.item if step.pattern is None else None}
        rows.append(_row(line_id, step, company.zone) | row | own | {f"after_{k}": v for k, v in after.items()})
    return pa.Table.from_pylist(rows, schema=_STEPS), whole


def _meanings(line_id: str, step: OffTool, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the meanings of a step and of the time after it; what a tool tells never has them, for they hold at no time.

    `known` is what is known of the step's stage.
    """
    status = f"{step.stage}{ENTERED_BY_HAND}"
    for name, state in ((status, step.state), (f"after {status}", "waiting")):
        yield {
            "line_id": line_id,
            "status": name,
            "detail": "",
            "told": 0,
            "since": NEVER,
            "until": NEVER,
            "state": state,
            "stage": step.stage,
            "place": known.get("place"),
            "phase": step.phase or known.get("phase"),
            "is_held": False,
            "is_unclear": False,
            "known_by": COMPANY,
        }


def before(company: Company, as_of: datetime) -> Company:
    """Return the company with those of its steps that had begun at a time."""
    return replace(company, off_tool=tuple(s for s in company.off_tool if s.span(company.zone)[0] <= as_of))


def _of(dataset: str, company: Company) -> tuple[OffTool, ...]:
    return tuple(step for step in company.off_tool if step.dataset in (None, dataset))


def _row(line_id: str, step: OffTool, zone: str) -> dict[str, Any]:
    entered_at, left_at = step.span(zone)
    told: dict[str, Any] = {"line_id": line_id, "item": step.item, "stage": step.stage, "state": step.state}
    return told | {"phase": step.phase, "team": step.team, "entered_at": entered_at, "left_at": left_at}
