"""/xacminh: whether a code, or a message somebody forwarded, is of this body, and whether it still stands."""

from bot.acts import verifying
from bot.acts.first_screen import issued_by
from bot.acts.verifying import Verified
from bot.core.guidance.verifying import codes_in, shown
from bot.core.kernel.formats import date_long
from bot.core.talk.message import Message
from handlers.steps import next_steps
from handlers.turn import Turn


async def verify(turn: Turn) -> None:
    """The command: with a code or the whole message behind it; without, how it is asked."""
    if not turn.arguments.strip():
        await turn.say("verify.how", owner=turn.house.owner, buttons=next_steps(turn))
        return
    found = await verifying.verify(turn.context, turn.arguments)
    if found is None:
        key = "verify.unknown" if codes_in(turn.arguments) else "verify.no_code"
        await turn.say(key, owner=turn.house.owner, buttons=next_steps(turn))
    else:
        await _say(turn, found)


async def forwarded(turn: Turn, words: str) -> bool:
    """Answer words that hold a code of ours, without a command; False where they hold none."""
    found = await verifying.verify(turn.context, words) if codes_in(words) else None
    if found is not None:
        await _say(turn, found)
    return found is not None


async def _say(turn: Turn, found: Verified) -> None:
    said = found.briefing
    values = {"code": shown(found.code), "issued": issued_by(turn.house, said, turn.language)}
    text = turn.text("verify.different" if found.whole is False else "verify.issued", **values)
    if turn.member is not None:  # who is not in learns no more than that it is ours
        text += turn.text("verify.title", title=said.body(turn.language).title)
    if found.recalled:
        text += turn.text("verify.recalled")
    elif found.replaced:
        text += turn.text("verify.replaced")
    elif said.valid_until is not None and said.valid_until < turn.moment.date():
        text += turn.text("verify.over", day=date_long(said.valid_until, turn.language))
    else:
        text += turn.text("verify.stands")
    await turn.send(Message(text=text, buttons=next_steps(turn)))
