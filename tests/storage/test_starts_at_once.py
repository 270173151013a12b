"""Processes that find an empty database at once: one makes and fills it, the others find it made."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.publishing import publish, read_content
from bot.storage import schema, sqlite
from bot.storage.database import Database
from bot.storage.guidance.tables import briefing

CONTENT = Path(__file__).parents[2] / "content"


async def test_one_makes_the_tables_and_the_content_is_published_once(empty_url: str, tmp_path: Path) -> None:
    content = read_content(CONTENT)
    starters = [Database(empty_url, tmp_path) for _ in range(3)]
    try:
        await asyncio.gather(*(schema.migrate(one) for one in starters))
        await asyncio.gather(*(publish(one, content, 0) for one in starters))
        async with starters[0].read() as conn:
            at = await conn.run_sync(schema.current)
            kept = (await conn.execute(select(func.count()).select_from(briefing))).scalar_one()
    finally:
        for database in starters:
            await database.close()
    assert at == schema.head()
    assert kept == len(content.briefings) > 0


async def test_who_starts_while_another_makes_the_tables_waits_longer_than_a_statement_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA busy_timeout = 1", *sqlite.PRAGMAS[1:]))
    late = Database(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            other.execute("BEGIN IMMEDIATE")
            waits = asyncio.create_task(schema.migrate(late))
            done, _ = await asyncio.wait({waits}, timeout=0.5)
            assert not done
            other.execute("ROLLBACK")
            await waits
            other.execute("BEGIN IMMEDIATE")
            await schema.migrate(late)  # there is nothing to migrate: nobody is waited for
    finally:
        await late.close()
