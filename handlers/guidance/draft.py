"""A broadcast being composed: from the form's answers to an order, and its time in words."""

from collections.abc import Mapping

from bot.acts.context import Refusal
from bot.acts.orders import Draft, Order, Written
from bot.core.schedule.occurrences import Monthly, Once, Schedule
from bot.core.talk.form import FormState
from bot.core.talk.needs import Need
from bot.core.talk.when import at_in_words, read_back
from handlers.guidance import whom
from handlers.turn import Turn

READ: Mapping[str, Need] = {
    "source": "choice",
    "briefing": "choice",
    "title": "text",
    "text": "text",
    "file": "file",
    "topic": "choice",
    "unit": "choice",
    "urgency": "choice",
    "timing": "choice",
    "at": "moment",
    "day": "number",
    "time": "time",
    **whom.READ,
}
"""The answers that are read here."""


async def order(turn: Turn, state: FormState) -> Order | Refusal:
    """What the answers ask for; where they name a unit that is not clear, what to mend."""
    scope = await whom.scope_of(turn, state)
    if isinstance(scope, Refusal):
        return scope
    prepared = _answer(state, "source") == "prepared"
    return Order(
        what=_answer(state, "briefing") if prepared else _written(state),
        unit=whom.unit_of(state),
        schedule=_schedule(turn, state),
        roles=whom.roles_of(state),
        urgent=_answer(state, "urgency") == "urgent",
        scope=scope,
    )


def _answer(state: FormState, key: str) -> str:
    found = state.answers.get(key)
    return found.value if found else ""


def _written(state: FormState) -> Written:
    shape, _, number = _answer(state, "file").partition(":")
    file = (int(number), shape, state.answers["file"].shown) if number.isdecimal() else None
    return Written(_answer(state, "title"), _answer(state, "text"), _answer(state, "topic"), file)


def _schedule(turn: Turn, state: FormState) -> Schedule:
    match _answer(state, "timing"):
        case "now":
            return Once(at=turn.now)
        case "at":
            return Once(at=int(_answer(state, "at")))
        case _:
            hour, _, minute = _answer(state, "time").partition(":")
            return Monthly(
                day=int(_answer(state, "day")),
                hour=int(hour),
                minute=int(minute),
                timezone=str(turn.house.zone),
            )


def in_words(turn: Turn, schedule: Schedule) -> str:
    """When it goes out, as people say it."""
    if isinstance(schedule, Once) and schedule.at <= turn.now:
        return turn.line("compose.at_once")
    return read_back(turn.house.texts, turn.language, schedule, turn.house.zone, turn.now)


def goes_in_words(turn: Turn, draft: Draft) -> str:
    """The same, of one that is deferred: when it goes out instead."""
    first = draft.first(turn.now)
    if first is None or first.goes == first.at or draft.schedule.repeats:
        return in_words(turn, draft.schedule)
    return at_in_words(turn.house.texts, turn.language, turn.local(first.goes), by_lunar=False)
