"""Opening and making a lake."""

import hashlib
import json
import stat

import pytest

from streamgauge.errors import BadOption, DamagedLake, ForeignLake, NewerLake
from streamgauge.lake import Lake
from streamgauge.records import Branch
from tests.lake.rows import FACTS, branches, count, lake_at


def test_a_new_lake_is_empty_and_every_table_can_be_read(tmp_path):
    lake = lake_at(tmp_path / "lake")
    with lake.view() as view:
        assert {count(view, t) for t in ("branches", "branches_history", "commits", "shipped", "totals")} == {0}
    assert (lake.snapshot(), lake.verify(), lake.status().tables) == (None, [], ())


def test_a_lake_keeps_its_id_and_key_and_only_its_owner_reads_the_key(tmp_path):
    one, other = lake_at(tmp_path), lake_at(tmp_path)
    assert (one.id, one.pseudonym_key) == (other.id, other.pseudonym_key)
    assert len(one.pseudonym_key) == 32
    assert stat.S_IMODE((tmp_path / "pseudonym.key").stat().st_mode) == 0o600
    assert one.pseudonym_key.hex() not in (tmp_path / "lake.json").read_text()


def test_a_key_from_the_environment_is_used_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMGAUGE_PSEUDONYM_KEY", "ab" * 32)
    assert lake_at(tmp_path).pseudonym_key == hashlib.sha256(b"ab" * 32).digest()
    assert not (tmp_path / "pseudonym.key").exists()
    monkeypatch.setenv("STREAMGAUGE_PSEUDONYM_KEY", "cd" * 32)
    with pytest.raises(BadOption, match="not the one"):
        _ = lake_at(tmp_path).pseudonym_key
    monkeypatch.delenv("STREAMGAUGE_PSEUDONYM_KEY")
    with pytest.raises(DamagedLake, match="pseudonym"):
        _ = lake_at(tmp_path).pseudonym_key


def test_a_key_that_is_none_is_refused_without_being_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMGAUGE_PSEUDONYM_KEY", "hunter2")
    with pytest.raises(BadOption) as refusal:
        lake_at(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_a_lake_of_a_newer_version_is_refused(tmp_path):
    lake_at(tmp_path)
    mark = json.loads((tmp_path / "lake.json").read_text())
    (tmp_path / "lake.json").write_text(json.dumps({**mark, "format": 99, "made_by": "7.0"}))
    with pytest.raises(NewerLake, match="format 99") as refusal:
        lake_at(tmp_path)
    assert "7.0" in refusal.value.advice


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "x", "id": 3}', "\udcff"])
def test_a_mark_that_is_none_makes_a_foreign_lake(tmp_path, content):
    (tmp_path / "lake.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ForeignLake):
        lake_at(tmp_path)


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(ForeignLake, match="not a Streamgauge lake"):
        lake_at(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_making_that_was_cut_short_does_not_make_the_folder_foreign(tmp_path):
    (tmp_path / "pseudonym.key").write_text("ab" * 32)
    (tmp_path / ".making-x").write_text("")
    assert lake_at(tmp_path).pseudonym_key == b"\xab" * 32


def test_without_create_a_missing_lake_is_not_made(tmp_path):
    with pytest.raises(ForeignLake, match="no lake"):
        Lake.open(str(tmp_path / "new"), facts=FACTS)
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_lake(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ForeignLake, match="is a file, and a lake is a folder"):
        lake_at(tmp_path / "notes.txt")


@pytest.mark.parametrize("address", ["gs://bucket/x", "s3://", "s3://bucket"])
def test_an_address_that_is_not_understood_is_refused(address):
    with pytest.raises(BadOption):
        lake_at(address)


def test_a_folder_that_the_table_format_cannot_name_is_refused(tmp_path):
    with pytest.raises(BadOption, match=r"has '\['"):
        lake_at(tmp_path / "[a]")


@pytest.mark.parametrize("name", ["it's 'a' *lake*? 100%", "id=5", "täglich {x}", "-dash"])
def test_any_folder_name_will_do(tmp_path, name):
    lake = lake_at(tmp_path / name)
    with lake.writing() as writer:
        writer.append(Branch, branches("ab"))
        writer.publish({})
    with lake.view() as view:
        assert view.rows("SELECT source, repository, id FROM branches ORDER BY id")[1]["id"] == "b"
    assert lake.verify() == []
