"""What people do comes in as what it is, in order, and takes effect once; a group gets no word."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.core.ports import Part, RawUpdate, SendPart, Unusable
from bot.engine.bell import Bell
from bot.engine.receiver import Receiver
from bot.engine.times import Clock
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.tables import delivery
from bot.storage.tables import inbox as table
from bot.storage.talk import inbox
from handlers import routes
from tests.conformance.adapter import ACCOUNT, Adapter, modules
from tests.conformance.cases import ROWS, Does
from tests.handlers.village import house
from tests.stores import store

WORDS = {Does.TAP: "Đã đọc"}
DONE = [(kind, what) for kind, one in modules().items() for what in Does if what not in one.CANNOT]


async def _nobody(*_: object) -> None:
    """Nobody is told of accounts that stop."""


async def _kept(database: Database) -> list[str]:
    """The payloads in the inbox."""
    async with database.read() as conn:
        return [row[0] for row in await conn.execute(select(table.c.payload).order_by(table.c.id))]


@pytest.mark.parametrize(("on", "what"), DONE, indirect=["on"])
async def test_each_act_is_understood_and_answered_or_not(on: Adapter, what: Does, tmp_path: Path) -> None:
    if what is Does.TAP:
        await on.channel.perform(SendPart(on.chat, Part("Cũ", (ROWS[0][:1],))), 5)
    event = await on.does(what, WORDS.get(what, "chào"))
    async with store("sqlite", tmp_path) as database:
        async with database.write() as conn:
            await accounts.register(conn, ACCOUNT, on.channel.kind)
        await Receiver(database, on.channel, Bell(), _nobody, Clock()).step()
        incoming = on.channel.read((await _kept(database))[-1])
        assert incoming.event == event
        async with database.write() as conn:
            await routes.handle(house(), conn, ACCOUNT, incoming, 1)
            replies = (await conn.execute(select(delivery.c.id))).all()
    silent = isinstance(event, Unusable) and not event.answer
    assert bool(replies) is not silent
    assert silent == (what is Does.GROUP)


async def test_what_comes_twice_is_kept_once_in_order(on: Adapter, tmp_path: Path) -> None:
    said = [await on.does(Does.TEXT, f"tin {number}") for number in range(3)]
    polls = list[RawUpdate]()
    while len({one.key for one in polls}) < len(said):
        polls += (await on.channel.receive(None)).updates
    on.repeats()  # whoever asked had died before it was kept
    again = (await on.channel.receive(None)).updates
    assert {one.key for one in again} <= {one.key for one in polls}
    assert again
    async with store("sqlite", tmp_path) as database:
        async with database.write() as conn:
            await accounts.register(conn, ACCOUNT, on.channel.kind)
            for updates in (polls, again):
                await inbox.keep(conn, ACCOUNT, updates, 1)
        assert [on.channel.read(one).event for one in await _kept(database)] == said
