"""One person of a unit: what is known of them, and what may be done, each asked before it is done."""

from bot.acts import members, places, roster
from bot.acts.context import Refusal
from bot.acts.members import Changed
from bot.acts.roster import Person
from bot.core.kernel.formats import moment
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.people.members import LETTERS, Role
from bot.core.people.permissions import Act, may
from bot.core.talk.form import FormState, Options
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.people import OnMember, People
from handlers import filling, forms
from handlers.people.menus import show_menus
from handlers.people.roster import named, reachable
from handlers.places import choices
from handlers.turn import Rows, Turn

NONE = "-"


async def act(turn: Turn, tap: OnMember) -> None:
    """A button of somebody's screen, or of a question about them."""
    found = await roster.person(turn.context, tap.member)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    match tap.step:
        case "show":
            await turn.show(_screen(turn, found))
        case "suspend" | "reinstate" | "remove":
            await _ask(turn, found, tap.step)
        case "roles":
            await _choose(turn, found, tap.roles)
        case "give":
            await _ask(turn, found, "roles", tap.roles)
        case "move":
            await filling.begin(turn, "move", member=str(tap.member))
        case "suspend!" | "reinstate!" | "remove!" | "give!":
            await _do(turn, found, tap)
        case _:
            turn.toast = turn.line("tap.stale")


def _screen(turn: Turn, found: Person, notice: Text = ()) -> Message:
    state = "roster.suspended" if found.state == "suspended" else "roster.active"
    facts = [
        ("me.unit", found.place.name),
        ("me.roles", named(turn, found)),
        ("me.addresses", _channels(turn, found)),
        ("roster.since", moment(turn.local(found.since), turn.language)),
        ("roster.state", turn.line(state)),
    ]
    lines = [
        Block(spans=(Span(text=f"{turn.line(key)}: ", bold=True), Span(text=value)), kind="item", marker="•")
        for key, value in facts
    ]
    title = Block(spans=(Span(text=found.member.name, bold=True),))
    return Message(text=(*notice, title, *lines), buttons=_buttons(turn, found))


def _channels(turn: Turn, found: Person) -> str:
    known = turn.house.texts.keys()
    kinds = dict.fromkeys(f"account.{at.kind}" for at in found.reached)
    names = [turn.line(key) if key in known else key.partition(".")[2] for key in kinds]
    why = reachable(turn, found)
    return " · ".join(part for part in (", ".join(names), why) if part)


def _buttons(turn: Turn, found: Person) -> Rows:
    number = found.member.id
    steps = ["roles", "move"]
    if turn.member is None or turn.member.id != number:
        steps += ["suspend" if found.state == "active" else "reinstate", "remove"]
    rows = [(turn.button(f"who.{step}", OnMember(step, number)),) for step in steps]
    return (*rows, (turn.button("button.back", People(found.place.code, 0)),))


async def _choose(turn: Turn, found: Person, letters: str) -> None:
    """Roles are put together here, in the buttons alone: nothing changes before the question is answered."""
    chosen = _read(letters) if letters else found.member.roles
    rows: list[tuple[Button, ...]] = []
    for role in Role:
        tap = OnMember("roles", found.member.id, _written(chosen ^ {role}))
        rows.append(
            (turn.button("who.drop" if role in chosen else "who.add", tap, role=turn.line(f"role.{role}")),)
        )
    if chosen and chosen != found.member.roles:
        rows.append((turn.button("who.go_on", OnMember("give", found.member.id, _written(chosen))),))
    rows.append((turn.button("button.back", OnMember("show", found.member.id)),))
    words = turn.text("who.choose", name=found.member.name, unit=found.place.name, roles=_words(turn, chosen))
    await turn.show(Message(text=words, buttons=tuple(rows)))


async def _ask(turn: Turn, found: Person, what: str, letters: str = "") -> None:
    """Whom it is about and what follows, before it is done."""
    values = {"name": found.member.name, "unit": found.place.name}
    if what == "roles":
        values |= {"before": named(turn, found), "after": _words(turn, _read(letters))}
    words = [*turn.text(f"who.ask_{what}", **values)]
    if await members.is_last(turn.context, found.member) and what != "reinstate":
        words += turn.text("who.last", name=found.member.name, unit=found.place.name)
    yes = OnMember("give!" if what == "roles" else f"{what}!", found.member.id, letters)
    rows = (
        (turn.button(f"who.sure_{what}", yes),),
        (turn.button("button.back", OnMember("show", found.member.id)),),
    )
    await turn.show(Message(text=tuple(words), buttons=rows))


async def _do(turn: Turn, found: Person, tap: OnMember) -> None:
    ctx = turn.context
    match tap.step:
        case "suspend!":
            done = await members.suspend(ctx, tap.member)
        case "reinstate!":
            done = await members.reinstate(ctx, tap.member)
        case "remove!":
            done = await members.remove(ctx, tap.member)
        case _:
            done = await members.change_roles(ctx, tap.member, _read(tap.roles))
    if isinstance(done, Refusal):
        await turn.show(_screen(turn, found, done.text(turn.house.texts, turn.language)))
        return
    await _changed(turn, done, tap.step.removesuffix("!"))


async def _changed(turn: Turn, done: Changed, what: str) -> None:
    await show_menus(turn, done.standing)
    values = {"name": done.person.member.name, "unit": done.person.place.name}
    notice = [*turn.text(f"who.done_{what}", **values)]
    if not done.told:
        notice += turn.text("who.not_told")
    if done.person.state == "left":
        rows = ((turn.button("button.back", People(done.person.place.code, 0)),),)
        await turn.show(Message(text=tuple(notice), buttons=rows))
    else:
        await turn.show(_screen(turn, done.person, tuple(notice)))


def _read(letters: str) -> frozenset[Role]:
    return frozenset(role for role in Role if LETTERS[role] in letters)


def _written(roles: frozenset[Role]) -> str:
    return "".join(LETTERS[role] for role in Role if role in roles) or NONE


def _words(turn: Turn, roles: frozenset[Role]) -> str:
    named = [turn.line(f"role.{role}") for role in Role if role in roles]
    return ", ".join(named) or turn.line("who.no_role")


async def _options(turn: Turn, state: FormState) -> Options:
    if state.at != "unit" or turn.member is None:
        return {}
    rows = await places.below(turn.conn, turn.member.path, turn.moment.date())
    return {"units": choices(turn.house, rows)}


async def _review(turn: Turn, state: FormState) -> forms.Review:
    found = await roster.person(turn.context, int(state.context["member"]))
    if isinstance(found, Refusal):
        return forms.Review()
    values = {"name": found.member.name, "unit": found.place.name, "roles": named(turn, found)}
    return forms.Review(under=turn.text("who.ask_move", **values))


async def _moved(turn: Turn, state: FormState) -> forms.Again | None:
    number = int(state.context["member"])
    done = await members.move(turn.context, number, state.answers["unit"].value)
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    await _changed(turn, done, "move")
    return None


forms.register(
    forms.FormHandler(
        slug="move",
        allowed=lambda turn: may(turn.member, Act.MOVE),
        submit=_moved,
        options=_options,
        sources=frozenset({"units"}),
        review=_review,
        needs={"member": "context", "unit": "choice"},
    )
)
