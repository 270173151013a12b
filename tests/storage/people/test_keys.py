"""The key outside the store: made once, closed to others, noticed when it is another."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.kernel.errors import StorageError
from bot.storage import keys
from bot.storage.database import Database
from bot.storage.people import refusals
from bot.storage.tables import refusal
from tests.storage.scene import ACCOUNT, NOW, OTHER
from tests.stores import store


def half_made(folder: Path) -> list[Path]:
    return list(folder.glob("tmp*"))


async def test_the_key_is_made_once_beside_the_store_and_for_its_owner_alone(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        async with database.write() as conn:
            first = keys.mac(conn, "x", "a", "b")
            assert keys.mac(conn, "x", "ab") != first != keys.mac(conn, "y", "a", "b")
        other = Database(f"sqlite:///{database.path}")
        async with other.write() as conn:
            assert keys.mac(conn, "x", "a", "b") == first
        await other.close()
    assert (tmp_path / "store.db.key").stat().st_mode & 0o777 == 0o600
    assert half_made(tmp_path) == []


async def test_another_key_is_refused_until_it_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store("sqlite", tmp_path) as database, database.write() as conn:
        await keys.check(conn)
        await keys.check(conn)
    monkeypatch.setenv(keys.VARIABLE, "k" * keys.SHORTEST)
    async with store("sqlite", tmp_path) as database, database.write() as conn:
        with pytest.raises(StorageError, match="not the key"):
            await keys.check(conn)
        await keys.accept(conn)
        await keys.check(conn)
    monkeypatch.setenv(keys.VARIABLE, "short")
    async with store("sqlite", tmp_path) as database, database.write() as conn:
        with pytest.raises(StorageError, match="fewer than"):
            keys.mac(conn, "x")


async def test_who_left_is_known_by_a_hash_alone_until_they_come_back(database: Database) -> None:
    async with database.write() as conn:
        await refusals.remember(conn, ACCOUNT, "chat-77", NOW)
        await refusals.remember(conn, ACCOUNT, "chat-77", NOW + 1)
        assert await refusals.left_at(conn, ACCOUNT, "chat-77") == NOW + 1
        assert await refusals.left_at(conn, OTHER, "chat-77") is None
        many = [(ACCOUNT, f"chat-{number}") for number in range(1200)]
        assert await refusals.left_among(conn, many) == {(ACCOUNT, "chat-77"): NOW + 1}
        assert "chat-77" not in repr(list(await conn.execute(select(refusal))))
        await refusals.clear(conn, ACCOUNT, "chat-77")
        assert await refusals.left_at(conn, ACCOUNT, "chat-77") is None
