"""What hooks deliver, kept: deliveries that come while others are being kept share the next transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.core.ports import HookRefusal, RawUpdate
from bot.engine.meter import Meter
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.storage.accounts import troubles
from bot.storage.accounts.troubles import Trouble
from bot.storage.database import Database
from bot.storage.talk import inbox

log = structlog.get_logger()
TOLD_AGAIN_S = 60.0  # a refusal for the same reason is told no sooner: strangers may ask for many
GATHER_S = 0.01  # from one transaction to the next, where others wait to write: they have half of the time
TURNS = 3  # of the event loop: from the bytes of a request to `keep`, and from its commit to its answer


@dataclass(slots=True)
class _Delivery:
    """What one request brought; `kept` is done once it is committed, or could not be."""

    account: str
    updates: Sequence[RawUpdate]
    kept: "asyncio.Future[None]"


class Intake:
    """Keeps deliveries of all accounts, one transaction after another."""

    def __init__(self, database: Database, clock: Clock, meters: Mapping[str, Meter] | None = None) -> None:
        self._meters = meters if meters is not None else {}
        self._database = database
        self._clock = clock
        self._waiting: list[_Delivery] = []
        self._work: asyncio.Task[None] | None = None
        self._refused: dict[str, dict[str, float]] = {}  # account → why → when it was told
        self._taken: set[str] = set()  # accounts of which no refusal stands
        self._kept_at = float("-inf")  # when the last transaction ended
        self._latest: asyncio.Future[None] | None = None  # deliveries are kept in order: all are, once it is

    async def keep(self, account: str, updates: Sequence[RawUpdate]) -> None:
        """Commit updates to the inbox. Raises SQLAlchemyError where they could not be."""
        one = _Delivery(account, updates, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._latest = one.kept
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._keep_waiting())
        await one.kept

    async def refused(self, account: str, refusal: HookRefusal) -> None:
        """Tell that a delivery was refused: it is gone, and somebody has to mend what is wrong."""
        why = refusal.why
        told, now = self._refused.setdefault(account, {}), self._clock.elapsed()
        if why in told and now - told[why] < TOLD_AGAIN_S:
            return
        told[why] = now
        log.error("hook refused", account=account, why=why)
        self._taken.discard(account)
        async with self._database.write() as conn:
            await troubles.refused(conn, account, Trouble(self._clock.now_ms(), why, refusal.sure))

    async def caught_up(self) -> None:
        """Return once what has arrived so far is answered; what arrives meanwhile is not waited for."""
        await _turns()
        if self._latest is not None and not self._latest.done():
            await asyncio.wait([self._latest])
            await _turns()

    async def _keep_waiting(self) -> None:
        while self._waiting:
            await self._leave_room()
            some, self._waiting = self._waiting, []
            try:
                await self._commit(some)
            except Exception as error:
                if len(some) == 1:
                    _fail(some[0], error)
                    continue
                for one in some:  # what is wrong with one of them is not the others' fault
                    try:
                        await self._commit([one])
                    except Exception as own:
                        _fail(one, own)

    async def _leave_room(self) -> None:
        """Deliveries are kept before all else is written: where others wait for it, not all the time."""
        rest = self._kept_at + GATHER_S - self._clock.monotonic()
        if self._database.crowded and rest > 0:
            await asyncio.sleep(rest)

    async def _commit(self, some: Sequence[_Delivery]) -> None:
        async with self._database.brisk(first=True) as conn:
            for one in some:
                if one.account in self._meters:
                    await self._meters[one.account].comes(conn, one.updates)
                await inbox.keep(conn, one.account, one.updates, self._clock.now_ms())
            fresh = {one.account for one in some} - self._taken
            for account in fresh:  # what was refused before is over
                await troubles.taken(conn, account)
            reached("hook.before_commit")
        reached("hook.after_commit")
        self._kept_at = self._clock.monotonic()
        for account in fresh:
            self._taken.add(account)
            self._refused.pop(account, None)
        for one in some:
            if not one.kept.done():  # whoever delivered may have hung up
                one.kept.set_result(None)


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _fail(one: _Delivery, error: Exception) -> None:
    if not one.kept.done():
        one.kept.set_exception(error)
