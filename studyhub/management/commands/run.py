"""Everything a person needs to use Studyhub tonight: database, bank, server, worker, one URL."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

START_SECONDS = 60
OPEN_FILES = 10_000
# For the C library: threads that take turns in Python share one heap, and what loading the feedback
# engine's model leaves free goes back to the system. Some 80 MB less for each process.
LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": str(128 * 1024)}
STOP_SECONDS = 15


class Command(BaseCommand):
    help = "Prepare the database, then serve the site with its worker until stopped."
    # Checks open the database, and nothing is to be made before the port is known to be free;
    # `migrate` runs them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument(
            "--demo", action="store_true", help="with made-up people and months of study"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], as_port(options["port"])
        refuse_taken_port(host, port)
        stopper = Stopper()
        prepare()
        if options["demo"]:
            call_command("make_demo", once=True, stdout=self.stdout)
        allow_open_files()
        call_command("create_first_admin", stdout=self.stdout)
        children = [start(server_command(host, port)), start([*MANAGE, "work"])]
        try:
            wait_until_it_answers(host, port, children, stopper)
            self.stdout.write(f"\nStudyhub is ready: http://{shown(host)}:{port}/\n")
            self.stdout.write("Press Ctrl+C to stop.\n")
            self.stdout.flush()
            watch(children, stopper)
        finally:
            stop(children)
        if not stopper.is_asked:
            raise CommandError("A part of Studyhub ended by itself; see the lines above.")


MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


class Stopper:
    """Remembers that somebody asked to stop (Ctrl+C or SIGTERM)."""

    def __init__(self) -> None:
        self.is_asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.is_asked = True


def as_port(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {value!r}.", returncode=2)
    return int(value)


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                f"Stop what is there, or choose another: PORT={port % 65535 + 1} make run",
                returncode=2,
            ) from error


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    # A container image has them collected, and may not write there.
    if not settings.DEBUG and os.access(settings.STATIC_ROOT.parent, os.W_OK):
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("seed_questions", verbosity=0)
    call_command("seed_blueprints", verbosity=0)


def server_command(host: str, port: int) -> list[str]:
    """Few threads on purpose: more only make requests wait for each other inside Python."""
    return [
        sys.executable,
        *["-m", "granian", "--interface", "wsgi", "--no-ws"],
        *["--host", host, "--port", str(port)],
        *["--workers", os.environ.get("WEB_WORKERS", "1")],
        *["--blocking-threads", os.environ.get("WEB_THREADS", "4")],
        # Granian counts open connections here, and browsers keep theirs while people read.
        *["--backpressure", os.environ.get("WEB_CONNECTIONS", "1000")],
        *["--log-level", "warning"],
        "studyhub.wsgi:application",
    ]


def allow_open_files() -> None:
    """Each connection is an open file; many systems allow 1024 until asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a group of its own, so that Ctrl+C reaches only us and we stop it in order."""
    environ = {**LEAN, **os.environ}
    return subprocess.Popen(  # noqa: S603 (ours)
        command, cwd=settings.BASE_DIR, env=environ, process_group=0
    )


def wait_until_it_answers(
    host: str, port: int, children: list[subprocess.Popen[bytes]], stopper: Stopper
) -> None:
    url = f"http://{shown(host)}:{port}/health/"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not stopper.is_asked:
        if any(child.poll() is not None for child in children):
            return
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 (our own address)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    if not stopper.is_asked:
        raise CommandError(f"The server did not answer within {START_SECONDS} seconds.")


def watch(children: list[subprocess.Popen[bytes]], stopper: Stopper) -> None:
    while not stopper.is_asked and all(child.poll() is None for child in children):
        time.sleep(0.2)


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def shown(host: str) -> str:
    """An address a browser can open."""
    if host in ("0.0.0.0", "::", "127.0.0.1"):  # noqa: S104 (compared, not bound)
        return "localhost"
    return f"[{host}]" if ":" in host else host
