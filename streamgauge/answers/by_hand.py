"""What an answer about work says of the steps that the company file tells of and no tool knows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from streamgauge.company import Company
from streamgauge.facts.off_tool import ENTERED_BY_HAND
from streamgauge.lake import View

_STAYS = f"""
SELECT count(*) AS n, count(DISTINCT item) AS items FROM visits
WHERE line_id IN (SELECT unnest($lines)) AND status LIKE '%{ENTERED_BY_HAND}' AND status NOT LIKE 'after %'
"""
_UNKNOWN = "SELECT DISTINCT o.item FROM off_tool AS o ANTI JOIN flow_items AS f ON f.item = o.item ORDER BY o.item"


def said(view: View, company: Company, lines: Sequence[str]) -> Iterator[str]:
    """Give the sentences: how many stays in these datasets are entered by hand, and which items nobody knows."""
    if not company.off_tool:
        return
    (row,) = view.rows(_STAYS, {"lines": list(lines)})
    if row["n"]:
        stays, items = (
            f"{n:,} {name}{'' if n == 1 else 's'}" for n, name in ((row["n"], "stay"), (row["items"], "item"))
        )
        yield f"{stays} of {items} {'is' if row['n'] == 1 else 'are'} entered by hand in the company file (`off_tool`)."
    unknown = [one["item"] for one in view.rows(_UNKNOWN)]
    if unknown:
        which = ", ".join(one[:60] for one in unknown[:5]) + (" and more" if len(unknown) > 5 else "")
        yield f"Steps under `off_tool` name items that no dataset has: {which}."


def last_told(company: Company, known_at: datetime) -> datetime | None:
    """Return the last moment before `known_at` that such a step tells of; null where there is none."""
    spans = (step.span(company.zone) for step in company.off_tool)
    return max((at for span in spans for at in span if at is not None and at <= known_at), default=None)
