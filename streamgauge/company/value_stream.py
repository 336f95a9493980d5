"""Value streams: whose work brings one thing to its users, and the way that it is agreed to go."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from streamgauge.company.law import STRICT, named


@dataclass(frozen=True, kw_only=True)
class ValueStream:
    """Work that serves one purpose. An item belongs to it that meets every one of the lists that are not empty."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Annotated[str, named("name of a value stream")]
    """What it is called, here and for `--stream`."""
    teams: tuple[Annotated[str, named("name of a team")], ...] = ()
    """The teams whose work belongs to it, as the tools name them."""
    datasets: tuple[Annotated[str, named("name of a dataset")], ...] = ()
    """The datasets (projects, boards, logs) that belong to it, by the names under which they were imported."""
    labels: tuple[Annotated[str, named("label")], ...] = ()
    """Labels of which an item carries at least one."""
    agreed: tuple[Annotated[str, named("name of a stage")], ...] = ()
    """The stages that work is agreed to go through, in their order; what else it does is a deviation."""
