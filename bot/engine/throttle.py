"""Which updates are handled at all: a flood costs its sender, and people who are not in crowd nobody out."""

from enum import Enum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import HOUR_MS
from bot.core.people.guessing import may_try
from bot.core.ports import Incoming, Reach, Said, Tapped, Unusable
from bot.core.talk.pace import Pace
from bot.core.talk.strangers import Allowance, Wish, wish_of_tap, wish_of_words
from bot.core.talk.words import Words
from bot.engine.times import Clock
from bot.storage.people import guesses
from bot.storage.talk import sights


class Verdict(Enum):
    """What becomes of an update. CLOSE: it is done with, and nobody is told."""

    HANDLE = "handle"
    SLOW_DOWN = "slow down"
    CLOSE = "close"


class Throttle:
    """Bounds each chat's updates, and those of all strangers together."""

    def __init__(
        self,
        clock: Clock,
        pace: Pace | None = None,
        strangers: Allowance | None = None,
        words: Words | None = None,
    ) -> None:
        self._clock = clock
        self._words = words or Words()
        self._pace = pace or Pace()
        self._strangers = strangers or Allowance()

    async def judge(self, conn: AsyncConnection, account: str, incoming: Incoming) -> Verdict:
        """What becomes of one more update; counts it."""
        chat, now = (account, incoming.chat_id), self._clock.monotonic()
        sight = await sights.at(conn, *chat)
        if sight.member is None and sight.suspended is None and not _unheard(incoming):
            wish = await self._wish(conn, account, incoming, sight.form is not None)
            if not self._strangers.admits(chat, wish, now):
                return Verdict.CLOSE
        if self._pace.admits(chat, now):
            return Verdict.HANDLE
        return Verdict.SLOW_DOWN if self._pace.to_be_told(chat) else Verdict.CLOSE

    async def _wish(self, conn: AsyncConnection, account: str, incoming: Incoming, in_form: bool) -> Wish:
        event = incoming.event
        if isinstance(event, Tapped):
            return wish_of_tap(event.data)
        if not isinstance(event, Said):
            return Wish.OTHER
        wish, code = wish_of_words(event.text, in_form, self._words)
        if code is not None:
            now = self._clock.now_ms()
            wrong = await guesses.count(conn, code.kind, account, incoming.chat_id, now, HOUR_MS)
            return wish if may_try(*wrong) else Wish.OTHER
        return wish


def _unheard(incoming: Incoming) -> bool:
    """Nobody is told anything of it."""
    event = incoming.event
    return isinstance(event, Reach) or (isinstance(event, Unusable) and not event.answer)
