"""A deployment that fuzzed updates are fed to: everything real but the wire, which is a strict platform."""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import first_screen, notices
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.declaration import Settings as TelegramSettings
from bot.channels.telegram.read import raw_updates
from bot.channels.text import safe_name
from bot.config import App, Settings
from bot.content import Content, load
from bot.core.guidance.audience import audience
from bot.core.people.members import Role
from bot.core.ports import Incoming, Received, Said, Tapped, Unusable
from bot.core.schedule.occurrences import Once
from bot.engine.bell import Bell
from bot.engine.dispatcher import Dispatcher
from bot.engine.outgoing import Outgoing
from bot.engine.planner import Planner
from bot.engine.receiver import Receiver
from bot.engine.times import Clock
from bot.houses import make_house
from bot.publishing import publish
from bot.storage import schema
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database, connected
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.guidance import briefings, broadcasts
from bot.storage.people import invitations, members
from bot.storage.people.members import Consent
from handlers import routes
from tests.acceptance.fuzz.post import Post
from tests.acceptance.fuzz.updates import Person
from tests.chance import SOAK
from tests.engine.script import unthrottled
from tests.inline import Inline

ACCOUNT, TOKEN = "tinh", "4242424242:very-secret-token-of-the-fuzz"
CONTENT = Path(__file__).parents[3] / "content"
PROVINCE, COMMUNES = "66", ("24169", "24133")
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
STANDING: tuple[tuple[int, str, tuple[Role, ...]], ...] = (
    (4, PROVINCE, (Role.ADMINISTRATOR,)),
    (6, COMMUNES[0], (Role.ADMINISTRATOR, Role.REPORTER)),
    (10, COMMUNES[1], (Role.EDITOR,)),
    (50, COMMUNES[0], (Role.COMMUNICATOR, Role.REPORTER)),
    (40, COMMUNES[1], (Role.REPORTER,)),
    (30, COMMUNES[0], (Role.COMMUNICATOR,)),
)
STRANGERS = 60
START = 1_795_395_600_000  # 23 November 2026, a Monday, 8:00 in Vietnam


class Wire(TelegramChannel):
    """The real channel; its polls are answered from `polls`, and `asked` counts them."""

    def __init__(self) -> None:
        super().__init__(ACCOUNT, TOKEN, paid_rate=100)
        self.polls: asyncio.Queue[str] = asyncio.Queue()
        self.asked = 0

    async def receive(self, offset: int | None) -> Received:
        """The next batch, as `TelegramChannel.receive` would take it from an answer."""
        self.asked += 1
        return Received(updates=raw_updates(json.loads(await self.polls.get()), offset))


class LaterClock(Clock):
    """The machine's clock and what was added to it; in each `make test` it starts at the same moment."""

    def __init__(self) -> None:
        self.later_ms = 0 if SOAK else START - super().now_ms()

    def now_ms(self) -> int:
        """Wall clock, ms UTC."""
        return super().now_ms() + self.later_ms


class Town:
    """The parts, driven batch by batch.

    `handled` counts what the routes were given, by kind of event; `slowest` is what took them longest, in
    seconds of the processor; `pressed` and `said` are what came of whom.
    """

    def __init__(
        self, database: Database, content: Content, people: list[Person], peek: sqlite3.Connection
    ) -> None:
        self.database = database
        self.peek = peek
        self.content = content
        self.people = {person.chat_id: person for person in people}
        settings = TelegramSettings(
            name=ACCOUNT, kind="telegram", token=SecretStr("4242:secret"), paid_rate=100
        )
        self.house = make_house(Settings(app=App(), accounts=(settings,)), content)
        self.clock = LaterClock()
        self.wire = Wire()
        self.arrived = Bell()
        self.handled: Counter[str] = Counter()
        self.slowest = (0.0, "")
        self.pressed: set[tuple[str, str]] = set()
        self.said: dict[str, set[str]] = {}
        self.codes: list[str] = []
        self.post = Post(Outgoing(database, self.wire, {ACCOUNT: self.wire}, self.clock), self.people)

    async def settle(self) -> None:
        """Members with their roles, invitations, and broadcasts under way."""
        now = self.clock.now_ms()
        await publish(self.database, self.content, now)
        async with self.database.write() as conn:
            await accounts.register(conn, ACCOUNT, "telegram")
            await accounts.set_link(conn, ACCOUNT, "https://t.me/nhipcau_test_bot?start={code}")
            waiting = iter(self.people.values())
            for count, unit, roles in STANDING:
                for _, person in zip(range(count), waiting, strict=False):
                    await self._join(conn, person, unit, roles, now)
            for uses in (1, 5, 10_000):
                invite = await invitations.make_invite(
                    conn,
                    COMMUNES[0],
                    {Role.REPORTER},
                    expires_at=now + 10**10,
                    uses=uses,
                    created_by="test",
                    now=now,
                )
                self.codes.append(invite.code)
        await self.announce()

    async def _join(
        self, conn: AsyncConnection, person: Person, unit: str, roles: tuple[Role, ...], now: int
    ) -> None:
        consent = Consent("1", now, "test")
        language = person.language if person.language in ("vi", "en") else "vi"
        member_id = await members.add(
            conn, safe_name(person.name) or "?", unit, roles, language or "vi", consent, now
        )
        await endpoints.attach(conn, member_id, ACCOUNT, str(person.chat_id), now)
        person.phones = not {Role.EDITOR, Role.ADMINISTRATOR} & set(roles)

    async def announce(self) -> None:
        """One more broadcast to everybody, now."""
        now = self.clock.now_ms()
        async with self.database.write() as conn:
            row = await briefings.latest(conn, SLUG)
            assert row is not None
            meant = audience(PROVINCE, self.house.topics[row.briefing.topic])
            await broadcasts.create(
                conn,
                row.id,
                meant,
                Once(at=now),
                late_limit_ms=10**9,
                expiry_ms=10**9,
                created_by=None,
                now=now,
            )

    async def handle(self, conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
        """The real routes, counted."""
        began = time.process_time()
        await routes.handle(self.house, conn, account, incoming, now)
        self.slowest = max(self.slowest, (time.process_time() - began, repr(incoming.event)[:200]))
        match incoming.event:
            case Tapped(data):
                self.pressed.add((incoming.chat_id, data))
            case Said(said):
                self.said.setdefault(incoming.chat_id, set()).add(said)
        silent = isinstance(incoming.event, Unusable) and not incoming.event.answer
        self.handled["silent" if silent else type(incoming.event).__name__] += 1

    def dispatcher(self) -> Dispatcher:
        """The real dispatcher, at a pace that no chat of the fuzz reaches, and with all the time it needs."""
        self.dispatching = made = Dispatcher(
            self.database,
            {ACCOUNT: self.wire},
            self.handle,
            partial(routes.apologise, self.house),
            partial(routes.slow_down, self.house),
            self.arrived,
            lambda _: None,
            self.clock,
            unthrottled(self.clock),
        )
        made.patience.least_s = 60.0
        return made

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Receiver and dispatcher, as loops; whatever ends one of them fails the block."""
        tell = partial(notices.account_stopped, self.house)
        receiver = Receiver(self.database, self.wire, self.arrived, tell, self.clock)
        async with asyncio.TaskGroup() as group:
            loops = [
                group.create_task(receiver.loop().run()),
                group.create_task(self.dispatcher().run()),
            ]
            yield
            for loop in loops:
                loop.cancel()

    async def feed(self, batch: str) -> None:
        """Give a batch to the receiver and wait until all of it was handled."""
        await _until(lambda: self.wire.asked)
        asked = self.wire.asked
        self.wire.polls.put_nowait(batch)
        await _until(lambda: self.wire.asked > asked)  # it asks again once the batch is committed
        await _until(lambda: not self.count("SELECT count(*) FROM inbox WHERE state = 'new'"))

    async def plan(self) -> None:
        """Everything that fell due gets its deliveries."""
        missed = partial(notices.of_run, self.house)
        screen_of = partial(first_screen.screen_of, self.house)
        planner = Planner(self.database, self.house.topics, missed, screen_of, lambda: None, self.clock)
        for _ in range(50):
            if not await planner.step():
                return

    async def deliver(self) -> None:
        """Everything in the outbox goes to the platform; its buttons are there to press."""
        query = """SELECT d.id, d.run_id, d.member_id, d.chat_id, d.priority, d.act, d.attempts, d.part,
            d.resent, d.created_at, d.edition_id
            FROM delivery d LEFT JOIN run r ON r.id = d.run_id
            WHERE d.state = 'pending' AND (r.id IS NULL OR r.state = 'running') ORDER BY d.id"""
        done = [(await self.post.send(ClaimedRow(**row)), row["id"]) for row in self.rows(query)]
        if done:
            async with self.database.write() as conn:
                at = self.clock.now_ms()
                text = f"UPDATE delivery SET state = 'sent', message_id = ?, sent_at = {at} WHERE id = ?"
                await conn.exec_driver_sql(text, done)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the store as it stands, past all that is ours."""
        return [dict(row) for row in self.peek.execute(query, values)]

    def count(self, query: str, *values: Any) -> int:
        """The number a query gives."""
        return int(next(iter(self.rows(query, *values)[0].values())))


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - what changes is a row, and rows ring no bell
        await asyncio.sleep(0.002)


@asynccontextmanager
async def town(folder: Path, people: list[Person], inline: bool = True) -> AsyncIterator[Town]:
    """A town of these people, settled. `inline` False: the store with its threads, as it runs."""
    async with connected(f"sqlite:///{folder}/fuzz.db") as empty:
        await schema.migrate(empty)
    database = (Inline if inline else Database)(f"sqlite:///{folder}/fuzz.db")
    try:
        with closing(sqlite3.connect(folder / "fuzz.db", isolation_level=None)) as peek:
            peek.row_factory = sqlite3.Row
            made = Town(database, load(CONTENT), people, peek)
            await made.settle()
            yield made
    finally:
        await database.close()
