"""/toi: who I am here, what is stored about me, and the way out."""

from bot.core.kernel.richtext import Block, Span
from bot.core.people.members import Member
from bot.core.talk.form import FormState
from bot.core.talk.message import Attachment, Button, Message
from bot.storage.accounts import endpoints, files
from bot.storage.people import audit, members
from handlers import forms
from handlers.access import menu
from handlers.people.mydata import EXPORT, export, facts
from handlers.steps import next_steps
from handlers.turn import Rows, Turn

EXPORT_KEPT_MS = 3_600_000  # time enough to fetch it over a bad line


async def me(turn: Turn) -> None:
    """Everything that is stored about the member, and what they can do about it."""
    if turn.member is not None:
        await turn.send(await _screen(turn, turn.member))


async def act(turn: Turn, what: str, argument: str = "") -> None:
    """A button of /toi: language, export, leave, erase (each of the last two asks first), back."""
    member = turn.member
    match what:
        case _ if member is None:
            turn.toast = turn.line("tap.stale")
        case "back":
            await turn.show(await _screen(turn, member))
        case "lang" if argument in turn.house.texts.languages:
            await _speak(turn, member, argument)
        case "name":
            await forms.begin(turn, "rename")
        case "export":
            await _export(turn, member)
        case "leave":
            other = turn.button("me.erase", "me:erase")
            await _ask(turn, "me.leave_ask", (turn.button("me.leave_yes", "me:leave!"), other))
        case "erase":
            await _ask(turn, "me.erase_ask", (turn.button("me.erase_yes", "me:erase!"),))
        case "leave!" | "erase!":
            await _go(turn, member, what.removesuffix("!"))
        case _:
            turn.toast = turn.line("tap.stale")


async def _screen(turn: Turn, member: Member) -> Message:
    lines = [
        Block(spans=(Span(text=f"{label}: ", bold=True), Span(text=value)), kind="item", marker="•")
        for label, value in await facts(turn, member)
    ]
    texts = turn.house.texts
    languages = [
        Button(label=texts.line(language, "me.speak"), data=f"me:lang:{language}")
        for language in texts.languages
        if language != turn.language
    ]
    rows: Rows = (
        *((button,) for button in languages),
        (turn.button("me.rename", "me:name"), turn.button("me.export", "me:export")),
        (turn.button("me.leave", "me:leave"), turn.button("me.erase", "me:erase")),
    )
    text = (*turn.text("me.title"), *lines, *turn.text("me.rights", owner=turn.house.owner))
    return Message(text=text, buttons=rows)


async def _speak(turn: Turn, member: Member, language: str) -> None:
    await members.set_language(turn.conn, member.id, language)
    turn.language = language
    turn.member = member.model_copy(update={"language": language})
    for place in await endpoints.of(turn.conn, member.id):
        await turn.menu_at(place.account, place.chat_id, menu(turn.house, turn.member, language))
    turn.toast = turn.line("me.language_set")
    await turn.show(await _screen(turn, turn.member))


async def _export(turn: Turn, member: Member) -> None:
    data = await export(turn, member)
    until = turn.now + EXPORT_KEPT_MS
    file_id = await files.make_for(turn.conn, member.id, EXPORT, "application/json", data, until)
    await turn.send_file(Attachment(file_id=file_id), turn.text("me.export_caption"))
    turn.toast = turn.line("me.export_sent")


async def _ask(turn: Turn, key: str, buttons: tuple[Button, ...]) -> None:
    rows = (*((button,) for button in buttons), (turn.button("button.back", "me:back"),))
    await turn.show(Message(text=turn.text(key, days=turn.house.link_days), buttons=rows))


async def _go(turn: Turn, member: Member, how: str) -> None:
    """Leave or erase. The farewell is of the same transaction, and no member's row: it still goes out."""
    places = await endpoints.of(turn.conn, member.id)
    await (members.leave if how == "leave" else members.erase)(turn.conn, member.id)
    await audit.note(turn.conn, f"member:{member.id}", f"member {how}", f"unit:{member.unit}", "", turn.now)
    turn.member = None
    await turn.buttons(())
    await turn.say(f"me.{how}_done", owner=turn.house.owner, buttons=next_steps(turn))
    for place in places:
        await turn.menu_at(place.account, place.chat_id, menu(turn.house, None, turn.language))


async def _rename(turn: Turn, state: FormState) -> str | None:
    if turn.member is None:
        return "form.not_allowed"
    name = state.answers["name"].value
    await members.rename(turn.conn, turn.member.id, name)
    await turn.show(Message(text=turn.text("me.renamed", name=name)))
    return None


forms.register(forms.FormHandler(slug="rename", allowed=lambda turn: turn.member is not None, submit=_rename))
