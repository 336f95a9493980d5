"""Parses XES with expat, element by element: nothing of the log stays but the cases that are being read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from streamgauge.sources.files.opening import Content, read_fully

_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
NAME, TIME = "concept:name", "time:timestamp"
"""The keys of the name of a case, and of when an event happened."""
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
        self.cases = self.events = self.nameless = 0

    def check(self) -> None:
        """Raise BadFile where there are too many keys by now."""
        most = self.content.limits.columns
        if len(self.of_cases) + len(self.of_events) > most:
            raise self.content.bad(f"more than {most:,} attributes", advice="Export fewer attributes.")


def parts(content: Content, log: Log, encoding: str | None) -> Iterator[list[Case]]:
    """Give cases, some at a time; what is seen of keys goes into `log`. Raises BadFile where the XML is not sound."""
    handler = _Handler(log)
    parser = handler.parser(encoding)
    fed = 0
    with content.open() as stream:
        while block := read_fully(stream, _STEP):
            _feed(parser, block, content, is_end=False)
            fed += len(block)
            if fed - max(parser.CurrentByteIndex, 0) > content.limits.record + 2 * _STEP:
                raise content.bad("one value goes on for too long", line=parser.CurrentLineNumber, advice=_ADVICE)
            if handler.events >= _EVENTS:
                yield handler.rest()
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
    """What expat calls; millions of times, so that the usual way through it is short.

    `target` is what attributes belong to just now: a case, an event, or nothing. `inner` counts the attributes that
    one is within, `key` is that of the outermost, `above` are those below it. Attributes come as a flat list.
    """

    __slots__ = ("above", "case", "depth", "done", "events", "inner", "key", "keys", "log", "target")

    def __init__(self, log: Log) -> None:
        self.log = log
        self.done: list[Case] = []
        self.events = self.depth = self.inner = 0
        self.case: Case | None = None
        self.target: Attributes | None = None
        self.keys = log.of_cases
        self.key = ""
        self.above: list[str] = []

    def parser(self, encoding: str | None) -> Any:
        """Return a parser that calls this."""
        parser = expat.ParserCreate(encoding)
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        return parser

    def refuse(self, *_: object) -> None:
        """Raise BadFile: no log needs a document type, and entities are a way to fill memory or to read files."""
        raise self.log.content.bad("the XML defines a document type or entities", advice="Remove the DOCTYPE.")

    def start(self, name: str, attributes: list[str]) -> None:
        """Begin an element."""
        if name not in _ATTRIBUTES:
            self.start_of(name.rpartition(":")[2], attributes)
            return
        target = self.target
        if target is not None:
            if self.inner or len(attributes) != 4 or attributes[0] != "key" or attributes[1] in target:
                self.keep(name, attributes)
            else:
                self.key = key = attributes[1]
                target[key] = attributes[3]
                known = self.keys.get(key)
                if known is None or name not in known:
                    self.learn(key, name)
        self.inner += 1

    def end(self, name: str) -> None:
        """End an element."""
        if name in _ATTRIBUTES:
            self.inner -= 1
            if self.inner and self.above:
                self.above.pop()
            return
        self.end_of(name.rpartition(":")[2])

    def learn(self, key: str, kind: str) -> None:
        """Learn of a key, or of another type of it."""
        self.keys.setdefault(key, set()).add(kind)
        self.log.check()

    def keep(self, kind: str, attributes: list[str]) -> None:
        """Keep an attribute that is not the usual one; one within another by the names of both, with a dot."""
        self.too_deep()
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        key = given.get("key", "")
        if self.inner:
            key = f"{self.above[-1] if self.above else self.key}.{key}"
            self.above.append(key)
        else:
            self.key = key
        if "value" in given and self.target is not None:
            while key in self.target:
                key += " (2)"
            self.target[key] = given["value"]
            self.learn(key, kind)

    def too_deep(self) -> None:
        """Raise BadFile where elements are nested too deeply."""
        if self.depth + self.inner > self.log.content.limits.depth:
            raise self.log.content.bad("the XML is nested too deeply", advice=_ADVICE)

    def start_of(self, name: str, attributes: list[str]) -> None:
        """Begin an element that may be a case or an event; with a prefix it may be an attribute too."""
        if name in _ATTRIBUTES:
            self.start(name, attributes)
            return
        self.depth += 1
        self.too_deep()
        if name == "event":
            self.target, self.keys = {}, self.log.of_events
            self.case = self.case or Case(is_rest=True)
            self.case.events.append(self.target)
        elif name == "trace":
            self.case = Case()
            self.target, self.keys = self.case.attributes, self.log.of_cases
        elif name == "classifier":
            given = dict(zip(attributes[::2], attributes[1::2], strict=True))
            self.log.classifiers.append(f"{given.get('name', '')} = {given.get('keys', '')}")

    def end_of(self, name: str) -> None:
        """End an element that may be a case or an event; with a prefix it may be an attribute too."""
        if name in _ATTRIBUTES:
            self.end(name)
            return
        self.depth -= 1
        if name == "event":
            self.end_of_event()
        elif name == "trace":
            self.end_of_case()

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
            if NAME not in self.case.attributes and any(TIME in event for event in self.case.events):
                self.name(self.case)
            self.done.append(self.case)
        self.log.cases += 1
        self.case = self.target = None

    def name(self, case: Case) -> None:
        """Call a case that has no name by its identity, else by its place in the log."""
        case.attributes[NAME] = case.attributes.get("identity:id") or f"trace {self.log.cases + 1}"
        self.log.nameless += 1
        self.log.of_cases.setdefault(NAME, set()).add("string")

    def rest(self) -> list[Case]:
        """Return the cases that are whole."""
        found, self.done, self.events = self.done, [], 0
        return found
