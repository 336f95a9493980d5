"""Dresses shipments as deployment tools show them: deployments, their change requests, and flags."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streamgauge.examples.chance import Bools, Ints
from streamgauge.examples.flow import APPROVAL, cadence_days
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, Batch, joined
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.trunk import HOTFIX, NORMAL, Trunk, rolled_back
from streamgauge.examples.world import DAY
from streamgauge.records import ChangeRequest, Deployment, Exposure

PIPELINE, DESK, FLAGS = "argocd", "servicenow", "launchdarkly"
_KINDS = ("normal", "hotfix", "normal")


class Delivery:
    """The deployments of a scene and the changes that authorised them."""

    def __init__(self, scene: Scene, trunk: Trunk) -> None:
        self.scene, self.trunk, self.ship = scene, trunk, trunk.shipments
        self.ids = joined(scene.service_names(self.ship.service), "-", trunk.versions)
        ends = self.ship.at + 300 + np.arange(len(self.ship)) * 37 % 900
        self.ends = np.where(ends < scene.world.seconds, ends, NEVER)
        release = self.ship.release
        self.incident = np.where(release >= 0, scene.played.releases.incident[release], -1)
        self.has_change = scene.chance.of("without a change").random(len(self.ship)) >= 0.02
        self.changes = joined("CHG-", np.arange(len(self.ship)) + 1)

    def caused(self, incidents: Ints) -> Ints:
        """Return the shipment that truly caused each incident, -1 for none."""
        release = self.scene.played.incidents.release[incidents]
        return np.where(release >= 0, self.trunk.shipment_of[release], NEVER)

    def board(self, service: Ints) -> Bools:
        """Whether a board approves what is done to each of these services."""
        found = [s.stream >= 0 and self.scene.world.streams[s.stream].has_board for s in self.scene.world.services]
        return np.array(found)[service]

    def deployments(self) -> Iterator[Batch]:
        """Give deployments to production, those to staging before, and the ways back."""
        ship, rows = self.ship, np.arange(len(self.ship))
        yield self._deployments(rows, ship.at, self.ends, "production", self.ids)
        trains = np.array([cadence_days(self.scene.world, s) > 0 for s in self.scene.world.services])
        rows = np.nonzero((ship.kind == NORMAL) & trains[ship.service])[0]
        begins = np.maximum(ship.at[rows] - 40 * 60, self.trunk.main.at[ship.main[rows]])
        ids = joined(self.ids.take(pa.array(rows)), "-staging")
        yield self._deployments(rows, begins, np.minimum(begins + 240, ship.at[rows]), "staging", ids)
        yield self._rollbacks()

    def _deployments(self, rows: Ints, begins: Ints, ends: Ints, environment: str, ids: pa.Array) -> Batch:
        scene, ship = self.scene, self.ship
        some, before = pa.array(rows), ship.before[rows]
        live = environment == "production"
        asked = pa.array(self.has_change[rows] & live)
        run = joined(f"{environment}-", ship.at[rows], "-", scene.service_repository[ship.service[rows]])
        return scene.batch(
            Deployment,
            len(rows),
            learned=np.maximum(begins, ends),
            source=PIPELINE,
            repository=chosen(scene.repositories, scene.service_repository[ship.service[rows]]),
            id=ids,
            service=scene.service_names(ship.service[rows]),
            environment=environment,
            tier=environment,
            kind=chosen(_KINDS, ship.kind[rows]),
            outcome=chosen(("success", "failed"), np.where(ends < 0, NEVER, (self.incident[rows] >= 0) & live)),
            commit=ship.hash.take(some),
            previous_commit=ship.hash.take(pa.array(before, pa.int64(), mask=before < 0)),
            artifact=joined(scene.service_names(ship.service[rows]), ":", self.trunk.versions.take(some)),
            release=self.trunk.tags.take(some),
            run=run,
            change_request=pc.if_else(asked, self.changes.take(some), pa.scalar(None, pa.string())),
            started_at=begins,
            first_exposed_at=begins if live else None,
            finished_at=ends,
        )

    def _rollbacks(self) -> Batch:
        scene, ship = self.scene, self.ship
        incidents = rolled_back(scene)
        failed = self.caused(incidents)
        incidents, failed = incidents[ship.before[failed] >= 0], failed[ship.before[failed] >= 0]
        to, ends = pa.array(ship.before[failed]), scene.played.incidents.restored[incidents]
        service = ship.service[failed]
        return scene.batch(
            Deployment,
            len(failed),
            learned=ends,
            source=PIPELINE,
            repository=chosen(scene.repositories, scene.service_repository[service]),
            id=joined(self.ids.take(pa.array(failed)), "-rollback"),
            service=scene.service_names(service),
            environment="production",
            tier="production",
            kind="rollback",
            outcome="success",
            commit=ship.hash.take(to),
            previous_commit=ship.hash.take(pa.array(failed)),
            artifact=joined(scene.service_names(service), ":", self.trunk.versions.take(to)),
            release=self.trunk.tags.take(to),
            run=joined("rollback-", failed),
            started_at=np.maximum(ends - 300, scene.played.incidents.detected[incidents]),
            first_exposed_at=ends,
            finished_at=ends,
        )

    def approvals(self) -> tuple[Ints, Ints]:
        """Return for each shipment when its first change was put before the board, and when its last one was passed."""
        scene, visits = self.scene, self.scene.played.visits
        asked, passed = np.full(len(self.ship), NEVER, np.int64), np.full(len(self.ship), NEVER, np.int64)
        rows = np.nonzero((visits.stage == APPROVAL) & (visits.finished >= 0))[0]
        release = scene.played.released[visits.work[rows]]
        rows, release = rows[release >= 0], release[release >= 0]
        ship = self.trunk.shipment_of[release]
        in_time = visits.finished[rows] <= self.ship.at[ship]
        rows, ship = rows[in_time], ship[in_time]
        first = np.full(len(self.ship), np.iinfo(np.int64).max)
        np.minimum.at(first, ship, visits.queued[rows])
        np.maximum.at(passed, ship, visits.finished[rows])
        asked[passed >= 0] = first[passed >= 0]
        return asked, passed

    def change_requests(self) -> Iterator[Batch]:
        """Give one change for each shipment, but for the few that went by without."""
        scene, ship = self.scene, self.ship
        rows = np.nonzero(self.has_change)[0]
        asked, passed = (column[rows] for column in self.approvals())
        at, kind, board = ship.at[rows], ship.kind[rows], self.board(ship.service[rows])
        type_ = np.where(kind == HOTFIX, 2, np.where(board, 1, 0))
        wrong = self.incident[rows] >= 0
        back = np.isin(self.incident[rows], rolled_back(scene))
        service = ship.service[rows]
        yield scene.batch(
            ChangeRequest,
            len(rows),
            learned=np.maximum(at, self.ends[rows]),
            source=DESK,
            repository="changes",
            id=self.changes.take(pa.array(rows)),
            title=joined("Release ", self.trunk.tags.take(pa.array(rows))),
            service=scene.service_names(service),
            team=scene.team_names(scene.service_team[service]),
            type=chosen(("standard", "normal", "emergency"), type_),
            model=chosen(("release train", None, None), type_),
            risk=chosen(("low", "medium", "high"), type_),
            status=chosen(("closed", "implementing"), self.ends[rows] < 0),
            authority=chosen(("pre-authorised", "board", "manager"), type_),
            requested_at=np.where((asked >= 0) & (type_ == 1), asked, np.maximum(at - 900, 0)),
            approved_at=np.where((passed >= 0) & (type_ == 1), passed, np.maximum(at - 600, 0)),
            planned_start_at=at,
            planned_end_at=at + HOUR,
            started_at=at,
            ended_at=self.ends[rows],
            outcome=chosen(
                ("successful", "failed", "backed out"),
                np.where(self.ends[rows] < 0, NEVER, wrong.astype(np.int64) + (wrong & back)),
            ),
            deployment=self.ids.take(pa.array(rows)),
        )

    def exposures(self) -> Iterator[Batch]:
        """Give the steps by which features came to their users, each behind a flag."""
        scene = self.scene
        released = released_features(scene)
        rows = np.nonzero(released >= 0)[0]
        steps = np.tile(np.arange(4), len(rows))
        feature = np.repeat(rows, 4)
        at = released[feature] + steps * 4 * DAY
        inside = at < scene.world.seconds
        feature, at, steps = feature[inside], at[inside], steps[inside]
        names = [f.name for f in scene.plan.features]
        service = np.array([scene.world.services_of(f.team)[0].number for f in scene.plan.features], np.int64)
        yield scene.batch(
            Exposure,
            len(at),
            learned=at,
            source=FLAGS,
            repository="tidewren",
            id=joined(chosen([f.key for f in scene.plan.features], feature), steps + 1, between="-step-"),
            flag=chosen([f"show-{f.key.lower()}" for f in scene.plan.features], feature),
            feature=chosen(names, feature),
            service=scene.service_names(service[feature]),
            environment="production",
            variant="on",
            share=np.asarray((0.05, 0.25, 0.5, 1.0))[steps],
            changed_at=at,
        )


def released_features(scene: Scene) -> Ints:
    """Return when each feature met its first users: with the third of its stories to be done, NEVER without."""
    done, feature = scene.played.done, scene.plan.work.feature
    rows = np.nonzero((feature >= 0) & (done >= 0))[0]
    order = rows[np.lexsort((done[rows], feature[rows]))]
    nth = np.arange(len(order)) - np.searchsorted(feature[order], feature[order], side="left")
    found = np.full(len(scene.plan.features), NEVER, np.int64)
    third = order[nth == 2]
    found[feature[third]] = done[third]
    return found
