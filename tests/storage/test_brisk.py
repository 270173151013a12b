"""Short transactions without a thread keep what every transaction promises."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage import brisk
from bot.storage.database import Database, leave_no_trace
from bot.storage.failures import fatal
from tests.engine.desk import until
from tests.stores import store

PUT = text("INSERT INTO setting (key, value) VALUES (:key, 'x')")


async def _kept(database: Database) -> list[str]:
    async with database.read() as conn:
        return [row[0] for row in await conn.execute(text("SELECT key FROM setting ORDER BY key"))]


async def test_it_commits_and_rolls_back(database: Database) -> None:
    async with database.brisk() as conn:
        await conn.execute(PUT, {"key": "a"})

    async def fail() -> None:
        async with database.brisk() as conn:
            await conn.execute(PUT, {"key": "b"})
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    async with database.write() as conn:
        await conn.execute(PUT, {"key": "c"})
    assert await _kept(database) == ["a", "c"]


async def test_it_is_as_durable_as_any(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database, database.brisk() as conn:
        assert (await conn.exec_driver_sql("PRAGMA synchronous")).scalar_one() == 2  # FULL
        assert (await conn.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 1
        assert (await conn.exec_driver_sql("PRAGMA secure_delete")).scalar_one() == 1


async def test_one_writer_at_a_time(tmp_path: Path) -> None:
    order = []
    async with store("sqlite", tmp_path) as database:

        async def put(key: str, kind: str) -> None:
            async with getattr(database, kind)() as conn:
                order.append(key)
                await asyncio.sleep(0.01)
                await conn.execute(PUT, {"key": key})
                order.append(key)

        await asyncio.gather(*(put(str(at), "brisk" if at % 2 else "write") for at in range(6)))
    assert order[::2] == order[1::2]


async def test_another_process_is_waited_for_without_stopping_the_loop(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        async def put() -> None:
            async with database.brisk() as conn:
                await conn.execute(PUT, {"key": "a"})

        waiting = asyncio.create_task(put())
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(0.05)
        assert asyncio.get_running_loop().time() - began < 1
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
        other.close()
        assert await _kept(database) == ["a"]


async def test_a_lock_held_for_too_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brisk, "PATIENCE_S", 0.05)
    async with store("sqlite", tmp_path) as database:
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            async with database.brisk():
                pass
        other.execute("COMMIT")
        other.close()
        async with database.brisk() as conn:
            await conn.execute(PUT, {"key": "a"})
        assert await _kept(database) == ["a"]


async def test_a_slow_disk_is_waited_for_aside_and_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brisk, "SLOW_S", -1.0)
    async with store("sqlite", tmp_path) as database:
        for key in ("a", "b"):  # the first commit is found to be slow, the second goes aside
            async with database.brisk() as conn:
                await conn.execute(PUT, {"key": key})

        async def put() -> None:
            async with database.brisk() as conn:
                await conn.execute(PUT, {"key": "c"})

        task = asyncio.create_task(put())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with database.brisk() as conn:
            await conn.execute(PUT, {"key": "d"})
        assert [key for key in await _kept(database) if key != "c"] == ["a", "b", "d"]


async def test_a_statement_written_out_fails_as_any_and_tells_no_values(database: Database) -> None:
    put = "INSERT INTO setting (key, value) VALUES (?, ?)"
    if database.dialect != "sqlite":
        put = "INSERT INTO setting (key, value) VALUES ($1, $2)"
    async with database.brisk() as conn:
        await conn.exec_driver_sql(put, [("a", "secret"), ("b", "secret")])
    with pytest.raises(IntegrityError) as found:
        async with database.brisk() as conn:
            await conn.exec_driver_sql(put, ("a", "secret"))
    assert fatal(found.value) is None
    if database.dialect == "sqlite":
        assert "secret" not in str(found.value)
    assert await _kept(database) == ["a", "b"]


async def test_what_leaves_no_trace_is_out_of_the_log_soon_though_more_of_it_follows(tmp_path: Path) -> None:
    def log() -> int:
        return (tmp_path / "store.db-wal").stat().st_size

    async with store("sqlite", tmp_path) as database:
        for key in ("a", "b", "c"):
            async with database.brisk() as conn:
                await conn.execute(PUT, {"key": key})
                leave_no_trace(conn)
            if key == "a":
                assert not log()  # the first at once
        assert log()  # those that follow on its heels together, a moment later
        await until(lambda: not log())
        async with database.brisk() as conn:
            await conn.execute(PUT, {"key": "d"})
            leave_no_trace(conn)
        async with database.write() as conn:
            leave_no_trace(conn)
        assert not log()  # whoever erases somebody waits for it
