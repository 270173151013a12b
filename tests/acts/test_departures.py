"""Whoever left after a backup was made goes from it before anything else, by the journal beside the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.acts import me
from bot.acts import store as acts
from bot.acts.context import Context
from bot.config import Settings
from bot.core.kernel.errors import StorageError
from bot.houses import bare
from bot.storage import backup, schema
from bot.storage.database import Database
from bot.storage.people import journal, members, refusals
from bot.storage.tables import inbox, member
from tests.acts.test_store import in_place_of, mode
from tests.handlers.village import ZONE
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, Scene, scene
from tests.stores import store

HOUSE = bare(Settings())
LOST = "0" * 64


@pytest.fixture(params=["sqlite", "postgres"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with store(request.param, tmp_path) as database:
        yield await scene(database)


def tidings(home: Scene) -> Path:
    """The journal's file."""
    return home.database.beside(journal.NAME)


def written(home: Scene, content: str) -> None:
    tidings(home).write_text(content, encoding="ascii")


async def copied(home: Scene, name: str = "copy") -> Path:
    target = tidings(home).parent / name
    await asyncio.to_thread(backup.copy, home.database, target)
    return target


async def goes(home: Scene, chat: str, how: str = "erase") -> str:
    """Whoever writes from a chat leaves, an hour later than anything before; their keyed hash."""
    home.now += HOUR
    async with home.database.write() as conn:
        context = Context(conn, HOUSE, await members.at(conn, ACCOUNT, chat), home.now, ACCOUNT, chat)
        await (me.leave if how == "leave" else me.erase)(context)
        return refusals.fingerprint(conn, ACCOUNT, chat)


async def comes_back(home: Scene, chat: str, account: str = ACCOUNT) -> None:
    home.now += HOUR
    await home.member(chat, at=((account, chat),))
    async with home.database.write() as conn:
        await refusals.clear(conn, account, chat)


async def names(home: Scene) -> list[str]:
    async with home.database.read() as conn:
        return [row[0] for row in await conn.execute(select(member.c.name).order_by(member.c.name))]


def removed(path: Path) -> None:
    for name in ("", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)


async def destroyed(database: Database) -> None:
    """The store is gone; what lay beside it is there."""
    await database.close()
    if database.path is not None:
        removed(database.path)
        return
    async with database.write() as conn:
        await conn.execute(text("DROP SCHEMA public CASCADE"))
        await conn.execute(text("CREATE SCHEMA public"))


async def test_whoever_left_since_is_gone_and_whoever_came_back_is_there(home: Scene) -> None:
    for name in ("an", "binh", "chi", "dung"):
        await home.member(name)
    run = await home.run()
    await home.say("an")
    copy = await copied(home)
    await goes(home, "an", "leave")
    fingerprint = await goes(home, "binh")
    await goes(home, "chi")
    await comes_back(home, "chi")
    left = home.now
    done = await acts.restore(home.database, copy, home.now + HOUR, ZONE)
    assert done.erased == 2
    assert await names(home) == ["chi", "dung"]
    assert await home.states(run.id) == {"skipped": 2, "uncertain": 2}
    async with home.database.write() as conn:
        assert await refusals.left_at(conn, ACCOUNT, "binh") == left - 2 * HOUR
        assert await refusals.left_at(conn, ACCOUNT, "chi") is None
        found = await acts.status(conn, home.now)
        assert found.held is not None
        assert not found.held.unknown_departures
        await acts.release(conn, home.now)
    assert await home.queue(run.id) == await home.queue() == []
    assert fingerprint in tidings(home).read_text()


async def test_who_left_while_the_clock_stood_a_month_back_is_gone_all_the_same(home: Scene) -> None:
    await home.member("an")
    copy = await copied(home)
    home.now -= 720 * HOUR
    await goes(home, "an")
    home.now += 720 * HOUR
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased == 1
    assert await names(home) == []


async def test_who_left_while_the_clock_stood_a_year_ahead_and_came_back_stays(home: Scene) -> None:
    await home.member("an")
    home.now += 8760 * HOUR
    fingerprint = await goes(home, "an")
    before = tidings(home).read_text()
    home.now -= 8760 * HOUR
    async with home.database.write() as conn:
        since = await refusals.after(conn, ACCOUNT, "an", home.now)
    await Scene(home.database, since).member("an")
    async with home.database.write() as conn:
        await refusals.clear(conn, ACCOUNT, "an")
    copy = await copied(home)
    written(home, before)  # the journal's own copy was older, and tells of a leaving alone
    assert fingerprint in before
    assert (await acts.restore(home.database, copy, home.now + HOUR, ZONE)).erased == 0
    assert await names(home) == ["an"]


async def test_the_journal_is_enough_where_the_store_is_gone(home: Scene) -> None:
    await home.member("an")
    await home.member("binh")
    copy = await copied(home)
    await goes(home, "an")
    await destroyed(home.database)
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased == 1
    assert await names(home) == ["binh"]


async def test_a_store_that_was_not_noted_down_tells_itself(home: Scene) -> None:
    await home.member("an")
    copy = await copied(home)
    await goes(home, "an")
    tidings(home).unlink()  # as where the process died between the commit and the journal
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased == 1
    assert await names(home) == []
    assert (await asyncio.to_thread(journal.read, home.database)) != {}


async def test_a_line_that_outlived_a_return_erases_nobody(home: Scene) -> None:
    await home.member("an")
    copy = await copied(home)
    await goes(home, "an")
    before = tidings(home).read_text()
    await comes_back(home, "an")
    written(home, before)  # as where the process died between the commit and the journal
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased == 0
    assert await names(home) == ["an"]


async def test_where_nothing_tells_who_left_it_is_said(home: Scene) -> None:
    await home.member("an")
    copy = await copied(home)
    await goes(home, "an")
    tidings(home).unlink()
    await destroyed(home.database)
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased is None
    async with home.database.read() as conn:
        found = await acts.status(conn, home.now)
    assert found.held is not None
    assert found.held.unknown_departures


async def test_the_journal_of_a_new_store_in_its_place_tells_nothing_of_the_old_one(home: Scene) -> None:
    await acts.take_departures(home.database, home.now)  # as at each start
    await home.member("an")
    copy = await copied(home)
    await goes(home, "an")
    kept = tidings(home).read_text()
    tidings(home).unlink()
    await destroyed(home.database)
    await schema.migrate(home.database)
    await acts.take_departures(home.database, home.now)
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased is None
    async with home.database.read() as conn:
        held = (await acts.status(conn, home.now)).held
    assert held is not None
    assert held.unknown_departures
    written(home, kept)  # found again: who left goes now
    assert (await acts.restore(home.database, copy, home.now + HOUR, ZONE)).erased == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "damaged"), (f"{journal.FIRST}x\n{LOST}\n", "damaged"), (f"{journal.FIRST}x\n", "another key")],
)
async def test_a_doubtful_journal_is_refused_and_nothing_changes(
    home: Scene, content: str, said: str
) -> None:
    copy = await copied(home)
    await home.member("an")
    written(home, content)
    with pytest.raises(StorageError, match=said):
        await acts.restore(home.database, copy, NOW, ZONE)
    with pytest.raises(StorageError, match=said):
        await acts.take_departures(home.database, NOW)
    assert await names(home) == ["an"]
    assert tidings(home).read_text() == content


async def test_another_key_is_noticed_before_anything_is_put_back(
    home: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.member("an")
    copy = await copied(home)
    await goes(home, "an")
    monkeypatch.setenv("NHIPCAU_KEY", "k" * 32)
    home.database.keyring.__dict__.pop("key")
    with pytest.raises(StorageError, match="another key"):
        await acts.restore(home.database, copy, home.now, ZONE)
    async with home.database.at_once() as conn:
        await acts.new_key(conn, home.now)
    assert await asyncio.to_thread(journal.read, home.database) != {}
    assert await names(home) == []


async def test_a_copy_put_back_by_hand_is_mended_at_the_start(tmp_path: Path) -> None:
    async with store("sqlite", tmp_path) as database:
        home = await scene(database)
        await home.member("an")
        async with database.write() as conn:
            await conn.execute(
                insert(inbox).values(
                    account=ACCOUNT,
                    update_key="1",
                    chat_id="an",
                    state="new",
                    attempts=0,
                    payload="{}",
                    received_at=NOW,
                )
            )
        copy = await copied(home)
        await goes(home, "an")
        await database.close()
        in_place_of(database.path, copy)
        assert await acts.take_departures(database, home.now) == 1
        assert await acts.take_departures(database, home.now) == 0
        assert await names(home) == []
        async with database.read() as conn:
            assert (await acts.status(conn, home.now)).updates == 0
            assert (await conn.execute(select(inbox.c.chat_id, inbox.c.payload))).one() == ("", None)


async def test_of_two_chats_the_one_come_back_by_stays(home: Scene) -> None:
    await home.member("an", at=((ACCOUNT, "an"), (OTHER, "an-2")))
    await home.member("binh", at=((ACCOUNT, "binh"), (OTHER, "binh-2")))
    copy = await copied(home)
    await goes(home, "an")
    await goes(home, "binh")
    await comes_back(home, "an-2", OTHER)
    assert (await acts.restore(home.database, copy, home.now, ZONE)).erased == 1
    assert await names(home) == ["an"]
    async with home.database.read() as conn:
        assert await members.at(conn, ACCOUNT, "an") is None
        assert await members.at(conn, OTHER, "an-2") is not None


async def test_the_journal_is_written_with_each_departure_and_for_its_owner(home: Scene) -> None:
    await home.member("an")
    fingerprint = await goes(home, "an")
    assert await asyncio.to_thread(journal.read, home.database) == {fingerprint: home.now}
    assert mode(tidings(home)) == 0o600
    assert "an" not in tidings(home).read_text().split()
    await comes_back(home, "an")
    assert await asyncio.to_thread(journal.read, home.database) == {}


async def test_a_departure_that_was_undone_is_not_in_the_journal(home: Scene) -> None:
    await home.member("an")
    with suppress(LookupError):
        async with home.database.write() as conn:
            await refusals.remember(conn, ACCOUNT, "an", NOW)
            raise LookupError
    async with home.database.write() as conn:
        await refusals.remember(conn, ACCOUNT, "binh", NOW)
        fingerprint = refusals.fingerprint(conn, ACCOUNT, "binh")
    assert await asyncio.to_thread(journal.read, home.database) == {fingerprint: NOW}


async def test_a_journal_that_cannot_be_written_undoes_no_departure(home: Scene) -> None:
    await home.member("an")
    tidings(home).mkdir()
    await goes(home, "an")
    assert await names(home) == []
    tidings(home).rmdir()
    await acts.take_departures(home.database, home.now)
    assert len(await asyncio.to_thread(journal.read, home.database) or ()) == 1


async def test_an_old_list_does_not_bring_back_who_left_before_the_restore(home: Scene) -> None:
    copy = await copied(home)
    await home.member("an")
    await goes(home, "an")
    await acts.restore(home.database, copy, home.now, ZONE)
    async with home.database.read() as conn:
        assert await refusals.left_at(conn, ACCOUNT, "an") == home.now
