"""Errors on the command line: one line that says what, advice below it, and an exit code that says who has to act."""

import errno
import os
import sys
import traceback
from collections.abc import Sequence

import typer

from streamgauge.errors import DiskFull, NoPermission, StreamgaugeError
from streamgauge.surfaces.harmless import safe

UNEXPECTED = 1
USAGE = 2
INTERRUPTED = 130
DEBUG = "STREAMGAUGE_DEBUG"
EXIT_CODES = (
    "Exit codes: 0 all went well; 1 a part failed, or something unexpected; 2 you must change what you asked or wrote;"
    " 3 a person must mend something outside of Streamgauge; 4 it passes, try again; 130 interrupted."
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def tell(fault: BaseException) -> int:
    """Write `fault` to stderr, masked and without control characters, and return the exit code."""
    if isinstance(fault, KeyboardInterrupt | typer.Abort):
        _write("interrupted.", "What was read completely is kept; the next run goes on from there.")
        return INTERRUPTED
    if hasattr(fault, "format_message"):
        return _tell_usage(fault, fault.format_message())
    known = known_as(fault)
    if os.environ.get(DEBUG):
        sys.stderr.write(safe("".join(traceback.format_exception(fault))))
    if known is not None:
        return tell_known(known)
    _write(
        f"error: Streamgauge failed in a way that it did not expect: {type(fault).__name__}: {fault}",
        f"Run it again with {DEBUG}=1 set to see where, and please report it.",
    )
    return UNEXPECTED


def tell_known(fault: StreamgaugeError) -> int:
    """Write an error of ours to stderr and return its exit code."""
    _write(f"error: {fault.wrong}", fault.advice)
    return fault.exit_code


def known_as(fault: BaseException) -> StreamgaugeError | None:
    """Return the error of ours that `fault` is or stands for, null where it is neither."""
    if isinstance(fault, StreamgaugeError):
        return fault
    if isinstance(fault, OSError):
        where = f" '{os.fsdecode(fault.filename)}'" if fault.filename is not None else ""
        if fault.errno in _FULL:
            return DiskFull(f"There is no room left to write{where}.", advice="Free some space, or write elsewhere.")
        if fault.errno in _REFUSED:
            return NoPermission(f"The system refuses access to{where or ' a file'}: {fault.strerror}.")
    return None


def joint_exit_code(faults: Sequence[StreamgaugeError], *, of: int) -> int:
    """Return the exit code after `faults` of so many sources: 0 for none, theirs if all failed alike, else 1."""
    codes = {fault.exit_code for fault in faults}
    if not codes:
        return 0
    return codes.pop() if len(codes) == 1 and len(faults) == of else UNEXPECTED


def _tell_usage(fault: BaseException, shown: str) -> int:
    """Tell that the command line does not fit; a bare command gets its help."""
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "streamgauge"
    if shown.startswith("Usage:"):
        _write(shown, "")
    else:
        _write(f"error: {shown.replace('Value error, ', '')}", f"See '{command} --help'.")
    return USAGE


def _write(wrong: str, advice: str) -> None:
    sys.stderr.write("\n".join(safe(part).rstrip() for part in (wrong, advice) if part.strip()) + "\n")
