"""An answer as a documented JSON document: the same fields, stable keys, instants in UTC, durations in hours."""

import dataclasses
import json
import math
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streamgauge.answers.ageing_report import Ageing, BlockedReport
from streamgauge.answers.code_report import CodeReport
from streamgauge.answers.findings import Findings
from streamgauge.answers.flow_report import FlowReport
from streamgauge.answers.proof import Proof
from streamgauge.answers.service_delivery import DeliveryReport, Failure
from streamgauge.answers.status_map import StatusMap
from streamgauge.answers.stream_map import StreamMap
from streamgauge.surfaces.harmless import masked

ANSWERS: dict[str, type] = {
    "delivery": DeliveryReport,
    "proof": Proof,
    "flow": FlowReport,
    "map": StreamMap,
    "aging": Ageing,
    "blocked": BlockedReport,
    "unmapped": StatusMap,
    "code": CodeReport,
    "insights": Findings,
}
VERSIONS = dict.fromkeys(ANSWERS, 1)
"""Raised when a key is renamed, removed or means something else; a new key does not raise it."""
Keys = tuple[tuple[str, str], ...] | None
_KEYS: dict[type, Keys] = {}
SCHEMAS = Path(__file__).parent / "schemas"


def document(answer: object) -> str:
    """Return the JSON text of an answer, ASCII only, ending in a line end; it fits `schema` of the same name."""
    name = _name_of(answer)
    body = {"document": name, "document_version": VERSIONS[name], **plain(answer)}
    return text(body)


def text(body: Any) -> str:
    """Return plain values as JSON text that is safe to print on a terminal: all but visible ASCII is escaped."""
    import msgspec

    told = json.dumps(body, ensure_ascii=True, allow_nan=False).replace("\x7f", "\\u007f")  # indents are slow there
    return msgspec.json.format(told, indent=2) + "\n"


def plain(value: Any) -> Any:
    """Return `value` as JSON knows it: instants as ISO 8601 with Z, numbers that are none as null."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, Failure):
        return {"path": plain(masked(value.path)), "error": plain(masked(value.error))}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    keys = _keys(type(value))
    return value if keys is None else {name: plain(getattr(value, field)) for name, field in keys}


def _keys(kind: type) -> Keys:
    """Return the keys of a dataclass, each with its field; null for any other kind."""
    if kind not in _KEYS:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else None
        _KEYS[kind] = None if fields is None else tuple((key(f.name), f.name) for f in fields)
    return _KEYS[kind]


def key(field: str) -> str:
    """Return the key of a field: its name, without the line that keeps `from_` apart from Python's own word."""
    return field.removesuffix("_")


def instant(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with Z; one without a zone is taken as UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document `name`, one of ANSWERS, made from its dataclass."""
    import msgspec

    answer = ANSWERS[name]
    _, components = msgspec.json.schema_components([answer], ref_template="#/$defs/{name}")
    for part in _parts(answer):
        _describe(components[part.__name__], part)
    root = components.pop(answer.__name__)
    head = {"document": {"const": name}, "document_version": {"const": VERSIONS[name]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:streamgauge:document:{name}:{VERSIONS[name]}",
        **root,
        "properties": head | root["properties"],
        "required": [*head, *root["required"]],
        "$defs": components,
    }


def write_schemas() -> None:
    """Write the schema of every document into the package, one file each."""
    SCHEMAS.mkdir(exist_ok=True)
    for name in ANSWERS:
        (SCHEMAS / f"{name}.schema.json").write_text(json.dumps(schema(name), indent=2) + "\n", encoding="utf-8")


def _name_of(answer: object) -> str:
    return next(name for name, kind in ANSWERS.items() if isinstance(answer, kind))


def _parts(kind: type) -> Iterator[type]:
    """Yield a dataclass and every dataclass that its fields hold."""
    yield kind
    for hint in typing.get_type_hints(kind).values():
        for inner in (hint, *typing.get_args(hint)):
            if isinstance(inner, type) and dataclasses.is_dataclass(inner):
                yield from _parts(inner)


def _describe(component: dict[str, Any], kind: type) -> None:
    """Say of the fields that hold instants that they do, and put the description on single-spaced lines."""
    component["description"] = " ".join(component["description"].split())
    component["properties"] = {key(name): told for name, told in component["properties"].items()}
    component["required"] = [key(name) for name in component["required"]]
    for field, hint in typing.get_type_hints(kind).items():
        if datetime in (hint, *typing.get_args(hint)):
            options = component["properties"][key(field)].get("anyOf", [component["properties"][field]])
            options[0]["format"] = "date-time"


if __name__ == "__main__":
    write_schemas()
