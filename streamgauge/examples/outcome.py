"""Dresses what users do and say: usage of features, business figures, surveys, feedback."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from streamgauge.examples import words
from streamgauge.examples.chance import Floats, Ints, picks
from streamgauge.examples.delivery import released_features
from streamgauge.examples.scene import SEATS, Scene
from streamgauge.examples.tables import Batch, joined, lists
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY
from streamgauge.records import Feedback, Measurement, SurveyResponse, Usage

EVENTS, WAREHOUSE, SURVEYS, SUPPORT = "events", "warehouse", "surveys", "zendesk"
STEPS = ("search", "choose", "pay", "board")
_MOST_FEATURES, _MOST_CLAIMS = 400, 60
"""In a company with more than this a sample of the users, and of the days, stands for all."""
_WEEK = 7 * DAY
_REACH = (0.35, 0.2, 0.12, 0.28, 0.08)
_GROUPS = ("with", "without")
_REFUND_RISE = 0.25


@dataclass(frozen=True)
class Claim:
    """What an initiative claims to move: a metric, from where, and by what it truly is moved.

    `effect` is the true relative effect on those who have the feature; `drift` what time alone adds for everybody.
    """

    initiative: int
    feature: int
    metric: str
    baseline: float
    effect: float
    drift: float
    released: int


def claims(scene: Scene) -> list[Claim]:
    """Return one claim for each initiative whose first feature met its users."""
    released = released_features(scene)
    moves = {turn.initiative: turn.size for turn in scene.story.of("moves its metric")}
    seems = {turn.initiative for turn in scene.story.of("seems to move it")}
    draws = scene.chance.of("claims")
    found = []
    for initiative in scene.world.initiatives:
        own = [f.number for f in scene.plan.features if f.initiative == initiative.number]
        baseline, small = float(draws.uniform(20, 80)), float(draws.normal(0.0, 0.012))
        if own and released[own[0]] >= 0:
            n = initiative.number
            effect = 0.0 if n in seems else moves.get(n, small)
            drift = 0.15 if n in seems else 0.0
            metric = f"trips-{initiative.key.lower()}"
            found.append(Claim(n, own[0], metric, baseline, effect, drift, int(released[own[0]])))
    return found


def usage(scene: Scene) -> Iterator[Batch]:
    """Give the use of each feature, week by week for each user, then a sample of whole trips step by step."""
    released = released_features(scene)
    ignored = {turn.initiative for turn in scene.story.of("nobody uses it")}
    sample = min(1.0, _MOST_FEATURES / max(1, len(scene.plan.features)))
    for feature in scene.plan.features:
        if released[feature.number] >= 0:
            share = 0.004 if feature.initiative in ignored else _REACH[feature.number % len(_REACH)]
            yield _used(scene, feature.number, int(released[feature.number]), share * sample)
    yield _trips(scene)


def _used(scene: Scene, feature: int, released: int, share: float) -> Batch:
    """Return the use of one feature: those who take to it in the first weeks stay, most of them."""
    draws, n = scene.chance.of("usage", feature), scene.accounts
    weeks = max(0, (scene.world.seconds - released) // _WEEK)
    adopters = np.nonzero(draws.random(n) < share)[0]
    since = np.minimum(draws.geometric(0.25, len(adopters)) - 1, 12)
    grid = (np.arange(weeks)[:, None] >= since) & (draws.random((weeks, len(adopters))) < 0.55)
    week, who = np.nonzero(grid)
    at = released + week * _WEEK + draws.integers(0, _WEEK, len(week))
    week, who, at = week[at < scene.world.seconds], who[at < scene.world.seconds], at[at < scene.world.seconds]
    account = adopters[who]
    one = scene.plan.features[feature]
    return scene.batch(
        Usage,
        len(at),
        learned=at,
        source=EVENTS,
        repository="tidewren",
        id=joined(f"{one.key}-", account, "-", week),
        event="used",
        user=scene.customers(account, week % SEATS),
        account=joined("ACC-", account + 1),
        feature=one.name,
        variant="on",
        is_internal=account % 40 == 0,
        times=1 + draws.poisson(2.5, len(at)),
        happened_at=at,
    )


def _trips(scene: Scene) -> Batch:
    """Return a sample of trips: four steps, and fewer people at each."""
    draws, days = scene.chance.of("trips"), scene.world.seconds // DAY
    a_day = 25
    n = days * a_day
    begins = (
        np.repeat(np.arange(days) * DAY, a_day) + np.sort(draws.integers(5, 22, (days, a_day)) * 3600, axis=1).ravel()
    )
    depth = 1 + picks(draws, (0.3, 0.2, 0.1, 0.4), n)
    trip, step = np.repeat(np.arange(n), depth), _within(depth)
    at = begins[trip] + step * 240 + trip % 60
    account = draws.integers(0, scene.accounts, n)[trip]
    return scene.batch(
        Usage,
        len(trip),
        learned=at,
        source=EVENTS,
        repository="tidewren",
        id=joined("trip-", trip + 1, "-", step + 1),
        event=chosen(STEPS, step),
        user=scene.customers(account, trip % SEATS),
        account=joined("ACC-", account + 1),
        workflow=joined("trip-", trip + 1),
        step=chosen(STEPS, step),
        is_internal=False,
        times=1,
        happened_at=at,
    )


def _within(counts: Ints) -> Ints:
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def season(scene: Scene) -> Floats:
    """Return how much more than on average people travel on each day: most in July, least in January."""
    start = scene.world.start.timetuple().tm_yday
    day = start + np.arange(scene.world.seconds // DAY)
    return 1 + 0.3 * np.cos((day - 200) / 365.25 * 2 * np.pi)


def measurements(scene: Scene) -> Iterator[Batch]:
    """Give business figures by day, and for each claim its metric for those with the feature and without."""
    days = np.arange(scene.world.seconds // DAY)
    draws, usual = scene.chance.of("figures"), season(scene)
    trips = np.round(4000 * usual * draws.normal(1, 0.04, len(days)) * np.where(days % 7 > 4, 1.2, 1.0))
    refunds = np.round(trips * 0.03 * draws.normal(1, 0.1, len(days)))
    # People ask for their money back where boarding fails: the figure follows the company's incidents.
    began = np.clip(scene.played.incidents.began // DAY, 0, len(days) - 1)
    troubles = np.bincount(began, minlength=len(days)).astype(np.float64)
    refunds = np.round(refunds * (1 + _REFUND_RISE * troubles))
    for name, values, unit in (("trips", trips, "trips"), ("refunds", refunds, "refunds")):
        yield _figures(scene, name, unit, days, values, "")
    made = claims(scene)
    some = days[:: 1 if len(made) <= _MOST_CLAIMS else 7]
    for claim in made:
        for n, group in enumerate(_GROUPS):
            yield _figures(scene, claim.metric, "per cent", some, moved(scene, claim, some, has_it=n == 0), group)


def moved(scene: Scene, claim: Claim, days: Ints, *, has_it: bool) -> Floats:
    """Return the daily values of a claim's metric for those who have the feature, or for those who have not."""
    draws = scene.chance.of("claim", claim.initiative, str(has_it))
    since = np.clip((days * DAY - claim.released) / (14 * DAY), 0.0, 1.0)
    change = claim.drift * since + (claim.effect * since if has_it else 0.0)
    return claim.baseline * (1 + change) * draws.normal(1, 0.03, len(days))


def _figures(scene: Scene, metric: str, unit: str, days: Ints, values: Floats, group: str) -> Batch:
    n = len(days)
    ended = (days + 1) * DAY
    cut = pa.StructArray.from_arrays([pa.repeat("group", n), pa.repeat(group, n)], names=["name", "value"])
    return scene.batch(
        Measurement,
        n,
        learned=ended,
        source=WAREHOUSE,
        repository="tidewren",
        id=joined(f"{metric}-{group}-", days),
        metric=metric,
        unit=unit,
        value=np.round(values, 3),
        samples=np.full(n, 500 if group else 1, np.int64),
        began_at=days * DAY,
        ended_at=ended,
        attributes=lists(np.full(n, 1 if group else 0, np.int64), cut if group else cut.slice(0, 0)),
    )


def surveys(scene: Scene) -> Iterator[Batch]:
    """Give a yearly round of one question in monthly parts: would you recommend us?"""
    draws = scene.chance.of("surveys")
    months = max(1, scene.world.seconds // (30 * DAY))
    a_month = min(60, scene.accounts)
    n = months * a_month
    month = np.repeat(np.arange(months), a_month)
    at = np.minimum(month * 30 * DAY + draws.integers(0, 25 * DAY, n), scene.world.seconds - 1)
    per_month = np.bincount(np.clip(scene.played.incidents.began // (30 * DAY), 0, months - 1), minlength=months)
    mood = 8.2 - 0.6 * per_month / max(1, per_month.max(initial=0))
    score = np.clip(np.round(draws.normal(mood[month], 1.8)), 0, 10)
    account = draws.integers(0, scene.accounts, n)
    yield scene.batch(
        SurveyResponse,
        n,
        learned=at,
        source=SURVEYS,
        repository="tidewren",
        id=joined("answer-", np.arange(n) + 1),
        survey=joined("round-", month + 1),
        question="recommend",
        kind="nps",
        score=score,
        lowest=0.0,
        highest=10.0,
        respondent=scene.customers(account, np.arange(n) % SEATS),
        account=joined("ACC-", account + 1),
        submitted_at=at,
    )


def feedback(scene: Scene) -> Iterator[Batch]:
    """Give what customers said about features, and about incidents while they lasted."""
    released = released_features(scene)
    rows = np.nonzero(released >= 0)[0]
    draws = scene.chance.of("feedback")
    feature = np.repeat(rows, 6)
    after = draws.integers(2 * DAY, 120 * DAY, len(feature))
    at = released[feature] + after
    feature, at = feature[at < scene.world.seconds], at[at < scene.world.seconds]
    good = draws.random(len(at)) < 0.55
    said = np.where(
        good,
        draws.integers(0, len(words.PRAISE), len(at)),
        len(words.PRAISE) + draws.integers(0, len(words.BLAME), len(at)),
    )
    names = [f.name for f in scene.plan.features]
    topic = chosen(names, feature)
    yield scene.batch(
        Feedback,
        len(at),
        learned=at,
        source=SUPPORT,
        repository="tidewren",
        id=joined("said-", np.arange(len(at)) + 1),
        channel=chosen(("support", "interview", "store"), np.arange(len(at)) % 3),
        text=joined(topic, chosen((*words.PRAISE, *words.BLAME), said), between=": "),
        topic=topic,
        sentiment=np.round(np.where(good, 0.6, -0.5) + draws.normal(0, 0.1, len(at)), 2),
        feature=topic,
        account=joined("ACC-", draws.integers(1, scene.accounts + 1, len(at))),
        given_at=at,
    )
