"""What a suspended member is told, whatever they write, press or send; and the rights that stay theirs."""

from dataclasses import replace

from bot.acts import addresses, briefings, roster
from bot.acts.addresses import Address
from bot.core.people.members import Member
from bot.core.ports import Said, Tapped
from bot.core.talk.message import Message
from bot.core.talk.offer import meant
from bot.core.talk.tap import Tap, decode
from bot.core.talk.taps.people import Mine
from handlers.people import me
from handlers.turn import Turn

RIGHTS = ("leave", "leave!", "erase", "erase!", "export")  # nobody takes these
COMMANDS = {"rutdongy": "leave", "xoa": "erase", "dulieucuatoi": "export"}


async def answer(turn: Turn, member: Member) -> None:
    """One sentence: that it is so, and whom to turn to. Leaving, erasure and their data are not refused."""
    tap = await _meant(turn, member)
    if isinstance(tap, Mine) and tap.step in RIGHTS:
        turn.member = member
        await me.act(turn, tap)
        await turn.answer_tap()
        return
    unit = await roster.contact(turn.context, member)
    if isinstance(turn.incoming.event, Tapped):
        turn.toast = turn.line("member.told_suspended", unit=unit)
        await turn.answer_tap()
        return
    rows = ((turn.button("me.leave", Mine("leave")), turn.button("me.erase", Mine("erase"))),)
    words = Message(text=turn.text("member.told_suspended", unit=unit), buttons=rows)
    await addresses.say(turn.context, Address(turn.account, turn.chat_id), words)  # no stranger's lane


async def _meant(turn: Turn, member: Member) -> Tap | None:
    event, known = turn.incoming.event, turn.house.words
    if isinstance(event, Tapped):
        return decode(event.data)
    if not isinstance(event, Said):
        return None
    if step := COMMANDS.get(event.text.strip().lower().removeprefix("/")):
        return Mine(step)
    offered, _ = await briefings.offered(replace(turn.context, actor=member))
    tap = meant(offered, event.text, known)
    return Mine("leave") if tap is None and known.leads_out(event.text.lstrip("/")) else tap
