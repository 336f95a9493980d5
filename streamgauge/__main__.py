"""Runs the command line as `python -m streamgauge`."""

from streamgauge.surfaces.cli import main

if __name__ == "__main__":
    main()
