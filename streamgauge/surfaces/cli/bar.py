"""Progress as a bar on stderr that leaves nothing behind."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from streamgauge.surfaces.harmless import one_line, safe


class Bar:
    """Shows the step under way; a context manager that clears the line at its end."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console or Console(stderr=True, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self._what: str | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def step(self, what: str, done: int, total: int | None) -> None:
        """Show how far `what` has come; a new `what` takes the place of the former."""
        if what != self._what or self._task is None:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._what, self._task = what, self._progress.add_task(one_line(safe(what)), total=total)
        self._progress.update(self._task, completed=done, total=total)
