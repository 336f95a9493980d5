"""Flags: when something that a tool sets beside the status says that an item is held up (definitions 2.0)."""

from streamgauge.company.clarification import says_so

FIELDS = "('flag', 'blocked')"
"""The fields of transitions that say so."""
SAYS_BLOCKED = """coalesce(lower(trim({value})) NOT IN
  ('', 'false', 'f', 'no', 'n', 'off', '0', 'none', 'null', '[]', 'unblocked', 'unflagged', 'not blocked', 'nein',
   'non', 'nee', 'nej', 'não', 'nao', 'nie', 'нет', 'いいえ', '否'), FALSE)"""
"""Whether the value of a flag says that an item is blocked."""

_UNCLEAR = says_so("value")


def raised(rows: str, of: str = "item") -> str:
    """Return the statement for how many flags of an item are set from each of their changes on, and until when.

    `rows` yields the changes: the columns `of` that name the item, `flag`, which tells its flags apart, `happened_at`,
    `sequence`, `id` and `value`. It yields `since`, `until` (null after the last), `is_blocked` and `was_blocked`, and
    `is_unclear` where the text of one that is set says that clarification is wanted.
    """
    order = "ORDER BY happened_at, coalesce(sequence, 0), id"
    return f"""
SELECT {of}, happened_at AS since, level > 0 AS is_blocked, unclear > 0 AS is_unclear,
       lead(happened_at) OVER (PARTITION BY {of} {order}) AS until,
       coalesce(lag(level) OVER (PARTITION BY {of} {order}) > 0, FALSE) AS was_blocked
FROM (
  SELECT *, sum(step) OVER so_far AS level, sum(turn) OVER so_far AS unclear
  FROM (
    SELECT *, is_set - coalesce(lag(is_set) OVER one, 0) AS step, asks - coalesce(lag(asks) OVER one, 0) AS turn
    FROM (SELECT *, CASE WHEN {_UNCLEAR} THEN is_set ELSE 0 END AS asks
          FROM (SELECT *, CASE WHEN {SAYS_BLOCKED.replace("{value}", "value")} THEN 1 ELSE 0 END AS is_set
                FROM ({rows}) AS r) AS s) AS a
    WINDOW one AS (PARTITION BY {of}, flag {order})) AS c
  WINDOW so_far AS (PARTITION BY {of} {order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS l
"""


def blocked(*, has_others: bool) -> str:
    """Return the statement for the spans in which an item of a dataset carried a flag that says that it is blocked.

    `has_others` says that other tools tell of its items too: each has flags of its own.
    """
    flag = "concat(t.field, ' ', coalesce(r.tool, ''))" if has_others else "t.field"
    others = "LEFT JOIN tool_rows AS r ON r.item = t.item AND r.id = t.id" if has_others else ""
    changes = f"""
SELECT t.item, {flag} AS flag, t.happened_at, t.sequence, t.id, t.value FROM transitions AS t {others}
WHERE t.source = $source AND t.repository = $repository AND t.field IN {FIELDS}"""
    return f"SELECT item, since, until, is_unclear FROM ({raised(changes)}) AS f WHERE is_blocked"
