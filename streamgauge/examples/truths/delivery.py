"""Truths about delivery and operation: boards, empty releases, what is not released, budgets, true causes."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from streamgauge.examples.builds import builds
from streamgauge.examples.dressed import Dressed
from streamgauge.examples.flow import APPROVAL
from streamgauge.examples.operation import interval
from streamgauge.examples.scene import HOUR
from streamgauge.examples.story import Turn
from streamgauge.examples.trunk import HOTFIX, SHOW
from streamgauge.examples.truths.truth import Truth, cited
from streamgauge.examples.world import DAY

_SAME_SERVICE = "kind and service match; the delay counts from `from`"


def boards(dressed: Dressed) -> Iterator[Truth]:
    """Give each board: how long changes wait for it, and how often its releases fail beside those without a board."""
    scene, visits, releases = dressed.scene, dressed.scene.played.visits, dressed.scene.played.releases
    boarded = dressed.delivery.board(releases.service) & (releases.mends < 0)
    free = ~dressed.delivery.board(releases.service) & (releases.mends < 0)
    failed = releases.incident >= 0
    for stream in scene.world.streams:
        if not stream.has_board:
            continue
        here = (visits.stage == APPROVAL) & (visits.finished >= 0) & (scene.project[visits.work] == stream.number)
        stays = (visits.finished - visits.queued)[here]
        own = np.array([service.stream == stream.number for service in scene.world.services])
        mine = boarded & own[releases.service]
        ships = dressed.trunk.shipment_of[np.nonzero(mine)[0]]
        changed = ships[dressed.delivery.has_change[ships]]
        yield Truth(
            kind="approval adds wait, no safety",
            place={"stream": stream.name},
            begins=0,
            ends=scene.world.seconds,
            size={
                "wait_hours": float(stays.mean()) / HOUR if len(stays) else 0.0,
                "fail_rate_with_board": float(failed[mine].mean()) if mine.any() else 0.0,
                "fail_rate_without": float(failed[free].mean()) if free.any() else 0.0,
            },
            evidence=cited("change_requests", dressed.delivery.changes.take(changed)),
            score="kind and stream match",
        )


def for_show(dressed: Dressed) -> Iterator[Truth]:
    """Give the service whose releases are made for the count."""
    ship = dressed.trunk.shipments
    for turn in dressed.scene.story.of("releases for show"):
        mine = (ship.service == turn.service) & (ship.at >= turn.begins)
        empty = mine & (ship.kind == SHOW)
        yield _of_service(
            dressed,
            turn,
            "metric gamed",
            size={"empty": int(empty.sum()), "share_empty": float(empty.sum() / max(1, mine.sum()))},
            evidence=cited("releases", dressed.trunk.tags.take(np.nonzero(empty)[0]))
            + cited("deploys", dressed.delivery.ids.take(np.nonzero(empty)[0])),
        )


def _of_service(
    dressed: Dressed, turn: Turn, kind: str, *, size: dict[str, float], evidence: tuple[tuple[str, str], ...]
) -> Truth:
    service = dressed.scene.world.services[turn.service]
    place = {"service": service.name, "team": dressed.scene.world.teams[service.team].name}
    return Truth(
        kind=kind, place=place, begins=turn.begins, ends=turn.ends, size=size, evidence=evidence, score=_SAME_SERVICE
    )


def unreleased(dressed: Dressed) -> Iterator[Truth]:
    """Give the service that releases no more while changes pile up."""
    scene, played = dressed.scene, dressed.scene.played
    for turn in scene.story.of("releases stop"):
        waits = (
            (scene.plan.work.service == turn.service)
            & (played.merged >= 0)
            & (played.done < 0)
            & (played.cancelled < 0)
        )
        rows = np.nonzero(waits)[0]
        rows = rows[np.argsort(played.merged[rows], kind="stable")]
        oldest = (scene.world.seconds - played.merged[rows[0]]) / DAY if len(rows) else 0.0
        places = dressed.trunk.main_of[rows]
        yield _of_service(
            dressed,
            turn,
            "undeployed inventory",
            size={"changes": len(rows), "oldest_days": float(oldest)},
            evidence=cited("commits", dressed.trunk.main.hash.take(places)) + cited("items", scene.keys_of(rows)),
        )


def flakes(dressed: Dressed) -> Iterator[Truth]:
    """Give the repository whose pipeline fails for nothing."""
    scene = dressed.scene
    turns = scene.story.of("pipeline flakes")
    if not turns:
        return
    runs = [table for _, table in builds(scene, dressed.code, dressed.pulls)]
    for turn in turns:
        home = scene.world.repositories[scene.world.services[turn.service].repository].name
        mine = [table.filter(pc.equal(table["repository"], home)) for table in runs]
        late = [table.filter(pc.greater_equal(table["queued_at"], _instant(dressed, turn.begins))) for table in mine]
        first = sum(pc.sum(pc.equal(table["attempt"], 1)).as_py() or 0 for table in late)
        again = [key for table in late for key in table.filter(pc.equal(table["attempt"], 2))["id"].to_pylist()]
        truth = _of_service(
            dressed,
            turn,
            "pipeline flakes",
            size={"share_of_runs": len(again) / max(1, first), "runs": first},
            evidence=cited("builds", again),
        )
        yield Truth(**{**vars(truth), "place": {"repository": home, **truth.place}})


def _instant(dressed: Dressed, seconds: int) -> object:
    from datetime import timedelta

    import pyarrow as pa

    from streamgauge.records.record import UTC_INSTANT

    return pa.scalar(dressed.scene.world.start + timedelta(seconds=seconds), UTC_INSTANT)


def budgets(dressed: Dressed) -> Iterator[Truth]:
    """Give every service that used up its error budget of 28 days, from when it first had."""
    scene, step = dressed.scene, interval(dressed.scene)
    planted = {turn.service: turn.begins for turn in scene.story.of("budget burns")}
    for service in scene.world.services:
        burnt = dressed.operation.burnt(service)
        whole = 28 * DAY // step
        over = np.nonzero(burnt[whole:] > 1.0)[0] + whole
        if not len(over):
            continue
        rows = dressed.operation.known[dressed.operation.played.service[dressed.operation.known] == service.number]
        began = dressed.operation.played.began[rows]
        first = int(over[0] + 1) * step
        is_planted = service.number in planted
        begins = planted.get(service.number, first)
        rows = rows[(began >= begins - 28 * DAY)]
        yield Truth(
            kind="error budget exhausted",
            place={"service": service.name, "team": scene.world.teams[service.team].name},
            begins=min(first, begins) if not is_planted else begins,
            ends=int(over[-1] + 1) * step,
            size={
                "most_burnt": float(burnt[whole:].max()),
                "share_of_time_over": len(over) / max(1, len(burnt) - whole),
            },
            evidence=cited("incidents", dressed.operation.ids.take(rows)),
            score=_SAME_SERVICE,
            is_planted=is_planted,
        )


def causes(dressed: Dressed) -> Iterator[Truth]:
    """Give the true cause of every incident: a deployment, or none."""
    scene, operation = dressed.scene, dressed.operation
    ship = dressed.delivery.caused(operation.known)
    ids, deploys = operation.ids.to_pylist(), dressed.delivery.ids.to_pylist()
    for row, cause in zip(operation.known.tolist(), ship.tolist(), strict=True):
        restored = int(operation.played.restored[row])
        service = scene.world.services[int(operation.played.service[row])]
        yield Truth(
            kind="incident cause",
            place={
                "incident": ids[row],
                "service": service.name,
                "deployment": deploys[cause] if cause >= 0 else "none",
            },
            begins=int(operation.played.began[row]),
            ends=restored if restored >= 0 else scene.world.seconds,
            size={"hours": (restored - int(operation.played.began[row])) / HOUR if restored >= 0 else -1.0},
            evidence=cited("incidents", [ids[row]]) + (cited("deploys", [deploys[cause]]) if cause >= 0 else ()),
            score="the named deployment is the cause; `none` is right where no deployment is",
            is_planted=False,
        )


def recurring(dressed: Dressed) -> Iterator[Truth]:
    """Give the service that fails for the same reason again and again, while what was promised stays open."""
    operation = dressed.operation
    for turn in dressed.scene.story.of("same cause again"):
        rows = operation.discussed
        mine = rows[(operation.played.service[rows] == turn.service) & (operation.played.began[rows] >= turn.begins)]
        yield _of_service(
            dressed,
            turn,
            "same cause again",
            size={"postmortems": len(mine)},
            evidence=cited("incidents", operation.ids.take(mine)),
        )


def failing(dressed: Dressed) -> Iterator[Truth]:
    """Give the service whose releases truly fail most often, of those with at least twenty."""
    scene, releases = dressed.scene, dressed.scene.played.releases
    planned = Counter(releases.service[releases.mends < 0].tolist())
    failed = Counter(releases.service[releases.incident >= 0].tolist())
    rates = {n: failed[n] / made for n, made in planned.items() if made >= 20}
    if not rates:
        return
    worst = max(rates, key=lambda n: (rates[n], -n))
    rows = np.nonzero((dressed.trunk.shipments.service == worst) & (dressed.delivery.incident >= 0))[0]
    service = scene.world.services[worst]
    fixes = int((dressed.trunk.shipments.kind[dressed.trunk.shipments.service == worst] == HOTFIX).sum())
    yield Truth(
        kind="fails most often",
        place={"service": service.name, "team": scene.world.teams[service.team].name},
        begins=0,
        ends=scene.world.seconds,
        size={"fail_rate": rates[worst], "releases": planned[worst], "hotfixes": fixes},
        evidence=cited("deploys", dressed.delivery.ids.take(rows)),
        score="kind and service match",
        is_planted=False,
    )
