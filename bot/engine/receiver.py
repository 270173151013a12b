"""From a channel into the inbox: an update is committed before the platform may forget it."""

import structlog

from bot.core.delivery.reasons import Reason
from bot.core.ports import Channel, Received
from bot.engine.bell import Bell
from bot.engine.loop import Loop
from bot.engine.meter import Meter
from bot.engine.points import reached
from bot.engine.refusal import Tell, refused
from bot.engine.times import Clock
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.talk import inbox

log = structlog.get_logger()
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
EMPTY_POLL_S = 0.5  # between the beginnings of two polls, where the first brought nothing


class Receiver:
    """Polls one account. `arrived` rings at each update; `tell` tells of a platform's refusal."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        arrived: Bell,
        tell: Tell,
        clock: Clock,
        meter: Meter | None = None,
    ) -> None:
        self._meter = meter
        self._database = database
        self._channel = channel
        self._arrived = arrived
        self._tell = tell
        self._clock = clock
        self._known = False  # whether `cursor` was read from the store
        self._cursor: str | None = None
        self._pause_s = FIRST_PAUSE_S
        self._rest_s: float | None = 0.0

    def loop(self) -> Loop:
        """Its life in the program; it ends where the platform refuses the account."""
        return Loop(f"receiver {self._channel.account}", self.step, lambda: self._rest_s, self._clock)

    async def step(self) -> bool:
        """One poll, and what it brought kept. True if that was new: what is told again sets no pace."""
        if not self._known:
            self._cursor, self._known = await self._stood(), True
        began = self._clock.monotonic()
        received = await self._channel.receive(self._cursor)
        # A server that answers an empty poll at once sets no pace of ours.
        self._rest_s = max(0.0, EMPTY_POLL_S - (self._clock.monotonic() - began))
        if received.denied:
            async with self._database.write() as conn:
                await refused(conn, self._channel.account, Reason.TOKEN, self._tell, self._clock.now_ms())
            self._rest_s = None
        elif received.problem is not None:
            log.warning("cannot receive", account=self._channel.account, reason=received.problem)
            self._rest_s = received.retry_after or self._pause_s
            self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
        else:
            self._pause_s = FIRST_PAUSE_S
            if received.updates:
                return await self._keep(received)
        return False

    async def _keep(self, received: Received) -> bool:
        before, cursor = self._cursor, received.cursor or self._cursor
        async with self._database.brisk() as conn:
            if self._meter is not None:
                await self._meter.comes(conn, received.updates)
            await inbox.keep(conn, self._channel.account, received.updates, self._clock.now_ms())
            await accounts.advance(conn, self._channel.account, cursor)
            reached("receiver.before_commit")
        reached("receiver.after_commit")
        self._cursor = cursor
        self._arrived.ring()
        return cursor != before

    async def _stood(self) -> str | None:
        async with self._database.read() as conn:
            found = await accounts.every(conn)
        return next((row.cursor for row in found if row.name == self._channel.account), None)
