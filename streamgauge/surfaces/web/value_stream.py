"""The value stream map as one HTML file: drawn as the field draws it, with every number of it in tables beneath."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from streamgauge.answers.proof import Proof
from streamgauge.answers.stream_map import Edge, Handoff, Stage, StreamMap
from streamgauge.insights import Finding
from streamgauge.insights.constraint import Candidate
from streamgauge.surfaces.harmless import one_line
from streamgauge.surfaces.standing import explains
from streamgauge.surfaces.web import file, lettering
from streamgauge.surfaces.web.proofs import Links, ProofView, links_of, proof_views, statements_of
from streamgauge.surfaces.web.quantity import amount, count

DESK_COLUMNS, PHONE_COLUMNS = 6, 2
CELL, LEAST_DESK = 175, 5
DATA_TOP, FACT = 86, 16
"""Where the data box begins beneath the top of its stage, and the height of a line in it."""
NAME_ROOM, NAME_SIZE, NAME_LINES = 101.0, 12.5, 3
LIKELY = 0.05
"""A stage is marked as a candidate for the constraint from this probability on."""
COVERED = 0.95
EDGES_OPEN, EDGES_KEPT = 30, 400
TEAMS, PAIRS = 14, 12
ARROW = " → "
ELSEWHERE = (
    *("stage_pace", "stage_wait", "handoff_wait_mean", "handoff_rework", "cancelled_case_share"),
    *("service_level_expectation", "blocked_items", "case_efficiency"),
)
"""Numbers that this page does not show by themselves."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """One stage as drawn, its upper left corner at (`x`, `y`); `first` and `last` tell where a row begins and ends.

    `facts` are the lines of its data box; `mark` says that it is, or may be, the constraint. `stay` is how long items
    stay where no status tells waiting from work; null where one does.
    """

    key: str
    stage: Stage
    x: int
    y: int
    name: tuple[str, ...]
    queue: str
    wait: str
    work: str
    stay: str | None
    facts: tuple[tuple[str, str], ...]
    mark: str | None
    is_constraint: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The map for one width of screen; `ladder` is how far beneath the top of its stage the time ladder runs."""

    style_class: str
    width: int
    height: int
    ladder: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Handoffs from team (row) to team (column); `left` is how many pairs are only in the table beside it."""

    teams: tuple[str, ...]
    cells: Mapping[tuple[str, str], Handoff]
    left: int


@dataclass(frozen=True, kw_only=True)
class MapPage:
    """All that the template prints. `edges` are those to see at once, `more_edges` the rare ones.

    `has_touch` says that some stage has touch time, so that there is a column for it. `counted` is the n of each number
    that is of the whole, by its metric.
    """

    answer: StreamMap
    drawings: tuple[Drawing, ...]
    boxes: tuple[Box, ...]
    has_touch: bool
    candidates: Mapping[str, Candidate]
    handovers: int
    matrix: Matrix | None
    pairs: tuple[Handoff, ...]
    edges: tuple[Edge, ...]
    more_edges: tuple[Edge, ...]
    moves: int
    proofs: tuple[ProofView, ...]
    links: Links
    counted: Mapping[str, int]
    statements: Mapping[str, Proof]
    standing: tuple[tuple[str, str], ...]
    command: str
    made_at: datetime
    lake_version: str
    streamgauge_version: str


def render(
    answer: StreamMap, proofs: Sequence[Proof], terms: Sequence[str], standing: Sequence[Finding] | None = None
) -> str:
    """Return the map as the text of one HTML file; `terms` are the options of the question, for its commands.

    `standing` are the findings that stand beside it.
    """
    page = compose(answer, proofs, terms, standing or ())
    return file.html("value_stream.html.jinja", page, styles=("report.css", "work.css"))


def compose(answer: StreamMap, proofs: Sequence[Proof], terms: Sequence[str], standing: Sequence[Finding]) -> MapPage:
    """Return what the page shows."""
    desk = _drawing(answer, "desk", DESK_COLUMNS)
    edges, more = _edges(answer.edges)
    back = _back(answer, desk.boxes, edges)
    shown = [proof for proof in proofs if _is_shown(proof, answer, back)]
    statements = statements_of(shown)
    views = proof_views(shown, terms, back, statements)
    return MapPage(
        answer=answer,
        drawings=(desk, _drawing(answer, "phone", PHONE_COLUMNS)) if answer.stages else (),
        boxes=desk.boxes,
        has_touch=any(stage.touch_time_p50_minutes is not None for stage in answer.stages),
        candidates={found.stage: found for found in answer.candidates},
        handovers=sum(stage.handovers for stage in answer.stages),
        matrix=_matrix(answer.handoffs),
        pairs=answer.handoffs[:PAIRS],
        edges=edges,
        more_edges=more,
        moves=sum(edge.count for edge in answer.edges),
        proofs=views,
        links=links_of(views),
        counted={proof.metric: proof.n for proof in proofs if proof.of is None},
        statements=statements,
        standing=tuple((one.message, explains(one.insight, terms)) for one in standing),
        command=shlex.join(("streamgauge", "map", *map(one_line, terms), "--format", "json")),
        made_at=answer.made_at,
        lake_version=answer.lake_version,
        streamgauge_version=answer.streamgauge_version,
    )


def _is_shown(proof: Proof, answer: StreamMap, back: Mapping[str, str]) -> bool:
    if proof.metric == "ways_through":
        return bool(answer.variants.top)
    return proof.of is None or proof.of in back


def _back(answer: StreamMap, boxes: Sequence[Box], edges: Sequence[Edge]) -> dict[str, str]:
    """Return where the reader of a proof came from, by what the number is of."""
    back = {"ways_through": "ways"} | {ARROW.join(variant.path): "ways" for variant in answer.variants.top}
    back |= {f"{edge.from_}{ARROW}{edge.to}": "moves" for edge in edges}
    back |= {f"{each.from_}{ARROW}{each.to}": "friction" for each in answer.handoffs[:PAIRS]}
    return back | {box.stage.stage: box.key for box in boxes}


def _drawing(answer: StreamMap, style_class: str, most: int) -> Drawing:
    """Return the map in rows of at most `most` stages, as even as can be."""
    number = len(answer.stages)
    rows = -(-number // most)
    columns = -(-number // max(rows, 1))
    width = max(columns, min(most, LEAST_DESK)) * CELL
    margin = (width - columns * CELL) // 2
    ladder = DATA_TOP + FACT * max((len(list(_facts(stage))) for stage in answer.stages), default=0) + 42
    height = ladder + 66
    return Drawing(
        style_class=style_class,
        width=width,
        height=rows * height,
        ladder=ladder,
        boxes=tuple(
            _box(answer, place, (margin + place % columns * CELL, place // columns * height)) for place in range(number)
        ),
    )


def _box(answer: StreamMap, place: int, at: tuple[int, int]) -> Box:
    stage = answer.stages[place]
    mark, is_constraint = _mark(answer, stage)
    return Box(
        key=f"stage-{place + 1}",
        stage=stage,
        x=at[0],
        y=at[1],
        name=lettering.lines(stage.stage, NAME_ROOM, NAME_SIZE, NAME_LINES),
        queue=_short(stage.queue),
        wait=amount(stage.queue_before_p50_hours, "hours"),
        work=amount(stage.process_time_p50_hours, "hours"),
        stay=amount(stage.lead_time_p50_hours, "hours") if _is_mute(stage) else None,
        facts=tuple(_facts(stage)),
        mark=mark,
        is_constraint=is_constraint,
        is_first=place == 0,
        is_last=place == len(answer.stages) - 1,
    )


def _facts(stage: Stage) -> Iterable[tuple[str, str]]:
    if _is_mute(stage):
        yield "stays", amount(stage.lead_time_p50_hours, "hours")
    else:
        yield "work", amount(stage.process_time_p50_hours, "hours")
    if stage.touch_time_p50_minutes is not None:
        yield "touch", amount(stage.touch_time_p50_minutes / 60, "hours")
    yield "% C&A", amount(stage.complete_and_accurate, "share")
    yield "items", count(stage.items)
    if stage.handovers:
        yield "⇄ teams", count(stage.handovers)


def _is_mute(stage: Stage) -> bool:
    """Return whether no status of the stage tells waiting from work."""
    return stage.process_time_p50_hours is None and stage.queue_before_p50_hours is None


def _mark(answer: StreamMap, stage: Stage) -> tuple[str | None, bool]:
    """Return what stands above a stage: that it is the constraint, or the chance that it is."""
    found = next((each for each in answer.candidates if each.stage == stage.stage), None)
    if answer.bottleneck and answer.bottleneck.stage == stage.stage:
        return f"constraint {amount(answer.bottleneck.probability, 'share')}", True
    if found is None or found.probability < LIKELY:
        return None, False
    return f"candidate {amount(found.probability, 'share')}", False


def _short(number: int) -> str:
    """Return a count that fits into a triangle: 980, 12k, 3M."""
    for size, word in ((1_000_000, "M"), (10_000, "k")):
        if number >= size:
            return f"{number // (1_000_000 if word == 'M' else 1_000)}{word}"
    return str(number)


def _matrix(handoffs: Sequence[Handoff]) -> Matrix | None:
    """Return the teams with most friction, in the order of their names, and what goes between them."""
    friction: dict[str, float] = {}
    for each in handoffs:
        for team in (each.from_, each.to):
            friction[team] = friction.get(team, 0.0) + each.friction_hours + each.n / 1e6
    if not friction:
        return None
    teams = sorted(sorted(friction, key=lambda team: (-friction[team], team))[:TEAMS])
    cells = {(each.from_, each.to): each for each in handoffs if each.from_ in teams and each.to in teams}
    return Matrix(teams=tuple(teams), cells=cells, left=len(handoffs) - len(cells))


def _edges(edges: Sequence[Edge]) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """Return the moves that make up 95 % of all, and the rare ones."""
    total = sum(edge.count for edge in edges)
    before = accumulate((edge.count for edge in edges), initial=0)
    common = sum(so_far < total * COVERED for so_far in list(before)[:-1])
    common = min(common, EDGES_OPEN)
    return tuple(edges[:common]), tuple(edges[common:EDGES_KEPT])
