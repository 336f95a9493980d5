"""What work counts as at a time: its type and kind, its team, and the value streams that it belongs to."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.records.record import UTC_INSTANT

HELD = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("since", UTC_INSTANT),
        pa.field("until", UTC_INSTANT),
        pa.field("type", pa.string()),
        pa.field("team", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
    ]
)
"""One row per span `[since, until)` in which an item that changed its type or team had these; others have no row.
`until` is null for what it has now.

What is in progress is told by the values of the day (definitions 0.2): an item without a row by those of `flow_items`.
"""

FIRST_FORMER = """nullif(min_by(coalesce(former_value, ''),
  unix_micros(happened_at) * 1000 + least(coalesce(sequence, 0), 999)), '')"""
"""Of the changes of one field of an item, what it was before the first; null where that does not tell."""
FAR = "TIMESTAMPTZ '9999-12-30'"
"""When what has no end ends."""


def spans(of: str, which: str) -> str:
    """Return the statement for what type and team items had, and from when until when.

    `of` are the columns that name an item, `which` says which transitions are meant. The first value has no beginning.
    """
    changes = f"""
SELECT {of}, field, value, former_value, happened_at AS since, lead(happened_at) OVER way AS until,
       row_number() OVER way AS nth
FROM transitions WHERE {which} AND field IN ('type', 'team')
WINDOW way AS (PARTITION BY {of}, field ORDER BY happened_at, coalesce(sequence, 0), id)
"""
    return f"""
SELECT {of}, field, value, since, until FROM ({changes}) AS c
UNION ALL
SELECT {of}, field, former_value, CAST(NULL AS TIMESTAMPTZ), since FROM ({changes}) AS c WHERE nth = 1
"""


def holds(span: str, at: str) -> str:
    """Return the condition that a span `[since, until)` holds at an instant."""
    return f"({span}.since IS NULL OR {span}.since <= {at}) AND ({span}.until IS NULL OR {at} < {span}.until)"


SPANS = spans("item", "source = $source AND repository = $repository")
"""The same of the items of one dataset."""

_EVER = "TIMESTAMPTZ '1000-01-01 00:00:00Z'"
_HELD = f"""WITH spans AS ({SPANS}),
bounded AS (
  SELECT item, field, value, coalesce(since, {_EVER}) AS since, until FROM spans),
points AS (
  SELECT item, since, lead(since) OVER (PARTITION BY item ORDER BY since) AS until
  FROM (SELECT DISTINCT item, since FROM bounded) AS p),
changing AS (
  SELECT item, bool_or(field = 'type') AS changes_type, bool_or(field = 'team') AS changes_team
  FROM spans GROUP BY item)
SELECT $line AS line_id, p.item, p.since, p.until,
       CASE WHEN c.changes_type THEN t.value ELSE i.type END AS type,
       CASE WHEN c.changes_team THEN o.value ELSE i.team END AS team
FROM points AS p JOIN changing AS c ON c.item = p.item
LEFT JOIN (SELECT id, type, team FROM items WHERE source = $source AND repository = $repository) AS i ON i.id = p.item
LEFT JOIN bounded AS t ON t.item = p.item AND t.field = 'type' AND t.since <= p.since
  AND (t.until IS NULL OR p.since < t.until)
LEFT JOIN bounded AS o ON o.item = p.item AND o.field = 'team' AND o.since <= p.since
  AND (o.until IS NULL OR p.since < o.until)
"""
TYPES = """
SELECT type FROM items WHERE source = $source AND repository = $repository AND type IS NOT NULL
UNION SELECT value FROM transitions
WHERE source = $source AND repository = $repository AND field = 'type' AND value IS NOT NULL
UNION SELECT former_value FROM transitions
WHERE source = $source AND repository = $repository AND field = 'type' AND former_value IS NOT NULL
"""
"""The types that items of one dataset ever had."""

_KINDS = """
WITH told AS ({told}),
kinds AS (
  SELECT CAST(get($kind_types, n) AS STRING) AS type, CAST(get($kinds, n) AS STRING) AS kind
  FROM (SELECT unnest(places($kinds)) AS n) AS given)"""
_COUNTED = f"""{_KINDS},
rules AS (
  SELECT CAST(get($rule_streams, n) AS STRING) AS stream, CAST(get($rule_teams, n) AS STRING) AS team,
         CAST(get($rule_labels, n) AS STRING) AS label
  FROM (SELECT unnest(places($rule_streams)) AS n) AS given),
marked AS (
  SELECT DISTINCT l.item, r.stream, r.team
  FROM (SELECT id AS item, explode(labels) AS label FROM items
        WHERE source = $source AND repository = $repository AND $has_labels) AS l
  JOIN rules AS r ON r.label = lower(l.label)),
matched AS (
  SELECT t.item, t.{{part}}, m.stream FROM told AS t
  JOIN marked AS m ON m.item = t.item AND (m.team IS NULL OR m.team = lower(t.team))
  UNION
  SELECT t.item, t.{{part}}, r.stream FROM told AS t
  JOIN (SELECT DISTINCT stream, team FROM rules WHERE label IS NULL) AS r ON r.team IS NULL OR r.team = lower(t.team)),
streams AS (
  SELECT item, {{part}}, list(stream ORDER BY stream) FILTER (WHERE stream IS NOT NULL) AS streams
  FROM matched GROUP BY item, {{part}})
SELECT told.*, k.kind, s.streams
FROM told LEFT JOIN kinds AS k ON k.type = told.type
LEFT JOIN streams AS s ON s.item = told.item AND s.{{part}} = told.{{part}}
"""
_ALONE = f"""{_KINDS}
SELECT told.*, k.kind, CAST(NULL AS VARCHAR[]) AS streams FROM told LEFT JOIN kinds AS k ON k.type = told.type
"""


def counted(told: str, part: str) -> str:
    """Return a statement with the columns `kind` and `streams` behind those of `told`.

    It has `item`, `type` and `team`; `part` is the column that tells the rows of one item apart. Needs `terms`.
    """
    return _COUNTED.replace("{told}", told).replace("{part}", part)


def alone(told: str) -> str:
    """Return the same where no value stream is told of, for the engine in this process."""
    return _ALONE.replace("{told}", told)


HELD_STATEMENT = counted(_HELD, "since")
"""Yields the columns of HELD of one dataset."""


def terms(company: Company, dataset: str, types: list[str]) -> dict[str, Any]:
    """Return what `counted` takes as parameters: the kind of each type, and the rules of the value streams."""
    kinds = {one: kind for one in types if (kind := company.kinds.of(one)) is not None}
    rules = list(_rules(company, dataset))
    return {
        "kind_types": list(kinds),
        "kinds": list(kinds.values()),
        "rule_streams": [stream for stream, _, _ in rules],
        "rule_teams": [team for _, team, _ in rules],
        "rule_labels": [label for _, _, label in rules],
        "has_labels": any(label is not None for _, _, label in rules),
    }


def _rules(company: Company, dataset: str) -> Iterator[tuple[str, str | None, str | None]]:
    for stream in company.value_streams:
        if stream.datasets and dataset not in stream.datasets:
            continue
        for team in stream.teams or (None,):
            for label in stream.labels or (None,):
                yield stream.name, team and team.lower(), label and label.lower()
