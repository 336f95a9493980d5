"""The numbers of a map and what each must be proved as: of which metric, of what, and which figure of the proof."""

from collections.abc import Iterator

from streamgauge.answers.map_proof import ARROW
from streamgauge.answers.proof import Proof
from streamgauge.answers.stream_map import StreamMap

Key = tuple[str, str | None]
Number = tuple[Key, str, float | None]
"""Metric and place, the field of the proof that must say it, and the value."""


def numbers(found: StreamMap) -> Iterator[Number]:
    """Give every number of a map."""
    yield from _of_the_whole(found)
    yield from _of_stages(found)
    for edge in found.edges:
        of = f"{edge.from_}{ARROW}{edge.to}"
        yield ("moves", of), "value", edge.count
        yield ("move_wait", of), "value", edge.wait_p50_hours
    for each in found.handoffs:
        of = f"{each.from_}{ARROW}{each.to}"
        yield ("handoff_wait", of), "value", each.wait_p50_hours
        yield ("handoff_wait", of), "n", each.n
        yield ("handoff_wait_mean", of), "value", each.wait_mean_hours
        yield ("handoff_bounces", of), "sum", each.bounced
        yield ("handoff_friction", of), "value", each.friction_hours
        yield ("handoff_rework", of), "value", each.rework_mean_hours or None
    for variant in found.variants.top:
        yield ("way_items", ARROW.join(variant.path)), "value", variant.count
    for candidate in found.candidates:
        yield ("constraint_probability", candidate.stage), "value", candidate.probability
        yield ("stage_wait", candidate.stage), "value", candidate.wait_hours
        yield ("stage_wait", candidate.stage), "n", candidate.items


def _of_the_whole(found: StreamMap) -> Iterator[Number]:
    yield ("case_duration", None), "value", found.cases.duration_p50_hours
    yield ("case_duration", None), "n", found.cases.n
    yield ("cancelled_case_share", None), "sum", found.cases.cancelled or (0 if found.cases.n else None)
    yield ("first_pass_yield", None), "value", found.first_pass_yield
    yield ("activity_ratio", None), "value", found.activity_ratio
    yield ("case_efficiency", None), "value", found.flow_efficiency
    yield ("rolled_complete_and_accurate", None), "value", found.rolled_complete_and_accurate
    yield ("ways_through", None), "value", found.variants.count


def _of_stages(found: StreamMap) -> Iterator[Number]:
    for stage in found.stages:
        of, touch = stage.stage, stage.touch_time_p50_minutes
        yield ("process_time", of), "value", stage.process_time_p50_hours
        yield ("touch_time", of), "value", None if touch is None else touch / 60
        yield ("queue_before", of), "value", stage.queue_before_p50_hours
        yield ("queue_before", of), "sum", stage.queue_before_total_hours
        yield ("stage_lead_time", of), "value", stage.lead_time_p50_hours
        yield ("stage_lead_time", of), "sum", stage.lead_time_total_hours
        yield ("stage_lead_time_working", of), "value", stage.lead_time_p50_working_hours
        yield ("complete_and_accurate", of), "value", stage.complete_and_accurate
        yield ("complete_and_accurate", of), "n", stage.surveyed or stage.handed_on
        yield ("stage_items", of), "value", stage.items
        yield ("stage_queue", of), "value", stage.queue
        yield ("stage_handovers", of), "value", stage.handovers
        if touch is None:
            yield ("process_time", of), "sum", stage.process_time_total_hours


def said(proofs: dict[Key, Proof], key: Key, field: str) -> float | None:
    """Return what the proof of a number says; what has no proof because nothing of it happened is none of it."""
    proof = proofs.get(key)
    if proof is None:
        return None
    value: float | None = getattr(proof, field)
    return value
