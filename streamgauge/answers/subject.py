"""What an answer is about: a repository with its services and release lines, or why it could not be read."""

from collections.abc import Sequence
from typing import Protocol

from streamgauge.company import Service


class Subject(Protocol):
    """One repository as a sync left it."""

    @property
    def path(self) -> str:
        """Where it is."""

    @property
    def repository(self) -> str:
        """What it is called in the lake."""

    @property
    def services(self) -> Sequence[Service]:
        """Its services, with their policies."""

    @property
    def line_ids(self) -> Sequence[str]:
        """The keys of its release lines, in the order of showing."""

    @property
    def notes(self) -> Sequence[str]:
        """What a reader must know of how it was read."""

    @property
    def failure(self) -> Exception | None:
        """Why it could not be read; null where it was."""
