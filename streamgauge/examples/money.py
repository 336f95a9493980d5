"""Dresses money and people's time: what teams and services cost, and what teams are meant for."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from streamgauge.examples.chance import Floats, Ints
from streamgauge.examples.scene import Scene
from streamgauge.examples.tables import Batch, joined, lists
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY
from streamgauge.records import Allocation, Cost

LEDGER, CLOUD, PLANS = "finance", "cloud-bill", "planning"
_A_PERSON, _MONTH = 8_600.0, 30 * DAY
OPERATION = 0.2
"""The share of each team that is meant for running what is there."""


def _months(scene: Scene) -> Ints:
    return np.arange(max(1, scene.world.seconds // _MONTH))


def costs(scene: Scene) -> Iterator[Batch]:
    """Give salaries for each team and the cloud's bill for each service, by month; some of the bill names nobody."""
    months, teams = _months(scene), scene.world.teams
    draws = scene.chance.of("costs")
    who = np.tile(np.arange(len(teams)), len(months))
    month = np.repeat(months, len(teams))
    people = np.array([team.people for team in teams])[who]
    yield _costs(scene, LEDGER, "people", people * _A_PERSON, month, team=scene.team_names(who), key=who)
    services = len(scene.world.services)
    what, month = np.tile(np.arange(services), len(months)), np.repeat(months, services)
    tier = np.array([service.tier for service in scene.world.services])[what]
    amount = np.round((1400 - 300 * tier) * (1 + 0.015 * month) * draws.normal(1, 0.06, len(what)), 2)
    named = np.where(draws.random(len(what)) < 0.88, what, -1)
    owner = np.where(named >= 0, scene.service_team[what], -1)
    yield _costs(scene, CLOUD, "cloud", amount, month, team=scene.team_names(owner), key=what, service=named)
    fee = np.full(len(months), 3200.0)
    yield _costs(scene, LEDGER, "licence", fee, months, team=pa.nulls(len(months), pa.string()), key=months)


def _costs(
    scene: Scene,
    source: str,
    kind: str,
    amount: Floats,
    month: Ints,
    *,
    team: pa.Array,
    key: Ints,
    service: Ints | None = None,
) -> Batch:
    n = len(month)
    tags = pa.StructArray.from_arrays(
        [pa.repeat("environment", n), pa.repeat("production", n)], names=["name", "value"]
    )
    return scene.batch(
        Cost,
        n,
        learned=np.minimum((month + 1) * _MONTH + 3 * DAY, scene.world.seconds),
        source=source,
        repository="tidewren",
        id=joined(f"{kind}-", month + 1, "-", key + 1),
        kind=kind,
        amount=amount,
        currency="EUR",
        team=team,
        service=None if service is None else scene.service_names(service),
        began_at=month * _MONTH,
        ended_at=(month + 1) * _MONTH,
        attributes=lists(np.ones(n, np.int64), tags),
    )


def allocations(scene: Scene) -> Iterator[Batch]:
    """Give what each team is meant for in each quarter: its initiatives in equal parts, and operation."""
    world, rows = scene.world, []
    for quarter in range(world.quarters):
        for team in world.makers:
            running = [i for i in world.initiatives if i.first <= quarter < i.last and team.number in i.teams]
            rows.append((quarter, team.number, -1, OPERATION if running else 1.0))
            rows += [(quarter, team.number, i.number, (1 - OPERATION) / len(running)) for i in running]
    quarters, teams, plans = (np.array([row[n] for row in rows], np.int64) for n in range(3))
    share = np.array([row[3] for row in rows])
    begins = np.array([world.quarter(int(q)) for q in quarters], np.int64)
    ends = np.array([world.quarter(int(q) + 1) for q in quarters], np.int64)
    purpose = chosen(
        [*(i.key for i in world.initiatives), "operation"], np.where(plans < 0, len(world.initiatives), plans)
    )
    people = np.array([team.people for team in world.teams])[teams]
    yield scene.batch(
        Allocation,
        len(rows),
        learned=begins,
        source=PLANS,
        repository="tidewren",
        id=joined(scene.team_names(teams), purpose, quarters, between="/"),
        team=scene.team_names(teams),
        purpose_kind=chosen(("operation", "initiative"), plans >= 0),
        purpose=purpose,
        people=np.round(people * share, 2),
        share=np.round(share, 4),
        began_at=begins,
        ended_at=ends,
    )
