"""Share of reverts: how many shipped changes take an earlier one back."""

from streamgauge.metrics.metric import SHIPPED_CHANGE, Better, Metric, Shape

REVERT_SHARE = Metric(
    name="revert_share",
    title="Share of reverts",
    asks="What share of shipped changes takes an earlier change back?",
    formula="counted changes that say they revert another one / counted changes",
    leaves_out='Merge commits unless asked for; what neither begins with git\'s own words (`Revert "..."`) nor names '
    "the hash of a commit of this history, cannot be seen to revert.",
    unit="share",
    better=Better.LOWER,
    source="definitions 1.2 and 1.3",
    shape=Shape.SHARE,
    follows_policy=True,
    sql=f"""
SELECT scope.slice, s.deployed_at AS observed_at,
       CASE WHEN s.is_revert THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS value, s.change AS evidence,
       s.deployment AS release, CASE WHEN s.is_revert THEN array_join(s.reverts, ', ') END AS detail,
       {SHIPPED_CHANGE} AS left_out
FROM shipped AS s JOIN scope ON scope.line_id = s.line_id
""",
)
