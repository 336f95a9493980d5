"""Every metric keeps the contract: a question, a unit, a definition, and a statement that yields observations."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamgauge.facts import FACTS
from streamgauge.lake import Lake, View
from streamgauge.metrics import METRICS, Metric
from streamgauge.metrics.metric import Shape
from streamgauge.metrics.observations import is_placed, opening
from tests.contract.listed import defined, words_of

UNITS = {
    "teams",
    "changes",
    "commits",
    "deployments/day",
    "hours",
    "items",
    "items/day",
    "initiatives",
    "share",
    "working hours",
    "comments",
    "lines",
    "pull requests",
    "handovers",
    "moves",
    "ways",
}
OBSERVATION = {"slice", "observed_at", "value", "evidence", "release", "detail", "left_out"}
SERIES = {"slice", "observed_at", "value", "left_out"}
NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)
ONE_LINE = {
    "line_ids": ["00"],
    "slices": ["window"],
    "since": [None],
    "until": [NOW],
    "late": NOW,
    "known_at": [NOW],
    "from_committed": [False],
    "include_merges": [False],
    "leave_out_reverts": [False],
    "leave_out_bots": [False],
    "unmeasurable": [None],
    "teams": [None],
    "types": [None],
    "streams": [None],
    "from_stages": [None],
    "to_stages": [None],
    "initiative_days": [14.0],
    "unlinked_shares": [0.2],
    "mark": " ",
    "age": 1.0,
    "promise": 2.0,
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """A view of a lake in which nothing has happened."""
    lake = Lake.open(str(tmp_path_factory.mktemp("lake") / "lake"), create=True, facts=FACTS)
    with lake.view() as view:
        yield view


def test_every_metric_in_the_folder_is_on_the_list() -> None:
    metrics = defined("streamgauge.metrics", lambda thing: isinstance(thing, Metric))
    assert sorted(m.name for m in metrics) == sorted(m.name for m in METRICS)


def test_names_are_given_once() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
class TestMetric:
    """What each metric keeps."""

    def test_its_file_has_its_name(self, metric: Metric) -> None:
        folder = Path(__file__).parents[2] / "streamgauge" / "metrics"
        assert (folder / f"{metric.name}.py").is_file()

    def test_its_name_is_snake_case_and_in_the_glossary(self, metric: Metric) -> None:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", metric.name)
        assert f"| `{metric.name}` |" in words_of("glossary.md")

    def test_it_asks_one_question(self, metric: Metric) -> None:
        assert metric.asks.endswith("?")
        assert metric.asks.count("?") == 1

    def test_it_says_what_it_is_made_of(self, metric: Metric) -> None:
        assert metric.title
        assert metric.formula
        assert metric.leaves_out
        assert metric.unit in UNITS
        assert "definitions" in metric.source

    def test_what_rests_on_verdicts_is_labelled_as_inferred(self, metric: Metric) -> None:
        assert metric.is_inferred or not re.search(r"\b(verdict|failed_at|restored_at)\b", metric.sql)

    def test_its_statement_yields_observations(self, metric: Metric, empty: View) -> None:
        more = {Shape.RECOVERY: {"censored"}, Shape.RATIO: {"weight"}, Shape.EXCESS: {"weight"}}
        wanted = OBSERVATION | more.get(metric.shape, set()) | ({"place", "towards"} if is_placed(metric) else set())
        table = empty.query(f"{opening(metric.given)} {metric.sql}", ONE_LINE)
        assert set(table.column_names) == wanted
        assert table.num_rows == 0

    def test_its_series_yields_observations(self, metric: Metric, empty: View) -> None:
        if metric.series is not None:
            assert set(empty.query(f"{opening('')} {metric.series}", ONE_LINE).column_names) >= SERIES

    def test_its_statement_holds_no_value_that_should_be_bound(self, metric: Metric) -> None:
        assert not re.search(r"'\d{4}-\d\d|INTERVAL", metric.sql)

    def test_its_page_tells_of_it(self, metric: Metric) -> None:
        page = words_of("metrics.md")
        assert f"\n## {metric.name}\n" in page
        assert metric.asks in page
