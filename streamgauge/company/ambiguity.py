r"""Whether a regular expression can run away: a text that it reads in ever more ways.

The expression becomes an automaton of its characters (Glushkov's construction). It takes exponential time where
some state comes back to itself over one text on two different ways (Weber and Seidl 1991): `(a+)+` does,
`(\.\d+)+` does not. It takes time to the power of k where k repeats in a row can share one text: `.*.*.*`.
"""

import importlib
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any, NamedTuple

_NONE: frozenset[int] = frozenset()
_FOREIGN = 0xE9  # one letter stands for all outside of ASCII
_ALPHABET = frozenset({*range(128), _FOREIGN})
_CLASSES = {
    "DIGIT": frozenset(c for c in _ALPHABET if chr(c).isdigit()),
    "SPACE": frozenset(c for c in _ALPHABET if chr(c).isspace()),
    "WORD": frozenset(c for c in _ALPHABET if chr(c).isalnum() or chr(c) == "_"),
}
_LONG = 10
_IN_A_ROW = 3
_STEPS = 200_000


class _Part(NamedTuple):
    """A piece of the expression: the characters that it may start and end with, and whether it may be empty."""

    first: frozenset[int] = _NONE
    last: frozenset[int] = _NONE
    empty: bool = True


class _Automaton:
    """Its states are the expression's characters; `ways` counts how often one may follow the other."""

    def __init__(self) -> None:
        self.letters: list[frozenset[int]] = []
        self.ways: Counter[tuple[int, int]] = Counter()

    def sequence(self, items: Iterable[Any]) -> _Part:
        whole = _Part()
        for name, argument in items:
            part = self.item(str(name), argument)
            self.link(whole, part)
            first = whole.first | part.first if whole.empty else whole.first
            last = whole.last | part.last if part.empty else part.last
            whole = _Part(first, last, whole.empty and part.empty)
        return whole

    def item(self, name: str, argument: Any) -> _Part:
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self.repeat(*argument, backtracks=name != "POSSESSIVE_REPEAT")
        if name in ("SUBPATTERN", "ATOMIC_GROUP"):
            return self.sequence(argument[-1] if name == "SUBPATTERN" else argument)
        if name in ("BRANCH", "GROUPREF_EXISTS"):
            branches = argument[1] if name == "BRANCH" else [argument[1], argument[2] or ()]
            parts = [self.sequence(branch) for branch in branches]
            first, last = (_NONE.union(*ends) for ends in ([p.first for p in parts], [p.last for p in parts]))
            return _Part(first, last, any(p.empty for p in parts))
        if name in ("AT", "ASSERT", "ASSERT_NOT", "GROUPREF"):
            return _Part()
        self.letters.append(_characters(name, argument))
        state = frozenset({len(self.letters) - 1})
        return _Part(state, state, empty=False)

    def repeat(self, least: int, most: int, body: Any, *, backtracks: bool) -> _Part:
        part = self.sequence(body)
        if most >= _LONG and backtracks:
            self.link(part, part)
        return part._replace(empty=part.empty or least == 0)

    def link(self, before: _Part, after: _Part) -> None:
        self.ways.update((p, q) for p in before.last for q in after.first)


def is_explosive(expression: str) -> bool:
    """Return whether a valid regular expression can take more than cubic time, or is too entangled to tell."""
    automaton = _Automaton()
    # The parser of `re` has no public name; its tree is the only reading of an expression that is surely Python's.
    automaton.sequence(importlib.import_module("re._parser").parse(expression))
    after = _loops(automaton)
    budget = [_STEPS]
    twice = any(_returns_twice(state, automaton, after, budget) for state in after)
    return twice or _repeats_in_a_row(automaton) > _IN_A_ROW


def _characters(name: str, argument: Any) -> frozenset[int]:
    """Return the characters, of the small alphabet, that one item of the tree matches."""
    if name == "LITERAL":
        return frozenset({argument if argument < 128 else _FOREIGN})
    if name == "NOT_LITERAL":
        return _ALPHABET - _characters("LITERAL", argument) | {_FOREIGN}
    if name == "RANGE":
        return frozenset(c for c in _ALPHABET if argument[0] <= c <= argument[1] or (c == _FOREIGN <= argument[1]))
    if name == "CATEGORY":
        *_, kind = str(argument).split("_")
        return _ALPHABET - _CLASSES[kind] if "NOT" in str(argument) else _CLASSES[kind]
    if name == "IN":
        items = [(str(kind), value) for kind, value in argument]
        found = _NONE.union(*(_characters(kind, value) for kind, value in items if kind != "NEGATE"))
        return _ALPHABET - found | {_FOREIGN} if items[0][0] == "NEGATE" else found
    return _ALPHABET


def _repeats_in_a_row(automaton: _Automaton) -> int:
    """Return how many repeats, at most, one run of the same character can be shared among."""
    forward = sorted(((p, q) for p, q in automaton.ways if p < q), key=lambda way: way[1])
    repeated = [(p, p) in automaton.ways for p in range(len(automaton.letters))]
    longest = 0
    for character in _ALPHABET:
        rows = [int(own) for own in repeated]
        for p, q in forward:
            if character in automaton.letters[p] & automaton.letters[q]:
                rows[q] = max(rows[q], rows[p] + repeated[q])
        longest = max(longest, *(row for row, own in zip(rows, automaton.letters, strict=True) if character in own), 0)
    return longest


def _loops(automaton: _Automaton) -> dict[int, list[int]]:
    """Return for each state that can come back to itself those followers from which it can."""
    followers: dict[int, list[int]] = {}
    for p, q in automaton.ways:
        followers.setdefault(p, []).append(q)
    reach = {state: _reached(state, followers) for state in followers}
    kept = {p: [q for q in others if p in reach.get(q, _NONE)] for p, others in followers.items()}
    return {p: others for p, others in kept.items() if others}


def _reached(start: int, followers: dict[int, list[int]]) -> set[int]:
    seen: set[int] = set()
    queue = [start]
    while queue:
        fresh = set(followers.get(queue.pop(), ())) - seen
        seen |= fresh
        queue.extend(fresh)
    return seen


def _returns_twice(start: int, automaton: _Automaton, after: dict[int, list[int]], budget: list[int]) -> bool:
    """Return whether two readers of one text can part at `start` and both be back there at once."""
    queue, seen = deque([(start, start, False)]), {(start, start, False)}
    while queue:
        p, r, parted = queue.popleft()
        for q, s in ((q, s) for q in after.get(p, ()) for s in after.get(r, ())):
            budget[0] -= 1
            if budget[0] < 0:
                return True
            if q != s and not automaton.letters[q] & automaton.letters[s]:
                continue
            now = (q, s, parted or q != s or (p == r and automaton.ways[p, q] > 1))
            if now == (start, start, True):
                return True
            if now not in seen:
                seen.add(now)
                queue.append(now)
    return False
