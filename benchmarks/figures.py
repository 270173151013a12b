"""/tiendo where a run has a million recipients: how soon it answers, and how soon its figures follow."""

import asyncio
import json
import tempfile
import time
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from benchmarks.house import ACCOUNT, DAY_MS, FIRST_CHAT, new_store, schedule, settle_in
from benchmarks.table import Row, at_most, shown
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.declaration import Settings as TelegramSettings
from bot.collector import loading
from bot.config import App, Settings
from bot.core.ports import RawUpdate
from bot.engine.bell import Bell
from bot.engine.dispatcher import Dispatcher
from bot.engine.times import Clock
from bot.houses import make_house
from bot.publishing import read_content
from bot.storage.database import Database
from bot.storage.talk import inbox
from handlers import live, routes

_UNITS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO unit (code, name, level, path, parent)
SELECT 'u' || i, 'Thôn ' || i, 'village', 'x/u' || i || '/', 'x' FROM n
"""
_RUN = """
INSERT INTO run (id, broadcast_id, at, state, audience, planned_from, expires_at, priority, created_at)
VALUES (1, 1, {now}, 'running', {count}, {count}, {until}, 2, {now})
"""
_ROWS = """
INSERT INTO delivery (run_id, member_id, account, chat_id, priority, state, not_before, attempts, part,
    resent, created_at, sent_at, acknowledged_at, place)
SELECT 1, id, '{account}', CAST({first} + id AS TEXT), 2,
    CASE WHEN id % 3 THEN 'sent' ELSE 'pending' END, 0, 0, 0, FALSE, 0, CASE WHEN id % 3 THEN 1 END,
    CASE WHEN id % 3 = 1 THEN 2 END, 'x/u' || (1 + id % {units}) || '/'
FROM member
"""


async def _store(path: Path, people: int, units: int) -> Database:
    database = await new_store(path)
    settle_in(path, people)
    await schedule(database)
    now = Clock().now_ms()
    async with database.write() as conn:
        await conn.exec_driver_sql(_UNITS.replace(":count", str(units)))
        await conn.exec_driver_sql("INSERT INTO member_role VALUES (1, 'administrator')")
        await conn.exec_driver_sql("UPDATE broadcast SET state = 'finished', next_at = NULL")
        await conn.exec_driver_sql(_RUN.format(now=now, count=people, until=now + DAY_MS))
        await conn.exec_driver_sql(_ROWS.format(account=ACCOUNT, first=FIRST_CHAT, units=units))
    return database


def _update(number: int) -> RawUpdate:
    person = {"id": FIRST_CHAT + 1, "first_name": "An", "language_code": "vi"}
    message = {
        "message_id": number,
        "date": 1767225600,
        "text": "/tiendo",
        "chat": {**person, "type": "private"},
        "from": {**person, "is_bot": False},
    }
    update = {"update_id": number, "message": message}
    return RawUpdate(str(number), str(person["id"]), json.dumps(update))


async def _asked(path: Path, people: int, units: int, times: int) -> tuple[float, float, int]:
    """Seconds to the answer (the longest) and to the figures, and how many screens showed them."""
    database = await _store(path, people, units)
    with loading():  # what was loaded until here stays, as in the product
        pass
    account = TelegramSettings(kind="telegram", name=ACCOUNT, token=SecretStr("4242:benchmark"))
    settings = Settings(app=App(database=f"sqlite:///{path}"), accounts=(account,))
    house = make_house(settings, read_content(settings.app.content))
    dispatcher = Dispatcher(
        database,
        {ACCOUNT: TelegramChannel(ACCOUNT, "4242:benchmark")},
        partial(routes.handle, house),
        partial(routes.apologise, house),
        partial(routes.slow_down, house),
        Bell(),
        lambda _: None,
        Clock(),
    )
    waits = []
    for number in range(1, times + 1):
        async with database.brisk() as conn:
            await inbox.keep(conn, ACCOUNT, [_update(number)], Clock().now_ms())
        began = time.monotonic()
        await dispatcher.step()
        await dispatcher.settled()
        waits.append(time.monotonic() - began)
    async with database.write() as conn:
        await conn.exec_driver_sql("UPDATE delivery SET message_id = 1 WHERE run_id IS NULL")
    began = time.monotonic()
    async with database.read() as conn:
        redrawn = await live.redraw(house, conn, Clock().now_ms())
    took = time.monotonic() - began
    await database.close()
    return max(waits), took, len(redrawn)


def measure(quick: bool) -> list[Row]:
    """One run for everybody, in very many units; an administrator asks for it."""
    people, units = (100_000, 1_000) if quick else (1_000_000, 10_000)
    with tempfile.TemporaryDirectory() as name:
        answered, figures, screens = asyncio.run(_asked(Path(name) / "store.db", people, units, 5))
    what = f"/tiendo, {people:,} recipients in {units:,} units"
    return [
        at_most(f"{what}: answered (longest of 5)", answered * 1e3, 100, " ms", 0),
        shown("… its figures are read outside the write lock, in", f"{figures:.1f} s, {screens} screen(s)"),
    ]
