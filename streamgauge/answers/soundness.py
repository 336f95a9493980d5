"""Whether a lake is sound: its files, and the laws that its facts keep."""

from streamgauge.facts.soundness import problems
from streamgauge.lake import Lake


def unsound(lake: Lake) -> list[str]:
    """Return in words what is wrong with a lake, nothing where it is sound."""
    return lake.verify(checks=(problems,))
