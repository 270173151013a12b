"""/xinvao: who asks to join, the longest waiting first, and one of them to be decided."""

from bot.acts import erasures, requests
from bot.acts.context import Refusal
from bot.acts.requests import Waiting
from bot.core.kernel.formats import day, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import DAY_MS, HOUR_MS
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.people import Admit, OnRequest
from bot.core.talk.taps.screens import Go
from handlers.turn import Rows, Turn

SHOWN = 7


async def waiting(turn: Turn) -> None:
    """The list of requests that wait for the member's unit and below."""
    found, by_law = await requests.waiting(turn.context), await due(turn)
    if isinstance(found, Refusal) or not found:
        text = (*turn.text("asking.nobody"), *by_law)
        await turn.show(Message(text=text, buttons=((_roster(turn),),)))
        return
    words = [*turn.text("asking.title", count=number(len(found), turn.language))]
    for one in found[:SHOWN]:
        words += turn.text("asking.one", name=one.name, unit=one.place.name, age=age(turn, one))
    if len(found) > SHOWN:
        words += turn.text("asking.more", count=number(len(found) - SHOWN, turn.language))
    rows = [(Button.of(one.name, OnRequest(one.id)),) for one in found[:SHOWN]]
    await turn.show(Message(text=(*words, *by_law), buttons=(*rows, (_roster(turn),))))


async def due(turn: Turn) -> Text:
    """What people asked for by law that may not be done yet: by when, never whose it is."""
    found = await erasures.waiting(turn.context)
    if isinstance(found, Refusal) or not found:
        return ()
    words, today = [*turn.text("due.title")], turn.moment.date()
    for one in found:
        days = {"since": one.asked, "answer": one.answer_by, "done": one.done_by}
        said = {name: day(value, turn.language) for name, value in days.items()}
        words += turn.text(f"due.{one.kind}", count=one.count, **said)
        if today > (one.done_by if one.kind == "files" else one.answer_by):
            words += turn.text("due.late")
    return (*words, *turn.text("due.what"))


async def show(turn: Turn, tap: OnRequest) -> None:
    """One request, to be accepted or declined."""
    found = await requests.waiting(turn.context)
    one = None if isinstance(found, Refusal) else next((row for row in found if row.id == tap.request), None)
    if one is None:
        turn.toast = turn.line("admit.decided_already")
        await waiting(turn)
        return
    words = turn.text("asking.ask", name=one.name, unit=one.place.name, age=age(turn, one))
    rows = (
        (turn.button("admit.accept", Admit("yes", one.id)),),
        (turn.button("admit.decline", Admit("no", one.id)),),
        (turn.button("button.back", Go("xinvao")),),
    )
    await turn.show(Message(text=words, buttons=rows))


async def rest(turn: Turn) -> Rows:
    """After one is decided: the way to those that still wait."""
    found = await requests.waiting(turn.context)
    if isinstance(found, Refusal) or not found:
        return ()
    return ((turn.button("asking.open", Go("xinvao"), count=number(len(found), turn.language)),),)


def age(turn: Turn, one: Waiting) -> str:
    """How long somebody has waited, in the largest unit that fits."""
    waited = max(0, turn.now - one.since)
    if waited < HOUR_MS:
        return turn.line("asking.just_now")
    unit, length = ("days", DAY_MS) if waited >= DAY_MS else ("hours", HOUR_MS)
    return turn.line(f"asking.{unit}", count=number(waited // length, turn.language))


def _roster(turn: Turn) -> Button:
    return turn.button("menu.thanhvien", Go("thanhvien"))
