"""Every insight keeps the contract: a claim, why, a hint, when it is wrong, and silence where nothing has happened."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.facts import FACTS
from streamgauge.insights import INSIGHTS, Ground, Insight, Unknown
from streamgauge.lake import Lake, View
from streamgauge.metrics.observations import Scope
from tests.contract.listed import defined, words_of

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """A view of a lake in which nothing has happened."""
    lake = Lake.open(str(tmp_path_factory.mktemp("lake") / "lake"), create=True, facts=FACTS)
    with lake.view() as view:
        yield view


def test_every_insight_in_the_folder_is_on_the_list() -> None:
    found = defined("streamgauge.insights", lambda thing: isinstance(thing, Insight))
    assert sorted(i.name for i in found) == sorted(i.name for i in INSIGHTS)


def test_names_are_given_once() -> None:
    assert len({insight.name for insight in INSIGHTS}) == len(INSIGHTS)


@pytest.mark.parametrize("insight", INSIGHTS, ids=lambda insight: insight.name)
class TestInsight:
    """What each insight keeps."""

    def test_its_file_has_its_name(self, insight: Insight) -> None:
        folder = Path(__file__).parents[2] / "streamgauge" / "insights"
        assert (folder / f"{insight.name}.py").is_file()
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", insight.name)

    def test_it_says_what_it_claims_and_when_it_is_wrong(self, insight: Insight) -> None:
        assert re.fullmatch(r"[A-Z][^.]*\.", insight.claim)
        assert all(len(words) > 20 and words.endswith(".") for words in (insight.why, insight.hint, insight.wrong_when))
        assert insight.source.startswith("definitions")

    @pytest.mark.parametrize("has_work", [True, False])
    def test_it_claims_nothing_where_nothing_has_happened(
        self, insight: Insight, empty: View, *, has_work: bool
    ) -> None:
        scopes = (Scope(line_id="00", slice="flow", until=NOW, known_at=NOW),) if has_work else ()
        said = list(insight.look(Ground(empty, scopes, NOW, "UTC")))
        assert all(isinstance(one, Unknown) for one in said)

    def test_its_page_tells_of_it(self, insight: Insight) -> None:
        page = words_of("insights.md")
        assert f"\n## {insight.name}\n" in page
        assert insight.claim in page
