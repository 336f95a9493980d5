"""A real Spark cluster on loopback for tests: a master and workers, each a process of its own, small and quiet."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# With one of its compilers alone, Java has so little room for what it compiled that it drops it and makes it again.
_QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m"
_DEFAULTS = f"""
spark.sql.shuffle.partitions 2
spark.sql.constraintPropagation.enabled false
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.memory 1g
spark.sql.maxPlanStringLength 1000
spark.sql.ui.retainedExecutions 1
spark.sql.ui.explainMode simple
spark.executor.memory 512m
spark.executor.cores 1
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.extraJavaOptions {_QUICK}
spark.executor.extraJavaOptions {_QUICK}
"""
_PATIENCE = 120.0


def missing(*packages: str) -> str:
    """Return in words what Spark needs and this machine lacks, with these packages too; empty where it has all."""
    lacks = [f"{name} is not installed" for name in ("pyspark", *packages) if not _is_there(name)]
    return " and ".join(lacks + ([] if shutil.which("java") else ["there is no Java"]))


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


@contextmanager
def cluster(place: Path, workers: int = 2) -> Iterator[str]:
    """Run a standalone master and its workers on 127.0.0.1; gives the master's address."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    environment = settings(place)
    running: list[subprocess.Popen[bytes]] = []
    try:
        with (place / "cluster.log").open("ab") as log:
            master = ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
            running.append(_start(master, environment, log.fileno()))
            for number in range(workers):
                own = ["--cores", "1", "--memory", "512m", "--work-dir", str(place / f"worker-{number}")]
                worker = ["worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", *own, address]
                running.append(_start(worker, environment, log.fileno()))
            _await(lambda: (place / "cluster.log").read_text().count("Registering worker") >= workers, running)
            yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(timeout=_PATIENCE)


@contextmanager
def connect(place: Path) -> Iterator[str]:
    """Run a server of Spark Connect with a Spark of its own on 127.0.0.1; gives its address."""
    port = _free_port()
    environment = settings(place)
    del environment["SPARK_DAEMON_MEMORY"]  # it would be taken for the memory of this driver
    script = Path(environment["SPARK_HOME"]) / "bin" / "spark-submit"
    where = {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port)}
    quiet = {"spark.ui.enabled": "false", "spark.master": "local[2]"}
    said = [part for name, value in (where | quiet).items() for part in ("--conf", f"{name}={value}")]
    command = [str(script), *said, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    with (place / "connect.log").open("ab") as log:
        server = _run(command, environment, log.fileno())
    try:
        _await(lambda: _listens(port), [server])
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


def settings(place: Path) -> dict[str, str]:
    """Return the environment of everything that is Spark, with its configuration written at a place."""
    import pyspark

    conf = place / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "spark-defaults.conf").write_text(_DEFAULTS)
    return {
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_CONF_DIR": str(conf),
        "PYSPARK_PYTHON": sys.executable,  # the workers' own, on PATH, may be another version
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": _QUICK,
    }


def _start(command: Sequence[str], environment: Mapping[str, str], log: int) -> "subprocess.Popen[bytes]":
    script = Path(environment["SPARK_HOME"]) / "bin" / "spark-class"
    whole = [str(script), f"org.apache.spark.deploy.{command[0]}", *command[1:]]
    return _run(whole, environment, log)


def _run(command: Sequence[str], environment: Mapping[str, str], log: int) -> "subprocess.Popen[bytes]":
    everything = os.environ | dict(environment)
    return subprocess.Popen(command, env=everything, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _await(is_there: Callable[[], bool], running: "Sequence[subprocess.Popen[bytes]]") -> None:
    until = time.monotonic() + _PATIENCE
    while not is_there():
        assert all(process.poll() is None for process in running), "a part of the cluster ended"
        assert time.monotonic() < until, "Spark does not come up"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
