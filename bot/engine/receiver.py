"""From a channel into the inbox: an update is committed before the platform may forget it."""

import asyncio

import structlog

from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.points import reached
from bot.engine.refusal import Tell, refused
from bot.engine.times import Clock
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.talk import inbox

log = structlog.get_logger()
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0


async def receive(database: Database, channel: Channel, arrived: Bell, tell: Tell, clock: Clock) -> None:
    """Poll until cancelled or until the platform refuses the account; `tell` tells of that."""
    offset = await _offset(database, channel.account)
    pause = FIRST_PAUSE_S
    while True:
        received = await channel.receive(offset)
        if received.denied:
            async with database.write() as conn:
                reason = received.problem or "token refused"
                await refused(conn, channel.account, reason, tell, clock.now_ms())
            return
        if received.problem is not None:
            log.warning("cannot receive", account=channel.account, reason=received.problem)
            await asyncio.sleep(received.retry_after or pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
            continue
        pause = FIRST_PAUSE_S
        if received.updates:
            offset = max(update.update_id for update in received.updates) + 1
            async with database.write() as conn:
                await inbox.keep(conn, channel.account, received.updates, clock.now_ms())
                await accounts.advance(conn, channel.account, offset)
                reached("receiver.before_commit")
            reached("receiver.after_commit")
            arrived.ring()


async def _offset(database: Database, account: str) -> int | None:
    async with database.read() as conn:
        return next((row.offset for row in await accounts.every(conn) if row.name == account), None)
