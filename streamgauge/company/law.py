"""A law: what a value must hold beyond its type, in one place for the file's check and for the JSON Schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

STRICT: dict[str, Any] = {"extra": "forbid", "strict": True, "use_attribute_docstrings": True}
"""What pydantic finds at each part of the company file, by the name `__pydantic_config__`: nothing strange in it, no
value of another type, and the sentence under each field as its description."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Law:
    """Stands in `Annotated[...]` beside a type. pydantic finds the two methods by name, so it is not imported here.

    `broken` returns what is wrong with a value and what is allowed, or null; `keywords` go into the JSON Schema.
    """

    broken: Callable[[Any], str | None]
    keywords: Mapping[str, object] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Return the check of the type followed by this law."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the JSON Schema of the type with this law's keywords."""
        return {**handler(core), **self.keywords}

    def _check(self, value: Any) -> Any:
        wrong = self.broken(value)
        if wrong is not None:
            raise ValueError(wrong)
        return value


def between(least: float, most: float, unit: str) -> Law:
    """Return the law of a number from `least` to `most`, both allowed; `unit` is kept as `x-unit`."""

    def broken(value: float) -> str | None:
        return None if least <= value <= most else f"{value} is out of range. Allowed: {least} to {most} {unit}."

    return Law(broken=broken, keywords={"minimum": least, "maximum": most, "x-unit": unit})


def named(what: str) -> Law:
    """Return the law of a name: 1 to 100 printable characters, no space at its ends."""

    def broken(value: str) -> str | None:
        if 0 < len(value) <= 100 and value.isprintable() and value == value.strip():
            return None
        return f"{shortened(value)} is no {what}. Allowed: 1 to 100 printable characters, no space at the ends."

    return Law(broken=broken, keywords={"minLength": 1, "maxLength": 100})


def shortened(value: object) -> str:
    """Return a value as it is shown in an error: one line, without control characters, at most 60 characters."""
    text = f"'{value}'" if isinstance(value, str) and value.isprintable() else ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
