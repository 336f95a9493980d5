"""The engine in this process."""

import subprocess
import sys

CODE = """
from streamgauge.lake import duck
print(duck.connect().sql("SELECT current_setting('enable_progress_bar')").fetchall()[0][0])
"""


def test_it_draws_no_bar_among_what_a_program_without_a_file_prints() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
