"""Briefings that went out in the village, with files, and what became of their deliveries."""

from sqlalchemy import select

from bot.core.guidance.audience import audience
from bot.core.kernel.richtext import FileKind
from bot.core.schedule.occurrences import Once
from bot.storage.accounts import files
from bot.storage.delivery import runs
from bot.storage.guidance import briefings, broadcasts
from bot.storage.tables import delivery
from tests.handlers.sending import plan, put
from tests.handlers.village import PROVINCE, Village

BARE = "khen-thuong-12-2023"


async def issue(
    home: Village, slug: str, unit: str = PROVINCE, *kinds: tuple[FileKind, bool]
) -> tuple[int, int]:
    """A run of a briefing with such files (kind, inline), sent to all; returns (briefing, run)."""
    one = home.house.briefings[slug]
    async with home.database.write() as conn:
        kept = [
            (await files.keep(conn, f"tệp {place}", "text/plain", b"%d" % place), kind, inline)
            for place, (kind, inline) in enumerate(kinds)
        ]
        row = await briefings.keep(conn, one, kept, home.now)
        await broadcasts.create(
            conn,
            row,
            audience(unit, home.house.topics[one.topic]),
            Once(at=home.now),
            late_limit_ms=1,
            expiry_ms=home.house.expiry_ms,
            created_by=None,
            now=home.now,
        )
    await plan(home)
    async with home.database.read() as conn:
        run = (await runs.every(conn))[-1].id
    home.now += 1000
    await put(home, run, "sent", 1000)
    return row, run


async def delivery_of(home: Village, run: int, chat_id: str) -> int:
    """The row of a run for one chat."""
    query = select(delivery.c.id).where(delivery.c.run_id == run, delivery.c.chat_id == chat_id)
    async with home.database.read() as conn:
        return int((await conn.execute(query)).scalar_one())


async def read_at(home: Village) -> list[int]:
    """When deliveries were confirmed, ms UTC."""
    query = select(delivery.c.acknowledged_at).where(delivery.c.acknowledged_at.is_not(None))
    async with home.database.read() as conn:
        return [row[0] for row in await conn.execute(query)]


async def state_of(home: Village, row_id: int) -> str:
    """Where a delivery stands."""
    async with home.database.read() as conn:
        return str((await conn.execute(select(delivery.c.state).where(delivery.c.id == row_id))).scalar_one())
