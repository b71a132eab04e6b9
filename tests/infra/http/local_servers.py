"""Real HTTP servers on loopback that answer what a test says, and resolvers that answer what a test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from shopwright.infra.http.addresses import Address


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    breaks: bool = False
    after_seconds: float = 0.0


@dataclass
class LocalServer:
    port: int
    received: list[Received]
    host: str = "127.0.0.1"
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, target: str = "/", host: str | None = None, scheme: str = "http") -> str:
        return f"{scheme}://{host or self.host}:{self.port}{target}"


@asynccontextmanager
async def serving(
    answer: Callable[[Received], Reply], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[LocalServer]:
    received: list[Received] = []
    arrived = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            received.append(request)
            arrived.set()
            reply = answer(request)
            await asyncio.sleep(reply.after_seconds)
            if not reply.breaks:
                writer.write(_render(reply))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, host, 0, ssl=tls)
    try:
        yield LocalServer(server.sockets[0].getsockname()[1], received, host, arrived)
    finally:
        server.close()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, target, headers, body)


def _render(reply: Reply) -> bytes:
    headers = {"content-length": str(len(reply.body)), "connection": "close", **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode() + reply.body


class FakeResolver:
    """Answers each look-up of a name with the next of its lists; the last one stays."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        assert port > 0
        self.asked.append(host)
        if host not in self._names:
            raise OSError(f"no such name: {host}")
        answers = self._names[host]
        texts = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ip_address(text) for text in texts]
