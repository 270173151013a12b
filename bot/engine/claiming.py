"""How many rows of an account are claimed now, and for which slot: the account's pace, made into claims."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.breaker import State as Standby
from bot.core.ports import AnswerTap, Channel, SetMenu
from bot.engine.choosing import ALL, PROMOTE_S, Choice, Most
from bot.engine.held import Held
from bot.engine.times import Clock
from bot.engine.wire import Wire
from bot.storage.delivery import claims
from bot.storage.delivery.claims import ClaimedRow

WINDOW = 384  # rows claimed at once, at most: so many may be in doubt after a crash
GATHER_S, ENOUGH = 0.02, 128  # answers of so long, or so many of them, share a transaction
LOOK_S = 0.5  # how soon it looks again for rows whose chats, or whose platform, must wait
AHEAD_S = 0.008  # a row is claimed so long before its slot opens: committing takes none of the slot's time


def on_the_wire(window: int) -> int:
    """How many of a window's rows are with the platform at once; the others are ready to follow."""
    return -(-window * 2 // 3)


class Claiming:
    """Claims what may go. It remembers whether rows waited at its last look, and hears of news since."""

    def __init__(self, channel: Channel, wire: Wire, clock: Clock, window: int, token: int) -> None:
        self._wire = wire
        self._clock = clock
        self._token = token
        # On a fast account rows are claimed ahead: an answer is followed by a request, not by a transaction.
        self._fast = channel.rates.account * GATHER_S >= 1
        self._window = window if self._fast else on_the_wire(window)
        self._choice = Choice(channel.account, wire.limiter, clock)
        self._account = channel.account
        self._retry_at: int | None = None  # when the next row that failed goes again, ms UTC
        self._held = Held(clock)
        self._more = True
        self._news = True

    def look_again(self) -> None:
        """Somebody may have made work."""
        self._news = True

    def room(self) -> int:
        """How many rows may be claimed now; 0 where it is no time to look for any."""
        wire = self._wire
        if wire.denied or not (self._news or (self._more and self.slot())):
            return 0
        return self._window - wire.in_hand()

    def _most(self) -> Most:
        """How many there may be of each kind. A message alone is a trial of messages."""
        wire, messages = self._wire, ALL.messages
        if wire.breakers.messages.state is Standby.TRIAL:
            messages = 0 if wire.messages_in_hand() else 1
        elif wire.breakers.messages.state is not Standby.CLOSED:
            messages = 0
        return Most(messages, wire.may_ask(AnswerTap), wire.may_ask(SetMenu))

    def probe_is_due(self) -> bool:
        """Whether the platform is to be asked, before any message, if it is back."""
        wire = self._wire
        if wire.denied or wire.in_hand() >= self._window:
            return False
        return (
            wire.breakers.messages.allow(self._clock.monotonic())
            and wire.breakers.messages.state is Standby.HALF_OPEN
        )

    def slot(self) -> float:
        """The instant of the slots to give away now (monotonic seconds); 0 where none opens soon."""
        now = self._clock.monotonic()
        at = self._wire.limiter.next_at(now)
        return at if at - now <= AHEAD_S else 0.0

    async def claim(
        self, conn: AsyncConnection, room: int, slot: float, of_runs: int | None = None
    ) -> list[ClaimedRow]:
        """Claim the most urgent rows for a slot, in the transaction that is open, `of_runs` of runs."""
        if not room or await self._held.on(conn):
            return []
        most = self._most()
        if self._wire.spent_s():
            most = most._replace(of_runs=0)
        elif of_runs is not None:
            most = most._replace(of_runs=of_runs)
        rows = await self._choice.choose(conn, room, slot, most)
        await claims.claim(conn, rows, self._token)
        if not rows:
            self._retry_at = await claims.next_retry(conn, self._account)
        return rows

    def looked(self, found: bool, slot: float) -> None:
        """Remember what a look came to, once it is committed."""
        self._more, self._news = found or not slot, False  # without a slot no run was looked at

    def gathers_s(self, rested: float) -> float:
        """How long (seconds) answers may still come together; `rested`: when the last step ended."""
        now = self._clock.monotonic()
        wait = rested + GATHER_S - now
        if self._more and not self._fast:  # slots are rare: none waits for answers
            wait = min(wait, self._wire.limiter.next_at(now) - AHEAD_S - now)
        return min(wait, GATHER_S) if len(self._wire.ended) < ENOUGH else 0.0

    def rests_s(self, longest: float) -> float:
        """How long there is nothing to claim (seconds, at most `longest`): until the next slot."""
        now = self._clock.monotonic()
        wire = self._wire
        out_of_order = (
            wire.breakers.messages.state is not Standby.CLOSED or wire.breakers.failing() or wire.resting()
        )
        if wire.in_hand() or self._choice.passed_over or out_of_order:
            longest = min(longest, LOOK_S)
        if spent := wire.spent_s():
            longest = min(longest, spent)
        if self._retry_at is not None:
            longest = min(longest, max(PROMOTE_S, (self._retry_at - self._clock.now_ms()) / 1000))
        if self._more and self._wire.in_hand() < self._window:
            return min(longest, self._wire.limiter.next_at(now) - AHEAD_S - now)
        return longest
