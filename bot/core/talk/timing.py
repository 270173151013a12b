"""A schedule as an answer to a form: in people's words, read back, its hour asked where it lacks one."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.kernel.formats import day_long
from bot.core.schedule.occurrences import Schedule
from bot.core.schedule.parse import Unclear, Understood, parse_when, understand
from bot.core.talk.form import Answer, Field, FormState, Step
from bot.core.talk.place import move
from bot.core.talk.when import unclear_values

Say = Callable[[Schedule], str]
Keep = Callable[[FormState, Field, Answer, str | None, Mapping[str, str] | None], Step]
ASKING = ("no_hour", "no_hour_each")  # a day is understood, an hour more is all that lacks


def as_json(schedule: Schedule) -> str:
    """A schedule as it is stored."""
    return schedule.model_dump_json()


def typed_moment(item: Field, state: FormState, text: str, language: str, now: datetime, keep: Keep) -> Step:
    """Words for one time, or for a time of day."""
    understood = parse_when(text, now)
    if understood is None:
        return Step(state, notice="form.moment")
    if item.kind == "time":
        clock = understood.at.strftime("%H:%M")
        return keep(state, item, Answer(value=clock, shown=clock), None, None)
    if understood.past:
        return Step(state, notice="form.past")
    value = str(int(understood.at.timestamp() * 1000))
    shown = f"{understood.at:%H:%M} {day_long(understood.at, language)}"
    return keep(state, item, Answer(value=value, shown=shown), None, None)


def typed_schedule(
    item: Field, state: FormState, text: str, language: str, now: datetime, say: Say, keep: Keep
) -> Step:
    """Words for a schedule: kept and read back, or why they are none, or the hour that they lack asked."""
    whole, found = heard(state.said, text, now)
    if isinstance(found, Understood) and not found.past:
        shown = say(found.schedule)
        answer = Answer(value=as_json(found.schedule), shown=shown)
        return keep(state, item, answer, "form.read_back", {"when": shown})
    why = found if isinstance(found, Unclear) else Unclear(key="past")
    said = whole if why.key in ASKING else state.said
    return Step(move(state, said=said), notice=f"when.{why.key}", values=dict(unclear_values(why, language)))


def heard(said: str, text: str, now: datetime) -> tuple[str, Understood | Unclear]:
    """What words mean after a day that was said before, or for themselves; and those words."""
    alone = understand(text, now)
    if not said:
        return text, alone
    together = understand(f"{said} {text}", now)
    if isinstance(together, Understood):
        return f"{said} {text}", together
    if isinstance(alone, Understood) or alone.key in ASKING:
        return text, alone
    return said, together
