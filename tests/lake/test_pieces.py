"""Facts that are read piece by piece beside the engine are what the engine shows of them."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from streamgauge.errors import DamagedLake
from streamgauge.lake import Lake, View, limits

STAYS = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("item", pa.string()),
        pa.field("status", pa.string()),
        pa.field("hours", pa.float64()),
    ]
)


def stays(line: str, items: range, status: str, hours: float = 0.0) -> pa.Table:
    """Three stays of each item."""
    rows = [(line, f"A-{item}", status if turn else None, hours + item) for item in items for turn in range(3)]
    table = pa.table(dict(zip(STAYS.names, zip(*rows, strict=True), strict=True)), schema=STAYS)
    return table.set_column(1, "item", table["item"].dictionary_encode()) if len(items) % 2 == 0 else table


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """Two lines in many row groups, of one of which some items were renewed, a part of them twice."""
    monkeypatch.setattr(limits, "ROWS_OF_GROUP", 50)
    lake = Lake.open(str(tmp_path), create=True, facts={"stays": STAYS})
    with lake.writing() as writer:
        writer.replace_facts("stays", ["one"], stays("one", range(200), "Ready"))
        writer.replace_facts("stays", ["two"], stays("two", range(90), "Ready"))
        writer.publish({})
    for items, status in ((range(20, 40), "Test"), (range(30, 60), "Done")):
        with lake.writing() as writer:
            names = pa.array([f"A-{item}" for item in items])
            writer.renew_facts("one", names, {"stays": stays("one", items, status, 0.5)})
            writer.publish({})
    return lake


def read(view: View, lines: list[str], *, coded: bool) -> list[tuple[object, ...]]:
    """The rows of the pieces, those left out that are gone."""
    found = []
    for piece in view.pieces("stays", lines) or ():
        for batch, is_gone in piece.read(("item", "status", "hours"), coded=("item", "status") if coded else ()):
            assert pa.types.is_dictionary(batch.column("status").type) == coded
            kept = np.ones(len(batch), np.bool_) if is_gone is None else ~is_gone
            rows = batch.filter(pa.array(kept)).to_pylist()
            found += [(piece.line, *row.values()) for row in rows]
    return found


@pytest.mark.parametrize("lines", [["one"], ["two"], ["one", "two"], ["three"]])
@pytest.mark.parametrize("coded", [False, True])
def test_pieces_hold_what_the_engine_shows(lake: Lake, lines: list[str], coded: bool) -> None:
    sql = "SELECT line_id, item, status, hours FROM stays WHERE line_id IN (SELECT unnest($lines))"
    for _ in range(2):
        with lake.view() as view:
            shown = [tuple(row.values()) for row in view.rows(sql, {"lines": lines})]
            found = read(view, lines, coded=coded)
        assert sorted(found, key=repr) == sorted(shown, key=repr)
        assert len(found) == {"one": 600, "two": 270, "three": 0}[lines[0]] + (270 if lines[1:] else 0)
        lake.compact()


def test_what_is_shown_otherwise_than_it_is_stored_has_no_pieces(lake: Lake) -> None:
    with lake.view() as view:
        assert view.pieces("unknown", ["one"]) is None
        view.narrow(["stays"], ["one"])
        assert view.pieces("stays", ["one"]) is None
    with lake.view() as view:
        assert view.pieces("stays", ["one"])
        view.register("stays", stays("one", range(1), "Ready"))
        assert view.pieces("stays", ["one"]) is None
        view.given_back = None


def test_a_damaged_file_is_told_in_our_own_words(lake: Lake) -> None:
    with lake.view() as view:
        found = view.pieces("stays", ["two"]) or []
        Path(found[0].path).write_bytes(b"PAR1")
        with pytest.raises(DamagedLake):
            found[0].read(("item",))
        with pytest.raises(DamagedLake):
            view.pieces("stays", ["two"])


def test_what_is_read_beside_is_given_to_who_asks_it_and_only_of_what_is_shown_as_it_is_stored(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql, bound = "SELECT count(*) AS n, unix_seconds($at) AS at FROM stays", {"at": datetime(2026, 1, 1, tzinfo=UTC)}
    with lake.view() as view:
        asked, ask = [], view.engine.query
        monkeypatch.setattr(view.engine, "query", lambda sql, bound: asked.append(sql) or ask(sql, bound))
        view.begin("stays", sql, bound)
        assert view.rows("SELECT 1 AS one FROM stays LIMIT 1") == [{"one": 1}]
        assert view.rows(sql, bound) == [{"n": 870, "at": 1767225600}]
        assert len(asked) == 1
        view.begin("stays", f"{sql} WHERE", bound)
        with pytest.raises(duckdb.ParserException):
            view.rows(f"{sql} WHERE", bound)
        view.begin("stays", f"{sql} ", bound)
        view.register("stays", stays("one", range(1), "Ready"))
        view.begin("stays", f"{sql} ", bound)
        assert view.rows(f"{sql} ", bound)[0]["n"] == 3
        view.given_back = None
