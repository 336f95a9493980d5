"""Where records come from: the list of sources."""

from streamgauge.sources.git import GIT
from streamgauge.sources.source import Source

SOURCES: tuple[Source, ...] = (GIT,)

__all__ = ["SOURCES", "Source"]
