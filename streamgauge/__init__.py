"""Streamgauge shows an organisation how its delivery flows, with the proof of every number."""

__version__ = "0.1.0"
