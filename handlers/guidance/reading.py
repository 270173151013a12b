"""Reading: a briefing's first screen, its whole text, its files, and the confirmation."""

from dataclasses import replace

from bot.acts import briefings, corrections
from bot.acts.briefings import Opened
from bot.acts.context import STALE, Refusal
from bot.acts.first_screen import (
    added,
    approved,
    attribution,
    behind,
    corrected_line,
    first_screen,
    rows_of,
    theirs,
)
from bot.core.kernel.richtext import Text
from bot.core.ports import Tapped
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.tap import Delivery, Tap
from bot.core.talk.taps.kits import AskOn, KitOf
from bot.core.talk.taps.reading import (
    Confirm,
    ConfirmFull,
    Files,
    FilesOf,
    Full,
    FullOf,
    Noted,
    Open,
    Reread,
)
from handlers.guidance import outline, quiz
from handlers.guidance.confirmed import read_button, short_moment
from handlers.steps import next_steps
from handlers.turn import Rows, Turn


def _shown(turn: Turn, found: Opened | Refusal) -> Opened | None:
    """What may be read, else None and a notice."""
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return None
    return found


async def open_briefing(turn: Turn, tap: Open) -> None:
    """Show a briefing's first screen again, as it was sent."""
    one = _shown(turn, await briefings.read(turn.context, tap.briefing))
    if one is None:
        return
    rows = _rows(turn, one, Confirm, (FullOf(one.id), FilesOf(one.id), KitOf(one.id)))
    rows = (*rows, *outline.rows(turn, one))
    await turn.send(_corrected(turn, one, _first(turn, one, rows)))


def _rows(
    turn: Turn, one: Opened, tap: type[Confirm | ConfirmFull], more: tuple[Tap | None, Tap, Tap]
) -> tuple[tuple[Button, ...], ...]:
    """The buttons below a briefing; `tap` is what confirms it there."""
    read, confirmed = read_button(turn, one, tap), one.confirmed is not None
    return rows_of(turn.house, one.briefing, one.files, turn.language, more, read, confirmed)


async def full_of_briefing(turn: Turn, tap: FullOf) -> None:
    """The whole text of a briefing that was opened from a list."""
    await _send_full(turn, _shown(turn, await briefings.read(turn.context, tap.briefing)))


async def attachments_of_briefing(turn: Turn, tap: FilesOf) -> None:
    """The files of a briefing that was opened from a list."""
    await _send_files(turn, _shown(turn, await briefings.read(turn.context, tap.briefing)))


async def _delivered(turn: Turn, number: Delivery) -> Opened | None:
    found = await briefings.read_delivered(turn.context, number) if isinstance(number, int) else STALE
    return _shown(turn, found)


async def full(turn: Turn, tap: Full) -> None:
    """The whole text of a briefing that was delivered."""
    await _send_full(turn, await _delivered(turn, tap.delivery))


async def attachments(turn: Turn, tap: Files) -> None:
    """The files of a briefing that was delivered."""
    await _send_files(turn, await _delivered(turn, tap.delivery))


async def noted(turn: Turn, tap: Noted) -> None:
    """The member knows of a correction: kept once, however often it is pressed."""
    number = tap.delivery if isinstance(tap.delivery, int) else 0
    at = await corrections.noted(turn.context, number)
    if isinstance(at, Refusal):
        turn.toast = turn.refusal(at)
        return
    when = short_moment(turn.local(at), turn.language)
    turn.toast = turn.line("correct.noted_at", when=when)
    again = Button.of(turn.line("correct.noted_at", when=when), Noted(number))
    rows: Rows = ((again,),)
    offered = await briefings.following_said(turn.context, number) or ()
    if any(one.data == Reread(number).encode() for one in offered):  # one that was taken back has no new text
        rows = (*rows, (turn.button("correct.reread", Reread(number)),))
    await turn.buttons(rows)


async def reread(turn: Turn, tap: Reread) -> None:
    """The first screen of a briefing that was delivered, again: below a reminder of it."""
    one = await _delivered(turn, tap.delivery)
    if one is None or one.delivery is None:
        return
    rows = (*_first_rows(turn, one), *outline.rows(turn, one))
    await turn.send(_corrected(turn, one, _first(turn, one, rows)))


async def acknowledge(turn: Turn, tap: Confirm | ConfirmFull) -> None:
    """The member has read it: kept once, however often a button is pressed, on either of its messages."""
    one = await _delivered(turn, tap.delivery)
    if one is None or one.delivery is None:
        return
    number = one.delivery
    at = await briefings.acknowledge(turn.context, number)
    if isinstance(at, Refusal):
        turn.toast = turn.refusal(at)
        return
    asked = await quiz.following(turn, number) if one.briefing.checks else None
    if isinstance(turn.incoming.event, Tapped):
        one = replace(one, confirmed=at)
        whole = None if isinstance(tap, ConfirmFull) else Full(number)
        rows = _rows(turn, one, type(tap), (whole, Files(number), AskOn(number)))
        turn.toast = turn.line("briefing.confirmed", when=short_moment(turn.local(at), turn.language))
        await turn.buttons((*rows, *await outline.rows_if_offered(turn, one)))
    else:
        title, when = one.briefing.body(turn.language).title, short_moment(turn.local(at), turn.language)
        rows = () if asked else next_steps(turn)  # the numbers below are the question's
        await turn.say("ack.by_words", title=title, when=when, buttons=rows)
    if asked is not None:
        await quiz.offer(turn, asked)


def _first_rows(turn: Turn, one: Opened) -> Rows:
    """The buttons of a briefing's first screen."""
    number = one.delivery
    if number is None:
        return _rows(turn, one, Confirm, (FullOf(one.id), FilesOf(one.id), KitOf(one.id)))
    return _rows(turn, one, Confirm, (Full(number), Files(number), AskOn(number)))


def _first(turn: Turn, one: Opened, rows: Rows) -> Message:
    message = first_screen(turn.house, one.briefing, one.files, turn.language, rows, one.urgent)
    return message.model_copy(update={"text": (*message.text, *_signed(turn, one))})


def _signed(turn: Turn, one: Opened) -> Text:
    """What stands below the attribution: who approved it, and what units over the reader added."""
    below = approved(turn.house, one.approver, turn.language)
    return (*below, *added(turn.house, one.added, turn.language))


def _corrected(turn: Turn, one: Opened, message: Message) -> Message:
    """With what was changed above it, where it was corrected after it had gone out."""
    if not one.corrected:
        return message
    above = corrected_line(turn.house, one.words, turn.language)
    return message.model_copy(update={"text": (*above, *message.text)})


async def _send_full(turn: Turn, one: Opened | None) -> None:
    if one is None:
        return
    body = one.briefing.body(turn.language)
    if not body.full:
        turn.toast = turn.line("briefing.no_more")
        return
    key = "briefing.head_urgent" if one.urgent else "briefing.head"
    head = turn.text(key, title=body.title, about="")
    issued = attribution(turn.house, one.briefing, turn.language)
    text = (*head, *body.full, *issued, *_signed(turn, one))
    files, ask = FilesOf(one.id), KitOf(one.id)
    more = (None, files, ask) if one.delivery is None else (None, Files(one.delivery), AskOn(one.delivery))
    rows = (*_rows(turn, one, ConfirmFull, more), *outline.rows(turn, one))
    message = Message(text=text, buttons=rows)
    await turn.send(_corrected(turn, one, message))


async def _send_files(turn: Turn, one: Opened | None) -> None:
    if one is None:
        return
    attached = behind(theirs(one.briefing, one.files, turn.language))
    if not attached:
        turn.toast = turn.line("briefing.no_more")
        return
    source = attribution(turn.house, one.briefing, turn.language)
    for file in attached:
        caption = (*turn.text("briefing.file", name=file.name), *source)
        carried = Attachment(file_id=file.file_id, kind=file.kind)
        # Below the last stand the briefing's own choices, by the numbers that they had.
        rows = _first_rows(turn, one) if file is attached[-1] else ()
        await turn.send(Message(text=caption, attachment=carried, buttons=rows))
