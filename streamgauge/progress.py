"""What long work tells about how far it has come; who shows it is not its concern."""

from typing import Protocol


class Progress(Protocol):
    """Anything that can be told of steps."""

    def step(self, what: str, done: int, total: int | None) -> None:
        """Say that `done` of `total` units of `what` are finished; `total` is null where nobody knows yet.

        A new `what` begins a new step. Called often: it must be cheap and may skip what it shows.
        """


class Silent:
    """Progress that nobody watches."""

    def step(self, what: str, done: int, total: int | None) -> None:
        """Show nothing."""
