"""Work that is done beside its caller: in order, on one thread, and only so much of it waits."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Backlog:
    """Does work in the order in which it is put; after a fault nothing more is done, and every caller is told of it."""

    def __init__(self, most: int) -> None:
        """`most` is how many bytes may wait: a faster caller is held up, but one piece of any size is always taken."""
        self._most, self._fault = most, False
        self._thread = ThreadPoolExecutor(1, "backlog")
        self._waiting: deque[tuple[Future[None], int]] = deque()

    def put(self, work: Callable[[], None], size: int) -> None:
        """Hand on work that holds so many bytes; raises the fault of former work."""
        while self._waiting and (self._waiting[0][0].done() or self._size + size > self._most):
            self._await_first()
        self._waiting.append((self._thread.submit(self._do, work), size))

    def wait(self) -> None:
        """Return when all is done; raises the first fault, each time again."""
        while self._waiting:
            self._await_first()

    def close(self) -> None:
        """Wait for what has begun, and do no more."""
        self._thread.shutdown(cancel_futures=True)

    @property
    def _size(self) -> int:
        return sum(size for _, size in self._waiting)

    def _await_first(self) -> None:
        self._waiting[0][0].result()
        self._waiting.popleft()

    def _do(self, work: Callable[[], None]) -> None:
        if self._fault:
            return
        self._fault = True
        work()
        self._fault = False
