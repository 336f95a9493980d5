"""The proof of one number: everything that a doubter needs to compute it again."""

from dataclasses import dataclass
from datetime import datetime

from streamgauge.answers.service_delivery import LeftOut, Percentiles


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One record behind a number. `id` is a commit hash or a release name; `left_out` is null where it counts.

    `value` is in the proof's `record_unit`; `bucket` is the month whose number it is in; `release` is the release it
    counts with, if any; `detail` is the subject of a commit, or the rule that fired.
    """

    id: str
    at: datetime | None
    bucket: str | None
    release: str | None
    value: float | None
    detail: str | None
    left_out: str | None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Question, formula, parameters, what was left out, and the records, worst first.

    `shown` + the sum of `left_out` = `total`. `records` holds the counted ones first, then the left out ones, at most
    `limit` of each; `total` counts all. `record_unit` is null where a record is only counted, or its value is 1 for yes
    and 0 for no. `sql` is the statement the engine ran. `of` is the stage, the handoff, the move or the way that the
    number is of, null where it is of the whole, `which` the options of `why` that name it; `sum` is the sum of its
    values, null where nobody adds them.
    """

    service: str
    release_line: str | None
    metric: str
    of: str | None
    which: tuple[str, ...]
    bucket: str | None
    label: str
    question: str
    formula: str
    source: str
    value: float | None
    sum: float | None
    unit: str
    record_unit: str | None
    n: int
    low: float | None
    high: float | None
    percentiles: Percentiles | None
    null_reason: str | None
    provisional: bool
    coverage: str
    parameters: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]
    shown: int
    left_out: tuple[LeftOut, ...]
    total: int
    records: tuple[Evidence, ...]
    sql: str
