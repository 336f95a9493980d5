"""Drafts a company file from what was found, with a sentence for every key."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.company.file import schema

_SHORT = 30  # so long a pattern leaves room for several examples on its line
_Known = dict[str, dict[str, Any]]  # what the schema tells of each key, by owner


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """A release line found among tags; `examples` are tags of it, newest first."""

    name: str
    tags: str
    prereleases: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FoundService:
    """A repository found, or a package in `paths` of it, as a service; `repository` is seen from the file's folder."""

    name: str
    repository: str
    paths: tuple[str, ...] = ()
    lines: tuple[FoundLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FoundStatus:
    """A status found in a lake, with what its name is understood as; a null `state` says that it is not.

    `rows` is how many stays in it there are.
    """

    status: str
    state: str | None
    stage: str
    phase: str | None
    rows: int


def starter(services: Sequence[FoundService], found: Sequence[FoundStatus] = ()) -> str:
    """Return the text of a company file for these services and the process that these statuses tell of.

    Every threshold stands in it as a comment. The text loads as it is, as long as names are unique and patterns good.
    """
    whole = schema()
    known = {"Company": whole["properties"], **{name: told["properties"] for name, told in whole["$defs"].items()}}
    process = [*_process(found, known), ""] if found else []
    parts = [*_head(known), *_services(services, known), "", *process, *_off_tool(known), "", *_thresholds(known)]
    return "\n".join(parts) + "\n"


def _head(known: _Known) -> Iterator[str]:
    yield "# The company file of Streamgauge. Every key is optional but a service's name and repository."
    yield "# It holds no secrets. `streamgauge check` reads it and names every mistake with its line."
    yield ""
    yield "# name: Example"
    yield f"zone: UTC  # {known['Company']['zone']['description']}"
    yield ""


def _services(services: Sequence[FoundService], known: _Known) -> Iterator[str]:
    yield f"# {known['Company']['services']['description']}"
    yield "# A service may also have:"
    for key in ("paths", "lead_time_from", "include_merges", "leave_out"):
        told = known["Service"][key]
        yield f"#   {key}: {_value(told['default'])}  # {told['description']}"
    yield "services:" if services else "services: []"
    for service in services:
        yield f"  - name: {_value(service.name)}"
        yield f"    repository: {_value(service.repository)}"
        if service.paths:
            yield f"    paths: [{', '.join(map(_value, service.paths))}]"
        yield from _lines(service.lines)


def _lines(lines: Sequence[FoundLine]) -> Iterator[str]:
    if lines:
        yield "    releases:"
    for line in lines:
        examples = [tag for tag in line.examples if tag.isprintable()][: 3 if len(line.tags) < _SHORT else 1]
        yield f"      - name: {_value(line.name)}"
        yield f"        tags: {_value(line.tags)}" + (f"  # such as {', '.join(examples)}" if examples else "")
        if line.prereleases:
            yield "        prereleases: true"


def _process(found: Sequence[FoundStatus], known: _Known) -> Iterator[str]:
    yield f"# {known['Company']['process']['description']}"
    yield "# Proposed from the names of the statuses that were found: look them over. Stages are in their order."
    yield from statuses(found)


def statuses(found: Sequence[FoundStatus]) -> Iterator[str]:
    """Give the lines of a process with these statuses; those that are not understood stand there to be filled in."""
    yield "process:"
    # What is only blocked waits where it was; a stage of its own would take it out of there.
    told = [one for one in found if one.state is not None and not _is_nowhere(one)]
    yield "  - statuses:" if told else "  - statuses: []  # take the [] away with the # of the first line below"
    for one in told:
        phase = f", phase: {one.phase}" if one.phase else ""
        stage = "" if one.state == "ignore" else f", stage: {_value(one.stage)}"
        yield f"      - {{status: {_value(one.status)}, state: {one.state}{stage}{phase}}}  # {_stays(one)}"
    for one in found:
        if one.state is None:
            line = f"- {{status: {_value(one.status)}, state: , stage: {_value(one.stage)}}}"
            yield f"      # {line}  # {_stays(one)}: new, waiting, active, done, cancelled or ignore?"
        elif _is_nowhere(one):
            yield f"      # {_value(one.status)} waits in the stage where it was  # {_stays(one)}"


def _stays(one: FoundStatus) -> str:
    return f"{one.rows:,} {'stay' if one.rows == 1 else 'stays'}"


def _is_nowhere(one: FoundStatus) -> bool:
    return one.stage == "Blocked" and one.phase is None


def _off_tool(known: _Known) -> Iterator[str]:
    yield f"# {known['Company']['off_tool']['description']} Take the # away and fill in your own."
    yield "# off_tool:"
    yield "#   - {item: KEY-1, stage: Legal, state: waiting, entered: 2026-03-05, left: 2026-03-12, team: lawyers}"
    for key, described in known["OffTool"].items():
        yield f"#   # {key}: {described['description']}"


def _thresholds(known: _Known) -> Iterator[str]:
    yield "# The judgements behind the numbers, with their defaults. Take the # away to change one."
    yield "# thresholds:"
    for key, described in known["Thresholds"].items():
        unit = f" Unit: {described['x-unit']}." if "x-unit" in described else ""
        yield f"#   # {described['description']}{unit}"
        default = described["default"]
        yield f"#   {key}:" + ("" if isinstance(default, list) else f" {_value(default)}")
        yield from (f"#     - {_value(entry)}" for entry in default) if isinstance(default, list) else ()


def _value(value: object) -> str:
    """Return a value as YAML: text in single quotes, where a backslash needs no other, unless it is not printable."""
    if isinstance(value, str) and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    # JSON is YAML, but for the characters that only JSON prints bare.
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
