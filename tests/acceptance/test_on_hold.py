"""On hold no loop of the program makes, tells or drops anything, whatever is due; afterwards they go on."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot import loops
from bot.acts import store as acts
from bot.app import serve
from bot.core.kernel.values import ChatId, Ms
from bot.core.meetings.conference import Notice
from bot.core.ports import RawUpdate
from bot.engine.times import Clock, SteadyClock
from bot.running import Running
from bot.settings_file import load
from bot.storage.database import Database
from bot.storage.meetings import conferences, points
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.tables import metadata
from bot.storage.talk import inbox
from tests import contents
from tests.acceptance.commune import Commune
from tests.handlers.village import ACCOUNT, EA_KAO, PROVINCE, START, village

HOUR_MS = 3_600_000
FRIDAY_MS = START + (18 * 24 + 8) * HOUR_MS  # an afternoon: the week's report is asked for, all is overdue
# Which tables show that the loops had something to do.
WORKED = {
    *("broadcast", "run", "delivery"),  # a broadcast fell due and was planned
    *("inbox", "document", "photo"),  # what came in was looked at
    *("question", "conference_notice"),  # what was owed was told
    *("file", "month_told"),  # what was kept for a time went, and a month was counted
}
HEARD = '{"chat_id": "reader", "name": "x", "language": "vi", "kind": "text", "text": "/trogiup"}'
Rows = dict[str, set[tuple[Any, ...]]]


class _Friday(Clock):
    """A machine on which it is that afternoon."""

    def now_ms(self) -> Ms:
        return Ms(FRIDAY_MS)


async def _rows(database: Database) -> Rows:
    async with database.read() as conn:
        return {
            table.name: {tuple(row) for row in await conn.execute(select(table))}
            for table in metadata.sorted_tables
        }


async def _round(running: Running) -> None:
    """Each loop of the table, until it rests."""

    async def keep() -> bool:
        return False

    for loop in loops.every(running, keep):
        for _ in range(50):
            if not await loop.step():
                break


async def test_on_hold_no_loop_makes_tells_or_drops_anything(tmp_path: Path) -> None:
    async with village(tmp_path) as home:
        await Commune(home).build()
        async with home.database.write() as conn:
            await inbox.keep(conn, ACCOUNT, [RawUpdate("late", ChatId("reader"), HEARD)], home.now)
            times = FRIDAY_MS + HOUR_MS, "x", "x", "x", FRIDAY_MS - HOUR_MS, "announced"
            coming = ConferenceRow(0, PROVINCE, "/TW/66/", "Hội nghị", *times)
            number = await conferences.add(conn, coming, {Notice.DAY: Ms(FRIDAY_MS)}, home.now)
            await points.ask(conn, number, [(EA_KAO, "/TW/66/24169/")])
            await acts.hold(conn, home.now)
    config = tmp_path / "config.toml"
    content = contents.folder(tmp_path / "content")
    config.write_text(
        f'[app]\ndatabase = "sqlite:///store.db"\ncontent = "{content}"\n'
        f'[[accounts]]\nname = "{ACCOUNT}"\nkind = "webchat"\nport = 0\n',
        encoding="utf-8",
    )
    seen: list[Rows] = []

    async def look(running: Running) -> None:
        running.clock = SteadyClock(_Friday())
        seen.append(await _rows(running.database))
        await _round(running)
        seen.append(await _rows(running.database))
        async with running.database.write() as conn:
            await acts.release(conn, Ms(FRIDAY_MS))
        await _round(running)
        seen.append(await _rows(running.database))

    stop = asyncio.Event()
    stop.set()
    await serve(load(config), stop, prepare=look)
    before, held, after = seen
    assert {name for name, rows in before.items() if held[name] != rows} == set()
    assert {name for name, rows in before.items() if after[name] != rows} >= WORKED
