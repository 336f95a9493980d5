"""Brings the facts about code up to date: pull requests, runs and red streaks of each repository of a forge."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from streamgauge.company import Company
from streamgauge.facts import pull_request_phases, red_streaks, rewritten_lines, runs
from streamgauge.facts.code_sets import CODE_SETS, CodeSet, code_sets
from streamgauge.facts.deliveries import carried
from streamgauge.facts.pull_request_phases import CHANGES, PULL_REQUEST_PHASES
from streamgauge.facts.red_streaks import RED_STREAKS
from streamgauge.facts.rewritten_lines import REWRITTEN_LINES
from streamgauge.facts.runs import RUNS
from streamgauge.facts.shelf import Shelf
from streamgauge.lake import View
from streamgauge.records import Build, PullRequest, Rewriting

_FORMS = (CODE_SETS, PULL_REQUEST_PHASES, RUNS, RED_STREAKS, REWRITTEN_LINES)
FORM = hashlib.sha256(repr(_FORMS).encode()).hexdigest()[:8]
_EVER = datetime(9999, 12, 30, tzinfo=UTC)
_SETS = ("line_id", "source", "repository", "service", "default_branch")


def stale(view: View, company: Company) -> tuple[CodeSet, ...]:
    """Return the code sets whose facts do not rest on what the lake and the company file say now."""
    if not any(f"records/{kind.table}" in view.versions for kind in (PullRequest, Build, Rewriting)):
        return ()
    basis = {row["line_id"]: row["basis"] for row in view.rows("SELECT line_id, basis FROM code_sets")}
    return tuple(one for one in code_sets(view, company) if basis.get(one.line_id) != one.basis(FORM))


def refresh(writer: Shelf, wanted: Sequence[CodeSet], company: Company, known_at: datetime = _EVER) -> None:
    """Compute the facts of these code sets anew, from what was known at an instant, in the place of what they held."""
    if not wanted:
        return
    lines, known = [one.line_id for one in wanted], {"known_at": known_at} | pull_request_phases.rules(company)
    sets = pa.Table.from_pylist([{name: getattr(one, name) for name in _SETS} for one in wanted], schema=_of(_SETS))
    with writer.view() as view:
        view.register("sets", sets)
        view.register("carried", carried(view, view.query(CHANGES)["change"].to_pylist(), known_at))
        phases = view.query(pull_request_phases.STATEMENT, known).cast(PULL_REQUEST_PHASES)
    writer.replace_facts("pull_request_phases", lines, phases)
    with writer.view() as view:
        view.register("sets", sets)
        ran = view.query(runs.STATEMENT).cast(RUNS)
        churned = {"churn_days": company.thresholds.churn_days}
        rewritten = view.query(rewritten_lines.STATEMENT, churned).cast(REWRITTEN_LINES)
    writer.replace_facts("runs", lines, ran)
    writer.replace_facts("rewritten_lines", lines, rewritten)
    with writer.view() as view:
        view.register("sets", sets)
        red = view.query(red_streaks.STATEMENT).cast(RED_STREAKS)
    writer.replace_facts("red_streaks", lines, red)
    writer.replace_facts("code_sets", lines, _rows(wanted, phases, ran))


def _rows(wanted: Sequence[CodeSet], phases: pa.Table, ran: pa.Table) -> pa.Table:
    """Return what is known of each code set as a whole, also how changes were delivered and when the last one was."""
    pulls = _told(phases, [("deployed_at", "max"), ("delivered_by", "max"), ("reviews", "sum"), ([], "count_all")])
    counts = _told(ran, [([], "count_all")])
    rows = [_row(one, pulls.get(one.line_id, {}), counts.get(one.line_id, {})) for one in wanted]
    return pa.Table.from_pylist(rows, schema=CODE_SETS)


def _row(one: CodeSet, pulls: dict[str, Any], ran: dict[str, Any]) -> dict[str, Any]:
    instants = [at for at in (one.known_at, pulls.get("deployed_at_max")) if at is not None]
    return {name: getattr(one, name) for name in _SETS} | {
        "basis": one.basis(FORM),
        "known_at": max(instants, default=None),
        "pull_requests": pulls.get("count_all", 0),
        "reviews": pulls.get("reviews_sum", 0),
        "runs": ran.get("count_all", 0),
        "delivered_by": pulls.get("delivered_by_max"),
    }


def _told(table: pa.Table, aggregates: list[Any]) -> dict[str, dict[str, Any]]:
    return {row["line_id"]: row for row in table.group_by("line_id").aggregate(aggregates).to_pylist()}


def _of(names: Sequence[str]) -> pa.Schema:
    return pa.schema([CODE_SETS.field(name) for name in names])
