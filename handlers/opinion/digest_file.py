"""A digest as a file: which format, then the file, to who asked and nobody else."""

from datetime import date

from bot.acts import digest_files
from bot.acts.context import Refusal
from bot.acts.digest_files import Format
from bot.core.opinion.periods import days_of, span
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.taps.digests import DigestFile
from bot.core.talk.taps.screens import Go
from handlers.opinion.digest import PERIODS
from handlers.turn import Turn

OTHERS = (Format.XLSX, Format.PNG, Format.CSV, Format.JSON)


async def show(turn: Turn, tap: DigestFile) -> None:
    """Ask for the format, or hand the file out."""
    days = _days(turn, tap.period)
    if days is None or turn.member is None:
        turn.toast = turn.line("tap.stale")
    elif tap.form == "ask":
        await _ask(turn, tap.period)
    else:
        await _hand(turn, tap.form, *days)


def _days(turn: Turn, period: str) -> tuple[date, date] | None:
    if period in PERIODS:
        return span(period, turn.moment.date())
    return days_of(period)


async def _ask(turn: Turn, period: str) -> None:
    rows = [
        (Button.of(f"Word · {localized(one.label, turn.language)}", DigestFile(f"docx.{code}", period)),)
        for code, one in turn.house.layouts.items()
    ]
    rows += [(turn.button(f"digest.as_{one}", DigestFile(one, period)),) for one in OTHERS]
    rows += [(turn.button("button.back", Go("tonghop")),)]
    await turn.send(Message(text=turn.text("digest.which_file"), buttons=tuple(rows)))


async def _hand(turn: Turn, form: str, first: date, last: date) -> None:
    kind, _, layout = form.partition(".")
    if kind not in set(Format) or turn.member is None:
        turn.toast = turn.line("tap.stale")
        return
    made = await digest_files.export(turn.context, turn.member.path, first, last, Format(kind), layout)
    if isinstance(made, Refusal):
        turn.toast = turn.line(made.key, **made.written(turn.language))
        return
    sort = "photo" if kind == Format.PNG else "document"
    await turn.send_file(Attachment(file_id=made, kind=sort), turn.text("digest.file_sent"))
