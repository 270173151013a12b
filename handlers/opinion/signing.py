"""A unit's digest on its way up, in the chat: drawn up, read, presented, endorsed, forwarded, as a file."""

from datetime import date

from bot.acts import digest_files, digest_papers, signing, signing_files
from bot.acts.context import Refusal
from bot.acts.digest_files import Format
from bot.acts.digest_papers import Listed, Opened, Sent
from bot.core.kernel.formats import cut_short, date_long, number, read_day
from bot.core.kernel.richtext import Block, Text, paragraph
from bot.core.opinion.periods import days_of
from bot.core.people.permissions import Act, may
from bot.core.talk.form import localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.taps.digests import OnDigest
from bot.core.talk.taps.screens import Go
from handlers import filling
from handlers.opinion import wording
from handlers.turn import Rows, Turn

SHOWN = 7  # rows of a list
PART = 1500  # characters of one part on the screen; the file has all
QUOTED = 3  # texts of few on the screen
ON_SCREEN = ("", "opening", "themes", "few", "marks", "assessment", "proposals")
FILES = (Format.XLSX, Format.PNG, Format.CSV)


async def act(turn: Turn, tap: OnDigest) -> None:
    """A button of a digest's screens."""
    match tap.step:
        case "draw":
            await _draw(turn, tap.about)
        case "list":
            await listed(turn)
        case "below":
            await _below(turn, tap)
        case "open":
            await _answered(turn, await digest_papers.look(turn.context, tap.number))
        case "endorse" | "forward":
            await turn.show(_sure(turn, tap))
        case "present" | "endorse!" | "forward!":
            await _do(turn, tap)
        case "return":
            await filling.begin(turn, "digestback", digest=str(tap.number), revision=str(tap.revision))
        case "files" | "file":
            await _file(turn, tap)
        case _:
            await wording.act(turn, tap)


async def listed(turn: Turn) -> None:
    """The digests of one's unit, the latest first."""
    found = await digest_papers.listed(turn.context, limit=SHOWN)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    rows: list[tuple[Button, ...]] = []
    for one in found.rows:
        label = f"{_days(turn, one)} · {_state(turn, one)}"
        if one.unit in found.inherited:
            label = f"{found.inherited[one.unit]} · {label}"
        rows.append((Button.of(label, OnDigest("open", one.id)),))
    if may(turn.member, Act.DIGEST):
        rows.append((turn.button("menu.tonghop", Go("tonghop")),))
    key = "signing.list" if found.rows else "signing.list_empty"
    await turn.show(Message(text=turn.text(key, unit=found.place.name), buttons=tuple(rows)))


def _state(turn: Turn, row: digest_papers.DigestRow) -> str:
    return turn.line("signing.state_waits" if row.waits else f"signing.state_{row.state}")


def _days(turn: Turn, row: digest_papers.DigestRow) -> str:
    return " – ".join(date_long(read_day(day), turn.language) for day in (row.first, row.last))


async def _draw(turn: Turn, period: str) -> None:
    days = days_of(period)
    if days is None or turn.member is None:
        turn.toast = turn.line("tap.stale")
        return
    await _answered(turn, await signing.draw(turn.context, turn.member.unit, *days))


async def _answered(turn: Turn, found: Opened | Refusal, said: Text = ()) -> None:
    """The digest's screen, or why there is none."""
    if isinstance(found, Refusal):
        rows = ((turn.button("signing.all", OnDigest("list", 0)),),)
        await turn.show(Message(text=found.text(turn.house.texts, turn.language), buttons=rows))
        return
    await turn.show(screen(turn, found, said))


def screen(turn: Turn, found: Opened, said: Text = ()) -> Message:
    """A digest as it stands, with what may be done about it; `said` above it."""
    row, language = found.row, turn.language
    days = {
        "first": date_long(read_day(row.first), language),
        "last": date_long(read_day(row.last), language),
    }
    state = _state(turn, row)
    words: list[Block] = [*said, *turn.text("signing.head", unit=found.place.name, state=state, **days)]
    if row.returned_for:
        words += turn.text("signing.returned_for", reason=row.returned_for)
    paper = digest_files.paper(turn.house, found.summed, language, QUOTED, found.signing)
    for section in paper.sections:
        if section.key not in ON_SCREEN:
            continue
        words += turn.text("digest.topic", name=section.heading)
        for line in section.table:
            count = turn.line("digest.withheld") if line.count is None else number(line.count, language)
            words += turn.text("digest.cell", name=line.name, count=count)
        for name, texts in section.quotations:
            words += [paragraph(f"{name}: {cut_short(one, PART // 3)}") for one in texts]
        words += [paragraph(cut_short(one, PART)) for one in section.sentences]
    return Message(text=tuple(words), buttons=_buttons(turn, found))


def _buttons(turn: Turn, found: Opened) -> Rows:
    row, member, path = found.row, turn.member, found.place.path
    own = member is not None and member.unit == row.unit
    offered = {
        "edit": own and row.state in ("draft", "endorsed") and may(member, Act.EDIT_DIGEST),
        "present": own and row.state == "draft" and not row.waits and may(member, Act.PRESENT_DIGEST),
        "endorse": row.state == "draft" and may(member, Act.ENDORSE_DIGEST, path),
        "forward": own and row.state == "endorsed" and may(member, Act.FORWARD_DIGEST),
        "return": (row.waits and may(member, Act.ENDORSE_DIGEST, path))
        or (not own and row.state == "forwarded" and may(member, Act.RETURN_DIGEST, path)),
        "below": own and bool(found.signing.sources.due),
        "files": may(member, Act.EXPORT_DIGEST, path),
    }
    rows = [
        (turn.button(f"signing.{step}", OnDigest(step, row.id, row.revision)),)
        for step, may_be in offered.items()
        if may_be
    ]
    return (*rows, (turn.button("signing.all", OnDigest("list", 0)),))


def _sure(turn: Turn, tap: OnDigest) -> Message:
    rows = (
        (turn.button(f"signing.sure_{tap.step}", OnDigest(f"{tap.step}!", tap.number, tap.revision)),),
        (turn.button("button.back", OnDigest("open", tap.number)),),
    )
    return Message(text=turn.text(f"signing.ask_{tap.step}"), buttons=rows)


async def _do(turn: Turn, tap: OnDigest) -> None:
    step = tap.step.removesuffix("!")
    done = await {"present": signing.present, "endorse": signing.endorse, "forward": signing.forward}[step](
        turn.context, tap.number, tap.revision
    )
    if isinstance(done, Refusal):
        rows = ((turn.button("signing.see", OnDigest("open", tap.number)),),)
        await turn.show(Message(text=done.text(turn.house.texts, turn.language), buttons=rows))
        return
    await _answered(turn, done, turn.text(f"signing.done_{step}"))


async def _below(turn: Turn, tap: OnDigest) -> None:
    """The units below and how far theirs came, those that sent first; a page."""
    own = await digest_papers.look(turn.context, tap.number)
    found = None
    if not isinstance(own, Refusal):
        days = date.fromisoformat(own.row.first), date.fromisoformat(own.row.last)
        found = await digest_papers.listed(turn.context, own.row.unit, days)
    if not isinstance(found, Listed):
        turn.toast = turn.line("tap.stale")
        return
    skip = int(tap.about) if tap.about.isdecimal() else 0
    every = sorted(found.below, key=_order)
    page = every[skip : skip + SHOWN]
    words = [*turn.text("signing.below_head", count=number(len(every), turn.language))]
    rows: list[tuple[Button, ...]] = []
    for one in page:
        state = _state(turn, one.row) if one.row else turn.line("signing.state_silent")
        words += turn.text("signing.below_one", unit=one.place.name, state=state)
        if one.row is not None and one.row.state == "forwarded":
            rows.append((Button.of(one.place.name, OnDigest("open", one.row.id)),))
    for key, at in (("signing.further", skip + SHOWN), ("signing.nearer", skip - SHOWN)):
        if 0 <= at < len(every):
            rows.append((turn.button(key, OnDigest("below", tap.number, 0, str(at))),))
    rows.append((turn.button("button.back", OnDigest("open", tap.number)),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


def _order(one: Sent) -> tuple[int, str]:
    states = ("forwarded", "endorsed", "draft")
    return (states.index(one.row.state) if one.row else len(states), one.place.name)


async def _file(turn: Turn, tap: OnDigest) -> None:
    """Which file, then the file, to who asked and nobody else."""
    if tap.step == "files":
        kinds = [
            (f"Word · {localized(one.label, turn.language)}", f"docx.{code}")
            for code, one in turn.house.layouts.items()
        ] + [(turn.line(f"digest.as_{one}"), str(one)) for one in FILES]
        rows = [(Button.of(label, OnDigest("file", tap.number, 0, kind)),) for label, kind in kinds]
        rows.append((turn.button("button.back", OnDigest("open", tap.number)),))
        await turn.send(Message(text=turn.text("digest.which_file"), buttons=tuple(rows)))
        return
    kind, _, layout = tap.about.partition(".")
    if kind not in set(Format):
        turn.toast = turn.line("tap.stale")
        return
    made = await signing_files.export(turn.context, tap.number, Format(kind), layout)
    if isinstance(made, Refusal):
        turn.toast = turn.refusal(made)
        return
    sort = "photo" if kind == Format.PNG else "document"
    await turn.send_file(Attachment(file_id=made, kind=sort), turn.text("signing.file_sent"))
