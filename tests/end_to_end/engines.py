"""What two engines make of one lake: all facts, all metrics, all answers, and where they differ."""

import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from streamgauge.answers import ageing, blocked, value_stream
from streamgauge.answers import code as code_answer
from streamgauge.answers.flow_cumulative import cumulative
from streamgauge.answers.flow_question import question
from streamgauge.answers.flow_terms import SLICE, FlowRequest
from streamgauge.answers.flow_wip import under_way
from streamgauge.facts import FACTS, code, flow, refresh
from streamgauge.facts.refresh import Terms
from streamgauge.lake import Lake, View
from streamgauge.metrics import DELIVERY, FLOW
from streamgauge.metrics.measured import summaries
from streamgauge.metrics.metric import WEIGHTED
from streamgauge.metrics.observations import Scope, Summary
from tests.kit import crowd
from tests.kit.board import day

NOW = day(400)
WORK = FlowRequest(company=crowd.COMPANY, since=day(0), until=day(250))
STATE = ("basis", "renewed", "transitions_version", "items_version")
"""Columns of the datasets that say how their facts came to be."""
Facts = dict[str, list[dict[str, Any]]]


def refreshed(lake: Lake) -> Facts:
    """Return all rows of all facts, brought up to date by the engine of the settings."""
    company, (service,) = crowd.COMPANY, crowd.COMPANY.services
    asked = Terms(
        repository=service.repository,
        service=service,
        patterns=(),
        thresholds=company.thresholds,
        basis="all",
        identity="same",
    )
    with lake.writing() as writer:
        refresh.refresh(writer, asked)
        with writer.view() as view:
            sets = code.stale(view, company)
        code.refresh(writer, sets, company)
        with writer.view() as view:
            stale = flow.stale(view, company)
        flow.refresh(writer, stale, company)
        writer.publish({})
    return kept(lake)


def kept(lake: Lake) -> Facts:
    """Return all rows of all facts."""
    with lake.view() as view:
        return {name: sorted(view.rows(f"SELECT * FROM {name}"), key=str) for name in FACTS}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Return where two answers differ: fractions beyond nine digits, all else at all."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [said for key in one for said in differences(one[key], other[key], f"{path}.{key}")]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        return [said for i, pair in enumerate(zip(one, other)) for said in differences(*pair, f"{path}[{i}]")]  # noqa: B905
    if isinstance(one, float) and isinstance(other, float):
        return [] if math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) else [f"{path}: {one} and {other}"]
    return [] if one == other else [f"{path}: {one} and {other}"]


def answers(lake: Lake) -> dict[str, Any]:
    """Return the metrics and the answers about flow, without the name of the snapshot that they rest on."""
    found: dict[str, Any] = {
        "map": value_stream.stream_map(lake, WORK, NOW),
        "blocked": blocked.blocked(lake, WORK, now=NOW),
        "ageing": ageing.ageing(lake, WORK, now=NOW),
        "code": code_answer.report(lake, WORK, NOW),
    }
    with question(lake, WORK, NOW) as asking:
        found |= {"cumulative": cumulative(asking.view, asking.asked, asking.work)}
        more = {"under way": [asdict(one) for one in under_way(asking.view, asking.asked, asking.work)]}
    return measured(lake) | more | {name: asdict(answer) | {"lake_version": None} for name, answer in found.items()}


def measured(lake: Lake) -> dict[str, Any]:
    """Return the metrics about flow and delivery."""
    with question(lake, WORK, NOW) as asking:
        return of_slice(summaries(asking.view, FLOW, asking.asked.scopes)) | delivered(asking.view)


def delivered(view: View) -> dict[str, Any]:
    """Return the metrics about delivery of the release lines."""
    lines = [row["line_id"] for row in view.rows("SELECT line_id FROM lines")]
    scopes = [Scope(line_id=line, slice=SLICE, since=None, until=day(60), known_at=NOW) for line in lines]
    return of_slice(summaries(view, DELIVERY, scopes))


def of_slice(measured: Any) -> dict[str, Any]:
    """Return what was measured of the only slice, as plain numbers: values in their order, and what they come to."""
    shapes = {metric.name: metric.shape for metric in (*FLOW, *DELIVERY)}
    return {name: _plain(by[SLICE], is_weighted=shapes[name] in WEIGHTED) for name, by in measured.items()}


def _plain(one: Summary, *, is_weighted: bool) -> dict[str, Any]:
    come_to = {"total": one.of.total, "mean": one.of.ratio(is_share=False) if is_weighted else one.of.mean()}
    told = {name: getattr(one, name) for name in ("n", "censored", "left_out", "oldest", "newest")}
    return told | {name: repr(value) for name, value in come_to.items()} | {"values": one.values.tolist()}


def on(engine: str, work: Callable[[Lake], Any], place: Path | str) -> Any:
    """Return what comes of work on the lake at a place, or in a bucket, where that engine computes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMGAUGE_ENGINE", engine)
        return work(Lake.open(str(place), facts=FACTS))


def comparable(found: Facts) -> Facts:
    """Return facts without what says how they came to be."""
    rows = [{name: value for name, value in row.items() if name not in STATE} for row in found["datasets"]]
    return found | {"datasets": sorted(rows, key=str)}
