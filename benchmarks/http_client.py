"""A browser's share of HTTP: one kept connection, cookies, forms. It costs next to no CPU, which

matters where client and server share two cores. It reads what granian sends: a length or chunks.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple
from urllib.parse import urlencode

TOKEN = "b" * 32
TIMEOUT = 30  # seconds


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """One person's connection, opened again whenever the server closed it."""

    def __init__(self, port: int, session_key: str) -> None:
        self.port, self.session_key = port, session_key
        self.cookies = f"sessionid={session_key}; csrftoken={TOKEN}"
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        return await self.ask(self.request("GET", path))

    async def post(self, path: str, data: dict[str, str]) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **data}).encode()
        head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return await self.ask(self.request("POST", path, head) + body)

    def request(self, method: str, path: str, head: str = "") -> bytes:
        return (
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Cookie: {self.cookies}\r\n{head}\r\n"
        ).encode()

    async def ask(self, request: bytes) -> Answer:
        """Raises OSError or TimeoutError; a kept connection that was closed is opened once more."""
        async with asyncio.timeout(TIMEOUT):
            was_open = self.streams is not None
            try:
                return await self.exchange(request)
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.close()
                if not was_open:
                    raise
                return await self.exchange(request)

    async def exchange(self, request: bytes) -> Answer:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        body = await read_body(reader, headers)
        if headers.get("connection") == "close":
            await self.close()
        return Answer(int(lines[0].split()[1]), headers, body)

    async def close(self) -> None:
        if self.streams:
            self.streams[1].close()
            self.streams = None


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
