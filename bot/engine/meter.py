"""What an account's platform counts, messages that go and come; and when a run waits for the next month."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Sent, Uncertain
from bot.core.delivery.quota import Quota, left_for_runs, next_period, period
from bot.core.kernel.values import Ms
from bot.core.ports import RawUpdate, SendPart
from bot.engine.recording import Ended
from bot.engine.times import Clock
from bot.engine.ways import FindWays
from bot.storage.accounts import usage
from bot.storage.delivery import deliveries, rerouting
from bot.storage.talk import inbox

log = structlog.get_logger()
Tell = Callable[[AsyncConnection, str, int, datetime, int], Awaitable[None]]
"""Tells of an account (its name) that so many deliveries wait until then; the last is now, ms UTC."""


class Meter:
    """One account's month. `local` gives an instant (ms UTC) in the deployment's zone; `ways` says which
    accounts may push no more.
    """

    def __init__(
        self,
        account: str,
        quota: Quota,
        local: Callable[[Ms], datetime],
        clock: Clock,
        tell: Tell,
        ways: FindWays | None = None,
    ) -> None:
        self._ways = ways
        self._spread = ""  # the month whose waiting rows went another way
        self._account = account
        self._quota = quota
        self._local = local
        self._clock = clock
        self._tell = tell

    async def went(self, conn: AsyncConnection, ended: Iterable[Ended]) -> None:
        """Count what the platform took, or may have taken."""
        await self.may_have_gone(conn, sum(map(_counts, ended)))

    async def may_have_gone(self, conn: AsyncConnection, count: int) -> None:
        """Count so many messages that the platform has, or may have."""
        await self._count(conn, count)

    async def comes(self, conn: AsyncConnection, updates: Sequence[RawUpdate]) -> None:
        """Count what people wrote, where the platform does; before it is kept, as it may come again."""
        if self._quota.both and updates:
            await self._count(conn, await inbox.unknown(conn, self._account, updates))

    async def _count(self, conn: AsyncConnection, count: int) -> None:
        if count:
            await usage.add(conn, self._account, period(self._local(self._clock.now_ms())), count)

    async def left(self, conn: AsyncConnection, under_way: int, spent_s: float = 0.0) -> int | None:
        """How many messages of runs may be claimed; None: any number. Tells once a month where none may.

        `spent_s`: for so long (seconds) the platform takes none, whatever our own count says.
        """
        now = self._clock.now_ms()
        month = period(self._local(now))
        left = left_for_runs(self._quota, await usage.used(conn, self._account, month), under_way)
        until = next_period(self._local(now))
        if spent_s and left != 0:
            left, until = 0, self._local(Ms(now + int(spent_s * 1000)))
        if left == 0 and not under_way:
            await self._go_another_way(conn, month, now)
            waiting = await deliveries.waiting(conn, self._account)
            if waiting and await usage.tell(conn, self._account, month):
                log.warning("a month is used up: runs wait", account=self._account, until=f"{until:%FT%H:%M}")
                await self._tell(conn, self._account, waiting, until, now)
        return left

    async def _go_another_way(self, conn: AsyncConnection, month: str, now: Ms) -> None:
        """Once, as the month ends: who is reached otherwise does not wait; later runs are planned so."""
        if self._ways is not None and self._spread != month:
            self._spread = month
            ways = await self._ways(conn, now)
            ways = replace(ways, spent=ways.spent | {self._account})
            if moved := await rerouting.spread(conn, self._account, ways, now):
                log.info("a month is used up: other accounts go on", account=self._account, moved=moved)


def _counts(one: Ended) -> bool:
    message = one.prepared is not None and isinstance(one.prepared.request, SendPart)
    return message and isinstance(one.outcome, Sent | Uncertain)
