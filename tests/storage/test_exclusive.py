"""One process a database: a second is refused, and a hold that was lost is taken again or given up."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.kernel.errors import StorageError
from bot.storage import leases as rules
from bot.storage.database import Database
from bot.storage.leases import exclusive, is_held, mounted
from tests.patience import PATIENCE_S
from tests.stores import another, store

HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = {own}".format(
    own="(SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at often, waited for not at all."""
    monkeypatch.setattr(rules, "LOOK_S", 0.02)
    monkeypatch.setattr(rules, "ASK_S", 0.02)
    monkeypatch.setattr(rules, "PATIENCE_S", 0.0)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Database]:
    """A PostgreSQL database."""
    async with store("postgres", tmp_path) as database:
        yield database


async def holders(database: Database) -> list[int]:
    """Who holds it: server processes."""
    async with database.read() as conn:
        return [row[0] for row in await conn.execute(text(HOLDERS))]


async def end(database: Database, pid: int) -> None:
    """The server ends a session."""
    async with database.read() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


async def test_a_second_process_is_refused_until_the_first_has_gone(database: Database) -> None:
    async with another(database) as other:
        assert not await is_held(other)
        async with exclusive(database):
            assert await is_held(other)
            with pytest.raises(StorageError, match="another process already runs"):
                async with exclusive(other):
                    pass
        assert not await is_held(other)
        async with exclusive(other):
            pass


async def test_a_holder_that_is_on_its_way_out_is_waited_for(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PATIENCE_S", 30.0)

    async def hold(other: Database) -> None:
        async with exclusive(other):
            pass

    async with another(server) as other:
        async with exclusive(server):
            waiting = asyncio.create_task(hold(other))
            await asyncio.wait([waiting], timeout=0.1)
            assert not waiting.done()
        await waiting


async def test_a_hold_that_was_lost_is_taken_again(server: Database) -> None:
    async with exclusive(server) as keep, asyncio.timeout(PATIENCE_S):
        (first,) = await holders(server)
        assert not await keep()
        await end(server, first)
        assert await keep()
        assert first not in await holders(server)
    assert not await holders(server)


async def test_who_lost_it_to_another_gives_up(server: Database) -> None:
    async with another(server) as other, exclusive(server) as keep, asyncio.timeout(PATIENCE_S):
        (first,) = await holders(server)
        await end(server, first)
        async with exclusive(other):
            with pytest.raises(StorageError, match="another process already runs"):
                await keep()


def named(folder: Path, name: str = "store.db") -> Database:
    """A database that is a file."""
    (folder / name).touch()
    return Database(f"sqlite:///{folder}/{name}")


async def test_a_locks_file_that_was_deleted_is_locked_anew(tmp_path: Path) -> None:
    database, lock = named(tmp_path), tmp_path / "store.db.lock"
    async with exclusive(database) as keep:
        assert [await keep(), await keep()] == [False, False]
        lock.unlink()
        assert [await keep(), await keep()] == [True, False]
        assert await is_held(database)
        lock.unlink()
        async with exclusive(named(tmp_path)):
            with pytest.raises(StorageError, match="another process already runs"):
                await keep()


@pytest.mark.parametrize("gone", [False, True])
async def test_who_holds_a_file_that_is_another_by_now_gives_up(gone: bool, tmp_path: Path) -> None:
    database = named(tmp_path)
    async with exclusive(database) as keep:
        assert not await keep()
        database_file = tmp_path / "store.db"
        database_file.rename(tmp_path / "aside.db")
        if not gone:
            named(tmp_path)
        with pytest.raises(StorageError, match="was replaced or taken away"):
            await keep()


async def test_a_file_that_is_mounted_by_itself_is_not_run_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a folder").mkdir()
    database = named(tmp_path / "a folder")
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(rules, "MOUNTS", mounts)
    line = "36 35 98:0 /n.db {} rw,noatime master:1 - ext4 /dev/root rw\n"
    escaped = str(tmp_path / "a folder").replace(" ", "\\040")
    mounts.write_text(line.format(escaped))
    async with exclusive(database):
        pass
    mounts.write_text(line.format(escaped) + line.format(f"{escaped}/store.db"))
    with pytest.raises(StorageError, match="mount its folder"):
        async with exclusive(database):
            pass


def test_here_too_the_system_says_what_is_mounted() -> None:
    assert not rules.MOUNTS.exists() or Path("/") in mounted(rules.MOUNTS.read_text(encoding="utf-8"))
