"""Parses XES with expat, element by element: nothing of the log stays but the cases that are being read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from streamgauge.sources.files.opening import Content, read_fully

_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
_STEP = 1 << 20
_EVENTS, _AT_MOST = 20_000, 200_000
Attributes = dict[str, str | None]


@dataclass(slots=True)
class Case:
    """A case with its events, or a part of one with very many; `is_rest` says that its beginning came before."""

    attributes: Attributes = field(default_factory=dict)
    events: list[Attributes] = field(default_factory=list)
    is_rest: bool = False


class Log:
    """What was seen of a log: its keys with the types they come in, and how many cases and events there are."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.of_cases: dict[str, set[str]] = {}
        self.of_events: dict[str, set[str]] = {}
        self.classifiers: list[str] = []
        self.cases = self.events = 0

    def check(self) -> None:
        """Raise BadFile where there are too many keys by now."""
        most = self.content.limits.columns
        if len(self.of_cases) + len(self.of_events) > most:
            raise self.content.bad(f"more than {most:,} attributes", advice="Export fewer attributes.")


def parts(content: Content, log: Log, encoding: str | None, size: int) -> Iterator[list[Case]]:
    """Give cases, some at a time; what is seen of keys goes into `log`. Raises BadFile where the XML is not sound."""
    handler = _Handler(log)
    parser = handler.parser(encoding)
    step, fed = min(size, _STEP), 0
    with content.open() as stream:
        while block := read_fully(stream, step):
            _feed(parser, block, content, is_end=False)
            fed += len(block)
            if fed - max(parser.CurrentByteIndex, 0) > content.limits.record + 2 * step:
                raise content.bad("one value goes on for too long", line=parser.CurrentLineNumber, advice=_ADVICE)
            if cases := handler.taken(size):
                yield cases
        _feed(parser, b"", content, is_end=True)
    log.check()
    yield handler.rest()


_ADVICE = "Check it with any XML tool, or export it again."


def _feed(parser: Any, block: bytes, content: Content, *, is_end: bool) -> None:
    try:
        parser.Parse(block, is_end)
    except expat.ExpatError as fault:
        words = expat.errors.messages.get(fault.code, "not sound")
        wrong = f"the XML is damaged or cut off ({words})"
        raise content.bad(wrong, line=fault.lineno, advice=_ADVICE) from None
    except (LookupError, ValueError, RecursionError):
        raise content.bad("the XML is in an encoding that is not known", advice=_ADVICE) from None


class _Handler:
    """What expat calls. `target` is what attributes belong to just now: a case, an event, or nothing."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.done: list[Case] = []
        self.events = self.depth = 0
        self.case: Case | None = None
        self.target: Attributes | None = None
        self.keys: dict[str, set[str]] = log.of_cases
        self.above: list[str] = []

    def parser(self, encoding: str | None) -> Any:
        """Return a parser that calls this."""
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        return parser

    def refuse(self, *_: object) -> None:
        """Raise BadFile: no log needs a document type, and entities are a way to fill memory or to read files."""
        raise self.log.content.bad("the XML defines a document type or entities", advice="Remove the DOCTYPE.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self.depth += 1
        if self.depth > self.log.content.limits.depth:
            raise self.log.content.bad("the XML is nested too deeply", advice=_ADVICE)
        if name in _ATTRIBUTES:
            if self.target is not None:
                self.keep(name, attributes)
        elif ":" in name:
            self.start_of(name.rpartition(":")[2], attributes)
        else:
            self.start_of(name, attributes)

    def start_of(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element that may be a case or an event; with a prefix it may be an attribute too."""
        if name == "event":
            self.target, self.keys = {}, self.log.of_events
            self.case = self.case or Case(is_rest=True)
            self.case.events.append(self.target)
        elif name == "trace":
            self.case = Case()
            self.target, self.keys = self.case.attributes, self.log.of_cases
        elif name == "classifier":
            self.log.classifiers.append(f"{attributes.get('name', '')} = {attributes.get('keys', '')}")
        elif name in _ATTRIBUTES and self.target is not None:
            self.keep(name, attributes)

    def keep(self, kind: str, attributes: dict[str, str]) -> None:
        """Keep one attribute; one within another by both names with a dot."""
        key = attributes.get("key", "")
        if self.above:
            key = f"{self.above[-1]}.{key}"
        self.above.append(key)
        if "value" not in attributes:
            return
        target = self.target
        if target is None:
            return
        if key in target:
            key += " (2)"
        target[key] = attributes["value"]
        known = self.keys.get(key)
        if known is None:
            self.keys[key] = {kind}
            self.log.check()
        elif kind not in known:
            known.add(kind)

    def end(self, name: str) -> None:
        """End an element."""
        self.depth -= 1
        if name in _ATTRIBUTES:
            if self.above:
                self.above.pop()
            return
        name = name.rpartition(":")[2]
        if name == "event":
            self.end_of_event()
        elif name == "trace":
            self.end_of_case()
        elif name in _ATTRIBUTES and self.above:
            self.above.pop()

    def end_of_event(self) -> None:
        """Go back to the case; an event outside of one is a case of its own that has no attributes."""
        self.events += 1
        self.log.events += 1
        case = self.case
        if case is None:
            return
        if case.is_rest and not case.attributes:
            self.done.append(case)
            self.case = self.target = None
            return
        self.target, self.keys = case.attributes, self.log.of_cases
        if len(case.events) >= _AT_MOST:
            self.done.append(case)
            self.case = Case(attributes=case.attributes, is_rest=True)

    def end_of_case(self) -> None:
        """Put a case with the others."""
        if self.case is not None:
            self.done.append(self.case)
        self.log.cases += 1
        self.case = self.target = None

    def taken(self, size: int) -> list[Case]:
        """Return the cases that are whole, where it is worth while; none otherwise."""
        if self.events < (_EVENTS if size > _STEP else 1):
            return []
        return self.rest()

    def rest(self) -> list[Case]:
        """Return the cases that are whole."""
        found, self.done, self.events = self.done, [], 0
        return found
