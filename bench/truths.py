"""Scores what can be seen of an invented company against the ledger of its truths: precision, recall, delay.

Run `python -m bench.truths --seed 1 --teams 8 --months 18`. A detector is one function and one line on DETECTORS; what
an insight of the product claims in the words of the ledger is one line on CLAIMED. A claim is right where a truth of
its kind is true there at a time that was looked at; a truth is found where a right claim was made.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.clock import apart
from bench.figure import Figure
from bench.ground import Ground

Place = Mapping[str, str]
_ROW = "{:<38} {:>7} {:>7} {:>10} {:>8} {:>10}  {}"
_LOOK_DAYS = 30
"""How often the history is looked at as it grows, to say when something could first be seen: what lasts for two months
is over at the next of rarer looks."""


@dataclass(frozen=True)
class Claim:
    """What a detector says to be so: a kind of truth, and where."""

    kind: str
    place: Place


@dataclass(frozen=True)
class Seen:
    """What a detector may look at: the lake, and the report of all services up to an instant."""

    lake: Any
    company: Any
    until: datetime
    streams: Mapping[str, str] = field(default_factory=dict)
    """The name of each stream, by the dataset of its work."""

    @cached_property
    def services(self) -> tuple[Any, ...]:
        """How each service delivers."""
        return self.delivered(None, self.until)

    @cached_property
    def standing_out(self) -> tuple[tuple[str, Place], ...]:
        """What the insights find, in the words of the ledger; streams by their names."""
        from streamgauge.answers.findings import findings
        from streamgauge.answers.flow_terms import FlowRequest

        request = FlowRequest(until=self.until, company=self.company)
        found = []
        for one in findings(self.lake, request, self.until).findings:
            if one.insight in CLAIMED:
                kind, placed = CLAIMED[one.insight]
                stream = self.streams.get(one.place.get("dataset", ""))
                place = placed(one.place | ({"stream": stream} if stream else {}))
                # A dataset that is no stream, such as the requests to another team, is not in the ledger.
                if place is not None and place.get("stream") != "":
                    found.append((kind, place))
        return tuple(found)

    def delivered(self, since: datetime | None, until: datetime) -> tuple[Any, ...]:
        """Return how each service delivered in a span."""
        from streamgauge.answers.delivery import deliver
        from streamgauge.answers.request import Request
        from streamgauge.sync import held

        request = Request(since=since, until=until, lines="none", company=self.company)
        return deliver(self.lake, request, held(self.lake, request)).services


@dataclass(frozen=True, kw_only=True)
class Detector:
    """One way of seeing: which kinds of truth it sees, and how it looks."""

    name: str
    sees: tuple[str, ...]
    look: Callable[[Seen], Iterable[Claim]]


@dataclass(frozen=True, kw_only=True)
class Score:
    """How claims of one kind stand against the truths of it; `delay` is the median in days, null where none was met."""

    kind: str
    truths: int
    claims: int = 0
    right: int = 0
    found: int = 0
    delay: float | None = None
    by: tuple[str, ...] = field(default=())


def value(service: Any, metric: str) -> tuple[float | None, int]:
    """Return a measure of a service and how many cases are behind it."""
    return next(((m.value, m.n) for m in service.measures if m.metric == metric), (None, 0))


def highest_fail_rate(seen: Seen) -> Iterator[Claim]:
    """Claim the service whose inferred change fail rate is the highest, of those with enough releases."""
    rates = [(*value(s, "change_fail_rate"), s.service) for s in seen.services]
    enough = [(rate, name) for rate, n, name in rates if rate is not None and n >= 20]
    if enough:
        yield Claim("fails most often", {"service": max(enough)[1]})


def waiting_changes(seen: Seen) -> Iterator[Claim]:
    """Claim services in which many changes wait, and where nothing was released for long."""
    for service in seen.services:
        oldest = service.undeployed.oldest_at
        if service.undeployed.n >= 20 and oldest is not None and seen.until - oldest > timedelta(days=45):
            yield Claim("undeployed inventory", {"service": service.service})


def instant_releases(seen: Seen) -> Iterator[Claim]:
    """Claim services whose usual change is out within the hour while its releases hold one: made for the count."""
    for service in seen.delivered(seen.until - timedelta(days=120), seen.until):
        (lead, n), (batch, _) = value(service, "change_lead_time"), value(service, "batch_size")
        if lead is not None and batch is not None and n >= 20 and lead < 1.0 and batch <= 1.5:
            yield Claim("metric gamed", {"service": service.service})


def speed_for_failures(seen: Seen) -> Iterator[Claim]:
    """Claim services that became quicker in the last half year while more of their releases failed."""
    middle = seen.until - timedelta(days=182)
    before = {s.service: s for s in seen.delivered(None, middle)}
    for service in seen.delivered(middle, seen.until):
        former = before.get(service.service)
        if former is None:
            continue
        (lead, n), (rate, releases) = value(service, "change_lead_time"), value(service, "change_fail_rate")
        lead_then, n_then = value(former, "change_lead_time")
        rate_then, releases_then = value(former, "change_fail_rate")
        if lead is None or rate is None or lead_then is None or rate_then is None:
            continue
        enough = min(n, n_then) >= 20 and min(releases, releases_then) >= 10
        if enough and lead < 0.9 * lead_then and rate > max(0.15, 1.4 * rate_then):
            yield Claim("waterbed", {"service": service.service})


DETECTORS: tuple[Detector, ...] = (
    Detector(name="highest change fail rate", sees=("fails most often",), look=highest_fail_rate),
    Detector(name="changes that wait", sees=("undeployed inventory",), look=waiting_changes),
    Detector(name="instant releases", sees=("metric gamed",), look=instant_releases),
    Detector(name="speed paid with failures", sees=("waterbed",), look=speed_for_failures),
)


_STAGES = {
    "Analysis": "analysis",
    "Ready": "development",
    "Development": "development",
    "Review": "review",
    "Test": "validation",
    "Acceptance": "approval",
    "Release": "release",
}
"""The stages of the product in the words of the ledger; what is ready waits to be developed."""


def _at_stage(place: Place) -> Place:
    return {"stream": place.get("stream", ""), "stage": _STAGES.get(place["stage"], place["stage"])}


def _between(place: Place) -> Place | None:
    if "from_stage" not in place:
        return None
    ends = {end: _STAGES.get(place[f"{end}_stage"], "") for end in ("from", "to")}
    return {"stream": place.get("stream", "")} | ends


def _of(name: str) -> Callable[[Place], Place | None]:
    return lambda place: {name: place[name]} if name in place else None


CLAIMED: dict[str, tuple[str, Callable[[Place], Place | None]]] = {
    "bottleneck": ("constraint", _at_stage),
    "handoff_friction": ("handoff friction", _between),
    "provider_slows_down": ("provider slows down", _of("team")),
    "too_many_initiatives": ("team spread thin", _of("team")),
    "wip_over_limit": ("wip limit ignored", _of("team")),
    "limit_never_binds": ("wip limit never binds", _of("team")),
    "merged_work_waits": ("undeployed inventory", _of("service")),
    "flaky_default_branch": ("pipeline flakes", _of("repository")),
    "stale_data": ("dirt: tool down", lambda place: {"tool": place["feed"]}),
}
"""What an insight claims, as a kind of truth, and its place in the ledger's words (None: not of this kind)."""


def standing_out(seen: Seen) -> Iterator[Claim]:
    """Claim what the insights of the product find."""
    for kind, place in seen.standing_out:
        yield Claim(kind, place)


def detectors() -> tuple[Detector, ...]:
    """Return our own detectors, and what the insights of the product see."""
    kinds = tuple(dict.fromkeys(kind for kind, _ in CLAIMED.values()))
    return (*DETECTORS, Detector(name="insights", sees=kinds, look=standing_out))


def score(folder: Path, seed: int, teams: int, months: int) -> list[Score]:
    """Return one score for each kind of truth of a company, those that nothing sees too."""
    from streamgauge.answers.brought import Brought
    from streamgauge.examples.company import company
    from streamgauge.facts import FACTS
    from streamgauge.fill import fill, pseudonyms
    from streamgauge.lake import Lake
    from streamgauge.progress import Silent

    invented = company(seed, teams=teams, months=months)
    lake = Lake.open(str(folder / f"truths-{seed}-{teams}-{months}"), create=True, facts=FACTS)
    given = Brought(mark=invented.mark, company=invented.file, until=invented.world.until)
    fill(lake, given, invented.records(pseudonyms(lake)), Silent())
    world = invented.world
    owner = {service.name: world.teams[service.team].name for service in world.services}
    n = max(1, round((world.until - world.start).days / _LOOK_DAYS))
    looks = [world.start + (world.until - world.start) * (i + 1) / n for i in range(n)]
    streams = {stream.key: stream.name for stream in world.streams}
    made = _claims([Seen(lake, given.company, at, streams) for at in looks])
    return _scores(invented.truths(), made, world.start, owner)


Made = Mapping[tuple[str, tuple[tuple[str, str], ...]], Sequence[datetime]]
"""Each claim, with the instants at which it was made."""
_WINDOW = timedelta(days=180)
"""How far back a look sees."""


def _claims(looks: Sequence[Seen]) -> Made:
    """Return every claim with when it was made."""
    found: dict[Any, list[datetime]] = {}
    for seen in looks:
        for detector in detectors():
            for claim in detector.look(seen):
                found.setdefault((claim.kind, tuple(sorted(claim.place.items()))), []).append(seen.until)
    return found


def _scores(truths: Sequence[Any], made: Made, start: datetime, owner: Mapping[str, str]) -> list[Score]:
    """Return a score a kind; precision is over the times that a claim was made, recall over the truths."""
    scores, seen = [], {kind for detector in detectors() for kind in detector.sees}
    for kind in sorted({truth.kind for truth in truths} | seen):
        mine = [truth for truth in truths if truth.kind == kind]
        claims = [(dict(key[1]), at) for key, times in made.items() if key[0] == kind for at in dict.fromkeys(times)]
        met = [[at for place, at in claims if _meets(truth, place, at, start, owner)] for truth in mine]
        right = sum(any(_meets(truth, place, at, start, owner) for truth in mine) for place, at in claims)
        begins = [start + timedelta(seconds=truth.begins) for truth in mine]
        delays = [(min(at) - then).total_seconds() / 86_400 for at, then in zip(met, begins, strict=True) if at]
        by = tuple(detector.name for detector in detectors() if kind in detector.sees)
        scores.append(
            Score(
                kind=kind,
                truths=len(mine),
                claims=len(claims),
                right=right,
                found=len(delays),
                delay=median(delays) if delays else None,
                by=by,
            )
        )
    return scores


def _meets(truth: Any, place: Place, at: datetime, start: datetime, owner: Mapping[str, str]) -> bool:
    """Whether a claim that was made at an instant is about a truth: its place, and a time that was looked at."""
    begins, ends = (start + timedelta(seconds=when) for when in (truth.begins, truth.ends))
    return begins <= at and ends >= at - _WINDOW and _fits(truth.place, place, owner)


def _fits(truth: Place, claim: Place, owner: Mapping[str, str]) -> bool:
    """Whether a claim is about the place of a truth; a truth about a team is met by a claim about its service."""
    if "service" in claim and "service" not in truth:
        return owner.get(claim["service"]) == truth.get("team")
    return all(truth.get(name) == value for name, value in claim.items())


def truths(ground: Ground) -> Iterator[Figure]:
    """Give how much of what is claimed is wrong, and how much of what could be claimed is missed."""
    size = (1, 3, 6) if ground.commits else (1, 8, 18)
    scores = [one for one in apart(None, score, ground.folder, *size) if one.by]
    claims, right = sum(one.claims for one in scores), sum(one.right for one in scores)
    there, found = sum(one.truths for one in scores), sum(one.found for one in scores)
    what = "truths of seed {}, {} teams, {} months".format(*size)
    if claims:
        yield Figure(name=f"{what}: wrong", ours=1 - right / claims, unit="", against="of claims", limit=0.6)
    else:
        yield Figure(name=f"{what}: wrong", against="of claims", limit=0.6, missing="no claims")
    yield Figure(name=f"{what}: missed", ours=1 - found / there, unit="", against="of truths", limit=1.0)


def main(words: Sequence[str] | None = None) -> None:
    """Print the scores of one company: what is seen, how well, how late, and what nothing sees yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.truths", description=__doc__)
    for name, usual in (("seed", 1), ("teams", 8), ("months", 18)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args(words)
    with TemporaryDirectory(prefix="streamgauge-truths-") as folder:
        scores = score(Path(folder), asked.seed, asked.teams, asked.months)
    print(_ROW.format("kind of truth", "truths", "claims", "precision", "recall", "delay", "seen by"))
    for one in sorted(scores, key=lambda each: (not each.by, each.kind)):
        print(_said(one))


def _said(one: Score) -> str:
    if not one.by:
        return _ROW.format(one.kind, one.truths, "-", "-", "-", "-", "not seen")
    precision = f"{one.right / one.claims:.2f}" if one.claims else "-"
    recall = f"{one.found / one.truths:.2f}" if one.truths else "-"
    delay = "-" if one.delay is None else f"{one.delay:.0f} d"
    return _ROW.format(one.kind, one.truths, one.claims, precision, recall, delay, ", ".join(one.by))


if __name__ == "__main__":
    main()
