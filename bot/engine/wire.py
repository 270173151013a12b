"""One account's requests at the platform: claimed rows go out over so many workers, their answers come back.

It owns the account's limits and failures, and touches the store only to prepare what is sent.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, cast

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.core.delivery.breaker import State as Standby
from bot.core.delivery.limiter import Limiter, pause_s
from bot.core.delivery.outcome import (
    Denied,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import FETCHING
from bot.core.kernel.values import NO_CHAT
from bot.core.ports import Channel, DeletePart, EditPart, Request, SendPart, SetMenu
from bot.engine.bell import Bell
from bot.engine.breakers import Breakers
from bot.engine.outgoing import Outgoing
from bot.engine.points import reached
from bot.engine.prepared import Prepared, Unpreparable
from bot.engine.recording import Ended
from bot.engine.shown import Shown
from bot.engine.times import Clock
from bot.storage.delivery.claims import ClaimedRow

log = structlog.get_logger()
DEADLINE_S = 30.0
PICTURE_S = 150.0  # where the platform has to fetch a picture, or a recording, first
SHUT = (Standby.OPEN, Standby.HALF_OPEN)
READY_S = 0.25  # a claim older than that is given back: somebody may have cancelled, or left
PACED = (
    SendPart,
    EditPart,
    DeletePart,
)  # what the account's rate is about: a 429 to anything else says nothing of it
HOLDS = 8  # how often a message waits again because another went first


class Ready(NamedTuple):
    """A claimed row, the instant of its slot and the one of its claim (monotonic seconds)."""

    row: ClaimedRow
    slot: float
    since: float


class Wire:
    """Sends claimed rows. `ended` and `back` wait for whoever records; `answered` rings at each.

    `denied`: the platform refused the account. `back` holds ids of rows that were claimed and not begun.
    """

    def __init__(
        self, channel: Channel, outgoing: Outgoing, clock: Clock, answered: Bell, at_once: int
    ) -> None:
        self._channel = channel
        self._outgoing = outgoing
        self._clock = clock
        self._answered = answered
        self._at_once = at_once
        self.limiter = Limiter(channel.rates, clock.monotonic())
        self.breakers = Breakers(channel.account, clock)
        self._rests: dict[type[Request], float] = {}  # until when a method outside the rate is not asked
        self.ended: list[Ended] = []
        self.back: list[int] = []
        self.ready: deque[Ready] = deque()
        self.busy: dict[int, ClaimedRow] = {}  # rows in the workers' hands
        self.workers: set[asyncio.Task[None]] = set()
        self.denied = False
        self._shown = Shown()
        self._spent_until = 0.0  # monotonic seconds

    def spent_s(self) -> float:
        """For how long (seconds) nothing of runs goes, as the platform says that it is used up."""
        return max(0.0, self._spent_until - self._clock.monotonic())

    def in_hand(self) -> int:
        """How many claimed rows have no answer yet."""
        return len(self.busy) + len(self.ready)

    def messages_in_hand(self) -> bool:
        """Whether a message has no answer yet."""
        return any(row.is_message for row in (*self.busy.values(), *(one.row for one in self.ready)))

    def may_ask(self, method: type[Request]) -> int:
        """How many requests of a method may be made now: one, where it failed and may be back."""
        now = self._clock.monotonic()
        return 0 if self._rests.get(method, now) > now else self.breakers.may_ask(method)

    def resting(self) -> bool:
        """Whether the platform told a method outside the rate to wait, and it waits still."""
        return any(until > self._clock.monotonic() for until in self._rests.values())

    def held(self) -> set[int]:
        """The rows that are claimed for good reason: under way, ready, or answered and not recorded."""
        return set(self.busy) | {one.row.id for one in self.ended} | {one.row.id for one in self.ready}

    def begin(self, rows: Sequence[ClaimedRow], slot: float) -> None:
        """Take over rows whose claim is committed."""
        now = self._clock.monotonic()
        self.ready.extend(Ready(row, slot, now) for row in rows)
        for _ in range(min(len(self.ready), self._at_once - len(self.workers))):
            self.workers.add(asyncio.create_task(self._work_off()))

    def may_go(self, one: Ready) -> bool:
        """The claim still holds good: it is young, and no pause, outage or refusal came after it."""
        now = self._clock.monotonic()
        out_of_order = one.row.is_message and self.breakers.messages.state in SHUT
        spent = one.row.run_id is not None and one.row.priority not in FETCHING and self.spent_s()
        if self.denied or out_of_order or spent or now - one.since > READY_S:
            return False
        return one.row.chat_id is None or not self.limiter.paused(one.row.chat_id, max(one.slot, now))

    async def probe(self) -> Denied | None:
        """Ask the platform something harmless, and learn from it; the refusal, where it refuses us."""
        outcome = await self._channel.probe()
        self.breakers.probed(outcome)
        return outcome if isinstance(outcome, Denied) else None

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, and give answers on their way so many seconds."""
        self.ready.clear()
        if self.workers:
            _, late = await asyncio.wait(self.workers, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work_off(self) -> None:
        """Send what is ready, one row after another, while there is any."""
        try:
            while self.ready:
                one = self.ready.popleft()
                if self.may_go(one):
                    await self._send(one.row, one.slot)
                else:
                    self.back.append(one.row.id)
        finally:  # at once, not by a callback: whoever begins the next rows counts the workers
            self.workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))
            self._answered.ring()

    async def _send(self, row: ClaimedRow, slot: float) -> None:
        self.busy[row.id] = row
        prepared: Prepared | None = None
        asked: type[Request] | None = None
        outcome: Outcome = NotSent(Reason.STOPPED)
        try:
            ready = self._outgoing.known(row) or await self._prepare(row)
            if isinstance(ready, Prepared) and self._shown.already(ready.request):
                prepared, outcome = ready, Sent()
            elif isinstance(ready, Prepared) and not self.breakers.allow(ready.request):
                prepared, outcome = ready, _not_asked(ready)
            elif isinstance(ready, Prepared):
                if row.chat_id is not None and not isinstance(ready.request, SetMenu):
                    await self._hold(slot)
                prepared, outcome = ready, Uncertain(Reason.STOPPED)
                asked = type(ready.request)
                reached("sender.before_send")
                outcome = await self._channel.perform(prepared.request, _deadline(prepared.request))
                reached("sender.after_answer")
            else:
                outcome = ready
        except Exception as error:
            log.error("channel failed", delivery=row.id, account=self._channel.account, exc_info=error)
            outcome = Uncertain(Reason.OTHER, type(error).__name__)
        finally:
            self._learn(row, outcome, asked, prepared)
            if asked is not None and prepared is not None and row.run_id is None:
                self._shown.learn(prepared.request, outcome)
            self.ended.append(Ended(row, prepared, outcome))
            self.busy.pop(row.id, None)
            self._answered.ring()

    async def _hold(self, slot: float) -> None:
        """Wait for the instant of the slot, or for the one that lateness made of it."""
        for _ in range(HOLDS):
            now = self._clock.monotonic()
            early = self.limiter.write_at(slot, now) - now
            if early <= 0:
                break
            await asyncio.sleep(early)
        self.limiter.wrote(self._clock.monotonic())

    async def _prepare(self, row: ClaimedRow) -> Prepared | NotSent | Rejected:
        """What to ask of the platform, or why nothing can be asked: nothing was written to it yet."""
        try:
            async with asyncio.timeout(DEADLINE_S):  # a store that says nothing holds no place on the wire
                return await self._outgoing.prepare(row)
        except TimeoutError:
            return NotSent(Reason.STORE, "took too long")
        except Unpreparable as error:
            return Rejected(error.reason, str(error))
        except SQLAlchemyError as error:
            return NotSent(Reason.STORE, type(error).__name__)
        except OSError:  # another account's platform, where the file lies
            return NotSent(Reason.FILE_LOST, "the file cannot be fetched now")
        except Exception as error:
            log.error("delivery cannot be prepared", delivery=row.id, exc_info=error)
            return Rejected(Reason.OTHER, f"cannot be prepared: {type(error).__name__}")

    def _learn(
        self, row: ClaimedRow, outcome: Outcome, asked: type[Request] | None, prepared: Prepared | None
    ) -> None:
        now = self._clock.monotonic()
        if isinstance(outcome, Rejected | Unreachable):
            log.info("not delivered", delivery=row.id, reason=str(outcome.reason), said=outcome.said)
        match outcome:
            case Denied():
                self.denied = True
            case Throttled(retry_after) if asked is not None and asked not in PACED:
                self._rests[asked] = now + pause_s(retry_after)
            case Throttled(retry_after, spent=True):
                self._spent_until = max(self._spent_until, now + pause_s(retry_after))
            case Throttled(retry_after):
                self.limiter.throttled(now, row.chat_id or NO_CHAT, retry_after)
            case Sent() if asked in PACED:
                self.limiter.succeeded(now, row.chat_id or NO_CHAT)
        if asked is not None and prepared is not None:  # only what the platform answered tells how it is
            self.breakers.learn(prepared.request, outcome)


def _deadline(request: Request) -> float:
    read = isinstance(request, SendPart) and (request.part.picture or request.part.sound)
    return PICTURE_S if read else DEADLINE_S


def _not_asked(prepared: Prepared) -> NotSent | Rejected:
    """What becomes of a row whose method is not asked now: an edit goes as a new message, others wait."""
    if isinstance(prepared.request, EditPart):
        return Rejected(Reason.OUT_OF_ORDER, "edits fail: it goes as a message")
    return NotSent(Reason.OUT_OF_ORDER, "its method fails")
