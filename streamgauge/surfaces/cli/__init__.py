"""The command line: what it asks goes to the answers, what they say goes to the terminal."""

from typing import NoReturn


def main() -> NoReturn:
    """Run the command `streamgauge` and end the process with its exit code."""
    # Imported here, so that importing one part of this package does not build the whole command line.
    from streamgauge.surfaces.cli.app import main as run

    run()
