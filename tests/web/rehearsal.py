"""A rehearsal on loopback: the real page and server, a small bot behind it, five sample people."""

import asyncio
import html
import struct
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.channels.webchat.channel import WebChannel
from bot.core.delivery.outcome import Sent
from bot.core.ports import (
    AnswerTap,
    EditPart,
    Incoming,
    Part,
    Said,
    SendPart,
    SetMenu,
    Shared,
    Tapped,
    Upload,
)
from bot.core.talk.message import Button, MenuEntry
from bot.storage.database import Database
from bot.storage.tables import metadata
from bot.storage.transcripts.transcripts import Transcripts
from bot.web.chat import Person, create_app
from bot.web.server import LocalServer
from tests.stores import store

RINA, LONG, MAI, QUAN, NEW = PEOPLE = (
    Person("web-hrina", "H'Rina Niê", "Báo cáo viên, xã Ea Kao"),
    Person("web-long", "Trần Văn Long", "Báo cáo viên, phường Buôn Hồ"),
    Person("web-mai", "Nguyễn Thị Mai", "Cộng tác viên dư luận xã hội"),
    Person("web-quan", "Lê Minh Quân", "Quản trị đơn vị, tỉnh Đắk Lắk"),
    Person("web-moi", "Y Blŏ Êban", "Chưa tham gia"),
)
READ = Button(label="✅ Đã đọc", data="read:1")
FULL = Button(label="Đọc toàn văn", data="full:1")
CONFIRMED = Button(label="✅ Đồng chí đã xác nhận lúc 08:15 ngày 12/12", data="read:1")
MENU = (MenuEntry("moinhat", "Bản tin mới nhất"), MenuEntry("trogiup", "Trợ giúp"))
AJAX = {"X-Nhipcau": "1"}


def picture(width: int = 64, height: int = 48) -> bytes:
    """A PNG in one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x1f\x6f\x5c" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[Database]:
    """An empty database in a folder, for as long as the block lasts."""
    async with store("sqlite", folder) as database:
        yield database


class Rehearsal:
    """The local chat with a bot that echoes texts, confirms "read:" taps in place and sends files back."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transcript = Transcripts(database)
        self.url = ""
        self.seen: list[Incoming] = []
        self.people: Sequence[Person] = PEOPLE
        self._bot: asyncio.Task[None] | None = None
        self._build()

    def _build(self, port: int = 0) -> None:
        self.channel = WebChannel("thu", self.transcript, poll=5)
        app = create_app(self.channel, self._people)
        self.server = LocalServer(app, port, self.channel.platform.hub.close)

    async def _people(self) -> Sequence[Person]:
        return self.people

    async def start(self) -> None:
        self.url = await self.server.start()
        await self.channel.perform(SetMenu(None, None, MENU), 5)

    async def restart(self) -> None:
        """A new process on the same port, with the same store."""
        self._build(int(self.url.rpartition(":")[2]))
        await self.start()

    async def stop(self) -> None:
        await self.server.close()
        await self.channel.close()
        if self._bot is not None:
            self._bot.cancel()
            with suppress(asyncio.CancelledError):
                await self._bot
            self._bot = None

    async def forget(self) -> None:
        """Start over with an empty store (while stopped)."""
        async with self.database.write() as conn:
            await conn.run_sync(metadata.drop_all)
            await conn.run_sync(metadata.create_all)

    def listen(self) -> None:
        """Let the bot answer from now on."""
        self._bot = asyncio.create_task(self._converse())

    async def send(
        self, person: Person, text: str, *rows: tuple[Button, ...], file: Upload | None = None
    ) -> str:
        outcome = await self.channel.perform(SendPart(person.chat_id, Part(text, rows, file)), 5)
        assert isinstance(outcome, Sent), outcome
        assert outcome.message_id is not None
        return outcome.message_id

    async def edit(self, person: Person, message_id: str, text: str, *rows: tuple[Button, ...]) -> None:
        outcome = await self.channel.perform(EditPart(person.chat_id, message_id, Part(text, rows)), 5)
        assert isinstance(outcome, Sent), outcome

    async def updates(self) -> list[Incoming]:
        """What people did and the bot has not confirmed; waits for the first."""
        received = await self.channel.receive(None)
        return [self.channel.read(update.payload) for update in received.updates]

    async def _converse(self) -> None:
        cursor = None
        while True:
            received = await self.channel.receive(cursor)
            cursor = received.cursor or cursor
            for update in received.updates:
                incoming = self.channel.read(update.payload)
                self.seen.append(incoming)
                await self._answer(incoming)

    async def _answer(self, incoming: Incoming) -> None:
        chat_id = incoming.chat_id
        match incoming.event:
            case Said(text):
                part = Part(f"Đã nhận: {html.escape(text)}")
                await self.channel.perform(SendPart(chat_id, part), 5)
            case Tapped("read:1", message_id, callback_id):
                part = Part("", ((CONFIRMED,), (FULL,)))
                await self.channel.perform(EditPart(chat_id, message_id, part), 5)
                await self.channel.perform(AnswerTap(callback_id, "Đã ghi nhận"), 5)
            case Tapped(_, _, callback_id):
                await self.channel.perform(AnswerTap(callback_id), 5)
            case Shared(handle, name, media_type, kind):
                upload = Upload(name, media_type, kind, handle)
                await self.channel.perform(SendPart(chat_id, Part("Đã nhận tệp.", upload=upload)), 5)
            case _:
                pass
