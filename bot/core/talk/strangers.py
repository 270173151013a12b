"""How many updates of people who are not in are answered: enough to come in, too few to crowd others out."""

from enum import Enum

from bot.core.kernel.values import ChatId
from bot.core.people.codes import Written, code_among_words, given_code, read_code
from bot.core.talk.offer import numbers
from bot.core.talk.pace import Pace
from bot.core.talk.tap import decode
from bot.core.talk.taps.people import Anew
from bot.core.talk.taps.screens import Go, Press
from bot.core.talk.words import Words

Chat = tuple[str, ChatId]
ANSWER_S = 60.0  # to one chat, seconds between two answers to whatever is no step on the way in
ALL_BURST, ALL_A_SECOND = 20, 1.0  # such answers to all chats together
STEPS_BURST, STEPS_A_SECOND = 10, 1 / 15  # typed steps on the way in, of one chat
KEPT = 4096  # chats remembered before those that may be answered again are forgotten


class Wish(Enum):
    """What somebody who is not in may want. TAP, CODE: to come in, now. STEP: a typed step on that way."""

    TAP = "tap"
    CODE = "code"
    STEP = "step"
    OTHER = "other"


def wish_of_tap(data: str) -> Wish:
    """What the press of a button wishes."""
    tap = decode(data)
    joins = isinstance(tap, Press | Anew) or (isinstance(tap, Go) and tap.command == "start")
    return Wish.TAP if joins else Wish.OTHER


def wish_of_words(text: str, in_form: bool, known: Words) -> tuple[Wish, Written | None]:
    """What typed words wish, and the code in them. `in_form`: the chat is filling in how it joins.

    The number of a choice is a step, and so are words for joining: a chat without buttons has no other way.
    """
    command, _, arguments = text.partition(" ")
    if command.lower().partition("@")[0] == "/start":
        code = given_code(arguments)
        return (Wish.STEP, None) if code is None else (Wish.CODE, code)
    code = code_among_words(text) if in_form else read_code(text)
    if code is not None:
        return Wish.CODE, code
    if text.startswith("/"):
        return Wish.OTHER, None
    return (Wish.STEP if in_form or numbers(text) or known.command(text) == "start" else Wish.OTHER), None


class Allowance:
    """What all strangers together may use up. Times are seconds of any monotonic clock."""

    def __init__(
        self, burst: int = ALL_BURST, a_second: float = ALL_A_SECOND, pause_s: float = ANSWER_S
    ) -> None:
        self._steps = Pace(STEPS_BURST, STEPS_A_SECOND)
        self._all = Pace(burst, a_second)
        self._pause_s = pause_s
        self._again_at: dict[Chat, float] = {}  # chat → when it is next told something

    def admits(self, chat: Chat, wish: Wish, now: float) -> bool:
        """Whether one more update of this chat is answered; counts it if so."""
        if wish in (Wish.TAP, Wish.CODE) or (wish is Wish.STEP and self._steps.admits(chat, now)):
            return True
        if now < self._again_at.get(chat, now) or not self._all.admits(("", ""), now):
            return False
        self._again_at[chat] = now + self._pause_s
        if len(self._again_at) > KEPT:
            self._again_at = {one: at for one, at in self._again_at.items() if at > now}
        return True
