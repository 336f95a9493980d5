"""The invented company holds together at any size: what is named exists, and nothing ends before it begins."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamgauge.errors import BadOption
from streamgauge.examples.company import company
from streamgauge.examples.records import ROWS_AT_ONCE
from streamgauge.examples.world import UNTIL
from streamgauge.records import KINDS
from tests.examples.kept import Kept, kept

SIZES = [(1, 8, 18), (3, 3, 3)]

SAME = "o.repository = t.repository"
NAMED = [
    ("transitions.item", "items.id", ""),
    ("items.parent", "items.id", ""),
    ("links.item", "items.id", ""),
    ("links.other", "items.id", "o.source = coalesce(t.other_source, t.source)"),
    ("commits.parents", "commits.id", SAME),
    ("commits.reverts", "commits.id", ""),
    ("commits.issue_keys", "items.id", ""),
    ("branches.commit", "commits.id", SAME),
    ("releases.commit", "commits.id", SAME),
    ("diffstats.id", "commits.id", SAME),
    ("reviews.pull_request", "pull_requests.id", SAME),
    ("pull_requests.merge_commit", "commits.id", SAME),
    ("pull_requests.issue_keys", "items.id", ""),
    ("builds.pull_request", "pull_requests.id", SAME),
    ("deploys.commit", "commits.id", SAME),
    ("deploys.previous_commit", "commits.id", SAME),
    ("deploys.release", "releases.id", SAME),
    ("deploys.change_request", "change_requests.id", ""),
    ("change_requests.deployment", "deploys.id", ""),
    ("incidents.deployments", "deploys.id", ""),
    ("incidents.duplicate_of", "incidents.id", ""),
    ("alerts.incident", "incidents.id", ""),
    ("postmortems.incident", "incidents.id", ""),
    ("actions.origin", "postmortems.id", ""),
    ("commitments.scope", "items.id", ""),
    ("commitments.initiative", "items.id", ""),
    ("gate_decisions.subject", "items.id", ""),
    ("sign_offs.subject", "items.id", ""),
    ("hypotheses.initiative", "items.id", ""),
    ("hypotheses.primary_metric", "measurements.metric", ""),
    ("outcome_reviews.hypothesis", "hypotheses.id", ""),
    ("usage.feature", "items.title", ""),
]
"""What names what: by which column, and under which condition beside."""
PARTS = {
    ("whole_kind", "pull request"): ("whole", "pull_requests"),
    ("whole_kind", "release"): ("whole", "releases"),
    ("part_kind", "item"): ("part", "items"),
    ("part_kind", "pull request"): ("part", "pull_requests"),
}
ORDERED = {
    "builds": ("queued_at", "started_at", "finished_at"),
    "deploys": ("started_at", "first_exposed_at", "finished_at"),
    "pull_requests": ("first_commit_at", "created_at", "merged_at", "closed_at"),
    "incidents": ("impact_started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"),
    "change_requests": ("requested_at", "approved_at", "started_at", "ended_at"),
    "alerts": ("fired_at", "acknowledged_at", "resolved_at"),
    "service_levels": ("began_at", "ended_at"),
    "costs": ("began_at", "ended_at"),
    "allocations": ("began_at", "ended_at"),
    "measurements": ("began_at", "ended_at"),
    "commitments": ("baselined_at", "due_at"),
    "gate_decisions": ("requested_at", "decided_at", "conditions_due_at"),
    "postmortems": ("started_at", "published_at"),
    "actions": ("created_at", "closed_at"),
    "hypotheses": ("stated_at", "locked_at"),
    "outcome_reviews": ("released_at", "reviewed_at"),
    "links": ("linked_at", "unlinked_at"),
}
"""Columns of which each that is there is not before those to its left."""
HAPPENED = {
    "items": "created_at",
    "transitions": "happened_at",
    "commits": "committed_at",
    "releases": "released_at",
    "pull_requests": "coalesce(closed_at, created_at)",
    "reviews": "submitted_at",
    "builds": "finished_at",
    "deploys": "coalesce(finished_at, started_at)",
    "exposures": "changed_at",
    "incidents": "detected_at",
    "alerts": "fired_at",
    "usage": "happened_at",
    "survey_responses": "submitted_at",
    "feedback": "given_at",
    "commitments": "baselined_at",
    "sign_offs": "signed_at",
    "assessment_answers": "answered_at",
}


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: "seed {} teams {} months {}".format(*size))
def whole(request: pytest.FixtureRequest) -> Kept:
    return kept(*request.param)


class TestSoundness:
    """What holds for every seed and size."""

    @pytest.mark.parametrize(("column", "named", "when"), NAMED, ids=str)
    def test_whatever_a_record_names_exists(self, whole: Kept, column: str, named: str, when: str) -> None:
        (table, name), (other, key) = column.split("."), named.split(".")
        is_list = str(whole.tables[table].schema.field(name).type).startswith("list")
        one = f"unnest({name})" if is_list else name
        sql = f"""SELECT t.id, t.one FROM (SELECT *, {one} AS one FROM {table}) AS t
                  ANTI JOIN {other} AS o ON o.{key} = t.one {f"AND {when}" if when else ""}
                  WHERE t.one IS NOT NULL LIMIT 5"""
        assert whole.rows(sql) == []

    @pytest.mark.parametrize("kind", PARTS, ids=" ".join)
    def test_what_contains_and_what_is_contained_exist(self, whole: Kept, kind: tuple[str, str]) -> None:
        column, table = PARTS[kind]
        here = "" if table == "items" else f"AND {SAME}"
        sql = f"""SELECT t.id FROM contains AS t ANTI JOIN {table} AS o ON o.id = t.{column} {here}
                  WHERE t.{kind[0]} = '{kind[1]}' LIMIT 5"""
        assert whole.rows(sql) == []

    def test_commits_of_merged_pull_requests_exist_unless_they_were_squashed(self, whole: Kept) -> None:
        squashed = [r.name for r in whole.company.world.repositories if r.squashes]
        sql = f"""SELECT t.id FROM (SELECT *, unnest(commits) AS one FROM pull_requests WHERE state = 'merged') AS t
                  ANTI JOIN commits AS o ON o.id = t.one WHERE t.repository NOT IN {(*squashed, "", "")} LIMIT 5"""
        assert whole.rows(sql) == []

    @pytest.mark.parametrize("table", ORDERED)
    def test_nothing_ends_before_it_begins(self, whole: Kept, table: str) -> None:
        columns = ORDERED[table]
        pairs = [(a, b) for n, a in enumerate(columns) for b in columns[n + 1 :]]
        wrong = " OR ".join(f"{b} < {a}" for a, b in pairs)
        assert whole.rows(f"SELECT id, {', '.join(columns)} FROM {table} WHERE {wrong} LIMIT 5") == []

    @pytest.mark.parametrize("table", HAPPENED)
    def test_nothing_is_known_before_it_happened_or_after_the_end(self, whole: Kept, table: str) -> None:
        world = whole.company.world
        sql = f"""SELECT id FROM {table}_history WHERE recorded_at < {HAPPENED[table]} OR recorded_at > '{world.until}'
                  OR {HAPPENED[table]} < '{world.start}' LIMIT 5"""
        assert whole.rows(sql) == []

    def test_an_id_stands_for_one_thing(self, whole: Kept) -> None:
        for name in whole.tables:
            twice = f"SELECT id FROM {name}_history GROUP BY source, repository, id, recorded_at HAVING count(*) > 1"
            assert (name, whole.rows(f"{twice} LIMIT 5")) == (name, [])

    def test_a_commit_is_not_older_than_its_parents(self, whole: Kept) -> None:
        sql = """SELECT c.id, c.subject FROM (SELECT *, unnest(parents) AS p FROM commits) AS c
                 JOIN commits AS o ON o.id = c.p AND o.repository = c.repository
                 WHERE c.committed_at < o.committed_at LIMIT 5"""
        assert whole.rows(sql) == []

    def test_work_moves_after_it_was_created(self, whole: Kept) -> None:
        sql = "SELECT t.id FROM transitions t JOIN items i ON i.id = t.item WHERE t.happened_at < i.created_at LIMIT 5"
        assert whole.rows(sql) == []

    def test_the_status_now_is_that_of_the_last_transition(self, whole: Kept) -> None:
        sql = """SELECT i.id, i.status, t.value FROM items i JOIN (
                   SELECT item, arg_max(value, (happened_at, sequence)) AS value FROM transitions
                   WHERE field = 'status' GROUP BY item) t ON t.item = i.id
                 WHERE i.status <> t.value LIMIT 5"""
        assert whole.rows(sql) == []

    def test_a_release_contains_what_was_merged_before_it(self, whole: Kept) -> None:
        sql = """SELECT c.id FROM contains c JOIN releases r ON r.id = c.whole AND r.repository = c.repository
                 JOIN pull_requests p ON p.id = c.part AND p.repository = c.repository
                 WHERE c.whole_kind = 'release' AND c.part_kind = 'pull request'
                   AND p.merged_at > r.released_at LIMIT 5"""
        assert whole.rows(sql) == []

    def test_batches_are_bounded_and_never_empty(self, whole: Kept) -> None:
        sizes = [batch.num_rows for _, batch in whole.company.records(str)]
        assert 0 < min(sizes) <= max(sizes) <= ROWS_AT_ONCE

    def test_every_service_and_team_is_one_of_the_company(self, whole: Kept) -> None:
        world = whole.company.world
        services, teams = {s.name for s in world.services}, {t.name for t in world.teams} | {"Service desk"}
        for table in ("items", "deploys", "incidents", "change_requests", "service_levels", "alerts"):
            assert {row[0] for row in whole.rows(f"SELECT DISTINCT service FROM {table}")} - {None} <= services
        for table in ("items", "transitions", "incidents", "allocations", "costs", "actions"):
            assert {row[0] for row in whole.rows(f"SELECT DISTINCT team FROM {table}")} - {None} <= teams


def test_every_kind_of_record_occurs() -> None:
    assert [kind.table for kind in KINDS if not kept().tables[kind.table].num_rows] == []


def test_the_default_company_is_the_one_that_the_words_tell_of() -> None:
    world = kept().company.world
    assert (len(world.teams), len(world.streams), len(world.services)) == (8, 3, 20)
    assert (world.start, world.until) == (datetime(2024, 6, 1, tzinfo=UTC), UNTIL)
    assert 1 < len(world.repositories) < 20


def test_the_same_seed_gives_the_same_bytes() -> None:
    again: dict[str, list[pa.Table]] = {}
    for kind, batch in company(1).records(lambda name: f"p-{name}"):
        again.setdefault(kind.table, []).append(batch)
    for name, parts in again.items():
        assert pa.concat_tables(parts).equals(kept().tables[name]), name
    assert company(1).ledger() == kept().company.ledger()


def test_another_seed_is_another_company() -> None:
    one, other = kept(1).company, kept(2).company
    assert not np.array_equal(one.plan.work.created[:100], other.plan.work.created[:100])
    places = [[(t.kind, t.team, t.service, t.stream) for t in c.story.turns] for c in (one, other)]
    assert sum(a != b for a, b in zip(*places, strict=True)) > len(places[0]) / 2


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"teams": 2}, "teams"),
        ({"teams": 1001}, "teams"),
        ({"months": 2}, "months"),
        ({"months": 61}, "months"),
        ({"until": datetime(1990, 1, 1, tzinfo=UTC)}, "until"),
    ],
)
def test_a_size_that_cannot_be_is_refused_with_what_is_allowed(options: dict[str, object], word: str) -> None:
    with pytest.raises(BadOption, match=word) as refused:
        company(1, **options)  # type: ignore[arg-type]
    assert "Allowed" in refused.value.advice


@given(
    seed=st.integers(10, 2**31 - 1),
    teams=st.integers(3, 12),
    months=st.integers(3, 6),
    days=st.integers(-8000, 5000),
)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_seed_and_shape_is_sound(seed: int, teams: int, months: int, days: int) -> None:
    """The same laws on companies that nobody chose, one statement after the other."""
    invented = kept(seed, teams, months, UNTIL + timedelta(days=days))
    sound = TestSoundness()
    for names in NAMED:
        sound.test_whatever_a_record_names_exists(invented, *names)
    for kind in PARTS:
        sound.test_what_contains_and_what_is_contained_exist(invented, kind)
    for table in ORDERED:
        sound.test_nothing_ends_before_it_begins(invented, table)
    for table in HAPPENED:
        sound.test_nothing_is_known_before_it_happened_or_after_the_end(invented, table)
    sound.test_an_id_stands_for_one_thing(invented)
    sound.test_a_commit_is_not_older_than_its_parents(invented)
    sound.test_the_status_now_is_that_of_the_last_transition(invented)
    assert invented.company.ledger()
