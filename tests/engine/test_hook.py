"""What a platform delivers is in the store before it is answered, and taken from the platform alone."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.core.ports import HookRefusal, RawUpdate, Received
from bot.engine.bell import Bell
from bot.engine.hook import Hook
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.talk import inbox
from tests.engine.script import ScriptedChannel
from tests.storage.scene import ACCOUNT, scene
from tests.stores import store


class Delivered(ScriptedChannel):
    """A channel whose platform delivers one update a post, named by the body."""

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        if headers.get("x-secret") != "s":
            return HookRefusal(401, "wrong secret")
        key = body.decode()
        return Received([RawUpdate(key, "an", f"{{{key}}}")] if key else [])


async def kept(database: Database) -> list[str]:
    async with database.read() as conn:
        return [row.payload for row in await inbox.waiting(conn, (), 100)]


async def test_a_delivery_is_kept_once_before_it_is_answered(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        await scene(database)
        hook = Hook(database, Delivered(ACCOUNT), Bell(), Clock())
        for body in (b"5", b"5", b"6", b""):
            assert await hook.take({"x-secret": "s"}, body) == 200
        assert await kept(database) == ["{5}", "{6}"]


async def test_who_is_not_the_platform_leaves_nothing(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        await scene(database)
        hook = Hook(database, Delivered(ACCOUNT), Bell(), Clock())
        assert await hook.take({}, b"5") == 401
        assert await kept(database) == []


async def test_a_store_that_does_not_answer_lets_the_platform_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    async with store("sqlite", tmp_path) as database:
        await scene(database)
        monkeypatch.setattr(inbox, "keep", locked)
        hook = Hook(database, Delivered(ACCOUNT), Bell(), Clock())
        assert await hook.take({"x-secret": "s"}, b"5") == 503
        assert await kept(database) == []
