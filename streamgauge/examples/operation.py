"""Dresses operation: incidents, alerts, service levels, post-mortems and what was promised in them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from streamgauge.examples import words
from streamgauge.examples.chance import Bools, Floats, Ints
from streamgauge.examples.delivery import Delivery
from streamgauge.examples.scene import HOUR, Scene
from streamgauge.examples.tables import NEVER, Batch, joined, single
from streamgauge.examples.tables import words as chosen
from streamgauge.examples.world import DAY, Service
from streamgauge.records import Action, Alert, Incident, Postmortem, ServiceLevel

PAGER, METER, NOTES = "pagerduty", "prometheus", "wiki"
WINDOW = 28
_MOST_INTERVALS = 2_000_000
_NOISE_A_WEEK = 1.2
_CAUSES = ("change", "infrastructure", "dependency", "load", "data")


class Operation:
    """The incidents of a scene and what was learned from them."""

    def __init__(self, scene: Scene, delivery: Delivery) -> None:
        self.scene, self.delivery, self.played = scene, delivery, scene.played.incidents
        n, draws = len(self.played.began), scene.chance.of("incidents")
        self.known = np.nonzero((self.played.detected >= 0) & (self.played.detected < scene.world.seconds))[0]
        self.ids = joined("INC-", np.arange(n) + 1)
        self.cause = np.where(self.played.release >= 0, 0, draws.integers(1, len(_CAUSES), n))
        self.is_named = draws.random(n) < 0.6
        self.is_explained = draws.random(n) < 0.8
        self.resolved = np.where(self.played.restored >= 0, self.played.restored + draws.integers(0, 3 * DAY, n), NEVER)
        self.resolved = np.where(self.resolved < scene.world.seconds, self.resolved, NEVER)
        tier = np.array([service.tier for service in scene.world.services], np.int64)[self.played.service]
        self.severity = np.clip(tier - 1 + draws.integers(0, 2, n), 0, 3)
        self.trouble = draws.integers(0, len(words.TROUBLES), n)
        self.root = self._roots(draws.integers(0, len(words.CAUSES), n))

    def _roots(self, drawn: Ints) -> Ints:
        """Return the root of each incident; one service has the same again and again."""
        for turn in self.scene.story.of("same cause again"):
            mine = (self.played.service == turn.service) & (self.played.began >= turn.begins)
            drawn = np.where(mine, turn.service % len(words.CAUSES), drawn)
        return drawn

    def incidents(self) -> Iterator[Batch]:
        """Give incidents as they were found, as they are now, and a few that were reported twice."""
        rows, end = self.known, self.scene.world.seconds
        restored = np.where(self.played.restored[rows] < end, self.played.restored[rows], NEVER)
        detected, none = self.played.detected[rows], np.full(len(rows), NEVER, np.int64)
        last = np.where(restored >= 0, np.maximum(self.played.restored[rows], self.resolved[rows]), end + DAY)
        yield self.scene.former(self._incidents(rows, self.ids, detected, none), detected, last)
        over = rows[restored >= 0]
        yield self._incidents(over, self.ids, last[restored >= 0], self.played.restored[over])
        twice = over[over % 25 == 7]
        yield self._incidents(
            twice, joined(self.ids, "-again"), self.played.restored[twice], self.played.restored[twice], again=True
        )

    def _incidents(self, rows: Ints, ids: pa.Array, learned: Ints, restored: Ints, *, again: bool = False) -> Batch:
        scene, some, over = self.scene, pa.array(rows), restored >= 0
        cause = self.delivery.caused(rows)
        named = over & (cause >= 0) & self.is_named[rows] & (not again)
        service, detected = self.played.service[rows], self.played.detected[rows]
        deployments = self.delivery.ids.take(pa.array(cause, pa.int64(), mask=cause < 0))
        taken = np.minimum(detected + 120 + rows * 53 % 1500, np.where(over, restored, np.iinfo(np.int64).max))
        return scene.batch(
            Incident,
            len(rows),
            learned=learned,
            source=PAGER,
            repository="tidewren",
            id=ids.take(some),
            title=joined(scene.service_names(service), chosen(words.TROUBLES, self.trouble[rows]), between=" "),
            service=scene.service_names(service),
            team=scene.team_names(scene.service_team[service]),
            severity=chosen(("SEV1", "SEV2", "SEV3", "SEV4"), self.severity[rows]),
            urgency=chosen(("high", "high", "low", "low"), self.severity[rows]),
            status=chosen(("acknowledged", "resolved"), over.astype(np.int64)),
            cause=chosen(_CAUSES, np.where(over & self.is_explained[rows], self.cause[rows], -1)),
            deployments=single(deployments, named),
            duplicate_of=self.ids.take(some) if again else None,
            is_false_alarm=False,
            impact_started_at=self.played.began[rows],
            detected_at=detected,
            acknowledged_at=np.where(taken < scene.world.seconds, taken, NEVER),
            mitigated_at=restored,
            resolved_at=np.where(over, self.resolved[rows], NEVER),
        )

    def alerts(self) -> Iterator[Batch]:
        """Give the alert of each incident, and many that meant nothing."""
        scene, draws, rows = self.scene, self.scene.chance.of("alerts"), self.known
        fired = np.maximum(self.played.detected[rows] - 60, self.played.began[rows])
        counts = draws.poisson(_NOISE_A_WEEK * scene.world.seconds / (7 * DAY), len(scene.world.services))
        noise = np.repeat(np.arange(len(counts)), counts)
        at = np.concatenate([fired, draws.integers(0, scene.world.seconds, len(noise))])
        service = np.concatenate([self.played.service[rows], noise])
        incident = np.concatenate([rows, np.full(len(noise), -1, np.int64)])
        restored = self.played.restored[incident]
        quiet = np.where((incident >= 0) & (restored >= 0), restored, at + 300 + draws.integers(0, 3000, len(at)))
        order = np.lexsort((service, at))
        at, service, incident, quiet = at[order], service[order], incident[order], quiet[order]
        over = quiet < scene.world.seconds
        yield scene.batch(
            Alert,
            len(at),
            learned=np.where(over, quiet, at),
            source=PAGER,
            repository="tidewren",
            id=joined("ALR-", np.arange(len(at)) + 1),
            rule=joined(
                scene.service_names(service),
                chosen(words.ALARMS, (at // 60 + service) % len(words.ALARMS)),
                between=": ",
            ),
            service=scene.service_names(service),
            severity=chosen(("warning", "critical"), incident >= 0),
            fired_at=at,
            acknowledged_at=np.where((incident >= 0) & over, np.minimum(at + 240, quiet), NEVER),
            resolved_at=np.where(over, quiet, NEVER),
            incident=self.ids.take(pa.array(incident, pa.int64(), mask=incident < 0)),
        )

    def service_levels(self) -> Iterator[Batch]:
        """Give one objective of availability for each service, interval by interval."""
        scene, step = self.scene, interval(self.scene)
        began = np.arange(0, scene.world.seconds - step + 1, step)
        ended = began + step
        for service in scene.world.services:
            good, valid = self.level(service)
            yield scene.batch(
                ServiceLevel,
                len(began),
                learned=ended,
                source=METER,
                repository="tidewren",
                id=joined(f"{service.name}-availability-", began // step),
                objective=f"{service.name}-availability",
                service=service.name,
                indicator="availability",
                target=service.objective,
                window_days=WINDOW,
                began_at=began,
                ended_at=ended,
                good=good,
                valid=valid,
            )

    def level(self, service: Service) -> tuple[Floats, Floats]:
        """Return the good and the valid requests of each interval of a service."""
        scene, step = self.scene, interval(self.scene)
        draws = scene.chance.of("requests", service.number)
        began = np.arange(0, scene.world.seconds - step + 1, step)
        hour = began // HOUR % 24
        busy = 0.25 + np.where((hour > 5) & (hour < 22), 1.0, 0.0) if step == HOUR else np.ones(len(began))
        valid = np.round(busy * (400, 250, 120)[service.tier - 1] * step / HOUR * draws.uniform(0.8, 1.2, len(began)))
        loss = (1 - service.objective) * (
            0.3 * draws.gamma(2.0, 0.5, len(began)) + self._suffering(service, began, step)
        )
        bad = np.minimum(valid, np.round(valid * loss))
        return valid - bad, valid

    def _suffering(self, service: Service, began: Ints, step: int) -> Floats:
        """Return by how many times its budget a service lost in each interval, for its incidents."""
        rows = self.known[self.played.service[self.known] == service.number]
        ends = np.where(self.played.restored[rows] >= 0, self.played.restored[rows], self.scene.world.seconds)
        found = np.zeros(len(began))
        for begins, over in zip(self.played.began[rows].tolist(), ends.tolist(), strict=True):
            first, last = begins // step, min(over // step, len(began) - 1)
            where = np.arange(first, last + 1)
            share = np.clip(np.minimum(over, began[where] + step) - np.maximum(begins, began[where]), 0, step) / step
            found[where] += 8.0 * share * self._burn(service, begins)
        return found

    def _burn(self, service: Service, at: int) -> float:
        turns = self.scene.story.of("budget burns")
        return max((turn.size for turn in turns if turn.service == service.number and at >= turn.begins), default=1.0)

    def burnt(self, service: Service) -> Floats:
        """Return the share of the error budget of the last 28 days that is used at the end of each interval."""
        good, valid = self.level(service)
        span = WINDOW * DAY // interval(self.scene)
        bad, all_ = (np.concatenate([[0.0], np.cumsum(column)]) for column in (valid - good, valid))
        ends = np.arange(1, len(bad))
        starts = np.maximum(ends - span, 0)
        found: Floats = (bad[ends] - bad[starts]) / ((1 - service.objective) * (all_[ends] - all_[starts]))
        return found

    @property
    def discussed(self) -> Ints:
        """The incidents that got a post-mortem: most of the severe ones, and all where the same comes again."""
        known = self.known[self.resolved[self.known] >= 0]
        again = np.zeros(len(known), bool)
        for turn in self.scene.story.of("same cause again"):
            again |= (self.played.service[known] == turn.service) & (self.played.began[known] >= turn.begins)
        found: Ints = known[((self.severity[known] < 2) & (known * 7 % 10 < 7)) | again]
        return found

    def postmortems(self) -> Iterator[Batch]:
        """Give a post-mortem for most of the severe incidents."""
        scene, rows = self.scene, self.discussed
        began = self.resolved[rows] + DAY
        out = began + (1 + rows % 16) * DAY
        rows, began, out = (column[began < scene.world.seconds] for column in (rows, began, out))
        public = out < scene.world.seconds
        yield scene.batch(
            Postmortem,
            len(rows),
            learned=np.where(public, out, began),
            source=NOTES,
            repository="postmortems",
            id=joined("PM-", rows + 1),
            incident=self.ids.take(pa.array(rows)),
            causes=single(chosen(words.CAUSES, self.root[rows])),
            status=chosen(("draft", "published"), public),
            started_at=began,
            published_at=np.where(public, out, NEVER),
        )

    def actions(self) -> Iterator[Batch]:
        """Give what was promised in post-mortems; some of it stays open."""
        scene = self.scene
        rows = self.discussed[self.resolved[self.discussed] + DAY < scene.world.seconds]
        counts = 1 + rows % 3
        of, nth = np.repeat(rows, counts), np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        made = self.resolved[of] + DAY
        closed = made + (5 + (of * 13 + nth * 29) % 45) * DAY
        closed = np.where(self._forgotten(of, nth) | (closed >= scene.world.seconds), NEVER, closed)
        team = scene.service_team[self.played.service[of]]
        yield scene.batch(
            Action,
            len(of),
            learned=np.where(closed >= 0, closed, made),
            source=NOTES,
            repository="postmortems",
            id=joined("ACT-", of + 1, "-", nth + 1),
            title=joined(
                chosen(words.REMEDIES, (of + nth) % len(words.REMEDIES)),
                chosen(words.CAUSES, self.root[of]),
                between=" ",
            ),
            origin_kind="postmortem",
            origin=joined("PM-", of + 1),
            type=chosen(("prevent", "detect", "mitigate"), nth),
            team=scene.team_names(team),
            owner=scene.people(team, of % 5, made),
            created_at=made,
            due_at=made + 28 * DAY,
            closed_at=closed,
            status=chosen(("open", "done"), closed >= 0),
        )

    def _forgotten(self, incident: Ints, nth: Ints) -> Bools:
        """Return which actions nobody ever does: one in five, and all where the same cause comes again."""
        found: Bools = (incident * 3 + nth) % 5 == 0
        for turn in self.scene.story.of("same cause again"):
            found |= (self.played.service[incident] == turn.service) & (self.played.began[incident] >= turn.begins)
        return found


def interval(scene: Scene) -> int:
    """Return the length of the intervals that service levels are counted in: an hour, in a large company a day."""
    hours = scene.world.seconds // HOUR * len(scene.world.services)
    return HOUR if hours <= _MOST_INTERVALS else DAY
