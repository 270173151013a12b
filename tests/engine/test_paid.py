"""Over a paid account a run's messages say that they are paid for; a conversation's never do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.ports import SendPart
from bot.engine.outgoing import Outgoing
from bot.engine.times import Clock
from bot.storage.database import Database
from tests.storage.scene import ACCOUNT, scene
from tests.stores import store


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with store("sqlite", tmp_path) as found:
        yield found


@pytest.mark.parametrize("paid_rate", [None, 500.0])
async def test_only_a_run_is_paid_for(database: Database, paid_rate: float | None) -> None:
    world = await scene(database)
    await world.member("An")
    run = await world.run()
    await world.say("chat")
    channel = TelegramChannel(ACCOUNT, "1:abc", rate=30, paid_rate=paid_rate)
    outgoing = Outgoing(database, channel, {ACCOUNT: channel}, Clock())
    said: dict[bool, bool] = {}
    for row in [*await world.queue(run.id), *await world.queue()]:
        request = (await outgoing.prepare(row)).request
        assert isinstance(request, SendPart)
        said[row.run_id is not None] = request.paid
    assert said == {True: paid_rate is not None, False: False}
