"""/start: what this is and who runs it, consent, and coming in by invitation or by request."""

from collections.abc import Collection

from bot.acts import invitations, places, requests
from bot.acts.context import STALE, Refusal
from bot.acts.invitations import Invitation
from bot.acts.requests import Decided
from bot.core.kernel.formats import moment
from bot.core.kernel.values import ROOT
from bot.core.people.codes import INVITATION, LINK, Written, code_among_words, given_code, read_code
from bot.core.people.members import Member, Role
from bot.core.people.names import LONGEST, clean_name
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.place import ask
from bot.core.talk.taps.people import Admit, Anew, Take
from bot.core.talk.taps.screens import Go
from handlers import filling, forms
from handlers.access import menu
from handlers.people import asking, linking
from handlers.people.menus import show_menus
from handlers.places import choices
from handlers.steps import next_steps
from handlers.turn import Rows, Turn


async def start(turn: Turn) -> None:
    """Greet; a member is told where they stand, anybody else may join, by a code or by asking."""
    written = given_code(turn.arguments)
    if written is not None:
        await _with_code(turn, written)
    elif turn.member is not None:
        await _welcome_back(turn, turn.member)
    elif not await still_waiting(turn):
        await turn.say("start.welcome", owner=turn.house.owner)
        await _begin(turn, "no")


async def still_waiting(turn: Turn) -> bool:
    """Tell who has asked to join that the request waits, and for whom; False where none does."""
    asked = await requests.mine(turn.context)
    if asked is None:
        return False
    rows = _once_asked(turn)
    when = moment(turn.local(asked.since), turn.language)
    await turn.say("start.waiting", name=asked.name, unit=asked.place.name, when=when, buttons=rows)
    return True


def _once_asked(turn: Turn) -> Rows:
    return ((turn.button("start.anew", Anew()),), (turn.button("button.help", Go("trogiup")),))


async def steps(turn: Turn) -> Rows:
    """What screens offer to who is not in: what they were shown is not kept, so it is the same on all."""
    return next_steps(turn) if await requests.mine(turn.context) is None else _once_asked(turn)


async def anew(turn: Turn, tap: Anew) -> None:
    """Fill in the request to join once more; the one that waits stands until the new one is sent."""
    if turn.member is not None:
        await _welcome_back(turn, turn.member)
        return
    await _begin(turn, "no")


async def typed_code(turn: Turn, words: str) -> bool:
    """A code that was typed or pasted without its command; False where the words are none."""
    written = read_code(words)
    if written is None or (turn.member is not None and len(written.letters) not in (INVITATION, LINK)):
        return False
    if not written.meant and len(written.letters) == LINK and turn.member is not None:
        return False
    await _with_code(turn, written)
    return True


async def _aside(turn: Turn, words: str) -> bool:
    """In the middle of joining a code begins anew; a name that only looks like one is a name."""
    return code_among_words(words) is not None and await typed_code(turn, words)


async def _welcome_back(turn: Turn, member: Member) -> None:
    place = await places.find(turn.conn, member.unit)
    unit = place.name if place else member.unit
    await turn.say("start.member", name=member.name, unit=unit, buttons=next_steps(turn))
    # Members who were imported have no menu until they write for the first time.
    await turn.menu_at(turn.account, turn.chat_id, menu(turn.house, turn.member, turn.language))


async def _with_code(turn: Turn, written: Written) -> None:
    if len(written.letters) == LINK and await linking.link(turn, written.letters):
        return
    found = await invitations.look(turn.context, written.letters)
    if isinstance(found, Refusal):
        await _refuse(turn, found)
    elif turn.member is not None:
        await _offer(turn, turn.member, found)
    else:
        turn.invited = True
        opened = turn.text("start.code_opens", unit=found.place.name, roles=_roles(turn, found.roles))
        words = (*turn.text("start.welcome", owner=turn.house.owner), *opened)
        await turn.send(Message(text=words))
        await _begin(turn, found.key)


def _roles(turn: Turn, roles: Collection[Role]) -> str:
    return ", ".join(turn.line(f"role.{role}") for role in sorted(roles))


async def _offer(turn: Turn, member: Member, found: Invitation) -> None:
    """A member's new code: what it would change, and one button to take it."""
    if found.place.code == member.unit and found.roles <= member.roles:
        await _welcome_back(turn, member)
        return
    tap = Take(found.id, invitations.proof(turn.context, found))
    rows = ((turn.button("start.take", tap),), (turn.button("button.help", Go("trogiup")),))
    key = "start.offer_roles" if found.place.code == member.unit else "start.offer_unit"
    await turn.say(key, unit=found.place.name, roles=_roles(turn, found.roles), buttons=rows)


async def take(turn: Turn, tap: Take) -> None:
    """The button of a member's new code."""
    done = await invitations.take(turn.context, tap.invitation, tap.proof)
    if isinstance(done, Refusal) or done.member is None:
        why = done if isinstance(done, Refusal) else STALE
        turn.toast = turn.line(why.key, **why.values)
        return
    turn.member = done.member
    place = await places.find(turn.conn, done.member.unit)
    unit = place.name if place else done.member.unit
    await turn.show(Message(text=turn.text("start.taken", unit=unit, roles=_roles(turn, done.member.roles))))
    await show_menus(turn, done)


async def _begin(turn: Turn, invited: str) -> None:
    # The version that was shown is the one agreed to, whatever is in force when the form is sent.
    version = turn.line("consent.version")
    owner, contact = turn.house.owner, turn.house.contact or turn.line("consent.contact")
    days = turn.house.link_days
    await turn.say("consent.text", owner=owner, contact=contact, version=version, days=days)
    await filling.begin(
        turn, "joining", invited=invited, version=turn.house.texts.line("vi", "consent.version")
    )


async def _refuse(turn: Turn, why: Refusal) -> None:
    buttons = (
        (turn.button("start.ask_to_join", Go("start")),),
        (turn.button("button.help", Go("trogiup")),),
    )
    await turn.say(why.key, buttons=buttons, **why.values)


async def _options(turn: Turn, state: FormState) -> Options:
    turn.invited = state.context.get("invited") != "no"
    found: dict[str, list[Choice]] = {"name": [], "units": []}
    name = clean_name(turn.incoming.name[:LONGEST])
    if name is not None:
        found["name"] = [Choice(value=name, label={"vi": name})]
    if state.context.get("invited") == "no":
        rows = await places.below(turn.conn, ROOT, turn.moment.date())
        lowest = sorted(rows, key=lambda row: (-row.path.count("/"), row.name))
        found["units"] = choices(turn.house, lowest)
    return found


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    name, version = state.answers["name"].value, state.context["version"]
    if state.context["invited"] == "no":
        unit = state.answers["unit"].value
        asked = await requests.ask(turn.context, unit, name, turn.language, version)
        if isinstance(asked, Refusal):
            return _again(turn, state, asked)
        key = "start.requested" if asked.deciders else "start.requested_nobody"
        await turn.say(key, unit=asked.place.name)
        return None
    joined = await invitations.join(turn.context, state.context["invited"], name, turn.language, version)
    if isinstance(joined, Refusal):
        return _again(turn, state, joined)
    await show_menus(turn, joined)
    return None


def _again(turn: Turn, state: FormState, why: Refusal) -> str | forms.Again:
    """What is no name, or no unit any more, is asked for once more; other reasons stand above the summary."""
    field = "name" if why.key == "name.refused" else "unit" if why.key.startswith("unit.") else ""
    return forms.Again(ask(state, field), why.text(turn.house.texts, turn.language)) if field else why.key


async def decide(turn: Turn, tap: Admit) -> None:
    """An administrator accepts a request to join, or declines it and says why."""
    if tap.choice == "yes":
        await _decided(turn, "admit.accepted", await requests.admit(turn.context, tap.request))
    elif tap.reason:
        done = await requests.decline(turn.context, tap.request, tap.reason)
        await _decided(turn, "admit.declined", done)
    else:
        rows = [(turn.button(f"admit.{one}", Admit("no", tap.request, one)),) for one in requests.REASONS]
        await turn.show(Message(text=turn.text("admit.why"), buttons=tuple(rows)))


async def _decided(turn: Turn, words: str, done: Decided | Refusal) -> None:
    if isinstance(done, Refusal):
        turn.toast = turn.line(done.key, **done.values)
        return
    said = turn.text(words, name=done.name, unit=done.place.name)
    await turn.show(Message(text=said, buttons=await asking.rest(turn)))
    if done.standing is not None:
        await show_menus(turn, done.standing)


forms.register(
    forms.FormHandler(
        slug="joining",
        allowed=lambda turn: turn.member is None,
        submit=_submit,
        options=_options,
        sources=frozenset({"name", "units"}),
        aside=_aside,
        cancelled="start.not_joined",
        needs={"invited": "context", "version": "context", "unit": "choice", "name": "text"},
    )
)
