"""Faults of the machine reach the user as errors that say what to do."""

import errno
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from deltalake.exceptions import CommitFailedError, DeltaError

from streamgauge.errors import (
    DamagedLake,
    DiskFull,
    EngineFailed,
    EngineUnreachable,
    LakeLocked,
    NoPermission,
    StoreUnreachable,
)
from streamgauge.lake import engines, limits, upkeep
from streamgauge.lake.failures import told
from streamgauge.lake.secrets import scrubbed
from streamgauge.records import Branch
from tests.lake.rows import branches, count, heads, lake_at, shipped

FAULTS = [
    (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFull),
    (DeltaError("Generic LocalFileSystem error: Unable to copy: No space left on device (os error 28)"), DiskFull),
    (duckdb.IOException("IO Error: Could not write file: No space left on device"), DiskFull),
    (PermissionError(errno.EACCES, "Permission denied"), NoPermission),
    (OSError(errno.EROFS, "Read-only file system"), NoPermission),
    (DeltaError("Unable to open file: Permission denied (os error 13)"), NoPermission),
    (OSError("Kernel error -> Generic S3 error: 403 Forbidden: AccessDenied"), NoPermission),
    (OSError("Generic S3 error: after 10 retries - HTTP error: error sending request"), StoreUnreachable),
    (DeltaError("Invalid JSON in log record"), DamagedLake),
    (FileNotFoundError(errno.ENOENT, "part-0.parquet"), DamagedLake),
    (duckdb.InvalidInputException("Invalid Input Error: File 'x.parquet' too small to be a Parquet file"), DamagedLake),
    (CommitFailedError("Failed to commit transaction: 15"), LakeLocked),
    (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data of size 128.0 MiB"), EngineFailed),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_each_fault_has_its_error_with_advice(fault, kind):
    with pytest.raises(kind) as error, told("/some/lake"):
        raise fault
    assert error.value.advice
    assert "/some/lake" in error.value.wrong


@pytest.mark.parametrize("fault", [ValueError("x"), duckdb.BinderException("no column x"), KeyError("x")])
def test_a_fault_of_the_statement_or_the_program_stays_what_it_is(fault):
    with pytest.raises(type(fault)), told("/some/lake"):
        raise fault


IN_PYTHON = (
    'An exception was thrown from the Python worker:\nTraceback (most recent call last):\n  File "a.py", line 1\n'
)
SPARK_FAULTS = [
    ("[FAILED_READ_FILE.FILE_NOT_EXIST] Encountered error while reading file file:///lake/a.parquet.", EngineFailed),
    ("[PATH_NOT_FOUND] Path does not exist: file:/lake/a.parquet.", EngineFailed),
    (
        "An error occurred while calling o1.sql.\n: java.lang.OutOfMemoryError: heap\n\tat a.B.c",
        EngineFailed,
    ),
    (
        f"{IN_PYTHON}    Relation()\nOSError: in bucket 'b': AWS Error ACCESS_DENIED during HeadObject operation: none",
        EngineFailed,
    ),
    (
        f"{IN_PYTHON}ModuleNotFoundError: No module named 'pyarrow'",
        EngineFailed,
    ),
    ("Job aborted: No space left on device", EngineFailed),
    ("[UNRESOLVED_COLUMN] A column cannot be resolved.\n'Project\n+- Relation", EngineFailed),
    ("Job 3 cancelled because SparkContext was shut down", EngineUnreachable),
    (
        '<_Rendezvous of RPC that ended with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "failed to connect"\n>',
        EngineUnreachable,
    ),
]


@pytest.mark.parametrize(("words", "kind"), SPARK_FAULTS, ids=range(len(SPARK_FAULTS)))
def test_each_fault_of_spark_is_one_line_with_advice(words, kind):
    fault = type("PySparkException", (Exception,), {"__module__": "pyspark.errors"})
    with pytest.raises(kind) as error, told("/some/lake"):
        raise fault(words)
    assert error.value.advice
    assert "\n" not in error.value.wrong
    assert "java.lang" not in error.value.wrong
    assert "Python worker" not in error.value.wrong
    assert "Relation" not in error.value.wrong
    assert "Rendezvous" not in error.value.wrong


@pytest.mark.parametrize("address", ["spark://127.0.0.1:1,127.0.0.1:2", "sc://127.0.0.1:1/;token=t0k3n"])
def test_a_spark_that_nobody_runs_is_unreachable_at_once(address):
    pytest.importorskip("pyspark")
    from streamgauge.lake.spark import Spark

    with pytest.raises(EngineUnreachable, match=r"127\.0\.0\.1:1.* does not answer \(Connection refused\)") as error:
        Spark(address)
    assert "t0k3n" not in str(error.value)


def test_no_secret_is_shown(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t/value")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t0k3n")
    shown = scrubbed("GET http://user:pass@host/b?X-Amz-Signature=abc&x=1 s3cr3t/value t0k3n sc://h:1/;token=abc;x=1")
    assert shown == "GET http://host/b?X-Amz-Signature=…&x=1 … … sc://h:1/;token=…;x=1"


def test_a_full_disk_in_a_run_is_told_and_nothing_published_is_lost(tmp_path, monkeypatch):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("ab"))
        writer.publish({})

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(upkeep, "write", full)
        with pytest.raises(DiskFull) as error, lake.writing() as writer:
            writer.append(Branch, branches("cd"))
    assert "Free some room" in error.value.advice
    with lake.writing() as writer:
        writer.append(Branch, branches("cd"))
        writer.publish({})
    with lake.view() as view:
        assert "".join(heads(view)) == "abcd"


@pytest.mark.parametrize("then", ["publish", "view", "compact", "leave"])
def test_a_disk_that_fills_while_facts_are_written_is_told_where_one_waits_next(tmp_path, monkeypatch, then):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.replace_facts("shipped", ["aa"], shipped("aa", "x"))
        before = writer.publish({})
    real, written = upkeep.write, []

    def full(table, rows, *rest, **how):
        written.append(rows.num_rows)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(table, rows, *rest, **how)

    def run():
        with lake.writing() as writer:
            for number in range(1, 5):
                with suppress(DiskFull):
                    writer.replace_facts("shipped", [f"b{number}"], shipped(f"b{number}", "xyz"))
            if then != "leave":
                with pytest.raises(DiskFull):
                    getattr(writer, then)(*{"publish": [{"a": "1"}], "compact": [30]}.get(then, []))
                writer.publish({"a": "1"})

    monkeypatch.setattr(upkeep, "write", full)
    with pytest.raises(DiskFull) as error:
        run()
    assert "Free some room" in error.value.advice
    assert written == [3, 3], "nothing more is tried after the fault"
    assert lake.snapshot() == before
    with lake.view() as view:
        assert count(view, "shipped") == 1


def test_a_full_disk_at_the_making_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.link", full)
        with pytest.raises(DiskFull):
            lake_at(tmp_path / "lake")
    assert list((tmp_path / "lake").iterdir()) == []


def test_a_lake_that_may_not_be_written_can_still_be_read(tmp_path, monkeypatch):
    lake = lake_at(tmp_path)
    with lake.writing() as writer:
        writer.append(Branch, branches("ab"))
        writer.publish({})
    real = __import__("os").open

    def refused(path, *rest, **more):
        if Path(path).name == ".lease":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *rest, **more)

    monkeypatch.setattr("os.open", refused)
    with pytest.raises(NoPermission), lake.writing():
        pass
    with lake.view() as view:
        assert count(view, "branches") == 2


def test_a_question_for_which_there_is_no_room_ends_with_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMGAUGE_MEMORY", "20MiB")
    with lake_at(tmp_path).view() as view, pytest.raises(EngineFailed) as error:
        view.query("SELECT median(range), mode(range) FROM range(9000000)")
    assert "STREAMGAUGE_MEMORY" in str(error.value.advice)


@pytest.mark.parametrize(
    ("pages", "allowed", "share", "beside"),
    [
        (2**22, "max", "4GiB", 8),
        (2**22, str(12 * 2**30), "3GiB", 6),
        (2**20, None, "2GiB", 2),
        (None, None, "2GiB", 2),
    ],
)
def test_the_engine_and_what_is_read_beside_it_keep_to_what_this_process_may_have(
    tmp_path, monkeypatch, pages, allowed, share, beside
):
    def told_by_system(name):
        if pages is None:
            raise ValueError(name)
        return {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": pages}[name]

    monkeypatch.setattr(limits.os, "sysconf", told_by_system)
    monkeypatch.setattr(limits, "_ALLOWED", tmp_path / "memory.max")
    if allowed is not None:
        (tmp_path / "memory.max").write_text(f"{allowed}\n")
    assert limits.memory() == share
    most = beside * 2**30 // limits.BYTES_BESIDE
    assert limits.rows_beside() == most
    assert [engines.are_read_beside(rows) for rows in (limits.ROWS_AT_ONCE, most, most + 1)] == [False, True, False]
