"""What says that a member confirmed, and when."""

from datetime import datetime

from bot.acts.briefings import Opened
from bot.core.kernel.formats import moment
from bot.core.talk.message import Button
from bot.core.talk.taps.reading import Confirm, ConfirmFull
from handlers.turn import Turn


def read_button(turn: Turn, one: Opened, tap: type[Confirm | ConfirmFull]) -> Button | None:
    """Confirms what was delivered, and from then on says when; pressing it again only says so once more."""
    if one.delivery is None:
        return None
    if one.confirmed is None:
        return turn.button("button.read", tap(one.delivery))
    when = short_moment(turn.local(one.confirmed), turn.language)
    return turn.button("briefing.confirmed", tap(one.delivery), when=when)


def short_moment(at: datetime, language: str) -> str:
    """Time and day without the year: "08:15 ngày 12/12"."""
    return moment(at, language).removesuffix(f"{at.year:04}")[:-1]
