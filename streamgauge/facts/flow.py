"""Brings the facts about flow up to date: meanings of statuses, visits and flow items of each dataset."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from streamgauge.company import Company, statuses
from streamgauge.facts import reading
from streamgauge.facts.belonging import HELD, HELD_STATEMENT, TYPES
from streamgauge.facts.belonging import terms as belonging
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.flow_items import STATEMENT as ITEMS
from streamgauge.facts.meanings import MEANINGS, Told, depends_on_type, meanings, of_activities
from streamgauge.facts.reading import Reading
from streamgauge.facts.refresh import Shelf
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.touches import statement as touched
from streamgauge.facts.visits import VISITS, statement, statuses_of
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

DATASETS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("dataset", pa.string()),
        pa.field("basis", pa.string()),
        pa.field("known_at", UTC_INSTANT),
        pa.field("is_log", pa.bool_()),
        pa.field("has_marks", pa.bool_()),
        pa.field("by_activity", pa.bool_()),
        pa.field("ends_with_last", pa.bool_()),
        pa.field("notes", pa.list_(pa.string())),
    ]
)
"""One row per dataset of work items whose flow was computed. `basis` is what the facts rest on; `known_at` the last
thing that happened in it; `notes` what was assumed. How its rows were read: as events of a log (`is_log`), with marks
of starts and ends of work (`has_marks`), as activities and not states (`by_activity`), with each item's last status
taken for its end (`ends_with_last`)."""

FORM = hashlib.sha256(repr((MEANINGS, VISITS, TOUCHES, FLOW_ITEMS, HELD, DATASETS)).encode()).hexdigest()[:8]
_STATES = """
SELECT t.source, t.repository, count(*) AS n, max(t.recorded_at) AS last, max(t.happened_at) AS known_at
FROM (SELECT source, repository, recorded_at, happened_at FROM transitions_history
      UNION ALL SELECT source, repository, recorded_at, created_at FROM items_history) AS t
GROUP BY t.source, t.repository ORDER BY t.source, t.repository
"""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A set of work items from one tool, and the state of its records."""

    source: str
    name: str
    known_at: Any
    records: str

    @property
    def line_id(self) -> str:
        """Its key in the facts."""
        return hashlib.sha256(f"flow\0{self.source}\0{self.name}".encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def basis(self, company: Company) -> str:
        """Return the mark of all that its facts rest on."""
        grace = company.thresholds.reopen_grace_days
        said = (company.process, company.zone, company.value_streams, company.kinds)
        terms = repr((self.records, said, grace, statuses.edition(), FORM))
        return hashlib.sha256(terms.encode()).hexdigest()[:24]


def datasets(view: View) -> tuple[Dataset, ...]:
    """Return the datasets of work items that the lake holds."""
    return tuple(
        Dataset(
            source=row["source"],
            name=row["repository"],
            known_at=row["known_at"],
            records=f"{row['n']} {row['last']}",
        )
        for row in view.rows(_STATES)
    )


def stale(view: View, company: Company) -> tuple[Dataset, ...]:
    """Return the datasets whose facts do not rest on what the lake and the company file say now."""
    basis = {row["line_id"]: row["basis"] for row in view.rows("SELECT line_id, basis FROM datasets")}
    return tuple(one for one in datasets(view) if basis.get(one.line_id) != one.basis(company))


def refresh(writer: Shelf, wanted: Sequence[Dataset], company: Company) -> None:
    """Compute the facts of these datasets anew and put them in the place of what they held."""
    for one in wanted:
        _refresh(writer, one, company)


def _refresh(writer: Shelf, one: Dataset, company: Company) -> None:
    by_type = depends_on_type(company)
    key = {"source": one.source, "repository": one.name, "line": one.line_id, "known_at": one.known_at}
    how = _meanings(writer, one, company, key)
    with writer.view() as view:
        found = view.query(statement(how, by_type=by_type), key)
        pieces = view.query(touched(how, by_type=by_type), key) if how.has_marks else TOUCHES.empty_table()
    writer.replace_facts("visits", [one.line_id], found.cast(VISITS))
    writer.replace_facts("touches", [one.line_id], pieces.cast(TOUCHES))
    grace = round(company.thresholds.reopen_grace_days * 86_400_000_000)
    with writer.view() as view:
        said = belonging(company, one.name, [row["type"] for row in view.rows(TYPES, key)])
        more = {"grace_micros": grace, "ends_with_last": how.ends_with_last, "is_log": how.is_log}
        items = view.query(ITEMS, key | said | more)
        held = view.query(HELD_STATEMENT, key | said)
    writer.replace_facts("flow_items", [one.line_id], items.cast(FLOW_ITEMS))
    writer.replace_facts("held", [one.line_id], held.cast(HELD))
    row = {
        "line_id": one.line_id,
        "source": one.source,
        "dataset": one.name,
        "basis": one.basis(company),
        "known_at": one.known_at,
        **asdict(how),
        "notes": _notes(how),
    }
    writer.replace_facts("datasets", [one.line_id], pa.Table.from_pylist([row], schema=DATASETS))


def _meanings(writer: Shelf, one: Dataset, company: Company, key: Mapping[str, Any]) -> Reading:
    """Find what the statuses of a dataset mean, put it in the place of what was held, and say how its rows are read."""
    with writer.view() as view:
        marked = reading.has_marks(view, key)
        sql = statuses_of(detail=reading.detail(marked=marked), by_type=depends_on_type(company))
        meant = meanings(one.line_id, [Told(**row) for row in view.rows(sql, dict(key))], company)
    writer.replace_facts("meanings", [one.line_id], meant)
    with writer.view() as view:
        how = reading.reading(view, key, meant, marked=marked)
    if how.by_activity:
        writer.replace_facts("meanings", [one.line_id], of_activities(meant))
    return how


def _notes(how: Reading) -> list[str]:
    """Return in words what was assumed; which statuses are not understood stands among the meanings."""
    notes = []
    if how.by_activity:
        notes.append(
            "The names are read as activities, not as states: each is a stage of its own, in the order in which items"
            " usually come to them, and doing one again is a return."
        )
    if how.ends_with_last:
        notes.append(
            "Too little is known of which statuses are ends: the last one of each item is taken for it, although some"
            " items may have been under way when the log ends."
        )
    if how.has_marks:
        notes.append(
            "The log marks the start and the end of work: between them it counts as work, after the end as waiting."
        )
    return notes
