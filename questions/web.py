"""One look at a public web page, by a server that must not be made to ask its own network.

The name is resolved once, every address it has must be public, and the connection is made to one
of those very addresses, so a name that means something else a moment later gains nothing. Each
redirect is checked in the same way. No proxy of the environment is used: it would resolve the name
anew, out of our sight.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock, Thread
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

logger = logging.getLogger(__name__)

USER_AGENT = "Studyhub (looks whether the pages it refers to are still there)"
MOST_REDIRECTS = 5
MOST_ADDRESSES = 3
MOST_HEADER_BYTES = 64_000
PORTS = {"http": 80, "https": 443}
PERMANENT, REDIRECTS = (301, 308), (301, 302, 303, 307, 308)
BUSY = (429, 503)

# What the internet hands out. Addresses that stand for IPv4 ones are not in it (mapped ones in
# ::ffff:0:0/96, translated ones in 64:ff9b::/96), but for those of two old tunnels.
GLOBAL_UNICAST = ip_network("2000::/3")
LEFT_OUT = [
    ip_network(each)
    for each in (
        "2001::/23",  # special purposes: Teredo, and anycast that the own network may answer
        "192.0.0.0/24",  # the like in IPv4
        "168.63.129.16/32",  # Azure's own services, seen from its machines only
        "2002::/16",  # 6to4
        "192.88.99.0/24",  # its relays
        "3fff::/20",  # documentation, which Python does not know of yet
    )
]

NO_SUCH_NAME = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}


class Verdict(StrEnum):
    """What came of a look."""

    FINE = "fine"
    GONE = "gone"
    NO_SUCH_HOST = "no_such_host"
    REFUSED = "refused"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    NOT_UNDERSTOOD = "not_understood"
    NOT_PUBLIC = "not_public"


# What one also sees of every site where the network is down.
SILENT = {Verdict.NO_SUCH_HOST, Verdict.TIMEOUT, Verdict.NO_CONNECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`moved_to` is where the page is for good, without redirects that are for now only.

    `wait`: how long the site asks to be left alone.
    """

    verdict: Verdict
    status: int | None = None
    moved_to: str = ""
    wait: timedelta | None = None


class NotPublic(Exception):
    """Not an address that we look at."""


def is_public(address: str) -> bool:
    """Whether this IP address is one of the internet's, whoever gave it to us."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and (ip.scope_id is not None or ip not in GLOBAL_UNICAST):
        return False
    if any(ip in network for network in LEFT_OUT):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def addresses_of(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_details, address in found))


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart, fit to be asked for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


def place_of(url: str, *, ports: frozenset[int]) -> Place:
    """Raises NotPublic for what is not plain http or https, carries a login or names a port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotPublic from error
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in PORTS or not host or "@" in parts.netloc:
        raise NotPublic
    port = PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise NotPublic
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise NotPublic from error
    if "%" in host or not all(host.split(".")):
        raise NotPublic
    target = as_ascii(parts.path or "/") + (f"?{as_ascii(parts.query)}" if parts.query else "")
    return Place(parts.scheme, host, port, target)


def as_ascii(text: str) -> str:
    """What is not allowed in an address is written as its bytes; what is stays as it is."""
    return quote(text, safe="%/:=&?~#+!$,;'@()*[]")


class _Line:
    """The connection of a look, for whoever waits for it to be able to end it."""

    def __init__(self) -> None:
        self._lock, self._socket, self._is_cut = Lock(), None, False

    _socket: socket.socket | None

    def hold(self, connected: socket.socket) -> None:
        with self._lock:
            self._socket = connected
            if self._is_cut:
                raise TimeoutError

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._socket:
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Bounded:
    """The beginning of an answer. Nothing here reads more than that."""

    def __init__(self, file: Any) -> None:
        self._file, self._left = file, MOST_HEADER_BYTES

    def readline(self, limit: int) -> bytes:
        line: bytes = self._file.readline(min(limit, self._left + 1))
        self._left -= len(line)
        if self._left < 0:
            raise HTTPException("The header is too long.")
        return line

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self._file.close()


class _BoundedResponse(HTTPResponse):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fp: Any = _Bounded(self.fp)


class _Connection(HTTPConnection):
    response_class = _BoundedResponse
    auto_open = 0  # it is connected already, to an address that was checked


def _default_ports() -> frozenset[int]:
    return frozenset(PORTS.values())


@dataclass(frozen=True, kw_only=True)
class Looker:
    """How a look is made. A look as a whole takes `seconds`, each step of it `step_seconds`."""

    resolve: Callable[[str], Sequence[str]] = addresses_of
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = field(default_factory=_default_ports)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = 15
    step_seconds: float = 8

    def look(self, url: str, *, now: datetime) -> Seen:
        """Always comes to an end, and raises nothing: not even a resolver that hangs holds it."""
        line, seen = _Line(), list[Seen]()
        thread = Thread(target=lambda: seen.append(self._seen(url, line, now)), daemon=True)
        thread.start()
        thread.join(self.seconds)
        if seen:
            return seen[0]
        line.cut()
        return Seen(verdict=Verdict.TIMEOUT)

    def _seen(self, url: str, line: _Line, now: datetime) -> Seen:
        try:
            return self._follow(url, line, now)
        except NotPublic:
            return Seen(verdict=Verdict.NOT_PUBLIC)
        except socket.gaierror as error:
            is_known = error.errno not in NO_SUCH_NAME
            return Seen(verdict=Verdict.NO_CONNECTION if is_known else Verdict.NO_SUCH_HOST)
        except TimeoutError:
            return Seen(verdict=Verdict.TIMEOUT)
        except ssl.SSLCertVerificationError:
            return Seen(verdict=Verdict.CERTIFICATE)
        except OSError:
            return Seen(verdict=Verdict.NO_CONNECTION)
        except (HTTPException, UnicodeError):
            return Seen(verdict=Verdict.NOT_UNDERSTOOD)
        except Exception:  # one odd address must not keep all others from being looked at
            logger.exception("A link could not be looked at: %s", url)
            return Seen(verdict=Verdict.NOT_UNDERSTOOD)

    def _follow(self, url: str, line: _Line, now: datetime) -> Seen:
        here, moved_to, is_permanent = url, "", True
        for _ in range(MOST_REDIRECTS + 1):
            status, headers = self._ask_politely(here, line)
            location = headers.get("Location", "")
            if status not in REDIRECTS or not location:
                return _read(status, headers, moved_to=moved_to, now=now)
            here = urljoin(here, as_ascii(_as_utf8(location)))
            is_permanent = is_permanent and status in PERMANENT
            if is_permanent:
                moved_to = here
        return Seen(verdict=Verdict.TOO_MANY_REDIRECTS)

    def _ask_politely(self, url: str, line: _Line) -> tuple[int, Message]:
        """HEAD, and GET where that is not answered well: some sites do not know the one."""
        place = place_of(url, ports=self.ports)
        status, headers = self._ask("HEAD", place, line)
        if status < 400 or status == 429 or "Retry-After" in headers:
            return status, headers
        return self._ask("GET", place, line)

    def _ask(self, method: str, place: Place, line: _Line) -> tuple[int, Message]:
        connection = _Connection(place.host, place.port)
        connection.sock = self._connect(place, line)
        try:
            connection.request(
                method,
                place.target,
                headers={
                    **{"Host": place.host_header, "User-Agent": USER_AGENT, "Accept": "*/*"},
                    "Connection": "close",
                },
            )
            response = connection.getresponse()
            return response.status, response.headers
        finally:
            connection.close()

    def _connect(self, place: Place, line: _Line) -> socket.socket:
        addresses = self.resolve(place.host)
        if not addresses or not all(self.is_allowed(address) for address in addresses):
            raise NotPublic
        plain = self._connect_to_one(addresses[:MOST_ADDRESSES], place.port)
        try:
            line.hold(plain)
            if place.scheme == "http":
                return plain
            secured = self.tls.wrap_socket(
                plain, server_hostname=place.host, do_handshake_on_connect=False
            )
        except BaseException:
            plain.close()
            raise
        try:
            line.hold(secured)
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured

    def _connect_to_one(self, addresses: Sequence[str], port: int) -> socket.socket:
        """The addresses are numbers, so nothing is resolved here."""
        failure: OSError = OSError()
        for address in addresses:
            try:
                return socket.create_connection((address, port), timeout=self.step_seconds)
            except OSError as error:
                failure = error
        raise failure


def _as_utf8(location: str) -> str:
    """Headers are read as Latin-1; what stands beyond ASCII in them is UTF-8 nearly always."""
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def _read(status: int, headers: Message, *, moved_to: str, now: datetime) -> Seen:
    if status in (404, 410):
        return Seen(verdict=Verdict.GONE, status=status)
    if status in BUSY:
        verdict = Verdict.BUSY if status == 429 else Verdict.SERVER_ERROR
        wait = asked_wait(headers.get("Retry-After", ""), now=now)
        return Seen(verdict=verdict, status=status, wait=wait)
    if status >= 500:
        return Seen(verdict=Verdict.SERVER_ERROR, status=status)
    if status >= 400:
        return Seen(verdict=Verdict.REFUSED, status=status)
    return Seen(verdict=Verdict.FINE, status=status, moved_to=moved_to)


def asked_wait(text: str, *, now: datetime) -> timedelta | None:
    """Retry-After: seconds, or a moment. None if it says nothing that lies ahead."""
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - now if moment > now else None
