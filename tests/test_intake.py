"""One import is one snapshot or nothing; importing again changes only what changed; nobody is named in the lake."""

import json
import random
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge import intake
from streamgauge.answers.rejects import rejects
from streamgauge.company.file import parse
from streamgauge.errors import BadFile, BadOption, StreamgaugeError
from streamgauge.progress import Silent
from streamgauge.surfaces.cli.importing import plain
from tests.kit.imports import LOG, contents, counts, csv, lake_at, rows, taken

EVENTS = [
    ("A", "open", "2025-01-01 10:00"),
    ("B", "open", "2025-01-01 11:00"),
    ("A", "work", "2025-01-02 10:00"),
    ("A", "close", "2025-01-03 10:00"),
    ("B", "close", "2025-01-04 10:00"),
]
TOLD = "SELECT id, item, value, happened_at FROM transitions ORDER BY item, happened_at, id"


def test_an_event_log_makes_items_and_transitions(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    one = taken(lake, csv(tmp_path / "log-2025-02-01.csv", EVENTS))
    assert (counts(one, "Item"), counts(one, "Transition")) == ((2, 0, 0, 0), (5, 0, 0, 0))
    assert one.dataset == "log"
    assert rows(lake, TOLD) == [
        ("A#1", "A", "open", datetime(2025, 1, 1, 10, tzinfo=UTC)),
        ("A#2", "A", "work", datetime(2025, 1, 2, 10, tzinfo=UTC)),
        ("A#3", "A", "close", datetime(2025, 1, 3, 10, tzinfo=UTC)),
        ("B#1", "B", "open", datetime(2025, 1, 1, 11, tzinfo=UTC)),
        ("B#2", "B", "close", datetime(2025, 1, 4, 10, tzinfo=UTC)),
    ]
    assert rows(lake, "SELECT source, repository, id, status FROM items ORDER BY id") == [
        ("files", "log", "A", "close"),
        ("files", "log", "B", "close"),
    ]


def test_importing_twice_brings_nothing_new(tmp_path: Path) -> None:
    lake, file = lake_at(tmp_path / "lake"), csv(tmp_path / "log.csv", EVENTS)
    taken(lake, file)
    before = lake.snapshot()
    again = taken(lake, file)
    assert (counts(again, "Item"), counts(again, "Transition")) == ((0, 0, 2, 0), (0, 0, 5, 0))
    assert lake.snapshot() == before


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_at_different_times_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, dice: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("order")
    lake = lake_at(folder / "lake")
    taken(lake, csv(folder / "log.csv", EVENTS))
    shuffled = dice.sample(EVENTS, len(EVENTS))
    assert counts(taken(lake, csv(folder / "log.csv", shuffled)), "Transition") == (0, 0, 5, 0)


def test_events_of_one_instant_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    same = [("A", what, "2025-01-01 10:00") for what in ("z", "a", "m")]
    taken(lake, csv(tmp_path / "log.csv", same))
    assert rows(lake, "SELECT value FROM transitions ORDER BY sequence") == [("z",), ("a",), ("m",)]


def test_a_corrected_row_is_a_new_version_and_history_keeps_both(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", EVENTS))
    mended = [("A", "rework", when) if what == "work" else (case, what, when) for case, what, when in EVENTS]
    assert counts(taken(lake, csv(tmp_path / "log.csv", mended)), "Transition") == (0, 1, 4, 0)
    assert rows(lake, "SELECT value FROM transitions WHERE id = 'A#2'") == [("rework",)]
    history = "SELECT value FROM transitions_history WHERE id = 'A#2' ORDER BY recorded_at"
    assert rows(lake, history) == [("work",), ("rework",)]


def test_a_correction_taken_back_counts_again(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for what in ("open", "opened", "open"):
        one = taken(lake, csv(tmp_path / "log.csv", [("A", what, "2025-01-01")]))
    assert counts(one, "Transition") == (0, 1, 0, 0)
    assert rows(lake, "SELECT value FROM transitions") == [("open",)]


def test_surplus_events_of_a_case_are_gone_and_other_cases_stay(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", EVENTS))
    shorter = [event for event in EVENTS if event[0] == "A"][:2]
    one = taken(lake, csv(tmp_path / "log.csv", shorter))
    assert counts(one, "Transition") == (0, 0, 2, 1)
    assert [row[0] for row in rows(lake, TOLD)] == ["A#1", "A#2", "B#1", "B#2"]
    assert rows(lake, "SELECT id FROM items ORDER BY id") == [("A",), ("B",)]


def test_a_complete_export_says_what_is_gone(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", EVENTS))
    one = taken(lake, csv(tmp_path / "log.csv", EVENTS[::2][:2]), complete=True)
    assert (counts(one, "Item"), counts(one, "Transition")) == ((0, 1, 0, 1), (0, 0, 2, 1))
    # What B did is known still; that it is gone is another thing.
    assert [row[0] for row in rows(lake, TOLD)] == ["A#1", "A#2", "B#1", "B#2"]
    assert rows(lake, "SELECT id FROM items") == [("A",)]


def test_other_datasets_are_not_touched(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, csv(tmp_path / "log.csv", EVENTS))
    taken(lake, csv(tmp_path / "other.csv", EVENTS[:1]), complete=True)
    assert rows(lake, "SELECT repository, count(*) FROM transitions GROUP BY 1 ORDER BY 1") == [
        ("log", 5),
        ("other", 1),
    ]


def test_states_that_repeat_are_no_new_events(tmp_path: Path) -> None:
    """A column called state holds what is; one called activity what was done."""
    lake = lake_at(tmp_path / "lake")
    audit = [("A", "new", f"2025-01-0{day}") for day in (1, 2)] + [
        ("A", "done", "2025-01-03"),
        ("A", "new", "2025-01-04"),
    ]
    by_state = {"kind": "event-log", "columns": {"case": "case", "activity": "state", "at": "when"}}
    taken(lake, csv(tmp_path / "a.csv", audit, "case,state,when"), said=by_state)
    assert [row[2] for row in rows(lake, TOLD)] == ["new", "done", "new"]
    kept = taken(lake, csv(tmp_path / "b.csv", audit, "case,state,when"), said={**by_state, "merge_repeats": False})
    assert counts(kept, "Transition") == (4, 0, 0, 0)


def test_an_event_with_a_key_of_its_own_keeps_it(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    said = {"kind": "event-log", "columns": {"case": "case", "activity": "what", "at": "when", "event": "key"}}
    taken(lake, csv(tmp_path / "log.csv", [(*EVENTS[0], "e7"), (*EVENTS[2], "e9")], "case,what,when,key"), said=said)
    taken(lake, csv(tmp_path / "log.csv", [(*EVENTS[3], "e10")], "case,what,when,key"), said=said)
    assert [row[0] for row in rows(lake, TOLD)] == ["e7", "e9", "e10"]


BAD = [*EVENTS * 3, ("C", "open", "2025-02-30"), ("C", "open", "soon"), ("", "open", "2025-01-01")]


def test_bad_rows_are_kept_aside_with_line_and_reason(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    one = taken(lake, csv(tmp_path / "log.csv", BAD))
    assert one.rejected == 3
    found = rejects(lake)
    assert [(reject.line, reject.column, reject.value) for reject in found] == [
        (17, "when", "2025-02-30"),
        (18, "when", "xxxx"),
        (19, "case", None),
    ]
    assert [reject.reason for reject in found] == [
        "is a date that does not exist",
        "is no date that is understood",
        "is empty",
    ]
    taken(lake, csv(tmp_path / "log.csv", EVENTS))
    assert rejects(lake) == ()


def test_bad_rows_are_kept_once(tmp_path: Path) -> None:
    lake, file = lake_at(tmp_path / "lake"), csv(tmp_path / "log.csv", BAD)
    taken(lake, file)
    before = lake.snapshot()
    taken(lake, file)
    assert lake.snapshot() == before


def test_more_bad_rows_than_allowed_keep_nothing_and_say_why(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    file = csv(tmp_path / "log.csv", [*EVENTS, *BAD[-3:-1]])
    one = taken(lake, file)
    assert isinstance(one.failure, BadFile)
    assert "2 of 7 rows are bad, more than 20 %" in str(one.failure)
    assert "line 7" in str(one.failure)
    assert lake.snapshot() is None
    assert taken(lake, file, max_bad=30).failure is None


def test_a_total_is_no_bad_row(tmp_path: Path) -> None:
    file = csv(tmp_path / "items.csv", [("A", "one", "Open", 3), ("Total", "", "", 3)], "id,title,status,estimate")
    one = taken(lake_at(tmp_path / "lake"), file, said={}, max_bad=0)
    assert (counts(one, "Item"), one.rejected) == ((1, 0, 0, 0), 1)


def test_people_are_pseudonyms_and_unmapped_columns_are_not_kept(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    header = "case,what,when,resource,secret,note"
    row = (
        "annegret.quill@example.org",
        "mail to Robert@Example.org",
        "2025-01-01",
        "Annegret Marie Quill",
        "hushed",
        "x",
    )
    said = {
        "kind": "event-log",
        "columns": {"case": "case", "activity": "what", "at": "when"},
        "attributes": {"who": "resource"},
    }
    one = taken(lake, csv(tmp_path / "log.csv", [row], header), said=said)
    assert one.failure is None
    assert one.tables[0].plan.unused == ("secret", "note")
    assert one.tables[0].plan.columns["actor"] == "resource"
    held = b"\n".join(contents(tmp_path / "lake")).lower()
    for hidden in (b"annegret", b"robert@", b"example.org", b"hushed", b"quill"):
        assert hidden not in held, hidden
    ((item, actor),) = rows(lake, "SELECT item, actor FROM transitions")
    assert item.startswith("p-")
    assert actor.startswith("p-")


def test_two_people_stay_two_and_the_same_one_stays_the_same(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    events = [("A", "x", "2025-01-01", "Ann"), ("A", "y", "2025-01-02", "Bob"), ("B", "x", "2025-01-03", "ann ")]
    taken(lake, csv(tmp_path / "log.csv", events, "case,what,when,resource"))
    first, second, third = (row[0] for row in rows(lake, "SELECT actor FROM transitions ORDER BY happened_at"))
    assert first == third != second


ITEMS = "id,title,status,team"


def items(place: Path, *found: tuple[str, str, str]) -> Path:
    return csv(place, [(key, f"Title of {key}", status, team) for key, status, team in found], ITEMS)


def test_snapshots_become_transitions_between_two_days(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    taken(lake, items(tmp_path / "items-2025-01-06.csv", ("A", "new", "x"), ("B", "new", "y")), said={})
    one = taken(lake, items(tmp_path / "items-2025-01-13.csv", ("A", "done", "x"), ("B", "new", "z")), said={})
    assert counts(one, "Item") == (0, 2, 0, 0)
    changed = "FROM transitions WHERE not_before IS NOT NULL ORDER BY item"
    sql = f"SELECT item, field, former_value, value, not_before, happened_at {changed}"
    first, second = datetime(2025, 1, 6, tzinfo=UTC), datetime(2025, 1, 13, tzinfo=UTC)
    assert rows(lake, sql) == [("A", "status", "new", "done", first, second), ("B", "team", "y", "z", first, second)]
    seen = "SELECT field, item, value, happened_at FROM transitions WHERE not_before IS NULL ORDER BY 1, 4, 2"
    assert rows(lake, seen) == [
        *(("first seen", item, "new", first) for item in "AB"),
        *(("snapshot", "A", f"{at:%Y-%m-%dT%H:%M:%S.%fZ}", at) for at in (first, second)),
    ]


State = dict[str, tuple[str, str]]
SNAPSHOTS = st.dictionaries(
    st.integers(1, 6),
    st.dictionaries(st.sampled_from("AB"), st.tuples(st.sampled_from("pq"), st.sampled_from("xy")), min_size=1),
    min_size=1,
    max_size=5,
)


def changes(snapshots: dict[int, State]) -> set[tuple[str, str, str, str, int, int]]:
    """Say what changed, snapshot by snapshot, in plain Python."""
    found, last = set(), dict[str, tuple[int, tuple[str, str]]]()
    for day in sorted(snapshots):
        for item, state in snapshots[day].items():
            if item in last:
                then, former = last[item]
                for field, old, new in zip(("status", "team"), former, state, strict=True):
                    if old != new:
                        found.add((item, field, old, new, then, day))
            last[item] = (day, state)
    return found


@settings(max_examples=3, deadline=None)
@given(SNAPSHOTS, st.randoms(use_true_random=False))
def test_whatever_the_order_in_which_snapshots_come_the_lake_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, snapshots: dict[int, State], dice: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("snapshots")
    lake = lake_at(folder / "lake")
    for day in dice.sample(sorted(snapshots), len(snapshots)):
        file = items(folder / f"items-2025-01-0{day}.csv", *((key, *state) for key, state in snapshots[day].items()))
        assert taken(lake, file, said={}).failure is None
    sql = "SELECT item, field, former_value, value, day(not_before), day(happened_at) FROM transitions"
    assert set(rows(lake, f"{sql} WHERE not_before IS NOT NULL")) == changes(snapshots)
    seen = {key: (day, state[0]) for day in sorted(snapshots, reverse=True) for key, state in snapshots[day].items()}
    sql = "SELECT item, day(happened_at), value FROM transitions WHERE field = 'first seen'"
    assert {row[0]: row[1:] for row in rows(lake, sql)} == seen
    assert rows(lake, "SELECT day(happened_at) FROM transitions WHERE field = 'snapshot' ORDER BY 1") == [
        (day,) for day in sorted(snapshots)
    ]
    newest = {key: state for day in sorted(snapshots) for key, state in snapshots[day].items()}
    assert {row[0]: row[1:] for row in rows(lake, "SELECT id, status, team FROM items")} == newest
    assert lake.verify() == []


@pytest.mark.parametrize("turned", [False, True])
def test_an_item_that_a_later_complete_snapshot_lacks_is_gone_in_either_order(tmp_path: Path, turned: bool) -> None:
    lake = lake_at(tmp_path / "lake")
    first = (items(tmp_path / "items-2025-01-01.csv", ("A", "new", "x"), ("B", "new", "x")), False)
    second = (items(tmp_path / "items-2025-01-02.csv", ("A", "new", "x")), True)
    for file, complete in (second, first) if turned else (first, second):
        taken(lake, file, said={}, complete=complete)
    assert rows(lake, "SELECT id FROM items") == [("A",)]


def test_a_snapshot_of_the_future_is_refused(tmp_path: Path) -> None:
    day = datetime.now(UTC) + timedelta(days=3)
    one = taken(lake_at(tmp_path / "lake"), items(tmp_path / f"items-{day:%Y-%m-%d}.csv", ("A", "new", "x")), said={})
    assert "future" in str(one.failure)


def test_a_table_without_ids_needs_natural_keys(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    with pytest.raises(BadOption, match="id of Incident"):
        counts(taken(lake, csv(tmp_path / "a.csv", [("x",)], "title"), said={"kind": "incident"}), "Incident")
    file = csv(tmp_path / "links.csv", [("blocks", "A", "B"), ("relates", "A", "B")], "kind,item,other")
    assert counts(taken(lake, file, said={"kind": "links"}), "Link") == (2, 0, 0, 0)
    assert counts(taken(lake, file, said={"kind": "Link"}), "Link") == (0, 0, 2, 0)


def test_an_id_that_stands_twice_counts_once(tmp_path: Path) -> None:
    """The last row counts; an earlier one that differs is put aside, an exact repetition is only said."""
    lake = lake_at(tmp_path / "lake")
    found = [("A", "new", "x"), ("A", "done", "x"), ("B", "new", "x"), ("B", "new", "x")]
    one = taken(lake, items(tmp_path / "items.csv", *found), said={}, max_bad=50)
    assert rows(lake, "SELECT id, status FROM items ORDER BY id") == [("A", "done"), ("B", "new")]
    assert one.rejected == 1
    assert any("exact repetitions" in note for note in one.tables[0].notes)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    request = intake.Request(
        files=(str(tmp_path / "absent.csv"), str(csv(tmp_path / "log.csv", EVENTS))),
        rules=intake.rules(kind="event-log", columns={"case": "case", "activity": "what", "at": "when"}),
    )
    first, second = intake.take(lake, request, Silent())
    assert isinstance(first.failure, StreamgaugeError)
    assert counts(second, "Transition") == (5, 0, 0, 0)


def test_a_mapping_file_and_the_command_line_join(tmp_path: Path) -> None:
    company = parse(
        "imports:\n  - files: 'tickets-*.csv'\n    kind: event-log\n    dataset: tickets\n    zone: Europe/Berlin\n"
        "    columns:\n      case: key\n      activity: step\n      at: moment\n",
        name="map.yaml",
    )
    lake = lake_at(tmp_path / "lake")
    file = csv(tmp_path / "tickets-7.csv", [("A", "open", "2025-07-01 10:00", "x")], "key,step,moment,then")
    one = taken(lake, file, said={"columns": {"activity": "then"}}, imports=company.imports)
    assert (one.failure, one.dataset) == (None, "tickets")
    assert rows(lake, "SELECT value, happened_at FROM transitions") == [("x", datetime(2025, 7, 1, 8, tzinfo=UTC))]


def test_what_a_whole_import_says_is_plain_json(tmp_path: Path) -> None:
    one = taken(lake_at(tmp_path / "lake"), csv(tmp_path / "log.csv", BAD))
    told = json.loads(json.dumps(plain(one, dry_run=False), default=str))
    assert told["kept"][1] == {"kind": "Transition", "new": 15, "changed": 0, "unchanged": 0, "gone": 0}
    assert [doubt["lines"] for doubt in told["tables"][0]["doubts"]] == [[18], [17], [19]]


def test_an_object_centric_log_makes_items_transitions_and_links(tmp_path: Path) -> None:
    log = {
        "objectTypes": [{"name": "order", "attributes": []}, {"name": "parcel", "attributes": []}],
        "eventTypes": [{"name": "place", "attributes": []}, {"name": "send", "attributes": []}],
        "objects": [
            {"id": "o1", "type": "order", "relationships": [{"objectId": "p1", "qualifier": "contains"}]},
            {"id": "p1", "type": "parcel"},
            {"id": "p2", "type": "parcel"},
        ],
        "events": [
            {"id": "e2", "type": "send", "time": "2025-01-02T00:00:00Z", "relationships": [
                {"objectId": "o1", "qualifier": "of"}, {"objectId": "p1", "qualifier": "what"}]},
            {"id": "e1", "type": "place", "time": "2025-01-01T00:00:00Z", "relationships": [
                {"objectId": "o1", "qualifier": "of"}]},
        ],
    }  # fmt: skip
    file = tmp_path / "log.json"
    file.write_text(json.dumps(log))
    lake = lake_at(tmp_path / "lake")
    one = taken(lake, file, said={})
    assert counts(one, "Item") == (3, 0, 0, 0)
    assert counts(taken(lake, file, said={}), "Transition") == (0, 0, 3, 0)
    assert rows(lake, "SELECT id, type FROM items ORDER BY id") == [("o1", "order"), ("p1", "parcel"), ("p2", "parcel")]
    sql = "SELECT id, item, value, day(happened_at) FROM transitions ORDER BY happened_at, id"
    assert rows(lake, sql) == [("e1|o1", "o1", "place", 1), ("e2|o1", "o1", "send", 2), ("e2|p1", "p1", "send", 2)]
    assert rows(lake, "SELECT kind, item, other FROM links") == [("contains", "o1", "p1")]


def test_typed_columns_keep_their_values(tmp_path: Path) -> None:
    """A key that came as a float loses its `.0`, a timestamp is taken as it is, a whole number is no text."""
    table = pa.table(
        {
            "id": pa.array([7.0, 8.0]),
            "title": ["a", "b"],
            "status": ["new", None],
            "created": pa.array([datetime(2025, 1, 1, 12, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "points": pa.array([3, None], pa.int64()),
        }
    )
    pq.write_table(table, tmp_path / "items.parquet")
    lake = lake_at(tmp_path / "lake")
    taken(lake, tmp_path / "items.parquet", said={})
    assert rows(lake, "SELECT id, status, created_at, estimate FROM items ORDER BY id") == [
        ("7", "new", datetime(2025, 1, 1, 12, tzinfo=UTC), 3.0),
        ("8", None, None, None),
    ]


def test_tables_of_an_archive_are_datasets_of_their_own_and_one_snapshot(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name in ("one", "two"):
            archive.write(items(tmp_path / f"{name}.csv", ("A", "new", "x")), f"{name}.csv")
        archive.write(csv(tmp_path / "odd.csv", [("x",)], "nothing"), "odd.csv")
    lake = lake_at(tmp_path / "lake")
    one = taken(lake, tmp_path / "export.zip", said={})
    assert rows(lake, "SELECT repository, id FROM items ORDER BY 1") == [("export/one", "A"), ("export/two", "A")]
    assert any("'odd' is left out" in note for note in one.notes)
    assert (lake.snapshot() or pytest.fail("nothing was published")).number == 1


def test_attributes_are_kept_by_name_and_of_a_case_the_last_value(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    events = [("A", "x", "2025-01-01", "DE", ""), ("A", "y", "2025-01-02", "", "low"), ("B", "x", "2025-01-03", "", "")]
    said = {**LOG, "attributes": {"country": "land", "risk": "danger"}}
    taken(lake, csv(tmp_path / "log.csv", events, "case,what,when,land,danger"), said=said)
    assert rows(lake, "SELECT id, attributes FROM items ORDER BY id") == [
        ("A", [{"name": "country", "value": "DE"}, {"name": "risk", "value": "low"}]),
        ("B", []),
    ]
