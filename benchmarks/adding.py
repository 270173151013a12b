"""Planning a large run to which its units have added, beside the same run without: how much longer it is."""

import asyncio
import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import func, select, text, update

from benchmarks.house import new_store, nothing, schedule, settle_in
from benchmarks.table import Row, at_most, shown
from bot.acts import first_screen
from bot.config import Settings
from bot.content import load
from bot.core.guidance.briefing import Topic
from bot.engine.planner import Planner
from bot.engine.times import Clock
from bot.houses import make_house
from bot.storage.database import Database
from bot.storage.tables import broadcast, delivery

MANY, UNITS, TIMES = 100_000, 3_000, 3
_UNITS = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :units)
INSERT INTO unit (code, name, level, parent, path)
SELECT 'u' || i, 'Xã ' || i, 'XA', 'x', 'x/u' || i || '/' FROM n
"""
_MOVED = "UPDATE member SET unit = 'u' || (id % :units)"
_ADDED = """
INSERT INTO addendum (broadcast_id, unit, unit_name, signed, words, state, written_by, created_at)
SELECT :broadcast, code, name, 'UBND ' || name, 'Bà con họp tại nhà văn hóa, mang theo giấy mời.', 'standing',
'cli', 0 FROM unit WHERE parent = 'x'
"""


async def plan(path: Path, count: int, units: int) -> list[tuple[float, int]]:
    """Seconds to plan a run of `count`, and the editions it has: without addenda and with, in turns."""
    database = await new_store(path)
    settle_in(path, count)
    db = sqlite3.connect(path)
    with db:
        db.execute(_UNITS, {"units": units})
        db.execute(_MOVED, {"units": units})
    db.close()
    found = [await _planned(database, added=added) for _ in range(TIMES) for added in (False, True)]
    await database.close()
    return found


async def _planned(database: Database, *, added: bool) -> tuple[float, int]:
    number = await schedule(database)
    async with database.write() as conn:
        await conn.execute(update(broadcast).where(broadcast.c.id == number).values(addenda_ms=0))
        if added:
            await conn.execute(text(_ADDED), {"broadcast": number})
    house = make_house(Settings(), load(Path("content")))
    planner = Planner(
        database,
        {"hop": Topic(code="hop", name={"vi": "Họp"})},
        nothing,
        partial(first_screen.screen_of, house),
        lambda: None,
        Clock(),
        with_added=partial(first_screen.with_added, house),
    )
    began = time.monotonic()
    while await planner.step():
        pass
    took = time.monotonic() - began
    async with database.read() as conn:
        last = select(func.max(delivery.c.run_id)).scalar_subquery()
        query = select(func.count(delivery.c.edition_id.distinct())).where(delivery.c.run_id == last)
        return took, int((await conn.execute(query)).scalar_one())


def measure(quick: bool) -> list[Row]:
    """100,000 people in 3,000 units, each with an addendum of its own."""
    many, units = (MANY // 10, UNITS // 10) if quick else (MANY, UNITS)
    with tempfile.TemporaryDirectory() as name:
        found = asyncio.run(plan(Path(name) / "store.db", many, units))
    plain, added = (median(took for took, _ in found[first::2]) for first in (0, 1))
    editions = max(count for _, count in found)
    return [
        shown(f"planning {many:,} recipients", f"{plain:.2f} s"),
        shown(f"the same with {editions:,} editions", f"{added:.2f} s"),
        at_most("times as long", added / plain, 3, "", 2),
    ]
