"""Event logs in several exports: what of a case goes on from what is kept already, and what stands in its place."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.sources.files.event_log import TEAM, TEAM_MARK

_KEPT = """
  SELECT item, id, field, value, former_value, happened_at, lifecycle, team, actor, sequence, repeats,
         TRY_CAST(substr(id, length(item) + 2) AS BIGINT) AS ordinal
  FROM transitions
  WHERE source = 'files' AND repository = $repository AND field = 'status' AND starts_with(id, item || '#')
"""
_TEAMS = """
  SELECT f.item, max_by(t.team, row(t.happened_at, t.field, t.id)) AS team
  FROM firsts AS f JOIN transitions AS t ON t.item = f.item AND t.happened_at < f.first_at
  WHERE t.source = 'files' AND t.repository = $repository AND t.field IN ('status', 'team') AND t.team IS NOT NULL
  GROUP BY f.item
"""
# An export that begins after what is there goes on from it; one that begins with an event that is there stands in its
# place from that event on. Any other one tells the whole case, and so does one that reaches back to where all begins.
# In a log of states the first row of an export may say again what the case is in: it goes on from where that began.
BEFORE = f"""
WITH kept AS ({_KEPT}), beside AS (
  SELECT f.item, coalesce(f.last_at < min(t.happened_at), FALSE) AS is_earlier,
         CASE WHEN max(t.happened_at) < f.first_at THEN max(t.ordinal) END AS all_before,
         min(CASE WHEN t.happened_at = f.first_at AND t.value = f.first_value THEN t.ordinal END) AS same,
         max(CASE WHEN t.happened_at < f.first_at THEN t.ordinal END) AS held,
         max_by(t.value, t.ordinal) FILTER (WHERE t.happened_at < f.first_at) = f.first_value AND $merged AS is_held
  FROM firsts AS f JOIN kept AS t ON t.item = f.item
  GROUP BY f.item, f.first_at, f.first_value, f.last_at
), found AS (
  SELECT item, is_earlier, same IS NULL AND coalesce(is_held, FALSE) AS repeats,
         CASE WHEN same IS NOT NULL THEN same WHEN is_held THEN held ELSE all_before + 1 END - 1 AS events_before
  FROM beside
), beginning AS (
  SELECT coalesce((SELECT min(first_at) FROM firsts) <= min(k.happened_at), FALSE) AS is_reached
  FROM kept AS k LEFT JOIN found ON found.item = k.item
  WHERE coalesce(found.events_before, 0) <= 0 AND NOT coalesce(found.repeats, FALSE)
), teams AS ({_TEAMS})
SELECT found.item, CASE WHEN is_reached THEN 0 ELSE coalesce(events_before, 0) END AS events_before, is_earlier,
       repeats AND NOT is_reached AS repeats, teams.team
FROM beginning, found LEFT JOIN teams ON teams.item = found.item
WHERE ((events_before > 0 OR repeats) AND NOT is_reached) OR is_earlier
"""
"""Yields the cases that go on, each with how many of its events come before, whether its first event only `repeats` the
state that it is in, and the team that it then had; and those that end before what is there of them begins
(`is_earlier`), of which none does."""
BEFORE_SINCE = f"""
WITH kept AS ({_KEPT}), held AS (
  SELECT f.item, max(k.ordinal) AS events, $merged AND max_by(k.value, k.ordinal) = f.first_value AS repeats
  FROM firsts AS f JOIN kept AS k ON k.item = f.item AND k.happened_at < f.first_at AND k.happened_at <= $since
  GROUP BY f.item, f.first_value
), teams AS ({_TEAMS})
SELECT held.item, events - CAST(repeats AS BIGINT) AS events_before, FALSE AS is_earlier, repeats, teams.team
FROM held LEFT JOIN teams ON teams.item = held.item
"""
"""Yields the same of an export that tells all from a time on: what happened before it goes before its events."""
AFTER = f"""
WITH kept AS ({_KEPT}), lasts AS (
  SELECT f.item, f.last_at, f.last_value,
         max(CASE WHEN k.happened_at = f.last_at AND k.value = f.last_value THEN k.ordinal END) AS last_place
  FROM firsts AS f JOIN kept AS k ON k.item = f.item GROUP BY f.item, f.last_at, f.last_value
)
SELECT kept.*, lasts.last_value FROM lasts JOIN kept ON kept.item = lasts.item
WHERE kept.happened_at >= $until
  AND (kept.happened_at > lasts.last_at OR kept.happened_at = lasts.last_at AND kept.ordinal > lasts.last_place)
ORDER BY kept.item, kept.ordinal
"""
"""Yields the kept events of these cases that happened after the last one of an export, and its time, in order."""
BESIDE = f"""
WITH kept AS ({_KEPT})
SELECT kept.*, kept.happened_at > f.last_at AS is_later FROM kept JOIN firsts AS f ON f.item = kept.item
WHERE NOT EXISTS (
  SELECT 1 FROM given AS g WHERE g.item = kept.item AND g.value = kept.value AND g.happened_at = kept.happened_at
    AND coalesce(g.lifecycle, '') = coalesce(kept.lifecycle, ''))
ORDER BY kept.item, kept.ordinal
"""
"""Yields the kept events of these cases that are not among those `given`, and whether each came after the last one."""
TEAMS_GONE = f"""
SELECT id FROM transitions AS t
WHERE t.source = 'files' AND t.repository = $repository AND t.field = 'team'
  AND starts_with(t.id, t.item || '{TEAM_MARK}')
  AND EXISTS (SELECT 1 FROM present AS p WHERE p.item = t.item AND p.first_at <= t.happened_at)
  AND t.happened_at <= coalesce(CAST($until AS TIMESTAMPTZ), t.happened_at)
  AND NOT EXISTS (SELECT 1 FROM present AS p WHERE p.id = t.id)
"""
"""Yields the changes of team that an export no longer has, of those from its first event of the case to its end."""


def firsts(events: pa.Table, counts: pa.Table) -> pa.Table:
    """Return the first and the last event of each case, when and what; `events` are in the order of `counts`."""
    sizes = np.asarray(counts["events"])
    first, last = (events.take(pa.array(np.cumsum(sizes) - back)) for back in (sizes, 1))
    told = {"item": first["item"], "first_at": first["happened_at"], "first_value": first["value"]}
    return pa.table({**told, "last_at": last["happened_at"], "last_value": last["value"]})


def moved(events: pa.Table, counts: pa.Table, before: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the events with their numbers raised by those `before` them in their case, and the counts with these.

    Changes of team, which stand below the events, are not numbered.
    """
    known = dict(zip(before["item"].to_pylist(), before["events_before"].to_pylist(), strict=True))
    shift = np.array([known.get(item, 0) for item in counts["item"].to_pylist()], np.int64)
    sizes = np.asarray(counts["events"])
    events, others = events.slice(0, int(sizes.sum())), events.slice(int(sizes.sum()))
    place = _places(sizes)
    ordinal = pa.array(place + np.repeat(shift, sizes))
    ids = pc.binary_join_element_wise(events["item"], ordinal.cast(pa.string()), "#")
    raised = events.set_column(events.schema.get_field_index("id"), "id", ids)
    if np.array_equal(np.asarray(events["sequence"]), place):
        raised = raised.set_column(raised.schema.get_field_index("sequence"), "sequence", ordinal)
    return pa.concat_tables([raised, others]), counts.set_column(
        counts.schema.get_field_index("events"), "events", pa.array(sizes + shift)
    )


def unrepeated(events: pa.Table, counts: pa.Table, before: pa.Table) -> pa.Table:
    """Return the events without the first of each case that repeats its state, and with the changes of team since.

    `counts` are those of the export itself, in the order of its events.
    """
    then = {row["item"]: row["team"] for row in before.to_pylist() if row["events_before"] or row["repeats"]}
    again = set(before.filter(before["repeats"])["item"].to_pylist())
    items, sizes = counts["item"].to_pylist(), np.asarray(counts["events"])
    first = np.cumsum(sizes) - sizes
    rows = events.take(pa.array(first[np.array([item in then for item in items], bool)]))
    kept = np.ones(len(events), bool)
    kept[first[np.array([item in again for item in items], bool)]] = False
    events = events.filter(pa.array(kept))
    return pa.concat_tables([events, _of_teams(rows, events, then)], promote_options="default")


def followed(events: pa.Table, counts: pa.Table, after: pa.Table, *, merged: bool) -> tuple[pa.Table, pa.Table]:
    """Return the events with those that come `after` them in their case, numbered on, and the counts with these.

    In a log of states the first of these may say again what the case is in: then it is no event, but by then the case
    may be another team's.
    """
    item = after["item"].to_pylist()
    begins = np.array([place == 0 or item[place - 1] != one for place, one in enumerate(item)], bool)
    again = begins & np.asarray(pc.fill_null(pc.equal(after["value"], after["last_value"]), False)) & merged
    kept = after.filter(pa.array(~again))
    total = dict(zip(counts["item"].to_pylist(), counts["events"].to_pylist(), strict=True))
    ordinal = []
    for one in kept["item"].to_pylist():
        total[one] += 1
        ordinal.append(total[one])
    made = _numbered(kept.drop_columns(["last_value"]), pa.array(ordinal, pa.int64()))
    changes = _of_teams(after.filter(pa.array(begins)), events, _last_teams(events)) if merged else events.slice(0, 0)
    raised = pa.array([total[one] for one in counts["item"].to_pylist()], pa.int64())
    return (
        pa.concat_tables([events, made, changes], promote_options="default"),
        counts.set_column(counts.schema.get_field_index("events"), "events", raised),
    )


def united(events: pa.Table, counts: pa.Table, beside: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the events with those `beside` them in their case, numbered by time, and the counts with these."""
    sizes = np.asarray(counts["events"])
    own, others = events.slice(0, int(sizes.sum())), events.slice(int(sizes.sum()))
    own = own.append_column("ordinal", pa.array(_places(sizes)))
    both = pa.concat_tables([own, beside.drop_columns(["is_later"])], promote_options="default")
    both = both.sort_by([("item", "ascending"), ("happened_at", "ascending"), ("ordinal", "ascending")])
    item = both["item"].combine_chunks().dictionary_encode()
    sizes = np.bincount(np.asarray(item.indices), minlength=len(item.dictionary))
    made = _numbered(both, pa.array(_places(sizes)))
    counts = pa.table({"item": item.dictionary, "events": pa.array(sizes)})
    return pa.concat_tables([made, others], promote_options="default"), counts


def _places(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the place of each event in its case, from 1, of cases of these sizes one after the other."""
    return np.arange(1, int(sizes.sum()) + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _numbered(events: pa.Table, number: pa.Array) -> pa.Table:
    """Return events with their places in their cases in the place of the `ordinal` that they had."""
    ids = pc.binary_join_element_wise(events["item"], number.cast(pa.string()), "#")
    sequence = pc.if_else(pc.equal(events["sequence"], events["ordinal"]), number, events["sequence"])
    for name, column in (("id", ids), ("sequence", sequence)):
        events = events.set_column(events.schema.get_field_index(name), name, column)
    return events.drop_columns(["ordinal"])


def _last_teams(events: pa.Table) -> dict[str, str | None]:
    """Return the team that each case has at the end of these events."""
    if "team" not in events.column_names:
        return {}
    told = events.filter(pc.is_valid(events["team"])).sort_by([("item", "ascending"), ("happened_at", "ascending")])
    return dict(zip(told["item"].to_pylist(), told["team"].to_pylist(), strict=True))


def _of_teams(rows: pa.Table, events: pa.Table, then: dict[str, str | None]) -> pa.Table:
    """Return the changes of team of these first rows, beside those that the events have, from what each was `then`."""
    if "team" not in rows.column_names:
        return events.slice(0, 0)
    rows = rows.append_column("then", pa.array([then.get(item) for item in rows["item"].to_pylist()], pa.string()))
    rows = rows.filter(pc.fill_null(pc.not_equal(rows["team"], rows["then"]), False))
    at = pc.strftime(rows["happened_at"], format="%Y-%m-%dT%H:%M:%SZ")
    changes: dict[str, Any] = {
        "id": pc.binary_join_element_wise(rows["item"], pa.scalar(TEAM_MARK), at, ""),
        "item": rows["item"],
        "field": pa.array([TEAM] * len(rows), pa.string()),
        "value": rows["team"],
        "former_value": rows["then"],
        "happened_at": rows["happened_at"],
        "team": rows["team"],
    }
    changes |= {"actor": rows["actor"]} if "actor" in rows.column_names else {}
    made = pa.table(changes)
    return made.filter(pc.invert(pc.is_in(made["id"], value_set=events["id"].combine_chunks())))


def teams_present(first: pa.Table, events: pa.Table) -> pa.Table:
    """Return the first time of each case of an export, and the changes of team that it has, for `TEAMS_GONE`."""
    changes = events.filter(pc.equal(events["field"], TEAM)).select(["item", "id"])
    return pa.concat_tables([first.select(["item", "first_at"]), changes], promote_options="default")
