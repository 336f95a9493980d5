"""How exported files are read, where a company says it once and for all."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company.law import STRICT, Law, between, named, shortened
from streamgauge.company.zone import problem as zone_problem


def _name_pattern(text: str) -> str | None:
    """Return what is wrong with a pattern of file names, or null."""
    if 0 < len(text) <= 300 and text.isprintable() and "/" not in text:
        return None
    return f"{shortened(text)} is no pattern of file names. Allowed: a name without folders, with * and ?."


@dataclass(frozen=True, kw_only=True)
class Import:
    """How files of one kind are imported; what the command line says goes before it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    files: Annotated[str, Law(broken=_name_pattern, keywords={"minLength": 1, "maxLength": 300})] = "*"
    """Names of the files that this is for, such as `incidents-*.csv`; the first entry that fits counts."""
    kind: Annotated[str, named("kind of record")] | None = None
    """What a row is: a kind of record such as `Incident`, or `event-log`; without it, it is guessed and said."""
    dataset: Annotated[str, named("name of a dataset")] | None = None
    """What the rows belong to; the same name again means newer versions of the same. Without it, the file's name."""
    columns: dict[str, str] = field(default_factory=dict, hash=False)
    """The column of each field, such as `created_at: Opened`."""
    constants: dict[str, str] = field(default_factory=dict, hash=False)
    """The value of fields that is the same in every row."""
    attributes: dict[str, str] = field(default_factory=dict, hash=False)
    """Further attributes of items: the name of each, and its column."""
    date_format: Annotated[str, named("date format")] | None = None
    """`day-first`, `month-first`, `epoch-s` and the like, or a pattern such as `dd.MM.yyyy HH:mm`."""
    decimal: Literal[".", ","] | None = None
    """The decimal mark; without it, it is found."""
    zone: Annotated[str, Law(broken=zone_problem)] | None = None
    """The IANA time zone of times that name none; without it, UTC."""
    nulls: tuple[str, ...] = ()
    """Further tokens that mean nothing."""
    repeats: Literal["keep", "merge"] | None = None
    """Whether an event of the same value as the one before it counts; without it, states are merged."""
    complete: bool = False
    """Whether a file is everything, so that what is not in it is gone."""
    max_bad: Annotated[float, between(0, 100, "percent")] = 20.0
    """With more bad rows than this nothing of a file is kept."""
