"""Each commit belongs to the first start that reaches it, as a plain search finds it, however deep the history."""

import time

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.facts.ancestry import NOBODY, Ancestry

Graph = list[list[int]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    number = draw(st.integers(1, 14))
    return [draw(st.lists(st.integers(0, n - 1), max_size=3, unique=True)) if n else [] for n in range(number)]


def ancestry(graph: Graph) -> Ancestry:
    names = [f"c{n}" for n in range(len(graph))]
    return Ancestry(
        pa.array(names, pa.string()), pa.array([[f"c{p}" for p in ps] for ps in graph], pa.list_(pa.string()))
    )


def reach(graph: Graph, start: int, stop: set[int]) -> set[int]:
    """Return what `start` reaches without going through `stop`, the plain way."""
    found: set[int] = set()
    rest = [start]
    while rest:
        here = rest.pop()
        if here not in found | stop:
            found.add(here)
            rest += graph[here]
    return found


@given(graph=graphs(), data=st.data())
def test_each_commit_goes_to_the_first_start_that_reaches_it(graph: Graph, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(-1, len(graph) - 1), max_size=5))
    expected = [NOBODY] * len(graph)
    for position, start in enumerate(starts):
        for commit in reach(graph, start, set()) if start >= 0 else ():
            expected[commit] = position if expected[commit] == NOBODY else expected[commit]
    assert ancestry(graph).claim(starts).tolist() == expected


@given(graph=graphs(), data=st.data())
def test_what_is_owned_stays_and_hides_what_lies_behind(graph: Graph, data: st.DataObject) -> None:
    first, second = (data.draw(st.integers(0, len(graph) - 1)) for _ in range(2))
    owner = ancestry(graph).claim([first])
    before = owner.copy()
    found = ancestry(graph).claim([second], owner)
    mine = reach(graph, second, set(np.nonzero(before == 0)[0].tolist()))
    assert found.tolist() == [0 if n in mine or before[n] == 0 else NOBODY for n in range(len(graph))]
    assert (owner == before).all()


def test_parents_that_are_not_there_are_cut_off() -> None:
    found = Ancestry(pa.array(["a", "b"]), pa.array([["b", "gone"], ["lost"]]))
    assert found.claim([0]).tolist() == [0, 0]
    assert found.numbers(["b", "gone", ""]) == [1, NOBODY, NOBODY]
    assert found.first_parents(0) == [0, 1]


def test_a_slice_of_a_table_is_read_right() -> None:
    parents = pa.array([["x"], ["c"], ["d"], []], pa.list_(pa.string())).slice(1)
    assert Ancestry(pa.array(["x", "b", "c", "d"]).slice(1), parents).first_parents(0) == [0, 1, 2]


def test_an_empty_history_has_nothing() -> None:
    found = ancestry([])
    assert found.claim([NOBODY]).tolist() == []
    assert found.first_parents(NOBODY) == []


def test_a_chain_of_200_000_commits_is_walked_without_recursion() -> None:
    start = time.perf_counter()
    found = ancestry([[n - 1] if n else [] for n in range(200_000)])
    assert set(found.claim([99_999, 199_999]).tolist()) == {0, 1}
    assert len(found.first_parents(199_999)) == 200_000
    assert time.perf_counter() - start < 20
