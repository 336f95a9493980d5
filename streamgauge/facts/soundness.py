"""Laws that the facts of a sound lake keep, checked by `streamgauge lake verify`."""

from streamgauge.lake import View

_LAWS: dict[str, str] = {
    "{n} shipped changes are in no record": """
SELECT count(*) AS n FROM shipped AS s JOIN lines AS l ON l.line_id = s.line_id
LEFT JOIN commits_history AS c ON c.repository = l.repository AND c.id = s.change WHERE c.id IS NULL
""",
    "{n} deployments name a commit that is in no record": """
SELECT count(*) AS n FROM deployments AS d JOIN lines AS l ON l.line_id = d.line_id
LEFT JOIN commits_history AS c ON c.repository = l.repository AND c.id = d.commit WHERE c.id IS NULL
""",
    "{n} changes are shipped twice in one release line": """
SELECT count(*) AS n FROM (SELECT line_id, change FROM shipped GROUP BY line_id, change HAVING count(*) > 1) AS s
""",
    "{n} changes are shipped and undeployed at once": """
SELECT count(*) AS n FROM undeployed AS u JOIN shipped AS s ON s.line_id = u.line_id AND s.change = u.change
""",
    "{n} releases do not hold as many changes as they say": """
SELECT count(*) AS n FROM deployments AS d
LEFT JOIN (SELECT line_id, deployment, count(*) AS changes FROM shipped GROUP BY line_id, deployment) AS s
  ON s.line_id = d.line_id AND s.deployment = d.deployment
WHERE d.left_out IS NULL AND d.commits <> coalesce(s.changes, 0)
""",
    "{n} pull requests go through their phases backwards": """
SELECT count(*) AS n FROM pull_request_phases
WHERE left_out IS NULL AND (ready_at < started_at OR first_review_at < ready_at OR approved_at < first_review_at
  OR merged_at < coalesce(approved_at, first_review_at, ready_at) OR deployed_at < merged_at)
""",
    "{n} rows of facts belong to no release line": """
SELECT count(*) AS n FROM (
  SELECT line_id FROM shipped UNION ALL SELECT line_id FROM undeployed UNION ALL SELECT line_id FROM deployments) AS f
LEFT JOIN lines AS l ON l.line_id = f.line_id WHERE l.line_id IS NULL
""",
}
"""What is wrong, in words, with the statement that counts it."""


def problems(view: View) -> list[str]:
    """Return in words which laws the facts break; nothing where they are sound."""
    counts = {words: view.rows(sql)[0]["n"] for words, sql in _LAWS.items()}
    return [words.format(n=n) for words, n in counts.items() if n]
