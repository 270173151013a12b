"""What is worth another try, and what fails every time: the one must not be taken for the other."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.storage.database import Database, connected
from bot.storage.failures import transient
from bot.storage.people import members
from bot.storage.talk.inbox import close
from tests.storage.scene import scene
from tests.stores import another, store


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELEKT 1", "SELECT :absent"])
async def test_a_statement_that_is_wrong_stays_wrong(database: Database, statement: str) -> None:
    with pytest.raises(SQLAlchemyError) as raised:
        async with database.write() as conn:
            await conn.execute(text(statement))
    assert not transient(raised.value)


async def test_a_value_that_cannot_be_sent_cannot_be_sent_later_either(database: Database) -> None:
    with pytest.raises((SQLAlchemyError, OverflowError)) as raised:
        async with database.write() as conn:
            await close(conn, 1, 2**70)
    assert not transient(raised.value)


async def test_a_lock_passes(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(30),
        store("sqlite", tmp_path) as database,
        another(database) as other,
        database.write(),
    ):
        with pytest.raises(SQLAlchemyError) as raised:
            async with other.write() as conn:
                await conn.execute(text("SELECT 1"))
    assert transient(raised.value)


async def _break_off(conn: AsyncConnection) -> None:
    """The server ends everybody's session but this one."""
    await conn.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )


async def test_a_connection_that_was_lost_passes(tmp_path: Path) -> None:
    async with store("postgres", tmp_path) as database:
        async with another(database) as other, database.connect() as conn:
            await conn.execute(text("SELECT 1"))
            async with other.write() as killer:
                await _break_off(killer)
            with pytest.raises(SQLAlchemyError) as raised:
                await conn.execute(text("SELECT 1"))
        async with database.write() as conn:
            await conn.execute(text("SELECT 1"))
    assert transient(raised.value)


async def test_a_server_that_is_not_there_may_be_there_later() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(SQLAlchemyError) as raised:
        async with database.read():
            pass
    await database.close()
    assert transient(raised.value)


async def test_a_database_that_does_not_exist_is_told_of_and_not_waited_for(tmp_path: Path) -> None:
    async with store("postgres", tmp_path) as database:
        url = database.url.set(drivername="postgresql", database="nowhere")
    with pytest.raises(StorageError, match=r'^app\.database: .*\(database "\*\*\*" does not exist\)'):
        async with connected(url.render_as_string(hide_password=False)) as absent, absent.read():
            pass


async def test_a_transaction_that_gave_way_to_another_may_be_tried_again(tmp_path: Path) -> None:
    async with store("postgres", tmp_path) as database:
        home = await scene(database)
        ids = [await home.member("an"), await home.member("binh")]
        both = asyncio.Barrier(2)

        async def rename(first: int, second: int) -> None:
            async with database.write() as conn:
                await members.rename(conn, first, "ai")
                await both.wait()
                await members.rename(conn, second, "ai")

        async with asyncio.timeout(30):
            errors = await asyncio.gather(rename(*ids), rename(*ids[::-1]), return_exceptions=True)
    (error,) = [one for one in errors if one is not None]
    assert transient(error)
