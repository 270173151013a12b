"""An account that stops: what waits on it goes another way, where there is one."""

from bot.core.delivery.outcome import Denied, Sent, Throttled
from bot.core.ports import RawUpdate
from bot.storage.accounts import accounts, files
from bot.storage.database import Database
from bot.storage.talk import inbox
from tests.storage.scene import ACCOUNT, OTHER, scene


async def test_what_waits_on_an_account_that_stops_goes_another_way(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((ACCOUNT, "a1"), (OTHER, "a2")))
    await home.member("binh", at=((ACCOUNT, "b1"),))
    await home.member("chi", at=((ACCOUNT, "c1"), (OTHER, "c2")))
    await home.member("dung", at=((ACCOUNT, "d1"), (OTHER, "d2")))
    run = await home.run()
    an, _, chi, dung = await home.queue(run.id)
    await home.claim([an, chi, dung])
    await home.settle(an, Throttled(60))
    await home.settle(dung, Sent("m1"), parts=2)  # the first of two parts is there
    reply = await home.say("a1")
    async with database.write() as conn:
        assert await accounts.stop(conn, ACCOUNT, "401")
    assert [row.chat_id for row in await home.queue(run.id, OTHER)] == ["a2"]
    assert [row.chat_id for row in await home.queue(run.id)] == ["b1", "d1"]
    assert (await home.row(chi.id)).state == "inflight"
    assert (await home.row(reply)).account == ACCOUNT
    await home.settle(chi, Denied("401"))  # its answer comes after all that
    async with database.write() as conn:
        assert not await accounts.stop(conn, ACCOUNT, "401")
    assert [row.chat_id for row in await home.queue(run.id, OTHER)] == ["a2", "c2"]


async def test_nobody_moves_to_an_account_that_has_stopped_too(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((ACCOUNT, "a1"), (OTHER, "a2")))
    run = await home.run()
    async with database.write() as conn:
        await accounts.stop(conn, OTHER, "401")
        await accounts.stop(conn, ACCOUNT, "401")
    assert [row.chat_id for row in await home.queue(run.id)] == ["a1"]


async def test_of_another_bot_under_an_accounts_name_nothing_is_taken_for_known(database: Database) -> None:
    home = await scene(database)
    file_id = await home_file(database)
    async with database.write() as conn:
        assert [await accounts.stands_for(conn, ACCOUNT, "telegram", "1") for _ in range(2)] == [False, False]
        await inbox.keep(conn, ACCOUNT, [RawUpdate("7", "an", "old")], home.now)
        await inbox.keep(conn, OTHER, [RawUpdate("7", "an", "other")], home.now)
        await accounts.advance(conn, ACCOUNT, "8")
        await accounts.advance(conn, OTHER, "8")
        assert not await accounts.stands_for(conn, ACCOUNT, "telegram", "1")
        assert await files.handles(conn, file_id) == {ACCOUNT: "h1", OTHER: "h2"}
        assert await accounts.stands_for(conn, ACCOUNT, "telegram", "2")
        assert await files.handles(conn, file_id) == {OTHER: "h2"}
        assert {row.name: row.cursor for row in await accounts.every(conn)} == {ACCOUNT: None, OTHER: "8"}
        await inbox.keep(conn, ACCOUNT, [RawUpdate("7", "binh", "new")], home.now)
        await inbox.keep(conn, OTHER, [RawUpdate("7", "an", "again")], home.now)
        assert [row.payload for row in await inbox.waiting(conn, 10)] == ["old", "other", "new"]


async def home_file(database: Database) -> int:
    """A file that two accounts know."""
    async with database.write() as conn:
        number = await files.keep(conn, "a.pdf", "application/pdf", b"pdf")
        await files.set_handle(conn, number, ACCOUNT, "h1")
        await files.set_handle(conn, number, OTHER, "h2")
    return number
