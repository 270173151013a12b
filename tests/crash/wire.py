"""A wire to a server, that can be cut in the middle of anything, and be mended."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self


class Wire:
    """Passes bytes on between 127.0.0.1:`port` and a server there; lives in a thread of its own."""

    port: int

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._armed = False
        self.whole = True  # no cut since it was mended

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = 0
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Every connection is gone at once, and none is accepted until it is mended."""
        self._do(self._cut())

    def cut_at_commit(self) -> None:
        """As `cut`, once the server has the next COMMIT: nobody gets its answer."""
        self._armed = True

    def mend(self) -> None:
        """Connections are accepted again, at the same port."""
        self._armed, self.whole = False, True
        self._do(self._listen())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _end(self) -> None:
        """Waits for what still passes: a loop that stops earlier leaves its sockets to the collector."""
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*passing, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        self._armed, self.whole = False, False
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        if writer not in self._open:  # cut meanwhile
            writer.transport.abort()
            back.transport.abort()
            return
        self._open.add(back)
        await asyncio.gather(self._carry(reader, back, asks=True), self._carry(there, writer))

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asks: bool = False
    ) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
                if asks and self._armed and b"COMMIT" in data:
                    self._open.discard(writer)
                    writer.write_eof()  # the server reads it to its end; an abort might take it back
                    await self._cut()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()
