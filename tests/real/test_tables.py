"""The tables of a peer import by flags alone, packed by the flags that they need: counted by plain Python, twice."""

import csv
import json
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.imports import command, contents, lake_at, rows

SHARED = Path(os.environ.get("STREAMGAUGE_SHARED", Path(__file__).parents[3] / "shared"))
DATA = SHARED / "data" / "devlake-e2e"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"real data is not at hand: no folder {DATA}"),
]
KINDS = {
    "Build": r"cicd_pipelines|cicd_tasks(_multibranch|_after_stages)?",
    "Commit": r"commits|_tool_\w+_commits",
    "Item": r"issues|issues_input\d*|issues_output",
    "PullRequest": r"(cross_project_)?pull_requests",
    "Transition": r"issue_changelogs(_incremental)?",
}
"""What tables of these names are guessed to hold, where they have all that such a record needs."""
KEYS = (
    *("id", "sha", "github_id", "gitlab_id", "azuredevops_id", "record_id", "account_id", "issue_key", "number"),
    *("changelog_id", "full_name", "build_name", "hotspot_key", "file_metrics_key", "login", "remotelink_id"),
    *("worklog_id", "project_key"),
)
NO_ENDS = {"connection_id", "_raw_data_id", "scope_config_id"}
PEOPLE = {
    *("author_name", "creator_name", "assignee_name", "committer_name", "full_name", "user_name", "login", "username"),
    *("email", "author_email", "committer_email", "commit_author_email", "commit_author_name", "author_display_name"),
    *("merged_by_name", "parent_account", "author_username"),
}
Table = tuple[list[str], list[dict[str, str]]]


def read(path: Path) -> Table:
    csv.field_size_limit(1 << 30)
    with path.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.DictReader(opened)
        return list(reader.fieldnames or ()), [row for row in reader if None not in row and None not in row.values()]


def files() -> list[Path]:
    return sorted(path for path in DATA.rglob("*.csv"))


def flags_of(path: Path, columns: list[str]) -> tuple[str, ...]:
    """Return the options of a table: none where its kind is guessed, its key, or its two ends."""
    kind = next((kind for kind, names in KINDS.items() if re.fullmatch(names, path.stem)), "")
    if kind and {"id", "sha"} & set(columns) and (kind != "PullRequest" or "status" in columns):
        return ()
    if key := next((key for key in KEYS if key in columns), ""):
        return ("--as", "item", "--map", f"id={key}")
    whole, part = ends_of(columns)
    ends = ("--set", "whole_kind=whole", "--set", "part_kind=part", "--map", f"whole={whole}", "--map", f"part={part}")
    return ("--as", "contains", *ends)


def ends_of(columns: list[str]) -> tuple[str, str]:
    named = [one for one in columns if one.endswith(("_id", "_sha", "_name", "_number", "_key")) and one not in NO_ENDS]
    return named[0], named[1]


def kept_of(path: Path, table: Table) -> tuple[str, int]:
    """Return the kind that a table holds, and how many different records."""
    columns, lines = table
    flags = flags_of(path, columns)
    kind = (
        next((kind for kind, names in KINDS.items() if re.fullmatch(names, path.stem)), "Item") if not flags else "Item"
    )
    if "contains" in flags:
        whole, part = ends_of(columns)
        return "Contains", len({(line[whole], line[part]) for line in lines if line[whole] and line[part]})
    key = flags[-1].removeprefix("id=") if flags else ("id" if "id" in columns else "sha")
    return kind, len({line[key].strip() for line in lines if line[key].strip()})


@pytest.fixture(scope="module")
def tables() -> dict[Path, Table]:
    """The first table of each form that is no answer of a tool as it came, with rows: most others are its like."""
    found: dict[tuple[str, ...], tuple[Path, Table]] = {}
    for path in files():
        columns, lines = read(path)
        if lines and not path.stem.startswith("_raw_"):
            found.setdefault((path.relative_to(DATA).parts[0], *columns), (path, (columns, lines)))
    return dict(found.values())


@pytest.fixture(scope="module")
def lake(tables: dict[Path, Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that holds all tables; a second import of every fifth archive is seen to bring nothing new."""
    folder = tmp_path_factory.mktemp("tables")
    packed: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path, (columns, _) in tables.items():
        packed[flags_of(path, columns)].append(path)
    for number, (flags, paths) in enumerate(packed.items()):
        place = folder / f"pack{'k' * number}.zip"
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in paths:
                archive.write(path, path.relative_to(DATA))
        first = imported(folder / "lake", place, *flags)
        assert all(changed == unchanged == gone == 0 for _, changed, unchanged, gone in first.values()), flags
        if number % 5 == 0:
            second = imported(folder / "lake", place, *flags)
            assert second == {kind: (0, 0, new, 0) for kind, (new, *_) in first.items()}, flags
    return folder / "lake"


def imported(lake: Path, place: Path, *flags: str) -> dict[str, tuple[int, int, int, int]]:
    code, out, err = command("import", place, "--lake", lake, "--max-bad", "100", "--format", "json", *flags)
    assert code == 0, err
    (said,) = json.loads(out)["files"]
    assert [note for note in said["notes"] if "left out" in note] == []
    return {one["kind"]: (one["new"], one["changed"], one["unchanged"], one["gone"]) for one in said["kept"]}


def held(lake: Path) -> Iterator[tuple[str, str, int]]:
    """Give the kind, the dataset without its archive, and how many records of it a lake holds."""
    for kind in ("Item", "Build", "Commit", "PullRequest", "Transition", "Contains", "Incident"):
        table = {"Contains": "contains"}.get(kind, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower() + "s")
        where = "WHERE id NOT LIKE '%|status|%'" if kind == "Transition" else ""
        for dataset, n in rows(lake_at(lake), f"SELECT repository, count(*) FROM {table} {where} GROUP BY 1"):
            yield kind, dataset.partition("/")[2], n


def test_every_table_holds_as_many_records_as_python_counts(tables: dict[Path, Table], lake: Path) -> None:
    expected = {}
    for path, table in tables.items():
        kind, n = kept_of(path, table)
        name = "/".join(part.lstrip("_") for part in path.relative_to(DATA).with_suffix("").parts)
        expected[name] = (kind, n)
    found = {dataset: (kind, n) for kind, dataset, n in held(lake)}
    assert len(expected) > 150
    assert {name: (found.get(name), one) for name, one in expected.items() if found.get(name) != one} == {}


def test_no_name_and_no_address_of_the_tables_is_in_the_lake(tables: dict[Path, Table], lake: Path) -> None:
    names = {
        line[column]
        for columns, lines in tables.values()
        for column in PEOPLE & set(columns)
        for line in lines
        if len(line[column]) > 6 and {" ", "@"} & set(line[column]) and "/" not in line[column]
    }
    whole = b"\n".join(contents(lake))
    assert len(names) > 50
    assert sorted(name for name in names if name.encode() in whole) == []
