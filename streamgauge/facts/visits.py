"""Visits: how long each item stayed in each status, what that status meant then, and where it went next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.facts import vanished
from streamgauge.facts.belonging import FIRST_FORMER, holds
from streamgauge.facts.belonging import SPANS as VALUES
from streamgauge.facts.flags import blocked
from streamgauge.facts.kinds import kinds
from streamgauge.facts.off_tool import FIRST_NAME, joined
from streamgauge.facts.reading import IS_EVENT, MARK, Reading, detail
from streamgauge.facts.spans import SPANS, TIMELINE
from streamgauge.facts.two_tools import JOINED
from streamgauge.facts.ways import STATES, coded, named
from streamgauge.lake.codes import shaped
from streamgauge.records.record import UTC_INSTANT
from streamgauge.records.transition import FIRST_SEEN

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
        pa.field("unreviewed_hours", pa.float64()),
        pa.field("is_unclear", pa.bool_()),
        pa.field("next_status", pa.string()),
        pa.field("next_state", pa.string()),
        pa.field("next_stage", pa.string()),
        pa.field("next_team", pa.string()),
        pa.field("is_return", pa.bool_()),
        pa.field("next_is_return", pa.bool_()),
        pa.field("is_inferred", pa.bool_()),
        pa.field("kind", pa.string()),
    ]
)
"""One row per stay of an item in a status, `[entered_at, left_at)`; `left_at` is null for the status that it has now.

A status that is entered again while it holds is no new visit, unless the rows are events of a log, where doing a thing
again is a visit of its own; one that is to be ignored is as if it were not. `team` is who owned the item at the entry.
What is only blocked stays in the stage where it was. `blocked_hours` is how much of the stay it was held up (up to when
it was left, or to the last thing known): flagged as blocked, or, of which `unreviewed_hours`, in review while by its
pull requests nobody reviewed it, which is told apart where no status of the dataset waits for a review. `is_unclear`
says that for want of clarification it was blocked then, by its status or by the text of a flag. `is_return` says that
it came back to a stage: one before the furthest so far by the order of stages, or where none is known, by the order in
which the item came to them; of a log of activities also one that was done twice in a row. `next_is_return` says that of
the next visit. `is_inferred` says that no history tells of the entry, only what the item says now, or what it said when
a snapshot first had it. `kind` is the JSON list of status, next status, stage, state and whether the next one is a
return: very many visits are counted by it without a look at each of these.
"""
KIND_OF_VISIT = ("status", "next_status", "stage", "state", "next_is_return")

_STATUSES = """WITH rows AS (
  SELECT {item} AS item, value, former_value, lifecycle, count(*) AS n FROM transitions
  WHERE source = $source AND repository = $repository AND field = 'status' GROUP BY 1, 2, 3, 4)
SELECT t.status, t.detail, {type} AS type, CAST(sum(t.told) AS BIGINT) AS told
FROM (SELECT {item} AS item, value AS status, {detail} AS detail, sum(n) AS told FROM rows WHERE value IS NOT NULL
      GROUP BY 1, 2, 3
      UNION ALL SELECT DISTINCT {item}, former_value, '', 0 FROM rows WHERE former_value IS NOT NULL
      UNION ALL SELECT item, status, '', 1 FROM unmoved WHERE line_id = $line) AS t
LEFT JOIN (SELECT id, type FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = t.item
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def statuses_of(*, detail: str, by_type: bool) -> str:
    """Return the statement for the statuses that items of one dataset ever had, and how many rows tell of each.

    `detail` is the expression for what stands beside a status; `by_type` says that a status depends on the type.
    """
    parts = {"{type}": "i.type", "{item}": "item"} if by_type else dict.fromkeys(("{type}", "{item}"), _NOTHING)
    return _filled(_STATUSES, parts | {"{detail}": detail})


_NOTHING = "CAST(NULL AS STRING)"
OF_ITEMS = "SELECT id, type, team FROM items WHERE source = $source AND repository = $repository"
"""The items of one dataset as they are now."""
_TOLD = f"""
SELECT item, value AS status, {{detail}} AS detail, happened_at, coalesce(sequence, 0) AS sequence, id, team,
       {MARK} AS mark, FALSE AS is_inferred, {IS_EVENT} AS is_event, FALSE AS is_sight
FROM transitions
WHERE source = $source AND repository = $repository AND field = 'status' AND value IS NOT NULL
"""
_FIRST = f"""
SELECT i.id AS item, coalesce(f.former_value, CASE WHEN f.item IS NULL THEN i.status END) AS status,
       '' AS detail, i.created_at AS happened_at, -1 AS sequence, '' AS id, CAST(NULL AS STRING) AS team,
       'entry' AS mark, f.item IS NULL AS is_inferred, FALSE AS is_event, FALSE AS is_sight
FROM items AS i
LEFT JOIN (SELECT item, min(happened_at) AS happened_at,
                  {FIRST_FORMER} AS former_value
           FROM transitions
           WHERE source = $source AND repository = $repository AND field = 'status' GROUP BY item) AS f
  ON f.item = i.id
WHERE i.source = $source AND i.repository = $repository AND i.created_at IS NOT NULL
  AND (f.item IS NULL OR i.created_at < f.happened_at)
"""
# What a snapshot first had of an item counts where nothing else tells of an earlier time.
_SEEN = f"""
SELECT t.item, t.value AS status, '' AS detail, t.happened_at, -1 AS sequence, '' AS id, CAST(NULL AS STRING) AS team,
       'entry' AS mark, TRUE AS is_inferred, FALSE AS is_event, TRUE AS is_sight
FROM transitions AS t
LEFT JOIN (SELECT id, created_at FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = t.item
LEFT JOIN (SELECT item, min(happened_at) AS happened_at FROM transitions
           WHERE source = $source AND repository = $repository AND field = 'status' GROUP BY item) AS f
  ON f.item = t.item
WHERE t.source = $source AND t.repository = $repository AND t.field = '{FIRST_SEEN}' AND t.value IS NOT NULL
  AND i.created_at IS NULL AND (f.item IS NULL AND i.id IS NOT NULL OR t.happened_at < f.happened_at)
"""

TEAMS = f"SELECT item, value AS team, since, until FROM ({VALUES}) AS v WHERE field = 'team'"
"""The spans in which items were of a team, where that changed."""


# Where names are of activities, what happened at a moment says nothing of what is done from then on, unless it says
# that nothing can be.
_KNOWN = f"""told AS ({_TOLD}),
happened AS (SELECT * FROM told UNION ALL SELECT * FROM ({_FIRST}) AS f WHERE status IS NOT NULL
             UNION ALL SELECT * FROM ({_SEEN}) AS s),
{{known_name}} AS (
  SELECT e.item, m.meaning, m.status_no, e.happened_at, e.sequence, e.id, e.team AS acting_team, e.mark, e.is_inferred,
         e.is_event, m.is_held AND NOT {{by_activity}} AS is_held,
         CASE WHEN m.state IN ({{moments}}) AND NOT m.is_held THEN 'unmapped' ELSE m.state END AS state
  FROM happened AS e {{typed}}
  JOIN meant AS m ON m.status = e.status AND m.detail = e.detail {{same_type}}
    AND e.happened_at >= m.since AND e.happened_at < m.until
  WHERE m.state <> 'ignore' AND NOT (e.is_sight AND {{says_nothing}}))"""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What the visits of one dataset are found from."""

    how: Reading
    """How the rows are read."""
    meant: pa.Table
    """What its statuses mean, with their numbers."""
    by_type: bool
    """Whether a status depends on the type of the item."""
    has_reviews: bool = False
    """Whether pull requests may tell when its items were reviewed."""
    has_others: bool = False
    """Whether other tools tell of its items too."""
    has_steps: bool = False
    """Whether `off_tool_steps` are to be put among them."""
    has_vanished: bool = False
    """Whether some end because they are `vanished_items`."""

    @property
    def has_held(self) -> bool:
        """Whether a status only says that work is held up, and leaves it in the stage where it was."""
        return not self.how.by_activity and True in self.meant["is_held"].to_pylist()

    @property
    def is_reviewed(self) -> bool:
        """Whether time that nobody reviewed is told apart: states hold, and reviews are known."""
        return self.has_reviews and not self.how.has_marks and not self.how.by_activity


def known(
    how: Reading, *, by_type: bool, has_others: bool = False, has_steps: bool = False, has_vanished: bool = False
) -> str:
    """Return the part of a statement that yields what is `known` of one dataset: each row told with what it means.

    What it means is a row of `meant`, by its number: text would be carried through every sort. `how` is how the rows
    are read; `by_type` says that a status depends on the type; `has_others` that other tools tell of its items too;
    `has_steps` that there are steps outside of the tools; `has_vanished` that some items vanished from theirs.
    """
    parts = {
        "{detail}": detail(marked=how.has_marks),
        "{typed}": f"LEFT JOIN ({OF_ITEMS}) AS i ON i.id = e.item" if by_type else "",
        "{same_type}": "AND m.type IS NOT DISTINCT FROM i.type" if by_type else "",
        "{by_activity}": str(how.by_activity).upper(),
        "{says_nothing}": _says_nothing(how),
        "{moments}": "'new', 'waiting', 'active'" if how.by_activity else "''",
    }
    whole = vanished.FIRST_NAME if has_vanished else "known"
    told = FIRST_NAME if has_steps else whole
    # Events of activities or of starts and ends are no states: of several tools they follow one another.
    has_others = has_others and not how.has_marks and not how.by_activity
    parts["{known_name}"] = "told_by_each" if has_others else told
    others = _filled(JOINED, {"{from}": "told_by_each", "{to}": told}) if has_others else ""
    steps = joined(how, to=whole) if has_steps else ""
    ends = vanished.joined(how) if has_vanished else ""
    return ",\n".join(filter(None, (_filled(_KNOWN, parts), others, steps, ends)))


def _says_nothing(how: Reading) -> str:
    """Return whether the first sight `e` of an item with the meaning `m` tells nothing of its way: not when it ended.

    Among events, states that hold have no place.
    """
    if how.is_log or how.has_marks or how.by_activity:
        return "TRUE"
    ends = "'done', 'cancelled', 'unmapped'" if how.ends_with_last else "'done', 'cancelled'"
    return f"m.state IN ({ends})"


_BEFORE = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
_UP_TO = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
# A status that only says that work is held up leaves it in the stage where it was: the one meant `there`.
_VISITS = f"""
WITH {{rows}},
entered AS (
  SELECT item, nth, happened_at, meaning, {{there}} AS there, state, acting_team, is_inferred,
         {{by_activity}} AND is_step AND coalesce(status_no = former_step, FALSE) AS is_again
  FROM (
    SELECT item, happened_at, meaning, status_no, state, acting_team, is_inferred, is_event, is_step, is_held,
           row_number() OVER told_so AS nth, lag(status_no) OVER told_so AS former_status_no,
           lag(state) OVER told_so AS former_state, {{former_step}} AS former_step {{held}}
    FROM {{source}} WINDOW told_so AS (PARTITION BY item ORDER BY happened_at, sequence, id)) AS f
  WHERE is_event OR status_no IS DISTINCT FROM former_status_no OR state IS DISTINCT FROM former_state),
owned AS (
  SELECT e.item, e.nth, e.happened_at, e.meaning, e.there, e.state, e.is_inferred, e.is_again,
         get($stage_nos, e.there) AS stage_no, CAST(get($places, e.there) AS BIGINT) AS place,
         coalesce(e.acting_team, CASE WHEN t.item IS NULL THEN i.team ELSE t.team END) AS team
  FROM entered AS e
  LEFT JOIN ({OF_ITEMS}) AS i ON i.id = e.item
  LEFT JOIN ({TEAMS}) AS t
    ON t.item = e.item AND {holds("t", "e.happened_at")}),
numbered AS (
  SELECT item, happened_at, meaning, there, {{state}} AS state, stage_no, place, team, is_inferred, is_again,
         row_number() OVER stay AS ordinal, lead(happened_at) OVER stay AS left_at,
         lead(meaning) OVER stay AS next_meaning, lead(there) OVER stay AS next_there,
         {{next_state}} AS next_state, lead(team) OVER stay AS next_team,
         lag(stage_no) OVER stay AS former_stage_no, lead(stage_no) OVER stay AS next_stage_no,
         lead(place) OVER stay AS next_place, lead(is_again) OVER stay AS next_is_again,
         max({{furthest}}) OVER (PARTITION BY item ORDER BY nth {_BEFORE}) AS furthest_before,
         max({{furthest}}) OVER (PARTITION BY item ORDER BY nth {_UP_TO}) AS furthest
  FROM owned WINDOW stay AS (PARTITION BY item ORDER BY nth)),
{{ranked}}
stays AS (
  SELECT item, ordinal, happened_at, left_at, meaning, there, state, team, is_inferred, next_meaning, next_there,
         next_state, next_team,
         is_again OR stage_no IS DISTINCT FROM former_stage_no AND coalesce({{is_behind}}, FALSE) AS is_return,
         left_at IS NOT NULL AND (next_is_again
           OR stage_no IS DISTINCT FROM next_stage_no AND coalesce({{next_is_behind}}, FALSE)) AS next_is_return
  FROM {{sorted}}),
flagged AS (
  SELECT s.item, s.ordinal,
         sum(unix_micros(least(coalesce(s.left_at, $known_at), coalesce(b.until, $known_at)))
             - unix_micros(greatest(s.happened_at, b.since))) / 3.6e9 AS hours,
         bool_or(b.is_unclear) AS is_unclear
  FROM stays AS s JOIN ({{blocked}}) AS b
    ON b.item = s.item AND b.since < coalesce(s.left_at, $known_at) AND coalesce(b.until, $known_at) > s.happened_at
  GROUP BY s.item, s.ordinal)
{{reviewed}}
SELECT s.item, s.ordinal, s.meaning, s.there, s.state, s.team, s.happened_at AS entered_at, s.left_at, {{held_up}},
       coalesce(f.is_unclear, FALSE) AS is_unclear,
       s.next_meaning, s.next_there, s.next_state, s.next_team, s.is_return, s.next_is_return, s.is_inferred
FROM stays AS s
LEFT JOIN flagged AS f ON f.item = s.item AND f.ordinal = s.ordinal {{joined}}
"""
_THERE = "CASE WHEN is_held AND placed_state IN ('done', 'cancelled') THEN meaning ELSE placed END"
_HELD = """,
           coalesce(last_value(CASE WHEN NOT is_held THEN meaning END IGNORE NULLS) OVER told_so,
                    first_value(meaning) OVER told_so) AS placed,
           last_value(CASE WHEN NOT is_held THEN state END IGNORE NULLS) OVER told_so AS placed_state"""
_IS_BEHIND, _NEXT_IS_BEHIND = "place < furthest_before", "next_place < furthest"
# A stage of which no order is known stands where it came first.
_RANKED = f"""
first_sights AS (SELECT *, min(ordinal) OVER (PARTITION BY item, stage_no) AS first_ordinal FROM {{several}} AS n),
ranked AS (
  SELECT *, lead(first_ordinal) OVER stay AS next_first_ordinal,
         max(first_ordinal) OVER (PARTITION BY item ORDER BY ordinal {_BEFORE}) AS newest_before,
         max(first_ordinal) OVER (PARTITION BY item ORDER BY ordinal {_UP_TO}) AS newest
  FROM first_sights WINDOW stay AS (PARTITION BY item ORDER BY ordinal)),"""
# Only who comes to such a stage a second time can have come back to it.
_SEVERAL = """(SELECT item, ordinal, stage_no FROM numbered WHERE item IN (
    SELECT item FROM numbered WHERE place IS NULL GROUP BY item, stage_no HAVING count(*) > 1))"""
_SOME_RANKED = """(
    SELECT n.*, r.first_ordinal, r.next_first_ordinal, r.newest_before, r.newest
    FROM numbered AS n LEFT JOIN ranked AS r ON r.item = n.item AND r.ordinal = n.ordinal) AS s"""
_IS_BEHIND_RANKED = f"CASE WHEN place IS NULL THEN first_ordinal < newest_before ELSE {_IS_BEHIND} END"
_NEXT_IS_BEHIND_RANKED = f"CASE WHEN next_place IS NULL THEN next_first_ordinal < newest ELSE {_NEXT_IS_BEHIND} END"
# Of several pull requests the review lasts from the first word on any to the end of the last.
REVIEWED = """
  SELECT item, ordinal, (unix_micros(ends_at) - unix_micros(began_at)
           - greatest(0, coalesce(unix_micros(least(review_ends_at, ends_at))
                                  - unix_micros(greatest(review_at, began_at)), 0))) / 3.6e9 AS hours
  FROM (
    SELECT s.item, s.ordinal, s.happened_at AS began_at, coalesce(max(s.left_at), $known_at) AS ends_at,
           min(p.first_review_at) AS review_at,
           max(CASE WHEN p.first_review_at IS NOT NULL
                    THEN coalesce(p.approved_at, p.merged_at, p.closed_at, $known_at) END) AS review_ends_at
    FROM stays AS s JOIN pull_request_phases AS p ON p.item = s.item AND p.left_out IS NULL
      AND p.created_at < coalesce(s.left_at, $known_at) AND coalesce(p.closed_at, $known_at) > s.happened_at
    WHERE s.state = 'active' AND lower(CAST(get($stages, s.there) AS STRING)) LIKE '%review%' AND NOT EXISTS (
      SELECT 1 FROM meant AS m WHERE m.state = 'waiting' AND lower(m.stage) LIKE '%review%')
    GROUP BY s.item, s.ordinal, s.happened_at) AS r"""
"""How long each of the `stays` in review was one that nobody had begun, where pull requests tell."""
_STAY = "(unix_micros(coalesce(s.left_at, $known_at)) - unix_micros(s.happened_at)) / 3.6e9"
_HELD_UP = f"""CASE WHEN r.hours IS NULL THEN coalesce(f.hours, 0.0)
            ELSE least({_STAY}, coalesce(f.hours, 0.0) + r.hours) END AS blocked_hours,
       CASE WHEN r.hours IS NULL THEN 0.0 ELSE least({_STAY} - coalesce(f.hours, 0.0), r.hours) END
         AS unreviewed_hours"""
_LAST_ENDS = """CASE WHEN state IN ('done', 'cancelled') AND lead(item) OVER stay IS NOT NULL
           THEN 'unmapped' ELSE state END"""
"""Where the last status is taken for the end, one that sounds like an end before it is a step like any other."""
_NEXT_LAST_ENDS = """CASE WHEN lead(state) OVER stay IN ('done', 'cancelled') AND lead(item, 2) OVER stay IS NOT NULL
           THEN 'unmapped' ELSE lead(state) OVER stay END"""


def statement(grounds: Grounds) -> str:
    """Return the statement that yields the visits of one dataset, as `told` reads them, from its records."""
    how, is_reviewed, is_held = grounds.how, grounds.is_reviewed, grounds.has_held
    unordered = grounds.meant["place"].null_count
    has_order, has_none = not unordered, unordered == len(grounds.meant)
    parts = {
        "{reviewed}": f", reviewed AS ({REVIEWED})" if is_reviewed else "",
        "{held_up}": _HELD_UP
        if is_reviewed
        else "coalesce(f.hours, 0.0) AS blocked_hours, CAST(0 AS DOUBLE) AS unreviewed_hours",
        "{joined}": "LEFT JOIN reviewed AS r ON r.item = s.item AND r.ordinal = s.ordinal" if is_reviewed else "",
        "{blocked}": blocked(has_others=grounds.has_others),
        "{rows}": _rows(grounds),
        "{source}": "timeline" if how.has_marks else "(SELECT *, TRUE AS is_step FROM known) AS plain",
        "{former_step}": "former_step" if how.has_marks else "lag(status_no) OVER told_so",
        "{there}": _THERE if is_held else "meaning",
        "{held}": _HELD if is_held else "",
        "{ranked}": "" if has_order else _RANKED,
        "{several}": "numbered" if has_none else _SEVERAL,
        "{sorted}": "numbered" if has_order else "ranked" if has_none else _SOME_RANKED,
        "{is_behind}": _IS_BEHIND if has_order else _IS_BEHIND_RANKED,
        "{next_is_behind}": _NEXT_IS_BEHIND if has_order else _NEXT_IS_BEHIND_RANKED,
        "{by_activity}": str(how.by_activity).upper(),
        "{state}": _LAST_ENDS if how.ends_with_last else "state",
        "{next_state}": _NEXT_LAST_ENDS if how.ends_with_last else "lead(state) OVER stay",
        "{furthest}": "place" if how.ends_with_last else "CASE WHEN state <> 'cancelled' THEN place END",
    }
    return _filled(_VISITS, parts)


def rows_of(grounds: Grounds) -> str:
    """Return the statement that yields what visits are found from in any order: each row told, with what it means."""
    source, step = ("timeline", "former_step") if grounds.how.has_marks else ("known", "CAST(NULL AS INT)")
    states = " ".join(f"WHEN '{state}' THEN {number}" for number, state in enumerate(STATES))
    return f"""WITH {_rows(grounds)}
SELECT item, happened_at, sequence, id, meaning, status_no, CASE state {states} END AS state, acting_team, is_inferred,
       is_event, is_held,
       {step} AS former_step
FROM {source}"""


def _rows(grounds: Grounds) -> str:
    told = known(
        grounds.how,
        by_type=grounds.by_type,
        has_others=grounds.has_others,
        has_steps=grounds.has_steps,
        has_vanished=grounds.has_vanished,
    )
    return ",\n".join([told, SPANS, TIMELINE] if grounds.how.has_marks else [told])


def terms(meant: pa.Table) -> dict[str, Any]:
    """Return what the statement takes as parameters: of each meaning, by its number, what is said of it."""
    names = {"stages": "stage", "stage_nos": "stage_no", "places": "place"}
    return {parameter: meant[name].to_pylist() for parameter, name in names.items()}


def told(rows: pa.Table, line_id: str, meant: pa.Table) -> pa.Table:
    """Return the rows of the statement in the columns of VISITS, what they mean by its name; text stays in codes."""
    line = pa.array([line_id])
    columns = {
        "line_id": pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), len(rows)), line),
        "status": _said(meant["status"], rows["meaning"]),
        "stage": _said(meant["stage"], rows["there"]),
        "place": meant["place"].take(rows["there"]),
        "phase": _said(meant["phase"], rows["meaning"]),
        "next_status": _said(meant["status"], rows["next_meaning"]),
        "next_stage": _said(meant["stage"], rows["next_there"]),
    }
    columns |= {name: rows[name].dictionary_encode() for name in ("state", "team", "next_state", "next_team")}
    if pc.any(meant["is_unclear"]).as_py():
        is_unclear = pc.and_(meant["is_unclear"].take(rows["meaning"]), pc.equal(rows["state"], "waiting"))
        columns["is_unclear"] = pc.or_(is_unclear, rows["is_unclear"])
    found = pa.table({name: rows[name] for name in rows.column_names if name in VISITS.names} | columns)
    return shaped(found.append_column("kind", kinds(found, KIND_OF_VISIT)), VISITS)


def _said(names: pa.ChunkedArray, numbers: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return what is said of each meaning, by its number."""
    said, codes = coded(names)
    given = named(said, codes)
    return pa.DictionaryArray.from_arrays(given.indices.take(numbers.combine_chunks()), said, safe=False)


def _filled(sql: str, parts: Mapping[str, str]) -> str:
    for place, text in parts.items():
        sql = sql.replace(place, text)
    return sql
