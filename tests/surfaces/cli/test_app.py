"""What every command has in common: help, errors, exit codes, the terminal."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from streamgauge import __version__
from streamgauge.errors import BadOption, DiskFull, LakeLocked, NoPermission, StreamgaugeError
from streamgauge.surfaces.cli.app import _only, app
from tests.surfaces.cli.conftest import HOSTILE, Answers

Run = Callable[..., "object"]
PROGRAM = (sys.executable, "-m", "streamgauge")
ROOT = Path(__file__).parents[3]


def start(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, not on a terminal."""
    usual = {"capture_output": True, "text": True, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    return subprocess.run([*PROGRAM, *arguments], **(usual | options))  # type: ignore[call-overload, no-any-return]


COMMANDS = [
    "report",
    "why",
    "sync",
    "lake status",
    "lake verify",
    "lake compact",
    "metrics",
    "records",
    "init",
    "check",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    """Help works for each, and names every option in words."""
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert "Usage: " in shown.output


def test_help_says_what_the_exit_codes_mean(run: Run) -> None:
    """Exit codes are documented where one looks first."""
    assert "130 interrupted" in run("report", "--help").out
    assert f"streamgauge {__version__}\n" == run("--version").out


def test_help_imports_nothing_heavy() -> None:
    """Help has to appear at once, so what takes long to import waits until it is needed."""
    code = "import sys; from streamgauge.surfaces.cli import app; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    heavy = {"duckdb", "deltalake", "pyarrow", "numpy", "pydantic", "jinja2", "vl_convert", "rich", "msgspec", "ruamel"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (BadOption("That is no number.", advice="Write one."), 2),
        (NoPermission("The folder is closed."), 3),
        (DiskFull("The disk is full."), 3),
        (LakeLocked("Another one writes."), 4),
        (StreamgaugeError("A part failed."), 1),
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left on device", "/lake/x"), 3),
        (PermissionError(13, "Permission denied", "/lake/x"), 3),
        (RuntimeError("no idea"), 1),
    ],
)
def test_the_exit_code_says_who_has_to_act(run: Run, answers: Answers, fault: BaseException, code: int) -> None:
    """Each branch of the errors has its code, and none shows a trace."""
    answers.fault = fault
    shown = run("report", "clone")
    assert shown.code == code
    assert shown.out == ""
    assert shown.err
    assert "Traceback" not in shown.err


def test_an_error_is_one_line_then_advice(run: Run, answers: Answers) -> None:
    """First what was wrong, then what to do."""
    answers.fault = BadOption("That is no number.", advice="Write one.")
    assert run("report", "clone").err == "error: That is no number.\nWrite one.\n"


def test_an_unexpected_error_says_how_to_see_more(run: Run, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable a short message, with it the trace; secrets and control characters in neither."""
    answers.fault = RuntimeError(f"https://joe:pw@host {HOSTILE}")
    short = run("report", "clone").err
    assert "STREAMGAUGE_DEBUG=1" in short
    monkeypatch.setenv("STREAMGAUGE_DEBUG", "1")
    full = run("report", "clone").err
    assert "Traceback" in full
    for shown in (short, full):
        assert "joe" not in shown
        assert not set("\x1b\x07\x9b\u202e") & set(shown)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reprot",), "Did you mean 'report'?"),
        (("report", "--formt", "json"), "--format"),
        (("report", "--format", "yaml"), "'json'"),
        (("report", "--since", "soon"), "90d"),
        (("report", "--since", "2025-02-01", "--until", "2025-02-01"), "not before"),
        (("report", "--since", "2999-01-01"), "future"),
        (("report", "--releases", "v[0-9"), "position"),
        (("report", "--releases", "v[0-9"), r"Example: --releases 'v?\d+(\.\d+)+'"),
        (("report", "--releases", ""), "--releases"),
        (("report", ""), "PATH is empty"),
        (("report", "--out", "no/such/folder/x"), "there is no folder 'no/such/folder'"),
        (("report", "--html", "."), "is a folder"),
        (("report", "--company", "none.yaml"), "none.yaml"),
        (("metrics", "lead"), "Allowed: "),
        (("metrics", "--format", "html"), "text, json"),
        (("records", "comit"), "Did you mean 'Commit'?"),
        (("why",), "METRIC"),
        (("check", "none.yaml"), "streamgauge init"),
    ],
)
def test_a_mistake_of_the_user_ends_with_2(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """What was wrong, and what is allowed, before any long work."""
    shown = run(*arguments)
    assert shown.code == 2
    assert shown.out == ""
    assert said in shown.err


def test_a_bare_command_shows_its_help() -> None:
    """Somebody who does not know what to write sees what there is."""
    done = start()
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: streamgauge")
    assert "report" in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_a_full_disk_is_told() -> None:
    """Nothing is lost in silence when stdout cannot take it."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = start("metrics", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode == 3
    assert done.stderr.startswith("error: There is no room left")
    assert "Exception ignored" not in done.stderr


def test_a_reader_that_has_enough_is_no_fault() -> None:
    """`| head` ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = start("metrics", stdout=closed, stderr=subprocess.PIPE, capture_output=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_files_are_written_though_nobody_reads_the_terminal() -> None:
    """A closed pipe silences the console and stops nothing else."""
    code = (
        "import sys\nfrom streamgauge.surfaces.cli.sheet import Screen\n"
        "screen = Screen()\nfor _ in range(9999):\n    screen.print('x' * 70)\n"
        "sys.stderr.write('written ' + str(screen.quiet))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=closed, stderr=subprocess.PIPE, text=True, env=environment
        )
    assert (done.returncode, done.stderr) == (0, "written True")


def test_any_encoding_can_be_written_to() -> None:
    """An output that knows only ASCII gets ASCII."""
    done = start("metrics", env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.isascii()


def on_terminal(*arguments: str, **environment: str) -> str:
    """Return what the program writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    usual = {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "80"}
    done = subprocess.Popen([*PROGRAM, *arguments], stdout=theirs, stderr=theirs, env=os.environ | usual | environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    done.wait()
    return shown.decode()


def test_colour_only_where_it_is_wanted() -> None:
    """A terminal gets colour or bold, a pipe none, and NO_COLOR is heard."""
    colour = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
    assert "\x1b[1m" in on_terminal("metrics")
    assert not colour.search(on_terminal("metrics", NO_COLOR="1"))
    assert "\x1b" not in start("metrics").stdout
    assert "\x1b" not in start("metrics", "--format", "json").stdout


def test_interrupting_ends_with_130(tmp_path: Path) -> None:
    """Control-C ends with one line and no trace."""
    code = (
        "import signal, streamgauge.sync, time, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def sync(*_):\n    print('now', flush=True)\n    time.sleep(60)\n"
        "streamgauge.sync.sync = sync\n"
        "from streamgauge.surfaces.cli.app import run\nsys.exit(run(['report', '.', '--lake', sys.argv[1]]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lake")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.startswith("interrupted.")
    assert "Traceback" not in told


def test_a_command_that_stands_alone_is_the_same_as_among_all() -> None:
    among_all = typer.main.get_command(app)
    names = [name for name in among_all.commands if name != "lake"]
    assert len(names) > 10
    for name in names:
        alone = typer.main.get_command(_only([name, "--help"]))
        assert list(alone.commands) == [name]
        found = [(one.opts, one.help) for one in alone.commands[name].params]
        assert found == [(one.opts, one.help) for one in among_all.commands[name].params]
    for arguments in ([], ["--help"], ["lake", "status"], ["no-such-command"]):
        assert _only(arguments) is app
