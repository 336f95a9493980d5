"""Keeps pandas out of a command that needs none: Arrow loads it at its first array, wherever it is installed."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from streamgauge import settings
from streamgauge.errors import StreamgaugeError

_UNASKED = "pandas"


class _Refusal(MetaPathFinder):
    """Says of one package that it is not installed."""

    # The signature is Python's own.
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for that package, and leave all others to whoever finds them."""
        if fullname == _UNASKED:
            raise ModuleNotFoundError(f"No module named '{_UNASKED}'", name=_UNASKED)
        return None


def leave_out_data_frames() -> None:
    """Refuse pandas to this process, unless its engine is one that needs it. It costs a quarter of a second."""
    with suppress(StreamgaugeError):  # a setting that is wrong is told by what asks for it
        if settings.read().engine == settings.IN_PROCESS:
            sys.meta_path.insert(0, _Refusal())
