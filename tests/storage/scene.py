"""A small deployment, put into a store with as few words as a test can bear."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Outcome, Sent
from bot.core.delivery.states import Priority, Standing, settle
from bot.core.guidance.audience import LISTENERS, Audience
from bot.core.guidance.briefing import Body, Briefing
from bot.core.kernel.richtext import paragraph
from bot.core.people.members import Role
from bot.core.people.units import Level, Unit
from bot.core.schedule.occurrences import Once
from bot.core.talk.message import Message
from bot.core.talk.reply import AnswerReply, EditReply, SendReply
from bot.engine.editions import ScreenOf, write
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database
from bot.storage.delivery import claims, deliveries, planning, replies, runs, settling
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.runs import RunRow
from bot.storage.delivery.settling import Settled
from bot.storage.guidance import briefings, broadcasts, falling_due
from bot.storage.people import members, units
from bot.storage.people.members import Consent
from bot.storage.tables import delivery
from tests.engine.script import in_parts

NOW = 1_800_000_000_000
HOUR = 3_600_000
ACCOUNT, OTHER = "alpha", "beta"
TOPIC = "dau-tu-cong"
UNITS = (
    Unit(code="TW", name="Trung ương", level=Level.CENTRAL),
    Unit(code="66", name="Đắk Lắk", level=Level.PROVINCE, parent="TW"),
    Unit(code="24169", name="Ea Kao", level=Level.COMMUNE, parent="66"),
    Unit(code="24133", name="Buôn Ma Thuột", level=Level.COMMUNE, parent="66"),
    Unit(code="67", name="Lâm Đồng", level=Level.PROVINCE, parent="TW"),
)
PATHS = {"TW": "/TW/", "66": "/TW/66/", "24169": "/TW/66/24169/", "24133": "/TW/66/24133/", "67": "/TW/67/"}


def briefing(slug: str, topic: str = TOPIC) -> Briefing:
    """A briefing of one short paragraph."""
    body = Body(title=slug, brief=(paragraph(f"Nội dung {slug}"),))
    return Briefing(
        slug=slug,
        topic=topic,
        issuer="Ban Tuyên giáo (mẫu)",
        number="01-HD/BTG",
        issued_on=date(2026, 11, 1),
        source="mẫu",
        bodies={"vi": body},
    )


@dataclass
class Scene:
    """Acts on a store, one committed transaction an act."""

    database: Database
    now: int = NOW
    screen_of: ScreenOf = in_parts

    async def member(
        self,
        name: str,
        unit: str = "66",
        *,
        roles: tuple[Role, ...] = (Role.COMMUNICATOR,),
        at: tuple[tuple[str, str], ...] | None = None,
    ) -> int:
        """A member, reached on ACCOUNT in a chat called as they are unless `at` says where."""
        async with self.database.write() as conn:
            consent = Consent("1", self.now, "test")
            member_id = await members.add(conn, name, unit, roles, "vi", consent, self.now)
            for account, chat_id in ((ACCOUNT, name),) if at is None else at:
                await endpoints.attach(conn, member_id, account, chat_id, self.now)
        return member_id

    async def broadcast(
        self,
        slug: str = "mot",
        *,
        unit: str = "66",
        urgent: bool = False,
        expiry_ms: int = 24 * HOUR,
        promised: int | None = None,
    ) -> int:
        """A broadcast that falls due now."""
        async with self.database.write() as conn:
            version = await briefings.keep(conn, briefing(slug), [], self.now)
            return await broadcasts.create(
                conn,
                version,
                Audience(unit=unit, topic=TOPIC, roles=LISTENERS),
                Once(at=self.now),
                urgent=urgent,
                late_limit_ms=HOUR,
                expiry_ms=expiry_ms,
                created_by=None,
                promised=promised,
                now=self.now,
            )

    async def opened(self, slug: str = "mot", **options: Any) -> RunRow:
        """A run that has yet to be planned."""
        broadcast_id = await self.broadcast(slug, **options)
        async with self.database.write() as conn:
            row = await broadcasts.get(conn, broadcast_id)
            assert row is not None
            assert await falling_due.planned(conn, row, self.now)
            run = await runs.open_for(conn, row, self.now, "planning", self.now)
        assert run is not None
        return run

    async def run(self, slug: str = "mot", *, unit: str = "66", **options: Any) -> RunRow:
        """A run with its deliveries planned."""
        run = await self.opened(slug, unit=unit, **options)
        await self.plan(run.id, Audience(unit=unit, topic=TOPIC))
        return await self.look(run.id)

    async def plan(self, run_id: int, audience: Audience, limit: int = 1000, unit: str | None = None) -> bool:
        """One chunk of planning; True when it was the last."""
        async with self.database.write() as conn:
            row = await runs.get(conn, run_id)
            assert row is not None
            path = PATHS[unit or audience.unit]
            return await planning.plan_some(
                conn, row, audience, path, limit, self.now, await self.words(conn, row)
            )

    async def words(self, conn: AsyncConnection, run: RunRow) -> planning.Editions:
        """What a run says, as planning asks for it."""
        row = await broadcasts.get(conn, run.broadcast_id)
        assert row is not None
        return partial(write, conn, self.screen_of, (row.briefing_id, row.urgent, ""), now=self.now)

    async def look(self, run_id: int) -> RunRow:
        """A run as it stands."""
        async with self.database.read() as conn:
            run = await runs.get(conn, run_id)
        assert run is not None
        return run

    async def say(self, chat_id: str | None, text: str = "chào", account: str = ACCOUNT) -> int:
        """A reply; without a chat it answers a tap."""
        act = AnswerReply(callback_id=text) if chat_id is None else SendReply(message=_message(text))
        async with self.database.write() as conn:
            return await replies.say(conn, account, chat_id, act, self.now)

    async def edit(self, chat_id: str, text: str = "chào") -> int:
        """A reply that changes one that stands."""
        async with self.database.write() as conn:
            act = EditReply(message_id="1", message=_message(text))
            return await replies.say(conn, ACCOUNT, chat_id, act, self.now)

    async def queue(self, run_id: int | None = None, account: str = ACCOUNT) -> list[ClaimedRow]:
        """What may go now: of a run, or replies."""
        async with self.database.read() as conn:
            if run_id is None:
                lanes = (Priority.REPLY, Priority.EDIT, Priority.STRANGER, Priority.ANSWER, Priority.MENU)
                rows = [row for lane in lanes for row in await claims.replies(conn, account, lane, 100)]
                return sorted(rows, key=lambda row: row.id)
            found = []
            for _, one in await claims.open_runs(conn, self.now):
                if one == run_id:
                    found = await claims.of_run(conn, account, run_id, 100)
        return found

    async def claim(self, rows: list[ClaimedRow], token: int = 1) -> None:
        """Claim rows."""
        async with self.database.write() as conn:
            await claims.claim(conn, rows, token)

    async def settle(
        self,
        row: ClaimedRow,
        outcome: Outcome | None = None,
        token: int = 1,
        parts: int = 1,
        message_id: str = "m1",
    ) -> None:
        """Record what became of a claimed row; accepted, unless `outcome` says otherwise."""
        to = settle(Standing(row.attempts, row.part, parts), outcome or Sent("m1"), self.now, 0.0)
        async with self.database.write() as conn:
            await settling.settle(conn, [Settled(row, to, message_id)], token, self.now)

    async def row(self, delivery_id: int) -> Any:
        """A delivery, every column."""
        async with self.database.read() as conn:
            return (await conn.execute(select(delivery).where(delivery.c.id == delivery_id))).one()

    async def states(self, run_id: int) -> dict[str, int]:
        """A run's rows by state, those there are."""
        async with self.database.read() as conn:
            counts = await deliveries.counts(conn, run_id)
        acknowledged = counts.pop("acknowledged")
        assert acknowledged <= sum(counts.values()) == (await self.look(run_id)).audience
        return {state: count for state, count in counts.items() if count}


def _message(text: str) -> Message:
    return Message(text=(paragraph(text),))


async def scene(database: Database) -> Scene:
    """Two accounts and five units; no member yet."""
    async with database.write() as conn:
        for name in (ACCOUNT, OTHER):
            await accounts.register(conn, name, "telegram")
        await units.synchronise(conn, UNITS)
    return Scene(database)
