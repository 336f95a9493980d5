"""Code churn: how much of what is changed had itself just been written."""

from streamgauge.metrics.metric import WANTED_ITEM, Better, Metric, Shape

CODE_CHURN = Metric(
    name="code_churn",
    title="Code churn (lines younger than 21 days)",
    asks="How much of the changed code replaces code that was just written?",
    formula="changed lines that replace or take away a line younger than `churn_days` / all changed lines",
    leaves_out="Generated files. Known only of clones that were read for it: `streamgauge code --churn CLONE`.",
    unit="share",
    better=Better.LOWER,
    source="definitions 3.2",
    shape=Shape.RATIO,
    sums="lines",
    sql=f"""
SELECT scope.slice, f.happened_at AS observed_at, CAST(f.rewritten_lines AS DOUBLE) AS value,
       CAST(f.changed_lines AS DOUBLE) AS weight, f.commit AS evidence, CAST(NULL AS STRING) AS release,
       f.repository AS detail, CAST(NULL AS STRING) AS left_out
FROM rewritten_lines AS f JOIN scope ON scope.line_id = f.line_id
WHERE {WANTED_ITEM}
""",
)
