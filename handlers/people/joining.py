"""/start: what this is and who runs it, consent, and coming in by invitation or by request."""

from bot.acts import invitations, places, requests
from bot.acts.addresses import Standing
from bot.acts.context import Refusal
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.taps import Admit, Go
from handlers import forms
from handlers.access import menu
from handlers.steps import next_steps
from handlers.turn import Turn


async def start(turn: Turn) -> None:
    """Greet; a member is told where they stand, anybody else may join."""
    if turn.member is not None:
        place = await places.find(turn.conn, turn.member.unit)
        await turn.say(
            "start.member",
            name=turn.member.name,
            unit=place.name if place else turn.member.unit,
            buttons=next_steps(turn),
        )
        # Members who were imported have no menu until they write for the first time.
        await turn.menu_at(turn.account, turn.chat_id, menu(turn.house, turn.member, turn.language))
        return
    code = turn.arguments.split(" ")[0][:64]
    if not code:
        await _greet(turn)
        await _begin(turn, "no")
        return
    found = await invitations.look(turn.context, code)
    if isinstance(found, Refusal):
        await _refuse(turn, found)
        return
    await _greet(turn)
    await _begin(turn, found.key)


async def typed_code(turn: Turn, words: str) -> bool:
    """Begin with an invitation whose code was typed alone; False where it is none."""
    code = words.strip()[:64]
    if turn.member is not None or not code:
        return False
    found = await invitations.look(turn.context, code)
    if isinstance(found, Refusal) and found.key == "start.unknown_code":
        return False
    turn.arguments = code
    await start(turn)
    return True


async def _begin(turn: Turn, invited: str) -> None:
    # The version that was shown is the one agreed to, whatever is in force when the form is sent.
    await forms.begin(
        turn, "joining", invited=invited, version=turn.house.texts.line("vi", "consent.version")
    )


async def _greet(turn: Turn) -> None:
    version = turn.line("consent.version")
    await turn.say("start.welcome", owner=turn.house.owner)
    await turn.say("consent.text", owner=turn.house.owner, version=version)


async def _refuse(turn: Turn, why: Refusal) -> None:
    buttons = (
        (turn.button("start.ask_to_join", Go("start")),),
        (turn.button("button.help", Go("trogiup")),),
    )
    await turn.say(why.key, buttons=buttons, **why.values)


async def _options(turn: Turn, state: FormState) -> Options:
    choices: dict[str, list[Choice]] = {"name": [], "units": []}
    name = " ".join(turn.incoming.name.split())[:60]
    if name:
        choices["name"] = [Choice(value=name, label={"vi": name})]
    if state.context.get("invited") == "no":
        rows = await places.below(turn.conn, "/", turn.moment.date())
        choices["units"] = [
            Choice(value=row.code, label={"vi": row.name})
            for row in sorted(rows, key=lambda row: (-row.path.count("/"), row.name))
        ]
    return choices


async def _submit(turn: Turn, state: FormState) -> str | None:
    if turn.member is not None:
        await turn.say("start.already")
        return None
    name, version = state.answers["name"].value, state.context["version"]
    if state.context["invited"] == "no":
        unit = state.answers["unit"].value
        asked = await requests.ask(turn.context, unit, name, turn.language, version)
        if isinstance(asked, Refusal):
            return asked.key
        await turn.say(
            "start.requested" if asked.deciders else "start.requested_nobody", unit=asked.place.name
        )
        return None
    joined = await invitations.join(turn.context, state.context["invited"], name, turn.language, version)
    if isinstance(joined, Refusal):
        return joined.key
    await show_menus(turn, joined)
    return None


async def show_menus(turn: Turn, standing: Standing) -> None:
    """Each chat of a person shows what they can use now."""
    language = standing.member.language if standing.member else turn.language
    for at in standing.addresses:
        await turn.menu_at(at.account, at.chat_id, menu(turn.house, standing.member, language))


async def decide(turn: Turn, tap: Admit) -> None:
    """An administrator accepts or declines a request to join."""
    done = await (requests.admit if tap.choice == "yes" else requests.decline)(turn.context, tap.request)
    if isinstance(done, Refusal):
        turn.toast = turn.line(done.key, **done.values)
        return
    words = "admit.accepted" if tap.choice == "yes" else "admit.declined"
    await turn.show(Message(text=turn.text(words, name=done.name, unit=done.place.name)))
    if done.standing is not None:
        await show_menus(turn, done.standing)


forms.register(
    forms.FormHandler(
        slug="joining",
        allowed=lambda turn: turn.member is None,
        submit=_submit,
        options=_options,
        aside=typed_code,
        cancelled="start.not_joined",
        needs={"invited": "context", "version": "context", "unit": "choice", "name": "text"},
    )
)
