"""A briefing as one page to speak from: Word or PDF, with what verifies it. For whoever may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.acts import briefings, planned
from bot.acts.briefings import Opened
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.first_screen import added, attribution, screen_of
from bot.acts.handouts import Made, hand_out
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.verifying import codes_in, shown
from bot.core.kernel.formats import cut_short, date_long
from bot.core.kernel.richtext import Text, plain_text
from bot.core.people.permissions import Act
from bot.core.talk.form import localized
from bot.reports.onepage import Ruler, Sheet, laid
from bot.storage.accounts import accounts
from bot.storage.guidance import approvals, editions
from bot.storage.guidance import briefings as stored

SYLLABLES = 150  # a minute: read out slowly enough to be understood across a hamlet
LINE = 180  # characters of a line of attribution: more of it would leave no page


class Format(StrEnum):
    """Kinds of file."""

    DOCX = "docx"
    PDF = "pdf"


async def export(ctx: Context, number: int, form: Format, *, delivered: bool) -> int | Refusal:
    """A briefing's page for the actor alone, kept for an hour; its number.

    `number`: a delivery of theirs where it is `delivered`, else a briefing that was found in a list.
    """
    if not ctx.may(Act.OUTLINE):
        return STALE
    reading = briefings.read_delivered if delivered else briefings.read
    found = await reading(ctx, number)
    if isinstance(found, Refusal):
        return found
    made = await _made(ctx, found, ctx.language, form)
    return await hand_out(ctx, made.name, made.media_type, made.data)


@dataclass(frozen=True, slots=True)
class Script:
    """What a commune's loudspeaker says of a briefing, under its title. `minutes`: how long it takes."""

    title: str
    text: Text
    attribution: Text
    code: str
    minutes: int


async def script(ctx: Context, number: int, *, delivered: bool) -> Script | Refusal:
    """The loudspeaker's words of a briefing that the actor may read; `number` as for `export`."""
    if not ctx.may(Act.OUTLINE):
        return STALE
    found = await (briefings.read_delivered if delivered else briefings.read)(ctx, number)
    return found if isinstance(found, Refusal) else await _script(ctx, found, ctx.language)


async def script_of_prepared(ctx: Context, slug: str, language: str = "vi") -> Script | Refusal:
    """The same of a prepared briefing, for whoever has a shell."""
    found = await _opened(ctx, slug)
    return found if isinstance(found, Refusal) else await _script(ctx, found, language)


async def _script(ctx: Context, one: Opened, language: str) -> Script | Refusal:
    text = one.briefing.script(language)
    if not text:
        return Refusal("outline.no_script")
    code, _ = await _code(ctx, one, language)
    minutes = max(1, round(len(plain_text(text).split()) / SYLLABLES))
    title = one.briefing.body(language).title
    return Script(title, text, attribution(ctx.house, one.briefing, language), code, minutes)


async def of_prepared(ctx: Context, slug: str, form: Format, language: str = "vi") -> Made | Refusal:
    """The page of a prepared briefing as it stands now, for whoever has a shell."""
    found = await _opened(ctx, slug)
    return found if isinstance(found, Refusal) else await _made(ctx, found, language, form)


async def _opened(ctx: Context, slug: str) -> Opened | Refusal:
    row = await stored.latest(ctx.conn, slug)
    if row is None or not isinstance(ctx.actor, Operator):
        return Refusal("compose.gone")
    return Opened(row.id, row.briefing, await stored.files(ctx.conn, row.id), None, None)


async def _made(ctx: Context, one: Opened, language: str, form: Format) -> Made:
    """The page as a file."""
    sheet = await _sheet(ctx, one, language)
    media_type, data = await ctx.drawn((one.id, language, form), _drawn, sheet, form)
    return Made(f"de-cuong-{_plain_slug(one.briefing)}.{form}", media_type, data)


def _plain_slug(briefing: Briefing) -> str:
    """A name for the file; of a text written in the chat, its day: its slug names who wrote it."""
    return f"{briefing.issued_on:%Y%m%d}" if briefing.slug.startswith("soan-") else briefing.slug


async def _sheet(ctx: Context, one: Opened, language: str) -> Sheet:
    house, briefing = ctx.house, one.briefing
    body = briefing.body(language)

    def line(key: str, **values: object) -> str:
        return house.texts.line(language, key, **values)

    def left(named: Sequence[str]) -> str:
        parts = " · ".join(one.rstrip(" .:;") or one for one in named)
        return line("outline.left_named", parts=parts) if named else line("outline.left")

    code, issued = await _code(ctx, one, language)
    checked = line("outline.check" if issued else "outline.not_issued", code=code)
    topic = house.topics.get(briefing.topic)
    about = [line("briefing.topic", topic=localized(topic.name, language))] if topic else []
    about += [line("briefing.sample")] if briefing.sample else []
    return Sheet(
        language=language,
        kind=line("outline.kind"),
        title=cut_short(body.title, LINE),
        about=(cut_short(briefing.issuer, LINE), " · ".join(about), *_standing(ctx, briefing, language)),
        points=line("briefing.points"),
        brief=(*body.brief, *_local(ctx, one, language)),
        full=body.full,
        left=left,
        foot=(*await _foot(ctx, one, language), checked),
        sign=await _sign(ctx, code),
        caption=code,
    )


def _local(ctx: Context, one: Opened, language: str) -> Text:
    """What units over the reader added, at the end of the points: it is said first, and cut last."""
    return tuple(block for block in added(ctx.house, one.added, language) if block.plain().strip("—– "))


def _standing(ctx: Context, briefing: Briefing, language: str) -> list[str]:
    """That it does not hold any more, where it does not."""
    last = briefing.valid_until
    if last is None or last >= ctx.moment.date():
        return []
    return [ctx.house.texts.line(language, "verify.over", day=date_long(last, language))]


async def _foot(ctx: Context, one: Opened, language: str) -> list[str]:
    said: Text = attribution(ctx.house, one.briefing, language)
    lines = [cut_short(block.plain(), LINE * 2) for block in said]
    path = ctx.member.path if ctx.member else None
    name = await planned.called(ctx, await approvals.of_briefing(ctx.conn, one.id, path))
    return lines + ([ctx.house.texts.line(language, "outline.approver", name=name)] if name else [])


async def _code(ctx: Context, one: Opened, language: str) -> tuple[str, bool]:
    """The code it went out under; else the one it will have, and that it has not gone out."""
    issued = await editions.code_of(ctx.conn, one.id, (language, "vi"))
    if issued is not None:
        return shown(issued), True
    message = screen_of(ctx.house, one.briefing, one.files, language)
    return shown(codes_in(plain_text(message.text[-1:]))[0]), False


async def _sign(ctx: Context, code: str) -> str:
    """What a phone does with the QR code: it asks one of our accounts; without one, what to type there."""
    letters = code.replace("-", "")
    rows = sorted(await accounts.every(ctx.conn), key=lambda row: row.name != ctx.account)
    links = [row.link for row in rows if row.link]
    return links[0].replace("{code}", letters) if links else f"/xacminh {code}"


def _drawn(sheet: Sheet, form: Format) -> tuple[str, bytes]:
    """The file's type and bytes. Libraries are loaded where they are used: no first reply waits for them."""
    with Ruler() as ruler:
        page = laid(sheet, ruler)
        if form is Format.PDF:
            from bot.reports import onepage_pdf

            return onepage_pdf.MEDIA_TYPE, onepage_pdf.pdf(page, ruler)
        from bot.reports import onepage_word

        return onepage_word.MEDIA_TYPE, onepage_word.docx(page, ruler)
