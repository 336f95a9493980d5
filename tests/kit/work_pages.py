"""Pages about work, made once: of a small lake, of one where nothing happened, and of names that mean harm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from streamgauge.answers.ageing import ageing
from streamgauge.answers.ageing_report import AgeingItem, BlockedItem, Pace
from streamgauge.answers.blocked import blocked
from streamgauge.answers.code import report as code_report
from streamgauge.answers.code_proof import prove_each_code
from streamgauge.answers.code_report import OpenPullRequest, RepositoryCode
from streamgauge.answers.findings import Findings, Silenced, findings, standing_out
from streamgauge.answers.flow import report
from streamgauge.answers.flow_pictures import pictures
from streamgauge.answers.flow_proof import prove_each
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.map_proof import prove_items, prove_map
from streamgauge.answers.proof import Proof
from streamgauge.answers.stream_map import Edge, Handoff, Stage, StreamMap, Variant, Variants
from streamgauge.answers.value_stream import stream_map
from streamgauge.insights import Evidence, Finding
from streamgauge.lake import Lake
from streamgauge.metrics import CHANCE_TO_KEEP, CODE, FLOW, MAP
from streamgauge.surfaces.web import aging, code, flow, insights, value_stream
from streamgauge.surfaces.web import blocked as blocked_page
from tests.kit import yard
from tests.kit.board import day, item, link, transitions, write
from tests.kit.hostile_words import HOSTILE

NOW = day(70)
REQUEST = FlowRequest(until=day(60))
NOTHING = FlowRequest(since=day(58), until=day(60))
EARLY = FlowRequest(until=day(-1))
BUILT, READ = "In Progress", "In Review"
WAYS = (
    (("To do", 0, "Grebe"), (BUILT, 2, "Grebe"), (READ, 3, "Petrel"), ("Done", 5, "Petrel")),
    (
        *(("To do", 0, "Grebe"), (BUILT, 1, "Grebe"), (READ, 4, "Petrel"), (BUILT, 5, "Grebe")),
        *((READ, 7, "Petrel"), ("Done", 8, "Petrel")),
    ),
    (("To do", 0, "Grebe"), ("Sent to the moon", 3, "Grebe"), ("Done", 9, "Grebe")),
    (("To do", 0, "Petrel"), (BUILT, 6, "Petrel")),
)
BLOCKED = ((7, 3), (11, 7), (11, 15), (19, 23), (23, 19))
"""Numbers of items, what blocks first: a chain, one that blocks two, and two that wait for each other."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A lake, and the pages about it by name."""

    lake: Lake
    pages: dict[str, str]


def lake(place: Path) -> Lake:
    """Return a lake with forty items, a quarter of each way, begun a day apart."""
    moves = [
        row | {"team": team, "id": f"{number}-{place}"}
        for number in range(40)
        for place, (status, at, team) in enumerate(WAYS[number % 4])
        for row in transitions(f"W-{number}", [(status, number + at)])
    ]
    links = [link("blocks", f"W-{blocker}", f"W-{waiting}") for blocker, waiting in BLOCKED]
    items = [item(f"W-{number}", title=f"Work {number}", type="story") for number in range(40)]
    return write(place, moves, items, links)


def _map(lake: Lake, request: FlowRequest) -> str:
    proven = [metric for metric in MAP if metric.name not in value_stream.ELSEWHERE]
    proofs = prove_map(lake, request, proven, limit=5, now=NOW)
    found = standing_out(lake, request)
    return value_stream.render(stream_map(lake, request, now=NOW), proofs, ("--dataset", "work"), found)


def _hostile_map(lake: Lake) -> str:
    """Return a map of thirty-two stages, teams and statuses whose names mean harm."""
    plain = stream_map(lake, REQUEST, now=NOW)
    return value_stream.render(hostile(plain), (), ("--team", HOSTILE[3]), _harmful(findings(lake, REQUEST, now=NOW)))


def hostile(plain: StreamMap) -> StreamMap:
    """Return a map in which every word of a tool means harm."""
    stage = plain.stages[0]
    names = [f"{word}{turn}" for turn in range(4) for word in HOSTILE]
    stages: tuple[Stage, ...] = tuple(replace(stage, stage=name, queue=10**i % 98_765) for i, name in enumerate(names))
    edge, handoff = plain.edges[0], plain.handoffs[0]
    edges: tuple[Edge, ...] = tuple(replace(edge, from_=name, to=names[i - 1]) for i, name in enumerate(names))
    handoffs: tuple[Handoff, ...] = tuple(replace(handoff, from_=name, to=names[i - 1]) for i, name in enumerate(names))
    return replace(
        plain,
        datasets=HOSTILE,
        team=HOSTILE[1],
        type=HOSTILE[0],
        message=" ".join(HOSTILE),
        notes=HOSTILE,
        stages=stages,
        edges=edges,
        handoffs=handoffs,
        variants=Variants(count=1, top=(Variant(path=tuple(names), count=4, share=0.25),)),
        bottleneck=replace(plain.candidates[0], stage=names[0], signals=HOSTILE),
        candidates=tuple(replace(plain.candidates[0], stage=name) for name in names),
    )


def _flow(lake: Lake, request: FlowRequest, *, harm: bool = False) -> str:
    proofs = prove_each(lake, request, FLOW, limit=5 if harm else 20, now=NOW)
    answer, found = report(lake, request, now=NOW), pictures(lake, request, now=NOW)
    if not harm:
        return flow.render(answer, found, proofs, ("--dataset", "work"), standing_out(lake, request))
    records = tuple(replace(proofs[1].records[0], id=word, detail=word) for word in HOSTILE)
    answer = replace(
        answer,
        datasets=HOSTILE,
        team=HOSTILE[1],
        message=" ".join(HOSTILE),
        notes=HOSTILE,
        distribution=tuple(replace(answer.distribution[0], type=word) for word in HOSTILE),
        data_quality=replace(
            answer.data_quality, unmapped=tuple(replace(answer.data_quality.unmapped[0], status=w) for w in HOSTILE)
        ),
    )
    found = replace(found, finished=tuple(replace(found.finished[0], item=word) for word in HOSTILE))
    return flow.render(answer, found, tuple(replace(p, records=records, coverage=HOSTILE[3]) for p in proofs), HOSTILE)


def _aging(lake: Lake, request: FlowRequest) -> str:
    answer = ageing(lake, request, limit=None, now=NOW)
    proofs = _proofs(lake, request, (*aging.PROVEN, *aging.PACES))
    listed = [one.item for one in answer.items[:5] if one.chance is not None]
    proofs += prove_items(lake, request, CHANCE_TO_KEEP, listed, now=NOW)
    return aging.render(answer, proofs, ("--dataset", "work"), limit=5)


def _proofs(lake: Lake, request: FlowRequest, names: Sequence[str]) -> tuple[Proof, ...]:
    flow_ones, map_ones = ([metric for metric in of if metric.name in names] for of in (FLOW, MAP))
    return (*prove_each(lake, request, flow_ones, limit=20, now=NOW), *prove_map(lake, request, map_ones, now=NOW))


def _hostile_aging(lake: Lake) -> str:
    plain = ageing(lake, REQUEST, limit=None, now=NOW)
    names = [f"{word}{turn}" for turn in range(4) for word in HOSTILE]
    one, pace = plain.items[0], Pace(stage="", n=10, p50_hours=0, p70_hours=9, p85_hours=99, p95_hours=999)
    items: tuple[AgeingItem, ...] = tuple(
        replace(one, item=name, title=name, type=name, team=name, status=name, stage=name, pace="P95", age_hours=9.0**i)
        for i, name in enumerate(names[:8])
    )
    return aging.render(
        replace(
            plain,
            datasets=HOSTILE,
            message=" ".join(HOSTILE),
            notes=HOSTILE,
            items=items,
            paces=tuple(replace(pace, stage=name) for name in names),
        ),
        (),
        HOSTILE,
    )


def _hostile_blocked(lake: Lake) -> str:
    plain = blocked(lake, REQUEST, limit=None, now=NOW)
    items: tuple[BlockedItem, ...] = tuple(
        replace(plain.items[0], item=word, title=word, team=word, status=word, reason="status") for word in HOSTILE
    )
    items = tuple(
        replace(one, blockers=(items[i - 1].item, f"other {one.item}"), waits_for_teams=HOSTILE)
        for i, one in enumerate(items)
    )
    report = replace(plain, datasets=HOSTILE, message=" ".join(HOSTILE), notes=HOSTILE, items=items, total=99)
    return blocked_page.render(report, (), HOSTILE)


def _blocked(lake: Lake, request: FlowRequest) -> str:
    proofs = _proofs(lake, request, blocked_page.PROVEN)
    return blocked_page.render(blocked(lake, request, limit=None, now=NOW), proofs, ("--dataset", "work"), limit=3)


def _code(lake: Lake, request: FlowRequest, *, harm: bool = False) -> str:
    answer = code_report(lake, request, now=NOW)
    proofs = prove_each_code(lake, request, CODE, limit=5, now=NOW)
    if not harm:
        return code.render(answer, proofs, ("--dataset", "quay"))
    place = RepositoryCode(
        repository="",
        service=None,
        merged=4,
        lead_time_p50_hours=None,
        pickup_p50_hours=2.0,
        unreviewed_share=0.5,
        runs=3,
        build_success_rate=None,
        flake_rate=0.1,
        null_reason=None,
    )
    one = OpenPullRequest(
        repository="", pull_request="", title="", age_hours=9, state="draft", state_hours=3, url=HOSTILE[7]
    )
    answer = replace(
        answer,
        datasets=HOSTILE,
        message=" ".join(HOSTILE),
        notes=HOSTILE,
        open=tuple(replace(one, repository=word, pull_request=word, title=word, state=word) for word in HOSTILE),
        repositories=tuple(replace(place, repository=word, null_reason=word) for word in HOSTILE),
    )
    return code.render(answer, proofs, HOSTILE)


def _harmful(answer: Findings) -> tuple[Finding, ...]:
    """Return findings whose every word means harm."""
    one = answer.findings[0]
    return tuple(
        replace(one, title=word, message=word, place={"stage": word}, hint=word, why=word, wrong_when=word)
        for word in HOSTILE
    )


def _insights(lake: Lake, request: FlowRequest, *, harm: bool = False) -> str:
    answer = findings(lake, request, now=NOW)
    if not harm:
        return insights.render(answer, ("--team", "Grebe"))
    shown = tuple(
        replace(f, evidence=tuple(Evidence(table="items", id=word, of=word, detail=word) for word in HOSTILE))
        for f in _harmful(answer)
    )
    silenced = tuple(Silenced(insight=word, message=word, reason=word, until=None) for word in HOSTILE)
    looked = tuple(replace(answer.looked[0], claim=word, unknown=word) for word in HOSTILE)
    return insights.render(
        replace(answer, datasets=HOSTILE, message=" ".join(HOSTILE), findings=shown, silenced=silenced, looked=looked),
        HOSTILE,
    )


PAGES: dict[str, Callable[[Lake], str]] = {
    "map": lambda lake: _map(lake, REQUEST),
    "map-nothing": lambda lake: _map(lake, NOTHING),
    "map-hostile": _hostile_map,
    "flow": lambda lake: _flow(lake, REQUEST),
    "flow-nothing": lambda lake: _flow(lake, NOTHING),
    "flow-hostile": lambda lake: _flow(lake, REQUEST, harm=True),
    "aging": lambda lake: _aging(lake, REQUEST),
    "aging-nothing": lambda lake: _aging(lake, EARLY),
    "aging-hostile": _hostile_aging,
    "blocked": lambda lake: _blocked(lake, REQUEST),
    "blocked-nothing": lambda lake: _blocked(lake, EARLY),
    "blocked-hostile": _hostile_blocked,
    "code": lambda lake: _code(lake, REQUEST),
    "code-nothing": lambda lake: _code(lake, NOTHING),
    "code-hostile": lambda lake: _code(lake, REQUEST, harm=True),
    "insights": lambda lake: _insights(lake, REQUEST),
    "insights-nothing": lambda lake: _insights(lake, EARLY),
    "insights-hostile": lambda lake: _insights(lake, REQUEST, harm=True),
}


def made(place: Path) -> Made:
    """Return a lake, and every page of it."""
    found = lake(place)
    yard.pulls(found, 40, reviewed=20)
    yard.builds(found, [("failure", "success") if n % 5 == 0 else ("success",) for n in range(60)])
    return Made(lake=found, pages={name: make(found) for name, make in PAGES.items()})
