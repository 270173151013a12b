"""/hoinghi: conferences that one's unit hosts or is asked to, and what is done with each."""

from bot.acts import conference_notices, conference_points, conferences
from bot.acts.conference_points import Listed
from bot.acts.context import Refusal
from bot.core.kernel.formats import capital, cut_short
from bot.core.meetings.conference import FORM
from bot.core.people.permissions import Act, may
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.meetings import OnConference
from bot.core.talk.taps.screens import Go
from bot.core.talk.when import at_in_words
from handlers import filling
from handlers.meetings import conference_forms, conference_screen, proposals
from handlers.turn import Turn

LABEL = 40  # characters of a title on a button
SHOWN = 6


async def conferences_of(turn: Turn) -> None:
    """The list, the latest first, and the way to a new one."""
    found = await conference_points.listed(turn.context)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    words = [*turn.text("conference.title" if found else "conference.none")]
    rows: list[tuple[Button, ...]] = []
    for one in found[:SHOWN]:
        words += turn.text(
            "conference.one", title=one.row.title, when=_when(turn, one), state=_state(turn, one)
        )
        label = cut_short(one.row.title, LABEL)
        rows.append((Button.of(label, OnConference("open", one.row.id)),))
    if may(turn.member, Act.CONFERENCE):
        rows.append((turn.button("conference.new", OnConference("new")),))
    rows.append((turn.button("menu.trogiup", Go("trogiup")),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


def _when(turn: Turn, one: Listed) -> str:
    return at_in_words(turn.house.texts, turn.language, turn.local(one.row.at), False)


def _state(turn: Turn, one: Listed) -> str:
    """How it stands; of one that is to come, what one's own unit has said."""
    if one.row.state == "announced" and not one.hosts and one.own is not None:
        return turn.line(f"conference.own_{one.own.state}")
    return turn.line(f"conference.is_{one.row.state}")


async def act(turn: Turn, tap: OnConference) -> None:
    """A button of the list, or of one of them."""
    match tap.step:
        case "list":
            await conferences_of(turn)
        case "new" if may(turn.member, Act.CONFERENCE):
            await filling.begin(turn, FORM)
        case "open":
            await conference_screen.show(turn, tap.number, tap.other)
        case "confirm" | "decline" | "propose":
            await conference_forms.begin(turn, tap)
        case "change":
            await conference_forms.begin_change(turn, tap.number)
        case "proposals":
            await proposals.show(turn, tap.number)
        case "hang" | "hang_on" | "hang_off":
            await conference_screen.hang(turn, tap)
        case "remind":
            await _remind(turn, tap.number)
        case "sheet":
            await conference_screen.hand_sheet(turn, tap.number)
        case "cancel" | "close":
            await _ask(turn, tap)
        case "cancel!" | "close!":
            await _end(turn, tap)
        case _:
            turn.toast = turn.line("tap.stale")


async def _remind(turn: Turn, number: int) -> None:
    at = await conference_notices.remind(turn.context, number)
    if isinstance(at, Refusal):
        turn.toast = turn.refusal(at)
        return
    when = at_in_words(turn.house.texts, turn.language, turn.local(at), False)
    turn.toast = turn.line("conference.reminded" if at <= turn.now else "conference.will_remind", when=when)
    await conference_screen.show(turn, number)


async def _ask(turn: Turn, tap: OnConference) -> None:
    seen = await conference_points.look(turn.context, tap.number)
    if isinstance(seen, Refusal) or not seen.hosts:
        turn.toast = turn.line("tap.stale")
        return
    rows = (
        (turn.button(f"conference.sure_{tap.step}", OnConference(f"{tap.step}!", tap.number)),),
        (turn.button("button.back", OnConference("open", tap.number)),),
    )
    await turn.show(Message(text=turn.text(f"conference.ask_{tap.step}", title=seen.row.title), buttons=rows))


async def _end(turn: Turn, tap: OnConference) -> None:
    do = conferences.cancel if tap.step == "cancel!" else conferences.close
    done = await do(turn.context, tap.number)
    if isinstance(done, Refusal):
        turn.toast = turn.refusal(done)
        return
    turn.toast = capital(turn.line(f"conference.is_{done.state}"))
    await conference_screen.show(turn, tap.number)
