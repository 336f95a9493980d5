"""Work is done beside its caller, in order, and only so much of it waits."""

import threading

import pytest

from streamgauge.lake.backlog import Backlog


@pytest.fixture
def backlog():
    made = Backlog(most=10)
    yield made
    made.close()


def test_work_is_done_in_its_order_on_another_thread(backlog):
    done = []
    for number in range(50):
        backlog.put(lambda number=number: done.append((number, threading.current_thread().name)), 1)
    backlog.wait()
    assert [number for number, _ in done] == list(range(50))
    assert len({name for _, name in done}) == 1
    assert done[0][1] != threading.current_thread().name


@pytest.mark.parametrize(("sizes", "held_up_at"), [([5, 5, 1], 2), ([99, 1], 1), ([1] * 12, 10)])
def test_a_caller_who_is_faster_is_held_up(backlog, sizes, held_up_at):
    goes_on, put = threading.Event(), []

    def caller():
        for size in sizes:
            backlog.put(lambda: goes_on.wait(10), size)
            put.append(size)

    other = threading.Thread(target=caller)
    other.start()
    other.join(0.1)
    assert len(put) == held_up_at
    goes_on.set()
    other.join(10)
    backlog.wait()
    assert put == sizes


def test_after_a_fault_nothing_more_is_done_and_every_wait_tells_of_it(backlog):
    done = []

    def fails():
        raise OSError("full")

    backlog.put(lambda: done.append(1), 1)
    backlog.put(fails, 1)
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            backlog.wait()
        with pytest.raises(OSError, match="full"):
            backlog.put(lambda: done.append(2), 1)
    assert done == [1]


def test_closing_waits_for_what_has_begun_and_drops_the_rest():
    backlog, begun, done = Backlog(most=10), threading.Event(), []

    def slow():
        begun.set()
        threading.Event().wait(0.05)
        done.append(1)

    backlog.put(slow, 1)
    backlog.put(lambda: done.append(2), 1)
    begun.wait(10)
    backlog.close()
    assert done == [1]
