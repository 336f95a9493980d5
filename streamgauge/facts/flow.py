"""Brings the facts about flow up to date: meanings of statuses, visits and flow items of each dataset."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from streamgauge.company import Company, statuses
from streamgauge.facts.belonging import HELD, HELD_STATEMENT, TYPES
from streamgauge.facts.belonging import terms as belonging
from streamgauge.facts.flow_items import FLOW_ITEMS
from streamgauge.facts.flow_items import STATEMENT as ITEMS
from streamgauge.facts.meanings import MEANINGS, UNMAPPED, depends_on_type, meanings
from streamgauge.facts.refresh import Shelf
from streamgauge.facts.touches import STATEMENT as TOUCHED
from streamgauge.facts.touches import TOUCHES
from streamgauge.facts.visits import STATUSES, VISITS, statement
from streamgauge.lake import View
from streamgauge.records.record import UTC_INSTANT

DATASETS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("dataset", pa.string()),
        pa.field("basis", pa.string()),
        pa.field("known_at", UTC_INSTANT),
        pa.field("notes", pa.list_(pa.string())),
    ]
)
"""One row per dataset of work items whose flow was computed. `basis` is what the facts rest on; `known_at` the last
thing that happened in it; `notes` what was assumed."""

FORM = hashlib.sha256(repr((MEANINGS, VISITS, TOUCHES, FLOW_ITEMS, HELD, DATASETS)).encode()).hexdigest()[:8]
_STATES = """
SELECT t.source, t.repository, count(*) AS n, max(t.recorded_at) AS last, max(t.happened_at) AS known_at
FROM (SELECT source, repository, recorded_at, happened_at FROM transitions_history
      UNION ALL SELECT source, repository, recorded_at, created_at FROM items_history) AS t
GROUP BY t.source, t.repository ORDER BY t.source, t.repository
"""
_HAS_LIFECYCLE = """
SELECT count(*) AS n FROM transitions
WHERE source = $source AND repository = $repository AND lower(lifecycle) IN ('start', 'begin', 'schedule', 'assign')
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
    with writer.view() as view:
        kind = "i.type" if by_type else "CAST(NULL AS STRING)"
        pairs = [(row["status"], row["type"]) for row in view.rows(STATUSES.replace("{type}", kind), key)]
        meant = meanings(one.line_id, pairs, company)
    writer.replace_facts("meanings", [one.line_id], meant)
    with writer.view() as view:
        has_lifecycle = bool(view.rows(_HAS_LIFECYCLE, key)[0]["n"])
        found = view.query(statement(has_lifecycle=has_lifecycle, by_type=by_type), key)
        touched = view.query(TOUCHED, key) if has_lifecycle else TOUCHES.empty_table()
    writer.replace_facts("visits", [one.line_id], found.cast(VISITS))
    writer.replace_facts("touches", [one.line_id], touched.cast(TOUCHES))
    states = set(meant["state"].to_pylist())
    ends = UNMAPPED in states and not states & {"done", "cancelled"}
    grace = round(company.thresholds.reopen_grace_days * 86_400_000_000)
    with writer.view() as view:
        said = belonging(company, one.name, [row["type"] for row in view.rows(TYPES, key)])
        items = view.query(ITEMS, key | said | {"grace_micros": grace, "ends_with_last": ends})
        held = view.query(HELD_STATEMENT, key | said)
    writer.replace_facts("flow_items", [one.line_id], items.cast(FLOW_ITEMS))
    writer.replace_facts("held", [one.line_id], held.cast(HELD))
    row = {
        "line_id": one.line_id,
        "source": one.source,
        "dataset": one.name,
        "basis": one.basis(company),
        "known_at": one.known_at,
        "notes": _notes(has_lifecycle=has_lifecycle, ends_with_last=ends),
    }
    writer.replace_facts("datasets", [one.line_id], pa.Table.from_pylist([row], schema=DATASETS))


def _notes(*, has_lifecycle: bool, ends_with_last: bool) -> list[str]:
    """Return in words what was assumed; which statuses are not understood stands among the meanings."""
    notes = []
    if ends_with_last:
        notes.append("No status is known to be an end: the last one of each item is taken for it.")
    if has_lifecycle:
        notes.append(
            "The log marks the start and the end of work: between them it counts as work, after the end as waiting."
        )
    return notes
