"""A YAML text as plain values that know their lines; nothing in it can run, grow or refer to the outside."""

import warnings
from dataclasses import dataclass, field
from typing import Any

from streamgauge.company.law import shortened

Place = tuple[str | int, ...]
"""Where a value stands: keys and positions from the top, such as `("services", 0, "name")`."""

DEEPEST = 12
MOST_VALUES = 50_000
_KINDS = ("null", "bool", "int", "float")
# What a YAML parser is known to raise on hostile text beside its own errors.
_PARSER_FAULTS = (ValueError, TypeError, AttributeError, LookupError, AssertionError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class Mistake:
    """One thing to mend: its line (from 1), what is wrong, and what is allowed."""

    line: int
    wrong: str


@dataclass
class Document:
    """`value` is what the text says, `lines` where each place stands (a key's line for what stands under a key)."""

    value: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest one around it that the text has."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


class _TooMuchError(Exception):
    """The text stands for more values, or deeper ones, than any company file needs."""


def read(text: str) -> Document:
    """Return the document that a YAML 1.2 text holds, with its mistakes; raises nothing."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document()
    try:
        _Reading(document).top(_compose(text))
    except _TooMuchError as error:
        document.mistakes.append(Mistake(error.args[1], error.args[0]))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.mistakes.append(Mistake(mark.line + 1 if mark else 1, _syntax(str(error.problem or error.context))))
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        document.mistakes.append(Mistake(line, "A control character stands here. Allowed: printable text."))
    except _PARSER_FAULTS:
        document.mistakes.append(Mistake(1, "This is no YAML that can be read. Allowed: keys with values."))
    return document


def _compose(text: str) -> Any:
    from ruamel.yaml import YAML

    parser = YAML(typ="safe", pure=True)
    parser.max_depth = DEEPEST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parser.compose(text)


def _syntax(problem: str) -> str:
    if "'\\t'" in problem:
        return "A tab stands where only spaces may. Allowed: two spaces for each step in."
    if "another document" in problem:
        return "A second document starts here. Allowed: one."
    if "maximum depth" in problem:
        return f"This is nested more than {DEEPEST} deep."
    return f"This is no YAML: {problem.splitlines()[0][:200]}."


@dataclass
class _Reading:
    """One walk over the parser's nodes; `seen` counts values with all that aliases repeat."""

    document: Document
    seen: int = 0

    def top(self, node: Any) -> None:
        """Read the whole; an empty text stands for a file without any key."""
        from ruamel.yaml.nodes import MappingNode

        if isinstance(node, MappingNode):
            self.document.value = self.value(node, ())
        elif node is not None and _kind(node) != "null":
            wrong = "The top of the file is no mapping. Allowed: keys with values, such as `name: Example`."
            self.document.mistakes.append(Mistake(node.start_mark.line + 1, wrong))

    def value(self, node: Any, place: Place) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        line = node.start_mark.line + 1
        self.document.lines.setdefault(place, line)
        self.seen += 1
        if len(place) > DEEPEST:
            raise _TooMuchError(f"This is nested more than {DEEPEST} deep, or contains itself.", line)
        if self.seen > MOST_VALUES:
            raise _TooMuchError(f"Aliases make this more than {MOST_VALUES} values. Allowed: write them out.", line)
        if isinstance(node, MappingNode):
            return self.mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, position)) for position, item in enumerate(node.value)]
        return self.scalar(node, line)

    def mapping(self, node: Any, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node.value, str) else None
            if key is None or not _is_text(key):
                self.document.mistakes.append(Mistake(line, "A key has to be a word."))
            elif key in found:
                first = self.document.lines[(*place, key)]
                self.document.mistakes.append(
                    Mistake(line, f"{shortened(key)} stands here for the second time; the first is on line {first}.")
                )
            else:
                self.document.lines[(*place, key)] = line
                found[key] = self.value(value_node, (*place, key))
        return found

    def scalar(self, node: Any, line: int) -> Any:
        kind, text = _kind(node), node.value
        if kind in _KINDS:
            try:
                return _plain(kind, text)
            except ValueError:
                kind = f"{kind} {shortened(text)}"
        elif kind in ("str", "timestamp", "merge", "value") and _is_text(text):
            return text
        self.document.mistakes.append(Mistake(line, f"No {kind} can stand here. Allowed: text, numbers, true, false."))
        return ""


def _kind(node: Any) -> str:
    return str(node.tag).rsplit(":", 1)[-1][:60]


def _is_text(text: str) -> bool:
    """Return whether a text can be written as UTF-8: an escape can make half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain(kind: str, text: str) -> bool | int | float | None:
    """Return the value of a scalar as YAML 1.2 reads it; raises ValueError."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    bare = text.replace("_", "").lower()
    if kind == "int":
        return int(bare, 0) if bare.startswith(("0x", "0o", "0b")) else int(bare)
    return float(bare.replace(".inf", "inf").replace(".nan", "nan"))
