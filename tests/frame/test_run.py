"""`manage.py run`, which `make run` calls: one URL, and nothing left behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SECONDS = 60

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="Processes are counted through /proc."
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, port: int | str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    unbuffered = {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "studyhub.settings"}
    return {**kept, **unbuffered, "DEBUG": "1", "DATA_DIR": str(data), "PORT": str(port)}


def start(data: Path, port: int | str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=settings.BASE_DIR,
        env={**environment(data, port), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def lines_until_ready(process: subprocess.Popen[str]) -> list[str]:
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if "Press Ctrl+C" in line:
            return lines
    raise AssertionError("".join(lines))


def processes_of(data: Path) -> list[str]:
    """The processes that were started with this data folder, by their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"DATA_DIR={data}\0".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for _attempt in range(50):
        if not processes_of(tmp_path):
            return
        time.sleep(0.1)
    assert processes_of(tmp_path) == []


@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_prints_one_url_and_stops_everything_it_started(data, ask):
    port = free_port()
    process = start(data, port)
    try:
        output = "".join(lines_until_ready(process))
        assert re.findall(r"http://\S+", output) == [f"http://localhost:{port}/"]
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=SECONDS) as page:
            assert b"Studyhub" in page.read()
        assert len(processes_of(data)) >= 3
    finally:
        process.send_signal(ask)
    assert process.wait(timeout=SECONDS) == 0


def test_browsers_that_keep_their_connection_keep_nobody_else_out(data):
    port = free_port()
    process = start(data, port)
    kept: list[http.client.HTTPConnection] = []
    try:
        lines_until_ready(process)
        for _browser in range(150):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            kept.append(connection)
            connection.request("GET", "/health/")
            assert connection.getresponse().read()
    finally:
        for connection in kept:
            connection.close()
        process.terminate()
    assert process.wait(timeout=SECONDS) == 0


def test_the_password_is_printed_on_the_first_run_only(data):
    printed = []
    for _run in range(2):
        process = start(data, free_port())
        printed.append("".join(lines_until_ready(process)))
        process.terminate()
        assert process.wait(timeout=SECONDS) == 0
    assert "admin@localhost" in printed[0]
    assert "password" not in printed[1]


def test_if_a_part_dies_the_rest_is_stopped_and_it_is_told(data):
    process = start(data, free_port())
    lines_until_ready(process)
    workers = [folder.name for folder in Path("/proc").glob("[0-9]*") if is_worker_of(folder, data)]
    assert len(workers) == 1
    os.kill(int(workers[0]), signal.SIGKILL)
    output, _errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "ended by itself" in output


def is_worker_of(folder: Path, data: Path) -> bool:
    try:
        environ = (folder / "environ").read_bytes()
        return (
            f"DATA_DIR={data}\0".encode() in environ
            and b"\0work\0" in (folder / "cmdline").read_bytes()
        )
    except OSError:
        return False


def test_it_also_serves_as_on_a_real_server(data):
    """Without debugging: hashed files, and every page but the health check over TLS only."""
    port = free_port()
    process = start(data, port, DEBUG="0", HTTPS="1", SECRET_KEY="a-key-for-this-test-only")
    try:
        assert "is ready" in "".join(lines_until_ready(process))
        connection = http.client.HTTPConnection("localhost", port, timeout=SECONDS)
        connection.request("GET", "/")
        assert connection.getresponse().headers["Location"] == f"https://localhost:{port}/"
        connection.close()
    finally:
        process.terminate()
    assert process.wait(timeout=SECONDS) == 0


def test_a_taken_port_is_told_before_anything_is_made(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(data, taken.getsockname()[1])
        output, _errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert "Cannot listen on" in output
    assert not (data / "studyhub.sqlite3").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_bad_port_is_named(data, port):
    process = start(data, port)
    output, _errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert f"PORT must be a number from 1 to 65535, not '{port}'" in output
