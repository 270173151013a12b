"""What was offered last in a chat: the last reply's choices, or a briefing that came after it."""

from collections.abc import Sequence

from bot.acts import briefings, first_screen, replies
from bot.acts.context import Refusal
from bot.core.kernel.richtext import Text, paragraph
from bot.core.talk.message import Button, Message
from bot.core.talk.offer import Choice, choices, open_numbers
from bot.core.talk.taps.kits import AskOn
from bot.core.talk.taps.reading import Confirm, Files, Full
from handlers.turn import Turn


async def last(turn: Turn) -> tuple[tuple[Choice, ...], bool]:
    """The choices in front of who writes, and whether they are a delivered briefing's. Strangers: none."""
    offered, delivered = await briefings.offered(turn.context)
    if delivered is None:
        return offered, False
    return await _briefing(turn, delivered), True


async def remark(turn: Turn, offered: Sequence[Choice]) -> None:
    """Say what is to be known below the screen that was shown; where none was, the last one stands."""
    told: Text = (paragraph(turn.toast),)
    if not (turn.said or turn.live):
        # Of a single choice the number has just been typed.
        key = "choices.still" if len(open_numbers(offered)) > 1 else "choices.else"
        told += turn.text(key, numbers=_listed(offered))
    await _aside(turn, told)


async def no_such(turn: Turn, offered: Sequence[Choice], number: str) -> bool:
    """Say which numbers may be typed, for one that none of the choices has; False where there are none."""
    if not open_numbers(offered):
        return False
    asked = " ".join(number.split())
    await _aside(turn, turn.text("choices.no_number", number=asked, numbers=_listed(offered)))
    return True


def _listed(offered: Sequence[Choice]) -> str:
    return ", ".join(map(str, open_numbers(offered)))


async def _aside(turn: Turn, words: Text) -> None:
    """What leaves the numbers in force. Who is not in has none."""
    if turn.member is not None:
        await replies.remark(turn.conn, turn.account, turn.chat_id, Message(text=words), turn.now)
    else:
        await turn.send(Message(text=words))


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
