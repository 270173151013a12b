"""From an update to the conversation it belongs to: commands, buttons, then the form that is open."""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import briefings, fetching, knocking, presence, replies
from bot.acts.house import House
from bot.core.guidance.verifying import codes_in
from bot.core.kernel.formats import fold
from bot.core.kernel.values import ChatId, Ms
from bot.core.opinion.codes import code_within
from bot.core.people.members import Member
from bot.core.ports import Event, Incoming, Reach, Said, Shared, Tapped, Unusable
from bot.core.talk.form import FormState
from bot.core.talk.message import Message
from bot.core.talk.offer import asks, choices, is_number, meant, numbers
from bot.core.talk.reply import MenuReply
from bot.core.talk.tap import decode
from bot.core.talk.taps.reading import Confirm
from bot.core.talk.taps.screens import Go, HelpOf, Press, TakeOut
from handlers import filling, help, offers, typed, within
from handlers.access import menu, open_to
from handlers.guidance import routes as guidance
from handlers.guidance import verifying
from handlers.meetings import routes as meetings
from handlers.opinion import mine
from handlers.opinion import routes as opinion
from handlers.people import joining, suspended
from handlers.people import routes as people
from handlers.steps import labelled
from handlers.turn import Command, OnTap, Turn


async def _start(turn: Turn) -> None:
    """Greet and let in; behind a code that stands on a briefing's page, say what is of it."""
    await (verifying.verify(turn) if codes_in(turn.arguments) else joining.start(turn))


_SUBJECTS = (people, guidance, opinion, meetings)
ANSWERS: dict[str, Command] = {
    "start": _start,
    "trogiup": help.help,
    **{name: answer for one in _SUBJECTS for name, answer in one.ANSWERS.items()},
}
# White space, a full stop or what cannot be seen ends a command as well.
_COMMAND = re.compile(r"/\s*(?P<name>[\w-]+)(?:@\w*)?[\s.,;:!?…)\u200b-\u200f\u2060\ufeff]*")
LONGEST = 20  # letters of a command
ALIASES = {"help": "trogiup"}

TAPS: OnTap = {
    Press: filling.press,
    TakeOut: typed.take_out,
    HelpOf: help.help_of,
    Go: lambda turn, tap: command(turn, tap.command, ""),
    **{kind: answer for one in _SUBJECTS for kind, answer in one.TAPS.items()},
}


async def set_menus(house: House, conn: AsyncConnection, account: str, now: Ms) -> None:
    """Register what anybody can use, in each language; members' menus are set as they join."""
    for language in (None, *house.texts.languages):
        entries = MenuReply(language=language, menu=menu(house, None, language or "vi"))
        await replies.menu(conn, account, None, entries, now)


async def set_menu(
    house: House, conn: AsyncConnection, account: str, chat_id: ChatId, member: Member, now: Ms
) -> None:
    """Show a member's chat what they can use."""
    entries = MenuReply(menu=menu(house, member, member.language))
    await replies.menu(conn, account, chat_id, entries, now)


async def handle(house: House, conn: AsyncConnection, account: str, incoming: Incoming, now: Ms) -> None:
    """Answer one update, inside its transaction."""
    house = house.as_now()
    event = incoming.event
    if isinstance(event, Unusable) and not event.answer:
        return
    if isinstance(event, Reach):
        await presence.reach(conn, account, incoming.chat_id, event, now)
        if not event.contact:
            return
    member, stopped = await presence.writes(conn, account, incoming.chat_id, now)
    if stopped is not None and not isinstance(event, Reach):
        turn = Turn(house, conn, account, incoming, now, None, stopped.language)
        await suspended.answer(turn, stopped)
        return
    language = member.language if member else _language(house, incoming)
    turn = Turn(house, conn, account, incoming, now, member, language)
    if member is not None:
        turn.knocked = await knocking.unanswered(house, conn, account, incoming.chat_id)
        await _fetch(turn, member)
    watched = await presence.watches(conn, account, incoming.chat_id)
    await _answer(turn, event)
    if watched and (turn.said or turn.shown or turn.live):
        await replies.stand_still(conn, account, incoming.chat_id, turn.live)


async def _answer(turn: Turn, event: Event) -> None:
    match event:
        case Said(text):
            await _said(turn, text)
        case Tapped(data):
            await _tapped(turn, data)
            await turn.answer_tap()
        case Shared():
            if not await filling.take_file(turn, event) and not turn.has_been_told:
                await help.lost(turn, "lost.file")
        case Unusable():
            if not turn.has_been_told and not await filling.take_other(turn, event.kind):
                await help.not_read(turn, event.kind)


async def _fetch(turn: Turn, member: Member) -> None:
    """What the member missed comes first; where that is not all, how the rest is had."""
    found = await fetching.fetch(turn.house, turn.conn, turn.account, turn.chat_id, member, turn.now)
    turn.fetched = found.sent
    if found.left:
        await turn.say("fetch.more", count=found.left)
        turn.said = False


async def _said(turn: Turn, text: str) -> None:
    if text.startswith("/"):
        named = _COMMAND.match(text)
        await command(turn, named["name"] if named else "", text[named.end() :].strip() if named else "")
    elif await mine.typed_code(turn, text) or (turn.knocked and await _knocked(turn, text)):
        return
    elif not (await _chosen(turn, text) or await filling.hear(turn, text, _instead)):
        if (meant_by := within.named(turn, text)) is not None:
            await command(turn, *meant_by)
        elif not await mine.typed_code(turn, code_within(text)):
            await help.understand(turn, text)


async def _instead(turn: Turn, state: FormState, text: str) -> bool:
    return await within.instead(turn, state, text, lambda turn, name: command(turn, name, ""))


async def _knocked(turn: Turn, text: str) -> bool:
    """Below a template nothing is offered: a number, or an "ok", asks for what waits, and presses nothing."""
    form = await filling.asked(turn)
    if form is not None and form[1] and not numbers(text):
        return False  # an answer in words, to a question that waits for them
    if form is not None:
        await filling.ask_again(turn, form[0], "fetch.form" if turn.fetched else "form.other_number")
    elif turn.fetched and (numbers(text) or help.says_nothing(turn, text)):
        await turn.say("fetch.here")  # without choices: those of what was fetched stand
    else:
        meant_by = within.named(turn, text)
        await (help.understand(turn, text) if meant_by is None else command(turn, *meant_by))
    return True


async def _chosen(turn: Turn, text: str) -> bool:
    """Words that name a choice of the last screen are its button. A form's own screen hears for itself.

    Words that a form waits for are its own; a bare number, or a label, below a newer screen is that screen's.
    """
    form = await filling.asked(turn)
    worded = form is not None and form[1] and not is_number(text)
    offered, delivered = await offers.last(turn)
    if turn.member is None and form is None:
        offered = choices(await joining.steps(turn))
    if not delivered and not worded and numbers(text) and await briefings.in_doubt(turn.context):
        # The number is the briefing's, if it came, and is not to press what an older screen offered.
        await (help.unread(turn) if form is None else filling.ask_again(turn, form[0]))
        return True
    if form is not None and (not offered or asks(offered, form[0].nonce, form[0].step)):
        return False
    # Beside a form that waits, a briefing that has just come is not what a bare number answers.
    aside = form is not None and delivered and numbers(text)
    tap = None if aside else meant(offered, text, turn.house.words, spelled=not worded)
    if isinstance(tap, HelpOf) and within.named(turn, text) is not None:
        return False  # a command's name is no part of the help that begins with it
    if form is not None and tap is None and not delivered and filling.steers(turn, text):
        await filling.ask_again(turn, form[0], "form.still_open")  # it would move, or be sent, out of sight
        return True
    if worded and (tap is None or (delivered and not isinstance(tap, Confirm))):
        return False
    if tap is not None:
        await TAPS[type(tap)](turn, tap)
        if turn.toast:
            await offers.remark(turn, offered)
        return True
    if form is not None and numbers(text):
        await filling.ask_again(turn, form[0])
        return True
    named = form is None and turn.member is not None and is_number(text)
    return named and await offers.no_such(turn, offered, text)


async def command(turn: Turn, name: str, arguments: str) -> None:
    """Run a command, or say plainly why not and what can be done."""
    name = name.lower()
    name = ALIASES.get(name, name)
    apart = fold(f"{name}{arguments[:LONGEST]}").replace(" ", "")
    if apart in ANSWERS:  # written in parts: "/hoi nghi" asks nothing about "nghi"
        name, arguments = apart, ""
    turn.arguments = arguments
    if name not in ANSWERS:
        await _unknown(turn, name)
    elif open_to(name, turn.member):
        await ANSWERS[name](turn)
    else:
        await help.lost(turn, "lost.stranger" if turn.member is None else "lost.role")


async def _unknown(turn: Turn, name: str) -> None:
    """No command of ours. What would be understood without its slash is so behind one, too."""
    known, said = turn.house.words, f"{name} {turn.arguments}".strip()
    meant_by = labelled(turn, said) or known.command(said)
    if known.means("cancel", name) and await filling.hear(turn, name):
        return
    if leaving := next((one for one in (said, name) if known.leads_out(one)), None):
        await help.understand(turn, leaving)
    elif meant_by is not None:
        await command(turn, meant_by, "")
    else:
        await help.lost(turn, "lost.command")


async def _tapped(turn: Turn, data: str) -> None:
    tap = decode(data)
    if tap is None:
        turn.toast = turn.line("tap.stale")
    else:
        await TAPS[type(tap)](turn, tap)


async def apologise(house: House, conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> None:
    """Tell somebody that their message could not be handled, and what to do."""
    await _tell(house, conn, account, chat_id, "lost.error", now)


async def slow_down(house: House, conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> None:
    """Tell somebody that they write faster than is handled."""
    await _tell(house, conn, account, chat_id, "lost.too_fast", now)


async def _tell(
    house: House, conn: AsyncConnection, account: str, chat_id: ChatId, key: str, now: Ms
) -> None:
    if not chat_id:
        return
    member = await presence.who(conn, account, chat_id)
    words = house.texts.text(member.language if member else "vi", key)
    await replies.say(conn, account, chat_id, Message(text=words), now, stranger=member is None)


def _language(house: House, incoming: Incoming) -> str:
    wished = (incoming.language or "").partition("-")[0]
    return wished if wished in house.texts.languages else "vi"
