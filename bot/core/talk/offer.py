"""What the last screen of a chat offers, and what somebody's words mean by it: a number, or a label."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.kernel.formats import fold
from bot.core.talk.message import Button
from bot.core.talk.tap import Tap, decode
from bot.core.talk.taps import Confirm, ConfirmFull, Press

_NUMBER = re.compile(r"\s*([1-9][0-9]?)\s*[.)]?\s*")

READ = frozenset({"da doc", "da xem", "read"})  # other words for a confirmation


class Choice(NamedTuple):
    """A button as it was shown: what it says, and its data ("" for a link)."""

    label: str
    data: str


def choices(rows: Sequence[Sequence[Button]]) -> tuple[Choice, ...]:
    """The buttons of a screen, in the order in which they are numbered."""
    return tuple(Choice(button.label, button.data) for row in rows for button in row)


def is_number(words: str) -> bool:
    """Whether words are nothing but the number of a choice: "2", "2."."""
    return _NUMBER.fullmatch(words) is not None


def meant(offered: Sequence[Choice], words: str) -> Tap | None:
    """The tap that words stand for: a choice's number, or its label with or without sign and diacritics.

    None where they stand for none, or for more than one.
    """
    number = _NUMBER.fullmatch(words)
    if number is not None:
        place = int(number[1])
        return decode(offered[place - 1].data) if place <= len(offered) else None
    said = bare(words)
    data = {one.data for one in offered if said and bare(one.label) == said}
    if said in READ and not data:
        data = {one.data for one in offered if isinstance(decode(one.data), Confirm | ConfirmFull)}
    return decode(data.pop()) if len(data) == 1 else None


def asks(offered: Sequence[Choice], nonce: str, step: int) -> bool:
    """Whether these are the choices of this screen of a form."""
    taps = (decode(one.data) for one in offered)
    return any(isinstance(tap, Press) and (tap.nonce, tap.step) == (nonce, step) for tap in taps)


def bare(words: str) -> str:
    """Folded letters and digits alone: "✅ Gửi" and "gui." are the same."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(words)).split())
