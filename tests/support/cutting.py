"""A stand-in between a client and PostgreSQL that loses the answer to one statement: committed, but never told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FROM_SERVER_DONE = b"Z"
"""PostgreSQL's message ReadyForQuery, which ends every answer (protocol 3.0, message formats)."""


class Wire:
    """Forwards both ways. After `lose(statement)`, the next answer to a message with that text ends the connection."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._lost: bytes | None = None
        self.cuts = 0
        self.folder = folder

    def lose(self, statement: str) -> None:
        self._lost = statement.encode()

    async def serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        server_in, server_out = await asyncio.open_unix_connection(self._server)
        cut = asyncio.Event()
        ways = [
            asyncio.ensure_future(self._asked(client_in, server_out, cut)),
            asyncio.ensure_future(self._answered(server_in, client_out, cut)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for writer in (client_out, server_out):
            writer.close()

    async def _asked(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while part := await source.read(65536):
            if self._lost is not None and self._lost in part:
                self._lost = None
                cut.set()
            target.write(part)
            await target.drain()

    async def _answered(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        while part := await source.read(65536):
            if cut.is_set():
                if FROM_SERVER_DONE + b"\x00\x00\x00\x05I" in part:  # idle again: whatever it was is committed
                    self.cuts += 1
                    return
                continue
            target.write(part)
            await target.drain()


@asynccontextmanager
async def wire(url: str, folder: Path) -> AsyncIterator[tuple[Wire, str]]:
    """The stand-in, and the address of the same database through it."""
    parts = urlsplit(url)
    sockets = parse_qs(parts.query)["host"][0]
    made = Wire(f"{sockets}/.s.PGSQL.5432", folder)
    server = await asyncio.start_unix_server(made.serve, str(folder / ".s.PGSQL.5432"))
    try:
        yield made, parts._replace(query=f"host={folder}&port=5432").geturl()
    finally:
        server.close()
