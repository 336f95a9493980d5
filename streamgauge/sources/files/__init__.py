"""Files as a source: any exported file, read into sheets of text columns, safely."""

from streamgauge.records import KINDS
from streamgauge.sources.files.options import Limits, Options
from streamgauge.sources.files.reading import tables
from streamgauge.sources.files.sheet import BadRow, Batch, Sheet
from streamgauge.sources.source import Source

FILES = Source(
    name="files",
    title="exported files",
    makes=KINDS,
    reads=(
        "CSV and other delimited text, JSON, JSON lines, Parquet, Excel (.xlsx), event logs (XES, OCEL 2.0 as JSON or"
        " SQLite), and gzip or zip of these. What the columns mean is mapped by the user, or guessed and shown."
    ),
    limits=(
        "Knows what was exported, as of the day of the export: no more history than the columns tell, and no removal"
        " unless the export says that it is everything. Formulas are read as their last value."
    ),
)

__all__ = ["FILES", "BadRow", "Batch", "Limits", "Options", "Sheet", "tables"]
