"""From the outbox to a channel. One sender an account: it owns the account's limits and failures.

Intent is committed before the first byte is written; results are recorded with the next claim, in one
transaction. What was in flight when the process died is uncertain, never sent again by itself.
"""

import asyncio
import random
from collections import deque
from typing import cast

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.core.delivery.breaker import Breaker
from bot.core.delivery.breaker import State as Standby
from bot.core.delivery.limiter import Limiter
from bot.core.delivery.outcome import Denied, NotSent, Outcome, Rejected, Sent, Throttled, Uncertain
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.choosing import Choice
from bot.engine.outgoing import Outgoing, Prepared, Unpreparable
from bot.engine.points import reached
from bot.engine.recording import Ended, Record
from bot.engine.refusal import Tell
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.delivery import claims, recovery, rerouting
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.failures import fatal

log = structlog.get_logger()
WINDOW = 384  # rows claimed at once, at most: so many may be in doubt after a crash
IDLE_S = 0.5  # how soon work made by another process is seen
DEADLINE_S = 30.0
LAST_WORDS_S = 1.2  # how long a stop waits for answers that are on their way
GATHER_S, ENOUGH = 0.02, 128  # answers of so long, or so many of them, share a transaction
AHEAD_S = 0.008  # a row is claimed so long before its slot opens: committing takes none of the slot's time
READY_S = 0.25  # a claim older than that is given back: somebody may have cancelled, or left
HOLDS = 8  # how often a message waits again because another went first


def on_the_wire(window: int) -> int:
    """How many of a window's rows are with the platform at once; the others are ready to follow."""
    return -(-window * 2 // 3)


class Sender:
    """Drains one account. `tell` is told, in the same transaction, when the platform refuses it."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        outgoing: Outgoing,
        clock: Clock,
        work: Bell,
        tell: Tell,
        window: int = WINDOW,
    ) -> None:
        self._database = database
        self._channel = channel
        self._outgoing = outgoing
        self._clock = clock
        self._work = work
        # On a fast account rows are claimed ahead: an answer is followed by a request, not by a transaction.
        self._fast = channel.rates.account * GATHER_S >= 1
        self._wire = on_the_wire(window)
        self._window = window if self._fast else self._wire
        self._token = random.getrandbits(62)
        self._limiter = Limiter(channel.rates, clock.monotonic())
        self._choice = Choice(channel.account, self._limiter, clock)
        self._record = Record(channel.account, tell)
        self._breaker = Breaker()
        self._ended: list[Ended] = []
        self._ready: deque[tuple[ClaimedRow, float, float]] = deque()  # claimed, with their slots, and when
        self._back: list[int] = []  # rows that were ready when a pause came: they wait again
        self._busy: set[int] = set()  # rows in the workers' hands
        self._workers: set[asyncio.Task[None]] = set()
        self._denied = False  # the platform refused the account: nothing more is claimed
        self._more = True  # rows were waiting at the last look
        self._news = True  # somebody may have made work since
        self._rested = clock.monotonic()  # when the last cycle ended

    async def run(self) -> None:
        """Send until cancelled, or until the platform refuses the account."""
        try:
            while True:
                if self._denied:
                    return
                await self._gather()
                try:
                    worked = await self._cycle()
                except SQLAlchemyError as error:
                    if fatal(error):
                        raise
                    await self._stumbled(error)
                    continue
                if not worked:
                    await self._pause()
        finally:
            await self._stop()

    async def _cycle(self) -> bool:
        """Record what ended and claim what may go now. False where there was nothing to do."""
        now = self._clock.monotonic()
        room = self._window - len(self._busy) - len(self._ready)
        if self._denied or not self._breaker.allow(now):
            room = 0
        if room and self._breaker.state is Standby.HALF_OPEN:
            await self._probe()
        if self._breaker.state is Standby.TRIAL:
            room = 0 if self._busy or self._ready else 1
        elif self._breaker.state is not Standby.CLOSED:
            room = 0
        if self._denied or not (self._news or (self._more and self._slot(now))):
            room = 0
        if not self._ended and not self._back and not room:
            return False
        ended, back = list(self._ended), list(self._back)
        async with self._database.brisk() as conn:
            await recovery.release(conn, back, self._token)
            await self._record.record(conn, ended, self._token, self._clock.now_ms())
            slot = self._slot(self._clock.monotonic())
            rows = await self._choice.choose(conn, room, slot) if room else []
            await claims.claim(conn, rows, self._token)
            reached("sender.before_commit")
        reached("sender.after_commit")
        # Only now: a transaction that is undone is written with the next.
        del self._ended[: len(ended)], self._back[: len(back)]
        if room:
            self._more, self._news = bool(rows) or not slot, False  # without a slot no run was looked at
        self._begin(rows, slot)
        self._rested = self._clock.monotonic()
        return bool(rows)

    def _begin(self, rows: list[ClaimedRow], slot: float) -> None:
        now = self._clock.monotonic()
        self._ready.extend((row, slot, now) for row in rows)
        for _ in range(min(len(self._ready), self._wire - len(self._workers))):
            self._workers.add(asyncio.create_task(self._work_off()))

    async def _work_off(self) -> None:
        """Send what is ready, one row after another, while there is any."""
        try:
            while self._ready:
                row, slot, since = self._ready.popleft()
                if self._may_go(row, slot, since):
                    await self._send(row, slot)
                else:
                    self._back.append(row.id)
        finally:  # at once, not by a callback: whoever begins the next rows counts the workers
            self._workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))
            self._work.ring()

    def _may_go(self, row: ClaimedRow, slot: float, since: float) -> bool:
        """The claim still holds good: it is young, and no pause, outage or refusal came after it."""
        now = self._clock.monotonic()
        if self._denied or now - since > READY_S or self._breaker.state in (Standby.OPEN, Standby.HALF_OPEN):
            return False
        return row.chat_id is None or not self._limiter.paused(row.chat_id, max(slot, now))

    def _slot(self, now: float) -> float:
        """The instant of the slots that may be given away now; 0 where none opens soon."""
        at = self._limiter.next_at(now)
        return at if at - now <= AHEAD_S else 0.0

    async def _gather(self) -> None:
        """Where cycles follow one another closely, let some answers come together first."""
        now = self._clock.monotonic()
        wait = self._rested + GATHER_S - now
        if self._more and not self._fast:  # slots are rare: none waits for answers
            wait = min(wait, self._limiter.next_at(now) - AHEAD_S - now)
        if wait > 0 and len(self._ended) < ENOUGH:
            await asyncio.sleep(min(wait, GATHER_S))

    async def _stumbled(self, error: SQLAlchemyError) -> None:
        # A commit whose answer was lost may have claimed rows that nobody sends: they wait again.
        while True:
            log.warning("store did not answer", account=self._channel.account, error=type(error).__name__)
            await asyncio.sleep(IDLE_S)
            busy = self._busy.union(one.row.id for one in self._ended)
            busy.update(row.id for row, _, _ in self._ready)
            back = len(self._back)
            try:
                async with self._database.write() as conn:
                    await recovery.unclaim(conn, self._channel.account, self._token, busy)
                del self._back[:back]
                return
            except SQLAlchemyError as again:
                if fatal(again):
                    raise
                error = again

    async def _probe(self) -> None:
        outcome = await self._channel.probe()
        self._breaker.record(not isinstance(outcome, Uncertain | NotSent), self._clock.monotonic())
        if isinstance(outcome, Denied):
            async with self._database.write() as conn:
                await self._record.refused(conn, outcome.reason, self._clock.now_ms())
            self._denied = True

    async def _pause(self) -> None:
        now = self._clock.monotonic()
        until = now + IDLE_S
        if self._more and len(self._busy) + len(self._ready) < self._window:
            until = min(until, self._limiter.next_at(now) - AHEAD_S)
        await self._work.wait(until - now)
        self._news = True

    async def _send(self, row: ClaimedRow, slot: float) -> None:
        self._busy.add(row.id)
        prepared: Prepared | None = None
        outcome: Outcome = NotSent("stopped before sending")
        try:
            ready = self._outgoing.known(row) or await self._prepare(row)
            if isinstance(ready, Prepared):
                if row.chat_id is not None:
                    await self._hold(slot)
                prepared, outcome = ready, Uncertain("stopped while sending")
                reached("sender.before_send")
                outcome = await self._channel.perform(prepared.request, DEADLINE_S)
                reached("sender.after_answer")
            else:
                outcome = ready
        except Exception as error:
            log.error("channel failed", delivery=row.id, account=self._channel.account, exc_info=error)
            outcome = Uncertain(type(error).__name__)
        finally:
            self._learn(row, outcome)
            self._ended.append(Ended(row, prepared, outcome))
            self._busy.discard(row.id)
            self._work.ring()

    async def _hold(self, slot: float) -> None:
        """Wait for the instant of the slot, or for the one that lateness made of it."""
        for _ in range(HOLDS):
            now = self._clock.monotonic()
            early = self._limiter.write_at(slot, now) - now
            if early <= 0:
                break
            await asyncio.sleep(early)
        self._limiter.wrote(self._clock.monotonic())

    async def _prepare(self, row: ClaimedRow) -> Prepared | NotSent | Rejected:
        """What to ask of the platform, or why nothing can be asked: nothing was written to it yet."""
        try:
            return await self._outgoing.prepare(row)
        except Unpreparable as error:
            return Rejected(str(error))
        except SQLAlchemyError as error:
            return NotSent(f"store did not answer: {type(error).__name__}")
        except OSError:  # another account's platform, where the file lies
            return NotSent("the file cannot be fetched now")
        except Exception as error:
            log.error("delivery cannot be prepared", delivery=row.id, exc_info=error)
            return Rejected(f"cannot be prepared: {type(error).__name__}")

    def _learn(self, row: ClaimedRow, outcome: Outcome) -> None:
        now = self._clock.monotonic()
        match outcome:
            case Denied():
                self._denied = True
            case Throttled(retry_after):
                self._limiter.throttled(now, row.chat_id or "", retry_after)
            case Sent():
                self._limiter.succeeded(now, row.chat_id or "")
        self._breaker.record(not isinstance(outcome, Uncertain | NotSent), now)

    async def _stop(self) -> None:
        """Give answers on their way a moment, then write down what is known."""
        self._ready.clear()
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=LAST_WORDS_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            async with self._database.write() as conn:
                # What was claimed as the stop came, and never begun, waits again.
                busy = {one.row.id for one in self._ended}
                await recovery.unclaim(conn, self._channel.account, self._token, busy)
                await self._record.record(conn, self._ended, self._token, self._clock.now_ms())
                if self._denied:  # after all that: it waits with the others now
                    await rerouting.leave(conn, self._channel.account)
        except SQLAlchemyError as error:
            if fatal(error):
                raise
            # Safe: the next start finds these rows in flight, and calls them uncertain.
            log.warning("last results not written", account=self._channel.account, error=type(error).__name__)
