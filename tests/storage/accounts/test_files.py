"""Files are kept once, and each account knows them by a handle of its own."""

from bot.storage.accounts import files
from bot.storage.database import Database
from bot.storage.people import erasing
from tests.storage.scene import ACCOUNT, NOW, OTHER, scene


async def test_the_same_bytes_under_the_same_name_are_kept_once(database: Database) -> None:
    async with database.write() as conn:
        first = await files.keep(conn, "a.pdf", "application/pdf", b"one")
        assert await files.keep(conn, "a.pdf", "application/pdf", b"one") == first
        assert await files.keep(conn, "b.pdf", "application/pdf", b"one") != first
        changed = await files.keep(conn, "a.pdf", "application/pdf", b"another")
        assert changed != first
        assert await files.data(conn, changed) == b"another"
        assert await files.get(conn, first) == files.FileRow(first, "a.pdf", "application/pdf", 3)


async def test_each_account_has_its_own_handle_and_loses_only_that(database: Database) -> None:
    await scene(database)
    async with database.write() as conn:
        one = await files.keep(conn, "a.pdf", "application/pdf", b"one")
        for handle in ("old", "new"):
            await files.set_handle(conn, one, ACCOUNT, handle)
        await files.set_handle(conn, one, OTHER, "other")
        assert await files.handles(conn, one) == {ACCOUNT: "new", OTHER: "other"}
        await files.drop_handle(conn, one, ACCOUNT)
        assert await files.handles(conn, one) == {OTHER: "other"}
        assert await files.data(conn, one) == b"one"


async def test_a_file_that_lies_on_a_platform_is_known_by_its_handle_alone(database: Database) -> None:
    an = await (await scene(database)).member("an")
    async with database.write() as conn:
        one = await files.refer(conn, an, "a.jpg", "image/jpeg", 10, ACCOUNT, "handle")
        assert await files.handles(conn, one) == {ACCOUNT: "handle"}
        assert await files.data(conn, one) is None
        assert await files.data(conn, one + 1) is None
        assert await files.get(conn, one + 1) is None


async def test_a_file_made_for_one_moment_is_dropped_after_it(database: Database) -> None:
    an = await (await scene(database)).member("an")
    async with database.write() as conn:
        first = await files.make_for(conn, an, "mine.json", "application/json", b"{}", NOW + 1000)
        again = await files.make_for(conn, an, "mine.json", "application/json", b"{}", NOW + 2000)
        stays = await files.keep(conn, "mine.json", "application/json", b"{}")
        assert len({first, again, stays}) == 3
        assert await files.forget(conn, NOW) == 0
        assert await files.forget(conn, NOW + 1000) == 1
        assert await files.get(conn, first) is None
        assert await files.forget(conn, NOW + 9000) == 1
        assert await files.get(conn, stays) is not None


async def test_a_file_made_for_a_member_is_for_their_own_chats_alone(database: Database) -> None:
    home = await scene(database)
    an, binh = await home.member("an"), await home.member("binh")
    async with database.write() as conn:
        mine = await files.get(conn, await files.make_for(conn, an, "a.json", "x/y", b"{}", NOW))
        shared = await files.get(conn, await files.keep(conn, "a.pdf", "application/pdf", b"one"))
        assert mine is not None
        assert shared is not None
        assert await files.is_for(conn, mine, ACCOUNT, "an")
        assert not await files.is_for(conn, mine, ACCOUNT, "binh")
        assert not await files.is_for(conn, mine, OTHER, "an")
        assert await files.is_for(conn, shared, ACCOUNT, "binh")
        await files.publish(conn, [mine.id], binh)
        assert (await files.get(conn, mine.id)) == mine
        await files.publish(conn, [mine.id], an)
        published = await files.get(conn, mine.id)
        assert published is not None
        assert await files.is_for(conn, published, ACCOUNT, "binh")


async def test_a_file_that_went_meanwhile_is_known_by_no_handle(database: Database) -> None:
    an = await (await scene(database)).member("an")
    async with database.write() as conn:
        mine = await files.make_for(conn, an, "a.json", "x/y", b"{}", NOW)
        await erasing.erase(conn, an)
        await files.set_handle(conn, mine, ACCOUNT, "handle")
        assert await files.handles(conn, mine) == {}
