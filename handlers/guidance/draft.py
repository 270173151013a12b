"""A broadcast being composed: from the form's answers to an order, and its time in words."""

from collections.abc import Mapping
from datetime import timedelta

from bot.acts.context import Refusal
from bot.acts.orders import Draft, Order, Written
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import MINUTE_MS
from bot.core.schedule.instants import local_ms
from bot.core.schedule.occurrences import Going, Once, Schedule, ScheduleAdapter
from bot.core.schedule.parse import Understood, understand
from bot.core.schedule.quiet import Rest
from bot.core.talk.form import Choice, FormState
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
    "document": "file",
    "topic": "choice",
    "unit": "choice",
    "urgency": "choice",
    "timing": "choice",
    "at": "schedule",
    **whom.READ,
}
"""The answers that are read here."""
HOURS = ("07:00", "08:00", "14:00")  # of a day that was said
USUAL, MOST, AHEAD_DAYS = (8, 14), 3, 14
SOON_MS = 30 * MINUTE_MS  # nearer than that, one presses for now


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
        testers=() if _answer(state, "training") else None,
    )


def _answer(state: FormState, key: str) -> str:
    found = state.answers.get(key)
    return found.value if found else ""


def _written(state: FormState) -> Written:
    _, _, document = _answer(state, "document").partition(":")
    if _answer(state, "source") == "word" and document.isdecimal():
        return Written("", "", _answer(state, "topic"), document=int(document))
    shape, _, number = _answer(state, "file").partition(":")
    file = (int(number), shape, state.answers["file"].shown) if number.isdecimal() else None
    return Written(_answer(state, "title"), _answer(state, "text"), _answer(state, "topic"), file)


def _schedule(turn: Turn, state: FormState) -> Schedule:
    if _answer(state, "timing") == "now":
        return Once(at=turn.now)
    found = _answer(state, "at")
    if found.isdecimal():  # answered before schedules were typed here
        return Once(at=int(found))
    return ScheduleAdapter.validate_json(found)


def times(turn: Turn, state: FormState) -> list[Choice]:
    """The usual times ahead that are not quiet, to pick with one tap; of a day that was said, its hours."""
    if state.said:
        found = [understand(f"{state.said} {hour}", turn.moment) for hour in HOURS]
        ahead = (one.schedule for one in found if isinstance(one, Understood) and not one.past)
        return [_choice(turn, one) for one in ahead]
    return [_choice(turn, Once(at=at)) for at in _usual(turn)]


def _choice(turn: Turn, schedule: Schedule) -> Choice:
    words = in_words(turn, schedule)
    return Choice(value=schedule.model_dump_json(), label={turn.language: words, "vi": words})


def _usual(turn: Turn) -> list[int]:
    """08:00 and 14:00 of the next working days, and 08:00 on the Monday after, ms UTC."""
    name, today = str(turn.house.zone), turn.moment.date()
    days = [today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS)]
    hours = [local_ms(day, hour, 0, name) for day in days for hour in USUAL]
    open_ = [at for at in hours if at >= turn.now + SOON_MS and turn.house.rest.why(at) is None]
    monday = [at for at in open_[MOST:] if (turn.local(at).weekday(), turn.local(at).hour) == (0, USUAL[0])]
    return [*open_[:MOST], *monday[:1]]


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


def deferred(turn: Turn, first: Going | None, rest: Rest | None) -> Text:
    """Where quiet hours defer an occurrence to, and why; nothing where they do not."""
    why = None if first is None or rest is None or first.goes == first.at else rest.why(first.at)
    if first is None or why is None:
        return ()
    when = at_in_words(turn.house.texts, turn.language, turn.local(first.goes), by_lunar=False)
    return turn.text(f"quiet.{why}", when=when, name=turn.house.rest.name(first.at))
