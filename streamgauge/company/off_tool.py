"""Steps of work that no tool knows of, such as an opinion of lawyers or the approval of money, with their dates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company import moment
from streamgauge.company.law import STRICT, Law, named, shortened
from streamgauge.company.process import Phase

_Moment = Annotated[str, Law(broken=moment.problem, keywords={"minLength": 10, "maxLength": 40})]


@dataclass(frozen=True, kw_only=True)
class OffTool:
    """One step outside of the tools. Meanwhile it counts instead of what the tool says; then the tool counts again."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    item: Annotated[str, named("key of an item")]
    """The item by its key, or a pattern with `*` and `?` for all that were under way when the step began."""
    stage: Annotated[str, named("name of a stage")]
    """The stage that it was in, such as Legal."""
    state: Literal["waiting", "active"] = "waiting"
    """Whether it waited there or was worked on."""
    entered: _Moment
    """When it began, a day or an instant; without an offset in the company's zone."""
    left: _Moment | None = None
    """When it ended; without it, it lasts until the tool tells of another status."""
    team: Annotated[str, named("name of a team")] | None = None
    """Who had it; without it, the team that the tool names."""
    phase: Phase | None = None
    """The phase that the stage belongs to, where the process does not say it."""
    dataset: Annotated[str, named("name of a dataset")] | None = None
    """The dataset that the item is in; without it, any."""

    @property
    def pattern(self) -> str | None:
        """The item's pattern in the words of LIKE with `^` as its escape; None where it names one item."""
        if not re.search(r"[*?]", self.item):
            return None
        return re.sub(r"[%_^]", r"^\g<0>", self.item).replace("*", "%").replace("?", "_")

    def span(self, zone: str) -> tuple[datetime, datetime | None]:
        """Return when it began and ended, in UTC; the end is null where none is told."""
        return moment.instant(self.entered, zone), None if self.left is None else moment.instant(self.left, zone)


def disorder(entries: Sequence[Any], zone: str) -> Iterator[tuple[int, str, str]]:
    """Give position, key and words for each step that ends before it begins, or runs into another one of its item.

    `entries` are as the file has them; what is wrong with a single value is told elsewhere.
    """
    spans: dict[tuple[str, str | None], list[tuple[datetime, datetime, int]]] = {}
    for position, entry in enumerate(entries):
        found = _span(entry, zone)
        if found is None:
            continue
        began, ended = found
        if ended is not None and ended <= began:
            yield position, "left", f"It is left at {shortened(entry['left'])}, not later than it is entered."
            continue
        # Of a step without an end only its beginning is known.
        known = spans.setdefault((entry["item"], entry.get("dataset")), [])
        until = ended or began
        for other_began, other_until, other in known:
            if began == other_began or (began < other_until and other_began < until):
                yield position, "entered", f"Item {shortened(entry['item'])} is in the step of entry {other + 1} then."
                break
        known.append((began, until, position))


def _span(entry: Any, zone: str) -> tuple[datetime, datetime | None] | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("item"), str):
        return None
    texts = [entry.get("entered"), entry.get("left")]
    if not isinstance(texts[0], str) or not isinstance(texts[1], str | None):
        return None
    if any(text is not None and moment.problem(text) for text in texts):
        return None
    return moment.instant(texts[0], zone), None if texts[1] is None else moment.instant(texts[1], zone)
