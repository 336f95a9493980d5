"""The ledger is true: its evidence exists, and its sizes can be found again in the records."""

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest

from tests.examples.kept import Kept, kept

SEEDS = [(1, 8, 18)]


@pytest.fixture(scope="module", params=SEEDS, ids=lambda size: "seed {} teams {} months {}".format(*size))
def whole(request: pytest.FixtureRequest) -> Kept:
    return kept(*request.param)


def ledger(whole: Kept) -> list[dict[str, object]]:
    return [json.loads(line) for line in whole.company.ledger().splitlines()]


def of(whole: Kept, kind: str) -> list[dict[str, object]]:
    found = [truth for truth in ledger(whole) if truth["kind"] == kind]
    assert found, kind
    return found


def test_there_are_many_truths_of_many_kinds() -> None:
    for seed in (1,):
        truths = [truth for truth in ledger(kept(seed)) if truth["kind"] != "incident cause"]
        assert len(truths) >= 25
        assert len({truth["kind"] for truth in truths}) >= 12


def test_truths_have_ids_of_their_own(whole: Kept) -> None:
    ids = [truth["id"] for truth in ledger(whole)]
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_every_cited_record_exists(whole: Kept) -> None:
    cited = defaultdict(set)
    for truth in ledger(whole):
        for evidence in truth["evidence"]:
            cited[evidence["table"]].add(evidence["id"])
    for table, ids in cited.items():
        there = {row[0] for row in whole.rows(f"SELECT id FROM {table}")}
        assert (table, sorted(ids - there)[:3]) == (table, [])


def test_planted_truths_have_evidence_and_lie_within_the_history(whole: Kept) -> None:
    world = whole.company.world
    for truth in ledger(whole):
        begins, ends = (datetime.fromisoformat(truth[key]) for key in ("from", "to"))
        assert world.start <= begins <= ends <= world.until, truth
        assert truth["evidence"] or not truth["is_planted"], truth


def test_the_cause_of_an_incident_is_a_failed_deployment_before_it(whole: Kept) -> None:
    began = dict(whole.rows("SELECT id, epoch_us(impact_started_at) FROM incidents"))
    at = dict(whole.rows("SELECT id, epoch_us(started_at) FROM deploys"))
    service = dict(whole.rows("SELECT id, service FROM deploys"))
    for truth in of(whole, "incident cause"):
        place = truth["place"]
        if place["deployment"] != "none":
            assert at[place["deployment"]] <= began[place["incident"]]
            assert service[place["deployment"]] == place["service"]


def test_the_tool_names_no_wrong_cause(whole: Kept) -> None:
    true = {truth["place"]["incident"]: truth["place"]["deployment"] for truth in of(whole, "incident cause")}
    named = whole.rows("SELECT id, deployments[1] FROM incidents WHERE len(deployments) > 0")
    assert named
    assert [(key, deployment) for key, deployment in named if true[key] != deployment] == []


def test_what_waits_undeployed_is_merged_and_not_done(whole: Kept) -> None:
    (truth,) = of(whole, "undeployed inventory")[:1]
    service = truth["place"]["service"]
    waiting = whole.rows(
        f"SELECT count(*) FROM items WHERE service = '{service}' AND status = 'Ready to Release' AND level = 'story'"
    )[0][0]
    assert waiting == truth["size"]["changes"]


def test_releases_for_show_hold_one_commit_that_changes_nothing_but_the_version(whole: Kept) -> None:
    (truth,) = of(whole, "metric gamed")[:1]
    service = truth["place"]["service"]
    tags = whole.rows(
        f"""SELECT count(DISTINCT c.id) FROM releases AS r
            JOIN commits AS c ON c.id = r.commit AND c.repository = r.repository
            WHERE c.subject = 'Bump the version of {service}'"""
    )[0][0]
    # A planned release in the same moment may come in between, so that a tag names its commit instead.
    assert 0.9 * truth["size"]["empty"] <= tags <= truth["size"]["empty"]


def test_an_exhausted_budget_shows_in_the_service_levels(whole: Kept) -> None:
    truth = max(of(whole, "error budget exhausted"), key=lambda one: one["size"]["most_burnt"])
    service = truth["place"]["service"]
    rows = whole.rows(f"SELECT good, valid, target FROM service_levels WHERE service = '{service}' ORDER BY began_at")
    span = 28 * 24 if len(rows) > 2000 else 28
    worst = 0.0
    bad, valid = [v - g for g, v, _ in rows], [v for _, v, _ in rows]
    for end in range(span + 1, len(rows) + 1):
        budget = (1 - rows[0][2]) * sum(valid[end - span : end])
        worst = max(worst, sum(bad[end - span : end]) / budget)
    assert worst == pytest.approx(truth["size"]["most_burnt"], rel=1e-3)


def test_the_provider_slows_down_in_its_requests(whole: Kept) -> None:
    (truth,) = of(whole, "provider slows down")[:1]
    begins, ends = (datetime.fromisoformat(truth[key]) for key in ("from", "to"))
    rows = whole.rows(
        f"""SELECT epoch(i.created_at), epoch(t.happened_at) FROM items AS i
            LEFT JOIN transitions AS t ON t.item = i.id AND t.value = 'Done'
            WHERE i.type = 'request' AND i.team = '{truth["place"]["team"]}'"""
    )
    end = whole.company.world.until.timestamp()
    lasted = [(created, (done or end) - created) for created, done in rows]
    slow = sorted(span for at, span in lasted if begins.timestamp() <= at < ends.timestamp())
    before = begins - timedelta(days=84)
    usual = sorted(span for at, span in lasted if before.timestamp() <= at < begins.timestamp())
    assert truth["size"]["requests"] == len(slow)
    middle = [(some[(len(some) - 1) // 2] + some[len(some) // 2]) / 2 for some in (slow, usual)]
    assert truth["size"]["times"] == pytest.approx(middle[0] / middle[1], rel=1e-3)


def test_a_promise_that_drifts_was_not_kept(whole: Kept) -> None:
    status = dict(whole.rows("SELECT initiative, status FROM commitments"))
    late = [truth for truth in ledger(whole) if truth["kind"] == "commitment drifts"]
    assert {status[truth["place"]["initiative"]] for truth in late} <= {"missed"}


def test_hardly_anybody_uses_what_nobody_uses(whole: Kept) -> None:
    for truth in ledger(whole):
        if truth["kind"] == "feature nobody uses":
            feature = truth["place"]["feature"].replace("'", "''")
            accounts = whole.rows(f"SELECT count(DISTINCT account) FROM usage WHERE feature = '{feature}'")[0][0]
            assert accounts == truth["size"]["accounts"]
            assert truth["size"]["share_of_accounts"] < 0.05


def test_what_was_re_scoped_left_the_promise_while_its_baseline_stayed() -> None:
    whole = kept(1)
    (truth,) = of(whole, "re-scoped in silence")
    moved = [one["id"] for one in truth["evidence"]]
    plans = whole.rows("SELECT i.id, f.parent FROM items AS i JOIN items AS f ON f.id = i.parent")
    assert truth["place"]["initiative"] not in {plan for item, plan in plans if item in moved}
    assert len(moved) == min(20, truth["size"]["moved_out"])
    versions = whole.rows(
        f"""SELECT count(DISTINCT baselined_at), count(DISTINCT scope) FROM commitments_history
            WHERE initiative = '{truth["place"]["initiative"]}'"""
    )
    assert versions == [(1, 1)]


def test_other_seeds_hide_their_truths_elsewhere() -> None:
    planted = [
        {(t["kind"], *t["place"].values()) for t in ledger(kept(seed)) if t["is_planted"] and t["kind"] != "dirt: bots"}
        for seed in (1, 2)
    ]
    assert len(planted[0] & planted[1]) < len(planted[0]) / 3
