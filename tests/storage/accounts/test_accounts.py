"""An account that stops: what waits on it goes another way, where there is one."""

from bot.core.delivery.outcome import Denied, Sent, Throttled
from bot.storage.accounts import accounts
from bot.storage.database import Database
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
