"""Digests that units draw up: one of each period, whoever is quicker."""

import asyncio
from datetime import date

from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import Digest
from bot.storage.database import Database
from bot.storage.opinion import digests
from tests.storage.scene import PATHS, scene

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


async def test_two_who_draw_up_one_digest_at_once_have_the_same(database: Database) -> None:
    await scene(database)
    days = tuple(one.isoformat() for one in OCTOBER)
    looked = asyncio.Barrier(2)

    async def drawn(who: str, total: int) -> int:
        async with database.read() as conn:
            assert await digests.of_period(conn, "66", *days) is None
        await looked.wait()
        digest = Digest(
            total=total, unit=UnitPath(PATHS["66"]), start=OCTOBER[0], end=OCTOBER[1], threshold=5
        )
        async with database.write() as conn:
            return await digests.add(conn, "66", digest, who)

    numbers = await asyncio.gather(drawn("member:1", 7), drawn("member:2", 8))
    assert min(numbers) == 0
    async with database.read() as conn:
        row = await digests.of_period(conn, "66", *days)
    assert row is not None
    assert row.id == max(numbers) > 0
    assert (row.written_by, row.digest.total) == (("member:1", 7) if numbers[0] else ("member:2", 8))
