"""A server killed in mid-interview, as by a power cut: every save it said yes to is there again."""

from __future__ import annotations

import html
import http.client
import http.cookiejar
import os
import re
import signal
import threading
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.urls import reverse

from tests.frame.test_run import SECONDS, free_port, lines_until_ready, start

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="Processes are found through /proc."
)

ENOUGH = 10  # saves the server has said yes to before it dies


class Learner:
    """A browser without scripts or pictures, that keeps its cookies."""

    def __init__(self, site: str) -> None:
        self.site, self.cookies = site, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(self.site + path, timeout=SECONDS) as page:
            return page.read().decode()

    def post(self, path: str, **fields: object) -> str:
        """Where it leads."""
        token = next(each.value for each in self.cookies if each.name == "csrftoken")
        request = urllib.request.Request(  # noqa: S310 (our own address)
            self.site + path,
            data=urllib.parse.urlencode(fields).encode(),
            headers={"X-CSRFToken": token or ""},
        )
        with self.opener.open(request, timeout=SECONDS) as page:
            page.read()
            return page.url.removeprefix(self.site)

    def log_in(self, password: str) -> None:
        login = reverse("account_login")
        self.get(login)
        self.post(login, login="admin@localhost", password=password)

    def question(self, room: str, number: int) -> tuple[str, str]:
        """What is asked, and what is in the field."""
        page = self.get(f"{room}?item={number}")
        asked = re.search(r"<h1.*?</h1>", page, re.DOTALL)
        field = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
        assert asked
        assert field
        return asked[0], html.unescape(field[1])


@contextmanager
def database_of_its_own() -> Iterator[dict[str, str]]:
    """On PostgreSQL one that is dropped again; else the file in the data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    import psycopg

    name = f"studyhub_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        try:
            yield {"DATABASE_URL": urllib.parse.urlsplit(url)._replace(path=name).geturl()}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def kill_all_of(data: Path) -> None:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"DATA_DIR={data}\0".encode() in (folder / "environ").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            continue


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    kill_all_of(tmp_path)


def test_every_acknowledged_save_survives_a_killed_server(data):
    port = free_port()
    with database_of_its_own() as own:
        real = {**own, "DEBUG": "0", "HTTPS": "0", "SECRET_KEY": "a-key-for-this-test-only"}
        process = start(data, port, **real)
        password = re.findall(r"password\s+(\S+)", "".join(lines_until_ready(process)))[-1]
        learner = Learner(f"http://localhost:{port}")
        learner.log_in(password)
        room = learner.post(
            reverse("interviews:quick"), id=uuid.uuid4(), minutes=45, count=3, kind="open"
        )
        asked = [learner.question(room, number)[0] for number in (1, 2, 3)]
        learner.post(f"{room}save/", item=2, number=0, text="Kept")
        acknowledged, enough = [], threading.Event()

        def write() -> None:
            while True:
                number = len(acknowledged)
                try:
                    learner.post(f"{room}save/", item=1, number=number, text=f"Text {number + 1}")
                except (OSError, http.client.HTTPException):
                    return
                acknowledged.append(number + 1)
                if len(acknowledged) == ENOUGH:
                    enough.set()

        writing = threading.Thread(target=write)
        writing.start()
        assert enough.wait(timeout=SECONDS)
        kill_all_of(data)
        process.communicate(timeout=SECONDS)
        writing.join(timeout=SECONDS)

        again = start(data, port, **real)
        lines_until_ready(again)
        found = [learner.question(room, number) for number in (1, 2, 3)]
        assert [prompt for prompt, _text in found] == asked
        last = acknowledged[-1]
        assert found[0][1] in {f"Text {last}", f"Text {last + 1}"}  # the one on its way may count
        assert [text for _prompt, text in found[1:]] == ["Kept", ""]
        again.terminate()
        assert again.wait(timeout=SECONDS) == 0
