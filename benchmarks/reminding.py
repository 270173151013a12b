"""A reminder to those of a large run who have not read it: how long planning it takes."""

import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.house import DAY_MS, new_store, planned, planner, settle_in
from benchmarks.table import Row, at_most, shown
from bot.core.guidance.reminding import Follow, Plan
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.delivery import following, runs
from bot.storage.tables import delivery

MANY, UNREAD_ONE_IN = 100_000, 5
_READ = """
UPDATE delivery SET state = 'sent', sent_at = 1,
acknowledged_at = CASE WHEN member_id % :one_in THEN 2 END WHERE run_id = 1
"""


async def remind(path: Path, count: int) -> tuple[float, int]:
    """Seconds until a reminder of a run of `count` is planned, and to how many it is."""
    database = await new_store(path)
    settle_in(path, count)
    await planned(database)
    async with database.write() as conn:
        await conn.execute(text(_READ), {"one_in": UNREAD_ONE_IN})
    took = await _planned(database)
    async with database.read() as conn:
        rows = (await conn.execute(select(delivery.c.id).where(delivery.c.run_id == 2))).all()
    await database.close()
    return took, len(rows)


async def _planned(database: Database) -> float:
    now = Clock().now_ms()
    async with database.write() as conn:
        about = await runs.get(conn, 1)
        edition = (await conn.execute(select(delivery.c.edition_id).limit(1))).scalar_one()
        if about is None:
            raise LookupError("there is no run")
        plan, where = Plan(words={"vi": edition}, most=3, apart_ms=DAY_MS), ("x/", "Xã")
        await following.open_for(conn, about, Follow.REMINDER, now, where, plan, now + DAY_MS, now)
    one = planner(database)
    began = time.monotonic()
    while await one.step():
        pass
    return time.monotonic() - began


def measure(quick: bool) -> list[Row]:
    """A reminder to 20,000 of 100,000."""
    many = MANY // 10 if quick else MANY
    with tempfile.TemporaryDirectory() as name:
        took, reminded = asyncio.run(remind(Path(name) / "store.db", many))
    return [
        at_most(f"a reminder to {reminded:,} of {many:,}: planned", took, 1, " s"),
        shown("rows a second", f"{reminded / took:,.0f}"),
    ]
