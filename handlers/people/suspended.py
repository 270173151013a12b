"""What a suspended member is told, whatever they write, press or send."""

from bot.acts import addresses, roster
from bot.acts.addresses import Address
from bot.core.people.members import Member
from bot.core.ports import Tapped
from bot.core.talk.message import Message
from handlers.turn import Turn


async def answer(turn: Turn, member: Member) -> None:
    """One sentence: that it is so, and whom to turn to."""
    unit = await roster.contact(turn.context, member)
    if isinstance(turn.incoming.event, Tapped):
        turn.toast = turn.line("member.told_suspended", unit=unit)
        await turn.answer_tap()
    else:
        words = Message(text=turn.text("member.told_suspended", unit=unit))
        await addresses.say(turn.context, Address(turn.account, turn.chat_id), words)  # no stranger's lane
