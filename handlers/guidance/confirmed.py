"""What says that a member confirmed, and when."""

from datetime import datetime

from bot.core.kernel.formats import moment
from bot.core.talk.message import Button
from bot.core.talk.taps import Confirm
from handlers.turn import Turn


def confirmed_button(turn: Turn, delivery_id: int, at: int) -> Button:
    """Says when the member confirmed; pressing it again only says so once more."""
    when = short_moment(turn.local(at), turn.language)
    return turn.button("briefing.confirmed", Confirm(delivery_id), when=when)


def short_moment(at: datetime, language: str) -> str:
    """Time and day without the year: "08:15 ngày 12/12"."""
    return moment(at, language).removesuffix(f"{at.year:04}")[:-1]
