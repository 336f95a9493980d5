"""The state of the facts about flow: the datasets of work items, and those whose facts have to be made again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from streamgauge.company import Company, statuses
from streamgauge.facts import news, off_tool, two_tools
from streamgauge.facts.advances import ADVANCES
from streamgauge.facts.belonging import HELD
from streamgauge.facts.conformance import CONFORMANCE
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.handoffs import HANDOFFS
from streamgauge.facts.limits import LIMITS
from streamgauge.facts.meanings import MEANINGS
from streamgauge.facts.news import STATE, State
from streamgauge.facts.off_tool import OFF_TOOL
from streamgauge.facts.passages import PASSAGES
from streamgauge.facts.shelf import Shelf
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.two_tools import SAME_ITEMS
from streamgauge.facts.unmoved import UNMOVED
from streamgauge.facts.visits import VISITS
from streamgauge.facts.working import WORKING
from streamgauge.lake import View

DATASETS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("dataset", pa.string()),
        pa.field("basis", pa.string()),
        pa.field("terms", pa.string()),
        *STATE,
        pa.field("renewed", pa.int64()),
        pa.field("is_log", pa.bool_()),
        pa.field("has_marks", pa.bool_()),
        pa.field("by_activity", pa.bool_()),
        pa.field("ends_with_last", pa.bool_()),
        pa.field("goes_on", pa.bool_()),
        pa.field("notes", pa.list_(pa.string())),
    ]
)
"""One row per dataset of work items whose flow was computed. `basis` is what the facts rest on: `terms`, and the
records (how many versions, the newest of them, the versions of their tables). `known_at` is the last thing that
happened in it; `renewed` how many items were computed again since all of them were; `notes` what was assumed. How its
rows were read: as events of a log (`is_log`), with marks of starts and ends of work (`has_marks`), as activities and
not states (`by_activity`), with each item's last status taken for its end (`ends_with_last`), unless it
is work whose end is not marked (`goes_on`)."""

EACH_DATASET = """
SELECT line_id, source, dataset, basis, records, known_at, notes, has_marks FROM datasets ORDER BY source, dataset
"""
"""The statement for what questions take from DATASETS: one for all of them, so that it is asked once."""

_SHAPES = (MEANINGS, VISITS, TOUCHES, FLOW_ITEMS, HELD, UNMOVED, WORKING, LIMITS, CONFORMANCE, DATASETS)
_OF_WAYS = (PASSAGES, HANDOFFS, ADVANCES)
FORM = hashlib.sha256(repr((*_SHAPES, OFF_TOOL, SAME_ITEMS, *_OF_WAYS)).encode()).hexdigest()[:8]

_REVIEWS = """
SELECT count(first_review_at) AS reviewed, count(*) AS n, count(approved_at) AS approved, count(closed_at) AS closed,
       max(first_review_at) AS last_review_at, max(approved_at) AS last_approval_at, max(closed_at) AS last_end_at
FROM pull_request_phases WHERE item IS NOT NULL AND left_out IS NULL
"""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A set of work items from one tool, and the state of its records."""

    state: State
    reviews: str = ""
    """The mark of what pull requests tell of reviews of work items; empty where they tell nothing."""
    links: str = ""
    """The mark of what is told of items that stand in two tools; empty where nothing is."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.state.repository

    @property
    def line_id(self) -> str:
        """Its key in the facts."""
        named = f"flow\0{self.state.source}\0{self.name}"
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    @property
    def key(self) -> dict[str, Any]:
        """What its statements are bound to."""
        state = self.state
        of = {"source": state.source, "repository": state.repository}
        return of | {"line": self.line_id, "known_at": state.known_at}

    def basis(self, company: Company) -> str:
        """Return the mark of all that its facts rest on."""
        steps = off_tool.named(self.line_id, self.name, company).to_pylist()
        said = repr((self.state.records, self.state.last_recorded_at, terms(company, self.reviews), steps, self.links))
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def terms(company: Company, reviews: str) -> str:
    """Return the mark of all that is built into the facts beside the records; `reviews` is that of a Dataset."""
    grace = company.thresholds.reopen_grace_days
    said = [company.process, company.zone, company.value_streams, company.kinds, grace, statuses.edition(), FORM]
    said += [company.calendar, company.teams, company.wip_limits, reviews, off_tool.patterns(company)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def datasets(view: View) -> tuple[Dataset, ...]:
    """Return the datasets of work items that the lake holds."""
    row = view.rows(_REVIEWS)[0]
    reviews = " ".join(map(str, row.values())) if row["reviewed"] else ""
    states = news.states(view)
    links = two_tools.mark(view, [(one.records, one.last_recorded_at) for one in states])
    return tuple(Dataset(state=state, reviews=reviews, links=links) for state in states)


def stale(view: View, company: Company) -> tuple[Dataset, ...]:
    """Return the datasets whose facts do not rest on what the lake and the company file say now."""
    basis = {row["line_id"]: row["basis"] for row in view.rows(EACH_DATASET)}
    return tuple(one for one in datasets(view) if basis.get(one.line_id) != one.basis(company))


def refresh(writer: Shelf, wanted: Sequence[Dataset], company: Company) -> None:
    """Bring the facts of these datasets up to date: of the items that are touched, or of all where that is not enough.

    What the others rest on is noted to be unchanged. What makes facts is loaded here, for most questions make none.
    """
    from streamgauge.facts.flow_refresh import refresh

    refresh(writer, wanted, company)
