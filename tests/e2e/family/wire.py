"""The network between Home Assistant and the server: a port that leads to another, until somebody pulls the cable."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from home_assistant import free_port


class Wire:
    """Forwards every connection; a pulled cable carries nothing, and tells nobody so."""

    def __init__(self, to_port: int) -> None:
        """Choose a port."""
        self.port = free_port()
        self._to_port = to_port
        self._carries = asyncio.Event()
        self._carries.set()
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Lay it."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Take it away."""
        self._server.close()
        for writer in list(self._open):
            writer.close()

    def pull(self) -> None:
        """Pull the cable."""
        self._carries.clear()

    def plug_in(self) -> None:
        """Plug it in again; what was on the way arrives late, as TCP has it."""
        self._carries.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._carries.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.close()
            return
        self._open.add(far_writer)
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        self._open -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._carries.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
