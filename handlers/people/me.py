"""/toi: who I am here, what is stored about me, and the way out."""

from bot.acts import linking, members, mydata, places
from bot.acts import me as acts
from bot.acts.context import Refusal
from bot.core.kernel.languages import name
from bot.core.kernel.richtext import Block, Span
from bot.core.people.members import Member
from bot.core.talk.form import FormState
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.place import ask
from bot.core.talk.taps.people import Mine
from handlers import filling, forms
from handlers.people.menus import show_menus
from handlers.steps import next_steps
from handlers.turn import Rows, Turn

LANGUAGES = 6  # that a screen offers, beside the one in use


async def me(turn: Turn) -> None:
    """Everything that is stored about the member, and what they can do about it."""
    if turn.member is not None:
        await turn.send(await _screen(turn, turn.member))


async def my_data(turn: Turn) -> None:
    """The same, to read and as a file."""
    await me(turn)
    await _export(turn)


async def act(turn: Turn, tap: Mine) -> None:
    """A button of /toi: language, chat, export, leave, erase (each of the last two asks first), back."""
    member = turn.member
    match tap.step:
        case _ if member is None:
            turn.toast = turn.line("tap.stale")
        case "back":
            await turn.show(await _screen(turn, member))
        case "lang":
            await _speak(turn, tap.language)
        case "name":
            await filling.begin(turn, "rename")
        case "here":
            await _receive_here(turn)
        case "only":
            await _ask(turn, "me.only_ask", (turn.button("me.only_yes", Mine("only!")),))
        case "only!":
            await _keep_here(turn)
        case "export":
            await _export(turn)
        case "leave":
            other = turn.button("me.erase", Mine("erase"))
            await _ask(turn, "me.leave_ask", (turn.button("me.leave_yes", Mine("leave!")), other))
        case "erase":
            await _ask(turn, "me.erase_ask", (turn.button("me.erase_yes", Mine("erase!")),))
        case "leave!" | "erase!":
            await _go(turn, tap.step.removesuffix("!"))
        case _:
            turn.toast = turn.line("tap.stale")


async def _screen(turn: Turn, member: Member) -> Message:
    lines = [
        Block(spans=(Span(text=f"{label}: ", bold=True), Span(text=value)), kind="item", marker="•")
        for label, value in await mydata.facts(turn.context, member)
    ]
    texts = turn.house.texts
    languages = [
        Button.of(_speak_in(turn, language), Mine("lang", language))
        for language in acts.languages(texts, turn.house.briefings)
        if language != turn.language
    ][:LANGUAGES]
    rows: Rows = (
        *await here(turn),
        *((button,) for button in languages),
        (turn.button("me.rename", Mine("name")), turn.button("me.export", Mine("export"))),
        (turn.button("me.leave", Mine("leave")), turn.button("me.erase", Mine("erase"))),
    )
    text = (*turn.text("me.title"), *lines, *turn.text("me.rights", owner=turn.house.owner))
    return Message(text=text, buttons=rows)


def _speak_in(turn: Turn, language: str) -> str:
    """In that language where there are texts in it; else that briefings come in it, where they are in it."""
    if language in turn.house.texts.languages:
        return turn.house.texts.line(language, "me.speak")
    return turn.line("me.read_in", spoken=name(language, turn.language))


async def _speak(turn: Turn, language: str) -> None:
    done = await acts.set_language(turn.context, language)
    if isinstance(done, Refusal) or done.member is None:
        turn.toast = turn.line("tap.stale")
        return
    turn.language, turn.member = language, done.member
    await show_menus(turn, done)
    if language in turn.house.texts.languages:
        turn.toast = turn.line("me.language_set")
    else:
        turn.toast = turn.line("me.language_read", spoken=name(language, language))
    await turn.show(await _screen(turn, done.member))


async def here(turn: Turn) -> Rows:
    """What a member who is reached in several chats may choose: to get it here, to have this chat alone."""
    rows: Rows = ()
    if await acts.reached_elsewhere(turn.context):
        rows = ((turn.button("me.here", Mine("here")),),)
    if await linking.others(turn.context):
        rows = (*rows, (turn.button("me.only", Mine("only")),))
    return rows


async def _keep_here(turn: Turn) -> None:
    gone = await linking.keep_here(turn.context)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    await turn.buttons(())
    await turn.say("me.only_done", buttons=next_steps(turn))
    await show_menus(turn, gone)


async def _receive_here(turn: Turn) -> None:
    done = await acts.receive_here(turn.context)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return
    await turn.say("me.here_set", buttons=next_steps(turn))


async def _export(turn: Turn) -> None:
    made = await acts.export(turn.context)
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    await turn.send_file(Attachment(file_id=made), turn.text("me.export_caption"))
    turn.toast = turn.line("me.export_sent")


async def _ask(turn: Turn, key: str, buttons: tuple[Button, ...]) -> None:
    rows = (*((button,) for button in buttons), (turn.button("button.back", Mine("back")),))
    words = [*turn.text(key, days=turn.house.link_days)]
    if turn.member is not None and await members.is_last(turn.context, turn.member):
        place = await places.find(turn.conn, turn.member.unit)
        words += turn.text("me.last_administrator", unit=place.name if place else turn.member.unit)
    await turn.show(Message(text=tuple(words), buttons=rows))


async def _go(turn: Turn, how: str) -> None:
    """Leave or erase. The farewell is of the same transaction, and no member's row: it still goes out."""
    gone = await (acts.leave if how == "leave" else acts.erase)(turn.context)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    turn.member = None
    await turn.buttons(())
    await turn.say(f"me.{how}_done", owner=turn.house.owner, buttons=next_steps(turn))
    await show_menus(turn, gone)


async def _rename(turn: Turn, state: FormState) -> str | forms.Again | None:
    done = await acts.rename(turn.context, state.answers["name"].value)
    if isinstance(done, Refusal) and done.key == "name.refused":
        return forms.Again(ask(state, "name"), done.text(turn.house.texts, turn.language))
    if isinstance(done, Refusal) or done.member is None:
        return "form.not_allowed"
    await turn.show(Message(text=turn.text("me.renamed", name=done.member.name)))
    return None


forms.register(
    forms.FormHandler(
        slug="rename",
        allowed=lambda turn: turn.member is not None,
        submit=_rename,
        needs={"name": "text"},
    )
)
