"""One look at a page, from a server that nobody makes ask its own network.

The sites are a server of this machine: names and the question what is public are told to the
looker. What is refused is refused by the real check.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from questions import web
from questions.web import Looker, Seen, Verdict, asked_wait, is_public
from tests.factories import NOON

type Answer = tuple[int, dict[str, str]]


@dataclass
class Site:
    """Answers by path, or by method and path. `asked`: what it was asked, with the host's name."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/page", *, host: str = "docs.example.org") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def methods(self) -> list[str]:
        return [method for method, *_ in self.asked]


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            site.asked.append((self.command, self.path, self.headers["Host"]))
            site.agents.append(self.headers["User-Agent"])
            found = site.answers.get(f"{self.command} {self.path}") or site.answers.get(self.path)
            status, headers = found or (404, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site))
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


def looker_at(port: int, **changes: object) -> Looker:
    """Every name leads to this machine, which counts as public."""
    here = Looker(
        resolve=lambda host: ["127.0.0.1"],
        is_allowed=lambda address: True,
        ports=frozenset({port}),
        seconds=10,
    )
    return replace(here, **changes)


def look(site: Site, path: str = "/page", **changes: object) -> Seen:
    return looker_at(site.port, **changes).look(site.url(path), now=NOON)


# What is found


def test_page_is_there(site: Site) -> None:
    site.answers["/page?a=1"] = 200, {}
    assert look(site, "/page?a=1") == Seen(verdict=Verdict.FINE, status=200)
    assert site.asked == [("HEAD", "/page?a=1", f"docs.example.org:{site.port}")]
    assert "Studyhub" in site.agents[0]


@pytest.mark.parametrize("status", [404, 410])
def test_page_is_gone_if_head_and_get_say_so(site: Site, status: int) -> None:
    site.answers["/page"] = status, {}
    assert look(site) == Seen(verdict=Verdict.GONE, status=status)
    assert site.methods == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [403, 404, 405, 501, 503])
def test_site_that_does_not_know_head_is_asked_by_get(site: Site, status: int) -> None:
    site.answers = {"HEAD /page": (status, {}), "GET /page": (200, {})}
    assert look(site).verdict == Verdict.FINE


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.REFUSED),
        (401, Verdict.REFUSED),
        (403, Verdict.REFUSED),
        (451, Verdict.REFUSED),
        (500, Verdict.SERVER_ERROR),
        (502, Verdict.SERVER_ERROR),
        (429, Verdict.BUSY),
    ],
)
def test_what_says_nothing_of_the_page_is_no_404(site: Site, status: int, verdict: Verdict) -> None:
    site.answers["/page"] = status, {}
    assert look(site) == Seen(verdict=verdict, status=status)


def test_site_that_asks_for_time_is_not_asked_again(site: Site) -> None:
    site.answers["/page"] = 503, {"Retry-After": "120"}
    seen = look(site)
    assert (seen.verdict, seen.wait) == (Verdict.SERVER_ERROR, timedelta(minutes=2))
    assert site.methods == ["HEAD"]


def test_retry_after_is_seconds_or_a_moment() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert asked_wait(" 90 ", now=now) == timedelta(seconds=90)
    assert asked_wait("Mon, 23 Nov 2026 13:00:00 GMT", now=now) == timedelta(hours=1)
    assert asked_wait("Mon, 23 Nov 2026 11:00:00 GMT", now=now) is None
    for nonsense in ("", "soon", "-5", "1.5", "٣"):
        assert asked_wait(nonsense, now=now) is None
    assert asked_wait("9" * 400, now=now) is not None


# Redirects


def test_page_that_moved_for_good_says_where_to(site: Site) -> None:
    site.answers = {
        "/page": (301, {"Location": "/new"}),
        "/new": (308, {"Location": site.url("/newest", host="other.example.org")}),
        "/newest": (200, {}),
    }
    assert look(site) == Seen(
        verdict=Verdict.FINE, status=200, moved_to=site.url("/newest", host="other.example.org")
    )


def test_only_what_is_for_good_is_a_move(site: Site) -> None:
    site.answers = {
        "/page": (301, {"Location": "/new"}),
        "/new": (302, {"Location": "/today"}),
        "/today": (301, {"Location": "/elsewhere"}),
        "/elsewhere": (200, {}),
        "/login": (303, {"Location": "/new"}),
    }
    assert look(site).moved_to == site.url("/new")
    assert look(site, "/login").moved_to == ""


def test_move_to_nothing_is_gone(site: Site) -> None:
    site.answers["/page"] = 301, {"Location": "/nothing"}
    assert look(site) == Seen(verdict=Verdict.GONE, status=404)


def test_five_redirects_are_followed_and_no_more(site: Site) -> None:
    for number in range(6):
        site.answers[f"/{number}"] = 302, {"Location": f"/{number + 1}"}
    site.answers["/6"] = 200, {}
    assert look(site, "/1").verdict == Verdict.FINE
    assert look(site, "/0").verdict == Verdict.TOO_MANY_REDIRECTS


def test_address_beyond_ascii_is_followed(site: Site) -> None:
    site.answers["/page"] = 302, {"Location": "/stra\u00dfe und mehr".encode().decode("latin-1")}
    site.answers["/stra%C3%9Fe%20und%20mehr"] = 200, {}
    assert look(site).verdict == Verdict.FINE


# What is never asked

PRIVATE = """
127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254
100.64.0.1 168.63.129.16 192.0.0.1 192.0.0.9 192.0.0.10 2001:1::1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::8.8.8.8 ::ffff:8.8.8.8 ::ffff:127.0.0.1
64:ff9b::808:808 64:ff9b:1::808:808 2002:7f00:1:: 2002:808:808:: 2001:0:808:808::1 2001:db8::1
3fff::1 100::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 2606:4700::1111%eth0 fec0::1 ff02::1 5f00::1
localhost nonsense
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_the_internets_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def never(*_arguments: object, **_options: object) -> None:
    raise AssertionError("It was connected to.")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25lo]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:secret@93.184.215.14/",
        "http://93.184.215.14:8080/",
        "https://93.184.215.14:22/",
        "http://93.184.215.14:0/",
        "http://93.184.215.14:99999/",
        "ftp://93.184.215.14/",
        "file:///etc/passwd",
        "gopher://93.184.215.14/",
        "javascript:alert(1)",
        "//93.184.215.14/",
        "http:///nowhere",
        "http://[nonsense/",
        "http://\u2024.example/",
        "",
    ],
)
def test_what_is_not_a_public_page_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(web.socket, "create_connection", never)
    assert Looker().look(url, now=NOON).verdict == Verdict.NOT_PUBLIC


def test_one_private_address_among_public_ones_is_enough(site: Site) -> None:
    mixed = looker_at(
        site.port, resolve=lambda host: ["93.184.215.14", "10.0.0.1"], is_allowed=is_public
    )
    assert mixed.look(site.url(), now=NOON).verdict == Verdict.NOT_PUBLIC
    nothing = looker_at(site.port, resolve=lambda host: [])
    assert nothing.look(site.url(), now=NOON).verdict == Verdict.NOT_PUBLIC


def test_redirect_into_the_own_network_is_not_followed(site: Site) -> None:
    site.answers["/page"] = 302, {"Location": site.url("/secret", host="inside.example.org")}
    addresses = {"docs.example.org": "127.0.0.1", "inside.example.org": "127.0.0.2"}
    seen = look(
        site,
        resolve=lambda host: [addresses[host]],
        is_allowed=lambda address: address == "127.0.0.1",
    )
    assert seen.verdict == Verdict.NOT_PUBLIC
    assert [path for _method, path, _host in site.asked] == ["/page"]


@pytest.mark.parametrize(
    "to", ["http://docs.example.org:1/", "ftp://docs.example.org/", "http://a@docs.example.org/"]
)
def test_redirect_to_what_would_not_be_asked_is_not_followed(site: Site, to: str) -> None:
    site.answers["/page"] = 301, {"Location": to}
    assert look(site).verdict == Verdict.NOT_PUBLIC


def test_name_that_means_something_else_a_moment_later_gains_nothing(site: Site) -> None:
    """It is connected to the address that was checked; the name is not resolved again."""
    checked: list[str] = []
    answers = iter([["127.0.0.1"]])
    site.answers["/page"] = 200, {}

    def is_allowed(address: str) -> bool:
        checked.append(address)
        return True

    assert look(site, resolve=lambda host: next(answers), is_allowed=is_allowed).status == 200
    assert checked == ["127.0.0.1"]


def test_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.answers["/page"] = 200, {}
    assert look(site).verdict == Verdict.FINE


# What does not answer as it should


def test_name_that_does_not_exist_is_told_from_a_resolver_that_does_not_answer() -> None:
    def failing(error: int) -> Callable[[str], list[str]]:
        def resolve(host: str) -> list[str]:
            raise socket.gaierror(error, "…")

        return resolve

    def verdict(error: int) -> Verdict:
        return looker_at(80, resolve=failing(error)).look("http://example.org/", now=NOON).verdict

    assert verdict(socket.EAI_NONAME) == Verdict.NO_SUCH_HOST
    assert verdict(socket.EAI_AGAIN) == Verdict.NO_CONNECTION


def test_closed_port_is_no_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    seen = looker_at(port).look(f"http://docs.example.org:{port}/", now=NOON)
    assert seen.verdict == Verdict.NO_CONNECTION


def test_second_address_is_tried_if_the_first_is_dead(site: Site) -> None:
    site.answers["/page"] = 200, {}
    assert look(site, resolve=lambda host: ["127.0.0.2", "127.0.0.1"]).verdict == Verdict.FINE


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """A server that does with each connection whatever it is told to. Gives its port."""
    listening: list[socket.socket] = []

    def start(behave: Callable[[socket.socket], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listening.append(listener)

        def run() -> None:
            while True:
                try:
                    connected, _address = listener.accept()
                except OSError:
                    return
                threading.Thread(target=quietly, args=(connected,), daemon=True).start()

        def quietly(connected: socket.socket) -> None:
            with connected:
                try:
                    behave(connected)
                except OSError:
                    pass

        threading.Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listening:
        listener.close()


def seen_at(port: int, **changes: object) -> Seen:
    return looker_at(port, **changes).look(f"http://docs.example.org:{port}/", now=NOON)


def test_silent_server_costs_no_more_than_the_time_of_a_step(serve) -> None:
    port = serve(lambda connected: time.sleep(5))
    started = time.monotonic()
    assert seen_at(port, step_seconds=0.2).verdict == Verdict.TIMEOUT
    assert time.monotonic() - started < 4


def test_server_that_drips_costs_no_more_than_the_time_of_a_look(serve) -> None:
    """Every byte comes in time, and the answer never ends."""
    has_ended = threading.Event()

    def drip(connected: socket.socket) -> None:
        try:
            connected.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            for _ in range(100):
                time.sleep(0.05)
                connected.sendall(b"x")
        finally:
            has_ended.set()

    started = time.monotonic()
    assert seen_at(serve(drip), seconds=0.4).verdict == Verdict.TIMEOUT
    assert time.monotonic() - started < 4
    assert has_ended.wait(timeout=4)


def test_resolver_that_hangs_costs_no_more_than_the_time_of_a_look() -> None:
    def resolve(host: str) -> list[str]:
        time.sleep(2)
        return ["127.0.0.1"]

    started = time.monotonic()
    assert seen_at(9, seconds=0.2, resolve=resolve).verdict == Verdict.TIMEOUT
    assert time.monotonic() - started < 1.5


def test_long_header_is_read_to_its_bound_only(serve) -> None:
    def answering(lines: int) -> Callable[[socket.socket], None]:
        header = "".join(f"X-{number}: {'x' * 4_000}\r\n" for number in range(lines))
        return lambda connected: connected.sendall(f"HTTP/1.1 200 OK\r\n{header}\r\n".encode())

    assert seen_at(serve(answering(10))).verdict == Verdict.FINE
    assert seen_at(serve(answering(20))).verdict == Verdict.NOT_UNDERSTOOD


def test_long_body_is_not_read(serve) -> None:
    sent = []

    def flood(connected: socket.socket) -> None:
        is_head = connected.recv(4_000).startswith(b"HEAD")
        status = b"405 No" if is_head else b"200 OK"
        connected.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 900000000\r\n\r\n")
        for _ in range(0 if is_head else 900):
            connected.sendall(b"x" * 1_000_000)
            sent.append(1)

    assert seen_at(serve(flood)).verdict == Verdict.FINE
    assert len(sent) < 50


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\xff\x00\r\n\r\n"]
)
def test_answer_that_is_no_http_is_not_understood(serve, answer: bytes) -> None:
    assert (
        seen_at(serve(lambda connected: connected.sendall(answer))).verdict
        == Verdict.NOT_UNDERSTOOD
    )


def test_server_that_hangs_up_is_no_connection(serve) -> None:
    assert seen_at(serve(lambda connected: None)).verdict == Verdict.NO_CONNECTION


def test_odd_failure_of_one_look_is_kept_from_the_others(site: Site) -> None:
    def resolve(host: str) -> list[str]:
        raise RuntimeError("not foreseen")

    assert look(site, resolve=resolve).verdict == Verdict.NOT_UNDERSTOOD


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of docs.example.org, signed by itself; with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "docs.example.org")])
    today = datetime.now(UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("docs.example.org"), x509.IPAddress(ip_address("127.0.0.9"))]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def secured(certificate: Path) -> Iterator[Site]:
    site = Site(answers={"/page": (200, {})})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


def look_secured(site: Site, *, trusted: Path | None, host: str = "docs.example.org") -> Verdict:
    tls = ssl.create_default_context(cafile=trusted)
    url = site.url(host=host).replace("http:", "https:")
    return looker_at(site.port, tls=tls).look(url, now=NOON).verdict


def test_certificate_is_checked_against_the_name_that_was_asked_for(
    secured: Site, certificate: Path
) -> None:
    assert look_secured(secured, trusted=certificate) == Verdict.FINE
    other = look_secured(secured, trusted=certificate, host="other.example.org")
    assert other == Verdict.CERTIFICATE


def test_certificate_that_nobody_trusts_is_not_believed(secured: Site) -> None:
    assert look_secured(secured, trusted=None) == Verdict.CERTIFICATE
    assert secured.asked == []


def test_plain_server_behind_https_is_no_connection(site: Site) -> None:
    url = site.url().replace("http:", "https:")
    assert looker_at(site.port).look(url, now=NOON).verdict == Verdict.NO_CONNECTION


def test_tls_handshake_that_never_ends_is_given_up(serve) -> None:
    port = serve(lambda connected: time.sleep(3))
    url = f"https://docs.example.org:{port}/"
    started = time.monotonic()
    assert looker_at(port, seconds=0.3).look(url, now=NOON).verdict == Verdict.TIMEOUT
    assert time.monotonic() - started < 2
