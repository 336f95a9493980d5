"""Hostile files: each is refused in plain words, or read without harm, in bounded memory."""

import gzip
import io
import os
import stat
import struct
import time
import tracemalloc
import zipfile
from collections import deque
from pathlib import Path

import pytest

from streamgauge.errors import BadFile, NoPermission
from streamgauge.sources.files import Limits, Options, tables
from tests.kit.workbook import workbook
from tests.sources.files.reading import rows, sheet, sheets, written

TABLE = b"id,state\n1,New\n2,Done\n"
ROWS = [["1", "New"], ["2", "Done"]]


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


class TestPlaces:
    """What is no regular file."""

    def test_a_link_is_refused(self, tmp_path: Path) -> None:
        written(tmp_path, "made.csv", TABLE)
        (tmp_path / "link.csv").symlink_to(tmp_path / "made.csv")
        with pytest.raises(BadFile, match="is a symbolic link"):
            list(tables(str(tmp_path / "link.csv")))

    def test_a_pipe_is_refused_and_nobody_waits_for_it(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.csv")
        with pytest.raises(BadFile, match="is a pipe"):
            list(tables(str(tmp_path / "pipe.csv")))

    def test_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="is a folder"):
            list(tables(str(tmp_path)))

    def test_a_device_is_refused(self) -> None:
        with pytest.raises(BadFile, match="is a device or a socket"):
            list(tables("/dev/zero"))

    @pytest.mark.parametrize("path", ["", "nowhere.csv", "a\0b", "x" * 5000])
    def test_what_is_not_there_is_an_error(self, path: str) -> None:
        with pytest.raises(BadFile):
            list(tables(path))

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read_is_an_error(self, tmp_path: Path) -> None:
        place = Path(written(tmp_path, "made.csv", TABLE))
        place.chmod(stat.S_IWUSR)
        with pytest.raises(NoPermission):
            list(tables(str(place)))


class TestChanges:
    """A file that is not what it was."""

    def test_a_file_that_grows_while_it_is_read_is_refused(self, tmp_path: Path) -> None:
        place = written(tmp_path, "made.csv", TABLE * 1000)
        (made,) = tables(place)
        coming = made.read(100)
        next(coming)
        with open(place, "ab") as file:
            file.write(b"3,Late\n")
        with pytest.raises(BadFile, match="changed while it was read"):
            list(coming)

    def test_a_file_that_is_replaced_between_two_looks_is_refused(self, tmp_path: Path) -> None:
        place = written(tmp_path, "made.csv", TABLE)
        (made,) = tables(place)
        other = written(tmp_path, "other.csv", TABLE.replace(b"New", b"Old"))
        os.replace(other, place)
        with pytest.raises(BadFile, match="changed while it was read"):
            list(made.batches())

    def test_a_file_that_became_a_link_is_refused(self, tmp_path: Path) -> None:
        place = written(tmp_path, "made.csv", TABLE)
        (made,) = tables(place)
        os.rename(place, tmp_path / "moved.csv")
        os.symlink(tmp_path / "moved.csv", place)
        with pytest.raises(BadFile, match="symbolic link"):
            list(made.batches())

    @pytest.mark.parametrize("name", ["made.json", "made.db", "made.zip"])
    def test_other_kinds_are_watched_too(self, tmp_path: Path, name: str) -> None:
        content = {"made.json": b'[{"a": 1}]', "made.zip": zipped({"a.csv": TABLE}), "made.db": b""}[name]
        if name == "made.db":
            from tests.sources.files.test_ocel import database

            content = database(tmp_path / "first.db").read_bytes()
        place = written(tmp_path, name, content)
        made = next(iter(tables(place)))
        os.utime(place, ns=(1, 1))
        with pytest.raises(BadFile, match="changed while it was read"):
            list(made.batches())


class TestGzip:
    """gzip: cut off, damaged, a bomb."""

    def test_it_is_unpacked_whatever_its_name(self, tmp_path: Path) -> None:
        for name in ("made.csv.gz", "made.csv", "made"):
            made = sheet(tmp_path, name, gzip.compress(TABLE))
            assert (made.name, rows(made).rows) == ("made", ROWS)

    def test_several_parts_one_after_another_are_one_file(self, tmp_path: Path) -> None:
        content = gzip.compress(TABLE) + gzip.compress(b"3,Late\n") + b"\0" * 512
        assert rows(sheet(tmp_path, "made.csv.gz", content)).rows == [*ROWS, ["3", "Late"]]

    def test_one_that_is_cut_off_is_refused_with_the_place_reached(self, tmp_path: Path) -> None:
        content = gzip.compress("".join(f"{n * n},x\n" for n in range(300_000)).encode())
        (made,) = tables(written(tmp_path, "whole.csv.gz", content), options=Options(header=0))
        assert len(rows(made).rows) == 300_000
        with pytest.raises(BadFile, match=r"cut off after [12],\d{3},\d{3} unpacked bytes\. .* line 1[45]\d,\d{3}\."):
            rows(sheet(tmp_path, "cut.csv.gz", content[: len(content) // 2], header=0), 1 << 16)

    @pytest.mark.parametrize("place", [-6, -2])
    def test_one_that_is_damaged_is_refused(self, tmp_path: Path, place: int) -> None:
        content = bytearray(gzip.compress(TABLE * 1000))
        content[place] ^= 0xFF
        with pytest.raises(BadFile, match="the gzip file is damaged"):
            rows(sheet(tmp_path, "made.csv.gz", bytes(content)))

    def test_rubbish_behind_it_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="the gzip file is damaged"):
            rows(sheet(tmp_path, "made.csv.gz", gzip.compress(TABLE) + b"rubbish"))

    def test_a_bomb_is_refused_in_bounded_memory(self, tmp_path: Path) -> None:
        content = gzip.compress(b"a,b\n" + b"1,2\n" * 20_000_000)
        place = written(tmp_path, "bomb.csv.gz", content)
        tracemalloc.start()
        try:
            (made,) = tables(place, options=Options(limits=Limits(grace=8 << 20)))
            with pytest.raises(BadFile, match=r"At most .* 250 times the packed size"):
                deque(made.batches(), maxlen=0)
            assert tracemalloc.get_traced_memory()[1] < 100 << 20
        finally:
            tracemalloc.stop()

    def test_more_than_is_allowed_in_all_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="unpacks to more than"):
            rows(sheet(tmp_path, "made.csv.gz", gzip.compress(TABLE * 100), limits=Limits(unpacked=1000)))


class TestZip:
    """zip: names, nesting, bombs, locks."""

    def test_each_member_is_a_table_and_a_name_is_only_shown(self, tmp_path: Path) -> None:
        names = ["a.csv", "../../b.csv", "/etc/c.csv", "d\\e.csv", "f.xlsx", "README.md", "__MACOSX/._a.csv"]
        content = zipped({name: workbook({"S": [["id"], ["1"]]}) if "xlsx" in name else TABLE for name in names})
        before = sorted(tmp_path.parent.iterdir())
        made = sheets(tmp_path, "made.zip", content)
        found = [(one.name, one.member, len(rows(one).rows)) for one in made]
        assert found == [
            ("a", "a.csv", 2),
            ("b", "../../b.csv", 2),
            ("c", "/etc/c.csv", 2),
            ("e", "d\\e.csv", 2),
            ("S", "f.xlsx/S", 1),
        ]
        assert "2 members hold no table and were left aside." in made[0].notes
        assert sorted(tmp_path.parent.iterdir()) == before
        assert list(tmp_path.iterdir()) == [tmp_path / "made.zip"]

    @pytest.mark.parametrize("inner", [zipped({"a.csv": TABLE}), gzip.compress(TABLE)], ids=["zip", "gzip"])
    def test_archives_within_archives_are_refused(self, tmp_path: Path, inner: bytes) -> None:
        with pytest.raises(BadFile, match=r"member in\.zip: it is an archive within an archive"):
            sheets(tmp_path, "made.zip", zipped({"in.zip": inner}))

    def test_an_archive_in_a_gzip_file_is_refused(self, tmp_path: Path) -> None:
        for inner in (zipped({"a.csv": TABLE}), gzip.compress(TABLE)):
            with pytest.raises(BadFile, match="it is an archive within an archive"):
                sheets(tmp_path, "made.gz", gzip.compress(inner))

    def test_a_bomb_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match=r"member zeros\.csv unpacks to 100,000,000 bytes"):
            sheets(tmp_path, "made.zip", zipped({"zeros.csv": b"0" * 100_000_000}))

    def test_a_member_that_lies_about_its_size_is_refused(self, tmp_path: Path) -> None:
        content = bytearray(zipped({"a.csv": b"0,1\n" * 1_000_000}))
        directory = content.rindex(b"PK\x01\x02")
        content[directory + 24 : directory + 28] = struct.pack("<I", 1000)
        with pytest.raises(BadFile, match="damaged or cut off"):
            rows(sheet(tmp_path, "made.zip", bytes(content), header=0))

    def test_too_many_members_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="the archive has 11 members"):
            sheets(tmp_path, "made.zip", zipped({f"{n}.csv": TABLE for n in range(11)}), limits=Limits(members=10))

    def test_members_that_lie_over_each_other_are_refused(self, tmp_path: Path) -> None:
        content = zipped({"a.csv": os.urandom(4000)})
        begin = content.rindex(b"PK\x01\x02")
        end = content.rindex(b"PK\x05\x06")
        entry, last = content[begin:end], bytearray(content[end:])
        last[8:12] = struct.pack("<HH", 3, 3)
        last[12:16] = struct.pack("<I", 3 * len(entry))
        with pytest.raises(BadFile, match="lie over each other"):
            sheets(tmp_path, "made.zip", content[:begin] + entry * 3 + bytes(last))

    def test_a_locked_member_is_refused(self, tmp_path: Path) -> None:
        content = bytearray(zipped({"a.csv": TABLE}))
        content[content.rindex(b"PK\x01\x02") + 8] |= 1
        with pytest.raises(BadFile, match="is encrypted"):
            sheets(tmp_path, "made.zip", bytes(content))

    @pytest.mark.parametrize("cut", [10, 60, 120])
    def test_one_that_is_cut_off_is_refused(self, tmp_path: Path, cut: int) -> None:
        with pytest.raises(BadFile, match="the zip archive is damaged"):
            sheets(tmp_path, "made.zip", zipped({"a.csv": TABLE * 100})[:cut])

    def test_one_without_a_table_is_refused(self, tmp_path: Path) -> None:
        for members in ({"README.md": b"x"}, {}):
            with pytest.raises(BadFile, match="the archive holds no table"):
                sheets(tmp_path, "made.zip", zipped(members))


class TestLongLines:
    """Lines and rows without an end."""

    def test_a_line_beyond_the_limit_is_bad_and_memory_stays_bounded(self, tmp_path: Path) -> None:
        place = tmp_path / "made.csv"
        with place.open("wb") as file:
            file.write(b"a,b\n1,2\n")
            for _ in range(100):
                file.write(b"x" * (1 << 20))
            file.write(b"\n3,4\n")
        (made,) = tables(str(place), options=Options(limits=Limits(record=1 << 20)))
        tracemalloc.start()
        try:
            found = rows(made, 1 << 20)
            assert tracemalloc.get_traced_memory()[1] < 16 << 20
        finally:
            tracemalloc.stop()
        assert (found.rows, found.lines) == ([["1", "2"], ["3", "4"]], [2, 4])
        assert [(one.line, one.reason) for one in found.bad] == [(3, "goes on for more than 1,048,576 bytes")]

    def test_a_quote_without_an_end_costs_its_row_and_memory_stays_bounded(self, tmp_path: Path) -> None:
        place = tmp_path / "made.csv"
        place.write_bytes(b'a,b\n1,"2\n' + b"3,4\n" * 300_000)
        (made,) = tables(str(place), options=Options(limits=Limits(record=1 << 20)))
        found = rows(made, 1 << 18)
        assert (len(found.rows), found.lines[:2], found.bad_lines) == (300_000, [3, 4], [2])

    def test_a_first_line_without_an_end_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="the first line does not end"):
            sheet(tmp_path, "made.csv", b"a,b," * 1_000_000)

    def test_too_many_columns_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadFile, match="5,001 columns"):
            sheet(tmp_path, "made.csv", b"a" + b",a" * 5000 + b"\n1\n")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel file"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"BZh91AY", "a bzip2 file"),
        (b"\x00\x01\x02\x03" * 500, "it is no text"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
        (b"<?xml version='1.0'?><rss/>", "XML with the outermost element 'rss'"),
        (b"a" * 257 + b"ustar\x0000" + b"\0" * 300, "a tar archive"),
        (b"PAR1 and no more", "the Parquet file is damaged"),
        (b"SQLite format 3\0 and no more", "the database is damaged"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, content: bytes, wrong: str) -> None:
    with pytest.raises(BadFile, match=wrong) as fault:
        sheets(tmp_path, "made.csv", content)
    assert fault.value.advice


class TestTime:
    """Text that would make a careless search go back and forth."""

    def test_long_cells_are_looked_at_once(self, tmp_path: Path) -> None:
        digits = "1" * 300_000
        start = time.process_time()
        made = sheet(tmp_path, "made.csv", f"a,b\n{digits}x,1\n{digits}x,2\n")
        assert len(rows(made).rows) == 2
        assert time.process_time() - start < 5

    def test_a_workbook_of_half_cells_is_looked_at_once(self, tmp_path: Path) -> None:
        body = '<row r="1"><c r="A1" t="inlineStr"><is><t>' + " r='A1'" * 500_000 + "</t></is></c></row>"
        start = time.process_time()
        assert sheets(tmp_path, "made.xlsx", workbook({"S": body}), limits=Limits(ratio=10_000))[0].columns
        assert time.process_time() - start < 5


def test_no_bad_row_tells_what_it_held(tmp_path: Path) -> None:
    secret = "anna@example.com"
    found = rows(sheet(tmp_path, "made.csv", f'a,b\n1,2\n{secret}\n{secret},"x,{secret}\n3,{secret}\0\n'))
    assert len(found.bad) == 3
    assert secret not in repr(found.bad)
