"""Who has not read a run, by name, as the administrators of these people's own unit see it."""

from bot.acts import recipients
from bot.acts.context import Refusal
from bot.acts.recipients import Recipient
from bot.acts.runs import Run
from bot.core.delivery.reasons import key
from bot.core.delivery.recipients import BEHIND, Standing, advice
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act, may
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.sending import OnRun, Unread
from handlers.turn import Turn

NAMED = 12  # names in one line of a screen
PAGE = 8


async def lines(turn: Turn, run: Run) -> tuple[Text, tuple[Button, ...]]:
    """A line for each way of not having read it, with the names, and the button of the list."""
    if not may(turn.member, Act.NAMED):
        return (), ()
    words: list[Text] = []
    for standing in BEHIND:
        found = await recipients.named(turn.context, run.id, standings=(standing,), limit=NAMED)
        if isinstance(found, Refusal) or not found.count:
            continue
        names = " · ".join(_brief(turn, one) for one in found.people)
        more = found.count - len(found.people)
        if more:
            names = turn.line("recipients.more", names=names, count=number(more, turn.language))
        words.append(turn.text(f"recipients.{standing}", names=names))
    button = (turn.button("recipients.list", Unread(run.id, 0)),) if words else ()
    return tuple(block for text in words for block in text), button


def _brief(turn: Turn, one: Recipient) -> str:
    return f"{one.name} ({_why(turn, one)})" if one.standing is Standing.UNREACHED else one.name


def _why(turn: Turn, one: Recipient) -> str:
    """Why it did not arrive, and since when that is so where it is known."""
    words = turn.line(key(one.why)) if one.why else ""
    words = words[:1].lower() + words[1:]
    if one.since is None:
        return words
    return turn.line("recipients.since", why=words, day=_day(turn, one.since))


def _day(turn: Turn, at: Ms) -> str:
    when = turn.local(at)
    written = date_long(when.date(), turn.language)
    return written.removesuffix(f"{when.year}")[:-1] if when.year == turn.moment.year else written


async def listed(turn: Turn, tap: Unread) -> None:
    """Those who have not read it, page by page: how each stands, and what can be done."""
    found = await recipients.named(turn.context, tap.run, skip=tap.skip, limit=PAGE)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    count = number(found.count, turn.language)
    words = [*turn.text("recipients.title", unit=found.place.name, count=count)]
    for one in found.people:
        words += turn.text("recipients.one", name=one.name, details=_details(turn, one))
    if not found.people:
        words += turn.text("recipients.nobody")
    pages: tuple[Button, ...] = ()
    if tap.skip:
        pages += (turn.button("roster.before", Unread(tap.run, max(0, tap.skip - PAGE))),)
    if tap.skip + PAGE < found.count:
        pages += (turn.button("roster.after", Unread(tap.run, tap.skip + PAGE)),)
    back = (turn.button("button.back", OnRun("show", tap.run)),)
    await turn.show(Message(text=tuple(words), buttons=tuple(row for row in (pages, back) if row)))


def _details(turn: Turn, one: Recipient) -> str:
    if one.standing is not Standing.UNREACHED:
        return turn.line(f"recipients.is_{one.standing}")
    done = turn.line(advice(one.why)) if one.why else ""
    return turn.line("recipients.is_unreached", why=_why(turn, one), advice=done)
