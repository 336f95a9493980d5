"""The four kinds of work that is delivered: features, defects, risks and debts (definitions 2.1)."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from streamgauge.company.law import STRICT, named

Kind = Literal["feature", "defect", "risk", "debt"]
KINDS: tuple[Kind, ...] = ("feature", "defect", "risk", "debt")
Type = Annotated[str, named("type of item")]

_BY_NAME: dict[Kind, tuple[str, ...]] = {
    "feature": (
        *("feature", "new feature", "feature request", "user story", "story", "epic", "improvement", "enhancement"),
        *("requirement", "product backlog item", "service request", "request", "change request"),
    ),
    "defect": ("bug", "defect", "incident", "problem", "fault", "error", "hotfix", "regression", "fehler"),
    "risk": ("risk", "security", "vulnerability", "security issue", "compliance", "privacy", "audit finding"),
    "debt": ("debt", "technical debt", "tech debt", "refactoring", "refactor", "cleanup"),
}
"""What each kind is usually called; a type that is in no list, such as a task, may be any of them."""


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Which types of items are of which kind, in the tools' own words; capitals make no difference.

    A type that is nowhere here is known by its name, such as `bug`; where the name leaves it open (`task`), it is of no
    kind, and that is said.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    feature: tuple[Type, ...] = ()
    """Types that bring something new to users."""
    defect: tuple[Type, ...] = ()
    """Types that mend what does not do what it should."""
    risk: tuple[Type, ...] = ()
    """Types that guard against harm: security, privacy, compliance."""
    debt: tuple[Type, ...] = ()
    """Types that make later work easier."""

    def of(self, kind: str | None) -> Kind | None:
        """Return the kind of a type of items; None where neither this nor its name tells."""
        folded = _folded(kind or "")
        said = (one for one in KINDS if folded in map(_folded, getattr(self, one)))
        named = (one for one in KINDS if folded in _BY_NAME[one])
        return next(said, None) or next(named, None)


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()
