"""A stand-in for S3 in a process of its own, since the table library waits for answers while it holds Python's lock."""

import logging
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUCKET = "s3://stand-in"
SECRET = "not-to-be-shown"


@contextmanager
def stand_in() -> Iterator[str]:
    """Serve an empty bucket on this machine for a while; gives the address of the server."""
    command = [sys.executable, "-m", "tests.kit.s3"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


def allow(patch: pytest.MonkeyPatch, endpoint: str, place: Path) -> None:
    """Give this process, and what it starts, access to the server, and a cache of its own at a place."""
    access = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "XDG_CACHE_HOME": str(place / "cache"),
    }
    for name, value in access.items():
        patch.setenv(name, value)


@contextmanager
def bucket(patch: pytest.MonkeyPatch, place: Path) -> Iterator[str]:
    """Serve a bucket for a while that this process, and what it starts, may use; gives its address."""
    with stand_in() as endpoint:
        allow(patch, endpoint, place)
        yield BUCKET


def main() -> None:
    """Serve one bucket on this machine, say where, and end when standard input does."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(
        urllib.request.Request(f"http://{host}:{port}/{BUCKET.removeprefix('s3://')}", method="PUT")
    ).close()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
