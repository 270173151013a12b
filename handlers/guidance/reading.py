"""Reading: the latest briefings, search, the whole text, the files, and the confirmation."""

from collections.abc import Sequence

from bot.acts.first_screen import attribution, behind, first_screen, rows_of
from bot.core.guidance.audience import follows
from bot.core.kernel.formats import date_long, fold
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.tap import Delivery
from bot.core.talk.taps import Confirm, Files, FilesOf, Full, FullOf, Go, Open
from bot.storage.delivery import deliveries, readings
from bot.storage.guidance import briefings
from bot.storage.guidance.briefings import BriefingRow
from bot.storage.people import members
from handlers.guidance.confirmed import confirmed_button
from handlers.steps import next_steps
from handlers.turn import Turn

SHOWN = 5
LABEL = 60  # characters of a title on a button
WORDS = 8


async def latest(turn: Turn) -> None:
    """The recent briefings of the topics the member follows."""
    if turn.member is None:
        return
    chosen = await members.follows(turn.conn, turn.member.id)
    codes = [
        code
        for code, topic in turn.house.topics.items()
        if follows(topic, turn.member.roles, chosen.get(code))
    ]
    rows = await briefings.issued(turn.conn, turn.member.path, codes, (), SHOWN + 1)
    if not rows:
        buttons = (
            (turn.button("button.topics", Go("chude")),),
            (turn.button("button.help", Go("trogiup")),),
        )
        await turn.say("latest.empty", buttons=buttons)
        return
    await _list(turn, turn.text("latest.title"), rows, "latest.more")


async def search(turn: Turn) -> None:
    """Briefings that hold all the words, with or without diacritics."""
    if turn.member is None:
        return
    words = fold(turn.arguments[:200]).split()[:WORDS]
    if not words:
        await turn.say("search.how", buttons=next_steps(turn))
        return
    topics = list(turn.house.topics)
    rows = await briefings.issued(turn.conn, turn.member.path, topics, words, SHOWN + 1)
    asked = " ".join(turn.arguments.split())[:100]
    if not rows:
        buttons = (
            (turn.button("button.latest", Go("moinhat")),),
            (turn.button("button.help", Go("trogiup")),),
        )
        await turn.say("search.none", words=asked, buttons=buttons)
        return
    await _list(turn, turn.text("search.found", words=asked), rows, "search.more")


async def _list(turn: Turn, title: Text, rows: Sequence[BriefingRow], more: str) -> None:
    lines, buttons = [], []
    for row in rows[:SHOWN]:
        body = row.briefing.body(turn.language)
        topic = turn.house.topics.get(row.briefing.topic)
        about = [localized(topic.name, turn.language)] if topic else []
        about.append(date_long(row.briefing.issued_on, turn.language))
        spans = (Span(text=body.title, bold=True), Span(text=f"\n{' · '.join(about)}"))
        lines.append(Block(spans=spans, kind="item", marker="•"))
        label = body.title if len(body.title) <= LABEL else f"{body.title[: LABEL - 1].rstrip()}…"
        buttons.append((Button.of(label, Open(row.id)),))
    note = turn.text(more) if len(rows) > SHOWN else ()
    await turn.send(Message(text=(*title, *lines, *note), buttons=tuple(buttons)))


async def _visible(turn: Turn, briefing_id: int) -> BriefingRow | None:
    """A briefing that went out to the member's unit or one above it, else None and a notice."""
    if turn.member is not None:
        row = await briefings.get(turn.conn, briefing_id)
        if row is not None and await briefings.issued_to(turn.conn, row.id, turn.member.id):
            return row
    turn.toast = turn.line("tap.stale")
    return None


async def open_briefing(turn: Turn, tap: Open) -> None:
    """Show a briefing's first screen again, as it was sent."""
    row = await _visible(turn, tap.briefing)
    if row is None or turn.member is None:
        return
    attached = await briefings.files(turn.conn, row.id)
    reading = await readings.of_briefing(turn.conn, turn.member.id, row.id)
    read, confirmed = None, False
    if reading is not None and reading.acknowledged_at is not None:
        read, confirmed = confirmed_button(turn, reading.delivery_id, reading.acknowledged_at), True
    elif reading is not None:
        read = turn.button("button.read", Confirm(reading.delivery_id))
    more = FullOf(row.id), FilesOf(row.id)
    rows = rows_of(turn.house, row.briefing, attached, turn.language, more, read, confirmed)
    await turn.send(first_screen(turn.house, row.briefing, attached, turn.language, rows))


async def full_of_briefing(turn: Turn, tap: FullOf) -> None:
    """The whole text of a briefing that was opened from a list."""
    row = await _visible(turn, tap.briefing)
    if row is not None:
        await _send_full(turn, row)


async def attachments_of_briefing(turn: Turn, tap: FilesOf) -> None:
    """The files of a briefing that was opened from a list."""
    row = await _visible(turn, tap.briefing)
    if row is not None:
        await _send_files(turn, row)


async def _tapped(turn: Turn, number: Delivery) -> tuple[int, BriefingRow] | None:
    """The member's own delivery and its briefing, else None and a notice. Any tap proves arrival."""
    if turn.member is not None and isinstance(number, int):
        briefing_id = await readings.tapped(turn.conn, number, turn.member.id)
        row = await briefings.get(turn.conn, briefing_id) if briefing_id is not None else None
        if row is not None:
            await deliveries.arrived(turn.conn, number, turn.member.id, turn.now)
            return number, row
    turn.toast = turn.line("tap.stale")
    return None


async def full(turn: Turn, tap: Full) -> None:
    """The whole text of a briefing that was delivered."""
    found = await _tapped(turn, tap.delivery)
    if found is not None:
        await _send_full(turn, found[1])


async def attachments(turn: Turn, tap: Files) -> None:
    """The files of a briefing that was delivered."""
    found = await _tapped(turn, tap.delivery)
    if found is not None:
        await _send_files(turn, found[1])


async def acknowledge(turn: Turn, tap: Confirm) -> None:
    """The member has read it: kept once, however often the button is pressed."""
    found = await _tapped(turn, tap.delivery)
    if found is None or turn.member is None:
        return
    number, row = found
    at = await confirm(turn, number)
    if at is None:
        turn.toast = turn.line("tap.stale")
        return
    attached = await briefings.files(turn.conn, row.id)
    more = Full(number), Files(number)
    read = confirmed_button(turn, number, at)
    await turn.buttons(rows_of(turn.house, row.briefing, attached, turn.language, more, read, confirmed=True))
    turn.toast = read.label


async def confirm(turn: Turn, delivery_id: int) -> int | None:
    """Keep the member's word that they read it; returns when they first gave it, ms UTC."""
    if turn.member is None:
        return None
    at = await deliveries.acknowledge(turn.conn, delivery_id, turn.member.id, turn.now)
    if at is None:
        at = await readings.confirm_in_flight(turn.conn, delivery_id, turn.member.id, turn.now)
    return at


async def _send_full(turn: Turn, row: BriefingRow) -> None:
    body = row.briefing.body(turn.language)
    if not body.full:
        turn.toast = turn.line("briefing.no_more")
        return
    head = turn.text("briefing.head", title=body.title, about="")
    await turn.send(Message(text=(*head, *body.full, *attribution(turn.house, row.briefing, turn.language))))


async def _send_files(turn: Turn, row: BriefingRow) -> None:
    attached = behind(await briefings.files(turn.conn, row.id))
    if not attached:
        turn.toast = turn.line("briefing.no_more")
        return
    source = attribution(turn.house, row.briefing, turn.language)
    for file in attached:
        caption = (*turn.text("briefing.file", name=file.name), *source)
        await turn.send_file(Attachment(file_id=file.file_id, kind=file.kind), caption)
