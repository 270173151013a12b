"""Screens that move by themselves: progress, for a quarter of an hour after it was opened."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import presence
from bot.acts import runs as acts
from bot.acts.house import House
from bot.acts.runs import Run
from bot.core.kernel.values import Ms
from bot.core.ports import Incoming, Tapped
from bot.core.talk.message import Message
from bot.core.talk.reply import EditReply
from bot.storage.talk import watches
from bot.storage.talk.watches import WatchRow
from handlers.guidance import progress, runs
from handlers.opinion import digest
from handlers.turn import Turn

Redrawn = tuple[WatchRow, EditReply, str]
Screen = Callable[[Turn, str], Awaitable[Message | None]]


async def _run(turn: Turn, number: str) -> Message | None:
    one = await acts.status(turn.context, int(number))
    return await runs.run_screen(turn, one) if isinstance(one, Run) else None


async def _list(turn: Turn, _number: str) -> Message | None:
    return await progress.screen(turn)


async def _digest(turn: Turn, period: str) -> Message | None:
    return await digest.counted(turn, period)


SCREENS: dict[str, Screen] = {"runs": _list, "run": _run, "digest": _digest}


async def redraw(house: House, conn: AsyncConnection, now: Ms) -> list[Redrawn]:
    """The live screens that show something else now. Only reads; rights are judged again each time."""
    changed = []
    for row in await watches.live(conn, now):
        member = await presence.who(conn, row.account, row.chat_id)
        if member is None:
            continue
        incoming = Incoming(row.chat_id, Tapped("", row.message_id, ""))
        turn = Turn(house, conn, row.account, incoming, now, member, member.language, reading=True)
        name, _, argument = row.subject.removeprefix(watches.ONCE).partition(":")
        message = await SCREENS[name](turn, argument)
        if message is not None and message.fingerprint() != row.shown:
            act = EditReply(message_id=row.message_id, message=message, unasked=True)
            changed.append((row, act, message.fingerprint()))
    return changed
