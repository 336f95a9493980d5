"""Faults of Spark in Streamgauge's own errors: clear words, and none of the traces of Java."""

import re

from streamgauge.errors import EngineFailed, EngineUnreachable, StreamgaugeError
from streamgauge.lake.secrets import scrubbed

_MODULES = ("pyspark", "py4j", "grpc")
_OTHER_ENGINE = "set STREAMGAUGE_ENGINE=duckdb to use the engine that is built in"
# The first match counts; the words are those of Spark and of Hadoop.
_BY_WORDS: tuple[tuple[str, type[StreamgaugeError], str, str], ...] = (
    (
        r"no module named 'pyarrow'",
        EngineFailed,
        "The Spark cannot read buckets: it has no connector for object stores, and its workers no Arrow for Python",
        f"Give it Hadoop's S3 connector (hadoop-aws, of its own Hadoop version) or pyarrow, or {_OTHER_ENGINE}.",
    ),
    (
        (
            r"nocredentialprovider|no aws credentials|nosuchbucket|no_such_bucket|access_?denied|access denied"
            r"|forbidden|status code: 403|aws error"
        ),
        EngineFailed,
        "The Spark cannot read the bucket of the lake",
        (
            "Give it access of its own (spark.hadoop.fs.s3a settings of its connector, or else AWS_* settings of its "
            f"workers), or {_OTHER_ENGINE}."
        ),
    ),
    (
        r"file_not_exist|path_not_found|filenotfound|does not exist: file|no such file",
        EngineFailed,
        "The Spark does not see the files of the lake",
        f"Put the lake where each worker finds it under the same path, or in a bucket; or {_OTHER_ENGINE}.",
    ),
    (
        r"permission denied|accesscontrolexception",
        EngineFailed,
        "The Spark may not read the files of the lake",
        f"Give the user that its workers run as the right to read them, or {_OTHER_ENGINE}.",
    ),
    (
        r"no space left",
        EngineFailed,
        "A machine of the Spark has no room left on its disk",
        "Free some room there, or let spark.local.dir name a larger disk, then run again.",
    ),
    (
        r"outofmemory|out_of_memory|maxresultsize|java heap space|exit code 137|oom",
        EngineFailed,
        "The Spark ran out of memory",
        "Raise spark.driver.memory, spark.driver.maxResultSize or spark.executor.memory, then run again.",
    ),
    (
        r"sparkcontext was shut down|stopped sparkcontext|refused|networkerror|unavailable|session_closed",
        EngineUnreachable,
        "The connection to Spark broke off",
        f"Check that it and its workers run and run again, or {_OTHER_ENGINE}.",
    ),
)
_NO_CONNECTOR = re.compile(r"no filesystem for scheme|s3afilesystem|no_such_file_system", re.IGNORECASE)
_SAYS_NOTHING = ("at ", "... ", "<_", "status = ", "An error occurred while calling", "Exception thrown in awaitResult")
_OF_PYTHON = re.compile(r"Traceback \(most recent call last\):.*^(\w+(?:\.\w+)*: .*)", re.DOTALL | re.MULTILINE)
_LEADS = re.compile(r"^(?:: |Caused by: |details = )*(?:(?:[a-z_]\w*\.)+[A-Z]\w*(?:Exception|Error): )*")


def of_spark(fault: Exception) -> StreamgaugeError | None:
    """Return the error that a fault of Spark stands for; None for a fault of anything else."""
    if type(fault).__module__.split(".")[0] not in _MODULES:
        return None
    words = f"{type(fault).__name__} {fault}".lower()
    found = next((row for row in _BY_WORDS if re.search(row[0], words)), None)
    if found is not None:
        return found[1](f"{found[2]} ({first_line(fault)}).", advice=f"{found[3]}")
    said = f"Spark could not carry out a statement ({first_line(fault)})."
    return EngineFailed(said, advice=f"Please report it; until it is mended, {_OTHER_ENGINE}.")


def lacks_connector(fault: Exception) -> bool:
    """Return whether a Spark failed because it has no connector for object stores."""
    return _NO_CONNECTOR.search(str(fault)) is not None


def first_line(fault: Exception) -> str:
    """Return the line of a fault's words that says what is wrong: no trace of a language, no plan of a statement."""
    of_python = _OF_PYTHON.search(str(fault))
    lines = [line.strip() for line in (of_python[1] if of_python else str(fault)).splitlines()]
    said = [meant for line in lines if (meant := _LEADS.sub("", line)) and not meant.startswith(_SAYS_NOTHING)]
    first = said[0] if said else type(fault).__name__
    return scrubbed(first).rstrip(".")[:300]
