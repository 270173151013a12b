"""Followers and addresses brought into step: nobody is closed who may still be written to."""

from sqlalchemy import update

from bot.acts import fleet
from bot.core.ports import Followers
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.tables import endpoint
from tests.storage.scene import ACCOUNT, HOUR, NOW, scene

WEEK = 7 * 24 * HOUR


async def test_who_follows_no_more_is_closed_and_who_does_again_is_opened(database: Database) -> None:
    home = await scene(database)
    for name in ("follows", "left", "wrote", "again"):
        await home.member(name)
    async with database.write() as conn:
        wrote = update(endpoint).where(endpoint.c.chat_id == "wrote")
        await conn.execute(wrote.values(heard_at=NOW - WEEK + 1))
        await endpoints.close(conn, ACCOUNT, "again", "blocked", NOW)
    some = Followers(frozenset({"follows", "again", "a stranger"}), whole=False)
    done = await fleet.sync(database, ACCOUNT, some, WEEK, NOW)
    assert (done.members, done.closed, done.opened) == (4, 0, 1), "a list that is cut short closes nobody"
    done = await fleet.sync(database, ACCOUNT, Followers(some.ids), WEEK, NOW)
    assert (done.closed, done.opened) == (1, 0)
    async with database.read() as conn:
        stand = {one.chat_id: one.state for one in await endpoints.on(conn, ACCOUNT)}
    assert stand == {"follows": "open", "left": "closed", "wrote": "open", "again": "open"}
