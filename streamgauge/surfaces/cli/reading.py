"""One reading of repositories into the lake, and the answers that rest on it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from streamgauge.surfaces.cli import faults, terminal

if TYPE_CHECKING:
    from streamgauge.answers.brought import Brought
    from streamgauge.answers.proof import Proof
    from streamgauge.answers.request import Request
    from streamgauge.answers.service_delivery import DeliveryReport
    from streamgauge.answers.tags import PackageTags
    from streamgauge.company import Service
    from streamgauge.lake import Lake
    from streamgauge.sync import Synced


def open_lake(address: str | None, *, create: bool = True) -> "Lake":
    """Return the lake at `address`, else the one that the settings name; raises what `Lake.open` raises."""
    from streamgauge import settings
    from streamgauge.facts import FACTS
    from streamgauge.lake import Lake

    return Lake.open(address or settings.read().lake, create=create, facts=FACTS)


def brought_by(lake: "Lake") -> "Brought | None":
    """Return the company that a lake brings with it; none where it was filled by reading tools."""
    from streamgauge.answers.brought import brought

    return brought(lake)


class Reading:
    """A question, the lake, and what a sync of the question's repositories brought."""

    def __init__(self, lake: "Lake", request: "Request", *, progress: bool | None) -> None:
        self.lake = lake
        self.request = request
        self.progress = progress
        self.synced: Sequence[Synced] = ()

    def sync(self) -> int:
        """Read the repositories and tell on stderr which failed; return the exit code so far, final if `failed`."""
        from streamgauge.sync import sync

        with terminal.watched(self.progress) as progress:
            self.synced = sync(self.lake, self.request, progress)
        broken = [s.failure for s in self.synced if s.failure is not None]
        for fault in broken:
            faults.tell_known(fault)
        return faults.joint_exit_code(broken, of=len(self.synced))

    def read(self) -> int:
        """Read the repositories that are named; where none is, take what the lake holds."""
        return self.sync() if self.request.paths else self.hold()

    def hold(self) -> int:
        """Take what the lake holds as it was last read; return exit code 0."""
        from streamgauge.sync import held

        self.synced = held(self.lake, self.request)
        return 0

    def packages(
        self, one: "Synced", service: "Service", lines: "Collection[str]"
    ) -> "dict[str, tuple[PackageTags, tuple[str, ...]]]":
        """Return the packages that tags of a repository name, with their folders; those without a folder are left out.

        Those that are none of the release `lines`, for they are released with others, need their folder today.
        """
        from streamgauge.answers.tags import tags_of_packages
        from streamgauge.errors import BrokenRepository
        from streamgauge.sync import package_folders

        tagged = tags_of_packages(self.lake, one.repository, service)
        try:
            today = package_folders(one, dict.fromkeys(tagged, ()))
            meant = {name: tags.commits for name, tags in tagged.items() if name in today or tags.lines.keys() & lines}
            folders = package_folders(one, meant)
        except BrokenRepository:
            return {}
        return {name: (tagged[name], found) for name, found in folders.items()}

    @property
    def failed(self) -> bool:
        """Whether there were repositories to read and not one could be."""
        return bool(self.synced) and all(s.failure is not None for s in self.synced)

    def read_lines(self) -> int:
        """Read changed lines for what is shown; return of how many commits they are new."""
        from streamgauge.sync import read_lines

        with terminal.watched(self.progress) as progress:
            self.synced = read_lines(self.lake, self.request, self.synced, progress)
        return sum(one.lines_read for one in self.synced)

    def is_quick_to_read(self) -> bool:
        """Whether the lines that are still to be read take less time than it takes to look up."""
        from streamgauge.sync import QUICKLY_READ

        return sum(len(one.unread) for one in self.synced) <= QUICKLY_READ

    def is_behind(self, answer: "DeliveryReport") -> bool:
        """Whether the lake, or what we know of reading it, has moved on since an answer was given."""
        snapshot = self.lake.snapshot()
        return any(one.notes for one in self.synced) or snapshot is None or snapshot.id != answer.lake_version

    def deliver(self, of: "tuple[str, str | None] | None" = None) -> "DeliveryReport":
        """Return how the services deliver, or only this (service, release line)."""
        from streamgauge.answers.delivery import deliver

        request = self.request if of is None else replace(self.request, service=of[0], line=of[1])
        return deliver(self.lake, request, self.synced)

    def release_lines(self) -> "Sequence[tuple[str, str | None]]":
        """Return the release lines that there are, each with its service before it."""
        from streamgauge.answers.delivery import release_lines

        return release_lines(self.lake, self.request, self.synced)

    def prove(self, metric: str, service: str, line: str | None, *, bucket: str | None, limit: int | None) -> "Proof":
        """Return the proof of one number."""
        from streamgauge.answers.proving import prove

        return prove(
            self.lake, self.request, self.synced, metric=metric, service=service, line=line, bucket=bucket, limit=limit
        )

    def prove_all(self, limit: int, *, only: "Collection[tuple[str, str | None]] | None" = None) -> "tuple[Proof, ...]":
        """Return the proofs of all numbers over the whole window, each with so many records.

        `only` are the release lines that are meant, each as (service, line); null means all.
        """
        from streamgauge.answers.proving import prove_all

        return prove_all(self.lake, self.request, self.synced, limit, only=only)
