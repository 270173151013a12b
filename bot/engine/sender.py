"""From the outbox to a channel. One sender an account: it claims, hands over to the wire, and records.

Intent is committed before the first byte is written; results are recorded with the next claim, in one
transaction. What was in flight when the process died is uncertain, never sent again by itself.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import Ways
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.claiming import WINDOW, Claiming, on_the_wire
from bot.engine.instead import InItsPlace, nothing
from bot.engine.loop import Loop
from bot.engine.meter import Meter
from bot.engine.outgoing import Outgoing
from bot.engine.points import reached
from bot.engine.recording import Ended, Record
from bot.engine.refusal import Tell
from bot.engine.times import Clock
from bot.engine.wire import Wire
from bot.storage.database import Database
from bot.storage.delivery import recovery, rerouting
from bot.storage.epoch import Epoch
from bot.storage.failures import fatal

log = structlog.get_logger()
IDLE_S = 0.5
LAST_WORDS_S = 1.2  # how long a stop waits for answers that are on their way


class Sender:
    """Drains one account. `tell` is told, in the same transaction, when the platform refuses it.

    `idle_s`: how soon, with nothing to send, it sees work for which nobody rings. `in_its_place`: what is
    said where a reply is refused for good. `meter`: what the platform counts, where it counts. `ways`: which
    addresses may be written to.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        outgoing: Outgoing,
        clock: Clock,
        work: Bell,
        tell: Tell,
        window: int = WINDOW,
        idle_s: float = IDLE_S,
        in_its_place: InItsPlace = nothing,
        meter: Meter | None = None,
        ways: Callable[[], Ways] = Ways,
    ) -> None:
        self._meter = meter
        self._database = database
        self._account = channel.account
        self._clock = clock
        self._work = work
        self._idle_s = idle_s
        self._token = random.getrandbits(62)
        self.wire = Wire(channel, outgoing, clock, work, on_the_wire(window))
        self.claiming = Claiming(channel, self.wire, clock, window, self._token)
        self._record = Record(self._account, tell, in_its_place, ways)
        self._epoch = Epoch(database, self._account)
        self._rested = clock.monotonic()  # when the last step ended

    async def run(self) -> None:
        """Send until cancelled, or until the platform refuses the account."""
        await self.loop().run()

    def loop(self) -> Loop:
        """Its life in the program; it ends where the platform refuses the account."""
        return Loop(
            f"sender {self._account}",
            self._turn,
            self._rest_s,
            self._clock,
            self._work,
            self.claiming.look_again,
            self.stop,
        )

    async def _turn(self) -> bool:
        if self.wire.denied:
            return False
        if (wait := self.claiming.gathers_s(self._rested)) > 0:
            await asyncio.sleep(wait)
        try:
            return await self.step()
        except SQLAlchemyError as error:
            await self.stumbled(error)
            return True

    def _rest_s(self) -> float | None:
        return None if self.wire.denied else self.claiming.rests_s(self._idle_s)

    async def step(self) -> bool:
        """Record what ended and claim what may go now. True where rows were claimed."""
        wire, claiming = self.wire, self.claiming
        if claiming.probe_is_due():
            await self._probe()
        room = claiming.room()
        if not wire.ended and not wire.back and not room:
            return False
        ended, back = list(wire.ended), list(wire.back)
        async with self._database.brisk() as conn:
            await recovery.release(conn, back, self._token)
            await self._record.record(conn, ended, self._token, self._clock.now_ms())
            slot = claiming.slot()
            rows = await claiming.claim(conn, room, slot, await self._metered(conn, ended, room))
            if rows:
                await self._epoch.advance(conn)
            reached("sender.before_commit")
        reached("sender.after_commit")
        if rows:
            self._epoch.mark()
        # Only now: a transaction that is undone is written with the next.
        del wire.ended[: len(ended)], wire.back[: len(back)]
        if room:
            claiming.looked(bool(rows), slot)
        wire.begin(rows, slot)
        self._rested = self._clock.monotonic()
        return bool(rows)

    async def _metered(self, conn: AsyncConnection, ended: Sequence[Ended], room: int) -> int | None:
        """Count what ended; how many messages of runs the account may still send."""
        if self._meter is None:
            return None
        await self._meter.went(conn, ended)
        return await self._meter.left(conn, self.wire.in_hand(), self.wire.spent_s()) if room else None

    async def stumbled(self, error: SQLAlchemyError) -> None:
        """Wait until the store answers again. Raises what no later try can mend."""
        # A commit whose answer was lost may have claimed rows that nobody sends: they wait again.
        while not fatal(error):
            log.warning("store did not answer", account=self._account, error=type(error).__name__)
            await asyncio.sleep(IDLE_S)
            back = len(self.wire.back)
            try:
                async with self._database.write() as conn:
                    await recovery.unclaim(conn, self._account, self._token, self.wire.held())
                del self.wire.back[:back]
                return
            except SQLAlchemyError as again:
                error = again
        raise error

    async def stop(self) -> None:
        """Give answers on their way a moment, then write down what is known."""
        wire = self.wire
        await wire.stop(LAST_WORDS_S)
        self._epoch.close()
        try:
            async with self._database.write() as conn:
                # What was claimed as the stop came, and never begun, waits again.
                await recovery.unclaim(conn, self._account, self._token, wire.held())
                await self._record.record(conn, wire.ended, self._token, self._clock.now_ms())
                await self._metered(conn, wire.ended, 0)
                if wire.denied:  # after all that: it waits with the others now
                    await rerouting.leave(conn, self._account)
        except SQLAlchemyError as error:
            if fatal(error):
                raise
            # Safe: the next start finds these rows in flight, and calls them uncertain.
            log.warning("last results not written", account=self._account, error=type(error).__name__)

    async def _probe(self) -> None:
        denied = await self.wire.probe()
        if denied is not None:
            async with self._database.write() as conn:
                await self._record.refused(conn, denied.reason, self._clock.now_ms())
            self.wire.denied = True
