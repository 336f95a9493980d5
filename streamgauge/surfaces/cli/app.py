"""The command `streamgauge`: its commands in the order of use, and what every one of them has in common."""

import copy
import errno
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.models import CommandInfo

from streamgauge.surfaces.cli import (
    aging,
    blocked,
    check,
    code,
    demo,
    faults,
    flow,
    frames,
    imports,
    init,
    insights,
    lake,
    metrics,
    records,
    report,
    sync,
    terminal,
    value_stream,
    why,
)

COMPLETION = "_STREAMGAUGE_COMPLETE"
HELP = """From any git repository to delivery numbers that prove themselves.

Start with `streamgauge report PATH`, then open any number with `streamgauge why METRIC --service NAME`."""

app = typer.Typer(
    name="streamgauge",
    help=HELP,
    epilog=faults.EXIT_CODES,
    no_args_is_help=True,
    # Plain help: the docs are made from it, and it must appear at once.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for command in (report.report, why.why, flow.flow):
    app.command(epilog=faults.EXIT_CODES)(command)
app.command(name="map", epilog=faults.EXIT_CODES)(value_stream.stream)
for command in (aging.aging, blocked.blocked, code.code, insights.insights, sync.sync):
    app.command(epilog=faults.EXIT_CODES)(command)
app.command(epilog=faults.EXIT_CODES)(demo.demo)
app.command(name="import", epilog=faults.EXIT_CODES)(imports.import_files)
app.add_typer(lake.app, name="lake")
for command in (metrics.metrics, records.records, init.init, check.check):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        from streamgauge import __version__

        sys.stdout.write(f"streamgauge {__version__}\n")
        raise typer.Exit


@app.callback()
def streamgauge(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Hold the options that stand before any command."""


def main() -> NoReturn:
    """Run the command line of this process and end it with the exit code."""
    if not os.environ.get(faults.DEBUG):
        # What a library says to programmers is no news to the reader of a report.
        warnings.simplefilter("ignore")
    frames.leave_out_data_frames()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors are told on stderr."""
    terminal.prepare_streams()
    try:
        code = typer.main.get_command(_only(arguments)).main(
            list(arguments), prog_name="streamgauge", standalone_mode=False
        )
        sys.stdout.flush()
    except SystemExit as end:
        # Beside shell completion, typer ends the process itself only where the reader closed the pipe.
        if COMPLETION in os.environ:
            raise
        _forget_output()
        return 0 if end.code == 1 else int(end.code or 0)
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001  the edge: every fault is told, none is traced
        return _after(fault)
    if code == faults.INTERRUPTED:
        return faults.tell(KeyboardInterrupt())
    return code if isinstance(code, int) else 0


def _only(arguments: Sequence[str]) -> typer.Typer:
    """Return an app with just the command that stands first, for to make all of them takes as long as a short answer.

    Anything else, such as a wrong name or a wish for help, gets all of them.
    """
    asked = [one for one in app.registered_commands if arguments and _name(one) == arguments[0]]
    if not asked or COMPLETION in os.environ:
        return app
    one = copy.copy(app)
    one.registered_commands, one.registered_groups = asked, []
    return one


def _name(command: CommandInfo) -> str | None:
    return command.name or getattr(command.callback, "__name__", None)


def _after(fault: BaseException) -> int:
    """Tell a fault; a reader that closed its end of the pipe has had enough, and that is no fault."""
    if isinstance(fault, OSError) and fault.errno == errno.EPIPE:
        _forget_output()
        return 0
    code = faults.tell(fault)
    _forget_output()
    return code


def _forget_output() -> None:
    """Send what is left in stdout's buffer nowhere, so that the interpreter does not fail over it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
