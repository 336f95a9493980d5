"""Pull requests with the instants that part their lead time into phases (definitions 3.1)."""

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.facts.belonging import FAR, holds, spans
from streamgauge.facts.deliveries import IN_PRODUCTION
from streamgauge.records.record import UTC_INSTANT

PULL_REQUEST_PHASES = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("repository", pa.string()),
        pa.field("pull_request", pa.string()),
        pa.field("title", pa.string()),
        pa.field("service", pa.string()),
        pa.field("team", pa.string()),
        pa.field("type", pa.string()),
        pa.field("streams", pa.list_(pa.string())),
        pa.field("item", pa.string()),
        pa.field("author", pa.string()),
        pa.field("is_bot", pa.bool_()),
        pa.field("created_at", UTC_INSTANT),
        pa.field("started_at", UTC_INSTANT),
        pa.field("ready_at", UTC_INSTANT),
        pa.field("first_review_at", UTC_INSTANT),
        pa.field("approved_at", UTC_INSTANT),
        pa.field("change", pa.string()),
        pa.field("merged_at", UTC_INSTANT),
        pa.field("closed_at", UTC_INSTANT),
        pa.field("deployed_at", UTC_INSTANT),
        pa.field("deployment", pa.string()),
        pa.field("delivered_by", pa.string()),
        pa.field("start_clamped", pa.bool_()),
        pa.field("reviews", pa.int64()),
        pa.field("comments", pa.int64()),
        pa.field("lines", pa.int64()),
        pa.field("files", pa.int64()),
        pa.field("commits", pa.int64()),
        pa.field("left_out", pa.string()),
    ]
)
"""One row per pull request. Each phase lies between two of its instants, so that the phases sum to the lead time:
coding `started_at` to `ready_at`, pickup to `first_review_at`, review to `approved_at`, merge to `merged_at`, waiting
for release to `deployed_at`.

`started_at` is the earliest commit's author time, or `ready_at` where that is earlier; where it lies more than 180 days
before the creation or after the merge it is the creation and `start_clamped`; null where no commit is known. `ready_at`
is when it was first ready for review. Reviews are those of people other than the author, before the end: without one,
`first_review_at` and `approved_at` are null. `approved_at` is the last approval that still stood.
`change` is the commit that it became, else its own last one. `deployed_at` is the
first delivery that contains it, `delivered_by` deployments to production where there are any of this code, else by
releases. `service`, `team` and `type` are those of the work item that it names, at the merge; `streams` are the
value streams that these belong to. `left_out` says why it counts nowhere: made by a machine, or instants in an
impossible order.
"""

_TEXT = "replace(lower(trim(r.state)), '_', ' ')"
_PULLS = """
SELECT s.line_id, s.service AS set_service, p.source, p.repository, p.id, p.title, p.author, p.is_bot, p.created_at,
       p.first_commit_at, p.ready_at, p.commits, p.issue_keys, p.added_lines, p.deleted_lines, p.changed_files,
       p.labels,
       coalesce(p.merged_at, CASE WHEN lower(p.state) = 'merged' THEN p.closed_at END) AS merged_at,
       coalesce(p.closed_at, p.merged_at) AS closed_at, lower(p.state) AS state,
       coalesce(p.merge_commit, get(p.commits, size(p.commits) - 1)) AS change
FROM pull_requests AS p JOIN sets AS s ON s.source = p.source AND s.repository = p.repository
"""
# A file of reviews may be a dataset of its own: it then speaks of the only pull request of that number.
_REVIEW = "r.id, r.reviewer, r.submitted_at, r.comments, r.state, r.is_bot, r.is_author"
_SAID = f"""
SELECT p.line_id, p.id AS pull_request, {_REVIEW}
FROM reviews AS r JOIN pulls AS p ON p.source = r.source AND p.repository = r.repository AND p.id = r.pull_request
UNION ALL
SELECT p.line_id, p.id AS pull_request, {_REVIEW}
FROM reviews AS r
ANTI JOIN pull_requests AS own ON own.source = r.source AND own.repository = r.repository
JOIN (SELECT source, id, min(line_id) AS line_id FROM pulls GROUP BY source, id HAVING count(*) = 1) AS p
  ON p.source = r.source AND p.id = r.pull_request
"""
_AT_MERGE = f"coalesce(p.merged_at, {FAR})"
_HELD_IN = """
SELECT p.line_id, p.id, k.whole_kind, k.whole, k.repository
FROM pulls AS p JOIN contains AS k ON k.part = p.id AND k.source = p.source AND k.repository = p.repository
WHERE k.part_kind = 'pull request'
"""
_DELIVERED = f"""
SELECT p.line_id, p.id, c.service, c.deployed_at, c.deployment, 1 AS rank
FROM pulls AS p JOIN carried AS c ON c.change = p.change
UNION ALL
SELECT p.line_id, p.id, d.service, d.finished_at, d.id, 1
FROM pulls AS p JOIN deploys AS d ON d.commit = p.change WHERE {IN_PRODUCTION}
UNION ALL
SELECT k.line_id, k.id, d.service, d.finished_at, d.id, 1
FROM held_in AS k JOIN deploys AS d ON d.id = k.whole WHERE k.whole_kind = 'deployment' AND {IN_PRODUCTION}
UNION ALL
SELECT k.line_id, k.id, d.service, d.finished_at, d.id, 1
FROM held_in AS k JOIN deploys AS d ON d.release = k.whole AND d.repository = k.repository
WHERE k.whole_kind = 'release' AND {IN_PRODUCTION}
UNION ALL
SELECT p.line_id, p.id, l.service, s.deployed_at, s.deployment, 2
FROM pulls AS p JOIN shipped AS s ON s.change = p.change AND s.is_inside
JOIN lines AS l ON l.line_id = s.line_id AND l.proxy <> 'merges to the default branch'
WHERE s.deployed_at <= $known_at
UNION ALL
SELECT k.line_id, k.id, CAST(NULL AS STRING), e.released_at, e.id, 2
FROM held_in AS k JOIN releases AS e ON e.id = k.whole AND e.repository = k.repository
WHERE k.whole_kind = 'release' AND e.released_at <= $known_at
"""

STATEMENT = f"""
WITH pulls AS ({_PULLS}),
keyed AS (
  SELECT k.line_id, k.id, i.source, i.repository, i.id AS item, i.team, i.type, i.service, i.labels,
         row_number() OVER (PARTITION BY k.line_id, k.id ORDER BY i.source, i.repository, i.id) AS place
  FROM (SELECT line_id, id, explode(issue_keys) AS item FROM pulls) AS k JOIN items AS i ON i.id = k.item),
held AS ({spans("source, repository, item", "TRUE")}),
linked AS (
  SELECT p.line_id, p.id, k.item, k.repository AS dataset,
         CASE WHEN count(t.item) = 0 THEN min(k.team) ELSE min(t.value) END AS team,
         CASE WHEN count(y.item) = 0 THEN min(k.type) ELSE min(y.value) END AS type, min(k.service) AS service
  FROM pulls AS p JOIN keyed AS k ON k.line_id = p.line_id AND k.id = p.id AND k.place = 1
  LEFT JOIN held AS t ON t.source = k.source AND t.repository = k.repository AND t.item = k.item AND t.field = 'team'
    AND {holds("t", _AT_MERGE)}
  LEFT JOIN held AS y ON y.source = k.source AND y.repository = k.repository AND y.item = k.item AND y.field = 'type'
    AND {holds("y", _AT_MERGE)}
  GROUP BY p.line_id, p.id, k.item, k.repository),
said AS (
  SELECT r.line_id, r.pull_request, r.id, coalesce(r.reviewer, r.id) AS reviewer, r.submitted_at,
         coalesce(r.comments, 0) AS comments, {_TEXT} AS state
  FROM ({_SAID}) AS r JOIN pulls AS p ON p.line_id = r.line_id AND p.id = r.pull_request
  WHERE NOT r.is_bot AND NOT r.is_author AND (p.author IS NULL OR r.reviewer IS DISTINCT FROM p.author)
    AND (p.merged_at IS NULL OR r.submitted_at <= p.merged_at) AND {_TEXT} <> 'pending'),
standing AS (
  SELECT *, row_number() OVER (PARTITION BY line_id, pull_request, reviewer
                               ORDER BY submitted_at DESC, id DESC) AS place
  FROM said WHERE state IN ('approved', 'changes requested', 'dismissed')),
reviewed AS (
  SELECT s.line_id, s.pull_request, min(s.submitted_at) AS first_review_at, count(*) AS reviews,
         sum(s.comments) AS comments, max(a.submitted_at) AS approved_at
  FROM said AS s LEFT JOIN (SELECT * FROM standing WHERE place = 1 AND state = 'approved') AS a
    ON a.line_id = s.line_id AND a.pull_request = s.pull_request AND a.id = s.id
  GROUP BY s.line_id, s.pull_request),
written AS (
  SELECT w.line_id, w.id, min(c.authored_at) AS authored_at
  FROM (SELECT line_id, id, explode(commits) AS commit FROM pulls WHERE first_commit_at IS NULL
        UNION SELECT p.line_id, p.id, k.part FROM pulls AS p JOIN contains AS k
          ON k.whole_kind = 'pull request' AND k.whole = p.id AND k.part_kind = 'commit' AND k.source = p.source
          AND k.repository = p.repository WHERE p.first_commit_at IS NULL) AS w
  JOIN commits AS c ON c.id = w.commit GROUP BY w.line_id, w.id),
held_in AS ({_HELD_IN}),
delivered AS ({_DELIVERED}),
ranked AS (SELECT line_id, min(rank) AS rank FROM delivered GROUP BY line_id),
owners AS (SELECT DISTINCT d.line_id, d.service FROM delivered AS d
           JOIN ranked AS r ON r.line_id = d.line_id AND r.rank = d.rank WHERE d.service IS NOT NULL),
shown AS (
  SELECT p.*, coalesce(l.service, p.set_service) AS service, l.team, l.type, l.item, l.dataset,
         v.first_review_at, v.approved_at, coalesce(v.reviews, 0) AS reviews, coalesce(v.comments, 0) AS comments,
         coalesce(p.first_commit_at, w.authored_at) AS authored_at,
         CASE WHEN p.ready_at IS NULL OR p.ready_at > coalesce(v.first_review_at, p.merged_at)
                OR p.ready_at < p.created_at THEN p.created_at ELSE p.ready_at END AS ready
  FROM pulls AS p
  LEFT JOIN linked AS l ON l.line_id = p.line_id AND l.id = p.id
  LEFT JOIN reviewed AS v ON v.line_id = p.line_id AND v.pull_request = p.id
  LEFT JOIN written AS w ON w.line_id = p.line_id AND w.id = p.id),
rules AS (
  SELECT CAST(get($rule_streams, n) AS STRING) AS stream, CAST(get($rule_datasets, n) AS STRING) AS dataset,
         CAST(get($rule_teams, n) AS STRING) AS team, CAST(get($rule_labels, n) AS STRING) AS label
  FROM (SELECT unnest(places($rule_streams)) AS n) AS given),
labelled AS (
  SELECT DISTINCT line_id, id, lower(label) AS label
  FROM (SELECT line_id, id, explode(labels) AS label FROM pulls
        UNION ALL SELECT line_id, id, explode(labels) FROM keyed WHERE place = 1) AS l),
streamed AS (
  SELECT line_id, id, list(stream ORDER BY stream) FILTER (WHERE stream IS NOT NULL) AS streams
  FROM (SELECT DISTINCT p.line_id, p.id, r.stream
        FROM shown AS p JOIN rules AS r ON (r.dataset IS NULL OR r.dataset = p.dataset OR r.dataset = p.repository)
          AND (r.team IS NULL OR r.team = lower(p.team))
        LEFT JOIN labelled AS m ON m.line_id = p.line_id AND m.id = p.id AND m.label = r.label
        WHERE r.label IS NULL OR m.label IS NOT NULL) AS r
  GROUP BY line_id, id),
clamped AS (
  SELECT *, coalesce(unix_micros(created_at) - unix_micros(authored_at) > 180 * 86400000000
                     OR authored_at > merged_at, FALSE) AS start_clamped
  FROM shown),
brought AS (
  SELECT p.line_id, p.id, d.deployed_at, d.deployment,
         CASE WHEN d.rank = 1 THEN 'deployments' ELSE 'releases' END AS delivered_by,
         row_number() OVER (PARTITION BY p.line_id, p.id ORDER BY d.deployed_at, d.deployment) AS place
  FROM shown AS p JOIN ranked AS r ON r.line_id = p.line_id
  JOIN delivered AS d ON d.line_id = p.line_id AND d.id = p.id AND d.rank = r.rank
  LEFT JOIN owners AS o ON o.line_id = p.line_id AND o.service = p.service
  WHERE o.service IS NULL OR d.service = o.service)
SELECT c.line_id, c.repository, c.id AS pull_request, c.title, c.service, c.team, c.type, t.streams, c.item, c.author,
       c.is_bot, c.created_at,
       CASE WHEN c.start_clamped THEN c.created_at
                          WHEN c.authored_at IS NOT NULL THEN least(c.authored_at, c.ready) END AS started_at,
       c.ready AS ready_at, c.first_review_at, c.approved_at, c.change, c.merged_at,
       CASE WHEN c.merged_at IS NULL THEN coalesce(c.closed_at, CASE WHEN c.state IN ('closed', 'declined', 'abandoned')
                                                                     THEN c.created_at END)
            ELSE c.merged_at END AS closed_at,
       CASE WHEN c.merged_at IS NOT NULL THEN b.deployed_at END AS deployed_at,
       CASE WHEN c.merged_at IS NOT NULL THEN b.deployment END AS deployment,
       CASE WHEN c.merged_at IS NOT NULL THEN b.delivered_by END AS delivered_by, c.start_clamped,
       CAST(c.reviews AS BIGINT) AS reviews, CAST(c.comments AS BIGINT) AS comments,
       CASE WHEN c.added_lines IS NOT NULL OR c.deleted_lines IS NOT NULL
            THEN coalesce(c.added_lines, 0) + coalesce(c.deleted_lines, 0) END AS lines,
       c.changed_files AS files, CAST(size(c.commits) AS BIGINT) AS commits,
       CASE WHEN c.is_bot THEN 'made by a machine'
            WHEN c.first_review_at < c.ready THEN 'impossible: reviewed before it was opened'
            WHEN c.merged_at < c.ready THEN 'impossible: merged before it was opened'
            WHEN b.deployed_at < c.merged_at THEN 'impossible: delivered before it was merged' END AS left_out
FROM clamped AS c LEFT JOIN brought AS b ON b.line_id = c.line_id AND b.id = c.id AND b.place = 1
LEFT JOIN streamed AS t ON t.line_id = c.line_id AND t.id = c.id
"""
"""Yields the rows of PULL_REQUEST_PHASES for the code sets in `sets`; `carried` holds the deployments of each change.

`$known_at` is the moment whose knowledge counts; the rules of the value streams come from `rules`.
"""

CHANGES = f"SELECT DISTINCT change FROM ({_PULLS}) AS p WHERE change IS NOT NULL AND merged_at IS NOT NULL"
"""The commits whose delivery is looked for."""


def rules(company: Company) -> dict[str, list[str | None]]:
    """Return the parameters that say which value streams a dataset, team or label belongs to."""
    found = [
        (stream.name, dataset, team and team.lower(), label and label.lower())
        for stream in company.value_streams
        for dataset in stream.datasets or (None,)
        for team in stream.teams or (None,)
        for label in stream.labels or (None,)
    ]
    names = ("rule_streams", "rule_datasets", "rule_teams", "rule_labels")
    return {name: [row[n] for row in found] for n, name in enumerate(names)}
