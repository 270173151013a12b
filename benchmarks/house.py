"""The product's own parts, put together for a measurement: a store full of people, a run, a sender."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.channels.telegram.channel import TelegramChannel
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Body, Briefing, Topic
from bot.core.kernel.richtext import Block, Span, paragraph
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.core.talk.message import Message
from bot.engine.bell import Bell
from bot.engine.claiming import WINDOW
from bot.engine.outgoing import Outgoing
from bot.engine.planner import Planner
from bot.engine.sender import Sender
from bot.engine.times import Clock
from bot.storage import schema
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.delivery import deliveries
from bot.storage.guidance import briefings, broadcasts

ACCOUNT = "bench"
DAY_MS = 86_400_000
FIRST_CHAT = 1_000_000
TITLE = "Thông báo họp thôn"
WORDS = "Chiều thứ Sáu này thôn họp bàn việc làm đường. Mời bà con đến nhà văn hoá lúc 14 giờ. " * 3
TEXT = f"<b>{TITLE}</b>\n\n{WORDS.strip()}"  # what the briefing below looks like in Telegram's markup
EVERYBODY = Audience(unit="x", topic="hop", roles=frozenset({Role.COMMUNICATOR}))
_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO member (id, name, unit, language, state, consent_version, consent_at, consent_method, created_at)
SELECT i, 'Người ' || i, 'x', 'vi', 'active', '1', 0, 'import', 0 FROM n
"""


def briefing() -> Briefing:
    """What everybody is told."""
    brief = (Block(spans=(Span(text=TITLE),), kind="heading"), paragraph(WORDS.strip()))
    return Briefing(slug="hop", topic="hop", issuer="Xã", number="1", issued_on=date(2026, 1, 1), source="xã",
                    bodies={"vi": Body(title=TITLE, brief=brief)})  # fmt: skip


async def new_store(path: Path) -> Database:
    """A migrated store with one unit, one account and one briefing."""
    database = Database(f"sqlite:///{path}")
    await schema.migrate(database)
    async with database.write() as conn:
        await accounts.register(conn, ACCOUNT, "telegram")
        await briefings.keep(conn, briefing(), [], 0)
        await conn.exec_driver_sql(
            "INSERT INTO unit (code, name, level, path) VALUES ('x', 'Xã', 'commune', 'x/')"
        )
    return database


def settle_in(path: Path, count: int) -> None:
    """Put `count` members in a store, each reached over the account."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    with db:
        db.execute(_PEOPLE, {"count": count})
        db.execute("INSERT INTO member_role (member_id, role) SELECT id, 'communicator' FROM member")
        db.execute(
            "INSERT INTO endpoint (id, member_id, account, chat_id, state, changed_at) "
            "SELECT id, id, ?, CAST(? + id AS TEXT), 'open', 0 FROM member",
            (ACCOUNT, FIRST_CHAT),
        )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


async def schedule(database: Database, *, urgent: bool = False, roles: frozenset[Role] | None = None) -> int:
    """A broadcast that is due now; the planner makes a run of it."""
    now = Clock().now_ms()
    meant = EVERYBODY if roles is None else EVERYBODY.model_copy(update={"roles": roles})
    async with database.write() as conn:
        return await broadcasts.create(
            conn, 1, meant, Once(at=now), urgent=urgent,
            late_limit_ms=DAY_MS, expiry_ms=DAY_MS, created_by=None, now=now - 1,
        )  # fmt: skip


async def nothing(*_: Any) -> None:
    """Tell nobody."""
    return


def planner(database: Database, planned: Callable[[], None] = lambda: None) -> Planner:
    """The real planner, with the one topic that everybody follows."""
    return Planner(
        database, {"hop": Topic(code="hop", name={"vi": "Họp"})}, nothing, screen_of, planned, Clock()
    )


async def planned(database: Database) -> None:
    """Schedule a run for everybody and plan it to the end."""
    await schedule(database)
    one = planner(database)
    while await one.step():
        pass


def screen_of(
    briefing: Briefing, _files: object, language: str, _urgent: bool = False, _approver: str = ""
) -> Message:
    """A briefing's first screen, without buttons: what the other clients send too."""
    return Message(text=briefing.body(language).brief)


@dataclass
class Sending:
    """A real sender on a real channel, over the loopback server."""

    database: Database
    base_url: str
    rate: float
    window: int = WINDOW
    bell: Bell = field(default_factory=Bell)

    async def run(self) -> None:
        """Connect, and send until cancelled."""
        channel = TelegramChannel(ACCOUNT, "4242:benchmark", rate=self.rate, base_url=self.base_url)
        await channel.open()
        clock = Clock()
        outgoing = Outgoing(self.database, channel, {}, clock)
        sender = Sender(self.database, channel, outgoing, clock, self.bell, nothing, self.window)
        try:
            await sender.run()
        finally:
            await channel.close()


async def until_sent(database: Database, run_id: int, pause: float = 0.25) -> None:
    """Wait until no row of a run is left to send or under way."""
    while True:
        async with database.read() as conn:
            if not await deliveries.has_open(conn, run_id):
                return
        await asyncio.sleep(pause)


def copied(template: Path, folder: Path) -> Path:
    """A store of its own, as the template stands."""
    path = folder / "store.db"
    shutil.copyfile(template, path)
    return path
