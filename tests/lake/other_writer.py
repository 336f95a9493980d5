"""A run in a process of its own, for the tests to start several of and to kill: `python -m tests.lake.other_writer`."""

import sys

from streamgauge.lake import View
from streamgauge.records import Branch
from tests.lake.rows import branches, day, lake_at, shipped

SIZE = 40
LINES = 3


def step(place: str, number: int) -> None:
    """One run: records, then the facts that follow from all records, then the cursor that says so."""
    with lake_at(place).writing() as writer:
        for part in range(2):
            writer.append(Branch, branches(_ids(number, part), day(number)))
        with writer.view() as view:
            ids = [row["id"] for row in view.rows("SELECT id FROM branches ORDER BY id")]
        for line in range(LINES):
            writer.replace_facts("shipped", [f"{line:02x}"], shipped(f"{line:02x}", ids))
        writer.publish({"step": str(number)})


def expected_ids(number: int) -> set[str]:
    """What the lake holds after the steps 0 to `number`."""
    return {name for n in range(number + 1) for part in range(2) for name in _ids(n, part)}


def facts_follow(view: View) -> list[str]:
    """Say where facts do not follow from records: a check for the lake's own verification."""
    rows = view.rows("SELECT line_id, count(*) AS n, count(DISTINCT change) AS d FROM shipped GROUP BY line_id")
    return [f"line {row['line_id']} has {row['n']} rows of {row['d']} changes" for row in rows if row["n"] != row["d"]]


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _ids(number: int, part: int) -> list[str]:
    # Half of each part was there before, so that a run both repeats and adds.
    first = (2 * number + part) * SIZE // 2
    return [f"b{i:05d}" for i in range(first, first + SIZE)]


def _overlap(place: str, worker: int) -> None:
    lake = lake_at(place)
    _say(f"{lake.id} {lake.pseudonym_key.hex()}")
    for turn in range(4):
        with lake.writing() as writer:
            mine = [f"b{i:05d}" for i in range(turn * 50, turn * 50 + 100)]
            own = [f"w{worker}-{turn}"]
            writer.append(Branch, branches([*mine, *own], day(worker + turn)))
            writer.replace_facts("shipped", [f"{worker:02x}"], shipped(f"{worker:02x}", mine))
            writer.publish({f"worker{worker}": str(turn)})


def main(place: str, how: str, number: int) -> None:
    """Run steps for ever from a number on, or one worker's overlapping appends."""
    if how == "overlap":
        _overlap(place, number)
        return
    _say("ready")
    for n in range(number, number + 200):
        step(place, n)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
