"""What every source declares: its name, the record kinds it makes, and where they come from."""

from dataclasses import dataclass

from streamgauge.records import Record


@dataclass(frozen=True, kw_only=True)
class Source:
    """One tool that Streamgauge reads. `reads` says what is asked of it, `limits` what it cannot tell."""

    name: str
    title: str
    makes: tuple[type[Record], ...]
    reads: str
    limits: str
