"""Types of items are of a kind by what the company says, else by their names, else of none."""

import pytest

from streamgauge.company import Kinds


@pytest.mark.parametrize(
    ("named", "kind"),
    [("Bug", "defect"), ("user-story", "feature"), ("Technical Debt", "debt"), ("security", "risk"), ("Task", None)],
)
def test_a_name_tells_the_kind_or_leaves_it_open(named: str, kind: str | None) -> None:
    assert Kinds().of(named) == kind


def test_the_company_says_it_first() -> None:
    said = Kinds(debt=("bug", "Task"))
    assert (said.of("BUG"), said.of("task"), said.of("defect"), said.of(None)) == ("debt", "debt", "defect", None)
