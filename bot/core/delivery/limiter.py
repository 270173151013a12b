"""How many messages may go out now: over the account, to a chat, and after a refusal.

Every call is given the time, in seconds of any monotonic clock. Sends are spaced evenly (GCRA): there is
never a burst to begin with, and the only thing made good is the last moment's lateness.
Rules and measurements: reliability.md, performance.md ("Keeping to 30/s").
"""

from bot.core.kernel.capabilities import Rates
from bot.core.kernel.values import ChatId

CATCH_UP = 0.05  # seconds of our own lateness that are made good: at 30/s, one message more
DEFAULT_PAUSE = 30.0  # seconds, after a 429 that names none
LONGEST_PAUSE = 86_400.0  # seconds: whatever a platform says, it is asked again the next day
CROWD, MOMENT = 3, 1.0  # as many chats refused within as many seconds are the account's matter
FALL, FLOOR = 0.97, 0.1  # the rate after a refusal, at most once a MOMENT, and the least there is
RISE, RISE_SPAN = 0.00025, 10.0  # of the rate, a second with successes: what one refusal took, in two minutes
WARY, CLEAR = 600.0, 0.99  # seconds after a refusal without catching up, and the most of the rate meanwhile
SLOW_START, RAMP = 0.5, 2.0  # after an account's pause: half the rate, the whole of it two seconds later
BEAT = 0.01  # seconds; sends that are closer together than this cannot be spaced one by one
ROUNDING = 1e-6  # seconds; whoever slept until `next_at` is not a hair too early
KEPT = 1024  # chats remembered before the idle ones are looked for


def pause_s(retry_after: float | None) -> float:
    """How long (seconds) a 429 asks to wait; None: it did not say."""
    return DEFAULT_PAUSE if retry_after is None else min(LONGEST_PAUSE, max(0.0, retry_after))


class Limiter:
    """One account's limits. Ask `available`, then `take` each slot for a chat that is ready."""

    def __init__(self, rates: Rates, now: float) -> None:
        self._rates = rates
        self._next = now  # when the next slot opens
        self._share = 1.0  # of the configured rate, after refusals
        self._refused = now - WARY  # when it was last refused
        self._fell = now - MOMENT  # when the share last fell
        self._rose = now  # up to when its rise is reckoned
        self._resumes = now - RAMP  # end of the account's last pause
        self._wrote = now - RAMP  # when a message was last written
        self._witnesses: dict[ChatId, float] = {}  # chats refused within the last moment, and when
        self._booked: dict[ChatId, float] = {}  # chat → when all it was sent will have been at its rate
        self._held: dict[ChatId, float] = {}  # chat → end of its pause
        self._prune_at = KEPT

    def available(self, now: float, limit: int) -> int:
        """How many slots may be taken at once, from 0 to `limit`."""
        ahead = now + ROUNDING - self._start(now)
        if ahead < 0:
            return 0
        return max(0, min(limit, int(ahead / self._interval(now)) + 1))

    def next_at(self, now: float) -> float:
        """When the next slot opens (`now` if one is open). Says nothing about chats."""
        return max(now, self._next)

    def chat_ready_at(self, chat: ChatId, now: float) -> float:
        """From when on one more message may go to this chat (`now` if at once)."""
        spacing, burst = self._chat_rule(chat)
        booked = self._booked.get(chat, now) - (burst - 1) * spacing
        return max(now, booked - ROUNDING, self._held.get(chat, now))

    def paused(self, chat: ChatId, now: float) -> bool:
        """Whether a refusal holds back this chat, or the account."""
        return self._resumes > now or self._held.get(chat, now) > now

    def take(self, now: float, chat: ChatId) -> None:
        """Uses up one slot, for this chat. The caller has asked `available` and `chat_ready_at`."""
        self._next = self._start(now) + self._interval(now)
        self._booked[chat] = max(self._booked.get(chat, now), now) + self._chat_rule(chat)[0]
        if len(self._booked) + len(self._held) > self._prune_at:
            self._forget_idle(now)

    def write_at(self, slot: float, now: float) -> float:
        """When the message that was given this slot may be written; ask again then.

        Where the platform turned out to be strict, our own lateness must not bring two messages together.
        """
        return max(slot, self._wrote + self._interval(now)) if self._strict(now) else slot

    def wrote(self, now: float) -> None:
        """The message is written now."""
        self._wrote = now
        if self._strict(now):
            self._next = max(self._next, now + self._interval(now))

    def throttled(self, now: float, chat: ChatId, retry_after: float | None) -> None:
        """The platform refused a message to this chat (429). Pauses only ever grow longer.

        A lone refusal holds back its chat; several chats within a second, the account. The rate falls a
        little each time: where a refusal was about the rate after all, that is what helps.
        """
        self._refused = now
        until = now + pause_s(retry_after)
        self._held[chat] = max(until, self._held.get(chat, until))
        if now - self._fell >= MOMENT:
            self._share = max(FLOOR, self._share * FALL)
            self._fell = self._rose = now
        recent = {one: at for one, at in self._witnesses.items() if at > now - MOMENT}
        self._witnesses = recent | {chat: now}
        if len(self._witnesses) >= CROWD:
            self._pause(max(self._held[one] for one in self._witnesses))

    def succeeded(self, now: float, chat: ChatId) -> None:
        """The platform accepted a message to this chat: after refusals the rate rises again, slowly."""
        self._witnesses.pop(chat, None)  # whatever it was refused for, it was not the account's rate
        if self._share == 1.0:
            return
        span = min(max(0.0, now - self._rose), RISE_SPAN)
        self._rose = max(now, self._rose)
        self._share = min(CLEAR if self._wary(now) else 1.0, self._share + RISE * span)

    def _pause(self, until: float) -> None:
        if until > self._next:
            self._next = self._resumes = until

    def _start(self, now: float) -> float:
        """The instant the next slot is counted from."""
        late = CATCH_UP
        if self._wary(now):
            late = 0.0 if self._strict(now) else BEAT
        return max(self._next, now - late)

    def _wary(self, now: float) -> bool:
        return now - self._refused < WARY

    def _strict(self, now: float) -> bool:
        return self._wary(now) and self._interval(now) > BEAT

    def _interval(self, now: float) -> float:
        """Seconds between two slots now."""
        ramp = min(1.0, SLOW_START + (1 - SLOW_START) * max(0.0, now - self._resumes) / RAMP)
        return 1 / (self._rates.account * self._share * ramp)

    def _chat_rule(self, chat: ChatId) -> tuple[float, int]:
        """Seconds between two messages to this chat, and how many may go at once."""
        if chat.startswith("-"):
            return 1 / self._rates.group, 1
        return 1 / self._rates.chat, self._rates.chat_burst

    def _forget_idle(self, now: float) -> None:
        self._booked = {chat: at for chat, at in self._booked.items() if at > now}
        held = self._held.items()
        self._held = {chat: at for chat, at in held if at > now or chat in self._witnesses}
        self._prune_at = max(KEPT, 2 * (len(self._booked) + len(self._held)))
