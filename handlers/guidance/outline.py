"""A briefing as one page to speak from: which format, then the file, to who asked and nobody else."""

from bot.acts import outlines
from bot.acts.briefings import Opened
from bot.acts.context import Refusal
from bot.acts.outlines import Format
from bot.core.kernel.formats import number
from bot.core.talk.message import Attachment, Message
from bot.core.talk.tap import Tap
from bot.core.talk.taps.reading import Open, Outline, Reread
from handlers import offers
from handlers.turn import Rows, Turn


def rows(turn: Turn, one: Opened) -> Rows:
    """The button that leads here, below a briefing on a screen of its own."""
    delivered = one.delivery is not None
    tap = Outline("to" if delivered else "of", one.delivery if one.delivery is not None else one.id, "ask")
    page: Rows = ((turn.button("outline.button", tap),),)
    if not one.briefing.script(turn.language):
        return page
    return (*page, (turn.button("outline.script", Outline(tap.of, tap.number, "loa")),))


async def rows_if_offered(turn: Turn, one: Opened) -> Rows:
    """The same where the last screen has it: what is pressed there leaves it standing."""
    mine = rows(turn, one)
    offered, _ = await offers.last(turn)
    return mine if any(choice.data == mine[0][0].data for choice in offered) else ()


async def show(turn: Turn, tap: Outline) -> None:
    """Ask for the format, or hand the file out."""
    if tap.form == "ask":
        await _ask(turn, tap)
        return
    if tap.form == "loa":
        await _say_script(turn, tap)
        return
    made = await outlines.export(turn.context, tap.number, Format(tap.form), delivered=tap.of == "to")
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    await turn.send_file(Attachment(file_id=made, kind="document"), turn.text("outline.sent"))


async def _say_script(turn: Turn, tap: Outline) -> None:
    """What the loudspeaker says, to be read out word for word."""
    found = await outlines.script(turn.context, tap.number, delivered=tap.of == "to")
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    minutes = number(found.minutes, turn.language)
    head = turn.text("outline.script_head", title=found.title, minutes=minutes)
    check = turn.text("briefing.check", code=found.code)
    text = (*head, *found.text, *found.attribution, *check)
    await turn.send(Message(text=text, buttons=((turn.button("button.back", _back(tap)),),)))


def _back(tap: Outline) -> Tap:
    return Reread(tap.number) if tap.of == "to" else Open(tap.number)


async def _ask(turn: Turn, tap: Outline) -> None:
    if turn.member is None:
        turn.toast = turn.line("tap.stale")
        return
    formats = tuple(
        turn.button(f"outline.as_{form}", Outline(tap.of, tap.number, form.value)) for form in Format
    )
    buttons = (formats, (turn.button("button.back", _back(tap)),))
    await turn.send(Message(text=turn.text("outline.which"), buttons=buttons))
