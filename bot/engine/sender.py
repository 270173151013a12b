"""From the outbox to a channel. One sender an account: it owns the account's limits and failures.

Intent is committed before the first byte is written; results are recorded with the next claim, in one
transaction. What was in flight when the process died is uncertain, never sent again by itself.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.breaker import Breaker
from bot.core.breaker import State as Standby
from bot.core.delivery import Priority, Standing, settle
from bot.core.limiter import Limiter
from bot.core.outcome import Denied, HandleLost, NotSent, Outcome, Rejected, Sent, Throttled, Uncertain
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.outgoing import Outgoing, Prepared, Unpreparable
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.storage import accounts, deliveries, endpoints, files
from bot.storage.database import Database, fatal
from bot.storage.deliveries import ClaimedRow, Settled

log = structlog.get_logger()
WINDOW = 256  # rows in flight at once, at most
IDLE_S = 0.5  # how soon work made by another process is seen
DEADLINE_S = 30.0
LAST_WORDS_S = 1.2  # how long a stop waits for answers that are on their way
GATHER_S, ENOUGH = 0.004, 32  # answers of so long, or so many of them, share a transaction
AHEAD_S = 0.008  # a row is claimed so long before its slot opens: committing takes none of the slot's time
HOLDS = 8  # how often a message waits again because another went first
LOOK_AHEAD = 16  # chats that must wait are passed over among so many more rows
Stopped = Callable[[AsyncConnection, str, str, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ended:
    """A request that was answered, or gave up waiting."""

    row: ClaimedRow
    prepared: Prepared | None
    outcome: Outcome


class Sender:
    """Drains one account. `stopped` is told, in the same transaction, when the platform refuses it."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        outgoing: Outgoing,
        clock: Clock,
        work: Bell,
        stopped: Stopped,
        window: int = WINDOW,
    ) -> None:
        self._database = database
        self._channel = channel
        self._outgoing = outgoing
        self._clock = clock
        self._work = work
        self._stopped = stopped
        self._window = window
        self._token = random.getrandbits(62)
        self._limiter = Limiter(channel.rates, clock.monotonic())
        self._breaker = Breaker()
        self._ended: list[Ended] = []
        self._tasks: dict[asyncio.Task[None], ClaimedRow] = {}
        self._turn = 0
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
        room = self._window - len(self._tasks)
        if self._denied or not self._breaker.allow(now):
            room = 0
        if room and self._breaker.state is Standby.HALF_OPEN:
            await self._probe()
        if self._breaker.state is not Standby.CLOSED or not (self._news or (self._more and self._slot(now))):
            room = 0
        if not self._ended and not room:
            return False
        ended = list(self._ended)
        async with self._database.brisk() as conn:
            await self._record(conn, ended)
            slot = self._slot(self._clock.monotonic())
            rows = await self._choose(conn, room, slot) if room else []
            await deliveries.claim(conn, rows, self._token)
            reached("sender.before_commit")
        reached("sender.after_commit")
        del self._ended[: len(ended)]  # only now: a transaction that is undone is written with the next
        if room:
            self._more, self._news = bool(rows), False
        for row in rows:
            task = asyncio.create_task(self._send(row, slot))
            self._tasks[task] = row
            task.add_done_callback(self._done)
        self._rested = self._clock.monotonic()
        return bool(rows)

    def _slot(self, now: float) -> float:
        """The instant of the slots that may be given away now; 0 where none opens soon."""
        at = self._limiter.next_at(now)
        return at if at - now <= AHEAD_S else 0.0

    async def _gather(self) -> None:
        """Where cycles follow one another closely, let some answers come together first."""
        wait = self._rested + GATHER_S - self._clock.monotonic()
        if wait > 0 and len(self._ended) < ENOUGH:
            await asyncio.sleep(min(wait, GATHER_S))

    async def _stumbled(self, error: SQLAlchemyError) -> None:
        # A commit whose answer was lost may have claimed rows that nobody sends: they wait again.
        while True:
            log.warning("store did not answer", account=self._channel.account, error=type(error).__name__)
            await asyncio.sleep(IDLE_S)
            busy = {one.row.id for one in self._ended} | {row.id for row in self._tasks.values()}
            try:
                async with self._database.write() as conn:
                    return await deliveries.unclaim(conn, self._channel.account, self._token, busy)
            except SQLAlchemyError as again:
                if fatal(again):
                    raise
                error = again

    async def _probe(self) -> bool:
        outcome = await self._channel.probe()
        answered = not isinstance(outcome, Uncertain | NotSent)
        self._breaker.record(answered, self._clock.monotonic())
        if isinstance(outcome, Denied):
            log.error("account refused", account=self._channel.account, reason=outcome.reason)
        return answered

    async def _pause(self) -> None:
        now = self._clock.monotonic()
        until = now + IDLE_S
        if self._more and len(self._tasks) < self._window:
            until = min(until, self._limiter.next_at(now) - AHEAD_S)
        await self._work.wait(until - now)
        self._news = True

    async def _choose(self, conn: AsyncConnection, room: int, now: float) -> list[ClaimedRow]:
        """The most urgent rows that may go at the slot `now`: no more than there is room and it admits."""
        account = self._channel.account
        await deliveries.promote(conn, account, self._clock.now_ms())
        slots = self._limiter.available(now, room) if now else 0
        chosen: list[ClaimedRow] = []
        for row in await deliveries.replies(conn, account, room + LOOK_AHEAD):
            if len(chosen) == room:
                break
            if row.chat_id is None:
                chosen.append(row)
            elif slots and self._take(row, now):
                slots -= 1
                chosen.append(row)
        slots = min(room - len(chosen), slots)
        for priority, runs in await self._queues(conn) if slots else []:
            for place, run_id in enumerate(runs):
                share = -(-slots // (len(runs) - place))
                taken = await self._of_run(conn, priority, run_id, share, now)
                chosen += taken
                slots -= len(taken)
            if not slots:
                break
        return chosen

    async def _of_run(
        self, conn: AsyncConnection, priority: int, run_id: int, share: int, now: float
    ) -> list[ClaimedRow]:
        """So many rows of a run; where chats must wait, those behind them."""
        taken: dict[int, ClaimedRow] = {}
        for limit in (share, share + LOOK_AHEAD):
            rows = await deliveries.of_run(conn, self._channel.account, priority, run_id, limit)
            for row in rows:
                if row.id not in taken and len(taken) < share and self._take(row, now):
                    taken[row.id] = row
            if len(taken) == share or len(rows) < limit:
                break
        return list(taken.values())

    async def _queues(self, conn: AsyncConnection) -> list[tuple[int, list[int]]]:
        """Runs under way by priority; inside one priority each is first in turn."""
        self._turn += 1
        queues: dict[int, list[int]] = {}
        for priority, run_id in await deliveries.open_runs(conn, self._clock.now_ms()):
            queues.setdefault(priority, []).append(run_id)
        for runs in queues.values():
            first = self._turn % len(runs)
            runs[:] = runs[first:] + runs[:first]
        return sorted(queues.items())

    def _take(self, row: ClaimedRow, now: float) -> bool:
        if row.chat_id is None or self._limiter.chat_ready_at(row.chat_id, now) > now:
            return False
        self._limiter.take(now, row.chat_id)
        return True

    async def _send(self, row: ClaimedRow, slot: float) -> None:
        prepared: Prepared | None = None
        outcome: Outcome = NotSent("stopped before sending")
        try:
            ready = await self._prepare(row)
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

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        self._work.ring()

    async def _record(self, conn: AsyncConnection, ended: list[Ended]) -> None:
        """Write down what became of requests that ended since the last time."""
        now = self._clock.now_ms()
        settled = [self._settle(one, now) for one in ended]
        for result in settled:
            if result.transition.close:
                await self._closed(conn, result.row, result.transition.reason or "", now)
        await deliveries.settle(conn, settled, self._token, now)
        for one, result in zip(ended, settled, strict=True):
            moved_to = result.transition.move_to
            if moved_to is not None and one.row.chat_id is not None:
                await endpoints.move(conn, self._channel.account, one.row.chat_id, moved_to, now)
            if one.prepared is not None and one.prepared.file_id is not None:
                await self._remember_file(conn, one.prepared.file_id, one.outcome)
            if isinstance(one.outcome, Denied):
                await self._refused(conn, one.outcome.reason, now)

    async def _refused(self, conn: AsyncConnection, reason: str, now: int) -> None:
        if await accounts.stop(conn, self._channel.account, reason):
            await self._stopped(conn, self._channel.account, reason, now)

    async def _closed(self, conn: AsyncConnection, row: ClaimedRow, reason: str, now: int) -> None:
        if row.chat_id is not None:
            await endpoints.close(conn, self._channel.account, row.chat_id, reason, now)
            await deliveries.reroute(conn, row, self._token)

    async def _remember_file(self, conn: AsyncConnection, file_id: int, outcome: Outcome) -> None:
        match outcome:
            case Sent(file_handle=str(handle)):
                await files.set_handle(conn, file_id, self._channel.account, handle)
            case HandleLost():
                await files.drop_handle(conn, file_id, self._channel.account)

    def _settle(self, one: Ended, now: int) -> Settled:
        row, prepared = one.row, one.prepared
        standing = Standing(
            attempts=row.attempts,
            part=row.part,
            parts=prepared.parts if prepared else row.part + 1,
            repeatable=prepared is not None and prepared.repeatable,
            may_resend=row.priority == Priority.URGENT and not row.resent,
        )
        message_id = one.outcome.message_id if isinstance(one.outcome, Sent) else None
        jitter = random.random()  # noqa: S311 - spreads retries, keeps nothing secret
        return Settled(row, settle(standing, one.outcome, now, jitter), message_id)

    async def _stop(self) -> None:
        """Give answers on their way a moment, then write down what is known."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_WORDS_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with self._database.write() as conn:
            await self._record(conn, self._ended)
            # What was claimed as the stop came, and never begun, waits again.
            busy = {one.row.id for one in self._ended}
            await deliveries.unclaim(conn, self._channel.account, self._token, busy)
