"""What was offered last in a chat: the last reply's choices, or a briefing that came after it."""

from bot.acts import briefings, first_screen
from bot.acts.context import Refusal
from bot.core.talk.message import Button
from bot.core.talk.offer import Choice, choices
from bot.core.talk.taps.kits import AskOn
from bot.core.talk.taps.reading import Confirm, Files, Full
from handlers.turn import Turn


async def last(turn: Turn) -> tuple[tuple[Choice, ...], bool]:
    """The choices in front of who writes, and whether they are a delivered briefing's. None for strangers."""
    offered, delivered = await briefings.offered(turn.context)
    if delivered is None:
        return offered, False
    return await _briefing(turn, delivered), True


async def _briefing(turn: Turn, delivery_id: int) -> tuple[Choice, ...]:
    said = await briefings.following_said(turn.context, delivery_id)
    if said is not None:
        return said
    one = await briefings.read_delivered(turn.context, delivery_id)
    if isinstance(one, Refusal):
        return ()
    read = Button.of(turn.line("button.read"), Confirm(delivery_id))
    more = Full(delivery_id), Files(delivery_id), AskOn(delivery_id)
    return choices(first_screen.rows_of(turn.house, one.briefing, one.files, turn.language, more, read))
