"""For whom a broadcast is: chosen with care in the form, and said in figures before it counts."""

from collections.abc import Mapping

from bot.acts import places, roster
from bot.acts.context import Refusal
from bot.acts.places import Place
from bot.core.guidance.audience import LISTENERS, Scope, Survey
from bot.core.kernel.formats import fold, number
from bot.core.kernel.richtext import Text
from bot.core.people.members import Role
from bot.core.people.permissions import Act, may
from bot.core.people.unit_names import Gazetteer
from bot.core.people.units import Level
from bot.core.talk.form import Choice, FormState, Options
from bot.core.talk.needs import Need
from handlers.places import whole_first
from handlers.turn import Turn

PICKED = "pick"  # in place of a unit's code: whom exactly is asked next
NAMED = "named"  # in place of a unit's code: people are ticked by their names
READ: Mapping[str, Need] = {
    "among": "choice",
    "people": "several",
    "top": "choice",
    "also": "text",
    "without": "text",
    "level": "choice",
    "roles": "choice",
    "follow": "choice",
}
"""The answers that are read here."""
ROLES = {"communicator": {Role.COMMUNICATOR}, "reporter": {Role.REPORTER}, "all": set(Role)}
NAMES = 20  # units named in one answer
PEOPLE = 300  # to tick from, of a unit and those below it


async def units(turn: Turn) -> list[Choice]:
    """One's own unit, choosing with care, people by name for who may see them, and every unit below."""
    found = await whole_first(turn)
    texts = turn.house.texts
    ways = (PICKED, NAMED) if may(turn.member, Act.MEMBERS) else (PICKED,)
    others = [
        Choice(value=way, label={one: texts.line(one, f"compose.{way}") for one in texts.languages})
        for way in ways
    ]
    return [*found[:1], *others, *found[1:]] if found else []


async def people(turn: Turn, state: FormState) -> list[Choice]:
    """Who is in the unit that was chosen and below it, by name; those alone that one may see."""
    place = await places.find(turn.conn, _answer(state, "among"))
    if place is None:
        return []
    found = await roster.every(turn.context, place.path, ("active",), 0, PEOPLE)
    found.sort(key=lambda one: (fold(one.member.name), one.member.id))
    return [
        Choice(
            value=str(one.member.id),
            label={"vi": f"{one.member.name} · {one.place.name}"},
            words=(one.member.name,),
        )
        for one in found
    ]


async def above(turn: Turn, state: FormState) -> Text:
    """Where more people are in a unit than can be ticked: how many, and how to come to the others."""
    place = await places.find(turn.conn, _answer(state, "among")) if state.at == "people" else None
    total = 0 if place is None else await roster.count(turn.context, place.path)
    if total <= PEOPLE:
        return ()
    shown, every = number(PEOPLE, turn.language), number(total, turn.language)
    return turn.text("compose.more_people", shown=shown, total=every)


async def options(turn: Turn, state: FormState) -> Options:
    """The choices of a question about whom it is for; none for another question."""
    match state.at:
        case "unit":
            return {"units": await units(turn)}
        case "top" | "among":
            return {"units": await whole_first(turn)}
        case "people":
            return {"people": await people(turn, state)}
    return {}


def by_name(state: FormState) -> bool:
    """Whether people were ticked, and it is for nobody else."""
    return _answer(state, "unit") == NAMED


def with_care(state: FormState) -> bool:
    """Whether it was chosen whom exactly, not a unit alone."""
    return _answer(state, "unit") == PICKED


def unit_of(state: FormState) -> str:
    """The code of the first unit it is for; "" where it is for people by name."""
    code = _answer(state, "unit")
    return _answer(state, "top") if code == PICKED else "" if code == NAMED else code


def roles_of(state: FormState) -> frozenset[Role]:
    """The roles it is for."""
    chosen = _answer(state, "roles") if with_care(state) else ""
    return frozenset(ROLES.get(chosen, LISTENERS))


async def scope_of(turn: Turn, state: FormState) -> Scope | Refusal:
    """What was chosen besides. Units are named as people name them, with commas between."""
    if by_name(state):
        ticked = [one for one in _answer(state, "people").split() if one.isdecimal()]
        return Scope(members=tuple(int(one) for one in ticked))
    if not with_care(state) or turn.member is None:
        return Scope()
    there = await places.below(turn.conn, turn.member.path, turn.moment.date())
    known = Gazetteer(there, turn.house.former)
    also, without = (_named(known, _answer(state, key)) for key in ("also", "without"))
    for found in (also, without):
        if isinstance(found, Refusal):
            return found
    level = _answer(state, "level")
    return Scope(
        units=tuple(also) if not isinstance(also, Refusal) else (),
        levels=frozenset({Level(level)}) if level in set(Level) else frozenset(),
        everybody=_answer(state, "follow") == "everybody",
        without_units=tuple(without) if not isinstance(without, Refusal) else (),
    )


def _named(units: Gazetteer[Place], words: str) -> list[str] | Refusal:
    codes = list[str]()
    parts = words.replace(";", ",").replace("\n", ",").split(",")
    names = [part.strip() for part in parts if part.strip()]
    if len(names) > NAMES:  # who was to be left out would get it
        return Refusal("compose.too_many", {"maximum": NAMES})
    for name in names:
        found = units.find(name)
        if len(found) != 1:
            return Refusal("compose.several_units" if found else "compose.unknown_unit", {"name": name[:60]})
        codes.append(found[0].code)
    return codes


def _answer(state: FormState, key: str) -> str:
    found = state.answers.get(key)
    return found.value if found else ""


def figures(turn: Turn, survey: Survey) -> Text:
    """Who is left out and why; over which platforms the others are reached, and who is not."""
    words, language = list[Text](), turn.language
    if out := survey.left_out.total():
        reasons = [
            turn.line(f"audience.{why}", count=number(count, language))
            for why, count in survey.left_out.most_common()
        ]
        total = number(out, language)
        words.append(turn.text("audience.left_out", total=total, reasons=", ".join(reasons)))
    if len(survey.platforms) > 1:
        ways = [f"{platform(kind)}: {number(n, language)}" for kind, n in survey.platforms.most_common()]
        words.append(turn.text("audience.platforms", platforms=" · ".join(ways)))
    for why, count in survey.unreached.most_common():
        words.append(turn.text(f"audience.{why}", count=number(count, language)))
    return tuple(block for text in words for block in text)


def platform(kind: str) -> str:
    """A platform's kind as people read it."""
    return kind.replace("_", " ").capitalize()
