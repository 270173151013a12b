"""/khongphatsinh: nothing to report this week, with one tap."""

from bot.acts import prompting
from bot.acts.context import Refusal
from bot.core.talk.message import Message
from bot.core.talk.taps.screens import Go
from handlers.turn import Turn


async def nothing_new(turn: Turn) -> None:
    """Keep a zero report, and say for which unit and week."""
    done = await prompting.nothing_new(turn.context)
    rows = ((turn.button("menu.cuatoi", Go("cuatoi")),), (turn.button("button.report", Go("baocao")),))
    if isinstance(done, Refusal):
        await turn.show(Message(text=done.text(turn.house.texts, turn.language), buttons=rows))
        return
    week = prompting.span(done.first, done.last)
    words = turn.text("zero.done", unit=done.place.name, week=week)
    await turn.show(Message(text=words, buttons=rows[::-1]))
