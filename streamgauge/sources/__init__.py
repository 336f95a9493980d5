"""Where records come from: the list of sources."""

from streamgauge.sources.files import FILES
from streamgauge.sources.git import GIT
from streamgauge.sources.source import Source

SOURCES: tuple[Source, ...] = (GIT, FILES)

__all__ = ["SOURCES", "Source"]
