"""Brings the facts about code up to date, for answers about code and about the work that pull requests tell of."""

from datetime import datetime

from streamgauge.company import Company
from streamgauge.facts import FACTS, code
from streamgauge.facts.code_sets import code_sets
from streamgauge.facts.rehearsal import Rehearsal
from streamgauge.lake import Lake, View


def renew(lake: Lake, company: Company) -> None:
    """Compute the facts about code of what is new, and publish them."""
    with lake.view() as view:
        stale = code.stale(view, company)
    if not stale:
        return
    with lake.writing() as writer:
        with writer.view() as view:
            stale = code.stale(view, company)
        code.refresh(writer, stale, company)
        writer.publish({})


def rehearse(past: View, company: Company, as_of: datetime) -> Rehearsal:
    """Let a view of a past day show the facts about code as they would have been, and return what takes more facts.

    Those of release lines stay as they are.
    """
    lines = [row["line_id"] for row in past.rows("SELECT line_id FROM lines")]
    shelf = Rehearsal(past, FACTS, lines)
    code.refresh(shelf, code_sets(past, company), company, as_of)
    return shelf
