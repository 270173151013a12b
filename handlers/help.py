"""/trogiup, and a short answer to whatever else somebody writes."""

from bot.acts import briefings
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Block, Span
from bot.core.talk.message import Message
from bot.core.talk.offer import READ
from bot.core.talk.taps import Go, Open
from handlers.access import COMMANDS, open_to
from handlers.people import joining
from handlers.steps import next_steps
from handlers.turn import Turn

# What people write instead of a command, without diacritics.
MEANT = {
    "bat dau": "start",
    "moi nhat": "moinhat",
    "ban tin": "moinhat",
    "tin moi": "moinhat",
    "chu de": "chude",
    "chuyen de": "chude",
    "tim": "tim",
    "tim kiem": "tim",
    "bao cao": "baocao",
    "phan anh": "baocao",
    "phat": "phat",
    "dot phat": "phat",
    "tien do": "tiendo",
    "tong hop": "tonghop",
    "moi": "moi",
    "ma moi": "moi",
    "toi": "toi",
    "thong tin cua toi": "toi",
    "tro giup": "trogiup",
    "huong dan": "trogiup",
    "help": "trogiup",
}
LIKELY = ("moinhat", "baocao", "phat", "tiendo", "chude", "start")


async def help(turn: Turn) -> None:
    """What the person who asks can do here."""
    lines = [
        Block(
            spans=(Span(text=f"/{name}", bold=True), Span(text=f": {turn.line(f'menu.{name}')}")),
            kind="item",
            marker="•",
        )
        for name in COMMANDS
        if open_to(name, turn.member) and (name != "start" or turn.member is None)
    ]
    likely = [name for name in LIKELY if open_to(name, turn.member)]
    likely = [name for name in likely if name != "start" or turn.member is None][:3]
    buttons = tuple((turn.button(f"menu.{name}", Go(name)),) for name in likely)
    key = "help.stranger" if turn.member is None else "help.member"
    text = (*turn.text(key, owner=turn.house.owner), *lines, *turn.text("help.more"))
    await turn.send(Message(text=text, buttons=buttons))


async def understand(turn: Turn, text: str) -> None:
    """Words outside any form: a command without its slash, "đã đọc"; else what can be done."""
    words = " ".join(fold(text).split()).strip(" .!?/")
    if turn.member is not None and words in READ:
        await _unread(turn)
    elif words.replace(" ", "") in COMMANDS or words in MEANT:
        name = MEANT.get(words, words.replace(" ", ""))
        if open_to(name, turn.member):
            button = turn.button("help.open", Go(name), what=turn.line(f"menu.{name}"))
            other = [row for row in next_steps(turn) if row[0].data != button.data][:1]
            await turn.say("help.meant", buttons=((button,), *other))
        else:
            await lost(turn, "lost.stranger" if turn.member is None else "lost.role")
    elif turn.member is None:
        if not await joining.typed_code(turn, text):
            await lost(turn, "lost.stranger")
    elif not await joining.typed_code(turn, text):
        shown = " ".join(text.split())[:60]
        await turn.say("lost.words", words=shown, buttons=next_steps(turn))


async def lost(turn: Turn, key: str) -> None:
    """Say why nothing was done, with the two likeliest next steps."""
    await turn.say(key, buttons=next_steps(turn))


async def _unread(turn: Turn) -> None:
    """Words confirm only what stands in front of who writes: the latest that was not is shown the way to."""
    found = await briefings.unread(turn.context)
    if found is None:
        await lost(turn, "ack.nothing")
        return
    title = found.briefing.body(turn.language).title
    buttons = ((turn.button("ack.open", Open(found.id)),), *next_steps(turn)[1:])
    await turn.say("ack.read_first", title=title, buttons=buttons)
