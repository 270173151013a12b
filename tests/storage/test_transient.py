"""What is worth another try, and what fails every time: the one must not be taken for the other."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.storage import sqlite
from bot.storage.database import Database, connected, leave_no_trace
from bot.storage.failures import transient
from bot.storage.people import members
from bot.storage.talk.inbox import close
from tests.patience import PATIENCE_S
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
        asyncio.timeout(PATIENCE_S),
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

        async with asyncio.timeout(PATIENCE_S):
            errors = await asyncio.gather(rename(*ids), rename(*ids[::-1]), return_exceptions=True)
    (error,) = [one for one in errors if one is not None]
    assert transient(error)


# Its first row comes after a while: the statement is under way when its task is cancelled.
SLOW = text("""
    WITH RECURSIVE n(i) AS (SELECT began() UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
    SELECT i FROM n WHERE i % 900000 = 0
""")


async def test_who_is_cancelled_in_a_transaction_leaves_the_store_to_others(tmp_path: Path) -> None:
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def began() -> int:
        loop.call_soon_threadsafe(begun.set)
        return 1

    async with connected(f"sqlite:///{tmp_path}/store.db") as database:

        async def works() -> None:
            async with database.write() as conn:
                driver = (await conn.get_raw_connection()).driver_connection
                assert driver is not None
                await driver.create_function("began", 0, began)
                await conn.execute(text("CREATE TABLE half (x INTEGER)"))
                await conn.execute(SLOW)

        task = asyncio.create_task(works())  # as long as it is remembered, so is what it was about
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        async with database.write() as conn:
            await conn.execute(text("CREATE TABLE whole (x INTEGER)"))
        async with database.read() as conn:
            tables = (await conn.execute(text("SELECT name FROM sqlite_master"))).scalars().all()
    assert (tables, task.cancelled()) == (["whole"], True)


async def test_a_log_that_cannot_be_emptied_leaves_the_writer_as_patient_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(f"sqlite:///{tmp_path}/store.db") as database:

        async def erases() -> None:
            async with database.write() as conn:
                leave_no_trace(conn)
                await conn.execute(text("CREATE TABLE whole (x INTEGER)"))

        with monkeypatch.context() as broken:
            broken.setattr(sqlite, "EMPTY", "PRAGMA wal_checkpoint(TRUNCATE) FROM nowhere")
            with pytest.raises(OperationalError):
                await erases()
        async with database.write() as conn:
            assert (await conn.execute(text("PRAGMA busy_timeout"))).scalar_one() == 5000
