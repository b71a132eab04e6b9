"""A door between a client and a server of the loopback interface: it can be slow, and it can be shut."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

_PIECE = 65_536


class Door:
    """Forwards a port of its own to another, `delay` seconds late each way. Shut, it refuses and drops."""

    def __init__(self, host: str, port: int, delay: float = 0.0) -> None:
        self.port = 0
        self.delay = delay
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()

    async def open(self) -> None:
        """Let connections through, always on the same port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Drop the connections there are, and refuse others."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, inside: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        try:
            server_in, server_out = await asyncio.open_connection(*self._target)
        except OSError:
            out.close()
            return
        self._open |= {out, server_out}
        try:
            await asyncio.gather(self._pass(inside, server_out), self._pass(server_in, out))
        finally:
            self._open -= {out, server_out}
            for writer in (out, server_out):
                writer.close()

    async def _pass(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(_PIECE):
                await asyncio.sleep(self.delay)
                to.write(piece)
                await to.drain()
        with suppress(OSError):
            to.close()
