"""What a metric is: a question, its formula, and the statement that yields the observations that answer it."""

from dataclasses import dataclass
from enum import Enum
from typing import Self

from streamgauge.facts.vanished import STATUS


class Shape(Enum):
    """How observations become one number. The words are those that a proof shows."""

    FREQUENCY = "count / days in the window"
    RATIO = "sum of values / sum of weights, 95 % interval by linearisation"
    EXCESS = "sum of values / sum of weights"
    MEDIAN = "median (linear percentile, Hyndman-Fan type 7)"
    RECOVERY = "Kaplan-Meier median, failures that are still open censored"
    SHARE = "sum of values / n, Wilson 95 % interval"
    INVENTORY = "count at the end of the window"
    COUNT = "count"
    TOTAL = "sum of values"
    MEAN = "mean, 95 % interval by its standard error"
    PRODUCT = "product of values"
    PROMISE = "percentile by nearest rank, so that at least that share of the values keeps it"
    LIKELIHOOD = "share of 1,000 resamples of whole items"


WEIGHTED = (Shape.RATIO, Shape.EXCESS)
"""Shapes whose observations have a weight."""


class Of(Enum):
    """Of what a number is, where it is not of the whole; the words are the options that name it."""

    STAGE = "--stage"
    TEAMS = "--from and --to, two teams"
    STATUSES = "--from and --to, two statuses"
    WAY = "--way"
    ITEM = "--item"


PAIRS = (Of.TEAMS, Of.STATUSES)
"""What takes two names."""


class Better(Enum):
    """In which direction a number improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric, as data.

    `sql` yields `slice, observed_at, value, evidence, release, detail, left_out` (`censored` for RECOVERY and `weight`
    for WEIGHTED shapes too) from the facts joined with `scope`, one row per candidate; `left_out` is null where the
    candidate counts. `source` names the definition. `series` replaces `sql` where months are counted otherwise.
    Where the number is `of` a stage, a way, or from one to the other, `place` and `towards` name them in each row, the
    second one null but for pairs.
    """

    name: str
    title: str
    asks: str
    formula: str
    leaves_out: str
    unit: str
    better: Better
    source: str
    shape: Shape
    sql: str
    sums: str = "hours"
    """Of a ratio, the unit of what is summed."""
    series: str | None = None
    caveats: tuple[str, ...] = ()
    """What a reader must know of the number of a past day."""
    is_cohort: bool = False
    """Whether a young cohort may still change (definitions 0.5), so that its value is provisional."""
    is_inferred: bool = False
    """Whether the verdict on releases enters, which plain version control only lets us infer."""
    follows_policy: bool = False
    """Whether the choice of changes (merges, reverts, bots) and of the clock's start applies."""
    needs: str | None = None
    """What it takes, of the company file or of the question; without that it is not shown."""
    has_months: bool = True
    """Whether it is told month by month; else only of the whole window, or of its end."""
    record_unit: str | None = None
    """In what the value of a single record is measured, where it is another unit than the whole."""
    of: Of | None = None
    given: str = ""
    """Tables between `scope` and the statement, which several statements share."""


SCOPE = """
SELECT get($line_ids, n) AS line_id, get($slices, n) AS slice, CAST(get($since, n) AS TIMESTAMPTZ) AS since,
       CAST(get($until, n) AS TIMESTAMPTZ) AS until, CAST(get($known_at, n) AS TIMESTAMPTZ) AS known_at,
       get($from_committed, n) AS from_committed, get($include_merges, n) AS include_merges,
       get($leave_out_reverts, n) AS leave_out_reverts, get($leave_out_bots, n) AS leave_out_bots,
       CAST(get($teams, n) AS STRING) AS team, CAST(get($types, n) AS STRING) AS type,
       CAST(get($streams, n) AS STRING) AS stream,
       CAST(get($from_stages, n) AS STRING) AS from_stage, CAST(get($to_stages, n) AS STRING) AS to_stage,
       get($initiative_days, n) AS initiative_days, get($unlinked_shares, n) AS unlinked_share
FROM (SELECT unnest(places($line_ids)) AS n) AS given
"""
"""One row per release line or dataset that is asked for, with the terms of the question."""

WANTED_ITEM = """(scope.team IS NULL OR f.team = scope.team) AND (scope.type IS NULL OR f.type = scope.type)
  AND (scope.stream IS NULL OR array_contains(f.streams, scope.stream))"""
"""Whether a flow item `f` is one that `scope` asks for."""

HAS_VANISHED = f"f.stage = '{STATUS}'"
"""Whether a flow item `f`, unfinished, vanished from its tool, which tells of no end."""
GIVEN_UP = f"(f.cancelled_at IS NOT NULL AND NOT {HAS_VANISHED})"
"""Whether a flow item `f` ended as cancelled."""

PRESENT = """(
  SELECT i.line_id, i.item, i.episode, i.title, i.level, i.parent, i.status, i.stage, i.state, i.left_truncated,
         i.entered_at,
         i.started_at, i.first_active_at, i.finished_at, coalesce(i.finished_at, i.cancelled_at) AS left_at,
         CASE WHEN h.item IS NULL THEN i.type ELSE h.type END AS type,
         CASE WHEN h.item IS NULL THEN i.team ELSE h.team END AS team,
         CASE WHEN h.item IS NULL THEN i.kind ELSE h.kind END AS kind,
         CASE WHEN h.item IS NULL THEN i.streams ELSE h.streams END AS streams,
         greatest(i.started_at, h.since) AS began_at,
         least(i.finished_at, i.cancelled_at, h.until) AS ended_at
  FROM flow_items AS i LEFT JOIN held AS h
    ON h.line_id = i.line_id AND h.item = i.item AND (h.until IS NULL OR h.until > i.started_at)
    AND (coalesce(i.finished_at, i.cancelled_at) IS NULL OR h.since < coalesce(i.finished_at, i.cancelled_at))
  WHERE i.started_at IS NOT NULL)"""
"""Work in progress: a row per span `[began_at, ended_at)` in which an item had one type and team, those of the time."""

_UP = "(SELECT source, repository, id, parent, level FROM items)"
_SAME = "{one}.source = {other}.source AND {one}.repository = {other}.repository AND {one}.id = {other}.parent"
INITIATIVES = f"""(
  SELECT s.line_id, i.id AS item,
         CASE WHEN a.level = 'initiative' THEN a.id WHEN b.level = 'initiative' THEN b.id
              WHEN c.level = 'initiative' THEN c.id WHEN d.level = 'initiative' THEN d.id
              ELSE coalesce(c.parent, b.parent, a.parent, i.parent) END AS initiative
  FROM {_UP} AS i JOIN datasets AS s ON s.source = i.source AND s.dataset = i.repository
  LEFT JOIN {_UP} AS a ON {_SAME.format(one="a", other="i")} LEFT JOIN {_UP} AS b ON {_SAME.format(one="b", other="a")}
  LEFT JOIN {_UP} AS c ON {_SAME.format(one="c", other="b")} LEFT JOIN {_UP} AS d ON {_SAME.format(one="d", other="c")}
  WHERE i.parent IS NOT NULL AND i.parent <> i.id AND s.line_id IN (SELECT line_id FROM scope))"""
"""What each item that has a parent is a part of: the nearest of four ancestors whose level is `initiative`, else the
furthest of them."""

HIGHER = "of a higher level: its parts count"
"""Why what has parts that count does not count itself."""
HIGHER_LEVEL = f"CASE WHEN f.level IN ('theme', 'initiative', 'epic') THEN '{HIGHER}' END"
"""Why a flow item `f` does not count beside its own parts; null where it does."""


END_NOT_TOLD = "WHEN f.left_truncated AND f.started_at IS NULL THEN 'nothing tells when it was done'"
"""Why a finished flow item `f` has no time of its end: all that is known of it is that it is done now."""


class Finished(str):
    """The statement for what a metric takes from each finished flow item `f`; all parts are our own SQL.

    It knows its parts, so that what many metrics take is read in one pass over the items.
    """

    value: str
    left_out: str
    weight: str | None

    def __new__(cls, value: str, left_out: str = HIGHER_LEVEL, weight: str | None = None) -> Self:
        """Return the statement: `left_out` is why an item does not count, null where it does."""
        weighted = f"{weight} AS weight, " if weight else ""
        made = super().__new__(
            cls,
            f"""
SELECT scope.slice, f.finished_at AS observed_at, {value} AS value, {weighted}
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail, {left_out} AS left_out
{FINISHED_ITEMS}
""",
        )
        made.value, made.left_out, made.weight = value, left_out, weight
        return made


FINISHED_ITEMS = f"""FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}"""
"""The finished flow items that are asked for."""


def span_of_finished(start: str, left_out: str) -> Finished:
    """Return the statement for the hours from an instant of finished flow items to their end; both are our own SQL."""
    return Finished(
        f"(unix_micros(f.finished_at) - unix_micros({start})) / 3.6e9",
        f"coalesce({HIGHER_LEVEL}, CASE {left_out} END)",
    )


def working_span_of_finished(start: str) -> str:
    """Return the statement for the working hours from an instant of finished flow items to their end.

    Each stay counts by the calendar of the team that had the item, also one that was over at once; `start` is our own
    SQL over a flow item `f`.
    """
    return f"""
SELECT scope.slice, f.finished_at AS observed_at, w.hours AS value,
       f.item AS evidence, CAST(NULL AS STRING) AS release, f.title AS detail,
       coalesce({HIGHER_LEVEL}, CASE WHEN f.left_truncated THEN 'begun before what the tool tells'
         WHEN {start} IS NULL OR {start} > f.finished_at THEN 'its start is not known'
         WHEN w.hours IS NULL THEN 'a team that had it has no calendar' END) AS left_out
FROM flow_items AS f JOIN scope ON scope.line_id = f.line_id
LEFT JOIN (
  SELECT f.line_id, f.item, f.episode, CASE WHEN count(w.item) = count(*) THEN sum(w.working_hours) END AS hours
  FROM flow_items AS f JOIN visits AS v ON v.line_id = f.line_id AND v.item = f.item
    AND v.entered_at >= {start} AND (v.entered_at < f.finished_at OR v.left_at = {start})
  LEFT JOIN working AS w ON w.line_id = v.line_id AND w.item = v.item AND w.ordinal = v.ordinal
  WHERE f.line_id IN (SELECT line_id FROM scope) GROUP BY f.line_id, f.item, f.episode) AS w
  ON w.line_id = f.line_id AND w.item = f.item AND w.episode = f.episode
WHERE f.finished_at IS NOT NULL AND {WANTED_ITEM}
"""


PULL_REQUEST = """concat(f.repository, '#', f.pull_request) AS evidence, f.deployment AS release, f.title AS detail"""
"""What names a pull request `f` in a proof."""

RUN = """concat(f.repository, ' ', f.build) AS evidence, CAST(NULL AS STRING) AS release,
       concat(f.pipeline, coalesce(concat(' on ', f.branch), '')) AS detail"""
"""What names a run `f` of a pipeline in a proof."""
SAYS_NOTHING = """CASE WHEN f.outcome IS NULL THEN 'no outcome: it still runs, or its tool says none'
       WHEN f.outcome NOT IN ('success', 'failure', 'timeout', 'startup failure') THEN f.outcome END"""
"""Why a run `f` has neither passed nor failed; null where it has."""


def span_of_pull_requests(start: str, end: str, left_out: str = "NULL", *, at: str = "f.merged_at") -> str:
    """Return the statement for the hours between two instants of pull requests that have come to `at`.

    All are our own SQL; `left_out` is why one has no such span, null where it has.
    """
    return f"""
SELECT scope.slice, {at} AS observed_at, (unix_micros({end}) - unix_micros({start})) / 3.6e9 AS value,
       {PULL_REQUEST}, coalesce(f.left_out, {left_out}) AS left_out
FROM pull_request_phases AS f JOIN scope ON scope.line_id = f.line_id
WHERE {at} IS NOT NULL AND {WANTED_ITEM}
"""


def share_of_kind(kind: str) -> Finished:
    """Return the statement for the share of finished flow items that are of one of our own four kinds."""
    return Finished(
        f"CASE WHEN f.kind = '{kind}' THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END",
        f"coalesce({HIGHER_LEVEL}, CASE WHEN f.kind IS NULL THEN 'its type is of no kind' END)",
    )


def time_share_of_kind(kind: str) -> Finished:
    """Return the statement for the share of the active time of finished flow items that went into one of our kinds."""
    return Finished(
        f"CASE WHEN f.kind = '{kind}' THEN f.active_hours ELSE CAST(0 AS DOUBLE) END",
        f"coalesce({HIGHER_LEVEL}, CASE WHEN f.kind IS NULL THEN 'its type is of no kind' END)",
        weight="f.active_hours",
    )


SHIPPED_CHANGE = """CASE
  WHEN NOT s.is_inside AND s.is_merge THEN 'merge commit: its files are not read, so that its place is unknown'
  WHEN NOT s.is_inside THEN 'outside of the service''s paths'
  WHEN s.is_cut THEN 'history cut: a shallow clone hides whether an earlier release had it'
  WHEN s.is_merge AND NOT scope.include_merges THEN 'merge commit'
  WHEN s.is_bot AND scope.leave_out_bots THEN 'bot'
END"""
"""Why a shipped change `s` does not count under the terms of `scope`, were it a revert or not; null where it counts."""

COUNTED_CHANGE = f"coalesce({SHIPPED_CHANGE}, CASE WHEN s.is_revert AND scope.leave_out_reverts THEN 'revert' END)"
"""The same where reverts may be left out."""
