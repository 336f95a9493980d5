"""How many rows tell of each status, from what was counted before and what is new: not all rows are read again."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from streamgauge.facts.meanings import Told
from streamgauge.lake import View

_AGAIN = "SELECT count(*) AS n FROM transitions_added WHERE again OR deleted"
_ADDED = """
SELECT value, former_value, {detail} AS detail, count(*) AS n FROM transitions_added
WHERE source = $source AND repository = $repository AND field = 'status' GROUP BY 1, 2, 3
"""


def gone_on(
    view: View, key: Mapping[str, Any], former: pa.Table, unmoved: tuple[pa.Table, pa.Table], *, detail: str
) -> list[Told] | None:
    """Return how many rows tell of each status now, whatever the type of the items; None where it cannot be said.

    `former` are the MEANINGS with the counts so far, `unmoved` the rows of UNMOVED of the items that something is new
    of, as they were kept and as they are now. The view shows what was added since. What was told again, or is gone,
    may have been counted for another status; of one that nothing tells of any more it is not known whether it was ever
    a former one.
    """
    if view.rows(_AGAIN)[0]["n"]:
        return None
    rows = former.select(["status", "detail", "told"]).to_pylist()
    told = Counter({(row["status"], row["detail"]): row["told"] for row in rows})
    was = {one for one, n in told.items() if n}
    for row in view.rows(_ADDED.replace("{detail}", detail), key):
        if row["value"] is not None:
            told[row["value"], row["detail"]] += row["n"]
        if row["former_value"] is not None:
            told[row["former_value"], ""] += 0
    left, come = (Counter((status, "") for status in table["status"].to_pylist()) for table in unmoved)
    told.subtract(left)
    told.update(come)
    if any(told[one] <= 0 for one in was):
        return None
    return [Told(status, beside, None, told[status, beside]) for status, beside in sorted(told)]
