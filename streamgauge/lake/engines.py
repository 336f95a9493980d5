"""Chooses the engine that the settings name."""

from streamgauge import settings
from streamgauge.lake.engine import Engine


def engine() -> Engine:
    """Return an engine for one view; raises EngineMissing, EngineUnreachable where Spark is asked for."""
    chosen = settings.read().engine
    if chosen == settings.IN_PROCESS:
        from streamgauge.lake.duck import Duck

        return Duck()
    from streamgauge.lake.spark import Spark

    return Spark(chosen)
