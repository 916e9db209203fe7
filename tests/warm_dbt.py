"""dbt started once: a process that has imported dbt forks a child for every command.

Importing dbt costs two seconds of CPU, as much as many of the builds that tests ask for. :func:`warm_dbt` starts
the process and writes a ``dbt`` executable that hands its arguments, environment, folder and outputs to it. Every
command still runs dbt's own command line in a process of its own; only the import is shared. Commands that tests
start as ``eros`` processes meet the real executable.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIENT = """#!{python} -SE
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(request).to_bytes(8, "big")], [1, 2])
server.sendall(request)
sys.exit(int(server.recv(8) or b"1"))
"""


@contextmanager
def warm_dbt(folder: Path) -> Iterator[Path]:
    """Path of a ``dbt`` executable in ``folder`` that works while the block lasts."""
    address = str(folder / "socket")
    client = folder / "dbt"
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o755)
    command = [sys.executable, "-m", __name__, address]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert server.stdout
    try:
        assert server.stdout.readline() == b"ready\n"
        yield client
    finally:
        server.terminate()
        server.wait(timeout=30)


def _serve(address: str) -> None:
    from dbt.cli.main import cli  # without duckdb, which starts a thread: a fork would lack it

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            (arguments, folder, environment), outputs = _receive(connection)
            child = os.fork()
            if child == 0:
                for ours, theirs in enumerate(outputs, start=1):
                    os.dup2(theirs, ours)
                os.chdir(folder)
                os.environ.clear()
                os.environ.update(environment)
                sys.argv = ["dbt", *arguments]
                sys.exit(cli(prog_name="dbt"))
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            connection.sendall(str(code).encode())
            os._exit(0)
        connection.close()
        _reap()


def _receive(connection: socket.socket) -> tuple[list, list[int]]:
    head, outputs, _, _ = socket.recv_fds(connection, 8, 2)
    wanted, body = int.from_bytes(head, "big"), b""
    while len(body) < wanted:
        body += connection.recv(wanted - len(body))
    return json.loads(body), list(outputs)


def _reap() -> None:
    """Take leave of the children that have ended, so that their CPU time counts."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


if __name__ == "__main__":
    _serve(sys.argv[1])
