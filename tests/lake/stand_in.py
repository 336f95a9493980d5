"""A stand-in for S3 in a process of its own, since the table library waits for answers while it holds Python's lock."""

import logging
import sys
import urllib.request

from moto.server import ThreadedMotoServer


def main() -> None:
    """Serve one bucket named `stand-in` on this machine, say where, and end when standard input does."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/stand-in", method="PUT")).close()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
