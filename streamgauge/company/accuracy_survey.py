"""Surveys of receivers: what share of what a stage hands on they can use as it is (definitions 4.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from streamgauge.company.law import STRICT, between, named


@dataclass(frozen=True, kw_only=True)
class AccuracySurvey:
    """What receivers said of the work that one stage hands on; it counts instead of what events tell."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    stage: Annotated[str, named("name of a stage")]
    """The stage that hands the work on, not the one that judges it."""
    share: Annotated[float, between(0, 1, "of the work")]
    """The share that they could use without correction, clarification or missing information."""
    answers: Annotated[int, between(1, 1_000_000, "answers")]
    """How many answers are behind it."""
    asked: date
    """The day on which they were asked; a window that ends before it is told by events, or by an earlier survey."""
    stream: Annotated[str, named("name of a value stream")] | None = None
    """The value stream that they were asked about, so that it counts for `--stream` alone; without it, for all."""


def newest(surveys: Iterable[AccuracySurvey], stream: str | None, until: date) -> Mapping[str, AccuracySurvey]:
    """Return by stage (in small letters) the last survey up to a day; one of the stream goes before one of all."""
    mine = [one for one in surveys if one.asked <= until and one.stream in (None, stream)]
    return {one.stage.casefold(): one for one in sorted(mine, key=lambda one: (one.stream is not None, one.asked))}
