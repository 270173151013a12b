"""/thanhvien: the people of a unit, page by page, and the units below it."""

from collections.abc import Callable, Sequence

from bot.acts import erasures, invitations, places, roster
from bot.acts.context import Refusal
from bot.acts.places import Place
from bot.acts.roster import Named, Person, Roster
from bot.core.delivery.reasons import key
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text
from bot.core.people.unit_names import Gazetteer, search
from bot.core.talk.message import Button, Message
from bot.core.talk.tap import Tap
from bot.core.talk.taps.people import Below, OnCode, OnMember, People
from bot.core.talk.taps.screens import Go
from handlers.people import asking
from handlers.turn import Rows, Turn

UNITS = 2  # whose name has the same letters, below people who are called so
PAGE = 6  # people, or units, on one screen: with the way on and back still few enough to count


async def members(turn: Turn) -> None:
    """The people of one's own unit; after the command, the name of a unit, or of somebody there."""
    member = turn.member
    if member is None:
        return
    if not turn.arguments:
        await people(turn, People(member.unit, 0))
        return
    rows = await places.below(turn.conn, member.path, turn.moment.date())
    sure = Gazetteer(rows, turn.house.former).find(turn.arguments)
    found = sure or search(rows, turn.arguments, turn.house.former)
    called = await roster.named(turn.context, turn.arguments, PAGE)
    if called.count:
        await turn.show(_named(turn, called, found[:UNITS]))
    elif len(found) == 1:
        await people(turn, People(found[0].code, 0))
    elif found:
        await turn.show(_choice(turn, found[: PAGE + 1]))
    else:
        await turn.say("roster.no_such", words=turn.arguments[:60], buttons=((_home(turn),),))


async def people(turn: Turn, tap: People) -> None:
    """A unit's own people, from one of them on."""
    found = await roster.members_of(turn.context, tap.unit, skip=tap.skip, limit=PAGE)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    rows = _rows(turn, found, tap.skip, await _waiting(turn))
    codes = await invitations.holding(turn.context)
    if codes and not isinstance(codes, Refusal) and tap.unit == (turn.member.unit if turn.member else ""):
        rows = (*rows, (turn.button("invite.all", OnCode("list", 0)),))
    await turn.show(Message(text=_listed(turn, found), buttons=rows))


async def below(turn: Turn, tap: Below) -> None:
    """The units directly below a unit that have people, the largest first."""
    found = await roster.members_of(turn.context, tap.unit, limit=0)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    page = found.below[tap.skip : tap.skip + PAGE]
    rows: list[tuple[Button, ...]] = [(_unit(turn, place, count),) for place, count in page]
    rows += [_pages(turn, tap.skip, len(found.below), lambda skip: Below(tap.unit, skip))]
    rows += [(turn.button("button.back", People(tap.unit, 0)),)]
    text = turn.text("roster.below", unit=found.place.name)
    await turn.show(Message(text=text, buttons=tuple(row for row in rows if row)))


def named(turn: Turn, one: Person) -> str:
    """The roles of somebody, in words."""
    return ", ".join(turn.line(f"role.{role}") for role in sorted(one.member.roles))


def reachable(turn: Turn, one: Person) -> str:
    """Whether somebody hears anything, and if not, why."""
    if not one.reached:
        return turn.line("roster.no_chat")
    if any(at.why is None for at in one.reached):
        return ""
    last = one.reached[-1]
    why = turn.line(key(last.why)) if last.why else ""
    return turn.line("roster.unreachable", why=why[:1].lower() + why[1:])


def _listed(turn: Turn, found: Roster) -> Text:
    count = number(found.count, turn.language)
    words = [*turn.text("roster.title", unit=found.place.name, count=count)]
    for one in found.people:
        words += _line(turn, one)
    if not found.people:
        words += turn.text("roster.nobody")
    return (*words, *turn.text("roster.find")) if found.below or found.count > PAGE else tuple(words)


def _line(turn: Turn, one: Person, *more: str) -> Text:
    halted = turn.line("roster.suspended") if one.state == "suspended" else reachable(turn, one)
    details = " · ".join(part for part in (*more, named(turn, one), halted) if part)
    return turn.text("roster.person", name=one.member.name, details=details)


def _named(turn: Turn, found: Named, units: Sequence[Place]) -> Message:
    """Who is called so, with their unit; and the units that are."""
    count = number(found.count, turn.language)
    words = [*turn.text("roster.named", words=turn.arguments[:60], count=count)]
    for one in found.people:
        words += _line(turn, one, one.place.name)
    if found.count > len(found.people):
        words += turn.text("roster.more", count=number(found.count - len(found.people), turn.language))
    rows: Rows = tuple((Button.of(one.member.name, OnMember("show", one.member.id)),) for one in found.people)
    rows += tuple((Button.of(one.name, People(one.code, 0)),) for one in units)
    return Message(text=tuple(words), buttons=(*rows, (_home(turn),)))


def _rows(turn: Turn, found: Roster, skip: int, waiting: Rows) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (Button.of(one.member.name, OnMember("show", one.member.id)),) for one in found.people
    ]
    rows += [_pages(turn, skip, found.count, lambda at: People(found.place.code, at))]
    if found.below:
        count = number(sum(count for _, count in found.below), turn.language)
        rows.append((turn.button("roster.to_below", Below(found.place.code, 0), count=count),))
    rows += waiting
    if turn.member is not None and found.place.code != turn.member.unit:
        rows.append((_home(turn),))
    else:
        rows.append((turn.button("menu.moi", Go("moi")),))
    return tuple(row for row in rows if row)


def _pages(turn: Turn, skip: int, count: int, to: Callable[[int], Tap]) -> tuple[Button, ...]:
    back = (turn.button("roster.before", to(max(0, skip - PAGE))),) if skip else ()
    return (*back, turn.button("roster.after", to(skip + PAGE))) if skip + PAGE < count else back


def _unit(turn: Turn, place: Place, count: int) -> Button:
    return turn.button(
        "roster.unit", People(place.code, 0), unit=place.name, count=number(count, turn.language)
    )


def _choice(turn: Turn, found: Sequence[Place]) -> Message:
    rows = tuple((Button.of(one.name, People(one.code, 0)),) for one in found)
    return Message(text=turn.text("roster.which"), buttons=(*rows, (_home(turn),)))


def _home(turn: Turn) -> Button:
    return turn.button("roster.home", Go("thanhvien"))


async def _waiting(turn: Turn) -> Rows:
    """The way to what waits for an administrator: who asks to join, or what people asked for by law."""
    if rows := await asking.rest(turn):
        return rows
    due = await erasures.waiting(turn.context)
    return () if isinstance(due, Refusal) or not due else ((turn.button("due.open", Go("xinvao")),),)
