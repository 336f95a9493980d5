"""Stale data: a tool that used to tell something every day has gone quiet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from streamgauge.company.insights import StaleDataTerms
from streamgauge.insights.ground import Ground
from streamgauge.insights.insight import Effect, Evidence, Finding, Insight, Unknown
from streamgauge.insights.words import times

# One row a feed and day; the last thing before a gap is what may be opened.
_FEEDS = {
    "transitions": "SELECT source, repository, id, happened_at FROM transitions",
    "builds": "SELECT source, 'all', id, coalesce(finished_at, started_at, queued_at) FROM builds",
    "pull_requests": "SELECT source, 'all', id, coalesce(merged_at, closed_at, created_at) FROM pull_requests",
    "deploys": "SELECT source, 'all', id, finished_at FROM deploys",
}
_DAYS = """
SELECT '{table}' AS feed_table, feed, home, CAST(floor(unix_micros(moment) / 8.64e10) AS BIGINT) AS day, count(*) AS n,
       max(moment) AS last, max_by(id, moment) AS id
FROM ({sql}) AS told(feed, home, id, moment) WHERE moment < $end AND moment >= $back GROUP BY 1, 2, 3, 4
"""


def _look(ground: Ground) -> Iterator[Finding | Unknown]:
    terms = ground.company.insights.stale_data
    sql = "\nUNION ALL\n".join(_DAYS.format(table=table, sql=one) for table, one in _FEEDS.items())
    rows = ground.rows(f"SELECT * FROM ({sql}) AS d ORDER BY feed_table, feed, home, day", back=_back(ground))
    days: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        days.setdefault((row["feed_table"], row["feed"], row["home"]), []).append(row)
    feeds = [Feed(*name, days=mine, last=int(ground.end.timestamp() // 86_400)) for name, mine in days.items()]
    usual = [feed for feed in feeds if len(feed.days) >= terms.least_seen]
    if not usual:
        yield Unknown("No tool has told enough to know how often it does.")
    for feed in usual:
        at, gap, is_open = feed.silence()
        others = [other for other in usual if other is not feed]
        spoke = any(other.told(feed.day(at), gap) for other in others) if others else is_open
        if feed.is_odd(at, terms) and spoke:
            yield _finding(feed, at, is_open=is_open)


def _back(ground: Ground) -> datetime:
    return ground.end - timedelta(days=ground.company.insights.stale_data.back_days)


@dataclass(frozen=True)
class Feed:
    """What one tool told, day by day; `last` is the number of the last day that it might have."""

    table: str
    tool: str
    home: str
    days: Sequence[dict[str, Any]]
    last: int

    def day(self, place: int) -> int:
        """Return the number of a day with a word, by its place among them."""
        return int(self.days[place]["day"])

    @property
    def pace(self) -> float:
        """Records a day."""
        return float(sum(row["n"] for row in self.days)) / (self.day(-1) - self.day(0) + 1)

    @property
    def gaps(self) -> np.ndarray:
        """Whole days without a word after each day with one."""
        numbers = np.array([row["day"] for row in self.days], dtype=np.int64)
        return np.append(numbers[1:], max(self.last, int(numbers[-1]) + 1)) - numbers - 1

    def silence(self) -> tuple[int, int, bool]:
        """Return the place of the day before the longest silence, its days, and whether it still lasts."""
        worst = int(self.gaps.argmax())
        return worst, int(self.gaps[worst]), worst == len(self.days) - 1

    def is_odd(self, place: int, terms: StaleDataTerms) -> bool:
        """Return whether a silence is no usual one: twice as long as any other, with many records missing."""
        gap, others = int(self.gaps[place]), np.delete(self.gaps, place)
        usual = int(others.max()) if len(others) else 0
        return gap >= max(terms.least_days, terms.times * usual + 1) and gap * self.pace >= terms.least_expected

    def told(self, after: int, gap: int) -> bool:
        """Return whether it told about as much as ever in a span of days: then nobody was on holiday."""
        count = sum(row["n"] for row in self.days if after < row["day"] <= after + gap)
        return bool(count >= max(3.0, 0.4 * gap * self.pace))


def _finding(feed: Feed, at: int, *, is_open: bool) -> Finding:
    row, gap = feed.days[at], int(feed.gaps[at])
    name = feed.tool if feed.home == "all" else f"{feed.tool} ({feed.home})"
    said = "has told nothing for" if is_open else "told nothing for"
    return STALE_DATA.found(
        message=(
            f"{name} {said} {times(gap, 'day')} after {row['last']:%Y-%m-%d}, of {feed.table.replace('_', ' ')}, where "
            f"about {gap * feed.pace:,.0f} were to be expected: numbers over these days may be too good or too bad."
        ),
        place={"feed": feed.table, "source": feed.tool} | ({} if feed.home == "all" else {"dataset": feed.home}),
        since=row["last"],
        effect=Effect(value=gap * feed.pace, unit="records", means="that may be missing"),
        n=gap,
        weight=0.9 if is_open else 0.3,
        evidence=[Evidence(table=feed.table, id=str(row["id"]), detail="the last thing it told before")],
    )


STALE_DATA = Insight(
    name="stale_data",
    claim="A tool that used to tell something every day has gone quiet.",
    why="What is not told looks like what did not happen: no failures, no waiting, no releases.",
    hint="See whether the tool, its export or the access to it failed, and bring in what is missing.",
    wrong_when="Everybody was away, as over holidays, or the tool was given up for another one.",
    source="definitions 0.5",
    look=_look,
)
