"""Reads the Word documents that editors sent: fetched with bounds, read in a process of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import documents as acts
from bot.acts.context import Context
from bot.acts.documents import Outcome, Read
from bot.acts.house import House
from bot.content.word import LARGEST, Unreadable, read_word
from bot.core.kernel.filetypes import MEDIA_TYPES
from bot.core.ports import Channel
from bot.engine.held import Held
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.guidance import documents
from bot.storage.guidance.documents import DocumentRow

log = structlog.get_logger()
EVERY_S = 1.0  # how soon a document is seen: one look at a small table
TRIES = 3
Tell = Callable[[House, AsyncConnection, Outcome, int], Awaitable[None]]


class Documents:
    """One document a step. What kills the program at one is tried no more than `TRIES` times."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        house: House,
        tell: Tell,
        replied: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._database, self._channels, self._house = database, channels, house
        self._tell, self._replied, self._clock = tell, replied, clock
        self._held = Held(clock)

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("documents", self.step, lambda: EVERY_S, self._clock)

    async def step(self) -> bool:
        """Read one document. False where none waits."""
        async with self._database.read() as conn:
            if await self._held.on(conn):
                return False
            row = await documents.waiting(conn, sorted(self._channels))
        if row is None:
            return False
        async with self._database.write() as conn:
            await documents.tried(conn, row.id)
        found = await self._read(row)
        if found is None:
            return False
        house, now = self._house.as_now(), self._clock.now_ms()
        async with self._database.write() as conn:
            ctx = Context(conn, house, None, now, row.account, row.chat_id)
            await self._tell(house, conn, await acts.settle(ctx, row, found), now)
        self._replied(row.account)
        return True

    async def _read(self, row: DocumentRow) -> Read | str | None:
        """What it says, or why it is refused; None: to be tried again."""
        if row.tries >= TRIES:
            return "word.refused_broken"
        try:
            data = await self._fetched(row)
        except OSError as error:
            log.warning("a document could not be fetched", document=row.id, error=str(error))
            return None if row.tries + 1 < TRIES else "word.refused_lost"
        if data is None:
            return "word.refused_lost"
        try:
            return await asyncio.to_thread(_understood, data, row.name)
        except Unreadable as error:
            return f"word.refused_{error.why}"

    async def _fetched(self, row: DocumentRow) -> bytes | None:
        async with self._database.read() as conn:
            here = await files.data(conn, row.file_id)
            handle = (await files.handles(conn, row.file_id)).get(row.account)
        if here is not None or handle is None:
            return here
        return await self._channels[row.account].fetch(handle, LARGEST)


def _understood(data: bytes, name: str) -> Read:
    """Raises Unreadable."""
    with TemporaryDirectory() as aside:
        path, pictures = Path(aside) / "van-ban.docx", Path(aside) / "hinh"
        pictures.mkdir()
        path.write_bytes(data)
        word = read_word(path, pictures, called=Path(name).stem)
        carried = [(MEDIA_TYPES[Path(one).suffix], (pictures / one).read_bytes()) for one in word.pictures]
    marking, personal = acts.judged(name, word.text)
    return Read(word.title, word.brief, word.full, word.lost, carried, marking, personal)
