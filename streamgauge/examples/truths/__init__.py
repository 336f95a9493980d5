"""What is truly the matter with the invented company: the list of its truths. No part of the product reads them."""

from collections.abc import Callable, Iterator

from streamgauge.examples.dressed import Dressed
from streamgauge.examples.truths import delivery, dirt, flow, plans, teams
from streamgauge.examples.truths.truth import Truth, text

FINDERS: tuple[Callable[[Dressed], Iterator[Truth]], ...] = (
    flow.constraints,
    flow.handoffs,
    flow.slowdowns,
    flow.waterbeds,
    flow.reviews,
    teams.capacity,
    teams.limits,
    teams.spread,
    delivery.boards,
    delivery.for_show,
    delivery.unreleased,
    delivery.flakes,
    delivery.budgets,
    delivery.failing,
    delivery.recurring,
    plans.drifts,
    plans.silence,
    plans.stopped,
    plans.gates,
    plans.unused,
    plans.effects,
    dirt.dirt,
    delivery.causes,
)


def truths(dressed: Dressed) -> list[Truth]:
    """Return all truths of a scene, measured on what happened in it."""
    return [truth for find in FINDERS for truth in find(dressed)]


__all__ = ["FINDERS", "Truth", "text", "truths"]
