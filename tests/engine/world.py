"""A deployment that is driven by hand: real store, senders, planner and dispatcher; scripted all else."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Denied
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Topic
from bot.core.kernel.richtext import paragraph
from bot.core.ports import Incoming, RawUpdate, Said, Tapped
from bot.core.schedule.occurrences import Once
from bot.core.talk.instead import instead, owed
from bot.core.talk.message import Message
from bot.core.talk.reply import AnswerReply, EditReply, SendReply
from bot.engine.bell import Bell
from bot.engine.dispatcher import Dispatcher
from bot.engine.outgoing import Outgoing
from bot.engine.planner import Planner
from bot.engine.sender import Sender
from bot.engine.wire import Wire
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import deliveries, readings, recovery, replies
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.guidance import briefings, broadcasts
from bot.storage.people import audit, erasing, suspension
from bot.storage.tables import delivery
from bot.storage.talk import inbox
from tests.engine.lab import Lab
from tests.engine.ledger import Ledger
from tests.engine.script import FAST, Asked, ScriptedChannel, ScriptedClock, in_parts, said, unthrottled
from tests.storage.scene import TOPIC, briefing, scene

LINES = ("alpha", "beta")
WINDOW = 3
YEAR_MS = 365 * 86_400_000
AUDIENCE = Audience(unit="66", topic=TOPIC)
SAYS = {"send": "r", "edit": "e", "answer": "q"}  # what the words of a reply begin with


class Line:
    """One account: its channel, and the process that sends over it (None: dead)."""

    def __init__(self, world: "World", account: str) -> None:
        self.world = world
        self.channel = ScriptedChannel(account, FAST)
        self.channel.watch = lambda asked: world.ledger.asked(account, asked)
        self.sender: Sender | None = None
        self.stale: list[Sender] = []

    async def start(self) -> None:
        """A process takes the account over, as `run` does when it starts."""
        world, account = self.world, self.channel.account
        async with world.database.write() as conn:
            await accounts.register(conn, account, "script")
            await recovery.recover(conn, account, world.clock.now_ms())
        channels = {name: line.channel for name, line in world.lines.items()}
        outgoing = Outgoing(world.database, self.channel, channels, world.clock)
        news = self.channel.news
        self.sender = Sender(
            world.database,
            self.channel,
            outgoing,
            world.clock,
            news,
            _told_nobody,
            WINDOW,
            in_its_place=_screens_come_anew,
        )
        _watch_claims(self.sender.wire, world.ledger)
        world.ledger.held = {key: at for key, at in world.ledger.held.items() if key[0] != account}

    def with_platform(self, sender: Sender | None) -> list[Asked]:
        """A process's own requests that have no answer yet."""
        tasks = sender.wire.workers if sender is not None else ()
        return [asked for asked in self.channel.waiting if asked.task in tasks]

    async def step(self) -> bool:
        """One turn of the sender's loop; its requests are with the platform afterwards."""
        sender = self.sender
        if sender is None:
            return False
        if any(isinstance(one.outcome, Denied) for one in sender.wire.ended):
            self.sender = None
            await sender.stop()
            return True
        sender.claiming.look_again()  # it has rested, and looks again
        try:
            worked = await sender.step()
        except SQLAlchemyError as error:
            await sender.stumbled(error)
            worked = True
        await self.settled(sender)
        return worked

    async def settled(self, sender: Sender) -> None:
        """Every request has come to the platform, or has ended."""
        while True:
            with_it = {asked.task for asked in self.channel.waiting}
            if all(task.done() or task in with_it for task in sender.wire.workers):
                return
            await self.channel.news.wait(10)

    async def die(self) -> None:
        """The process is killed: nothing more is written down, and nobody waits for answers."""
        sender, self.sender = self.sender, None
        if sender is not None:
            tasks = list(sender.wire.workers)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _watch_claims(wire: Wire, ledger: Ledger) -> None:
    """The ledger hears of each claim as soon as it is committed."""
    begin = wire.begin

    def watched(rows: Sequence[ClaimedRow], slot: float) -> None:
        ledger.claims(rows)
        begin(rows, slot)

    wire.begin = watched  # type: ignore[method-assign]


async def _told_nobody(conn: AsyncConnection, account: str, reason: str, now: int) -> None:
    """Nobody is told when an account stops."""


class World:
    """One example's deployment. `people` are members by number; erased ones stay in the list."""

    def __init__(self, lab: Lab) -> None:
        assert lab.peek is not None
        self.database = lab.database
        self.clock = ScriptedClock()
        self.ledger = Ledger(lab.peek, self.clock, WINDOW)
        self.lines = {account: Line(self, account) for account in LINES}
        channels = {name: line.channel for name, line in self.lines.items()}
        topics = {TOPIC: Topic(code=TOPIC, name={"vi": TOPIC})}
        self.planner = Planner(self.database, topics, _missed, in_parts, lambda: None, self.clock)
        self.dispatcher = Dispatcher(
            self.database,
            channels,
            self.handle,
            _told_nobody,
            _told_nobody,
            Bell(),
            lambda _: None,
            self.clock,
            unthrottled(self.clock),
        )
        self.people: list[int] = []
        self.broadcasts: list[int] = []
        self.updates = 0

    async def begin(self, places: list[tuple[str, ...]]) -> None:
        """People, each reached on some accounts, and a process for every account."""
        home = await scene(self.database)
        for number, reached in enumerate(places):
            at = tuple((account, f"m{number}@{account}") for account in reached)
            self.people.append(await home.member(str(number), at=at))
        for line in self.lines.values():
            await line.start()

    async def announce(self, parts: int, urgent: bool, expiry_ms: int, promised: int | None = None) -> None:
        """Somebody schedules a broadcast for now, after they were shown for how many it is."""
        slug = f"b{len(self.broadcasts)}"
        self.ledger.parts[slug] = parts
        now = self.clock.now_ms()
        one = briefing(slug)
        text = tuple(paragraph(f"{slug}.{part}") for part in range(parts))
        body = one.bodies["vi"].model_copy(update={"brief": text})
        async with self.database.write() as conn:
            version = await briefings.keep(conn, one.model_copy(update={"bodies": {"vi": body}}), [], now)
            made = await broadcasts.create(
                conn,
                version,
                AUDIENCE,
                Once(at=now),
                urgent=urgent,
                late_limit_ms=YEAR_MS * 5,
                expiry_ms=expiry_ms,
                created_by=None,
                promised=promised,
                now=now,
            )
        self.broadcasts.append(made)

    async def write(self, number: int, account: str, text: str, again: bool = False) -> None:
        """An update comes, perhaps one that came before."""
        self.updates += not again
        chat = await self.chat(number, account)
        said = {"text": f"{text} {number} {self.updates}"}
        if text == "press":
            said = {"data": f"press {number}", "press": str(self.updates)}
            self.ledger.presses[str(self.updates)] = account, chat
        payload = json.dumps({"chat": chat, **said})
        async with self.database.write() as conn:
            update = RawUpdate(str(self.updates), chat, payload)
            await inbox.keep(conn, account, [update], self.clock.now_ms())

    async def chat(self, number: int, account: str) -> str:
        """Where a person writes from: their chat, even after they left."""
        async with self.database.read() as conn:
            for one in await endpoints.of(conn, self.people[number]):
                if one.account == account:
                    return one.chat_id
        return f"m{number}@{account}"

    async def dispatch(self) -> None:
        """The dispatcher handles what waits."""
        await self.dispatcher.step()
        await self.dispatcher.settled()

    async def handle(self, conn: AsyncConnection, account: str, incoming: Incoming, now: int) -> None:
        """What the bot answers: to everything, a reply that says which update it is for."""
        event = incoming.event
        assert isinstance(event, Said | Tapped)
        written = event.text if isinstance(event, Said) else f"{event.data} {event.callback_id}"
        what, number, update = written.split()
        await audit.note(conn, "member", "effect", update, "", now)
        await endpoints.reopen(conn, account, incoming.chat_id, now)
        member_id = self.people[int(number)]
        act: Any = SendReply(message=said(f"r{update}"))
        match what.split(":"):
            case ["leave"] | ["erase"]:
                await (erasing.leave if what == "leave" else erasing.erase)(conn, member_id)
                self.ledger.left.add(int(number))
                self.ledger.suspended.discard(int(number))
            case ["suspend"]:
                await suspension.suspend(conn, member_id)
                self.ledger.suspended.add(int(number))
            case ["reinstate"]:
                await suspension.reinstate(conn, member_id)
                self.ledger.suspended.discard(int(number))
            case ["tap", delivery_id]:
                await self._tapped(conn, int(delivery_id), member_id, now)
                act = AnswerReply(callback_id=f"q{update}")
            case ["edit"] | ["press"] | ["moves"]:
                message_id = str(1 + int(update) % 2) if what == "moves" else "1"
                act = EditReply(message_id=message_id, message=said(f"e{update}"), unasked=what == "moves")
            case ["long"]:
                text = tuple(paragraph(f"r{update}.{part}") for part in range(2))
                act = SendReply(message=Message(text=text))
        chat = None if isinstance(act, AnswerReply) else incoming.chat_id
        row_id = await replies.say(conn, account, chat, act, now)
        if looks := what in ("elsewhere", "edit", "press"):
            await replies.stand_still(conn, account, incoming.chat_id)
        self.ledger.replies[SAYS[act.kind] + update] = row_id
        self.ledger.said[row_id] = account, incoming.chat_id, act
        self.ledger.waits_in_vain(row_id, looks, await self._waiting(conn, account, incoming.chat_id))

    async def _waiting(self, conn: AsyncConnection, account: str, chat_id: str) -> list[int]:
        """What waits for a chat, and is not under way."""
        mine = delivery.c.account == account, delivery.c.chat_id == chat_id, delivery.c.run_id.is_(None)
        still = select(delivery.c.id).where(*mine, delivery.c.state.in_(("pending", "retry")))
        return [row[0] for row in await conn.execute(still)]

    async def _tapped(self, conn: AsyncConnection, delivery_id: int, member_id: int, now: int) -> None:
        self.ledger.permitted.add(delivery_id)
        if await readings.tapped(conn, delivery_id, member_id) is None:
            return
        await deliveries.arrived(conn, delivery_id, member_id, now)
        if await deliveries.acknowledge(conn, delivery_id, member_id, now) is None:
            await readings.confirm_in_flight(conn, delivery_id, member_id, now)


async def _screens_come_anew(
    conn: AsyncConnection, account: str, chat_id: str, act: Any, part: int, reason: Any
) -> SendReply | None:
    """What cannot be put in its place comes as a new message; of anything else nobody is told."""
    put = isinstance(act, EditReply) and owed(act)
    return instead(act, said(""), file_refused=False) if put else None


async def _missed(conn: AsyncConnection, row: Any, run: Any, now: int) -> None:
    """Nobody is told of a missed occurrence."""
