"""What is worth another try, and what fails every time: the one must not be taken for the other."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import Database, transient
from bot.storage.inbox import close
from tests.stores import store


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELEKT 1", "SELECT :absent"])
async def test_a_statement_that_is_wrong_stays_wrong(database: Database, statement: str) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        async with database.write() as conn:
            await conn.execute(text(statement))
    assert not transient(raised.value)


async def test_a_value_that_cannot_be_sent_cannot_be_sent_later_either(database: Database) -> None:
    with pytest.raises((SQLAlchemyError, OverflowError)) as raised:
        async with database.write() as conn:
            await close(conn, 2**70, 0)
    assert not transient(raised.value)


async def test_a_lock_passes(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database, asyncio.timeout(30):
        other = Database(f"sqlite:///{tmp_path}/store.db")
        async with database.write():
            with pytest.raises(SQLAlchemyError) as raised:
                async with other.write() as conn:
                    await conn.execute(text("SELECT 1"))
        await other.close()
    assert transient(raised.value)
