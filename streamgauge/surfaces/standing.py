"""What stands out beside an answer: the command that shows the evidence of a finding."""

import shlex
from collections.abc import Sequence

from streamgauge.surfaces.harmless import one_line


def explains(insight: str, terms: Sequence[str]) -> str:
    """Return what to type to see all about an insight, on the terms of the same question."""
    return shlex.join(map(one_line, ("streamgauge", "insights", insight, *terms, "--explain")))
