"""Files as a source: any exported file, read into sheets of text columns, safely."""

from streamgauge.sources.files.options import Limits, Options
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet

__all__ = ["BadRow", "Batch", "Limits", "Options", "Sheet"]
