"""A desk with 200,000 reports: its pages, as the chat asks for them."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import insert, text

from benchmarks import postgres
from benchmarks.table import Row, at_most
from bot.core.opinion.desk import WAITING, Wanted
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.opinion import desk
from bot.storage.tables import submission

REPORTS, PAGE, PAGES, MOST_MS = 200_000, 5, 20, 100.0
TOPICS = ("tet", "kinh-te-xa-hoi", "quoc-hoi", "du-luan")
WORDS = "ba con lo duong lien thon xuong cap, gia ca phe len xuong that thuong "
Look = Callable[[], Awaitable[object]]


def measure(quick: bool = False) -> list[Row]:
    """Milliseconds a page: the first, a deep one, of a topic, of a unit, of a search."""
    return asyncio.run(_measured(REPORTS // 10 if quick else REPORTS))


@asynccontextmanager
async def filled(count: int, on_server: bool = False) -> AsyncIterator[Database]:
    """A store with so many reports at one desk, in SQLite or on the server that is named."""
    with tempfile.TemporaryDirectory() as folder:
        async with postgres.fresh(Path(folder)) if on_server else _embedded(Path(folder)) as database:
            await _fill(database, count)
            if on_server:
                await postgres.settled(database, "submission")
            yield database


@asynccontextmanager
async def _embedded(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{folder}/store.db", folder)
    await schema.migrate(database)
    yield database
    await database.close()


async def _fill(database: Database, count: int) -> None:
    chance = random.Random(1)
    async with database.write() as conn:
        for number in range(20):
            await conn.execute(
                text("INSERT INTO unit (code, name, level, path) VALUES (:c, :c, 'XA', :p)"),
                {"c": str(number), "p": f"/{number}/"},
            )
        for begin in range(0, count, 10_000):
            rows = [_report(chance, number) for number in range(begin, min(begin + 10_000, count))]
            await conn.execute(insert(submission), rows)


def _report(chance: random.Random, number: int) -> dict[str, object]:
    unit = str(chance.randrange(20))
    return {
        "code": f"DL-{chance.randrange(10**11):011}",
        "form": "opinion",
        "form_version": "1",
        "unit": unit,
        "unit_path": f"/{unit}/",
        "sample": False,
        "day": f"2026-{chance.randrange(1, 12):02}-{chance.randrange(1, 29):02}",
        "state": chance.choice(WAITING),
        "desk": "0",
        "urgency": chance.choice((0, 0, 0, 1, 2)),
        "topic": chance.choice(TOPICS),
        "tendency": "BAN_KHOAN",
        "search": f"{WORDS}{number}",
    }


async def _measured(count: int) -> list[Row]:
    wanted = {
        "the first page": (Wanted(), 0),
        "a page in the middle": (Wanted(), count // 2),
        "the last page": (Wanted(), count - PAGE),
        "of one topic": (Wanted(topic="tet"), 0),
        "from one unit": (Wanted(unit="7"), 0),
        "words that many have": (Wanted(words=("ca", "phe")), 0),
        f"words that none of the first {desk.SEARCHED:,} has": (Wanted(words=("khong-ai-viet",)), 0),
    }
    rows = []
    for store in ("SQLite", "PostgreSQL") if postgres.SERVER else ("SQLite",):
        async with filled(count, store == "PostgreSQL") as database:
            for name, (which, skip) in wanted.items():
                took = await _took(database, which, skip)
                rows.append(at_most(f"{store}, {count:,} reports: {name}", took, MOST_MS, " ms", 1))
    return rows


async def _took(database: Database, wanted: Wanted, skip: int, times: int = PAGES) -> float:
    taken = []
    for _ in range(times):
        async with database.read() as conn:
            began = time.perf_counter()
            there = await desk.counts(conn, "0", wanted)
            if wanted.words:
                await desk.found(conn, "0", there, WAITING, wanted, skip, PAGE + 1)
            else:
                await desk.page(conn, "0", there, WAITING, wanted, skip, PAGE)
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
