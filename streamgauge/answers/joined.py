"""What an answer about work says of the items that stand in two tools and count once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamgauge.lake import View

_JOINED = """
SELECT d.dataset, s.other_dataset, s.is_home, count(DISTINCT s.item) AS n FROM same_items AS s
JOIN datasets AS d ON d.line_id = s.line_id WHERE s.line_id IN (SELECT unnest($lines))
GROUP BY d.dataset, s.other_dataset, s.is_home ORDER BY d.dataset, s.other_dataset, s.is_home
"""


@dataclass(frozen=True, kw_only=True)
class Joined:
    """How many items of a dataset are the same as in another one: counted once, here, with the history of both."""

    dataset: str
    other_dataset: str
    items: int


def joined(view: View, lines: Sequence[str]) -> tuple[Joined, ...]:
    """Return what was joined in these datasets."""
    rows = view.rows(_JOINED, {"lines": list(lines)})
    return tuple(
        Joined(dataset=r["dataset"], other_dataset=r["other_dataset"], items=r["n"]) for r in rows if r["is_home"]
    )


def said(view: View, lines: Sequence[str], datasets: Sequence[str]) -> Iterator[str]:
    """Give the sentences about it; of what is counted in a dataset that is not asked for, too."""
    for row in view.rows(_JOINED, {"lines": list(lines)}):
        is_one = row["n"] == 1
        what = f"{row['n']:,} item{'' if is_one else 's'} of '{row['dataset']}'"
        if row["is_home"]:
            are, they = ("is", "it counts once") if is_one else ("are", "they count once")
            yield f"{what} {are} in '{row['other_dataset']}' too: {they}, with the history of both."
        elif row["other_dataset"] not in datasets:
            where = f"'{row['other_dataset']}', where {'it is' if is_one else 'they are'} too"
            yield f"{what} {'counts' if is_one else 'count'} in {where}."
