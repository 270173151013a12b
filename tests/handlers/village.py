"""A small deployment in one database: a province, two communes, and the people who write to it.

Updates go through the real routes and the real store; replies are read from the outbox as they stand.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.config import App, Settings
from bot.core.kernel.richtext import plain_text
from bot.core.people.members import Role
from bot.core.ports import Event, Incoming, Said, Shared, Tapped
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import AnswerReply, DeleteReply, EditReply, MenuReply, ReplyAdapter, SendReply
from bot.houses import make_house
from bot.storage.accounts import accounts, endpoints
from bot.storage.apart import Apart, Made
from bot.storage.database import Database
from bot.storage.delivery.steps import grouped
from bot.storage.people import members, units
from bot.storage.people.members import Consent
from bot.storage.tables import delivery
from handlers import routes
from tests.contents import known
from tests.inline import Inline
from tests.stores import migrated

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = int(datetime(2026, 11, 2, 8, 0, tzinfo=ZONE).timestamp() * 1000)
PROVINCE, EA_KAO, BUON_MA_THUOT = "66", "24169", "24133"
ACCOUNT = "test"


@dataclass
class Reply:
    """One thing said to a chat. `kind`: send, edit, answer, menu or delete."""

    kind: str
    message: Message
    toast: str = ""
    messages: tuple[str, ...] = ()  # that are taken out

    @property
    def text(self) -> str:
        """Its words without style."""
        return plain_text(self.message.text)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, row after row."""
        return [button for row in self.message.buttons for button in row]

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button.label for button in self.buttons]


@dataclass(repr=False)  # Python 3.11 writes out what a task answers each time it ends: all of the content
class Village:
    """Drives handlers as people do. Each call is one committed update; it returns what was replied."""

    database: Database
    house: House
    now: int = START
    screens: dict[str, list[Reply]] = field(default_factory=dict)
    numbered: bool = False  # words have a number, by which they may be taken out of the chat

    async def member(self, chat_id: str, name: str, unit: str, *roles: Role, language: str = "vi") -> int:
        """Register somebody who writes from a chat; returns the member id."""
        consent = Consent("1", self.now, "test")
        async with self.database.write() as conn:
            member_id = await members.add(conn, name, unit, roles, language, consent, self.now)
            await endpoints.attach(conn, member_id, ACCOUNT, chat_id, self.now)
        return member_id

    async def say(self, chat_id: str, text: str, name: str = "Người mới") -> list[Reply]:
        """Write words."""
        return await self.update(chat_id, Said(text), name)

    async def tap(self, chat_id: str, label: str) -> list[Reply]:
        """Press the button with this label (or beginning with it) on the newest screen that has one."""
        for reply in reversed(self.screens.get(chat_id, [])):
            for button in reply.buttons:
                if button.label == label or button.label.startswith(label):
                    return await self.press(chat_id, button.data)
        seen = [reply.labels for reply in self.screens.get(chat_id, [])]
        raise AssertionError(f"no button {label!r} in {seen}")

    async def press(self, chat_id: str, data: str) -> list[Reply]:
        """Press a button with this data, whether or not there is one."""
        return await self.update(chat_id, Tapped(data, "1", "callback"))

    async def share(self, chat_id: str, shared: Shared, before: int = 0) -> list[Reply]:
        """Send a file; `before`: so many came before it in one album."""
        return await self.update(chat_id, shared, before=before)

    async def update(
        self, chat_id: str, event: Event, name: str = "Người mới", before: int = 0
    ) -> list[Reply]:
        """Handle one update in one transaction; what was said elsewhere is kept in `screens` too."""
        self.now += 1000
        number = str(self.now // 1000) if self.numbered and isinstance(event, Said | Shared) else ""
        incoming = Incoming(chat_id, event, name=name, language="vi", before=before, message_id=number)
        made: dict[Hashable, Made] = {}
        while True:  # as the dispatcher does
            try:
                async with grouped(self.database, aside=True, made=made) as group:
                    await routes.handle(self.house, cast(AsyncConnection, group), ACCOUNT, incoming, self.now)
                return await self.read(chat_id)
            except Apart as apart:
                made[apart.key] = await apart.make(self.database)

    async def read(self, chat_id: str) -> list[Reply]:
        """What was said since the last look: to this chat it is returned, to others kept for them."""
        query = select(delivery.c.id, delivery.c.chat_id, delivery.c.act).where(
            delivery.c.run_id.is_(None), delivery.c.state == "pending"
        )
        fresh: list[Reply] = []
        async with self.database.write() as conn:
            rows = list(await conn.execute(query.order_by(delivery.c.id)))
            await conn.execute(
                update(delivery).where(delivery.c.id.in_([row.id for row in rows])).values(state="sent")
            )
        for row in rows:
            reply = _reply(row.act)
            if row.chat_id in (None, chat_id):
                fresh.append(reply)
            self.screens.setdefault(row.chat_id or chat_id, []).append(reply)
        return fresh


def _reply(act_json: str) -> Reply:
    act = ReplyAdapter.validate_json(act_json)
    match act:
        case SendReply():
            return Reply(act.kind, act.message)
        case EditReply():
            return Reply(act.kind, act.message, toast=act.notice)
        case AnswerReply():
            return Reply("answer", Message(), toast=act.text)
        case MenuReply():
            return Reply("menu", Message())
        case DeleteReply():
            return Reply("delete", Message(), messages=act.messages)


def house() -> House:
    """What handlers know, from the content of the test world."""
    app = App(timezone=str(ZONE), owner="Ban Tuyên giáo và Dân vận (mẫu)")
    return make_house(Settings(app=app), known())


@asynccontextmanager
async def village(folder: Path) -> AsyncIterator[Village]:
    """An empty deployment with the content of the test world, in SQLite: no member yet.

    The store has no threads here: what is tried is what people are told, and the storage suite tries threads.
    """
    file = await asyncio.to_thread(migrated, folder / "store.db")
    database = Inline(f"sqlite:///{file}")
    try:
        yield await settled(database)
    finally:
        await database.close()


async def settled(database: Database) -> Village:
    """A deployment in an empty store."""
    content = known()
    async with database.write() as conn:
        await accounts.register(conn, ACCOUNT, "webchat")
        await units.synchronise(conn, content.units)
    return Village(database, house())
