"""/tongket: what a year of one's unit adds up to, against the year before, and as a file."""

from bot.acts import review_files, reviews
from bot.acts.context import Refusal
from bot.acts.review_files import Format
from bot.acts.reviews import Review
from bot.core.kernel.formats import date_long
from bot.core.kernel.richtext import Block
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.taps.digests import OnYear
from bot.core.talk.taps.screens import Go
from handlers.turn import Rows, Turn


async def review(turn: Turn) -> None:
    """This year's; after the command, another."""
    words = turn.arguments.strip()
    await _show(
        turn, int(words) if words.isascii() and words.isdigit() and len(words) == 4 else turn.moment.year
    )


async def act(turn: Turn, tap: OnYear) -> None:
    """A year to read, or its file."""
    if tap.form == "show":
        await _show(turn, tap.year)
        return
    kind, _, layout = tap.form.partition(".")
    if kind not in set(Format):
        turn.toast = turn.line("tap.stale")
        return
    made = await review_files.export(turn.context, tap.year, Format(kind), layout)
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    await turn.send_file(
        Attachment(file_id=made, kind="document"), turn.text("review.file_sent", year=tap.year)
    )


async def _show(turn: Turn, year: int) -> None:
    found = await reviews.read(turn.context, "", year)
    if isinstance(found, Refusal):
        rows = ((turn.button("review.this_year", OnYear("show", turn.moment.year)),),)
        await turn.show(Message(text=found.text(turn.house.texts, turn.language), buttons=rows))
        return
    day = date_long(found.until, turn.language)
    words: list[Block] = [*turn.text("review.head", unit=found.place.name, year=found.year, day=day)]
    for name, this, before, change in review_files.lines(turn.house, found, turn.language):
        values = {"name": name, "this": this, "before": before}
        words += turn.text("review.line", **values, change=f" ({change})" if change not in ("", "0") else "")
    if len(found.speakers) > 1:
        words += turn.text("review.speakers")
        for name, count, heads, before, _ in review_files.spoken(turn.house, found, turn.language):
            words += turn.text("review.spoken", name=name, count=count, heads=heads, before=before)
    words += turn.text("review.note", threshold=found.threshold)
    await turn.show(Message(text=tuple(words), buttons=_rows(turn, found)))


def _rows(turn: Turn, found: Review) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (Button.of(f"Word · {localized(one.label, turn.language)}", OnYear(f"docx.{code}", found.year)),)
        for code, one in turn.house.layouts.items()
    ]
    rows.append((turn.button("review.as_xlsx", OnYear("xlsx", found.year)),))
    rows.append((turn.button("review.other", OnYear("show", found.year - 1), year=found.year - 1),))
    return (*rows, (turn.button("menu.trogiup", Go("trogiup")),))
