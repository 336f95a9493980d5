"""When and how many: one simulation of teams, streams, releases and incidents, above metrics and below answers."""

from streamgauge.forecasts.engine import replicate, simulate
from streamgauge.forecasts.history import Event, History, Replications
from streamgauge.forecasts.model import Model

__all__ = ["Event", "History", "Model", "Replications", "replicate", "simulate"]
