"""Connects to the Spark at an address: on this machine, on a cluster, or behind Spark Connect."""

import atexit
import logging
import re
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from streamgauge.errors import EngineMissing, EngineUnreachable
from streamgauge.lake.secrets import scrubbed
from streamgauge.lake.spark_failures import first_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""What every session needs."""
_PARTS = "spark.sql.shuffle.partitions"
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "FATAL"}
_FORGETFUL = {
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.ui.retainedTasks": "100",
}
"""Spark keeps the plans of all that ran for its pages, which nobody sees here: they would fill the driver's memory."""
_ADVICE = (
    'Install it with pip install "streamgauge[spark]" and a Java runtime of version 17 or later, or set '
    "STREAMGAUGE_ENGINE=duckdb to use the engine that is built in."
)
_NAMED = re.compile(r"(?:spark|sc)://([^/;]+)")
_CONNECT = "sc://"
_PORTS = {_CONNECT: 15002}
_ANSWERS_WITHIN = 10.0
_WORKER_WITHIN = 120.0
_LOOKS_EVERY = 2.0
# Left alone, a client of Spark Connect tries a server that is gone for ten minutes: these are some twenty seconds.
_TRIES = 8
_LONGEST_PAUSE = 5000
_OPEN: "WeakSet[SparkSession]" = WeakSet()


def session(address: str) -> "SparkSession":
    """Return a session of its own with the Spark at an address; raises EngineMissing, EngineUnreachable."""
    made = _connected(address) if address.startswith(_CONNECT) else _base(address).newSession()
    for name, value in (SETTINGS | _share(address)).items():
        made.conf.set(name, value)
    return made


def end(address: str, used: "SparkSession") -> None:
    """Give a session back: one of Spark Connect is a connection of its own, others share that of the process."""
    if address.startswith(_CONNECT):
        used.stop()


@contextmanager
def active(address: str, used: "SparkSession") -> Iterator[None]:
    """Let a session of Spark Connect be the active one of this thread for a while.

    Its client takes what was checkpointed for a frame of the thread's active session, which is the first that was made
    and not the one that asked: the server then looks for it in the wrong session. Without Connect nothing is changed.
    """
    if not address.startswith(_CONNECT):
        yield
        return
    of_thread = type(used)._active_session  # noqa: SLF001  nothing public sets it once there is one
    former = getattr(of_thread, "session", None)
    of_thread.session = used
    try:
        yield
    finally:
        of_thread.session = former


def _connected(address: str) -> "SparkSession":
    _import()
    from pyspark.sql import SparkSession

    _knock(address)
    try:
        made = SparkSession.builder.remote(address).create()
    except ImportError as fault:
        raise EngineMissing(f"Spark Connect is asked for, and a part of it is absent ({first_line(fault)}).",
                            advice=_ADVICE) from None  # fmt: skip
    except Exception as fault:  # noqa: BLE001  the connection has errors of its own
        raise _unreachable(address, first_line(fault)) from None
    from pyspark.sql.connect.client.retries import DefaultPolicy

    made.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES, max_backoff=_LONGEST_PAUSE)])
    _OPEN.add(made)
    # Before what the client itself does then, for what is registered last is called first.
    atexit.unregister(_leave)
    atexit.register(_leave)
    return made


def _leave() -> None:
    """Close what is still open, such as the session of a view that a lake keeps for its next question.

    Later, when the interpreter itself ends, the client would wait for ever for its own threads.
    """
    for made in list(_OPEN):
        made.client.set_retry_policies([])  # the server may be gone
        made.stop()


@lru_cache(maxsize=1)
def _base(address: str) -> "SparkSession":
    """Return this process's session with the Spark at an address."""
    _import()
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    _knock(address)
    builder = SparkSession.builder.appName("streamgauge")
    try:
        for name, value in (_QUIET | _FORGETFUL | SETTINGS).items():
            builder = builder.config(name, value)
        made = builder.master(address).getOrCreate()
    except PySparkException as fault:
        if "JAVA_GATEWAY" in str(fault):
            raise EngineMissing("Spark is asked for, and Java does not start.", advice=_ADVICE) from None
        raise _unreachable(address, first_line(fault)) from None
    except Exception as fault:  # noqa: BLE001  the bridge to Java has errors of its own
        raise _unreachable(address, first_line(fault)) from None
    _await_worker(address, made)
    return made


def _import() -> None:
    try:
        import pyspark.sql  # noqa: F401
    except ImportError:
        raise EngineMissing("Spark is asked for, and pyspark is not installed.", advice=_ADVICE) from None
    # What is wrong is raised; that it is printed too, with all of a statement's plan, helps nobody.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    logging.getLogger("pyspark.sql.connect.logging").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")


def _knock(address: str) -> None:
    """See that somebody listens: Spark itself would try for minutes."""
    faults = []
    for host, port in _places(address):
        try:
            socket.create_connection((host, port), timeout=_ANSWERS_WITHIN).close()
        except OSError as fault:
            faults.append(fault.strerror or str(fault))
        else:
            return
    if faults:
        raise _unreachable(address, faults[0])


def _places(address: str) -> Iterator[tuple[str, int]]:
    """Give the hosts and ports that an address names; a cluster may have several masters."""
    named = _NAMED.match(address)
    for place in named[1].split(",") if named else ():
        host, _, port = place.rpartition("@")[2].rpartition(":")
        if not host:
            host, port = port, str(_PORTS.get(address[: len(_CONNECT)], 7077))
        if port.isdecimal():
            yield host.strip("[]"), int(port)


def _await_worker(address: str, made: "SparkSession") -> None:
    """See that a standalone cluster gives a worker: without one a statement waits for ever, and says nothing."""
    context = made.sparkContext
    if not address.startswith("spark://") or context.getConf().get("spark.dynamicAllocation.enabled") == "true":
        return
    until = time.monotonic() + _WORKER_WITHIN
    java = context._jsc.sc()  # noqa: SLF001  nothing else tells of the workers
    while not _works(java):
        if time.monotonic() > until or java.isStopped():
            made.stop()
            raise _unreachable(address, "no worker of the cluster has started to work for us")
        time.sleep(0.1)
    threading.Thread(target=_watch, args=(made, java), daemon=True).start()


def _works(java: Any) -> bool:
    """Return whether a cluster has a worker for us beside the driver, which is one of those that it lists."""
    return int(java.getExecutorMemoryStatus().size()) > 1


def _watch(made: "SparkSession", java: Any) -> None:
    """Stop a Spark whose workers have all been gone for a while, so that what waits for them ends with an error."""
    seen = time.monotonic()
    try:
        while not java.isStopped():
            if _works(java):
                seen = time.monotonic()
            elif time.monotonic() - seen > _WORKER_WITHIN:
                _base.cache_clear()
                made.stop()
                return
            time.sleep(_LOOKS_EVERY)
    except Exception:  # noqa: BLE001  the bridge to Java has errors of its own: it is gone, and nothing is left to watch
        return


def _share(address: str) -> dict[str, str]:
    """Return into how many parts a Spark inside this machine cuts its work, unless its settings say so."""
    if not address.startswith("local"):
        return {}
    context = _base(address).sparkContext
    if context.getConf().contains(_PARTS):
        return {}
    return {_PARTS: str(2 * context.defaultParallelism)}


def _unreachable(address: str, said: str) -> EngineUnreachable:
    # What follows a semicolon may be a token.
    wrong = f"Spark at {scrubbed(address.partition(';')[0])} does not answer ({scrubbed(said)[:300]})."
    advice = "Check that it and its workers run, with Java and room for one more application, "
    return EngineUnreachable(
        wrong, advice=f"{advice}and that STREAMGAUGE_ENGINE, or `engine` in the company file, names it."
    )
