"""Runs the whole suite on PostgreSQL: on DATABASE_URL, or on a server of its own in a temporary folder.

python -m tests.postgres [pytest's arguments]
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def find(program: str) -> str | None:
    """The program, also where Debian keeps it off the PATH; the newest version wins."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"),
        key=lambda path: int(path.parts[4]),
        reverse=True,
    )
    return str(installed[0]) if installed else shutil.which(program)


def unprivileged() -> dict[str, str]:
    """PostgreSQL refuses to run as root, so then it runs as its own user."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_tests(url: str, arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


@contextmanager
def own_server(options: Sequence[str] = FAST) -> Iterator[str | None]:
    """The URL of a server of its own, stopped and removed at the end. None: not installed."""
    initdb, pg_ctl = find("initdb"), find("pg_ctl")
    if not initdb or not pg_ctl:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="studyhub-pg-", ignore_cleanup_errors=True) as folder:
        if unprivileged():
            shutil.chown(folder, "postgres", "postgres")
        data, port = f"{folder}/data", free_port()
        run(
            [initdb, "-D", data, "-U", "studyhub", "-A", "trust", "-E", "UTF8", "--no-sync"], folder
        )
        server = [pg_ctl, "-D", data, "-w", "-l", f"{folder}/log"]
        told = [*options, f"-c port={port}", "-c listen_addresses=127.0.0.1", f"-k {folder}"]
        run([*server, "-o", " ".join(told), "start"], folder)
        try:
            yield f"postgres://studyhub@127.0.0.1:{port}/postgres"
        finally:
            run([*server, "-m", "immediate", "stop"], folder, check=False)


def run(command: list[str], folder: str, *, check: bool = True) -> None:
    subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd=folder, **unprivileged())


def main(arguments: list[str]) -> int:
    """Stopped from outside, it stops its tests and its server too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return run_tests(url, arguments)
    with own_server() as url_of_own:
        if url_of_own:
            return run_tests(url_of_own, arguments)
    print("NOT TESTED ON POSTGRESQL: it is not installed here.", file=sys.stderr)  # noqa: T201
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
