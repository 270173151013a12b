"""/start: what this is and who runs it, consent, and coming in by invitation or by request."""

from bot.core.people.members import Role
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Button, Message
from bot.storage.accounts import endpoints
from bot.storage.people import audit, joining, members, units
from bot.storage.people.joining import InviteRow
from bot.storage.people.members import Consent
from handlers import forms
from handlers.access import menu
from handlers.steps import next_steps, row_id
from handlers.turn import Turn


async def start(turn: Turn) -> None:
    """Greet; a member is told where they stand, anybody else may join."""
    if turn.member is not None:
        place = await units.get(turn.conn, turn.member.unit)
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
    digest = joining.digest(code)
    found = await joining.find_invite(turn.conn, digest)
    if found is None or found.uses_left < 1 or found.expires_at <= turn.now:
        await _refuse(turn, found)
        return
    await _greet(turn)
    await _begin(turn, digest)


async def typed_code(turn: Turn, words: str) -> bool:
    """Begin with an invitation whose code was typed alone; False where it is none."""
    code = words.strip()[:64]
    if (
        turn.member is not None
        or not code
        or await joining.find_invite(turn.conn, joining.digest(code)) is None
    ):
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


async def _refuse(turn: Turn, found: InviteRow | None) -> None:
    buttons = (
        (turn.button("start.ask_to_join", "go:start"),),
        (turn.button("button.help", "go:trogiup"),),
    )
    if found is None:
        await turn.say("start.unknown_code", buttons=buttons)
    elif found.expires_at <= turn.now:
        await turn.say(
            "start.expired_code", buttons=buttons, day=turn.local(found.expires_at).strftime("%d/%m/%Y")
        )
    else:
        await turn.say("start.spent_code", buttons=buttons)


async def _options(turn: Turn, state: FormState) -> Options:
    choices: dict[str, list[Choice]] = {"name": [], "units": []}
    name = " ".join(turn.incoming.name.split())[:60]
    if name:
        choices["name"] = [Choice(value=name, label={"vi": name})]
    if state.context.get("invited") == "no":
        rows = await units.below(turn.conn, "/")
        choices["units"] = [
            Choice(value=row.code, label={"vi": row.name})
            for row in sorted(rows, key=lambda row: (-row.path.count("/"), row.name))
        ]
    return choices


async def _submit(turn: Turn, state: FormState) -> str | None:
    if turn.member is not None:
        await turn.say("start.already")
        return None
    if state.context["invited"] == "no":
        return await _ask(turn, state)
    found = await joining.find_invite(turn.conn, state.context["invited"])
    if found is None or not await joining.use_invite(turn.conn, state.context["invited"], turn.now):
        return "start.code_gone"
    consent = Consent(state.context["version"], turn.now, f"chat:{turn.account}")
    await _admit(
        turn,
        turn.account,
        turn.chat_id,
        state.answers["name"].value,
        found.unit,
        found.roles,
        consent,
        turn.language,
    )
    return None


async def _admit(
    turn: Turn,
    account: str,
    chat_id: str,
    name: str,
    unit: str,
    roles: frozenset[Role],
    consent: Consent,
    language: str,
) -> None:
    member_id = await members.add(turn.conn, name, unit, roles, language, consent, turn.now)
    await endpoints.attach(turn.conn, member_id, account, chat_id, turn.now)
    member = await members.get(turn.conn, member_id)
    place = await units.get(turn.conn, unit)
    text = turn.house.texts.text(
        language,
        "start.joined",
        name=name,
        unit=place.name if place else unit,
        roles=", ".join(turn.house.texts.line(language, f"role.{role}") for role in sorted(roles)),
    )
    button = Button(label=turn.house.texts.line(language, "button.help"), data="go:trogiup")
    await turn.tell(account, chat_id, Message(text=text, buttons=((button,),)))
    await turn.menu_at(account, chat_id, menu(turn.house, member, language))


async def _ask(turn: Turn, state: FormState) -> str | None:
    unit = await units.get(turn.conn, state.answers["unit"].value)
    if unit is None:
        return "start.no_unit"
    deciders = await members.with_role_over(turn.conn, Role.ADMINISTRATOR, unit.path)
    name, version = state.answers["name"].value, state.context["version"]
    request = await joining.request(
        turn.conn, turn.account, turn.chat_id, name, turn.language, unit.code, version, turn.now
    )
    for decider in deciders[:5]:
        texts, language = turn.house.texts, decider.language
        buttons = (
            (Button(label=texts.line(language, "admit.accept"), data=f"admit:yes:{request}"),),
            (Button(label=texts.line(language, "admit.decline"), data=f"admit:no:{request}"),),
        )
        words = texts.text(language, "admit.asked", name=name, unit=unit.name)
        for endpoint in (await endpoints.of(turn.conn, decider.id))[:1]:
            await turn.tell(endpoint.account, endpoint.chat_id, Message(text=words, buttons=buttons))
    await turn.say("start.requested" if deciders else "start.requested_nobody", unit=unit.name)
    return None


async def decide(turn: Turn, choice: str, request_id: str) -> None:
    """An administrator accepts or declines a request to join."""
    number = row_id(request_id)
    request = await joining.get_request(turn.conn, number) if number is not None else None
    place = await units.get(turn.conn, request.unit) if request else None
    if request is None or place is None or turn.member is None or not may(turn.member, Act.ADMIT, place.path):
        turn.toast = turn.line("tap.stale")
        return
    state = "accepted" if choice == "yes" else "declined"
    if not await joining.decide(turn.conn, request.id, state, turn.member.id, turn.now):
        turn.toast = turn.line("admit.decided_already")
        return
    await audit.note(
        turn.conn, f"member:{turn.member.id}", f"join {state}", f"unit:{request.unit}", "", turn.now
    )
    await turn.show(Message(text=turn.text(f"admit.{state}", name=request.name, unit=place.name)))
    if state == "declined":
        text = turn.house.texts.text(request.language, "start.declined", unit=place.name)
        await turn.tell(request.account, request.chat_id, Message(text=text))
    elif await members.at(turn.conn, request.account, request.chat_id) is None:
        consent = Consent(request.consent_version, request.created_at, f"chat:{request.account}")
        await _admit(
            turn,
            request.account,
            request.chat_id,
            request.name,
            request.unit,
            frozenset({Role.COMMUNICATOR}),
            consent,
            request.language,
        )


forms.register(
    forms.FormHandler(
        slug="joining",
        allowed=lambda turn: turn.member is None,
        submit=_submit,
        options=_options,
        aside=typed_code,
        cancelled="start.not_joined",
    )
)
