"""Answers a question about work at once that was answered before, from the same snapshot of the lake."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar

from streamgauge.answers.flow_report import AboutWork
from streamgauge.answers.flow_terms import FlowRequest
from streamgauge.answers.terms import next_midnight
from streamgauge.lake import Lake

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=AboutWork)
HOLDS = timedelta(minutes=5)
"""How long an answer holds that depends on the hour at which it is asked: ages grow. It says when it was made."""


def remembered(
    ask: Callable[Concatenate[Lake, FlowRequest, P], Answer],
) -> Callable[Concatenate[Lake, FlowRequest, P], Answer]:
    """Return the same question, answered from memory while neither the lake nor the day is another.

    The key is the snapshot with the whole request, the company file in it, and the options; so that an answer is exact
    for what the lake holds. Where its moment is fixed (`as_of`, or an end in the past) it holds as long as the snapshot
    does, else for HOLDS.
    """
    form = signature(ask)

    @wraps(ask)
    def answer(lake: Lake, request: FlowRequest, /, *args: P.args, **options: P.kwargs) -> Answer:
        given = form.bind(lake, request, *args, **options).arguments
        now = given.pop("now", None) or datetime.now(UTC)
        question = (ask.__module__, ask.__name__, *((k, v) for k, v in sorted(given.items()) if k != "lake"))
        snapshot = lake.snapshot()
        former: Any = lake.memory.recall(snapshot.id, question) if snapshot else None
        if former is not None and _holds(former.made_at, request, now):
            found: Answer = former
            return found
        fresh = ask(lake, request, *args, **options)
        lake.memory.keep(fresh.lake_version, question, fresh)
        return fresh

    return answer


def _holds(made_at: datetime, request: FlowRequest, now: datetime) -> bool:
    if request.as_of is not None or (request.until is not None and request.until <= min(made_at, now)):
        return True
    zone = request.company.zone
    return timedelta() <= now - made_at <= HOLDS and next_midnight(made_at, zone) == next_midnight(now, zone)
